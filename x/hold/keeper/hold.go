package keeper

import (
	"context"
	"time"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Place sets a positive amount of an owner's coins aside and returns the id of the hold. The purpose names the module and
// the order that it serves, 1 to types.MaxPurposeLength bytes. It returns types.ErrInvalidHold, the registry's errors for
// an owner that is not active, and x/bank's if the owner has not enough.
func (k *Keeper) Place(ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string) (uint64, error) {
	return k.placeNew(ctx, types.Hold{Owner: owner.String(), Amount: amount, Purpose: purpose}, owner)
}

// PlaceUntil is Place with a time, after the block's, at which the hold expires: from then on it cannot be captured, and it
// goes back to its owner within types.MaxExpiriesPerBlock holds per block. It returns Place's errors.
func (k *Keeper) PlaceUntil(
	ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string, expiresAt time.Time,
) (uint64, error) {
	return k.placeNew(ctx, types.Hold{Owner: owner.String(), Amount: amount, Purpose: purpose, ExpiresAt: &expiresAt}, owner)
}

func (k *Keeper) placeNew(ctx context.Context, hold types.Hold, owner sdk.AccAddress) (uint64, error) {
	cached, write := branch.Begin(ctx)
	id, err := k.record(cached, hold, owner)
	if err != nil {
		return 0, err
	}
	cause := registrytypes.Cause{Kind: registrytypes.CauseHoldPlace}
	err = k.bankKeeper.SendCoinsFromAccountToModule(
		registrytypes.WithCause(cached, cause), owner, types.ModuleName, sdk.NewCoins(hold.Amount))
	if err != nil {
		return 0, errorsmod.Wrapf(err, "hold for %s", hold.Purpose)
	}
	write()
	return id, nil
}

// Adopt records a hold, as PlaceUntil does, for coins that the caller is about to send to the module's account itself: a
// send restriction does so that turns a payment into a hold. Without that send law of money 4 is broken.
// It returns types.ErrInvalidHold.
func (k *Keeper) Adopt(
	ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string, expiresAt time.Time,
) (uint64, error) {
	return k.record(ctx, types.Hold{Owner: owner.String(), Amount: amount, Purpose: purpose, ExpiresAt: &expiresAt}, owner)
}

// record gives a hold its id and stores it.
func (k *Keeper) record(ctx context.Context, hold types.Hold, owner sdk.AccAddress) (uint64, error) {
	if now := sdk.UnwrapSDKContext(ctx).BlockTime(); hold.IsExpired(now) {
		return 0, errorsmod.Wrapf(types.ErrInvalidHold, "expected an expiry after the block time %s, got %s", now, hold.ExpiresAt)
	}
	// Validated before an id is taken, so that a refused hold takes none even without a cached context.
	next, err := k.nextID.Peek(ctx)
	if err != nil {
		return 0, err
	}
	hold.Id = next
	if err := hold.Validate(); err != nil {
		return 0, err
	}
	if err := k.nextID.Set(ctx, next+1); err != nil {
		return 0, err
	}
	if err := k.insert(ctx, owner, hold); err != nil {
		return 0, err
	}
	return hold.Id, event.Emit(ctx, &types.EventHoldPlaced{
		Id: hold.Id, Owner: hold.Owner, Amount: hold.Amount, Purpose: hold.Purpose, ExpiresAt: hold.ExpiresAt,
	})
}

// Release returns all that is left of a hold to its owner, whatever the owner's status and limits. It returns
// types.ErrHoldNotFound, and nothing else while the laws of money hold.
func (k *Keeper) Release(ctx context.Context, id uint64) error {
	hold, owner, err := k.find(ctx, id)
	if err != nil {
		return err
	}
	cached, write := branch.Begin(ctx)
	if err := k.release(cached, owner, hold, false); err != nil {
		return errorsmod.Wrapf(err, "release hold %d", id)
	}
	write()
	return nil
}

func (k *Keeper) release(ctx context.Context, owner sdk.AccAddress, hold types.Hold, expired bool) error {
	cause := registrytypes.Cause{Kind: registrytypes.CauseHoldRelease}
	err := k.bankKeeper.SendCoinsFromModuleToAccount(
		registrytypes.WithCause(ctx, cause), types.ModuleName, owner, sdk.NewCoins(hold.Amount))
	if err != nil {
		return err
	}
	if err := k.remove(ctx, owner, hold); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventHoldReleased{
		Id: hold.Id, Owner: hold.Owner, Amount: hold.Amount, Purpose: hold.Purpose, Expired: expired,
	})
}

// Capture pays a hold, whole or in part, to one or several payees; all of them are paid or none. What is left stays held,
// and the hold ends when nothing is left. It returns types.ErrHoldNotFound, types.ErrHoldExpired, types.ErrInvalidPayout, and the registry's
// errors for a payee that is not active, that would exceed its limit of balance, or whose bank does not take the flow.
func (k *Keeper) Capture(ctx context.Context, id uint64, payouts ...types.Payout) error {
	hold, owner, err := k.findCapturable(ctx, id)
	if err != nil {
		return err
	}
	left, err := hold.CheckPayouts(payouts)
	if err != nil {
		return err
	}
	cached, write := branch.Begin(ctx)
	err = k.pay(cached, owner, hold, payouts, left, func(i int) registrytypes.Cause {
		if payouts[i].IsFee {
			return registrytypes.Cause{Kind: registrytypes.CauseHeldFee, Owner: owner}
		}
		return registrytypes.Cause{Kind: registrytypes.CauseHoldCapture, Owner: owner}
	})
	if err != nil {
		return errorsmod.Wrapf(err, "capture hold %d", id)
	}
	write()
	return nil
}

// CaptureToModule takes a whole hold into a module's account, where it is to be burnt. It returns types.ErrHoldNotFound or
// types.ErrHoldExpired.
func (k *Keeper) CaptureToModule(ctx context.Context, id uint64, module string) error {
	hold, owner, err := k.findCapturable(ctx, id)
	if err != nil {
		return err
	}
	return k.captureToModule(ctx, owner, hold, hold.Amount, module)
}

// CapturePartToModule is CaptureToModule for a part of a hold or all of it. What is left stays held. It also returns
// types.ErrInvalidPayout for a part that the hold does not have.
func (k *Keeper) CapturePartToModule(ctx context.Context, id uint64, part sdk.Coin, module string) error {
	hold, owner, err := k.findCapturable(ctx, id)
	if err != nil {
		return err
	}
	return k.captureToModule(ctx, owner, hold, part, module)
}

func (k *Keeper) captureToModule(ctx context.Context, owner sdk.AccAddress, hold types.Hold, part sdk.Coin, module string) error {
	payee := authtypes.NewModuleAddress(module)
	left, err := hold.CheckPayouts([]types.Payout{{Payee: payee, Amount: part}})
	if err != nil {
		return err
	}
	cached, write := branch.Begin(ctx)
	redeeming := registrytypes.WithCause(cached, registrytypes.Cause{Kind: registrytypes.CauseRedeem})
	err = k.bankKeeper.SendCoinsFromModuleToModule(redeeming, types.ModuleName, module, sdk.NewCoins(part))
	if err == nil {
		err = k.reduce(cached, owner, hold, left)
	}
	if err == nil {
		err = event.Emit(cached, captured(hold, payee, part))
	}
	if err != nil {
		return errorsmod.Wrapf(err, "capture hold %d", hold.Id)
	}
	write()
	return nil
}

// reduce stores what is left of a hold, or ends it.
func (k *Keeper) reduce(ctx context.Context, owner sdk.AccAddress, hold types.Hold, left sdk.Coin) error {
	if left.IsZero() {
		return k.remove(ctx, owner, hold)
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

// findCapturable is find for a capture, which comes too late for a hold that has expired.
func (k *Keeper) findCapturable(ctx context.Context, id uint64) (types.Hold, sdk.AccAddress, error) {
	hold, owner, err := k.find(ctx, id)
	if err != nil {
		return types.Hold{}, nil, err
	}
	if hold.IsExpired(sdk.UnwrapSDKContext(ctx).BlockTime()) {
		return types.Hold{}, nil, errorsmod.Wrapf(types.ErrHoldExpired,
			"expected hold %d to be captured before %s, got %s; it goes back to %s",
			id, hold.ExpiresAt.UTC(), sdk.UnwrapSDKContext(ctx).BlockTime(), hold.Owner)
	}
	return hold, owner, nil
}

func captured(hold types.Hold, payee sdk.AccAddress, amount sdk.Coin) *types.EventHoldCaptured {
	return &types.EventHoldCaptured{
		Id: hold.Id, Owner: hold.Owner, Payee: payee.String(), Amount: amount, Purpose: hold.Purpose,
	}
}
