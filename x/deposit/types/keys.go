// Package types has the orders, batches, books, attestations and business dates of the deposit module, their rules and
// their keys.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module, its store and its module account.
	ModuleName = "deposit"
	// StoreKey names the module's store.
	StoreKey = ModuleName

	// RedeemPurposePrefix starts the purpose of every hold that serves a redeem order.
	RedeemPurposePrefix = "redeem/"
)

// Store prefixes. See README.md for the keys and values below them.
var (
	OrdersPrefix          = collections.NewPrefix(0)
	OrdersByStatusPrefix  = collections.NewPrefix(1)
	OpenOrdersPrefix      = collections.NewPrefix(2)
	BooksPrefix           = collections.NewPrefix(3)
	FlowsPrefix           = collections.NewPrefix(4)
	OrdersByAccountPrefix = collections.NewPrefix(5)
	CoreReferencesPrefix  = collections.NewPrefix(6)
	OpenCountsPrefix      = collections.NewPrefix(7)
	BatchesPrefix         = collections.NewPrefix(8)
	BatchLinesPrefix      = collections.NewPrefix(9)
	CeilingsPrefix        = collections.NewPrefix(10)
	AttestationsPrefix    = collections.NewPrefix(11)
	ConfirmedPrefix       = collections.NewPrefix(12)
	BusinessDaysPrefix    = collections.NewPrefix(13)
)

// RedeemPurpose returns the purpose of the hold of the redeem order with that reference. The bank is not part of it:
// it is the account bank of the hold's owner.
func RedeemPurpose(reference string) string {
	return RedeemPurposePrefix + reference
}
