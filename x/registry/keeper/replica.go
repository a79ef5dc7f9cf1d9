package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// ApplyReplica stores what the Financial Zone says of an account, on a Business Zone. An account that is not newer than
// the one known changes nothing, so that a late or repeated packet does no harm. It returns the revision known
// afterwards and whether the account was applied, or types.ErrReservedAddress, types.ErrInvalidAccount,
// types.ErrInvalidLimits or types.ErrInvalidOrderKey.
func (k *Keeper) ApplyReplica(ctx context.Context, account types.Account) (revision uint64, applied bool, err error) {
	if err := account.ValidateReplica(); err != nil {
		return 0, false, err
	}
	address, err := types.ParseAddress(account.Address)
	if err != nil {
		return 0, false, err
	}
	if k.reserved(ctx, address) {
		return 0, false, errorsmod.Wrapf(types.ErrReservedAddress, "expected an address of a holder, got %s", address)
	}
	known, err := k.details.Get(ctx, address)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return 0, false, err
	}
	// Revisions start at 1, so that an unknown account, whose revision reads as 0, is always older.
	if known.Revision >= account.Revision {
		return known.Revision, false, nil
	}
	if err := k.store(ctx, address, account); err != nil {
		return 0, false, err
	}
	k.createSigner(ctx, address)
	err = event.Emit(ctx, &types.EventAccountReplicated{
		Address: account.Address, Bank: account.Bank, Status: account.Status, Revision: account.Revision,
	})
	if err != nil {
		return 0, false, err
	}
	return account.Revision, true, nil
}
