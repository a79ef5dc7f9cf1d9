package zones

import (
	"math/rand"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"
)

// Export returns the zone's last committed state as genesis.
func (z *Zone) Export() servertypes.ExportedApp {
	z.t.Helper()
	exported, err := z.App.ExportAppStateAndValidators(false, nil, nil)
	require.NoError(z.t, err)
	return exported
}

// TryImport returns why a new chain refuses to start from an export.
func (z *Zone) TryImport(exported servertypes.ExportedApp) error {
	z.t.Helper()
	_, err := z.restart(exported)
	return err
}

// Import starts a new chain from an export, with a clock and packets of its own. It stands after its first block,
// which has no transactions.
func (z *Zone) Import(exported servertypes.ExportedApp) *Zone {
	z.t.Helper()
	imported, err := z.restart(exported)
	require.NoError(z.t, err)
	imported.Block()
	return imported
}

func (z *Zone) restart(exported servertypes.ExportedApp) (*Zone, error) {
	z.t.Helper()
	imported := &Zone{
		ID: z.ID, ChainID: z.ChainID, t: z.t, keys: z.keys, clock: &Clock{Now: z.clock.Now}, random: rand.New(rand.NewSource(1)),
		initialHeight: exported.Height,
		validators:    map[int64]*cmttypes.ValidatorSet{}, signers: z.signers, headers: map[int64]signedHeader{},
	}
	imported.build(dbm.NewMemDB())
	set := z.validators[z.App.LastBlockHeight()+1]
	imported.validators[exported.Height], imported.validators[exported.Height+1] = set, set
	_, err := imported.App.InitChain(&abci.RequestInitChain{
		ChainId: z.ChainID, Time: z.clock.Now, ConsensusParams: &exported.ConsensusParams,
		AppStateBytes: exported.AppState, InitialHeight: exported.Height,
	})
	return imported, err
}
