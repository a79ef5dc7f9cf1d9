package ops

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/statement"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Statement returns an account's statement of one day.
func (s *Service) Statement(ctx context.Context, request *bankpb.StatementRequest) (*bankpb.StatementResponse, error) {
	date, err := dateOr(request.Date, today())
	if err != nil {
		return nil, err
	}
	if date > today() {
		return nil, badInputf("date", "expected a day up to today, %s, got %s", today(), date)
	}
	account, err := s.account(ctx, request.Account)
	if err != nil {
		return nil, err
	}
	if account.Bank != s.bank {
		return nil, fmt.Errorf("expected an account of %s, got %s of %s: ask that bank", s.bank, account.Address, account.Bank)
	}
	day, err := statement.Read(ctx, s.client, account.Address, date)
	if err != nil {
		return nil, err
	}
	in, out := day.Totals()
	response := &bankpb.StatementResponse{
		Account: account.Address, Bank: account.Bank, Date: string(date), FirstHeight: day.First, LastHeight: day.Last,
		OpeningBalance: day.Opening.String(), ClosingBalance: day.Closing.String(), TotalIn: in.String(), TotalOut: out.String(),
		HeldAtClose: "0", Complete: day.Complete, CheckedWithChain: day.First != 0,
	}
	if day.First != 0 {
		held, err := s.held(nodeclient.AtHeight(ctx, day.Last), account.Address)
		if err != nil {
			return nil, fmt.Errorf("holds at block %d: %w", day.Last, err)
		}
		response.HeldAtClose = total(held).String()
	}
	banks := map[string]string{}
	for _, movement := range day.Movements {
		bank, known := banks[movement.Counterparty]
		if !known {
			if bank, err = s.bankOf(ctx, movement.Counterparty); err != nil {
				return nil, err
			}
			banks[movement.Counterparty] = bank
		}
		response.Movements = append(response.Movements, &bankpb.StatementMovement{
			Height: movement.Height, Time: rfc3339(movement.Time), TxHash: movement.TxHash,
			MessageIndex: int32(movement.Message), // #nosec G115 -- a transaction has few messages
			Kind:         movement.Kind, Amount: movement.Amount.String(), BalanceAfter: movement.Balance.String(),
			Counterparty: movement.Counterparty, CounterpartyBank: bank, Reference: movement.Reference,
		})
	}
	return response, nil
}

// account returns a registered account.
func (s *Service) account(ctx context.Context, address string) (registrytypes.Account, error) {
	if _, err := registrytypes.ParseAddress(address); err != nil {
		return registrytypes.Account{}, badInputf("account", "expected an address as azu1…, got %q", address)
	}
	answer, err := registrytypes.NewQueryClient(s.client.GRPC()).Account(ctx, &registrytypes.QueryAccountRequest{Address: address})
	if err != nil {
		return registrytypes.Account{}, err
	}
	return answer.Account, nil
}

// bankOf returns the bank of an account, and nothing for a module, an escrow or a stranger.
func (s *Service) bankOf(ctx context.Context, address string) (string, error) {
	answer, err := registrytypes.NewQueryClient(s.client.GRPC()).Account(ctx, &registrytypes.QueryAccountRequest{Address: address})
	if status.Code(err) == codes.NotFound {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("account %s: %w", address, err)
	}
	return answer.Account.Bank, nil
}

// held returns the open holds of an account.
func (s *Service) held(ctx context.Context, address string) ([]holdtypes.Hold, error) {
	client := holdtypes.NewQueryClient(s.client.GRPC())
	var holds []holdtypes.Hold
	err := allPages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.Holds(ctx, &holdtypes.QueryHoldsRequest{Owner: address, Pagination: page})
		if err != nil {
			return nil, err
		}
		holds = append(holds, answer.Holds...)
		return answer.Pagination, nil
	})
	return holds, err
}

// total sums the yen of holds.
func total(holds []holdtypes.Hold) math.Int {
	sum := math.ZeroInt()
	for _, hold := range holds {
		if hold.Amount.Denom == registrytypes.YenDenom {
			sum = sum.Add(hold.Amount.Amount)
		}
	}
	return sum
}
