package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// CauseKind says why coins move.
type CauseKind int

const (
	// CausePayment is an ordinary payment between two accounts: what a movement is unless a module says otherwise.
	CausePayment CauseKind = iota
	// CauseIssue brings freshly minted yen from a module to an account.
	CauseIssue
	// CauseHoldPlace sets an account's coins aside in the hold module.
	CauseHoldPlace
	// CauseHoldRelease returns held coins to their owner. It always passes.
	CauseHoldRelease
	// CauseHoldCapture pays held coins to an account, on behalf of Cause.Owner.
	CauseHoldCapture
	// CauseRedeem brings held yen to the module that burns it. It always passes.
	CauseRedeem
	// CauseCharge moves an account's own yen from the Financial Zone to a Business Zone.
	CauseCharge
	// CauseDischarge moves an account's own yen from a Business Zone to the Financial Zone.
	CauseDischarge
	// CauseRefund returns coins to the account that sent them over IBC. It always passes.
	CauseRefund
	// CauseReserve moves settlement money between the reserves of banks. Both ends are reserved addresses.
	CauseReserve
	// CauseApprovedPayment is a payment between two accounts for which the payer's operators gave their word.
	CauseApprovedPayment
	// CauseForcedTransfer carries out an order of a court or an authority that two organizations approved.
	CauseForcedTransfer
	// CauseHandIn brings an account's own units of an asset to the module that destroys them, because it hands them in.
	CauseHandIn
	// CauseRevoke takes units of an asset to the module that destroys them: their issuer takes them back, as it said that it
	// may, or their time is over. It always passes. Yen never moves so.
	CauseRevoke
	// CauseFee takes the zone's fee for a payment that has passed in the same transaction.
	CauseFee
	// CauseSettlement carries out a leg of a trade on behalf of Cause.Owner: all was asked when its coins were set aside, so
	// that it always passes. Its yen flows between the banks that Cause names.
	CauseSettlement
	// CauseHeldFee is CauseFee for a payment that was held, out of the hold of Cause.Owner.
	CauseHeldFee
	// CauseConsentedPayment is a payment between two accounts to which its payee agreed, by asking for it or by a mandate.
	CauseConsentedPayment
	// CauseReturnPayment is a payment, or a part of one, that its payee sends back to its payer.
	CauseReturnPayment
)

// Cause says why coins move and, out of a hold to others, on whose behalf.
type Cause struct {
	Kind CauseKind
	// Owner of the hold, of CauseHoldCapture and CauseHeldFee, or party that delivers; unused for other kinds.
	Owner sdk.AccAddress
	// PayerBank and PayeeBank are the banks of a settlement, as they were when its coins were set aside; unused for other
	// kinds.
	PayerBank, PayeeBank string
	// Outcome is told what becomes of a payment, by a caller for whom it matters; nil for nobody.
	Outcome *PaymentOutcome
	// TakesFee says that whoever moves the coins takes the zone's fee, too.
	TakesFee bool
	// Events are those of x/bank that the movement is told by.
	Events Events
}

// Events says which of x/bank's events tell of a movement.
type Events int

const (
	// AllEvents are coin_spent, coin_received, transfer and message, as x/bank has it.
	AllEvents Events = iota
	// TransferEvent is transfer alone, for coins that move by the thousand: the others say the same.
	TransferEvent
	// NoEvents is for movements of which an event of the module that moves the coins says all.
	NoEvents
)

// PaymentOutcome is what SendRestriction found out about a payment that it lets pass.
type PaymentOutcome struct {
	// PayerBank and PayeeBank are the banks of the two accounts.
	PayerBank, PayeeBank string
	// Payer and Payee are the accounts' addresses as text, once the coins have moved and x/bank has told of it.
	Payer, Payee string
	// Screened is the hold into which the payment was turned because the payer's bank screens it; 0 if the payee is paid.
	Screened uint64
}

type causeKey struct{}

// WithCause returns a context for the one coin movement that has the given cause. Callers use it for that call to
// x/bank only, so that no later movement inherits the cause.
func WithCause(ctx context.Context, cause Cause) context.Context {
	return sdk.UnwrapSDKContext(ctx).WithValue(causeKey{}, cause)
}

// causes is the place in a context at which Under has the cause of the movement that is on its way.
type causes struct{ now Cause }

// WithCauses returns a context in which Under costs nothing, for movements that come by the thousand. It is for one goroutine.
func WithCauses(ctx context.Context) context.Context {
	return sdk.UnwrapSDKContext(ctx).WithValue(causeKey{}, &causes{now: Cause{Kind: CausePayment}})
}

// Under makes one coin movement, which has the given cause, as WithCause does.
func Under(ctx context.Context, cause Cause, move func(ctx context.Context) error) error {
	place, ok := ctx.Value(causeKey{}).(*causes)
	if !ok {
		return move(WithCause(ctx, cause))
	}
	before := place.now
	place.now = cause
	defer func() { place.now = before }()
	return move(ctx)
}

// CauseOf returns the cause that WithCause or Under gave the context, or an ordinary payment.
func CauseOf(ctx context.Context) Cause {
	switch found := ctx.Value(causeKey{}).(type) {
	case Cause:
		return found
	case *causes:
		return found.now
	default:
		return Cause{Kind: CausePayment}
	}
}
