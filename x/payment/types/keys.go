// Package types has the payments, payment orders and recalls of the payment module, their rules and their keys.
package types

import (
	"strings"

	"cosmossdk.io/collections"
)

const (
	// ModuleName names the module and its store.
	ModuleName = "payment"
	// StoreKey names the module's store.
	StoreKey = ModuleName

	// RecallPurposePrefix starts the purpose of every hold that serves a recall.
	RecallPurposePrefix = "recall/"
)

// Store prefixes. See README.md for the keys and values below them.
var (
	RecallsPrefix            = collections.NewPrefix(0)
	RecallsByPayerBankPrefix = collections.NewPrefix(1)
	RecallsByPayeeBankPrefix = collections.NewPrefix(2)
	RecallsByPayeePrefix     = collections.NewPrefix(3)
	RecalledPaymentsPrefix   = collections.NewPrefix(4)
	ParamsPrefix             = collections.NewPrefix(5)
	PaymentsPrefix           = collections.NewPrefix(6)
	PaymentsByPayeePrefix    = collections.NewPrefix(7)
	GatewayLoadsPrefix       = collections.NewPrefix(8)
	UsagesPrefix             = collections.NewPrefix(9)
)

// Store prefixes of payment products, behind those above.
var (
	PaymentRequestsPrefix        = collections.NewPrefix(0x20)
	PaymentRequestsByPayeePrefix = collections.NewPrefix(0x21)
	PaymentRequestsByPayerPrefix = collections.NewPrefix(0x22)
	PaymentRequestExpiriesPrefix = collections.NewPrefix(0x23)
	MandatesPrefix               = collections.NewPrefix(0x24)
	MandatesByPayeePrefix        = collections.NewPrefix(0x25)
	SchedulesPrefix              = collections.NewPrefix(0x26)
	SchedulesByStatusPrefix      = collections.NewPrefix(0x27)
	SchedulesDuePrefix           = collections.NewPrefix(0x28)
	ConsentsPrefix               = collections.NewPrefix(0x29)
	WaitingPaymentsPrefix        = collections.NewPrefix(0x2a)
	WaitingPaymentsByPayeePrefix = collections.NewPrefix(0x2b)
	WaitingPaymentsByPayerPrefix = collections.NewPrefix(0x2c)
)

// RecallPurpose returns the purpose of the hold of a recall.
func RecallPurpose(payerBank, reference string) string {
	return RecallPurposePrefix + payerBank + "/" + reference
}

// ParseRecallPurpose returns the payer's bank and the reference that RecallPurpose made a purpose of. It returns
// ErrInvalidRecall for any other text.
func ParseRecallPurpose(purpose string) (payerBank, reference string, err error) {
	rest, isRecall := strings.CutPrefix(purpose, RecallPurposePrefix)
	// The id of a bank has no slash, a reference may have some.
	payerBank, reference, found := strings.Cut(rest, "/")
	if !isRecall || !found || payerBank == "" || reference == "" {
		return "", "", ErrInvalidRecall.Wrapf("expected a purpose as %sBANK/REFERENCE, got %q", RecallPurposePrefix, purpose)
	}
	return payerBank, reference, nil
}
