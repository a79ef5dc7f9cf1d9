package keeper_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// approvePart has alpha's checker approve a part of an order.
func (s setup) approvePart(reference string, amount int64) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.DepositMsgs.Approve(ctx, &types.MsgApprove{
			Operator: moneytest.Operator("alpha", "checker"), Reference: reference, Amount: yen(amount),
			RejectCode: types.RejectCodeInsufficientDeposit, Reason: "deposit covers a part",
		})
		return err
	})
}

func TestApprovePart(t *testing.T) {
	tests := map[string]struct {
		request func(s setup) error
		kind    types.OrderKind
		balance int64
		book    book
	}{
		"issue": {
			func(s setup) error { return s.RequestIssue("alpha", s.alice, 500, "r1") },
			types.OrderKindIssue, 1300,
			book{"alpha", 1300, 1300, 0},
		},
		"redeem": {
			func(s setup) error {
				_, err := s.DepositMsgs.RequestRedeem(s.Ctx, &types.MsgRequestRedeem{
					Requester: moneytest.Operator("alpha", "maker"), Account: s.alice, Amount: moneytest.Yen(500), Reference: "r1",
				})
				return err
			},
			types.OrderKindRedeem, 700,
			book{"alpha", 700, 1000, 300},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			require.NoError(t, test.request(s))
			require.NoError(t, s.approvePart("r1", 300))
			require.Equal(t, test.balance, s.Balance(s.alice), "the rest is with the holder")
			require.Equal(t, test.book, s.book(t, "alpha"))
			require.Equal(t, test.book.liability, s.supply().Int64())
			order := s.order(t, "r1")
			require.Equal(t, types.OrderStatusApproved, order.Status)
			require.Equal(t, yen(300), order.ApprovedAmount)
			require.Equal(t, types.RejectCodeInsufficientDeposit, order.RejectCode)
			keepertest.RequireEvent(t, s.Ctx, &types.EventOrderApproved{
				Bank: "alpha", Reference: "r1", Kind: test.kind, Account: s.alice, Amount: moneytest.Yen(500),
				ApprovedBy: moneytest.Operator("alpha", "checker"), ApprovedAmount: moneytest.Yen(300),
				RejectCode: types.RejectCodeInsufficientDeposit, Reason: "deposit covers a part", BusinessDate: "2026-04-01",
			})
			require.ErrorIs(t, s.approvePart("r1", 200), types.ErrOrderDecided, "an order is decided once")
			hasHolds, err := s.Hold.HasHolds(s.Ctx, sdk.MustAccAddressFromBech32(s.alice))
			require.NoError(t, err)
			require.False(t, hasHolds)
		})
	}
}

// The rest of a redeem order goes back even when the account was frozen meanwhile.
func TestApprovePartOfFrozenAccount(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.redeemByMaker("r1"))
	require.NoError(t, s.Freeze("alpha", s.alice))
	require.NoError(t, s.approvePart("r1", 4))
	require.EqualValues(t, 996, s.Balance(s.alice))
}

func TestApprovalRefusals(t *testing.T) {
	part := func(amount *sdk.Coin, code types.RejectCode, reason string) *types.MsgApprove {
		return &types.MsgApprove{
			Operator: moneytest.Operator("alpha", "checker"), Reference: "r1", Amount: amount, RejectCode: code, Reason: reason,
		}
	}
	limit := types.RejectCodeLimit
	tests := map[string]struct {
		msg  *types.MsgApprove
		want error
	}{
		"nothing":              {part(yen(0), limit, "no"), types.ErrInvalidOrder},
		"less than nothing":    {part(&sdk.Coin{Denom: "jpy", Amount: math.NewInt(-1)}, limit, "no"), types.ErrInvalidOrder},
		"no amount":            {part(&sdk.Coin{Denom: "jpy"}, limit, "no"), types.ErrInvalidOrder},
		"dollars":              {part(&sdk.Coin{Denom: "usd", Amount: math.NewInt(5)}, limit, "no"), types.ErrInvalidOrder},
		"more":                 {part(yen(11), 0, ""), types.ErrInvalidOrder},
		"part without code":    {part(yen(5), 0, "no"), types.ErrInvalidReject},
		"part of unknown code": {part(yen(5), 99, "no"), types.ErrInvalidReject},
		"part without reason":  {part(yen(5), limit, ""), registrytypes.ErrInvalidReason},
		"part of long reason":  {part(yen(5), limit, strings.Repeat("x", 257)), registrytypes.ErrInvalidReason},
		"all with code":        {part(nil, limit, ""), types.ErrInvalidReject},
		"all with reason":      {part(yen(10), 0, "fine"), types.ErrInvalidReject},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			require.NoError(t, s.redeemByMaker("r1"))
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.Approve(ctx, test.msg)
				return err
			})
		})
	}
	s := newSetup(t)
	require.NoError(t, s.redeemByMaker("r1"))
	_, err := s.DepositMsgs.Approve(s.Ctx, part(yen(10), 0, ""))
	require.NoError(t, err, "all of it, said in so many words")
}

// setCeiling has the members bound what alpha may owe.
func (s setup) setCeiling(t *testing.T, amount int64) {
	t.Helper()
	_, err := s.DepositMsgs.SetCeiling(s.Ctx, &types.MsgSetCeiling{
		Authority: s.Membership.Authority(), Bank: "alpha", Amount: math.NewInt(amount),
	})
	require.NoError(t, err)
}

func TestCeiling(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 500, "r1"))
	s.setCeiling(t, 1499)
	keepertest.RequireEvent(t, s.Ctx, &types.EventCeilingSet{Bank: "alpha", Ceiling: moneytest.Yen(1499)})
	require.ErrorIs(t, s.Approve("alpha", "r1"), types.ErrCeilingExceeded)
	require.Equal(t, types.OrderStatusDebited, s.order(t, "r1").Status)
	require.EqualValues(t, 1000, s.supply().Int64())
	require.NoError(t, s.approvePart("r1", 499), "a part that fits")

	s.Issue(t, "beta", s.bob, 100, "other-bank")
	require.NoError(t, s.Pay(s.bob, s.alice, 100), "what customers are paid is not stopped")
	require.Equal(t, book{"alpha", 1599, 1499, 0}, s.book(t, "alpha"))
	require.NoError(t, s.RequestIssue("alpha", s.alice, 1, "r2"))
	require.ErrorIs(t, s.Approve("alpha", "r2"), types.ErrCeilingExceeded)
	require.NoError(t, s.redeemByMaker("r3"))
	require.NoError(t, s.Approve("alpha", "r3"), "nor is redeeming")

	_, err := s.DepositMsgs.RemoveCeiling(s.Ctx, &types.MsgRemoveCeiling{Authority: s.Membership.Authority(), Bank: "alpha"})
	require.NoError(t, err)
	keepertest.RequireEvent(t, s.Ctx, &types.EventCeilingRemoved{Bank: "alpha"})
	require.NoError(t, s.Approve("alpha", "r2"))

	s.setCeiling(t, 0)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 1, "r4"))
	require.ErrorIs(t, s.Approve("alpha", "r4"), types.ErrCeilingExceeded)
}

func TestCeilingRefusals(t *testing.T) {
	s := newSetup(t)
	authority := s.Membership.Authority()
	one := math.OneInt()
	for name, test := range map[string]struct {
		msg  *types.MsgSetCeiling
		want error
	}{
		"maker":      {&types.MsgSetCeiling{Authority: moneytest.Operator("alpha", "maker"), Bank: "alpha", Amount: one}, types.ErrNotAuthority},
		"nobody":     {&types.MsgSetCeiling{Bank: "alpha", Amount: one}, types.ErrNotAuthority},
		"no bank":    {&types.MsgSetCeiling{Authority: authority, Amount: one}, types.ErrInvalidCeiling},
		"stranger":   {&types.MsgSetCeiling{Authority: authority, Bank: "gamma", Amount: one}, membershiptypes.ErrOrganizationNotFound},
		"auditor":    {&types.MsgSetCeiling{Authority: authority, Bank: moneytest.Auditor, Amount: one}, types.ErrInvalidCeiling},
		"no amount":  {&types.MsgSetCeiling{Authority: authority, Bank: "alpha"}, types.ErrInvalidCeiling},
		"below zero": {&types.MsgSetCeiling{Authority: authority, Bank: "alpha", Amount: one.Neg()}, types.ErrInvalidCeiling},
		"immense":    {&types.MsgSetCeiling{Authority: authority, Bank: "alpha", Amount: math.NewIntWithDecimal(1, 60)}, types.ErrInvalidCeiling},
	} {
		t.Run(name, func(t *testing.T) {
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.SetCeiling(ctx, test.msg)
				return err
			})
		})
	}
	_, err := s.DepositMsgs.RemoveCeiling(s.Ctx, &types.MsgRemoveCeiling{Authority: authority, Bank: "alpha"})
	require.ErrorIs(t, err, types.ErrCeilingNotFound)
	_, err = s.DepositMsgs.RemoveCeiling(s.Ctx, &types.MsgRemoveCeiling{Authority: "x", Bank: "alpha"})
	require.ErrorIs(t, err, types.ErrNotAuthority)
}

// pause has alpha stop.
func (s setup) pause(t *testing.T) {
	t.Helper()
	require.NoError(t, s.Pause("alpha"))
}

// A paused bank makes no new yen; what is already promised can still be given back, and orders of other banks go on.
func TestPausedBank(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "i1"))
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "i2"))
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "i3"))
	require.NoError(t, s.redeemByMaker("r1"))
	require.NoError(t, s.redeemByMaker("r2"))
	require.NoError(t, s.redeemByMaker("r3"))
	asked, err := s.ask(5, "i4")
	require.NoError(t, err)
	s.pause(t)

	require.ErrorIs(t, s.RequestIssue("alpha", s.alice, 5, "i5"), registrytypes.ErrBankPaused)
	_, err = s.ask(5, "i5")
	require.ErrorIs(t, err, registrytypes.ErrBankPaused)
	require.ErrorIs(t, s.Approve("alpha", "i1"), registrytypes.ErrBankPaused)
	require.ErrorIs(t, s.approvePart("i1", 1), registrytypes.ErrBankPaused)
	require.NoError(t, s.confirm(moneytest.Operator("alpha", "maker"), asked, "core-1"), "a debit is a fact")

	require.NoError(t, s.Reject("alpha", "i2"))
	require.NoError(t, s.cancel(moneytest.Operator("alpha", "maker"), "i3"))
	require.NoError(t, s.Approve("alpha", "r1"))
	require.NoError(t, s.Reject("alpha", "r2"))
	require.NoError(t, s.cancel(moneytest.Operator("alpha", "maker"), "r3"))
	require.EqualValues(t, 990, s.Balance(s.alice))
	s.Issue(t, "beta", s.bob, 5, "i1")
}
