// Package types holds the messages of x/membership, their checks, and the permission table.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module and its module account, which is the authority of the zone.
	ModuleName = "membership"
	// StoreKey names the module's KV store.
	StoreKey = ModuleName
)

// Prefixes of the module's collections.
var (
	ParamsPrefix                 = collections.NewPrefix(0)
	OrganizationsPrefix          = collections.NewPrefix(1)
	OperatorsPrefix              = collections.NewPrefix(2)
	OperatorsOrganizationPrefix  = collections.NewPrefix(3)
	ValidatorsPrefix             = collections.NewPrefix(4)
	ValidatorsOrganizationPrefix = collections.NewPrefix(5)
	ConsensusValidatorsPrefix    = collections.NewPrefix(6)
	ChangedKeysPrefix            = collections.NewPrefix(7)
	RemovedValidatorsPrefix      = collections.NewPrefix(8)
	HistoricalHeadersPrefix      = collections.NewPrefix(9)
	ProposalsPrefix              = collections.NewPrefix(10)
	NextProposalIDPrefix         = collections.NewPrefix(11)
	VotesPrefix                  = collections.NewPrefix(12)
	OpenProposalsPrefix          = collections.NewPrefix(13)
	NodesPrefix                  = collections.NewPrefix(14)
	NodesOrganizationPrefix      = collections.NewPrefix(15)
	PowerChangesPrefix           = collections.NewPrefix(16)
	MissedBlocksPrefix           = collections.NewPrefix(17)
	LastVotesPrefix              = collections.NewPrefix(18)
	CertificatesPrefix           = collections.NewPrefix(19)
	CertificatesByMemberPrefix   = collections.NewPrefix(20)
)
