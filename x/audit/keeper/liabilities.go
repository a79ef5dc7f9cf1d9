package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/audit/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// orders is what the orders of all banks say, by bank.
type orders struct {
	// issued and redeemed are sums of what was approved.
	issued, redeemed sums
	// redeeming is every redeem order that waits for a checker, in ascending order of bank, then reference.
	redeeming []deposittypes.Order
	counts    orderCounts
}

func (z financialZone) orders(ctx context.Context) (orders, error) {
	all := orders{issued: sums{}, redeemed: sums{}, counts: orderCounts{open: sums{}, batched: sums{}}}
	err := z.deposit.IterateOrders(ctx, func(order deposittypes.Order) (bool, error) {
		all.counts.add(order)
		approved := order.Status == deposittypes.OrderStatusApproved && order.ApprovedAmount != nil
		switch {
		case approved && order.Kind == deposittypes.OrderKindIssue:
			all.issued.add(order.Bank, order.ApprovedAmount.Amount)
		case approved && order.Kind == deposittypes.OrderKindRedeem:
			all.redeemed.add(order.Bank, order.ApprovedAmount.Amount)
		case order.IsOpen() && order.Kind == deposittypes.OrderKindRedeem:
			all.redeeming = append(all.redeeming, order)
		}
		return false, nil
	})
	return all, err
}

// lawLiabilities recomputes law 1: what each bank says that it owes is what its customers have in balances, holds and
// Business Zones, and is what orders and flows made of it; and all banks together owe all yen there is.
func (z financialZone) lawLiabilities(ctx context.Context, all balances, shares shares, orders orders) ([]types.Finding, error) {
	liabilities, err := z.liabilities(ctx)
	if err != nil {
		return nil, err
	}
	holds, err := z.holdsByBank(ctx)
	if err != nil {
		return nil, err
	}
	flowsIn, flowsOut, err := z.flows(ctx)
	if err != nil {
		return nil, err
	}
	var findings []types.Finding
	for _, bank := range keysOf(liabilities, all.banks, holds, shares.banks, orders.issued, orders.redeemed, flowsIn, flowsOut) {
		liability := liabilities.of(bank)
		claims := all.banks.of(bank).Add(holds.of(bank)).Add(shares.banks.of(bank))
		net := orders.issued.of(bank).Sub(orders.redeemed.of(bank))
		booked := net.Add(flowsIn.of(bank)).Sub(flowsOut.of(bank))
		var violations types.Violations
		violations.Require(claims.Equal(liability),
			"expected balances, holds and shares of %s, the liability, got %s", liability, claims)
		violations.Require(booked.Equal(liability),
			"expected issued less redeemed and net flows of %s, the liability, got %s", liability, booked)
		findings = append(findings, types.NewFinding(types.LawLiabilities, types.SubjectBank(bank), violations,
			types.NewFigure("balances", all.banks.of(bank)),
			types.NewFigure("holds", holds.of(bank)),
			types.NewFigure("shares", shares.banks.of(bank)),
			types.NewFigure("sum", claims),
			types.NewFigure("liability", liability),
			types.NewFigure("issued_less_redeemed", net),
			types.NewFigure("flows_in", flowsIn.of(bank)),
			types.NewFigure("flows_out", flowsOut.of(bank)),
		))
	}
	return append(findings, z.lawSupply(ctx, all.total(registrytypes.YenDenom), liabilities.total())), nil
}

// lawSupply judges the part of law 1 that is about the whole zone.
func (z financialZone) lawSupply(ctx context.Context, total, liabilities math.Int) types.Finding {
	supply := z.bank.GetSupply(ctx, registrytypes.YenDenom).Amount
	var violations types.Violations
	violations.Require(total.Equal(liabilities), "expected yen of %s, the sum of liabilities, got %s", liabilities, total)
	violations.Require(supply.Equal(total), "expected a supply of %s, the sum of balances, got %s", total, supply)
	return types.NewFinding(types.LawLiabilities, types.SubjectWholeZone, violations,
		types.NewFigure("balances", total),
		types.NewFigure("supply", supply),
		types.NewFigure("liabilities", liabilities),
	)
}

// liabilities returns what each bank says that it owes.
func (z financialZone) liabilities(ctx context.Context) (sums, error) {
	result := sums{}
	err := z.deposit.IterateBooks(ctx, func(book deposittypes.BankBook) (bool, error) {
		result.add(book.Bank, book.Liability)
		return false, nil
	})
	return result, err
}

// holdsByBank returns held yen by the account bank of its owner. A hold of a stranger counts for no bank, so that
// the claims on the bank that owes it fall short.
func (z financialZone) holdsByBank(ctx context.Context) (sums, error) {
	result := sums{}
	err := z.hold.IterateHolds(ctx, func(hold holdtypes.Hold) (bool, error) {
		if hold.Amount.Denom != registrytypes.YenDenom {
			return false, nil
		}
		owner, registered, err := z.ownerOf(ctx, hold.Owner)
		if registered {
			result.add(owner.Bank, hold.Amount.Amount)
		}
		return false, err
	})
	return result, err
}

// flows returns what each bank's customers got from and paid to customers of other banks.
func (z financialZone) flows(ctx context.Context) (in, out sums, err error) {
	in, out = sums{}, sums{}
	err = z.deposit.IterateFlows(ctx, func(flow deposittypes.Flow) (bool, error) {
		out.add(flow.PayerBank, flow.Amount)
		in.add(flow.PayeeBank, flow.Amount)
		return false, nil
	})
	return in, out, err
}
