package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/audit/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// lawConsents checks that each payment that waits for its payee's consent has its hold and each such hold its payment: neither is
// paid twice or lost.
func (c common) lawConsents(ctx context.Context) (types.Finding, error) {
	holds, err := c.holdsFor(ctx, paymenttypes.ConsentPurposePrefix)
	if err != nil {
		return types.Finding{}, err
	}
	var waiting []served
	err = c.payment.IterateWaitingPayments(ctx, func(payment paymenttypes.WaitingPayment) (bool, error) {
		waiting = append(waiting, served{
			payment.Id, payment.Payer, payment.Held(), paymenttypes.ConsentPurpose(payment.Payee), payment.Name(),
		})
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	var violations types.Violations
	pair(holds, waiting, &violations)
	return types.NewFinding(types.LawOnce, types.SubjectConsents, violations,
		types.NewFigure("waiting_payments_count", math.NewInt(int64(len(waiting)))),
		types.NewFigure("consent_holds_count", math.NewInt(int64(len(holds)))),
	), nil
}
