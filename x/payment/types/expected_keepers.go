package types

import (
	"context"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// RegistryKeeper knows the accounts.
type RegistryKeeper interface {
	GetAccount(ctx context.Context, address sdk.AccAddress) (registrytypes.Account, error)
	BankOf(ctx context.Context, address sdk.AccAddress) (string, error)
	OrderKey(ctx context.Context, address sdk.AccAddress, id string) (registrytypes.OrderKey, error)
	OrderNonces(ctx context.Context, address sdk.AccAddress) (registrytypes.OrderNonces, error)
	UpdateOrderNonces(
		ctx context.Context, address sdk.AccAddress, update func(registrytypes.OrderNonces) (registrytypes.OrderNonces, error),
	) error
	IterateOrderNonces(ctx context.Context, visit func(sdk.AccAddress, registrytypes.OrderNonces) error) error
	YenDenom(ctx context.Context) string
	AdmitPayment(ctx context.Context, from, to sdk.AccAddress, coin sdk.Coin) error
	MarkConsent(ctx context.Context, address sdk.AccAddress, needed bool) error
}

// BankKeeper moves coins, with the registry's checks.
type BankKeeper interface {
	SendCoins(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error
}

// HoldKeeper sets coins aside while a payment, or the return of one, waits.
type HoldKeeper interface {
	PlaceUntil(ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string, expiresAt time.Time) (uint64, error)
	Release(ctx context.Context, id uint64) error
	Capture(ctx context.Context, id uint64, payouts ...holdtypes.Payout) error
}

// MembershipKeeper knows the operators of banks.
type MembershipKeeper interface {
	Authorize(ctx context.Context, signer string, msg sdk.Msg) (membershiptypes.Organization, error)
	RequireAuthority(address string) error
}
