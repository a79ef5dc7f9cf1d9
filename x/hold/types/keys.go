// Package types has the holds and what the module needs of others.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module and its account, in which all held coins are.
	ModuleName = "hold"
	// StoreKey names the module's store.
	StoreKey = ModuleName
)

// Prefixes of the module's store. The README lists keys and values.
var (
	// HoldsPrefix holds open holds by id.
	HoldsPrefix = collections.NewPrefix(0)
	// HoldsByOwnerPrefix holds the ids of each owner's open holds.
	HoldsByOwnerPrefix = collections.NewPrefix(1)
	// NextIDPrefix holds the id of the next hold.
	NextIDPrefix = collections.NewPrefix(2)
	// ExpiriesPrefix holds the ids of holds that expire, by the time when they do.
	ExpiriesPrefix = collections.NewPrefix(3)
)
