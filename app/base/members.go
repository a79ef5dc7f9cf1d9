package base

import (
	"context"
	"errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// GuardMembers tells the consortium who may still have something of an organization that is to be removed, and that no
// address may act for an organization that holds an account or belongs to a module.
func (app *App) GuardMembers(removals ...membershiptypes.RemovalGuard) {
	app.Membership.SetGuards(func(ctx context.Context, address sdk.AccAddress) error {
		if app.IsModuleAddress(address.String()) {
			return membershiptypes.ErrAddressTaken.Wrapf("expected an address with a key, got %s of a module", address)
		}
		account, err := app.Registry.GetAccount(ctx, address)
		if errors.Is(err, registrytypes.ErrAccountNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return membershiptypes.ErrAddressTaken.Wrapf("expected an address without an account, got %s of bank %s: make a new key", address, account.Bank)
	}, removals...)
}
