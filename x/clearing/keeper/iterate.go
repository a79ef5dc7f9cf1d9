package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/azukari-network/azukari/x/clearing/types"
)

// The iterators call visit with every entry until it says stop or returns an error, which is returned. The visitor must
// not write what it visits.

// IterateParticipants visits what is known of banks in ascending order of bank.
func (k *Keeper) IterateParticipants(ctx context.Context, visit func(types.Participant) (stop bool, err error)) error {
	return k.participants.Walk(ctx, nil, func(_ string, participant types.Participant) (bool, error) { return visit(participant) })
}

// IterateCycles visits cycles in ascending order, the open one last.
func (k *Keeper) IterateCycles(ctx context.Context, visit func(types.Cycle) (stop bool, err error)) error {
	return k.cycles.Walk(ctx, nil, func(_ uint64, cycle types.Cycle) (bool, error) { return visit(cycle) })
}

// IteratePositions visits the positions of all cycles in ascending order of cycle, then bank.
func (k *Keeper) IteratePositions(ctx context.Context, visit func(types.CyclePosition) (stop bool, err error)) error {
	return k.positions.Walk(ctx, nil, func(_ collections.Pair[uint64, string], position types.CyclePosition) (bool, error) {
		return visit(position)
	})
}

// IterateFlows visits the flows of all cycles in ascending order of cycle, then payer bank, then payee bank.
func (k *Keeper) IterateFlows(ctx context.Context, visit func(types.CycleFlow) (stop bool, err error)) error {
	return k.flows.Walk(ctx, nil, func(_ collections.Triple[uint64, string, string], flow types.CycleFlow) (bool, error) {
		return visit(flow)
	})
}

// IterateReserveOrders visits reserve orders in ascending order of organization, then reference.
func (k *Keeper) IterateReserveOrders(ctx context.Context, visit func(types.ReserveOrder) (stop bool, err error)) error {
	return k.reserveOrders.Walk(ctx, nil, func(_ collections.Pair[string, string], order types.ReserveOrder) (bool, error) {
		return visit(order)
	})
}

// IterateObligations visits obligations in ascending order of id.
func (k *Keeper) IterateObligations(ctx context.Context, visit func(types.Obligation) (stop bool, err error)) error {
	return k.obligations.Walk(ctx, nil, func(_ uint64, obligation types.Obligation) (bool, error) { return visit(obligation) })
}

// IterateQueue visits the payments that wait in ascending order of bank, then id.
func (k *Keeper) IterateQueue(ctx context.Context, visit func(types.QueuedPayment) (stop bool, err error)) error {
	return k.queue.Walk(ctx, nil, func(_ collections.Pair[string, uint64], payment types.QueuedPayment) (bool, error) {
		return visit(payment)
	})
}

// allClaims returns what failed banks owe in ascending order of debtor, then creditor.
func (k *Keeper) allClaims(ctx context.Context) ([]types.Claim, error) {
	var claims []types.Claim
	err := k.claims.Walk(ctx, nil, func(_ collections.Pair[string, string], claim types.Claim) (bool, error) {
		claims = append(claims, claim)
		return false, nil
	})
	return claims, err
}

// openObligations returns the obligations that wait to be met, in ascending order of their due times.
func (k *Keeper) openObligations(ctx context.Context) ([]types.Obligation, error) {
	var obligations []types.Obligation
	err := k.obligationsDue.Walk(ctx, nil, func(key collections.Pair[int64, uint64]) (bool, error) {
		obligation, err := k.GetObligation(ctx, key.K2())
		obligations = append(obligations, obligation)
		return false, err
	})
	return obligations, err
}

// lossSharingKey returns the loss-sharing key in ascending order of bank.
func (k *Keeper) lossSharingKey(ctx context.Context) ([]types.LossShare, error) {
	var shares []types.LossShare
	err := k.lossShares.Walk(ctx, nil, func(_ string, share types.LossShare) (bool, error) {
		shares = append(shares, share)
		return false, nil
	})
	return shares, err
}
