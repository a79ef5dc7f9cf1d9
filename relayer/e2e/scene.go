// Package e2e tests and measures the relayer between real zones.
package e2e

import (
	"context"
	"testing"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Retail is the zone of a Manifest with one zone.
const Retail = "retail"

const (
	bank        = "bank-a"
	balance     = 1_000_000_000
	msgsPerTx   = 100
	settleSlack = 2 * time.Minute
)

// Scene is a Financial Zone and Business Zones with a relayer, and an account that may act in all of them.
type Scene struct {
	*devnet.Network
	t      testing.TB
	Holder devnet.Key
	// channels of ICS-20 on the Financial Zone, by zone.
	channels map[string]string
}

// Manifest is the smallest network with the zones: one validator each.
func Manifest(name string, zones ...string) devnet.Manifest {
	m := devnet.DefaultManifest()
	m.Name = name
	m.Financial.Banks, m.Financial.Listeners = 1, 0
	m.Zones = nil
	for _, zone := range zones {
		m.Zones = append(m.Zones, devnet.ZoneManifest{ID: zone, Validators: 1})
	}
	m.Accounts = devnet.AccountsManifest{PerBank: 1, BalanceYen: balance}
	return m
}

// Open starts a network and links the account to every zone.
func Open(t testing.TB, manifest devnet.Manifest) *Scene {
	t.Helper()
	s := &Scene{Network: devnet.Start(t, manifest), t: t, channels: map[string]string{}}
	s.Holder = s.Keys().Account(bank, 0)
	for _, zone := range manifest.Zones {
		s.link(zone.ID)
	}
	return s
}

func (s *Scene) link(zone string) {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	client := s.Financial().Client()
	_, err := client.Send(ctx, s.Holder, &financialtypes.MsgRequestLink{Holder: s.Holder.String(), Zone: zone})
	require.NoError(s.t, err)
	checker := s.Keys().Operator(bank, membershiptypes.RoleChecker)
	bound := math.NewInt(balance)
	_, err = client.Send(ctx, checker, &financialtypes.MsgApproveLink{
		Operator: checker.String(), Address: s.Holder.String(), Zone: zone,
		Limits: registrytypes.Limits{PerPayment: bound, PerDay: bound, Balance: bound},
	})
	require.NoError(s.t, err)
	answer, err := financialtypes.NewQueryClient(client.GRPC()).Zone(ctx, &financialtypes.QueryZoneRequest{Id: zone})
	require.NoError(s.t, err)
	s.channels[zone] = answer.Zone.TransferChannelId
	s.Eventually("the zone to acknowledge the account", func() bool {
		answer, err := registrytypes.NewQueryClient(client.GRPC()).Account(ctx, &registrytypes.QueryAccountRequest{Address: s.Holder.String()})
		if err != nil {
			return false
		}
		for _, link := range answer.Account.Links {
			if link.Zone == zone {
				return link.Status == registrytypes.LinkStatusActive
			}
		}
		return false
	})
}

// Context bounds one step of a test.
func (s *Scene) Context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(s.t.Context(), settleSlack)
}

// Charge sends n charges of one yen each to a zone, in as few transactions as fit, and waits for their blocks.
func (s *Scene) Charge(zone string, n int) {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	var hashes []string
	for left := n; left > 0; left -= msgsPerTx {
		msgs := make([]sdk.Msg, min(left, msgsPerTx))
		for i := range msgs {
			msgs[i] = &financialtypes.MsgCharge{Holder: s.Holder.String(), Zone: zone, Amount: sdk.NewInt64Coin(registrytypes.YenDenom, 1)}
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

// Discharge sends n discharges of one yen each from a zone.
func (s *Scene) Discharge(zone string, n int) {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	denom := s.voucher(zone)
	msgs := make([]sdk.Msg, n)
	for i := range msgs {
		msgs[i] = &businesstypes.MsgDischarge{Holder: s.Holder.String(), Amount: sdk.NewInt64Coin(denom, 1)}
	}
	_, err := s.Zone(zone).Client().Send(ctx, s.Holder, msgs...)
	require.NoError(s.t, err)
}

// voucher returns the denom of yen on a zone.
func (s *Scene) voucher(zone string) string {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	answer, err := businesstypes.NewQueryClient(s.Zone(zone).Client().GRPC()).FinancialZone(ctx, &businesstypes.QueryFinancialZoneRequest{})
	require.NoError(s.t, err)
	return answer.YenDenom
}

// Credited returns the account's yen on a zone.
func (s *Scene) Credited(zone string) int64 {
	s.t.Helper()
	return s.balance(s.Zone(zone).Client(), s.voucher(zone))
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

// Pending returns how many charges to a zone are neither acknowledged nor timed out.
func (s *Scene) Pending(zone string) int {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	answer, err := channeltypes.NewQueryClient(s.Financial().Client().GRPC()).PacketCommitments(ctx, &channeltypes.QueryPacketCommitmentsRequest{
		PortId: transfertypes.PortID, ChannelId: s.channels[zone], Pagination: &query.PageRequest{Limit: 10_000},
	})
	require.NoError(s.t, err)
	return len(answer.Commitments)
}

// Settled waits until no charge to a zone is under way.
func (s *Scene) Settled(zone string) {
	s.t.Helper()
	s.Eventually("every packet to be settled", func() bool { return s.Pending(zone) == 0 })
}

// Eventually waits until done.
func (s *Scene) Eventually(what string, done func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(settleSlack)
	for !done() {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited %s for %s", settleSlack, what)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
