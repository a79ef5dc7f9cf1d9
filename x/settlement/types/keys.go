// Package types has the trades of the settlement module, their rules and their keys.
package types

import (
	"strconv"

	"cosmossdk.io/collections"
)

const (
	// ModuleName names the module and its store.
	ModuleName = "settlement"
	// StoreKey names the module's store.
	StoreKey = ModuleName

	// PurposePrefix starts the purpose of every hold that serves a trade.
	PurposePrefix = "settlement/"
)

// Store prefixes. See README.md for the keys and values below them.
var (
	TradesPrefix          = collections.NewPrefix(0)
	PartiesPrefix         = collections.NewPrefix(1)
	DeliveriesPrefix      = collections.NewPrefix(2)
	ReferencesPrefix      = collections.NewPrefix(3)
	TradesByStatusPrefix  = collections.NewPrefix(4)
	TradesByAccountPrefix = collections.NewPrefix(5)
	CommittedPrefix       = collections.NewPrefix(6)
	DeadlinesPrefix       = collections.NewPrefix(7)
	DuePrefix             = collections.NewPrefix(8)
	NextIDPrefix          = collections.NewPrefix(9)
)

// Purpose returns the purpose of the holds of a trade.
func Purpose(id uint64) string {
	return PurposePrefix + strconv.FormatUint(id, 10)
}
