package keeper

import (
	"context"
	"strings"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/audit/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
)

// orderCounts counts orders by bank and batch, as countKey names them; batch "" is for orders of the whole bank.
type orderCounts struct {
	// open are open orders, of each bank and of each batch.
	open sums
	// batched are all orders of each batch.
	batched sums
}

// countKey names a batch of a bank. Ids of banks have no slash.
func countKey(bank, batch string) string { return bank + "/" + batch }

func (c orderCounts) add(order deposittypes.Order) {
	if order.IsOpen() {
		c.open.add(countKey(order.Bank, ""), math.OneInt())
	}
	if order.Batch == "" {
		return
	}
	c.batched.add(countKey(order.Bank, order.Batch), math.OneInt())
	if order.IsOpen() {
		c.open.add(countKey(order.Bank, order.Batch), math.OneInt())
	}
}

// lawCounts compares the stored numbers of open orders, and of accepted lines of batches, with the orders themselves. It
// returns the violations of every bank that has counts or orders.
func (z financialZone) lawCounts(ctx context.Context, counted orderCounts) (map[string]types.Violations, error) {
	open, accepted := sums{}, sums{}
	err := z.deposit.IterateOpenCounts(ctx, func(bank, batch string, count uint64) (bool, error) {
		open.add(countKey(bank, batch), math.NewIntFromUint64(count))
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = z.deposit.IterateBatches(ctx, func(batch deposittypes.Batch) (bool, error) {
		accepted.add(countKey(batch.Bank, batch.Id), math.NewIntFromUint64(uint64(batch.Accepted)))
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	violations := map[string]types.Violations{}
	compare := func(what string, stored, counted sums) {
		for _, key := range keysOf(stored, counted) {
			bank, batch, _ := strings.Cut(key, "/")
			ofBank := violations[bank]
			ofBank.Require(stored.of(key).Equal(counted.of(key)), "expected %s %s orders of batch %q, got a count of %s",
				counted.of(key), what, batch, stored.of(key))
			violations[bank] = ofBank
		}
	}
	compare("open", open, counted.open)
	compare("accepted", accepted, counted.batched)
	return violations, nil
}
