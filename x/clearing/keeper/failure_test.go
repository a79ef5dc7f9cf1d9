package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/clearing/keeper"
	"github.com/azukari-network/azukari/x/clearing/types"
)

const due = 2 * time.Hour

// owing is a world in which alpha owes beta 600 and delta 300 after a close, and has 20 of reserve since.
func owing(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, inMode(types.SettlementModeNet))
	w.mustPay(alpha, beta, 600)
	w.mustPay(alpha, delta, 300)
	w.close()
	require.Len(t, w.obligations(), 1)
	w.issue(alpha, 20)
	return w
}

func (w *world) settle(bank string, id uint64) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.SettleObligation(ctx, &types.MsgSettleObligation{
			Operator: moneytest.Operator(bank, "maker"), ObligationId: id,
		})
		return err
	})
}

func (w *world) confirm(id uint64, reference string) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.ConfirmObligation(ctx, &types.MsgConfirmObligation{
			Operator: moneytest.Operator(agent, "maker"), ObligationId: id, Reference: reference,
		})
		return err
	})
}

func (w *world) repay(creditor string, yen int64) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.RepayClaim(ctx, &types.MsgRepayClaim{
			Operator: moneytest.Operator(alpha, "maker"), Creditor: creditor, Amount: amount(yen),
		})
		return err
	})
}

func (w *world) reinstate(bank string, writeOff bool) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.ReinstateBank(ctx, &types.MsgReinstateBank{Authority: w.Authority, Bank: bank, WriteOff: writeOff})
		return err
	})
}

func (w *world) claims() map[string]int64 {
	response, err := w.queries.Claims(w.Ctx, &types.QueryClaimsRequest{})
	require.NoError(w.t, err)
	claims := map[string]int64{}
	for _, claim := range response.Claims {
		claims[claim.Debtor+" owes "+claim.Creditor] = claim.Amount.Int64()
	}
	return claims
}

func TestSettleObligation(t *testing.T) {
	w := owing(t)
	require.ErrorIs(t, w.settle(alpha, 1), types.ErrInsufficientReserve)
	w.issue(alpha, 1_000)
	require.ErrorIs(t, w.settle(beta, 1), types.ErrWrongOrganization)
	require.ErrorIs(t, w.settle(alpha, 2), types.ErrObligationNotFound)
	require.NoError(t, w.settle(alpha, 1))
	keepertest.RequireEvent(t, w.Ctx, &types.EventObligationEnded{
		Id: 1, Debtor: alpha, Amount: amount(900), Status: types.ObligationStatusSettled,
	})
	w.requireReserves(120, 600, 300, 0)
	require.True(t, w.position(alpha).Owed.IsZero())
	require.ErrorIs(t, w.settle(alpha, 1), types.ErrObligationEnded)
	w.later(due)
	require.Equal(t, types.BankStatusActive, w.position(alpha).Status)
}

// Money that came outside is issued to the creditors, by two people and once.
func TestConfirmObligation(t *testing.T) {
	w := owing(t)
	require.ErrorIs(t, w.confirm(9, "c-1"), types.ErrObligationNotFound)
	require.ErrorIs(t, w.confirm(1, ""), types.ErrInvalidOrder)
	require.NoError(t, w.confirm(1, "c-1"))
	require.NoError(t, w.confirm(1, "c-2"))
	require.ErrorIs(t, w.confirm(1, "c-2"), types.ErrReferenceUsed)
	require.ErrorIs(t, w.approve(alpha, agent, "c-1"), types.ErrWrongOrganization)
	require.NoError(t, w.approve(agent, agent, "c-1"))
	keepertest.RequireEvent(t, w.Ctx, &types.EventObligationEnded{
		Id: 1, Debtor: alpha, Amount: amount(900), Status: types.ObligationStatusConfirmed,
	})
	w.requireReserves(20, 600, 300, 0)
	require.EqualValues(t, 920, w.supply())
	require.ErrorIs(t, w.approve(agent, agent, "c-2"), types.ErrObligationEnded, "an obligation is confirmed once")
	require.ErrorIs(t, w.confirm(1, "c-3"), types.ErrObligationEnded)
}

// A debtor that has the money at the due time pays without failing, asked or not.
func TestDueObligationIsTakenFromTheReserve(t *testing.T) {
	w := owing(t)
	w.issue(alpha, 880)
	w.later(due - time.Nanosecond)
	w.requireReserves(900, 0, 0)
	w.later(time.Nanosecond)
	w.requireReserves(0, 600, 300)
	require.Equal(t, types.BankStatusActive, w.position(alpha).Status)
	require.Equal(t, types.ObligationStatusSettled, w.obligations()[0].Status)
}

// What a bank leaves unpaid is met from its reserve, its pledge, and the others by the key, all to the yen; each step says so.
func TestFailureOfABank(t *testing.T) {
	w := owing(t)
	w.issue(alpha, 100)
	w.pledge(alpha, 100)
	w.issue(beta, 1_000)
	w.issue(delta, 1_000)
	w.issue(gamma, 100)
	w.setKey(types.LossShare{Bank: alpha, Weight: 9}, types.LossShare{Bank: beta, Weight: 1},
		types.LossShare{Bank: delta, Weight: 1}, types.LossShare{Bank: gamma, Weight: 2})
	supply := w.supply()
	w.later(due)

	require.Equal(t, types.BankStatusFailed, w.position(alpha).Status)
	keepertest.RequireEvent(t, w.Ctx, &types.EventBankFailed{Bank: alpha, ObligationId: 1})
	keepertest.RequireEvent(t, w.Ctx, &types.EventShortfallMet{
		ObligationId: 1, Debtor: alpha, FromReserve: amount(20), FromPledge: amount(100), Shared: amount(780),
	})
	for bank, share := range map[string]int64{beta: 195, delta: 195, gamma: 390} {
		keepertest.RequireEvent(t, w.Ctx, &types.EventLossShared{ObligationId: 1, Debtor: alpha, Bank: bank, Amount: amount(share)})
	}
	keepertest.RequireEvent(t, w.Ctx, &types.EventObligationEnded{
		Id: 1, Debtor: alpha, Amount: amount(900), Status: types.ObligationStatusDefaulted,
	})
	require.Equal(t, map[string]int64{
		alpha + " owes " + beta: 195, alpha + " owes " + delta: 195, alpha + " owes " + gamma: 390,
	}, w.claims())

	// beta was owed 600 and got 80 of alpha's 120; of 520 it bears 195, so 325 are to come. delta: 300 − 40 − 195 = 65.
	// gamma bears 390 and has 100: 83 of it go to beta, 17 to delta, and 290 stay owed.
	w.requireReserves(0, 1_000+80+83, 1_000+40+17, 0)
	require.True(t, w.position(alpha).Pledge.IsZero())
	all := w.obligations()
	require.Len(t, all, 2)
	require.Equal(t, types.Obligation{
		Id: 2, Cycle: 1, Debtor: gamma, Amount: amount(290),
		Creditors: []types.Credit{{Bank: beta, Amount: amount(242)}, {Bank: delta, Amount: amount(48)}},
		Status:    types.ObligationStatusOpen, CreatedAt: w.Ctx.BlockTime(), DueAt: w.Ctx.BlockTime().Add(due), LossOf: 1,
		FromReserve: amount(0), FromPledge: amount(0), Shared: amount(0),
	}, all[1])
	require.Equal(t, supply, w.supply())

	// Payments that were final stay so, outgoing ones stop, incoming ones go on.
	require.EqualValues(t, wealth-900, w.Balance(w.holder[alpha]))
	require.EqualValues(t, wealth+600, w.Balance(w.holder[beta]))
	require.ErrorIs(t, w.pay(alpha, beta, 1), types.ErrBankStopped)
	w.mustPay(beta, alpha, 10)
	w.issue(alpha, 50)
	require.ErrorIs(t, w.pay(alpha, beta, 1), types.ErrBankStopped, "not even from reserve")

	state, err := w.Clearing.ExportGenesis(w.Ctx)
	require.NoError(t, err)
	require.NoError(t, state.Validate())
}

// Without a key each creditor bears what it is owed; nothing moves that is not there.
func TestFailureWithoutAKey(t *testing.T) {
	w := owing(t)
	w.later(due)
	w.requireReserves(0, 13, 7, 0)
	require.Equal(t, map[string]int64{alpha + " owes " + beta: 587, alpha + " owes " + delta: 293}, w.claims())
	require.Len(t, w.obligations(), 1)
}

// A survivor that cannot pay its share fails in its turn, and the loss goes on to those that are left.
func TestFailureSpreadsToTheLast(t *testing.T) {
	w := owing(t)
	w.setKey(types.LossShare{Bank: alpha, Weight: 1}, types.LossShare{Bank: gamma, Weight: 1})
	w.later(due)
	require.Equal(t, map[string]int64{alpha + " owes " + gamma: 880}, w.claims())
	require.EqualValues(t, 880, w.position(gamma).Owed.Int64())
	w.later(due)
	require.Equal(t, types.BankStatusFailed, w.position(gamma).Status)
	require.True(t, w.position(gamma).Owed.IsZero())
	require.Equal(t, map[string]int64{
		alpha + " owes " + gamma: 880, gamma + " owes " + beta: 587, gamma + " owes " + delta: 293,
	}, w.claims(), "all of the key have failed: each creditor bears what it is owed")
	require.Len(t, w.obligations(), 2)
	w.later(30 * 24 * time.Hour)
	require.Len(t, w.obligations(), 2)
}

// A bank that fails during a cycle still has its position in it, and fails with that too.
func TestFailedBankIsStillNetted(t *testing.T) {
	w := owing(t)
	w.mustPay(alpha, gamma, 50)
	w.later(due)
	require.Equal(t, types.BankStatusFailed, w.position(alpha).Status)
	require.Len(t, w.obligations(), 2, "the cut-off was at the same time")
	require.Equal(t, types.ObligationStatusOpen, w.obligations()[1].Status)
	w.later(due)
	require.Equal(t, types.ObligationStatusDefaulted, w.obligations()[1].Status)
	require.EqualValues(t, 50, w.claims()[alpha+" owes "+gamma])
}

func TestMoneyOfADebtorStays(t *testing.T) {
	w := owing(t)
	w.issue(alpha, 500)
	w.pledge(alpha, 100)
	for _, kind := range []types.ReserveOrderKind{redeem, release} {
		reference, err := w.request(alpha, kind, alpha, 10)
		require.NoError(t, err)
		require.ErrorIs(t, w.approve(agent, alpha, reference), types.ErrBankInDebt)
	}
	w.later(due)
	w.issue(alpha, 500)
	reference, err := w.request(agent, redeem, alpha, 10)
	require.NoError(t, err)
	require.ErrorIs(t, w.approve(agent, agent, reference), types.ErrBankInDebt)
}

func TestRepayAndReinstate(t *testing.T) {
	w := owing(t)
	w.later(due)
	require.ErrorIs(t, w.reinstate(beta, false), types.ErrBankNotFailed)
	require.ErrorIs(t, w.reinstate(alpha, false), types.ErrBankInDebt)
	w.issue(alpha, 700)
	require.ErrorIs(t, w.repay(gamma, 1), types.ErrClaimNotFound)
	for _, wrong := range []int64{0, -1, 588} {
		require.ErrorIs(t, w.repay(beta, wrong), types.ErrInvalidClaim)
	}
	require.NoError(t, w.repay(beta, 500))
	keepertest.RequireEvent(t, w.Ctx, &types.EventClaimRepaid{Debtor: alpha, Creditor: beta, Amount: amount(500)})
	require.NoError(t, w.repay(beta, 87))
	require.ErrorIs(t, w.repay(beta, 1), types.ErrClaimNotFound)
	require.ErrorIs(t, w.repay(delta, 293), types.ErrInsufficientReserve)
	w.requireReserves(113, 600, 7, 0)
	require.Equal(t, map[string]int64{alpha + " owes " + delta: 293}, w.claims())

	require.ErrorIs(t, w.reinstate(alpha, false), types.ErrBankInDebt)
	require.NoError(t, w.reinstate(alpha, true))
	keepertest.RequireEvent(t, w.Ctx, &types.EventClaimWrittenOff{Debtor: alpha, Creditor: delta, Amount: amount(293)})
	keepertest.RequireEvent(t, w.Ctx, &types.EventBankReinstated{Bank: alpha})
	require.Empty(t, w.claims())
	w.mustPay(alpha, beta, 1)
}

func TestNoReinstatementWithOpenObligations(t *testing.T) {
	w := owing(t)
	w.mustPay(alpha, gamma, 50)
	w.later(due)
	require.ErrorIs(t, w.reinstate(alpha, true), types.ErrBankInDebt)
	w.issue(alpha, 50)
	require.NoError(t, w.settle(alpha, 2))
	require.NoError(t, w.reinstate(alpha, true))
}

// A block enforces a bounded number of obligations, the oldest first.
func TestManyDueAtOnce(t *testing.T) {
	const debtors = keeper.ObligationsPerBlock + 5
	banks := manyBanks(debtors + 1)
	w := newWorldOf(t, banks, inMode(types.SettlementModeNet))
	creditor := banks[debtors]
	for _, bank := range banks[:debtors] {
		w.mustPay(bank, creditor, 10)
	}
	w.close()
	require.Len(t, w.obligations(), debtors)
	w.later(due)
	defaulted := func() (count int) {
		for _, obligation := range w.obligations() {
			if obligation.Status == types.ObligationStatusDefaulted {
				count++
			}
		}
		return count
	}
	require.Equal(t, keeper.ObligationsPerBlock, defaulted())
	require.Equal(t, types.ObligationStatusDefaulted, w.obligations()[0].Status)
	w.later(time.Second)
	require.Equal(t, debtors, defaulted())
}
