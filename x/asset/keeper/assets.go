package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/asset/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// asset is what a coin stands for.
type asset struct {
	coin  sdk.Coin
	class types.Class
	// unit is set for unique units only, and live then.
	unit types.Unit
}

func (a asset) isUnique() bool { return a.class.Kind == types.ClassKindUnique }

// expiresAt returns when the units end, or nil for never.
func (a asset) expiresAt() *time.Time {
	if a.isUnique() {
		return a.class.ExpiryOf(a.unit)
	}
	return a.class.Rules.ExpiresAt
}

func (a asset) isExpired(now time.Time) bool {
	expiry := a.expiresAt()
	return expiry != nil && !now.Before(*expiry)
}

// GetClass returns a class, or types.ErrClassNotFound.
func (k *Keeper) GetClass(ctx context.Context, id string) (types.Class, error) {
	class, err := k.classes.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Class{}, types.ErrClassNotFound.Wrapf("expected a class, got %q; query asset classes for those there are", id)
	}
	return class, err
}

// GetUnit returns a unique unit, also one that ended and has a history, or types.ErrUnitNotFound.
func (k *Keeper) GetUnit(ctx context.Context, class, id string) (types.Unit, error) {
	unit, err := k.units.Get(ctx, collections.Join(class, id))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Unit{}, types.ErrUnitNotFound.Wrapf("expected a unit of class %s, got %q", class, id)
	}
	return unit, err
}

// liveUnit returns a unit that is there, or types.ErrUnitNotFound.
func (k *Keeper) liveUnit(ctx context.Context, class, id string) (types.Unit, error) {
	unit, err := k.GetUnit(ctx, class, id)
	if err == nil && !unit.IsLive() {
		return types.Unit{}, types.ErrUnitNotFound.Wrapf("expected a live unit of class %s, got %q, which ended as %s", class, id, unit.Status)
	}
	return unit, err
}

// assetOf returns what an amount of an asset's denom stands for. It returns types.ErrInvalidOperation, types.ErrClassNotFound or
// types.ErrUnitNotFound.
func (k *Keeper) assetOf(ctx context.Context, coin sdk.Coin) (asset, error) {
	classID, unitID, err := types.ParseDenom(coin.Denom)
	if err != nil {
		return asset{}, err
	}
	class, err := k.GetClass(ctx, classID)
	if err != nil {
		return asset{}, err
	}
	kind := types.ClassKindFungible
	if unitID != "" {
		kind = types.ClassKindUnique
	}
	if err := class.CheckKind(kind); err != nil {
		return asset{}, err
	}
	result := asset{coin: coin, class: class}
	if result.isUnique() {
		result.unit, err = k.liveUnit(ctx, classID, unitID)
	}
	return result, err
}

// assetsOf returns what coins stand for that a message names.
func (k *Keeper) assetsOf(ctx context.Context, coins sdk.Coins) ([]asset, error) {
	if err := types.ValidateCoins(coins); err != nil {
		return nil, err
	}
	assets := make([]asset, len(coins))
	for i, coin := range coins {
		var err error
		if assets[i], err = k.assetOf(ctx, coin); err != nil {
			return nil, err
		}
	}
	return assets, nil
}

// manager returns what the issuer lets an account do, nothing if it is no manager.
func (k *Keeper) manager(ctx context.Context, class string, account sdk.AccAddress) (types.Manager, error) {
	manager, err := k.managers.Get(ctx, collections.Join(class, account))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Manager{}, nil
	}
	return manager, err
}

// checkRight returns types.ErrNotEntitled unless an account is the issuer of a class or a manager with the right.
func (k *Keeper) checkRight(ctx context.Context, class types.Class, account sdk.AccAddress, right types.Right) error {
	if account.String() == class.Issuer {
		return nil
	}
	manager, err := k.manager(ctx, class.Id, account)
	if err != nil {
		return err
	}
	if !manager.Has(right) {
		return types.ErrNotEntitled.Wrapf("expected the issuer %s of class %s or a manager with %s, got %s", class.Issuer, class.Id, right, account)
	}
	return nil
}

// activeAccount returns an account whose holder may act.
func (k *Keeper) activeAccount(ctx context.Context, text string) (sdk.AccAddress, registrytypes.Account, error) {
	address, err := registrytypes.ParseAddress(text)
	if err != nil {
		return nil, registrytypes.Account{}, err
	}
	account, err := k.registry.GetAccount(ctx, address)
	if err != nil {
		return nil, registrytypes.Account{}, err
	}
	return address, account, account.CheckActive()
}
