package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// BankKeeper makes, destroys and moves coins.
type BankKeeper interface {
	MintCoins(ctx context.Context, moduleName string, amounts sdk.Coins) error
	BurnCoins(ctx context.Context, moduleName string, amounts sdk.Coins) error
	SendCoinsFromModuleToAccount(ctx context.Context, senderModule string, recipient sdk.AccAddress, amounts sdk.Coins) error
}

// RegistryKeeper knows the accounts, and which banks are paused.
type RegistryKeeper interface {
	GetAccount(ctx context.Context, address sdk.AccAddress) (registrytypes.Account, error)
	// CheckBankOperating returns registrytypes.ErrBankPaused while the bank is paused.
	CheckBankOperating(ctx context.Context, bank string) error
}

// HoldKeeper sets yen aside while a redeem order waits.
type HoldKeeper interface {
	Place(ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string) (uint64, error)
	Release(ctx context.Context, id uint64) error
	CapturePartToModule(ctx context.Context, id uint64, part sdk.Coin, module string) error
}

// MembershipKeeper knows the operators of banks and of auditors, and speaks for all members together.
type MembershipKeeper interface {
	Authorize(ctx context.Context, signer string, msg sdk.Msg) (membershiptypes.Organization, error)
	GetOrganization(ctx context.Context, id string) (membershiptypes.Organization, error)
	Authority() string
}
