package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// PaymentOutcome is what SendRestriction found out about a payment that it lets pass.
type PaymentOutcome struct {
	// PayerBank and PayeeBank are the banks of the two accounts.
	PayerBank, PayeeBank string
	// Screened is the hold into which the payment was turned because the payer's bank screens it; 0 if the payee is paid.
	Screened uint64
}

type paymentWatchKey struct{}

// WatchPayment returns a context in which SendRestriction writes down what becomes of a payment. A caller for whom it matters uses
// it for its one call to x/bank.
func WatchPayment(ctx context.Context, outcome *PaymentOutcome) context.Context {
	return sdk.UnwrapSDKContext(ctx).WithValue(paymentWatchKey{}, outcome)
}

// ReportBanks tells a caller that watches whose customers pay and are paid.
func ReportBanks(ctx context.Context, payer, payee string) {
	if outcome, ok := ctx.Value(paymentWatchKey{}).(*PaymentOutcome); ok {
		outcome.PayerBank, outcome.PayeeBank = payer, payee
	}
}

// ReportScreening tells a caller that watches that its payment waits in a hold.
func ReportScreening(ctx context.Context, hold uint64) {
	if outcome, ok := ctx.Value(paymentWatchKey{}).(*PaymentOutcome); ok {
		outcome.Screened = hold
	}
}
