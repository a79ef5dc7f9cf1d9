package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/audit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// lawScreening checks that each payment that waits for compliance has its hold and each such hold its payment: neither is
// paid twice or lost.
func (z financialZone) lawScreening(ctx context.Context) (types.Finding, error) {
	holds, err := z.holdsFor(ctx, registrytypes.ScreeningPurposePrefix)
	if err != nil {
		return types.Finding{}, err
	}
	var violations types.Violations
	waiting, held := math.ZeroInt(), math.ZeroInt()
	paired := map[uint64]struct{}{}
	err = z.registry.IterateScreenedPayments(ctx, func(payment registrytypes.ScreenedPayment) (bool, error) {
		if !payment.IsWaiting() {
			return false, nil
		}
		waiting = waiting.Add(payment.Amount)
		paired[payment.Id] = struct{}{}
		hold, found := holds[payment.Id]
		if !found {
			violations.Require(false, "expected hold %d of a screened payment, got none", payment.Id)
			return false, nil
		}
		purpose := registrytypes.ScreeningPurpose(payment.Bank)
		violations.Require(hold.Owner == payment.Payer && hold.Amount.Amount.Equal(payment.Amount) && hold.Purpose == purpose,
			"expected hold %d to be %s yen of %s for %s, got %s of %s for %s",
			payment.Id, payment.Amount, payment.Payer, purpose, hold.Amount, hold.Owner, hold.Purpose)
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	for _, id := range sortedIDs(holds) {
		held = held.Add(holds[id].Amount.Amount)
		_, found := paired[id]
		violations.Require(found, "expected a screened payment for hold %d of %s for %s, got none", id, holds[id].Owner, holds[id].Purpose)
	}
	return types.NewFinding(types.LawOnce, types.SubjectScreening, violations,
		types.NewFigure("waiting", waiting),
		types.NewFigure("screening_holds", held),
	), nil
}
