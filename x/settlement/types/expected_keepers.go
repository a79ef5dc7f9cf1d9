package types

import (
	"context"
	"time"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
)

// RegistryKeeper is what the module needs of the registry.
type RegistryKeeper interface {
	// ActiveBank returns the bank of an active account.
	ActiveBank(ctx context.Context, address sdk.AccAddress) (string, error)
	// IsAdmitted says whether an address is a registered account whose holder may send transactions.
	IsAdmitted(ctx context.Context, address sdk.AccAddress) (bool, error)
	// AdmitDelivery checks and counts what one party delivers to another, and returns the banks of both.
	AdmitDelivery(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coin, incoming math.Int) (payerBank, payeeBank string, err error)
}

// AssetKeeper is what the module needs of x/asset.
type AssetKeeper interface {
	// CheckEligible returns why from may not deliver units of an asset to another account at some time up to until, by the
	// issuer's rules.
	CheckEligible(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coin, until time.Time) error
}

// HoldKeeper is what the module needs of x/hold.
type HoldKeeper interface {
	Place(ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string) (uint64, error)
	Release(ctx context.Context, id uint64) error
	// Settle pays a hold to payees, and refuses none of them.
	Settle(ctx context.Context, id uint64, ownerBank string, payouts ...holdtypes.SettledPayout) error
}

// BankKeeper is what the module needs of x/bank.
type BankKeeper interface {
	SendCoins(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error
}

// LinkKeeper is what the module needs of the zone link.
type LinkKeeper interface {
	// YenDenom returns the denom of yen, or the empty string while there is none.
	YenDenom(ctx context.Context) string
	// ReserveFlow sets room aside for yen between customers of two banks.
	ReserveFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error
	// FreeFlow gives room back.
	FreeFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error
}
