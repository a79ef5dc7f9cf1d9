package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// RegistryKeeper is what the module needs of the registry.
type RegistryKeeper interface {
	GetAccount(ctx context.Context, address sdk.AccAddress) (registrytypes.Account, error)
	// UpdateLinks replaces the links of an account by what the function returns for it.
	UpdateLinks(ctx context.Context, address sdk.AccAddress, update func(registrytypes.Account) ([]registrytypes.Link, error)) error
}

// MembershipKeeper is what the module needs of x/membership.
type MembershipKeeper interface {
	// Authorize returns the organization for which the signer may send the message.
	Authorize(ctx context.Context, signer string, msg sdk.Msg) (membershiptypes.Organization, error)
}

// BankKeeper is what the module needs of x/bank.
type BankKeeper interface {
	GetBalance(ctx context.Context, address sdk.AccAddress, denom string) sdk.Coin
}
