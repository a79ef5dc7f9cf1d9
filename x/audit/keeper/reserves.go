package keeper

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/x/audit/types"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
)

// clearingObligations is what obligations say.
type clearingObligations struct {
	// fromCloses is what each bank owed after a close, by bank and cycle.
	fromCloses sums
	// open is what each bank owes now.
	open sums
	// lost and shared are what defaults left to the other banks, and what those were called to pay in further obligations.
	lost math.Int
	// unequal are obligations whose parts do not sum to them.
	unequal types.Violations
}

func (z financialZone) clearingObligations(ctx context.Context) (clearingObligations, error) {
	all := clearingObligations{fromCloses: sums{}, open: sums{}, lost: math.ZeroInt()}
	err := z.clearing.IterateObligations(ctx, func(obligation clearingtypes.Obligation) (bool, error) {
		if obligation.LossOf == 0 {
			all.fromCloses.add(bankInCycle(obligation.Cycle, obligation.Debtor), obligation.Amount)
		}
		if obligation.IsOpen() {
			all.open.add(obligation.Debtor, obligation.Amount)
		}
		credits := clearingtypes.Sum(obligation.Credits())
		all.unequal.Require(credits.Equal(obligation.Amount), "expected credits of %s of %s, got %s", obligation.Name(), obligation.Amount, credits)
		if obligation.Status == clearingtypes.ObligationStatusDefaulted {
			met := obligation.FromReserve.Add(obligation.FromPledge).Add(obligation.Shared)
			all.unequal.Require(met.Equal(obligation.Amount), "expected %s met with %s, got %s", obligation.Name(), obligation.Amount, met)
			all.lost = all.lost.Add(obligation.Shared)
		}
		return false, nil
	})
	return all, err
}

// lawObligations judges that each bank is said to owe exactly its open obligations.
func (z financialZone) lawObligations(ctx context.Context, obligations clearingObligations) (types.Finding, error) {
	violations, stated := obligations.unequal, sums{}
	err := z.clearing.IterateParticipants(ctx, func(participant clearingtypes.Participant) (bool, error) {
		stated.add(participant.Bank, participant.Owed)
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	for _, bank := range keysOf(stated, obligations.open) {
		violations.Require(stated.of(bank).Equal(obligations.open.of(bank)),
			"expected %s to owe %s, the sum of its open obligations, got %s", bank, obligations.open.of(bank), stated.of(bank))
	}
	return types.NewFinding(types.LawClearing, types.SubjectObligations, violations,
		types.NewFigure("open", obligations.open.total()),
		types.NewFigure("shared", obligations.lost),
	), nil
}

// lawReserves judges that all reserve is in the reserves and pledges of banks, and that there is as much as the settlement
// agent's orders have issued and not redeemed.
func (z financialZone) lawReserves(ctx sdk.Context, all balances) (types.Finding, error) {
	places, reserves, pledges := map[string]struct{}{}, math.ZeroInt(), math.ZeroInt()
	err := z.clearing.IterateReserveBanks(ctx, func(bank string) (bool, error) {
		reserve, pledge := string(clearingtypes.ReserveAddress(bank)), string(clearingtypes.PledgeAddress(bank))
		places[reserve], places[pledge] = struct{}{}, struct{}{}
		reserves, pledges = reserves.Add(all.reserves.of(reserve)), pledges.Add(all.reserves.of(pledge))
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	var violations types.Violations
	pot := authtypes.NewModuleAddress(clearingtypes.ModuleName)
	for _, place := range keysOf(all.reserves) {
		_, known := places[place]
		violations.Require(known, "expected no reserve outside of reserves and pledges of banks, got %s at %s",
			all.reserves.of(place), sdk.AccAddress(place))
	}
	issued, redeemed := math.ZeroInt(), math.ZeroInt()
	err = z.clearing.IterateReserveOrders(ctx, func(order clearingtypes.ReserveOrder) (bool, error) {
		if order.Status != clearingtypes.ReserveOrderStatusApproved {
			return false, nil
		}
		switch order.Kind {
		case clearingtypes.ReserveOrderKindIssue, clearingtypes.ReserveOrderKindConfirm:
			issued = issued.Add(order.Amount)
		case clearingtypes.ReserveOrderKindRedeem:
			redeemed = redeemed.Add(order.Amount)
		case clearingtypes.ReserveOrderKindPledge, clearingtypes.ReserveOrderKindRelease, clearingtypes.ReserveOrderKindUnspecified:
		}
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	supply := z.bank.GetSupply(ctx, clearingtypes.ReserveDenom).Amount
	violations.Require(supply.Equal(all.reserves.total()), "expected a supply of reserve of %s, the sum of balances, got %s", all.reserves.total(), supply)
	violations.Require(supply.Equal(issued.Sub(redeemed)),
		"expected a supply of reserve of %s, issued less redeemed by approved orders, got %s", issued.Sub(redeemed), supply)
	return types.NewFinding(types.LawClearing, types.SubjectReserves, violations,
		types.NewFigure("reserves", reserves),
		types.NewFigure("pledges", pledges),
		types.NewFigure("pot", all.reserves.of(string(pot))),
		types.NewFigure("supply", supply),
		types.NewFigure("issued_less_redeemed", issued.Sub(redeemed)),
	), nil
}

// lawQueue recomputes law 6 for payments that wait: each has its hold, and each such hold its payment.
func (z financialZone) lawQueue(ctx context.Context, holds map[uint64]holdtypes.Hold) (types.Finding, error) {
	var violations types.Violations
	queued, held := math.ZeroInt(), math.ZeroInt()
	paired := map[uint64]struct{}{}
	err := z.clearing.IterateQueue(ctx, func(payment clearingtypes.QueuedPayment) (bool, error) {
		queued = queued.Add(payment.Amount.Amount)
		paired[payment.HoldId] = struct{}{}
		hold, found := holds[payment.HoldId]
		if !found {
			violations.Require(false, "expected hold %d of queued payment %d, got none", payment.HoldId, payment.Id)
			return false, nil
		}
		purpose := clearingtypes.QueuePurpose(payment.Id)
		violations.Require(hold.Owner == payment.Payer && hold.Amount.Equal(payment.Amount) && hold.Purpose == purpose,
			"expected hold %d to be %s of %s for %s, got %s of %s for %s",
			payment.HoldId, payment.Amount, payment.Payer, purpose, hold.Amount, hold.Owner, hold.Purpose)
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	for _, id := range sortedIDs(holds) {
		held = held.Add(holds[id].Amount.Amount)
		_, found := paired[id]
		violations.Require(found, "expected a queued payment for hold %d of %s for %s, got none", id, holds[id].Owner, holds[id].Purpose)
	}
	return types.NewFinding(types.LawOnce, types.SubjectQueue, violations,
		types.NewFigure("queued", queued),
		types.NewFigure("queue_holds", held),
	), nil
}
