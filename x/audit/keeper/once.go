package keeper

import (
	"context"
	"maps"
	"slices"
	"strings"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// lawOnce recomputes law 6: books are the sums of approved orders, each open redeem order and each consented recall has
// its hold and each such hold its order or recall, and each transfer in flight its packet. That a reference is used once
// is in the order's key.
func (z financialZone) lawOnce(ctx sdk.Context, zones []financialtypes.Zone, orders orders) ([]types.Finding, error) {
	findings, err := z.lawBooks(ctx, orders)
	if err != nil {
		return nil, err
	}
	packets, violations, err := z.lawPackets(ctx, zones)
	if err != nil {
		return nil, err
	}
	holds, err := z.lawServed(ctx, orders.redeeming, violations)
	if err != nil {
		return nil, err
	}
	queueHolds, err := z.holdsFor(ctx, clearingtypes.QueuePurposePrefix)
	if err != nil {
		return nil, err
	}
	queue, err := z.lawQueue(ctx, queueHolds)
	if err != nil {
		return nil, err
	}
	screening, err := z.lawScreening(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := z.lawConsents(ctx)
	if err != nil {
		return nil, err
	}
	return append(append(findings, packets...), holds, queue, screening, waiting), nil
}

// holdsFor returns the open holds whose purpose has a prefix, by id.
func (c common) holdsFor(ctx context.Context, prefix string) (map[uint64]holdtypes.Hold, error) {
	holds := map[uint64]holdtypes.Hold{}
	err := c.hold.IterateHolds(ctx, func(hold holdtypes.Hold) (bool, error) {
		if strings.HasPrefix(hold.Purpose, prefix) {
			holds[hold.Id] = hold
		}
		return false, nil
	})
	return holds, err
}

func sortedIDs(holds map[uint64]holdtypes.Hold) []uint64 {
	return slices.Sorted(maps.Keys(holds))
}

// lawBooks compares what each bank says that it issued and redeemed with what was approved of its orders, what it booked on
// its dates with all of that and with its flows, and the counts of its orders with its orders.
func (z financialZone) lawBooks(ctx context.Context, orders orders) ([]types.Finding, error) {
	issued, redeemed := sums{}, sums{}
	dated := newDated()
	err := z.deposit.IterateBooks(ctx, func(book deposittypes.BankBook) (bool, error) {
		issued.add(book.Bank, book.Issued)
		redeemed.add(book.Bank, book.Redeemed)
		dated.add(book.Bank, book.Day)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = z.deposit.IterateBusinessDays(ctx, func(day deposittypes.BusinessDay) (bool, error) {
		dated.add(day.Bank, day.Totals)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	flowsIn, flowsOut, err := z.flows(ctx)
	if err != nil {
		return nil, err
	}
	miscounted, err := z.lawCounts(ctx, orders.counts)
	if err != nil {
		return nil, err
	}
	counted := sums{}
	for bank := range miscounted {
		counted.add(bank, math.ZeroInt())
	}
	var findings []types.Finding
	for _, bank := range keysOf(issued, redeemed, orders.issued, orders.redeemed, flowsIn, flowsOut, counted) {
		violations := miscounted[bank]
		violations.Require(issued.of(bank).Equal(orders.issued.of(bank)),
			"expected %s issued, the sum of approved issue orders, got %s", orders.issued.of(bank), issued.of(bank))
		violations.Require(redeemed.of(bank).Equal(orders.redeemed.of(bank)),
			"expected %s redeemed, the sum of approved redeem orders, got %s", orders.redeemed.of(bank), redeemed.of(bank))
		dated.compare(&violations, bank, issued.of(bank), redeemed.of(bank), flowsIn.of(bank), flowsOut.of(bank))
		findings = append(findings, types.NewFinding(types.LawOnce, types.SubjectBank(bank), violations,
			types.NewFigure("issued", issued.of(bank)),
			types.NewFigure("issue_orders", orders.issued.of(bank)),
			types.NewFigure("issued_by_date", dated.issued.of(bank)),
			types.NewFigure("redeemed", redeemed.of(bank)),
			types.NewFigure("redeem_orders", orders.redeemed.of(bank)),
			types.NewFigure("redeemed_by_date", dated.redeemed.of(bank)),
			types.NewFigure("open_orders_count", orders.counts.open.of(countKey(bank, ""))),
		))
	}
	return findings, nil
}

// lawServed pairs what has yen set aside, open redeem orders and consented recalls, with the holds that serve them.
func (z financialZone) lawServed(
	ctx context.Context, redeeming []deposittypes.Order, violations types.Violations,
) (types.Finding, error) {
	ordered := make([]served, len(redeeming))
	for i, order := range redeeming {
		ordered[i] = served{
			order.HoldId, order.Account, order.Amount, deposittypes.RedeemPurpose(order.Reference), order.Name(),
		}
	}
	var recalled []served
	err := z.payment.IterateRecalls(ctx, func(recall paymenttypes.Recall) (bool, error) {
		if recall.Status == paymenttypes.RecallStatusConsented {
			purpose := paymenttypes.RecallPurpose(recall.PayerBank, recall.Reference)
			recalled = append(recalled, served{recall.HoldId, recall.Payee, recall.Amount, purpose, recall.Name()})
		}
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	redeemHolds, err := z.pairHolds(ctx, deposittypes.RedeemPurposePrefix, registrytypes.YenDenom, ordered, &violations)
	if err != nil {
		return types.Finding{}, err
	}
	recallHolds, err := z.pairHolds(ctx, paymenttypes.RecallPurposePrefix, registrytypes.YenDenom, recalled, &violations)
	if err != nil {
		return types.Finding{}, err
	}
	return types.NewFinding(types.LawOnce, types.SubjectWholeZone, violations,
		types.NewFigure("open_redeem_orders", totalOf(ordered, registrytypes.YenDenom)),
		types.NewFigure("redeem_holds", redeemHolds),
		types.NewFigure("consented_recalls", totalOf(recalled, registrytypes.YenDenom)),
		types.NewFigure("recall_holds", recallHolds),
	), nil
}
