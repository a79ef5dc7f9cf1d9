// Package types has the accounts of the registry, the limits and causes of coin movements, and what the module needs of
// others.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module in genesis, in errors and on the command line.
	ModuleName = "registry"
	// StoreKey names the module's store.
	StoreKey = ModuleName

	// YenDenom is the denom of yen on the Financial Zone. Its exponent is 0: one yen is the smallest unit.
	YenDenom = "jpy"
)

// Prefixes of the module's store. The README lists keys and values.
var (
	// AccountsPrefix holds accounts by address.
	AccountsPrefix = collections.NewPrefix(0)
	// AccountsByBankPrefix holds the addresses of each bank's accounts.
	AccountsByBankPrefix = collections.NewPrefix(1)
	// DaySpendingPrefix holds what each account paid on the last day that it paid anything.
	DaySpendingPrefix = collections.NewPrefix(2)
	// PausedBanksPrefix holds the banks that are paused.
	PausedBanksPrefix = collections.NewPrefix(200)
)
