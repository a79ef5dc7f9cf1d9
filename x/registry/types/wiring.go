package types

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// YenSource says which denom is yen in this zone. On a Business Zone the denom is known only once its channel to the
// Financial Zone is open.
type YenSource interface {
	// YenDenom returns the denom of yen, or the empty string while there is none.
	YenDenom(ctx context.Context) string
}

// FixedYen is a YenSource whose denom never changes.
type FixedYen string

// YenDenom returns the denom itself.
func (y FixedYen) YenDenom(context.Context) string {
	return string(y)
}

// FlowRecorder books yen that passes from customers of one bank to customers of another.
type FlowRecorder interface {
	// RecordFlow books a positive amount of yen, or returns why the payment cannot be booked, which refuses it.
	RecordFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error
}

// ReservedFlowRecorder books yen that passes between banks in a settlement, for which room was set aside before.
type ReservedFlowRecorder interface {
	// RecordReservedFlow books a positive amount of yen and never refuses what was set aside.
	RecordReservedFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error
}

// ConsentSource knows whose payments an account takes without being asked each time.
type ConsentSource interface {
	// AdmitsPayer says whether payments of a payer to an account that wants to consent to payments pass at once.
	AdmitsPayer(ctx context.Context, payee, payer sdk.AccAddress) (bool, error)
}

// AccountHooks learns of every change to an account of the Financial Zone.
type AccountHooks interface {
	// AccountChanged gets the account as it is after the change. It must not change the account.
	AccountChanged(ctx context.Context, account Account) error
}

// CloseGuard is a module that may still have something of an account.
type CloseGuard interface {
	// MayClose returns ErrAccountInUse, wrapped with what is left and what to do, or nil.
	MayClose(ctx context.Context, account Account) error
}
