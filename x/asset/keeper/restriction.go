package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/x/asset/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// moduleAddress is where units are only while they are made or destroyed.
var moduleAddress = authtypes.NewModuleAddress(types.ModuleName)

// SendRestriction holds every movement of an asset through x/bank to the rules of its class, whatever module or message moves it, and
// writes down who has a unique unit. It never changes the recipient. Other coins pass. What it writes belongs to the movement: a
// caller that survives a failing send must have made it in a cached context.
func (k *Keeper) SendRestriction(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) (sdk.AccAddress, error) {
	for _, coin := range amount {
		if !types.IsAsset(coin.Denom) {
			continue
		}
		if err := k.move(ctx, from, to, coin); err != nil {
			return nil, err
		}
	}
	return to, nil
}

func (k *Keeper) move(ctx context.Context, from, to sdk.AccAddress, coin sdk.Coin) error {
	cause := registrytypes.CauseOf(ctx)
	if err := checkModules(cause.Kind, from, to, coin); err != nil {
		return err
	}
	switch cause.Kind {
	case registrytypes.CausePayment, registrytypes.CauseApprovedPayment, registrytypes.CauseConsentedPayment, registrytypes.CauseReturnPayment:
		moved, err := k.assetOf(ctx, coin)
		if err != nil {
			return err
		}
		if err := checkOwner(moved, from); err != nil {
			return err
		}
		if err := k.checkMove(ctx, moved, from, to); err != nil {
			return err
		}
		return k.changeHolder(ctx, moved, from, to, types.CustodyKindTransferred)
	case registrytypes.CauseHoldPlace:
		return k.checkHold(ctx, from, coin)
	case registrytypes.CauseHoldCapture:
		moved, err := k.assetOf(ctx, coin)
		if err != nil {
			return err
		}
		// The owner agreed when the hold was placed: what was frozen since does not matter.
		if err := checkValid(ctx, moved); err != nil {
			return err
		}
		if err := k.checkTaker(ctx, moved, cause.Owner, to); err != nil {
			return err
		}
		return k.changeHolder(ctx, moved, cause.Owner, to, types.CustodyKindSettled)
	case registrytypes.CauseSettlement:
		// All was asked when the owner placed its hold.
		moved, err := k.assetOf(ctx, coin)
		if err != nil {
			return err
		}
		if err := k.changeHolder(ctx, moved, cause.Owner, to, types.CustodyKindSettled); err != nil {
			return err
		}
		return k.endIfExpired(ctx, moved, to)
	case registrytypes.CauseHoldRelease:
		moved, err := k.assetOf(ctx, coin)
		if err != nil {
			return err
		}
		return k.endIfExpired(ctx, moved, to)
	case registrytypes.CauseIssue, registrytypes.CauseHandIn, registrytypes.CauseRevoke:
		return nil // checked by who makes and destroys units
	case registrytypes.CauseRedeem, registrytypes.CauseCharge, registrytypes.CauseDischarge, registrytypes.CauseRefund,
		registrytypes.CauseReserve, registrytypes.CauseForcedTransfer, registrytypes.CauseFee, registrytypes.CauseHeldFee:
	}
	return errStaysHere(from, to, coin)
}

// checkModules returns types.ErrStaysHere unless units come from, or go to, the module that a cause stands for.
func checkModules(cause registrytypes.CauseKind, from, to sdk.AccAddress, coin sdk.Coin) error {
	fits := true
	switch cause { //nolint:exhaustive // the rest is between accounts, or refused by move
	case registrytypes.CauseHoldPlace:
		fits = to.Equals(holdAddress)
	case registrytypes.CauseHoldCapture, registrytypes.CauseHoldRelease:
		fits = from.Equals(holdAddress)
	case registrytypes.CauseIssue:
		fits = from.Equals(moduleAddress)
	case registrytypes.CauseHandIn, registrytypes.CauseRevoke:
		fits = to.Equals(moduleAddress)
	}
	if fits {
		return nil
	}
	return errStaysHere(from, to, coin)
}

func errStaysHere(from, to sdk.AccAddress, coin sdk.Coin) error {
	return types.ErrStaysHere.Wrapf("expected %s to move between accounts of this zone, got %s to %s; an asset never leaves its zone nor becomes yen",
		coin.Denom, from, to)
}

// checkHold checks that an owner may set units aside.
func (k *Keeper) checkHold(ctx context.Context, owner sdk.AccAddress, coin sdk.Coin) error {
	held, err := k.assetOf(ctx, coin)
	if err != nil {
		return err
	}
	if held.class.Rules.Transfers == types.TransfersNone {
		return types.ErrRuleForbids.Wrapf("expected units of class %s to stay with whom they were issued to, got a hold of %s", held.class.Id, coin)
	}
	if err := checkOwner(held, owner); err != nil {
		return err
	}
	return k.checkUsable(ctx, held, owner)
}

// endIfExpired has units destroyed in the next block that came out of a hold when their time was over already.
func (k *Keeper) endIfExpired(ctx context.Context, moved asset, holder sdk.AccAddress) error {
	now := blockTime(ctx)
	if !moved.isExpired(now) {
		return nil
	}
	return k.expiries.Set(ctx, collections.Join3(now.UnixNano(), moved.coin.Denom, holder.String()))
}
