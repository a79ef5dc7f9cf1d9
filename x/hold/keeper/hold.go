package keeper

import (
	"context"

	"github.com/cosmos/gogoproto/proto"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Place sets a positive amount of an owner's coins aside and returns the id of the hold. The purpose names the module and
// the order that it serves, 1 to types.MaxPurposeLength bytes. It returns types.ErrInvalidHold, the registry's errors for
// an owner that is not active, and x/bank's if the owner has not enough.
func (k *Keeper) Place(ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string) (uint64, error) {
	cached, write := begin(ctx)
	id, err := k.place(cached, owner, amount, purpose)
	if err != nil {
		return 0, err
	}
	write()
	return id, nil
}

func (k *Keeper) place(ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string) (uint64, error) {
	id, err := k.nextID.Next(ctx)
	if err != nil {
		return 0, err
	}
	hold := types.Hold{Id: id, Owner: owner.String(), Amount: amount, Purpose: purpose}
	if err := hold.Validate(); err != nil {
		return 0, err
	}
	cause := registrytypes.Cause{Kind: registrytypes.CauseHoldPlace}
	err = k.bankKeeper.SendCoinsFromAccountToModule(
		registrytypes.WithCause(ctx, cause), owner, types.ModuleName, sdk.NewCoins(amount))
	if err != nil {
		return 0, errorsmod.Wrapf(err, "hold for %s", purpose)
	}
	if err := k.insert(ctx, owner, hold); err != nil {
		return 0, err
	}
	return id, emit(ctx, &types.EventHoldPlaced{Id: id, Owner: hold.Owner, Amount: amount, Purpose: purpose})
}

// Release returns all that is left of a hold to its owner, whatever the owner's status and limits. It returns
// types.ErrHoldNotFound, and nothing else while the laws of money hold.
func (k *Keeper) Release(ctx context.Context, id uint64) error {
	hold, owner, err := k.find(ctx, id)
	if err != nil {
		return err
	}
	cached, write := begin(ctx)
	if err := k.release(cached, owner, hold); err != nil {
		return errorsmod.Wrapf(err, "release hold %d", id)
	}
	write()
	return nil
}

func (k *Keeper) release(ctx context.Context, owner sdk.AccAddress, hold types.Hold) error {
	cause := registrytypes.Cause{Kind: registrytypes.CauseHoldRelease}
	err := k.bankKeeper.SendCoinsFromModuleToAccount(
		registrytypes.WithCause(ctx, cause), types.ModuleName, owner, sdk.NewCoins(hold.Amount))
	if err != nil {
		return err
	}
	if err := k.remove(ctx, owner, hold.Id); err != nil {
		return err
	}
	return emit(ctx, &types.EventHoldReleased{
		Id: hold.Id, Owner: hold.Owner, Amount: hold.Amount, Purpose: hold.Purpose,
	})
}

// Capture pays a hold, whole or in part, to one or several payees; all of them are paid or none. What is left stays held,
// and the hold ends when nothing is left. It returns types.ErrHoldNotFound, types.ErrInvalidPayout, and the registry's
// errors for a payee that is not active, that would exceed its limit of balance, or whose bank does not take the flow.
func (k *Keeper) Capture(ctx context.Context, id uint64, payouts ...types.Payout) error {
	hold, owner, err := k.find(ctx, id)
	if err != nil {
		return err
	}
	left, err := hold.CheckPayouts(payouts)
	if err != nil {
		return err
	}
	cached, write := begin(ctx)
	if err := k.capture(cached, owner, hold, payouts, left); err != nil {
		return errorsmod.Wrapf(err, "capture hold %d", id)
	}
	write()
	return nil
}

func (k *Keeper) capture(
	ctx context.Context, owner sdk.AccAddress, hold types.Hold, payouts []types.Payout, left sdk.Coin,
) error {
	paying := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: registrytypes.CauseHoldCapture, Owner: owner})
	for _, payout := range payouts {
		err := k.bankKeeper.SendCoinsFromModuleToAccount(paying, types.ModuleName, payout.Payee, sdk.NewCoins(payout.Amount))
		if err != nil {
			return err
		}
	}
	if err := k.reduce(ctx, owner, hold, left); err != nil {
		return err
	}
	for _, payout := range payouts {
		if err := emit(ctx, captured(hold, payout.Payee, payout.Amount)); err != nil {
			return err
		}
	}
	return nil
}

// CaptureToModule takes a whole hold into a module's account, where it is to be burnt. It returns types.ErrHoldNotFound.
func (k *Keeper) CaptureToModule(ctx context.Context, id uint64, module string) error {
	hold, owner, err := k.find(ctx, id)
	if err != nil {
		return err
	}
	cached, write := begin(ctx)
	if err := k.captureToModule(cached, owner, hold, module); err != nil {
		return errorsmod.Wrapf(err, "capture hold %d", id)
	}
	write()
	return nil
}

func (k *Keeper) captureToModule(ctx context.Context, owner sdk.AccAddress, hold types.Hold, module string) error {
	cause := registrytypes.Cause{Kind: registrytypes.CauseRedeem}
	err := k.bankKeeper.SendCoinsFromModuleToModule(
		registrytypes.WithCause(ctx, cause), types.ModuleName, module, sdk.NewCoins(hold.Amount))
	if err != nil {
		return err
	}
	if err := k.remove(ctx, owner, hold.Id); err != nil {
		return err
	}
	return emit(ctx, captured(hold, authtypes.NewModuleAddress(module), hold.Amount))
}

// reduce stores what is left of a hold, or ends it.
func (k *Keeper) reduce(ctx context.Context, owner sdk.AccAddress, hold types.Hold, left sdk.Coin) error {
	if left.IsZero() {
		return k.remove(ctx, owner, hold.Id)
	}
	hold.Amount = left
	return k.holds.Set(ctx, hold.Id, hold)
}

// find returns an open hold with its owner's address.
func (k *Keeper) find(ctx context.Context, id uint64) (types.Hold, sdk.AccAddress, error) {
	hold, err := k.Get(ctx, id)
	if err != nil {
		return types.Hold{}, nil, err
	}
	owner, err := registrytypes.ParseAddress(hold.Owner)
	return hold, owner, err
}

// begin returns a context whose state and events are kept only by write. Each operation runs in one, so that a caller that
// survives its error, as a batch of orders does, finds coins and holds still in step.
func begin(ctx context.Context) (cached context.Context, write func()) {
	return sdk.UnwrapSDKContext(ctx).CacheContext()
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}

func captured(hold types.Hold, payee sdk.AccAddress, amount sdk.Coin) *types.EventHoldCaptured {
	return &types.EventHoldCaptured{
		Id: hold.Id, Owner: hold.Owner, Payee: payee.String(), Amount: amount, Purpose: hold.Purpose,
	}
}
