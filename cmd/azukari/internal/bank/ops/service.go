// Package ops does the daily work of a bank's operators: it is what the commands of `azukari bank` and the methods of its
// gRPC service do. Everything that writes can be done again: what the chain has already is reported as such.
package ops

import (
	"context"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
)

var _ bankpb.BankServer = (*Service)(nil)

// Service works for one bank. Safe for concurrent use.
type Service struct {
	bankpb.UnimplementedBankServer

	bank    string
	client  *nodeclient.Client
	keys    *profile.Keys
	timeout time.Duration
}

// New returns a service for the profile's bank.
func New(one profile.Profile, client *nodeclient.Client, keys *profile.Keys) *Service {
	return &Service{bank: one.Bank, client: client, keys: keys, timeout: one.Timeout}
}

// send has a key sign messages as one transaction and waits for the block that has it.
func (s *Service) send(ctx context.Context, key profile.Key, msgs ...sdk.Msg) (*sdk.TxResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s.client.Send(ctx, key, msgs...)
}

// today is the day in Japan.
func today() businessday.Date { return businessday.Of(time.Now()) }

// dateOr reads a date, or takes the day in Japan if there is none.
func dateOr(text string, otherwise businessday.Date) (businessday.Date, error) {
	if text == "" {
		return otherwise, nil
	}
	date, err := businessday.Parse(text)
	if err != nil {
		return "", badInput("date", err)
	}
	return date, nil
}

func rfc3339(at time.Time) string { return at.UTC().Format(time.RFC3339) }
