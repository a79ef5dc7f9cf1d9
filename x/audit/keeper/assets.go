package keeper

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	assettypes "github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/audit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
)

// holdModule is where units in holds are.
var holdModule = string(authtypes.NewModuleAddress(holdtypes.ModuleName))

// lawAssets recomputes law 10: the units of each class in all balances are those of x/bank's supply, of the class's book and, if they
// are unique, of its records; there are no more than the cap, and none of no class.
func (z businessZone) lawAssets(ctx context.Context, all balances) ([]types.Finding, error) {
	supplies := sums{}
	z.bank.IterateTotalSupply(ctx, func(coin sdk.Coin) bool {
		if assettypes.IsAsset(coin.Denom) {
			supplies.add(coin.Denom, coin.Amount)
		}
		return false
	})
	var strays types.Violations
	byClass := map[string]*classCount{}
	for _, denom := range keysOf(all.assets, supplies) {
		class, _, err := assettypes.ParseDenom(denom)
		if err != nil {
			strays.Require(false, "expected a denom of an asset, got %s", denom)
			continue
		}
		count, found := byClass[class]
		if !found {
			count = &classCount{balances: math.ZeroInt()}
			byClass[class] = count
		}
		count.balances = count.balances.Add(all.assets.of(denom))
		count.violations.Require(all.assets.of(denom).Equal(supplies.of(denom)),
			"expected a supply of %s%s, what accounts have, got %s", all.assets.of(denom), denom, supplies.of(denom))
	}
	units, err := z.countUnits(ctx, all, byClass)
	if err != nil {
		return nil, err
	}
	var findings []types.Finding
	err = z.assets.IterateClasses(ctx, func(class assettypes.Class, book assettypes.Book) (bool, error) {
		count, found := byClass[class.Id]
		if !found {
			count = &classCount{balances: math.ZeroInt()}
		}
		delete(byClass, class.Id)
		findings = append(findings, count.finding(class, book, units.of(class.Id)))
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	for _, class := range keysOf(countsOf(byClass)) {
		strays.Require(false, "expected units of known classes only, got %s of %q", byClass[class].balances, class)
	}
	return append(findings, types.NewFinding(types.LawAssets, types.SubjectWholeZone, strays,
		types.NewFigure("classes_count", math.NewInt(int64(len(findings)))),
		types.NewFigure("units", all.assets.total()),
	)), nil
}

// classCount is what the balances of one class come to.
type classCount struct {
	balances   math.Int
	violations types.Violations
}

func (c *classCount) finding(class assettypes.Class, book assettypes.Book, units math.Int) types.Finding {
	c.violations.Require(c.balances.Equal(book.Supply()),
		"expected %s units of class %s, as its book says, got %s in all balances", book.Supply(), class.Id, c.balances)
	if class.Kind == assettypes.ClassKindUnique {
		c.violations.Require(c.balances.Equal(units), "expected %s live units of class %s, as its records say, got %s in all balances",
			units, class.Id, c.balances)
	}
	most := assettypes.MaxSupply
	if class.Rules.Cap.IsPositive() {
		most = class.Rules.Cap
	}
	c.violations.Require(c.balances.LTE(most), "expected at most %s units of class %s, its cap, got %s", most, class.Id, c.balances)
	return types.NewFinding(types.LawAssets, types.SubjectClass(class.Id), c.violations,
		types.NewFigure("balances", c.balances),
		types.NewFigure("issued", book.Issued),
		types.NewFigure("redeemed", book.Redeemed),
		types.NewFigure("recalled", book.Recalled),
		types.NewFigure("expired", book.Expired),
	)
}

// countUnits counts live units by class, and checks that each is there once, with its holder or in the hold module.
func (z businessZone) countUnits(ctx context.Context, all balances, byClass map[string]*classCount) (sums, error) {
	live := sums{}
	err := z.assets.IterateUnits(ctx, func(unit assettypes.Unit) (bool, error) {
		if !unit.IsLive() {
			return false, nil
		}
		live.add(unit.Class, math.OneInt())
		count, found := byClass[unit.Class]
		if !found {
			return false, nil // the sums do not agree: the class says so
		}
		holder, err := sdk.AccAddressFromBech32(unit.Holder)
		if err != nil {
			return true, err
		}
		denom := unit.Denom()
		owner := all.owners[denom]
		count.violations.Require(all.assets.of(denom).Equal(math.OneInt()), "expected 1%s, got %s", denom, all.assets.of(denom))
		count.violations.Require(owner == string(holder) || owner == holdModule,
			"expected %s with its holder %s or in a hold, got with %s", denom, holder, sdk.AccAddress(owner))
		return false, nil
	})
	return live, err
}

func countsOf(byClass map[string]*classCount) sums {
	counts := sums{}
	for class, count := range byClass {
		counts[class] = count.balances
	}
	return counts
}
