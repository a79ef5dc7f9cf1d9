package types

import (
	"context"
	"time"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// BankKeeper makes, destroys and moves coins.
type BankKeeper interface {
	MintCoins(ctx context.Context, module string, amounts sdk.Coins) error
	BurnCoins(ctx context.Context, module string, amounts sdk.Coins) error
	SendCoins(ctx context.Context, from, to sdk.AccAddress, amounts sdk.Coins) error
	GetBalance(ctx context.Context, address sdk.AccAddress, denom string) sdk.Coin
	SetDenomMetaData(ctx context.Context, metadata banktypes.Metadata)
}

// RegistryKeeper knows the accounts.
type RegistryKeeper interface {
	GetAccount(ctx context.Context, address sdk.AccAddress) (registrytypes.Account, error)
	// AdmitPayment checks and counts a payment that will be made out of a hold, as an ordinary one is at once.
	AdmitPayment(ctx context.Context, from, to sdk.AccAddress, yen sdk.Coin) error
}

// HoldKeeper keeps the yen of queued payments.
type HoldKeeper interface {
	PlaceUntil(ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string, expiresAt time.Time) (uint64, error)
	Release(ctx context.Context, id uint64) error
	Capture(ctx context.Context, id uint64, payouts ...holdtypes.Payout) error
}

// DepositKeeper keeps what each bank owes its customers.
type DepositKeeper interface {
	RecordFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error
}

// MembershipKeeper knows the members.
type MembershipKeeper interface {
	Authority() string
	Authorize(ctx context.Context, signer string, msg sdk.Msg) (membershiptypes.Organization, error)
	GetOrganization(ctx context.Context, id string) (membershiptypes.Organization, error)
	IterateOrganizations(ctx context.Context, visit func(membershiptypes.Organization) (stop bool, err error)) error
}

// ZoneKeeper knows what Business Zones may send on their own.
type ZoneKeeper interface {
	// ReservedFor returns how much of a bank's net debit cap is set aside for all zones, in yen, 0 or more.
	ReservedFor(ctx context.Context, bank string) (math.Int, error)
}
