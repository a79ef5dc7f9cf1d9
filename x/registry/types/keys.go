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
	// StandingsPrefix holds what payments read of accounts by address.
	StandingsPrefix = collections.NewPrefix(0)
	// AccountsByBankPrefix holds the addresses of each bank's accounts.
	AccountsByBankPrefix = collections.NewPrefix(1)
	// DetailsPrefix holds the rest of accounts by address.
	DetailsPrefix = collections.NewPrefix(2)
	// HistoryPrefix holds the changes of accounts by address and revision.
	HistoryPrefix = collections.NewPrefix(3)
	// RulesPrefix holds what payments read of banks by id.
	RulesPrefix = collections.NewPrefix(4)
	// ParamsPrefix holds the parameters.
	ParamsPrefix = collections.NewPrefix(5)
	// RequestsPrefix holds requests by bank and reference.
	RequestsPrefix = collections.NewPrefix(6)
	// RequestsByStatusPrefix holds the references of each bank's requests by status.
	RequestsByStatusPrefix = collections.NewPrefix(7)
	// RequestsByAccountPrefix holds bank and reference of requests by account.
	RequestsByAccountPrefix = collections.NewPrefix(8)
	// FrozenAmountsPrefix holds frozen amounts by account and order reference.
	FrozenAmountsPrefix = collections.NewPrefix(9)
	// ForcedTransfersPrefix holds forced transfers by bank and order reference.
	ForcedTransfersPrefix = collections.NewPrefix(10)
	// DeadlinesPrefix holds what ends by itself, by time.
	DeadlinesPrefix = collections.NewPrefix(11)
)

const (
	// MaxBatchLines is how many lines one batch message may have.
	MaxBatchLines = 1_000
	// MaxDeadlinesPerBlock is how many deadlines one block works off, so that no block stalls.
	MaxDeadlinesPerBlock = 200
)
