package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// MembershipKeeper knows the operators of organizations.
type MembershipKeeper interface {
	Authorize(ctx context.Context, signer string, msg sdk.Msg) (membershiptypes.Organization, error)
}

// RegistryKeeper knows the accounts.
type RegistryKeeper interface {
	// IsAdmitted says whether an address is a registered account whose holder may send transactions.
	IsAdmitted(ctx context.Context, address sdk.AccAddress) (bool, error)
}
