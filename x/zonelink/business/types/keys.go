package types

import "cosmossdk.io/collections"

// Prefixes of the module's store. The README lists keys and values.
var (
	// ParamsPrefix holds the parameters.
	ParamsPrefix = collections.NewPrefix(0)
	// FinancialZonePrefix holds this end of the link.
	FinancialZonePrefix = collections.NewPrefix(1)
	// TransfersPrefix holds discharges in flight by channel and sequence.
	TransfersPrefix = collections.NewPrefix(2)
	// TransfersByAccountPrefix holds the keys of discharges in flight by account.
	TransfersByAccountPrefix = collections.NewPrefix(3)
)
