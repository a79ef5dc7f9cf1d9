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
	// ReportStatePrefix holds how far flows have been reported.
	ReportStatePrefix = collections.NewPrefix(4)
	// FlowsPrefix holds totals by payer bank and payee bank. The Financial Zone reads proofs of it.
	FlowsPrefix = collections.NewPrefix(5)
	// BankTotalsPrefix holds the sums of totals by bank.
	BankTotalsPrefix = collections.NewPrefix(6)
	// CapsPrefix holds the caps in force by bank.
	CapsPrefix = collections.NewPrefix(7)
	// BroughtPrefix holds what accounts have brought by address. The Financial Zone reads proofs of it.
	BroughtPrefix = collections.NewPrefix(8)
)
