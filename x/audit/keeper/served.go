package keeper

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
)

// served is an order, a recall, a payment or a part of a trade for which coins are held.
type served struct {
	hold    uint64
	owner   string
	amount  sdk.Coin
	purpose string
	// name as findings write it.
	name string
}

// pairHolds compares the open holds whose purposes have a prefix with what they should serve, one to one, and returns the
// yen in those holds.
func (c common) pairHolds(
	ctx context.Context, prefix, yen string, expected []served, violations *types.Violations,
) (math.Int, error) {
	holds, err := c.holdsFor(ctx, prefix)
	if err != nil {
		return math.Int{}, err
	}
	held := math.ZeroInt()
	for _, id := range sortedIDs(holds) {
		if hold := holds[id]; hold.Amount.Denom == yen {
			held = held.Add(hold.Amount.Amount)
		}
	}
	pair(holds, expected, violations)
	return held, nil
}

// pair compares holds with what they should serve, one to one.
func pair(holds map[uint64]holdtypes.Hold, expected []served, violations *types.Violations) {
	paired := map[uint64]struct{}{}
	for _, want := range expected {
		paired[want.hold] = struct{}{}
		hold, found := holds[want.hold]
		if !found {
			violations.Require(false, "expected hold %d of %s, got none", want.hold, want.name)
			continue
		}
		violations.Require(hold.Owner == want.owner && hold.Amount.Equal(want.amount) && hold.Purpose == want.purpose,
			"expected hold %d to be %s of %s for %s, got %s of %s for %s",
			want.hold, want.amount, want.owner, want.purpose, hold.Amount, hold.Owner, hold.Purpose)
	}
	for _, id := range sortedIDs(holds) {
		_, found := paired[id]
		violations.Require(found, "expected an open order, recall, payment or trade for hold %d of %s for %s, got none", id, holds[id].Owner, holds[id].Purpose)
	}
}

// totalOf sums the yen of what is served.
func totalOf(all []served, yen string) math.Int {
	total := math.ZeroInt()
	for _, one := range all {
		if one.amount.Denom == yen {
			total = total.Add(one.amount.Amount)
		}
	}
	return total
}
