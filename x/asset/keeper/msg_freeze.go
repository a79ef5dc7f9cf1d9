package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// FreezeUnits freezes a class, the units of one holder, or one unit.
func (s msgServer) FreezeUnits(ctx context.Context, msg *types.MsgFreezeUnits) (*types.MsgFreezeUnitsResponse, error) {
	class, _, err := s.keeper.managedClass(ctx, msg.Manager, msg.Class, types.RightFreeze)
	if err != nil {
		return nil, err
	}
	if !class.Rules.Freezable {
		return nil, types.ErrRuleForbids.Wrapf("expected a freezable class, got %s; its units move whatever its issuer says", class.Id)
	}
	freeze := types.Freeze{By: msg.Manager, At: blockTime(ctx), Reason: msg.Reason}
	if err := s.keeper.setFreeze(ctx, class, msg.Holder, msg.Unit, msg.Reason, &freeze); err != nil {
		return nil, err
	}
	return &types.MsgFreezeUnitsResponse{}, event.Emit(ctx, &types.EventUnitsFrozen{
		Class: msg.Class, Holder: msg.Holder, Unit: msg.Unit, By: msg.Manager, Reason: msg.Reason,
	})
}

// UnfreezeUnits ends a freeze, also of a class that is not freezable any more.
func (s msgServer) UnfreezeUnits(ctx context.Context, msg *types.MsgUnfreezeUnits) (*types.MsgUnfreezeUnitsResponse, error) {
	class, _, err := s.keeper.managedClass(ctx, msg.Manager, msg.Class, types.RightFreeze)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.setFreeze(ctx, class, msg.Holder, msg.Unit, msg.Reason, nil); err != nil {
		return nil, err
	}
	return &types.MsgUnfreezeUnitsResponse{}, event.Emit(ctx, &types.EventUnitsUnfrozen{
		Class: msg.Class, Holder: msg.Holder, Unit: msg.Unit, By: msg.Manager, Reason: msg.Reason,
	})
}

// setFreeze freezes what a message names, or ends its freeze if that is nil.
func (k *Keeper) setFreeze(ctx context.Context, class types.Class, holder, unit, reason string, freeze *types.Freeze) error {
	if err := registrytypes.ValidateReason(reason); err != nil {
		return err
	}
	switch {
	case holder != "" && unit != "":
		return types.ErrInvalidOperation.Wrapf("expected a holder or a unit, got %s and %q", holder, unit)
	case holder != "":
		return k.setHolderFreeze(ctx, class, holder, freeze)
	case unit != "":
		known, err := k.liveUnit(ctx, class.Id, unit)
		if err != nil {
			return err
		}
		if err := checkFreezeChange(known.Freeze, freeze, known.Denom()); err != nil {
			return err
		}
		known.Freeze = freeze
		return k.units.Set(ctx, collections.Join(class.Id, unit), known)
	default:
		if err := checkFreezeChange(class.Freeze, freeze, class.Id); err != nil {
			return err
		}
		class.Freeze = freeze
		return k.classes.Set(ctx, class.Id, class)
	}
}

func (k *Keeper) setHolderFreeze(ctx context.Context, class types.Class, holder string, freeze *types.Freeze) error {
	address, err := registrytypes.ParseAddress(holder)
	if err != nil {
		return err
	}
	key := collections.Join(class.Id, address)
	var known *types.Freeze
	stored, err := k.frozenHolders.Get(ctx, key)
	if err == nil {
		known = &stored
	} else if !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if err := checkFreezeChange(known, freeze, holder); err != nil {
		return err
	}
	if freeze == nil {
		return k.frozenHolders.Remove(ctx, key)
	}
	return k.frozenHolders.Set(ctx, key, *freeze)
}

// checkFreezeChange returns types.ErrFrozen for a second freeze, and types.ErrNotFrozen when there is none to end.
func checkFreezeChange(known, next *types.Freeze, what string) error {
	if known != nil && next != nil {
		return types.ErrFrozen.Wrapf("expected %s not to be frozen yet, got frozen by %s: %s", what, known.By, known.Reason)
	}
	if known == nil && next == nil {
		return types.ErrNotFrozen.Wrapf("expected %s to be frozen, got no freeze", what)
	}
	return nil
}
