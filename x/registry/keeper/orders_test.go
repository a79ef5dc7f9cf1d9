package keeper_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry/types"
)

func (s *suite) freezeAmount(operator, address sdk.AccAddress, amount int64, order string) error {
	_, err := s.messages.FreezeAmount(s.Ctx, &types.MsgFreezeAmount{
		Operator: operator.String(), Address: address.String(), Amount: math.NewInt(amount), OrderReference: order, Reason: "court",
	})
	return err
}

func (s *suite) releaseAmount(t require.TestingT, address sdk.AccAddress, order string) {
	reference := s.reference()
	_, err := s.messages.RequestReleaseAmount(s.Ctx, &types.MsgRequestReleaseAmount{
		Operator: complianceA.String(), Reference: reference, Address: address.String(), OrderReference: order, Reason: "lifted",
	})
	require.NoError(t, err)
	s.approve(t, compliance2, reference)
}

func (s *suite) spendable(t require.TestingT, address sdk.AccAddress) (frozen, spendable int64) {
	got, err := s.queries.Account(s.Ctx, &types.QueryAccountRequest{Address: address.String()})
	require.NoError(t, err)
	return got.FrozenAmount.Int64(), got.Spendable.Int64()
}

// An order for an amount leaves the rest usable, catches what comes later, and adds to other orders.
func TestFreezeAmount(t *testing.T) {
	s := newSuite(t)
	hold := authtypes.NewModuleAddress(holdModule)
	require.NoError(t, s.freezeAmount(complianceA, alice, 9_500, "H-1"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventAmountFrozen{
		Address: alice.String(), Bank: bankA, OrderReference: "H-1", Amount: math.NewInt(9_500), Reason: "court", Operator: complianceA.String(),
	})
	for _, spend := range []func(amount int64) error{
		func(amount int64) error { return s.pay(alice, akira, yen(amount)) },
		func(amount int64) error {
			return s.move(types.Cause{Kind: types.CauseHoldPlace}, alice, hold, yen(amount))
		},
		func(amount int64) error {
			return s.move(types.Cause{Kind: types.CauseCharge}, alice, escrow, yen(amount))
		},
	} {
		start := s.Ctx
		s.Ctx, _ = s.Ctx.CacheContext()
		require.ErrorIs(t, spend(501), types.ErrAmountFrozen)
		require.NoError(t, spend(500))
		require.ErrorIs(t, spend(1), types.ErrAmountFrozen)
		s.Ctx = start
	}
	require.NoError(t, s.pay(alice, alice, yen(1_000)), "a payment to oneself spends nothing")
	require.NoError(t, s.pay(alice, akira, sdk.NewInt64Coin(token, 50)), "an order for yen freezes no tokens")

	// A second order, for more than there is, catches later inflows.
	require.NoError(t, s.freezeAmount(complianceA, alice, 1_000, "H-2"))
	frozen, spendable := s.spendable(t, alice)
	require.Equal(t, []int64{10_500, 0}, []int64{frozen, spendable})
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), types.ErrAmountFrozen)
	require.NoError(t, s.pay(akira, alice, yen(600)))
	require.NoError(t, s.pay(alice, akira, yen(100)))
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), types.ErrAmountFrozen)

	require.ErrorIs(t, s.freezeAmount(complianceA, alice, 1, "H-1"), types.ErrReferenceUsed)
	require.ErrorIs(t, s.freezeAmount(makerA, alice, 1, "H-3"), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, s.freezeAmount(complianceB, alice, 1, "H-3"), types.ErrWrongBank)
	require.ErrorIs(t, s.freezeAmount(complianceA, alice, 0, "H-3"), types.ErrInvalidAmount)
	require.ErrorIs(t, s.freezeAmount(complianceA, alice, 1, ""), types.ErrInvalidReference)
	require.ErrorIs(t, s.freezeAmount(complianceA, alice, types.MaxLimit.Int64(), "H-3"), types.ErrInvalidAmount, "more than an account can have")

	s.releaseAmount(t, alice, "H-1")
	keepertest.RequireEvent(t, s.Ctx, &types.EventAmountReleased{
		Address: alice.String(), Bank: bankA, OrderReference: "H-1", Amount: math.NewInt(9_500), Reason: "lifted", Operator: compliance2.String(),
	})
	frozen, spendable = s.spendable(t, alice)
	require.Equal(t, []int64{1_000, 9_500}, []int64{frozen, spendable})
	got, err := s.queries.FrozenAmounts(s.Ctx, &types.QueryFrozenAmountsRequest{Address: alice.String()})
	require.NoError(t, err)
	require.Len(t, got.FrozenAmounts, 2)
	require.True(t, got.FrozenAmounts[0].Frozen.IsZero())
	require.Equal(t, int64(9_500), got.FrozenAmounts[0].Ordered.Int64())
	_, err = s.messages.RequestReleaseAmount(s.Ctx, &types.MsgRequestReleaseAmount{
		Operator: complianceA.String(), Reference: "twice", Address: alice.String(), OrderReference: "H-1", Reason: "x",
	})
	require.ErrorIs(t, err, types.ErrFrozenAmountNotFound)

	var kinds []types.ChangeKind
	for _, change := range s.history(t, alice)[3:] {
		kinds = append(kinds, change.Kind)
	}
	require.Equal(t, []types.ChangeKind{
		types.ChangeKindAmountFrozen, types.ChangeKindAmountFrozen, types.ChangeKindAmountReleased,
	}, kinds)

	// An account under an order does not close, even when it has nothing.
	s.empty(t, alice)
	closing := &types.MsgCloseAccount{Operator: makerA.String(), Address: alice.String(), Reason: "x"}
	_, err = s.messages.CloseAccount(s.Ctx, closing)
	require.ErrorIs(t, err, types.ErrAccountInUse)
	s.releaseAmount(t, alice, "H-2")
	_, err = s.messages.CloseAccount(s.Ctx, closing)
	require.NoError(t, err)
	require.ErrorIs(t, s.freezeAmount(complianceA, alice, 1, "H-4"), types.ErrAccountClosed)
}

func forced(order string, from, to sdk.AccAddress, amount int64) *types.MsgRequestForcedTransfer {
	return &types.MsgRequestForcedTransfer{
		Operator: complianceA.String(), OrderReference: order, From: from.String(), To: to.String(), Amount: math.NewInt(amount),
		DocumentHash: bytes.Repeat([]byte{9}, 32), Reason: "judgment",
	}
}

func (s *suite) approveForced(operator sdk.AccAddress, order string) error {
	ctx, write := s.Ctx.CacheContext()
	flows := s.flows
	_, err := s.messages.ApproveForcedTransfer(ctx, &types.MsgApproveForcedTransfer{
		Operator: operator.String(), Bank: bankA, OrderReference: order,
	})
	if err != nil {
		s.flows = flows
		return err
	}
	write()
	return nil
}

// Two organizations carry an order out against the holder's will, past freeze, limits and frozen amounts.
func TestForcedTransfer(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.freezeAmount(complianceA, alice, 9_000, "H-1"))
	s.freeze(t, alice)
	s.setLimits(t, alice, limits(0, 0, 0))
	msg := forced("F-1", alice, bob, 8_000)
	msg.FreezeOrderReference = "H-1"
	_, err := s.messages.RequestForcedTransfer(s.Ctx, msg)
	require.NoError(t, err)
	keepertest.RequireEvent(t, s.Ctx, &types.EventForcedTransferRequested{
		Bank: bankA, OrderReference: "F-1", From: alice.String(), To: bob.String(), Amount: math.NewInt(8_000), Operator: complianceA.String(),
	})

	require.ErrorIs(t, s.approveForced(complianceA, "F-1"), types.ErrSameOperator)
	require.ErrorIs(t, s.approveForced(checkerA, "F-1"), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, s.approveForced(auditor, "F-2"), types.ErrForcedTransferNotFound)
	require.NoError(t, s.approveForced(auditor, "F-1"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventForcedTransferApproved{
		Bank: bankA, OrderReference: "F-1", Organization: "auditor", Operator: auditor.String(),
	})
	require.ErrorIs(t, s.approveForced(complianceB, "F-1"), types.ErrOrganizationApproved, "one more from outside")
	require.Equal(t, int64(10_000), s.balance(alice))
	require.NoError(t, s.approveForced(compliance2, "F-1"))

	require.Equal(t, int64(2_000), s.balance(alice))
	require.Equal(t, int64(18_000), s.balance(bob))
	require.Equal(t, []flow{{bankA, bankB, 8_000}}, s.flows)
	keepertest.RequireEvent(t, s.Ctx, &types.EventForcedTransferExecuted{
		Bank: bankA, OrderReference: "F-1", From: alice.String(), To: bob.String(), Amount: math.NewInt(8_000), PayeeBank: bankB,
	})
	frozen, spendable := s.spendable(t, alice)
	require.Equal(t, []int64{1_000, 1_000}, []int64{frozen, spendable}, "the transfer took its part off the freeze")
	require.Zero(t, s.spent(t, alice))
	got, err := s.queries.ForcedTransfer(s.Ctx, &types.QueryForcedTransferRequest{Bank: bankA, OrderReference: "F-1"})
	require.NoError(t, err)
	require.NoError(t, got.ForcedTransfer.Validate())
	require.Equal(t, types.ForcedTransferStatusExecuted, got.ForcedTransfer.Status)

	require.ErrorIs(t, s.approveForced(compliance2, "F-1"), types.ErrForcedTransferEnded)
	_, err = s.messages.RequestForcedTransfer(s.Ctx, forced("F-1", alice, bob, 1))
	require.ErrorIs(t, err, types.ErrReferenceUsed)
	require.NoError(t, s.registry.EndExpired(s.Ctx.WithBlockTime(s.Ctx.BlockTime().Add(365*24*time.Hour))), "its deadline is gone")
}

func TestForcedTransferRefused(t *testing.T) {
	s := newSuite(t)
	tests := map[string]struct {
		change func(m *types.MsgRequestForcedTransfer)
		want   error
	}{
		"maker":          {func(m *types.MsgRequestForcedTransfer) { m.Operator = makerA.String() }, membershiptypes.ErrRoleMissing},
		"other bank":     {func(m *types.MsgRequestForcedTransfer) { m.Operator = complianceB.String() }, types.ErrWrongBank},
		"unknown payer":  {func(m *types.MsgRequestForcedTransfer) { m.From = stranger.String() }, types.ErrAccountNotFound},
		"unknown payee":  {func(m *types.MsgRequestForcedTransfer) { m.To = stranger.String() }, types.ErrAccountNotFound},
		"to itself":      {func(m *types.MsgRequestForcedTransfer) { m.To = m.From }, types.ErrInvalidForcedTransfer},
		"no document":    {func(m *types.MsgRequestForcedTransfer) { m.DocumentHash = nil }, types.ErrInvalidForcedTransfer},
		"nothing":        {func(m *types.MsgRequestForcedTransfer) { m.Amount = math.ZeroInt() }, types.ErrInvalidAmount},
		"no reason":      {func(m *types.MsgRequestForcedTransfer) { m.Reason = "" }, types.ErrInvalidReason},
		"no order":       {func(m *types.MsgRequestForcedTransfer) { m.OrderReference = "" }, types.ErrInvalidReference},
		"unknown freeze": {func(m *types.MsgRequestForcedTransfer) { m.FreezeOrderReference = "H-9" }, types.ErrFrozenAmountNotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			msg := forced("F-1", alice, bob, 1)
			test.change(msg)
			_, err := s.messages.RequestForcedTransfer(s.Ctx, msg)
			require.ErrorIs(t, err, test.want)
		})
	}

	// The second approval carries it out or is no approval.
	_, err := s.messages.RequestForcedTransfer(s.Ctx, forced("F-1", alice, bob, 10_001))
	require.NoError(t, err)
	require.NoError(t, s.approveForced(complianceB, "F-1"), "another bank is the other organization")
	require.Error(t, s.approveForced(compliance2, "F-1"), "not enough yen")
	s.Fund(t, alice, yen(1))
	s.flowErr = errors.New("no liquidity")
	require.ErrorIs(t, s.approveForced(compliance2, "F-1"), s.flowErr)
	s.flowErr = nil
	require.NoError(t, s.approveForced(compliance2, "F-1"))

	s.empty(t, alice)
	_, err = s.messages.CloseAccount(s.Ctx, &types.MsgCloseAccount{Operator: makerA.String(), Address: alice.String(), Reason: "x"})
	require.NoError(t, err)
	_, err = s.messages.RequestForcedTransfer(s.Ctx, forced("F-2", alice, bob, 1))
	require.ErrorIs(t, err, types.ErrAccountClosed)
}

func TestForcedTransferEnds(t *testing.T) {
	s := newSuite(t)
	for _, order := range []string{"F-1", "F-2"} {
		_, err := s.messages.RequestForcedTransfer(s.Ctx, forced(order, alice, akira, 1))
		require.NoError(t, err)
	}
	cancel := func(operator sdk.AccAddress, reason string) error {
		_, err := s.messages.CancelForcedTransfer(s.Ctx, &types.MsgCancelForcedTransfer{
			Operator: operator.String(), OrderReference: "F-1", Reason: reason,
		})
		return err
	}
	require.ErrorIs(t, cancel(makerA, "x"), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, cancel(complianceA, ""), types.ErrInvalidReason)
	require.ErrorIs(t, cancel(complianceB, "x"), types.ErrForcedTransferNotFound)
	require.NoError(t, cancel(complianceA, "appealed"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventForcedTransferCancelled{
		Bank: bankA, OrderReference: "F-1", Reason: "appealed", Operator: complianceA.String(),
	})
	require.ErrorIs(t, cancel(complianceA, "x"), types.ErrForcedTransferEnded)

	s.NextBlock(types.DefaultForcedTransferExpiry - time.Second)
	require.NoError(t, s.registry.EndExpired(s.Ctx))
	require.NoError(t, s.approveForced(auditor, "F-2"))
	s.NextBlock(time.Second)
	require.ErrorIs(t, s.approveForced(compliance2, "F-2"), types.ErrForcedTransferEnded, "even before the block's work gets to it")
	require.NoError(t, s.registry.EndExpired(s.Ctx))
	keepertest.RequireEvent(t, s.Ctx, &types.EventForcedTransferExpired{Bank: bankA, OrderReference: "F-2"})
	got, err := s.queries.ForcedTransfers(s.Ctx, &types.QueryForcedTransfersRequest{Bank: bankA})
	require.NoError(t, err)
	require.Equal(t, types.ForcedTransferStatusCancelled, got.ForcedTransfers[0].Status)
	require.Equal(t, types.ForcedTransferStatusExpired, got.ForcedTransfers[1].Status)
	_, err = s.queries.ForcedTransfer(s.Ctx, &types.QueryForcedTransferRequest{Bank: bankB, OrderReference: "F-2"})
	require.Equal(t, codes.NotFound, status.Code(err))
}

// However much ends at once, a block does a bounded part of it, the oldest first.
func TestDeadlinesAreBounded(t *testing.T) {
	s := newSuite(t)
	const many = types.MaxDeadlinesPerBlock + 5
	for i := range many {
		_, err := s.messages.RequestForcedTransfer(s.Ctx, forced(s.reference(), alice, akira, int64(i+1)))
		require.NoError(t, err)
	}
	expired := func() int {
		events := 0
		for _, event := range s.Ctx.EventManager().Events() {
			if event.Type == "azukari.registry.v1.EventForcedTransferExpired" {
				events++
			}
		}
		return events
	}
	s.NextBlock(types.DefaultForcedTransferExpiry)
	for _, want := range []int{types.MaxDeadlinesPerBlock, 5, 0} {
		require.NoError(t, s.registry.EndExpired(s.Ctx))
		require.Equal(t, want, expired())
		s.NextBlock(time.Second)
	}
}

// A registry with everything in it is the same after export and import, down to what it does next.
func TestGenesisWithEverything(t *testing.T) {
	s := newSuite(t)
	s.policy(t, tiers(types.Tier{Kind: types.AccountKindBusiness, Limits: limits(500, 2_000, 10_500)}))
	_, err := s.messages.RequestLimits(s.Ctx, &types.MsgRequestLimits{Operator: makerA.String(), Reference: "tier", Address: alice.String(), Reason: "x"})
	require.NoError(t, err)
	s.approve(t, checkerA, "tier")
	_, err = s.messages.ApplyAccount(s.Ctx, application(makerA, keepertest.Address("carol")))
	require.NoError(t, err)
	require.NoError(t, s.freezeAmount(complianceA, alice, 9_990, "H-1"))
	require.NoError(t, s.freezeAmount(complianceA, alice, 5, "H-2"))
	s.releaseAmount(t, alice, "H-2")
	for _, order := range []string{"F-1", "F-2"} {
		_, err = s.messages.RequestForcedTransfer(s.Ctx, forced(order, alice, bob, 5))
		require.NoError(t, err)
		require.NoError(t, s.approveForced(auditor, order))
	}
	require.NoError(t, s.approveForced(compliance2, "F-1"))
	require.NoError(t, s.pay(akira, bob, yen(3)))
	require.NoError(t, s.pause(complianceB))
	s.params(t, types.Tier{Kind: types.AccountKindBankOwn, Limits: limits(1, 2, 3)})

	exported, err := s.registry.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
	other := newBareSuite(t)
	require.NoError(t, other.registry.InitGenesis(other.Ctx, *exported))
	again, err := other.registry.ExportGenesis(other.Ctx)
	require.NoError(t, err)
	require.Equal(t, string(s.Codec.MustMarshalJSON(exported)), string(other.Codec.MustMarshalJSON(again)))

	other.registry.SetYen(types.FixedYen(types.YenDenom))
	frozen, _ := other.spendable(t, alice)
	require.Equal(t, int64(9_990), frozen)
	require.False(t, other.Account.HasAccount(other.Ctx, keepertest.Address("carol")), "only applied")
	require.NoError(t, other.decide(checkerA, "open/"+keepertest.Address("carol").String()))
	require.ErrorIs(t, other.pay(akira, bob, yen(1)), types.ErrBankPaused)
	other.NextBlock(types.DefaultForcedTransferExpiry)
	require.NoError(t, other.registry.EndExpired(other.Ctx))
	keepertest.RequireEvent(t, other.Ctx, &types.EventForcedTransferExpired{Bank: bankA, OrderReference: "F-2"})
}
