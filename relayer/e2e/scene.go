// Package e2e tests and measures the relayer between real zones.
package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

const (
	bank        = "bank-a"
	zoneID      = "retail"
	balance     = 1_000_000_000
	msgsPerTx   = 100
	settleSlack = 2 * time.Minute
)

// Scene is a Financial Zone and one Business Zone with a relayer, and an account that may act in both.
type Scene struct {
	*devnet.Network
	t       testing.TB
	Holder  devnet.Key
	Channel string // of ICS-20, on the Financial Zone
}

// Manifest is the smallest network with a link: one validator per zone.
func Manifest(name string, blockTime time.Duration) devnet.Manifest {
	m := devnet.DefaultManifest()
	m.Name = name
	m.BlockTimeMS = blockTime.Milliseconds()
	m.Financial.Banks, m.Financial.Listeners = 1, 0
	m.Zones = []devnet.ZoneManifest{{ID: zoneID, Validators: 1}}
	m.Accounts = devnet.AccountsManifest{PerBank: 2, BalanceYen: balance}
	return m
}

// Open starts a network and links the account to the zone.
func Open(t testing.TB, manifest devnet.Manifest) *Scene {
	t.Helper()
	s := &Scene{Network: devnet.Start(t, manifest), t: t}
	s.Holder = s.Keys().Account(bank, 0)
	ctx, cancel := s.Context()
	defer cancel()
	client := s.Financial().Client()
	_, err := client.Send(ctx, s.Holder, &financialtypes.MsgRequestLink{Holder: s.Holder.String(), Zone: zoneID})
	require.NoError(t, err)
	checker := s.Keys().Operator(bank, membershiptypes.RoleChecker)
	bound := math.NewInt(balance)
	_, err = client.Send(ctx, checker, &financialtypes.MsgApproveLink{
		Operator: checker.String(), Address: s.Holder.String(), Zone: zoneID,
		Limits: registrytypes.Limits{PerPayment: bound, PerDay: bound, Balance: bound},
	})
	require.NoError(t, err)
	answer, err := financialtypes.NewQueryClient(client.GRPC()).Zone(ctx, &financialtypes.QueryZoneRequest{Id: zoneID})
	require.NoError(t, err)
	s.Channel = answer.Zone.TransferChannelId
	s.eventually("the zone to acknowledge the account", func() bool {
		answer, err := registrytypes.NewQueryClient(client.GRPC()).Account(ctx, &registrytypes.QueryAccountRequest{Address: s.Holder.String()})
		return err == nil && len(answer.Account.Links) == 1 && answer.Account.Links[0].Status == registrytypes.LinkStatusActive
	})
	return s
}

// Context bounds one step of a test.
func (s *Scene) Context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(s.t.Context(), settleSlack)
}

// Business returns a client of the Business Zone.
func (s *Scene) Business() *devnet.Client { return s.Zone(zoneID).Client() }

// Charge broadcasts n charges of one yen each, in as few transactions as fit.
func (s *Scene) Charge(n int) {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	var hashes []string
	for left := n; left > 0; left -= msgsPerTx {
		msgs := make([]sdk.Msg, min(left, msgsPerTx))
		for i := range msgs {
			msgs[i] = &financialtypes.MsgCharge{Holder: s.Holder.String(), Zone: zoneID, Amount: sdk.NewInt64Coin(registrytypes.YenDenom, 1)}
		}
		hash, err := s.Financial().Client().Broadcast(ctx, s.Holder, msgs...)
		require.NoError(s.t, err)
		hashes = append(hashes, hash)
	}
	for _, hash := range hashes {
		_, err := s.Financial().Client().WaitTx(ctx, hash)
		require.NoError(s.t, err)
	}
}

// Discharge broadcasts n discharges of one yen each.
func (s *Scene) Discharge(n int) {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	denom := s.Voucher()
	msgs := make([]sdk.Msg, n)
	for i := range msgs {
		msgs[i] = &businesstypes.MsgDischarge{Holder: s.Holder.String(), Amount: sdk.NewInt64Coin(denom, 1)}
	}
	_, err := s.Business().Send(ctx, s.Holder, msgs...)
	require.NoError(s.t, err)
}

// Voucher returns the denom of yen on the Business Zone.
func (s *Scene) Voucher() string {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	answer, err := businesstypes.NewQueryClient(s.Business().GRPC()).FinancialZone(ctx, &businesstypes.QueryFinancialZoneRequest{})
	require.NoError(s.t, err)
	return answer.YenDenom
}

// Credited returns the account's yen on the Business Zone.
func (s *Scene) Credited() int64 {
	s.t.Helper()
	return s.balance(s.Business(), s.Voucher())
}

// Held returns the account's yen on the Financial Zone.
func (s *Scene) Held() int64 {
	s.t.Helper()
	return s.balance(s.Financial().Client(), registrytypes.YenDenom)
}

func (s *Scene) balance(client *devnet.Client, denom string) int64 {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	answer, err := banktypes.NewQueryClient(client.GRPC()).Balance(ctx, &banktypes.QueryBalanceRequest{Address: s.Holder.String(), Denom: denom})
	require.NoError(s.t, err)
	return answer.Balance.Amount.Int64()
}

// Unacked returns how many charges are neither acknowledged nor timed out.
func (s *Scene) Unacked() int {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	answer, err := channeltypes.NewQueryClient(s.Financial().Client().GRPC()).PacketCommitments(ctx, &channeltypes.QueryPacketCommitmentsRequest{
		PortId: transfertypes.PortID, ChannelId: s.Channel,
	})
	require.NoError(s.t, err)
	if answer.Pagination != nil && len(answer.Pagination.NextKey) > 0 {
		return len(answer.Commitments) + 1
	}
	return len(answer.Commitments)
}

// Settled waits until nothing is under way.
func (s *Scene) Settled() {
	s.t.Helper()
	s.eventually("every packet to be acknowledged", func() bool { return s.Unacked() == 0 })
}

func (s *Scene) eventually(what string, done func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(settleSlack)
	for !done() {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited %s for %s", settleSlack, what)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (s *Scene) String() string { return fmt.Sprintf("scene in %s", s.Dir()) }
