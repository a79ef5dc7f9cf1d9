package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

type statementKey struct{}

// withStatement returns a context for the movement beside which a signer wrote something.
func withStatement(ctx context.Context, statement types.Statement) context.Context {
	return sdk.UnwrapSDKContext(ctx).WithValue(statementKey{}, statement)
}

func statementOf(ctx context.Context) types.Statement {
	if statement, ok := ctx.Value(statementKey{}).(types.Statement); ok {
		return statement
	}
	return types.Statement{}
}

// changeHolder writes down that a unique unit has another holder.
func (k *Keeper) changeHolder(ctx context.Context, moved asset, from, to sdk.AccAddress, kind types.CustodyKind) error {
	if !moved.isUnique() || from.Equals(to) {
		return nil
	}
	unit := moved.unit
	if err := k.unitsByHolder.Remove(ctx, collections.Join3(from, unit.Class, unit.Id)); err != nil {
		return err
	}
	if err := k.unitsByHolder.Set(ctx, collections.Join3(to, unit.Class, unit.Id)); err != nil {
		return err
	}
	unit.Holder = to.String()
	entry := types.Custody{Kind: kind, From: from.String(), To: unit.Holder}
	if err := k.storeUnit(ctx, moved.class, unit, entry); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventUnitMoved{Class: unit.Class, Unit: unit.Id, Kind: kind, From: entry.From, To: entry.To})
}

// storeUnit writes a unit after what happened to it, with an entry in its history if its class keeps one.
func (k *Keeper) storeUnit(ctx context.Context, class types.Class, unit types.Unit, entry types.Custody) error {
	if class.History {
		unit.HistoryLength++
		sdkCtx, statement := sdk.UnwrapSDKContext(ctx), statementOf(ctx)
		entry.Sequence, entry.At, entry.Height = unit.HistoryLength, sdkCtx.BlockTime(), sdkCtx.BlockHeight()
		entry.Reference, entry.Note, entry.DocumentHash = statement.Reference, statement.Note, statement.DocumentHash
		if err := k.history.Set(ctx, collections.Join3(unit.Class, unit.Id, entry.Sequence), entry); err != nil {
			return err
		}
	}
	return k.units.Set(ctx, collections.Join(unit.Class, unit.Id), unit)
}

// ending is a way in which units end.
type ending struct {
	status types.UnitStatus
	kind   types.CustodyKind
	count  func(book *types.Book, amount math.Int)
}

var (
	redeemed = ending{types.UnitStatusRedeemed, types.CustodyKindRedeemed, func(book *types.Book, amount math.Int) {
		book.Redeemed = book.Redeemed.Add(amount)
	}}
	recalled = ending{types.UnitStatusRecalled, types.CustodyKindRecalled, func(book *types.Book, amount math.Int) {
		book.Recalled = book.Recalled.Add(amount)
	}}
	expired = ending{types.UnitStatusExpired, types.CustodyKindExpired, func(book *types.Book, amount math.Int) {
		book.Expired = book.Expired.Add(amount)
	}}
)

// endUnit writes down that a unique unit ended. Without a history nothing is left of it.
func (k *Keeper) endUnit(ctx context.Context, class types.Class, unit types.Unit, how ending) error {
	holder, err := sdk.AccAddressFromBech32(unit.Holder)
	if err != nil {
		return err
	}
	if err := k.unitsByHolder.Remove(ctx, collections.Join3(holder, unit.Class, unit.Id)); err != nil {
		return err
	}
	if unit.ExpiresAt != nil {
		if err := k.expiries.Remove(ctx, unitExpiry(unit)); err != nil {
			return err
		}
	}
	if !class.History {
		return k.units.Remove(ctx, collections.Join(unit.Class, unit.Id))
	}
	unit.Status, unit.Freeze = how.status, nil
	return k.storeUnit(ctx, class, unit, types.Custody{Kind: how.kind, From: unit.Holder})
}

func unitExpiry(unit types.Unit) expiry {
	return collections.Join3(unit.ExpiresAt.UnixNano(), unit.Denom(), "")
}
