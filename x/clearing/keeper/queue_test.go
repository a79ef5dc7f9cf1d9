package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/clearing/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func TestQueuedPaymentIsPaidAtOnceIfItCan(t *testing.T) {
	w := newWorld(t, nil)
	require.Zero(t, w.queue(alpha, beta, 1_000))
	w.requirePositions(-1_000, 1_000)
	require.Zero(t, w.queue(alpha, alpha2(t, w), 5_000), "inside one bank nothing waits")
	require.Empty(t, w.waiting(alpha))
}

// alpha2 opens a second account at alpha and returns the key of holder that it is under.
func alpha2(t *testing.T, w *world) string {
	t.Helper()
	w.holder["alpha2"] = w.Open(t, alpha, "alpha2")
	return "alpha2"
}

func TestPaymentWaits(t *testing.T) {
	w := newWorld(t, nil)
	expires := w.Ctx.BlockTime().Add(time.Hour)
	id := w.queue(alpha, beta, 1_001)
	require.EqualValues(t, 1, id)
	keepertest.RequireEvent(t, w.Ctx, &types.EventPaymentQueued{
		Id: 1, Bank: alpha, Payer: w.holder[alpha], Payee: w.holder[beta], Amount: amount(1_001),
		Reference: "payment-1", ExpiresAt: expires,
	})
	payment, err := w.Clearing.GetQueuedPayment(w.Ctx, id)
	require.NoError(t, err)
	require.NoError(t, payment.Validate())
	hold, err := w.Hold.Get(w.Ctx, payment.HoldId)
	require.NoError(t, err)
	require.Equal(t, holdtypes.Hold{
		Id: payment.HoldId, Owner: w.holder[alpha], Amount: moneytest.Yen(1_001), Purpose: "queue/1", ExpiresAt: &expires,
	}, hold)
	position := w.position(alpha)
	require.EqualValues(t, 1, position.QueuedCount)
	require.EqualValues(t, 1_001, position.Queued.Int64())
	require.ErrorIs(t, w.Close(alpha, w.holder[alpha]), registrytypes.ErrAccountInUse)
	w.end()
	require.Equal(t, []uint64{1}, w.waiting(alpha))
}

// Whatever makes room lets the queue go on, in the order in which it was queued.
func TestQueueGoesOn(t *testing.T) {
	for name, makeRoom := range map[string]func(w *world){
		"inflow":          func(w *world) { w.mustPay(beta, alpha, 700) },
		"cap of the bank": func(w *world) { w.setCap(alpha, 1_700) },
		"reserve":         func(w *world) { w.issue(alpha, 600) },
		"new cycle":       func(w *world) { w.issue(alpha, 599); w.close() },
		"parameters": func(w *world) {
			require.NoError(w.t, w.setParams(func(p *types.Params) { p.DefaultNetDebitCap = amount(1_600) }))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.mustPay(alpha, gamma, 700)
			big, small := w.queue(alpha, beta, 600), w.queue(alpha, delta, 50)
			w.queue(alpha, delta, 5_000)
			w.end()
			require.Len(t, w.waiting(alpha), 3, "nobody passes the first")
			makeRoom(w)
			w.end()
			require.Len(t, w.waiting(alpha), 1+(2-paidOf(w, big, small)))
			_, err := w.Clearing.GetQueuedPayment(w.Ctx, big)
			require.ErrorIs(t, err, types.ErrPaymentNotFound)
			keepertest.RequireEvent(t, w.Ctx, &types.EventQueuedPaymentPaid{
				Id: big, Bank: alpha, Payer: w.holder[alpha], Payee: w.holder[beta], Amount: amount(600), Reference: "payment-1",
			})
		})
	}
}

// paidOf counts which of the payments wait no more.
func paidOf(w *world, ids ...uint64) int {
	paid := 0
	for _, id := range ids {
		if _, err := w.Clearing.GetQueuedPayment(w.Ctx, id); err != nil {
			paid++
		}
	}
	return paid
}

func TestQueueGoesOnInOrder(t *testing.T) {
	w := newWorld(t, nil)
	w.mustPay(alpha, gamma, 1_000)
	first, second, third := w.queue(alpha, beta, 600), w.queue(alpha, delta, 50), w.queue(alpha, delta, 60)
	require.Zero(t, w.queue(beta, alpha, 650), "beta's own queue is empty")
	w.end()
	require.Equal(t, []uint64{third}, w.waiting(alpha))
	require.Equal(t, 2, paidOf(w, first, second))
	w.requirePositions(-1_000, -50)
	// A payment joins a queue even if it alone could go.
	last := w.queue(alpha, beta, 1)
	require.NotZero(t, last)
	w.mustPay(delta, alpha, 10)
	w.end()
	require.Equal(t, []uint64{third, last}, w.waiting(alpha), "10 would be enough for the last only")
}

// One bank's payment makes room for another's, in the same block.
func TestQueuesFeedEachOther(t *testing.T) {
	w := newWorld(t, nil)
	w.mustPay(beta, gamma, 1_000)
	w.mustPay(delta, gamma, 1_000)
	w.queue(beta, delta, 500)
	w.queue(delta, alpha, 400)
	w.end()
	require.NotEmpty(t, w.waiting(beta))
	w.mustPay(alpha, beta, 500)
	w.end()
	require.Empty(t, w.waiting(beta))
	require.Empty(t, w.waiting(delta))
	w.requirePositions(-100, -1_000, -900)
}

func TestCancelQueuedPayment(t *testing.T) {
	w := newWorld(t, nil)
	first, second := w.queue(alpha, beta, 2_000), w.queue(alpha, beta, 900)
	cancel := func(payer string, id uint64) error {
		return w.Do(func(ctx context.Context) error {
			_, err := w.ClearingMsgs.CancelQueuedPayment(ctx, &types.MsgCancelQueuedPayment{Payer: payer, Id: id})
			return err
		})
	}
	require.ErrorIs(t, cancel(w.holder[beta], first), types.ErrNotPayer)
	require.NoError(t, cancel(w.holder[alpha], first))
	keepertest.RequireEvent(t, w.Ctx, &types.EventQueuedPaymentCancelled{Id: first, Bank: alpha, Payer: w.holder[alpha], Reference: "payment-1"})
	require.EqualValues(t, wealth-900, w.Balance(w.holder[alpha]))
	require.ErrorIs(t, cancel(w.holder[alpha], first), types.ErrPaymentNotFound)
	w.end()
	require.Equal(t, 1, paidOf(w, second), "the one behind it goes on")
	require.Empty(t, w.waiting(alpha))
}

func TestQueuedPaymentExpires(t *testing.T) {
	w := newWorld(t, nil)
	first := w.queue(alpha, beta, 2_000)
	w.later(30 * time.Minute)
	second := w.queue(alpha, beta, 3_000)
	w.later(30*time.Minute - time.Nanosecond)
	w.end()
	require.Equal(t, []uint64{first, second}, w.waiting(alpha))
	w.later(time.Nanosecond)
	keepertest.RequireEvent(t, w.Ctx, &types.EventQueuedPaymentExpired{Id: first, Bank: alpha, Payer: w.holder[alpha], Reference: "payment-1"})
	require.Equal(t, []uint64{second}, w.waiting(alpha))
	require.EqualValues(t, wealth-3_000, w.Balance(w.holder[alpha]))

	// Holds expire in bounded work per block: one that is late must not hold up its queue.
	w.NextBlock(time.Hour)
	w.setCap(alpha, 10_000)
	w.end()
	require.Empty(t, w.waiting(alpha))
	keepertest.RequireEvent(t, w.Ctx, &types.EventQueuedPaymentExpired{Id: second, Bank: alpha, Payer: w.holder[alpha], Reference: "payment-2"})
	require.EqualValues(t, wealth, w.Balance(w.holder[alpha]))
	require.ErrorIs(t, w.Clearing.HoldExpired(w.Ctx, holdtypes.Hold{Purpose: "queue/1"}), types.ErrPaymentNotFound)
	require.ErrorIs(t, w.Clearing.HoldExpired(w.Ctx, holdtypes.Hold{Purpose: "queue/x"}), types.ErrPaymentNotFound)
}

// A payment that its payee cannot take goes back and holds up nobody.
func TestQueuedPaymentIsReturned(t *testing.T) {
	w := newWorld(t, nil)
	first, second := w.queue(alpha, beta, 2_000), w.queue(alpha, delta, 1_500)
	require.NoError(t, w.Freeze(beta, w.holder[beta]))
	w.setCap(alpha, 5_000)
	w.end()
	keepertest.RequireEvent(t, w.Ctx, &types.EventQueuedPaymentReturned{
		Id: first, Bank: alpha, Payer: w.holder[alpha], Reference: "payment-1",
		Codespace: registrytypes.ModuleName, Code: registrytypes.ErrAccountFrozen.ABCICode(),
	})
	require.Equal(t, 1, paidOf(w, second))
	require.EqualValues(t, wealth-1_500, w.Balance(w.holder[alpha]))
	w.requirePositions(-1_500, 0, 1_500)
}

func TestQueueOfAFailedBankWaits(t *testing.T) {
	w := owing(t)
	w.later(90 * time.Minute)
	id := w.queue(alpha, beta, 500)
	w.end()
	w.later(30 * time.Minute)
	require.Equal(t, types.BankStatusFailed, w.position(alpha).Status)
	w.end()
	require.Equal(t, []uint64{id}, w.waiting(alpha))
	_, err := w.tryQueue(&types.MsgQueuePayment{
		Payer: w.holder[alpha], Payee: w.holder[beta], Amount: moneytest.Yen(1), Reference: "behind",
		ExpiresAt: w.Ctx.BlockTime().Add(time.Minute),
	})
	require.NoError(t, err)
	require.NoError(t, w.reinstate(alpha, true))
	w.end()
	require.Empty(t, w.waiting(alpha))
}

// Nobody joins a queue that a failed bank has not.
func TestNobodyQueuesForAFailedBank(t *testing.T) {
	w := owing(t)
	w.later(due)
	_, err := w.tryQueue(&types.MsgQueuePayment{
		Payer: w.holder[alpha], Payee: w.holder[beta], Amount: moneytest.Yen(1), Reference: "x",
		ExpiresAt: w.Ctx.BlockTime().Add(time.Minute),
	})
	require.ErrorIs(t, err, types.ErrBankStopped)
}

func TestQueuePaymentIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	now := w.Ctx.BlockTime()
	good := types.MsgQueuePayment{
		Payer: w.holder[alpha], Payee: w.holder[beta], Amount: moneytest.Yen(2_000), Reference: "r", ExpiresAt: now.Add(time.Hour),
	}
	for name, tc := range map[string]struct {
		change func(msg *types.MsgQueuePayment)
		want   error
	}{
		"payer of no form":    {func(msg *types.MsgQueuePayment) { msg.Payer = "x" }, registrytypes.ErrInvalidAccount},
		"payee of no form":    {func(msg *types.MsgQueuePayment) { msg.Payee = "x" }, registrytypes.ErrInvalidAccount},
		"oneself":             {func(msg *types.MsgQueuePayment) { msg.Payee = msg.Payer }, types.ErrInvalidPayment},
		"unknown payer":       {func(msg *types.MsgQueuePayment) { msg.Payer = keepertest.Address("nobody").String() }, registrytypes.ErrAccountNotFound},
		"unknown payee":       {func(msg *types.MsgQueuePayment) { msg.Payee = keepertest.Address("nobody").String() }, registrytypes.ErrNotRegistered},
		"other denom":         {func(msg *types.MsgQueuePayment) { msg.Amount.Denom = "points" }, types.ErrInvalidPayment},
		"zero":                {func(msg *types.MsgQueuePayment) { msg.Amount = moneytest.Yen(0) }, types.ErrInvalidPayment},
		"more than there is":  {func(msg *types.MsgQueuePayment) { msg.Amount = moneytest.Yen(wealth + 1) }, nil},
		"no reference":        {func(msg *types.MsgQueuePayment) { msg.Reference = "" }, types.ErrInvalidOrder},
		"used reference":      {func(msg *types.MsgQueuePayment) { msg.Reference = "used" }, types.ErrReferenceUsed},
		"reference paid with": {func(msg *types.MsgQueuePayment) { msg.Reference = "paid" }, types.ErrReferenceUsed},
		"expired":             {func(msg *types.MsgQueuePayment) { msg.ExpiresAt = now }, types.ErrInvalidPayment},
		"waiting too long":    {func(msg *types.MsgQueuePayment) { msg.ExpiresAt = now.AddDate(0, 0, 8) }, types.ErrInvalidPayment},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.Ctx
			defer func() { w.Ctx = ctx }()
			w.Ctx, _ = ctx.CacheContext()
			paid, used, msg := good, good, good
			paid.Reference, paid.Amount = "paid", moneytest.Yen(1)
			used.Reference = "used"
			for _, before := range []*types.MsgQueuePayment{&paid, &used} {
				_, err := w.tryQueue(before)
				require.NoError(t, err)
			}
			tc.change(&msg)
			_, err := w.tryQueue(&msg)
			require.Error(t, err)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want)
			}
			require.Len(t, w.waiting(alpha), 1)
		})
	}
}

// A queued payment counts against the payer's limits when it is queued: the hold that pays it is checked no more.
func TestQueuedPaymentCountsAgainstLimits(t *testing.T) {
	w := newWorld(t, nil)
	_, err := w.RegistryMsgs.SetLimits(w.Ctx, &registrytypes.MsgSetLimits{
		Operator: moneytest.Operator(alpha, "maker"), Address: w.holder[alpha], Reason: "prudence",
		Limits: registrytypes.Limits{PerPayment: amount(3_000), PerDay: amount(5_000), Balance: amount(1_000_000_000)},
	})
	require.NoError(t, err)
	try := func(reference string, yen int64) error {
		_, err := w.tryQueue(&types.MsgQueuePayment{
			Payer: w.holder[alpha], Payee: w.holder[beta], Amount: moneytest.Yen(yen), Reference: reference,
			ExpiresAt: w.Ctx.BlockTime().Add(time.Hour),
		})
		return err
	}
	require.ErrorIs(t, try("a", 3_001), registrytypes.ErrLimitPerPayment)
	require.NoError(t, try("b", 3_000))
	require.ErrorIs(t, try("c", 2_001), registrytypes.ErrLimitPerDay)
	require.ErrorIs(t, w.pay(alpha, beta, 2_001), registrytypes.ErrLimitPerDay)
	require.NoError(t, try("d", 2_000))
	require.NoError(t, w.Freeze(alpha, w.holder[alpha]))
	require.ErrorIs(t, try("e", 1), registrytypes.ErrAccountFrozen)
	require.Len(t, w.waiting(alpha), 2)
}

// A block looks at a bounded number of payments, each bank in turn, and the next goes on where it stopped.
func TestQueueWorkIsBoundedAndFair(t *testing.T) {
	w := newWorld(t, func(state *types.GenesisState) {
		state.Params.QueueAttemptsPerBlock = 4
		state.Params.Mode = types.SettlementModeNet
	})
	for range 5 {
		for _, bank := range []string{alpha, beta, delta} {
			require.NotZero(t, w.queue(bank, gamma, 2_000))
		}
	}
	require.NoError(t, w.setParams(func(p *types.Params) { p.DefaultNetDebitCap = amount(100_000) }))
	lengths := func() [3]int { return [3]int{len(w.waiting(alpha)), len(w.waiting(beta)), len(w.waiting(delta))} }
	for _, want := range [][3]int{{3, 4, 4}, {2, 2, 3}, {1, 1, 1}, {0, 0, 0}} {
		w.end()
		w.later(time.Second)
		if want == [3]int{0, 0, 0} {
			require.Equal(t, want, lengths())
			continue
		}
		require.Equal(t, want, lengths())
	}
}
