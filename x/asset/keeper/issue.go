package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// grant is what one account gets when units are issued.
type grant struct {
	holder sdk.AccAddress
	coin   sdk.Coin
}

// checkIssue checks that a class may have so many more units.
func (k *Keeper) checkIssue(ctx context.Context, class types.Class, more math.Int) error {
	issued := asset{coin: sdk.NewCoin(types.ClassDenom(class.Id), more), class: class}
	if now := blockTime(ctx); class.IsExpired(now) {
		return types.ErrExpired.Wrapf("expected class %s before %s, got block time %s", class.Id, class.Rules.ExpiresAt.UTC(), now.UTC())
	}
	if err := checkNotFrozen(issued); err != nil {
		return err
	}
	book, err := k.books.Get(ctx, class.Id)
	if err != nil {
		return err
	}
	most := types.MaxSupply
	if class.Rules.Cap.IsPositive() {
		most = class.Rules.Cap
	}
	if supply := book.Supply(); supply.Add(more).GT(most) {
		return types.ErrOverCap.Wrapf("expected at most %s units of class %s, got %s on top of %s", most, class.Id, more, supply)
	}
	return nil
}

// amountGrants returns what the lines of a batch give, and the sum of it.
func (k *Keeper) amountGrants(ctx context.Context, class types.Class, lines []types.AmountLine) ([]grant, math.Int, error) {
	grants, total := make([]grant, len(lines)), math.ZeroInt()
	for i, line := range lines {
		if err := types.ValidateAmount(line.Amount); err != nil {
			return nil, total, errorsmod.Wrapf(err, "line %d", i+1)
		}
		holder, err := k.grantee(ctx, class, line.Account)
		if err != nil {
			return nil, total, errorsmod.Wrapf(err, "line %d", i+1)
		}
		grants[i] = grant{holder: holder, coin: sdk.NewCoin(types.ClassDenom(class.Id), line.Amount)}
		total = total.Add(line.Amount)
	}
	return grants, total, nil
}

// newUnits stores the units of a batch and returns what its lines give.
func (k *Keeper) newUnits(ctx context.Context, class types.Class, lines []types.UnitLine) ([]grant, error) {
	grants := make([]grant, len(lines))
	for i, line := range lines {
		holder, err := k.grantee(ctx, class, line.Account)
		if err != nil {
			return nil, errorsmod.Wrapf(err, "line %d", i+1)
		}
		unit := types.Unit{
			Class: class.Id, Id: line.Unit, Status: types.UnitStatusLive, Holder: line.Account,
			Uri: line.Uri, UriHash: line.UriHash, Attributes: line.Attributes, ExpiresAt: line.ExpiresAt,
		}
		if err := k.addUnit(ctx, class, holder, unit); err != nil {
			return nil, errorsmod.Wrapf(err, "line %d", i+1)
		}
		grants[i] = grant{holder: holder, coin: types.UnitCoin(class.Id, line.Unit)}
	}
	return grants, nil
}

// grantee returns the account of a line, if it may hold units of the class.
func (k *Keeper) grantee(ctx context.Context, class types.Class, text string) (sdk.AccAddress, error) {
	holder, err := registrytypes.ParseAddress(text)
	if err != nil {
		return nil, err
	}
	return holder, k.checkHolder(ctx, class, holder)
}

// addUnit stores a new unit with its index entries.
func (k *Keeper) addUnit(ctx context.Context, class types.Class, holder sdk.AccAddress, unit types.Unit) error {
	if err := unit.Validate(); err != nil {
		return err
	}
	if err := checkUnitExpiry(ctx, class, unit); err != nil {
		return err
	}
	known, err := k.units.Get(ctx, collections.Join(unit.Class, unit.Id))
	if err == nil {
		return types.ErrUnitExists.Wrapf("expected a new unit of class %s, got %q, which is %s", class.Id, unit.Id, known.Status)
	}
	if !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if err := k.indexUnit(ctx, holder, unit); err != nil {
		return err
	}
	return k.storeUnit(ctx, class, unit, types.Custody{Kind: types.CustodyKindIssued, To: unit.Holder})
}

func checkUnitExpiry(ctx context.Context, class types.Class, unit types.Unit) error {
	if unit.ExpiresAt == nil {
		return nil
	}
	if now := blockTime(ctx); !unit.ExpiresAt.After(now) {
		return types.ErrInvalidUnit.Wrapf("unit %s: expected an expiry after the block time %s, got %s", unit.Id, now.UTC(), unit.ExpiresAt.UTC())
	}
	if all := class.Rules.ExpiresAt; all != nil && unit.ExpiresAt.After(*all) {
		return types.ErrInvalidUnit.Wrapf("unit %s: expected an expiry up to the class's at %s, got %s", unit.Id, all.UTC(), unit.ExpiresAt.UTC())
	}
	return nil
}

// indexUnit lists a live unit by holder and expiry.
func (k *Keeper) indexUnit(ctx context.Context, holder sdk.AccAddress, unit types.Unit) error {
	if err := k.unitsByHolder.Set(ctx, collections.Join3(holder, unit.Class, unit.Id)); err != nil {
		return err
	}
	if unit.ExpiresAt == nil {
		return nil
	}
	return k.expiries.Set(ctx, unitExpiry(unit))
}

// issue makes the coins of grants and gives them to their holders, who must be active accounts.
func (k *Keeper) issue(ctx context.Context, class types.Class, total math.Int, grants []grant, by, reference string) error {
	if err := k.count(ctx, class, func(book *types.Book) { book.Issued = book.Issued.Add(total) }); err != nil {
		return err
	}
	made := sdk.NewCoins(sdk.NewCoin(types.ClassDenom(class.Id), total))
	if class.Kind == types.ClassKindUnique {
		coins := make([]sdk.Coin, len(grants))
		for i, one := range grants {
			coins[i] = one.coin
		}
		made = sdk.NewCoins(coins...)
	}
	if err := k.bankKeeper.MintCoins(ctx, types.ModuleName, made); err != nil {
		return err
	}
	giving := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: registrytypes.CauseIssue})
	for i, one := range grants {
		if err := k.bankKeeper.SendCoinsFromModuleToAccount(giving, types.ModuleName, one.holder, sdk.NewCoins(one.coin)); err != nil {
			return errorsmod.Wrapf(err, "line %d", i+1)
		}
		if err := event.Emit(ctx, &types.EventUnitsIssued{
			Class: class.Id, Holder: one.holder.String(), Amount: one.coin, By: by, Reference: reference,
		}); err != nil {
			return err
		}
	}
	return nil
}
