package keeper_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// ask has alice ask for yen and returns the order's reference.
func (s setup) ask(amount int64, own string) (string, error) {
	reference := types.HolderReference(s.alice, own)
	return reference, s.Do(func(ctx context.Context) error {
		response, err := s.DepositMsgs.RequestIssue(ctx, &types.MsgRequestIssue{
			Requester: s.alice, Account: s.alice, Amount: moneytest.Yen(amount), Reference: own,
		})
		if err == nil && response.Reference != reference {
			return fmt.Errorf("expected reference %s, got %s", reference, response.Reference)
		}
		return err
	})
}

func (s setup) confirm(operator, reference, core string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.DepositMsgs.ConfirmDebit(ctx, &types.MsgConfirmDebit{Operator: operator, Reference: reference, CoreReference: core})
		return err
	})
}

// The holder asks, a maker confirms the debit, a checker approves: each step is in the order with who and when.
func TestIssueByHolder(t *testing.T) {
	s := newSetup(t)
	maker, checker := moneytest.Operator("alpha", "maker"), moneytest.Operator("alpha", "checker")
	reference, err := s.ask(500, "salary-4")
	require.NoError(t, err)
	asked := types.Order{
		Bank: "alpha", Reference: s.alice + "@salary-4", Kind: types.OrderKindIssue, Account: s.alice, Amount: moneytest.Yen(500),
		Status: types.OrderStatusRequested, RequestedBy: s.alice, RequestedAt: s.Ctx.BlockTime(), BusinessDate: "2026-04-01",
	}
	require.Equal(t, asked, s.order(t, reference))
	require.ErrorIs(t, s.Approve("alpha", reference), types.ErrNotDebited)

	s.NextBlock(time.Hour)
	require.NoError(t, s.confirm(maker, reference, "core/17"))
	debited, confirmedAt := asked, s.Ctx.BlockTime()
	debited.Status, debited.ConfirmedBy, debited.ConfirmedAt, debited.CoreReference = types.OrderStatusDebited, maker, &confirmedAt, "core/17"
	require.Equal(t, debited, s.order(t, reference))
	require.Equal(t, "core/17", debited.CoreID())
	keepertest.RequireEvent(t, s.Ctx, &types.EventDebitConfirmed{
		Bank: "alpha", Reference: reference, CoreReference: "core/17", ConfirmedBy: maker,
	})
	require.EqualValues(t, 1000, s.Balance(s.alice), "nothing is minted before a checker approves")

	s.NextBlock(24 * time.Hour)
	require.NoError(t, s.Approve("alpha", reference))
	approved, decidedAt := debited, s.Ctx.BlockTime()
	approved.Status, approved.DecidedBy, approved.DecidedAt = types.OrderStatusApproved, checker, &decidedAt
	approved.DecidedDate, approved.ApprovedAmount = "2026-04-02", yen(500)
	require.Equal(t, approved, s.order(t, reference))
	require.EqualValues(t, 1500, s.Balance(s.alice))
	require.Equal(t, book{"alpha", 1500, 1500, 0}, s.book(t, "alpha"))
}

func TestConfirmDebitRefusals(t *testing.T) {
	maker := moneytest.Operator("alpha", "maker")
	tests := map[string]struct {
		operator, reference, core string
		want                      error
	}{
		"stranger":             {keepertest.Address("x").String(), "", "c", membershiptypes.ErrNotOperator},
		"checker":              {moneytest.Operator("alpha", "checker"), "", "c", membershiptypes.ErrRoleMissing},
		"holder":               {keepertest.Address("alice").String(), "", "c", membershiptypes.ErrNotOperator},
		"other bank":           {moneytest.Operator("beta", "maker"), "", "c", types.ErrOrderNotFound},
		"unknown":              {maker, "x", "c", types.ErrOrderNotFound},
		"decided":              {maker, "opening", "c", types.ErrOrderDecided},
		"maker's":              {maker, "makers", "c", types.ErrNotConfirmable},
		"redeem":               {maker, "redeem", "c", types.ErrNotConfirmable},
		"confirmed":            {maker, "confirmed", "c", types.ErrNotConfirmable},
		"no core reference":    {maker, "", "", types.ErrInvalidOrder},
		"bad core reference":   {maker, "", "a b", types.ErrInvalidOrder},
		"debit used":           {maker, "", "core-1", types.ErrReferenceUsed},
		"debit of an order":    {maker, "", "opening", types.ErrReferenceUsed},
		"debit of an open one": {maker, "", "makers", types.ErrReferenceUsed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			reference, err := s.ask(5, "r1")
			require.NoError(t, err)
			require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "makers"))
			confirmed, err := s.ask(5, "confirmed")
			require.NoError(t, err)
			require.NoError(t, s.confirm(maker, confirmed, "core-1"))
			require.NoError(t, s.RequestRedeem(s.alice, 5, "redeem"))
			switch test.reference {
			case "":
			case "confirmed", "redeem":
				reference = types.HolderReference(s.alice, test.reference)
			default:
				reference = test.reference
			}
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.ConfirmDebit(ctx, &types.MsgConfirmDebit{
					Operator: test.operator, Reference: reference, CoreReference: test.core,
				})
				return err
			})
		})
	}
}

// One debit in the core ledger makes yen once: its id is used up for references too.
func TestDebitCountsOnce(t *testing.T) {
	s := newSetup(t)
	reference, err := s.ask(5, "r1")
	require.NoError(t, err)
	require.NoError(t, s.confirm(moneytest.Operator("alpha", "maker"), reference, "core-1"))
	require.ErrorIs(t, s.RequestIssue("alpha", s.alice, 5, "core-1"), types.ErrReferenceUsed)
	require.NoError(t, s.Reject("alpha", reference))
	require.ErrorIs(t, s.RequestIssue("alpha", s.alice, 5, "core-1"), types.ErrReferenceUsed, "whatever became of it")
	require.NoError(t, s.RequestIssue("beta", s.bob, 5, "core-1"), "of that bank only")
}

// Whoever requested or confirmed an order does not decide it, with whatever roles.
func TestConfirmerMayNotDecide(t *testing.T) {
	s := newSetup(t)
	both := moneytest.Operator("alpha", "both")
	reference, err := s.ask(5, "r1")
	require.NoError(t, err)
	require.NoError(t, s.confirm(both, reference, "core-1"))
	_, err = s.DepositMsgs.Approve(s.Ctx, &types.MsgApprove{Operator: both, Reference: reference})
	require.ErrorIs(t, err, types.ErrSameOperator)
	_, err = s.DepositMsgs.Reject(s.Ctx, &types.MsgReject{
		Operator: both, Reference: reference, RejectCode: types.RejectCodeOther, Reason: "no",
	})
	require.ErrorIs(t, err, types.ErrSameOperator)
	require.NoError(t, s.Approve("alpha", reference))
}

// Holders have references of their own: they take none from the bank, from each other, or twice.
func TestHoldersHaveTheirOwnReferences(t *testing.T) {
	s := newSetup(t)
	carol := s.Open(t, "alpha", "carol")
	_, err := s.ask(5, "opening")
	require.NoError(t, err, "the bank's order of that name is another")
	_, err = s.ask(5, "opening")
	require.ErrorIs(t, err, types.ErrReferenceUsed)
	require.ErrorIs(t, s.RequestRedeem(s.alice, 5, "opening"), types.ErrReferenceUsed, "of either kind")
	_, err = s.DepositMsgs.RequestIssue(s.Ctx, &types.MsgRequestIssue{
		Requester: carol, Account: carol, Amount: moneytest.Yen(5), Reference: "opening",
	})
	require.NoError(t, err)
	_, err = s.ask(5, "r1")
	require.NoError(t, err)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "r1"), "and the bank keeps it too")
	_, err = s.ask(5, carol+"@r2")
	require.ErrorIs(t, err, types.ErrInvalidOrder)
	require.ErrorIs(t, s.RequestIssue("alpha", s.alice, 5, carol+"@r2"), types.ErrInvalidOrder)
}

func TestHolderHasFewOpenOrders(t *testing.T) {
	s := newSetup(t)
	// The neighbours in the index: orders of the bank for the account, and those of another holder.
	require.NoError(t, s.RequestIssue("alpha", s.alice, 1, "A"))
	require.NoError(t, s.RequestIssue("alpha", s.alice, 1, "zzz"))
	for i := range types.MaxOpenOrdersOfHolder {
		if i%2 == 0 {
			_, err := s.ask(1, fmt.Sprint(i))
			require.NoError(t, err)
			continue
		}
		require.NoError(t, s.RequestRedeem(s.alice, 1, fmt.Sprint(i)))
	}
	_, err := s.ask(1, "more")
	require.ErrorIs(t, err, types.ErrTooManyOpenOrders)
	require.ErrorIs(t, s.RequestRedeem(s.alice, 1, "more"), types.ErrTooManyOpenOrders)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 1, "more"), "the bank itself may go on")
	require.NoError(t, s.cancel(s.alice, types.HolderReference(s.alice, "0")))
	_, err = s.ask(1, "more")
	require.NoError(t, err)
}

func TestCancel(t *testing.T) {
	s := newSetup(t)
	maker := moneytest.Operator("alpha", "maker")

	reference, err := s.ask(5, "i1")
	require.NoError(t, err)
	require.NoError(t, s.cancel(s.alice, reference))
	cancelled := s.order(t, reference)
	require.Equal(t, types.OrderStatusCancelled, cancelled.Status)
	require.Equal(t, s.alice, cancelled.DecidedBy)
	keepertest.RequireEvent(t, s.Ctx, &types.EventOrderCancelled{
		Bank: "alpha", Reference: reference, Kind: types.OrderKindIssue, Account: s.alice, Amount: moneytest.Yen(5),
		CancelledBy: s.alice, BusinessDate: "2026-04-01",
	})

	require.NoError(t, s.RequestRedeem(s.alice, 400, "r1"))
	require.NoError(t, s.cancel(s.alice, types.HolderReference(s.alice, "r1")))
	require.EqualValues(t, 1000, s.Balance(s.alice), "the hold is released")

	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "i2"))
	require.NoError(t, s.cancel(maker, "i2"), "a maker takes back what only the maker acted on")
	require.NoError(t, s.redeemByMaker("r2"))
	require.NoError(t, s.cancel(maker, "r2"))
	require.Equal(t, book{"alpha", 1000, 1000, 0}, s.book(t, "alpha"))
	require.NoError(t, s.Deposit.MayClose(s.Ctx, registrytypes.Account{Address: s.alice}))
}

func TestCancelRefusals(t *testing.T) {
	maker, both := moneytest.Operator("alpha", "maker"), moneytest.Operator("alpha", "both")
	alice := keepertest.Address("alice").String()
	tests := map[string]struct {
		requester, reference string
		want                 error
	}{
		"stranger":           {keepertest.Address("x").String(), "makers", membershiptypes.ErrNotOperator},
		"other maker":        {both, "makers", types.ErrNotCancellable},
		"maker of holder's":  {maker, alice + "@open", types.ErrNotCancellable},
		"holder of maker's":  {alice, "makers", membershiptypes.ErrNotOperator},
		"other holder":       {keepertest.Address("bob").String(), alice + "@open", membershiptypes.ErrNotOperator},
		"checker":            {moneytest.Operator("alpha", "checker"), "makers", membershiptypes.ErrRoleMissing},
		"other bank":         {moneytest.Operator("beta", "maker"), "makers", types.ErrOrderNotFound},
		"confirmed":          {alice, alice + "@confirmed", types.ErrNotCancellable},
		"confirmer":          {maker, alice + "@confirmed", types.ErrNotCancellable},
		"decided":            {maker, "opening", types.ErrOrderDecided},
		"unknown of maker":   {maker, "x", types.ErrOrderNotFound},
		"unknown of holder":  {alice, alice + "@x", types.ErrOrderNotFound},
		"unknown account":    {"azu1", "azu1@x", registrytypes.ErrInvalidAccount},
		"no account of that": {keepertest.Address("x").String(), keepertest.Address("x").String() + "@x", registrytypes.ErrAccountNotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "makers"))
			_, err := s.ask(5, "open")
			require.NoError(t, err)
			confirmed, err := s.ask(5, "confirmed")
			require.NoError(t, err)
			require.NoError(t, s.confirm(maker, confirmed, "core-1"))
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.CancelOrder(ctx, &types.MsgCancelOrder{Requester: test.requester, Reference: test.reference})
				return err
			})
		})
	}
}
