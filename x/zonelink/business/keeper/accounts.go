package keeper

import (
	"context"
	"errors"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// ReceiveAccountUpdate applies an account as the Financial Zone says it is now, and returns the revision known after
// that: an update that is not newer changes nothing. An update that ends the link is refused while anything of the
// account is left here. It also works on a suspended link: it only ever brings the replica closer to the truth. It
// returns ErrWrongChannel, ErrNotEmpty, or the registry's errors.
func (k *Keeper) ReceiveAccountUpdate(ctx context.Context, channelID string, update zonelinktypes.AccountUpdate) (uint64, error) {
	if err := k.checkZonelinkChannel(ctx, channelID); err != nil {
		return 0, err
	}
	if !update.Linked {
		if err := k.checkUnlink(ctx, update); err != nil {
			return 0, err
		}
	}
	revision, _, err := k.registry.ApplyReplica(ctx, update.Replica())
	return revision, err
}

// checkUnlink returns ErrNotEmpty if a newer update would end a link of an account with coins, holds, discharges in flight,
// or what a guard knows of.
func (k *Keeper) checkUnlink(ctx context.Context, update zonelinktypes.AccountUpdate) error {
	address, err := registrytypes.ParseAddress(update.Address)
	if err != nil {
		return err
	}
	known, err := k.registry.GetAccount(ctx, address)
	if err != nil && !errors.Is(err, registrytypes.ErrAccountNotFound) {
		return err
	}
	if known.Revision >= update.Revision {
		return nil
	}
	var coin sdk.Coin
	k.bankKeeper.IterateAccountBalances(ctx, address, func(left sdk.Coin) bool {
		coin = left
		return true
	})
	if !coin.IsNil() {
		return errorsmod.Wrapf(zonelinktypes.ErrNotEmpty, "expected no coins of %s, got %s and maybe more", address, coin)
	}
	held, err := k.hold.HasHolds(ctx, address)
	if err != nil {
		return err
	}
	if held {
		return errorsmod.Wrapf(zonelinktypes.ErrNotEmpty, "expected no holds of %s, got some", address)
	}
	inFlight, err := k.transfers.HasAccount(ctx, address)
	if err != nil {
		return err
	}
	if inFlight {
		return errorsmod.Wrapf(zonelinktypes.ErrNotEmpty, "expected no discharges of %s in flight, got some", address)
	}
	for _, guard := range k.unlinkGuards {
		if err := guard.MayUnlink(ctx, address); err != nil {
			return err
		}
	}
	return nil
}
