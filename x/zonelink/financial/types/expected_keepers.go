package types

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// RegistryKeeper is what the module needs of the registry.
type RegistryKeeper interface {
	GetAccount(ctx context.Context, address sdk.AccAddress) (registrytypes.Account, error)
	// AdmitPayment checks and counts a payment that another module makes.
	AdmitPayment(ctx context.Context, from, to sdk.AccAddress, yen sdk.Coin) error
	// UpdateLinks replaces the links of an account by what the function returns for it.
	UpdateLinks(ctx context.Context, address sdk.AccAddress, update func(registrytypes.Account) ([]registrytypes.Link, error)) error
}

// MembershipKeeper is what the module needs of x/membership.
type MembershipKeeper interface {
	Authority() string
	// Authorize returns the organization for which the signer may send the message.
	Authorize(ctx context.Context, signer string, msg sdk.Msg) (membershiptypes.Organization, error)
	// GetOrganization returns membershiptypes.ErrOrganizationNotFound for one that never was.
	GetOrganization(ctx context.Context, id string) (membershiptypes.Organization, error)
}

// ClearingKeeper is what the module needs of x/clearing.
type ClearingKeeper interface {
	// RecordFlow settles yen that passes between banks, if it can.
	RecordFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error
	// RecordReservedFlow settles yen that has passed between banks already.
	RecordReservedFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error
	// Headroom returns how much more a bank can send in positions, and whether it has failed.
	Headroom(ctx context.Context, bank string) (headroom math.Int, failed bool, err error)
	OpenCycleNumber(ctx context.Context) (uint64, error)
	// RoomGrew tells that less of a bank's cap is set aside.
	RoomGrew(ctx context.Context, bank string) error
}

// BankKeeper is what the module needs of x/bank.
type BankKeeper interface {
	GetBalance(ctx context.Context, address sdk.AccAddress, denom string) sdk.Coin
	SendCoins(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error
}
