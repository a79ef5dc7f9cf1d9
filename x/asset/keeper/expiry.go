package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/x/asset/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// holdAddress has the units in holds. They come out by the end of the hold, and are destroyed then.
var holdAddress = authtypes.NewModuleAddress(holdtypes.ModuleName)

// DestroyExpired destroys units whose time is over, the oldest expiries first, after looking at no more than
// types.MaxExpiriesPerBlock holdings and units. Nothing can be done with those that wait. It is called once per block.
func (k *Keeper) DestroyExpired(ctx context.Context) error {
	due, err := k.dueExpiries(ctx)
	if err != nil || len(due) == 0 {
		return err
	}
	// All reads come before all writes: iterating over a store is slow once a block has written much to it.
	sweep := &sweep{budget: types.MaxExpiriesPerBlock, seen: map[string]bool{}}
	for _, one := range due {
		if sweep.budget == 0 {
			break
		}
		if err := k.plan(ctx, sweep, one); err != nil {
			return err
		}
	}
	return k.carryOut(ctx, sweep)
}

// OldestExpiry returns the time of the oldest expiry that is still to come or to be carried out, and false if there is none.
func (k *Keeper) OldestExpiry(ctx context.Context) (at time.Time, found bool, err error) {
	err = k.expiries.Walk(ctx, nil, func(one expiry) (bool, error) {
		at, found = time.Unix(0, one.K1()).UTC(), true
		return true, nil
	})
	return at, found, err
}

func (k *Keeper) dueExpiries(ctx context.Context) ([]expiry, error) {
	next := collections.Join3(blockTime(ctx).UnixNano()+1, "", "")
	var due []expiry
	err := k.expiries.Walk(ctx, new(collections.Range[expiry]).EndExclusive(next), func(one expiry) (bool, error) {
		due = append(due, one)
		return len(due) == types.MaxExpiriesPerBlock, nil
	})
	return due, err
}

// sweep is what one block destroys.
type sweep struct {
	// budget is how much more may be looked at.
	budget  int
	takings []taking
	// seen has denom and holder of takings.
	seen map[string]bool
	// done are the expiries that are settled with this block, finished the classes of unique units among them; cursors how far others
	// got.
	done     []expiry
	finished []string
	cursors  []cursor
}

// taking is what is taken from one holder.
type taking struct {
	holder sdk.AccAddress
	asset  asset
}

type cursor struct {
	class, unit string
}

func (s *sweep) take(holder sdk.AccAddress, expired asset) {
	key := expired.coin.Denom + "|" + string(holder)
	if !s.seen[key] {
		s.seen[key] = true
		s.takings = append(s.takings, taking{holder: holder, asset: expired})
	}
}

// plan adds what one expiry destroys.
func (k *Keeper) plan(ctx context.Context, sweep *sweep, one expiry) error {
	denom, holder := one.K2(), one.K3()
	classID, unitID, err := types.ParseDenom(denom)
	if err != nil {
		return err
	}
	class, err := k.GetClass(ctx, classID)
	if err != nil {
		return err
	}
	switch {
	case unitID != "":
		return k.planUnit(ctx, sweep, one, class, unitID)
	case holder != "":
		return k.planHolder(ctx, sweep, one, class, holder)
	case class.Kind == types.ClassKindUnique:
		return k.planUnits(ctx, sweep, one, class)
	default:
		return k.planHolders(ctx, sweep, one, class)
	}
}

// planUnit takes one unit, unless it is in a hold or gone.
func (k *Keeper) planUnit(ctx context.Context, sweep *sweep, one expiry, class types.Class, id string) error {
	sweep.budget--
	sweep.done = append(sweep.done, one)
	unit, err := k.units.Get(ctx, collections.Join(class.Id, id))
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return k.takeUnit(ctx, sweep, class, unit)
}

// takeUnit takes a unit that is live, expired and in no hold.
func (k *Keeper) takeUnit(ctx context.Context, sweep *sweep, class types.Class, unit types.Unit) error {
	one := asset{coin: types.UnitCoin(unit.Class, unit.Id), class: class, unit: unit}
	if !unit.IsLive() || !one.isExpired(blockTime(ctx)) {
		return nil
	}
	holder, err := sdk.AccAddressFromBech32(unit.Holder)
	if err != nil {
		return err
	}
	if k.bankKeeper.GetBalance(ctx, holder, one.coin.Denom).IsPositive() {
		sweep.take(holder, one)
	}
	return nil
}

// planHolder takes the fungible units that came back to one holder.
func (k *Keeper) planHolder(ctx context.Context, sweep *sweep, one expiry, class types.Class, text string) error {
	sweep.budget--
	sweep.done = append(sweep.done, one)
	holder, err := sdk.AccAddressFromBech32(text)
	if err != nil {
		return err
	}
	if left := k.bankKeeper.GetBalance(ctx, holder, one.K2()); left.IsPositive() && class.IsExpired(blockTime(ctx)) {
		sweep.take(holder, asset{coin: left, class: class})
	}
	return nil
}

// planUnits takes unique units of an expired class, from where the block before stopped.
func (k *Keeper) planUnits(ctx context.Context, sweep *sweep, one expiry, class types.Class) error {
	units := collections.NewPrefixedPairRange[string, string](class.Id)
	last, err := k.cursors.Get(ctx, class.Id)
	if err == nil {
		units = units.StartExclusive(last)
	} else if !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	var found []types.Unit
	if err := k.units.Walk(ctx, units, func(_ unitID, unit types.Unit) (bool, error) {
		found = append(found, unit)
		return len(found) == sweep.budget, nil
	}); err != nil {
		return err
	}
	if len(found) < sweep.budget {
		sweep.done = append(sweep.done, one)
		sweep.finished = append(sweep.finished, class.Id)
	} else {
		sweep.cursors = append(sweep.cursors, cursor{class: class.Id, unit: found[len(found)-1].Id})
	}
	sweep.budget -= max(len(found), 1)
	for _, unit := range found {
		if err := k.takeUnit(ctx, sweep, class, unit); err != nil {
			return err
		}
	}
	return nil
}

// planHolders takes fungible units of an expired class. Who was swept is no owner any more, so there is always a first page; only the
// hold module stays on it.
func (k *Keeper) planHolders(ctx context.Context, sweep *sweep, one expiry, class types.Class) error {
	page, err := k.bankKeeper.DenomOwners(ctx, &banktypes.QueryDenomOwnersRequest{
		Denom: types.ClassDenom(class.Id), Pagination: &query.PageRequest{Limit: uint64(sweep.budget) + 1}, //nolint:gosec // positive
	})
	if err != nil {
		return err
	}
	taken, left := 0, len(page.Pagination.NextKey) > 0
	for _, owner := range page.DenomOwners {
		holder, err := sdk.AccAddressFromBech32(owner.Address)
		if err != nil {
			return err
		}
		if holder.Equals(holdAddress) {
			continue
		}
		if taken == sweep.budget {
			left = true
			break
		}
		sweep.take(holder, asset{coin: owner.Balance, class: class})
		taken++
	}
	if !left {
		sweep.done = append(sweep.done, one)
	}
	sweep.budget -= max(taken, 1)
	return nil
}

// carryOut destroys what was planned. The coins of all holders are burnt together.
func (k *Keeper) carryOut(ctx context.Context, sweep *sweep) error {
	if err := k.keepProgress(ctx, sweep); err != nil || len(sweep.takings) == 0 {
		return err
	}
	revoking := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: registrytypes.CauseRevoke})
	burnt, ended := newTally(), newTally()
	classes := map[string]types.Class{}
	for _, one := range sweep.takings {
		coin := one.asset.coin
		if err := k.bankKeeper.SendCoinsFromAccountToModule(revoking, one.holder, types.ModuleName, sdk.NewCoins(coin)); err != nil {
			return err
		}
		burnt.add(coin.Denom, coin.Amount)
		ended.add(one.asset.class.Id, coin.Amount)
		classes[one.asset.class.Id] = one.asset.class
		if one.asset.isUnique() {
			if err := k.endUnit(ctx, one.asset.class, one.asset.unit, expired); err != nil {
				return err
			}
		}
		if err := event.Emit(ctx, &types.EventUnitsExpired{Holder: one.holder.String(), Amount: coin}); err != nil {
			return err
		}
	}
	if err := k.bankKeeper.BurnCoins(ctx, types.ModuleName, burnt.coins()); err != nil {
		return err
	}
	for _, id := range ended.keys {
		if err := k.count(ctx, classes[id], func(book *types.Book) { expired.count(book, ended.sums[id]) }); err != nil {
			return err
		}
	}
	return nil
}

// keepProgress writes which expiries are settled, and how far others got.
func (k *Keeper) keepProgress(ctx context.Context, sweep *sweep) error {
	for _, one := range sweep.done {
		if err := k.expiries.Remove(ctx, one); err != nil {
			return err
		}
	}
	for _, class := range sweep.finished {
		if err := k.cursors.Remove(ctx, class); err != nil {
			return err
		}
	}
	for _, one := range sweep.cursors {
		if err := k.cursors.Set(ctx, one.class, one.unit); err != nil {
			return err
		}
	}
	return nil
}

// tally adds amounts up by key, and remembers the order in which keys came.
type tally struct {
	keys []string
	sums map[string]math.Int
}

func newTally() *tally { return &tally{sums: map[string]math.Int{}} }

func (t *tally) add(key string, amount math.Int) {
	before, found := t.sums[key]
	if !found {
		t.keys = append(t.keys, key)
		before = math.ZeroInt()
	}
	t.sums[key] = before.Add(amount)
}

// coins returns the sums of denoms.
func (t *tally) coins() sdk.Coins {
	coins := make([]sdk.Coin, len(t.keys))
	for i, denom := range t.keys {
		coins[i] = sdk.NewCoin(denom, t.sums[denom])
	}
	return sdk.NewCoins(coins...)
}
