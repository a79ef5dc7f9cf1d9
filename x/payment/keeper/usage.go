package keeper

import (
	"context"
	"errors"
	"maps"
	"slices"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
)

// tally adds up what payments of one transaction count for organizations, so that a bundle writes each of them once.
type tally struct {
	usages map[string]types.Usage
}

// of returns what an organization has so far. The month is filled in when it is written.
func (t *tally) of(organization string) types.Usage {
	if usage, found := t.usages[organization]; found {
		return usage
	}
	return types.NewUsage(0, organization)
}

func (t *tally) set(usage types.Usage) {
	if t.usages == nil {
		t.usages = make(map[string]types.Usage)
	}
	t.usages[usage.Organization] = usage
}

// add counts a payment for the banks of its payer and its payee; one that waits when it is accepted.
func (t *tally) add(made madePayment) {
	if made.HoldID != 0 {
		return
	}
	payer := t.of(made.payerBank)
	payer.PaymentsSent++
	if made.isYen {
		payer.YenSent = payer.YenSent.Add(made.Amount.Amount)
	}
	if made.FeePayer == types.FeePayerPayer {
		payer.Fees = payer.Fees.Add(made.Fee)
	}
	t.set(payer)
	payee := t.of(made.payeeBank)
	payee.PaymentsReceived++
	if made.isYen {
		payee.YenReceived = payee.YenReceived.Add(made.Amount.Amount)
	}
	if made.FeePayer == types.FeePayerPayee {
		payee.Fees = payee.Fees.Add(made.Fee)
	}
	t.set(payee)
}

// addOrders counts orders that a gateway of an organization brought.
func (t *tally) addOrders(organization string, paid, failed uint64) {
	usage := t.of(organization)
	usage.OrdersPaid += paid
	usage.OrdersFailed += failed
	t.set(usage)
}

// countOne counts a payment that is a transaction's only one, as far as usage goes.
func (k *Keeper) countOne(ctx context.Context, made madePayment) error {
	var tally tally
	tally.add(made)
	return k.count(ctx, &tally)
}

// count writes a tally, in ascending order of organization.
func (k *Keeper) count(ctx context.Context, tally *tally) error {
	month := types.MonthOf(sdk.UnwrapSDKContext(ctx).BlockTime())
	for _, organization := range slices.Sorted(maps.Keys(tally.usages)) {
		key := collections.Join(month, organization)
		before, err := k.usages.Get(ctx, key)
		if errors.Is(err, collections.ErrNotFound) {
			before = types.NewUsage(month, organization)
		} else if err != nil {
			return err
		}
		if err := k.usages.Set(ctx, key, before.Plus(tally.usages[organization])); err != nil {
			return err
		}
	}
	return nil
}
