package keeper

import (
	"context"
	"fmt"
	"slices"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
)

// offset settles together payments that wait for each other: each alone is more than its bank can settle, but what the
// banks pay each other cancels out. It takes the most payments that can go without any bank passing another of its own
// and without any going below its reserve or further below its cap.
func (k *Keeper) offset(ctx context.Context, params types.Params) error {
	candidates, err := k.offsetCandidates(ctx, int(params.QueueOffsetMax))
	if err != nil || len(candidates) == 0 {
		return err
	}
	cycle, err := k.openNumber.Get(ctx)
	if err != nil {
		return err
	}
	plan, err := k.planOffset(ctx, params, cycle, candidates)
	if err != nil || len(plan.chosen()) == 0 {
		return err
	}
	cached, write := branch.Begin(ctx)
	failed, reason := k.settleTogether(cached, params, cycle, plan)
	if reason == nil {
		write()
		return nil
	}
	if failed == nil {
		// Nothing is lost by not offsetting, and much by a zone that stops.
		sdk.UnwrapSDKContext(ctx).Logger().Error("offsetting failed", "cycle", cycle, "err", reason)
		return nil
	}
	// One payee cannot take its payment. It goes back, and the next block looks at the others again.
	if err := k.giveBack(ctx, *failed, reason); err != nil {
		return err
	}
	return k.markAllDirty(ctx)
}

// candidate is a queued payment that may be settled together with others.
type candidate struct {
	payment   types.QueuedPayment
	payeeBank string
}

// offsetCandidates returns the first payments of every bank that has any waiting and has not failed, as many of each bank,
// together at most so many.
func (k *Keeper) offsetCandidates(ctx context.Context, limit int) ([][]candidate, error) {
	banks, err := k.queueingBanks(ctx)
	if err != nil || len(banks) == 0 {
		return nil, err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	depth := max(limit/len(banks), 1)
	banks = banks[:min(len(banks), limit)]
	candidates := make([][]candidate, 0, len(banks))
	for _, bank := range banks {
		participant, err := k.participant(ctx, bank)
		if err != nil {
			return nil, err
		}
		if participant.IsFailed() {
			continue
		}
		heads, err := k.headsOf(ctx, bank, depth)
		if err != nil {
			return nil, err
		}
		var queue []candidate
		for _, head := range heads {
			if !now.Before(head.ExpiresAt) {
				break // its hold can be captured no more; it leaves the queue with the next blocks
			}
			payeeBank, err := k.payeeBank(ctx, head)
			if err != nil {
				return nil, err
			}
			queue = append(queue, candidate{payment: head, payeeBank: payeeBank})
		}
		if len(queue) > 0 {
			candidates = append(candidates, queue)
		}
	}
	return candidates, nil
}

// offsetPlan is the payments that could be settled together, as a prefix of each bank's queue.
type offsetPlan struct {
	queues [][]candidate
	// taken is how many of each queue are still in the plan.
	taken []int
	// queueOf finds a bank's queue, by its place in queues.
	queueOf map[string]int
	// positions and reserves are what each bank could lose, and what the plan changes it by.
	positions, reserves map[string]*balance
	// banks are the keys of both, ascending.
	banks []string
}

// balance is what a bank has of one kind of liquidity and what a plan changes it by.
type balance struct {
	has, change math.Int
}

// short says whether the plan takes more than there is. A plan that takes nothing is never short, however deep below its
// cap the bank is.
func (b *balance) short() bool {
	return b.change.IsNegative() && b.has.Add(b.change).IsNegative()
}

// planOffset begins with all candidates and takes back the last payment of a bank that is short, until none is. What is
// left is the largest set of prefixes that can go, because taking a payment back never helps another bank.
func (k *Keeper) planOffset(
	ctx context.Context, params types.Params, cycle uint64, queues [][]candidate,
) (*offsetPlan, error) {
	plan := &offsetPlan{
		queues: queues, taken: make([]int, len(queues)), queueOf: map[string]int{},
		positions: map[string]*balance{}, reserves: map[string]*balance{},
	}
	for i, queue := range queues {
		plan.queueOf[queue[0].payment.Bank] = i
		plan.taken[i] = len(queue)
		for _, one := range queue {
			for _, bank := range []string{one.payment.Bank, one.payeeBank} {
				if err := k.addBalances(ctx, params, cycle, plan, bank); err != nil {
					return nil, err
				}
			}
			plan.apply(params, one, false)
		}
	}
	for short := plan.firstShort(); short != ""; short = plan.firstShort() {
		// A bank is short only of what its own payments take, so it has one in the plan.
		i := plan.queueOf[short]
		plan.taken[i]--
		plan.apply(params, queues[i][plan.taken[i]], true)
	}
	return plan, nil
}

func (k *Keeper) addBalances(ctx context.Context, params types.Params, cycle uint64, plan *offsetPlan, bank string) error {
	i, found := slices.BinarySearch(plan.banks, bank)
	if found {
		return nil
	}
	participant, err := k.participant(ctx, bank)
	if err != nil {
		return err
	}
	room, err := k.roomOf(ctx, params, cycle, participant)
	if err != nil {
		return err
	}
	plan.banks = slices.Insert(plan.banks, i, bank)
	plan.positions[bank] = &balance{has: room.headroom(), change: math.ZeroInt()}
	plan.reserves[bank] = &balance{has: k.Reserve(ctx, bank), change: math.ZeroInt()}
	return nil
}

// apply adds a payment to the plan's balances, or takes it back.
func (p *offsetPlan) apply(params types.Params, one candidate, back bool) {
	if one.payment.Bank == one.payeeBank {
		return
	}
	balances := p.positions
	if offsetBy(params, one.payment.Amount.Amount) == types.SettledByReserve {
		balances = p.reserves
	}
	amount := one.payment.Amount.Amount
	if back {
		amount = amount.Neg()
	}
	payer, payee := balances[one.payment.Bank], balances[one.payeeBank]
	payer.change = payer.change.Sub(amount)
	payee.change = payee.change.Add(amount)
}

// firstShort returns the first bank that the plan takes more from than it has, or none.
func (p *offsetPlan) firstShort() string {
	for _, bank := range p.banks {
		if p.positions[bank].short() || p.reserves[bank].short() {
			return bank
		}
	}
	return ""
}

// chosen returns the payments of the plan, by bank and in their order.
func (p *offsetPlan) chosen() []types.QueuedPayment {
	var payments []types.QueuedPayment
	for i, queue := range p.queues {
		for _, one := range queue[:p.taken[i]] {
			payments = append(payments, one.payment)
		}
	}
	return payments
}

// settleTogether pays all payments of a plan, then moves the reserve that they net to. It returns an error and, if it
// comes from one payment, that payment; the caller then drops what the context has written.
func (k *Keeper) settleTogether(
	ctx context.Context, params types.Params, cycle uint64, plan *offsetPlan,
) (*types.QueuedPayment, error) {
	batch := &offsetBatch{params: params}
	together := withOffset(ctx, batch)
	payments, sum := plan.chosen(), math.ZeroInt()
	for _, payment := range payments {
		if err := k.capture(together, payment, true); err != nil {
			return &payment, err
		}
		sum = sum.Add(payment.Amount.Amount)
	}
	nets := netsOf(batch.received, batch.sent)
	if err := k.settleNets(ctx, nets); err != nil {
		return nil, err
	}
	for _, one := range nets {
		if !one.left.IsZero() {
			return nil, fmt.Errorf("expected %s to settle %s in reserve, got %s left: check the plan", one.bank, one.amount, one.left)
		}
	}
	return nil, event.Emit(ctx, &types.EventPaymentsOffset{
		Cycle: cycle, Payments: uint32(len(payments)), Amount: sum, // #nosec G115 -- at most QueueOffsetMax
	})
}

// offsetBatch collects the flows in reserve of payments that are settled together.
type offsetBatch struct {
	params         types.Params
	sent, received []types.Credit
}

type offsetKey struct{}

// withOffset returns a context for the flows of a batch.
func withOffset(ctx context.Context, batch *offsetBatch) context.Context {
	return sdk.UnwrapSDKContext(ctx).WithValue(offsetKey{}, batch)
}

// offsetOf returns the batch that a flow is part of, or nil.
func offsetOf(ctx context.Context) *offsetBatch {
	if batch, found := ctx.Value(offsetKey{}).(*offsetBatch); found {
		return batch
	}
	return nil
}

// settledBy says how a flow of an amount is settled together with others.
func (b *offsetBatch) settledBy(amount math.Int) types.SettledBy {
	return offsetBy(b.params, amount)
}

func (b *offsetBatch) moveReserve(payerBank, payeeBank string, amount math.Int) {
	b.sent = append(b.sent, types.Credit{Bank: payerBank, Amount: amount})
	b.received = append(b.received, types.Credit{Bank: payeeBank, Amount: amount})
}

// offsetBy says how a flow of an amount is offset: in positions wherever the parameters allow it, because positions need
// no money to be there.
func offsetBy(params types.Params, amount math.Int) types.SettledBy {
	if _, net := waysOf(params, amount); net {
		return types.SettledByPosition
	}
	return types.SettledByReserve
}
