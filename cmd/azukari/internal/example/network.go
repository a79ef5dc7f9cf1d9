package example

import (
	"time"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// zoneID is the Business Zone of the examples.
const zoneID = "market"

// Manifest is the network that examples run on: two banks, and one Business Zone with quick blocks.
func Manifest() devnet.Manifest {
	manifest := devnet.DefaultManifest()
	manifest.Name, manifest.BlockTimeMS = "examples", 250
	manifest.Financial = devnet.FinancialManifest{ChainID: "financial-1", Banks: 2, ValidatorsPerBank: 1}
	manifest.Zones = []devnet.ZoneManifest{{ID: zoneID, Validators: 2}}
	manifest.Accounts = devnet.AccountsManifest{}
	return manifest
}

// stepTimeout bounds one directive.
const stepTimeout = 2 * time.Minute
