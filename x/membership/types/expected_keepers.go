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

// AccountKeeper is what the module calls of x/auth.
type AccountKeeper interface {
	AddressCodec() address.Codec
	HasAccount(ctx context.Context, addr sdk.AccAddress) bool
	NewAccountWithAddress(ctx context.Context, addr sdk.AccAddress) sdk.AccountI
	SetAccount(ctx context.Context, account sdk.AccountI)
}
