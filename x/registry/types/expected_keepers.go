package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// AccountKeeper is what the module needs of x/auth: an account that can sign from the moment it is registered.
type AccountKeeper interface {
	HasAccount(ctx context.Context, address sdk.AccAddress) bool
	NewAccountWithAddress(ctx context.Context, address sdk.AccAddress) sdk.AccountI
	SetAccount(ctx context.Context, account sdk.AccountI)
}

// BankKeeper is what the module needs of x/bank.
type BankKeeper interface {
	GetBalance(ctx context.Context, address sdk.AccAddress, denom string) sdk.Coin
	GetAllBalances(ctx context.Context, address sdk.AccAddress) sdk.Coins
	SendCoins(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error
}

// MembershipKeeper is what the module needs of x/membership.
type MembershipKeeper interface {
	// Authorize returns the organization for which the signer may send the message.
	Authorize(ctx context.Context, signer string, msg sdk.Msg) (membershiptypes.Organization, error)
	// GetOperator returns membershiptypes.ErrNotOperator for an address that is no operator.
	GetOperator(ctx context.Context, address sdk.AccAddress) (membershiptypes.Operator, error)
	// Authority returns the address that parameter messages come from.
	Authority() string
}
