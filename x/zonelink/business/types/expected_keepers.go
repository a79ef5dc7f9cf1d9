package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// RegistryKeeper is what the module needs of the registry.
type RegistryKeeper interface {
	GetAccount(ctx context.Context, address sdk.AccAddress) (registrytypes.Account, error)
	// CheckConsent refuses a payment to an account whose holder wants to be asked.
	CheckConsent(ctx context.Context, payer, payee sdk.AccAddress) error
	// ApplyReplica keeps the account if it is newer, and returns the revision known after that.
	ApplyReplica(ctx context.Context, account registrytypes.Account) (revision uint64, applied bool, err error)
}

// HoldKeeper is what the module needs of x/hold.
type HoldKeeper interface {
	HasHolds(ctx context.Context, owner sdk.AccAddress) (bool, error)
}

// UnlinkGuard is a module for which an account must stay linked, beside its coins, holds and discharges.
type UnlinkGuard interface {
	// MayUnlink returns ErrNotEmpty of zonelink, wrapped with what is left, or nil.
	MayUnlink(ctx context.Context, address sdk.AccAddress) error
}

// BankKeeper is what the module needs of x/bank.
type BankKeeper interface {
	IterateAccountBalances(ctx context.Context, address sdk.AccAddress, visit func(sdk.Coin) (stop bool))
	SetDenomMetaData(ctx context.Context, metadata banktypes.Metadata)
}
