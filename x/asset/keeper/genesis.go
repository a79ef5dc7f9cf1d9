package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/asset/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// InitGenesis stores classes, units and operations that have been validated. The coins, and what x/bank's readers know of them, are in
// x/bank's genesis. What has expired by now is looked at again.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	for _, one := range state.Classes {
		if err := k.initClass(ctx, one); err != nil {
			return err
		}
	}
	for _, one := range state.Units {
		if err := k.initUnit(ctx, one); err != nil {
			return err
		}
	}
	for _, operation := range state.Operations {
		signer, err := registrytypes.ParseAddress(operation.Signer)
		if err != nil {
			return err
		}
		if err := k.operations.Set(ctx, collections.Join(signer, operation.Reference), operation); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initClass(ctx context.Context, state types.ClassState) error {
	id := state.Class.Id
	if err := k.addClass(ctx, state.Class, state.Metadata, state.Book); err != nil {
		return err
	}
	for _, manager := range state.Managers {
		account, err := registrytypes.ParseAddress(manager.Account)
		if err != nil {
			return err
		}
		if err := k.managers.Set(ctx, collections.Join(id, account), manager); err != nil {
			return err
		}
	}
	for _, text := range state.Allowed {
		account, err := registrytypes.ParseAddress(text)
		if err != nil {
			return err
		}
		if err := k.allowed.Set(ctx, collections.Join(id, account)); err != nil {
			return err
		}
	}
	for _, holder := range state.FrozenHolders {
		account, err := registrytypes.ParseAddress(holder.Account)
		if err != nil {
			return err
		}
		if err := k.frozenHolders.Set(ctx, collections.Join(id, account), holder.Freeze); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initUnit(ctx context.Context, state types.UnitState) error {
	unit := state.Unit
	for _, entry := range state.History {
		if err := k.history.Set(ctx, collections.Join3(unit.Class, unit.Id, entry.Sequence), entry); err != nil {
			return err
		}
	}
	if err := k.units.Set(ctx, collections.Join(unit.Class, unit.Id), unit); err != nil {
		return err
	}
	if !unit.IsLive() {
		return nil
	}
	holder, err := registrytypes.ParseAddress(unit.Holder)
	if err != nil {
		return err
	}
	return k.indexUnit(ctx, holder, unit)
}

// ExportGenesis returns the whole state.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	state := types.DefaultGenesis()
	err := k.IterateClasses(ctx, func(class types.Class, book types.Book) (bool, error) {
		one, err := k.exportClass(ctx, class, book)
		state.Classes = append(state.Classes, one)
		return false, err
	})
	if err != nil {
		return nil, err
	}
	if state.Units, err = k.exportUnits(ctx); err != nil {
		return nil, err
	}
	return state, k.operations.Walk(ctx, nil, func(_ operationID, operation types.Operation) (bool, error) {
		state.Operations = append(state.Operations, operation)
		return false, nil
	})
}

func (k *Keeper) exportClass(ctx context.Context, class types.Class, book types.Book) (types.ClassState, error) {
	metadata, err := k.metadata.Get(ctx, class.Id)
	if err != nil {
		return types.ClassState{}, err
	}
	state := types.ClassState{Class: class, Metadata: metadata, Book: book}
	ofClass := collections.NewPrefixedPairRange[string, sdk.AccAddress](class.Id)
	err = k.managers.Walk(ctx, ofClass, func(_ classAccount, manager types.Manager) (bool, error) {
		state.Managers = append(state.Managers, manager)
		return false, nil
	})
	if err != nil {
		return types.ClassState{}, err
	}
	err = k.allowed.Walk(ctx, ofClass, func(key classAccount) (bool, error) {
		state.Allowed = append(state.Allowed, key.K2().String())
		return false, nil
	})
	if err != nil {
		return types.ClassState{}, err
	}
	return state, k.frozenHolders.Walk(ctx, ofClass, func(key classAccount, freeze types.Freeze) (bool, error) {
		state.FrozenHolders = append(state.FrozenHolders, types.FrozenHolder{Account: key.K2().String(), Freeze: freeze})
		return false, nil
	})
}

// exportUnits joins units and their histories, which are in the same order, in one pass over each.
func (k *Keeper) exportUnits(ctx context.Context) ([]types.UnitState, error) {
	var units []types.UnitState
	err := k.IterateUnits(ctx, func(unit types.Unit) (bool, error) {
		units = append(units, types.UnitState{Unit: unit})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	next := 0
	return units, k.history.Walk(ctx, nil, func(key collections.Triple[string, string, uint64], entry types.Custody) (bool, error) {
		for next < len(units) && (units[next].Unit.Class != key.K1() || units[next].Unit.Id != key.K2()) {
			next++
		}
		if next == len(units) {
			return true, types.ErrInvalidGenesis.Wrapf("expected a unit for the history of %s", types.UnitDenom(key.K1(), key.K2()))
		}
		units[next].History = append(units[next].History, entry)
		return false, nil
	})
}
