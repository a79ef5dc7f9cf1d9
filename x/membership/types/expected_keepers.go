package types

import (
	"context"

	"cosmossdk.io/core/address"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// MessageRouter finds the handlers of the messages that members vote for.
type MessageRouter interface {
	// Handler returns nil for a message that no module handles.
	Handler(msg sdk.Msg) baseapp.MsgServiceHandler
}

// OperatorGuard refuses addresses that may not act for an organization, such as those of account holders: nobody approves
// for a bank what the same key asked as its customer. It returns ErrAddressTaken.
type OperatorGuard func(ctx context.Context, address sdk.AccAddress) error

// RemovalGuard is a module that may still have something of an organization.
type RemovalGuard interface {
	// MayRemove returns ErrOrganizationInUse, wrapped with what is left and what to do, or nil.
	MayRemove(ctx context.Context, organization string) error
}

// AccountKeeper is what the module calls of x/auth.
type AccountKeeper interface {
	AddressCodec() address.Codec
	HasAccount(ctx context.Context, addr sdk.AccAddress) bool
	NewAccountWithAddress(ctx context.Context, addr sdk.AccAddress) sdk.AccountI
	SetAccount(ctx context.Context, account sdk.AccountI)
}
