package keeper

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

// settleNets settles nets that sum to zero, in their order: each bank below zero pays from its reserve what it has, and
// each above zero gets its part of what came in. What each paid or got is in moved, the rest in left.
func (k *Keeper) settleNets(ctx context.Context, nets []net) error {
	collected := math.ZeroInt()
	for i, one := range nets {
		if !one.amount.IsNegative() {
			continue
		}
		paid := math.MinInt(k.Reserve(ctx, one.bank), one.amount.Neg())
		if err := k.collect(ctx, one.bank, paid); err != nil {
			return err
		}
		nets[i].moved, nets[i].left = paid.Neg(), one.amount.Add(paid)
		collected = collected.Add(paid)
	}
	if collected.IsZero() {
		return nil
	}
	credits := creditsOf(nets, func(one net) math.Int { return one.amount })
	for i, share := range types.Allocate(collected, credits) {
		if share.IsZero() {
			continue
		}
		if err := k.distribute(ctx, nets[i].bank, share); err != nil {
			return err
		}
		nets[i].moved, nets[i].left = share, nets[i].amount.Sub(share)
		if err := k.markDirty(ctx, nets[i].bank); err != nil {
			return err
		}
	}
	return nil
}

// createObligations turns what nets have left into obligations, one for each bank that still owes. Its creditors are all
// banks that are still owed, in proportion to what each is owed beyond the obligations before, so that both the debtors'
// and the creditors' sums are exact.
func (k *Keeper) createObligations(ctx context.Context, nets []net, template types.Obligation) error {
	credits := creditsOf(nets, func(one net) math.Int { return one.left })
	for _, one := range nets {
		if !one.left.IsNegative() {
			continue
		}
		obligation := template
		obligation.Debtor, obligation.Amount = one.bank, one.left.Neg()
		for i, share := range types.Allocate(obligation.Amount, credits) {
			if share.IsZero() {
				continue
			}
			credits[i] = credits[i].Sub(share)
			obligation.Creditors = append(obligation.Creditors, types.Credit{Bank: nets[i].bank, Amount: share})
		}
		if err := k.createObligation(ctx, obligation); err != nil {
			return err
		}
	}
	return nil
}

// createObligation stores a new obligation with its id, and counts it in what its debtor owes.
func (k *Keeper) createObligation(ctx context.Context, obligation types.Obligation) error {
	id, err := k.nextObligation.Next(ctx)
	if err != nil {
		return err
	}
	obligation.Id = id
	obligation.Status = types.ObligationStatusOpen
	obligation.CreatedAt = sdk.UnwrapSDKContext(ctx).BlockTime()
	obligation.FromReserve, obligation.FromPledge, obligation.Shared = math.ZeroInt(), math.ZeroInt(), math.ZeroInt()
	if err := k.storeObligation(ctx, obligation); err != nil {
		return err
	}
	err = k.updateParticipant(ctx, obligation.Debtor, func(participant *types.Participant) {
		participant.Owed = participant.Owed.Add(obligation.Amount)
	})
	if err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventObligationCreated{
		Id: id, Cycle: obligation.Cycle, Debtor: obligation.Debtor, Amount: obligation.Amount,
		DueAt: obligation.DueAt, LossOf: obligation.LossOf,
	})
}

// creditsOf returns the amounts above zero, and zero in place of the others.
func creditsOf(nets []net, amountOf func(net) math.Int) []math.Int {
	credits := make([]math.Int, len(nets))
	for i, one := range nets {
		credits[i] = math.MaxInt(amountOf(one), math.ZeroInt())
	}
	return credits
}
