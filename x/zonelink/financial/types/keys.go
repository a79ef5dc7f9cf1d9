package types

import "cosmossdk.io/collections"

// Prefixes of the module's store. The README lists keys and values.
var (
	// ParamsPrefix holds the parameters.
	ParamsPrefix = collections.NewPrefix(0)
	// ZonesPrefix holds zones by id.
	ZonesPrefix = collections.NewPrefix(1)
	// ZonesByChannelPrefix holds zone ids by this end's channel id.
	ZonesByChannelPrefix = collections.NewPrefix(2)
	// SharesPrefix holds shares by zone and bank.
	SharesPrefix = collections.NewPrefix(3)
	// UnsettledPrefix holds the sums of charges in flight by zone and bank.
	UnsettledPrefix = collections.NewPrefix(4)
	// TransfersPrefix holds charges in flight by channel and sequence.
	TransfersPrefix = collections.NewPrefix(5)
	// TransfersByAccountPrefix holds the keys of charges in flight by account.
	TransfersByAccountPrefix = collections.NewPrefix(6)
	// SyncsPrefix holds account syncs by zone and address.
	SyncsPrefix = collections.NewPrefix(7)
	// QueuePrefix holds dirty accounts by zone, earliest time of the next attempt and address.
	QueuePrefix = collections.NewPrefix(8)
	// BanksPrefix holds banks in zones by zone and bank.
	BanksPrefix = collections.NewPrefix(9)
	// FlowsPrefix holds flows by zone, payer bank and payee bank.
	FlowsPrefix = collections.NewPrefix(10)
	// ReportsPrefix holds how far reports and caps have come, by zone.
	ReportsPrefix = collections.NewPrefix(11)
	// RefusedReportsPrefix holds refused reports by zone.
	RefusedReportsPrefix = collections.NewPrefix(12)
	// ThroughputsPrefix holds what passed in the present windows, by zone.
	ThroughputsPrefix = collections.NewPrefix(13)
	// ReservedPrefix holds what is set aside for all zones, by bank.
	ReservedPrefix = collections.NewPrefix(14)
	// CapsDuePrefix holds the zones whose caps are to be reviewed at the end of the block.
	CapsDuePrefix = collections.NewPrefix(15)
	// BroughtPrefix holds what accounts have brought, by zone and address.
	BroughtPrefix = collections.NewPrefix(16)
	// WindUpsPrefix holds by which state a zone is wound up, by zone.
	WindUpsPrefix = collections.NewPrefix(17)
	// WindUpAccountsPrefix holds what was proven of accounts by zone and address.
	WindUpAccountsPrefix = collections.NewPrefix(18)
	// WindUpHoldsPrefix holds the holds that were counted by zone and id.
	WindUpHoldsPrefix = collections.NewPrefix(19)
	// ProvenFlowsPrefix holds proven totals that wait for others by zone, payer bank and payee bank.
	ProvenFlowsPrefix = collections.NewPrefix(20)
)
