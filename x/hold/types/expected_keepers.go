package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// ExpiryHandler is a module that places holds that expire.
type ExpiryHandler interface {
	// HoldExpired is called once for a hold that has just gone back to its owner because its time was over.
	HoldExpired(ctx context.Context, hold Hold) error
}

// ExpiryRoute says which module placed the holds whose purposes have a prefix.
type ExpiryRoute struct {
	Prefix  string
	Handler ExpiryHandler
}

// BankKeeper is what the module needs of x/bank.
type BankKeeper interface {
	SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, amount sdk.Coins) error
	SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, amount sdk.Coins) error
	SendCoinsFromModuleToModule(ctx context.Context, from, to string, amount sdk.Coins) error
}
