package zones

import (
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/business"
	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// replayed is what a zone was asked, in order, and what each block gave.
type replayed struct {
	genesis   *abci.RequestInitChain
	blocks    []*abci.RequestFinalizeBlock
	responses []*abci.ResponseFinalizeBlock
}

// SimulateTwice runs a simulation, whose zones keep their state in IAVL, and then its blocks once more on their
// twins; see RequireTwin.
func SimulateTwice(t testing.TB, seed int64, steps int) {
	t.Helper()
	s := newSimulation(t, seed)
	s.replayable = true
	for range steps {
		s.step()
	}
	s.rest()
	for _, zone := range append([]*Zone{s.Financial}, s.Business...) {
		zone.RequireTwin()
	}
}

// RequireTwin replays all blocks on another kind of node, with restarts in between: one that keeps its state in memiavl, and decodes every
// transaction anew. Each block must give the same results, gas, events and hash, and each answer be the same.
func (z *Zone) RequireTwin() {
	z.t.Helper()
	home := z.t.TempDir()
	twin := z.twin(home)
	_, err := twin.InitChain(z.record.genesis)
	require.NoError(z.t, err)
	for i, block := range z.record.blocks {
		if i%50 == 20 {
			require.NoError(z.t, twin.Close())
			twin = z.twin(home)
		}
		response, err := twin.FinalizeBlock(block)
		require.NoError(z.t, err)
		require.Equal(z.t, z.record.responses[i], response, "zone %s, block %d", z.ID, block.Height)
		_, err = twin.Commit()
		require.NoError(z.t, err)
	}
	require.Equal(z.t, z.App.LastCommitID(), twin.LastCommitID())
	z.requireAnswers(twin)
	require.NoError(z.t, twin.Close())
}

// twin is a node of the zone that keeps its state in memiavl, and no transaction.
func (z *Zone) twin(home string) *base.App {
	options := simtestutil.AppOptionsMap{
		flags.FlagHome: home, nodeconfig.KeyStateStore: commitstore.KindMemIAVL, nodeconfig.KeyStateLog: 1,
	}
	decodeAnew := func(app *baseapp.BaseApp) { app.SetTxDecoder(z.App.Encoding.TxConfig.TxDecoder()) }
	if z.ID == devnet.FinancialID {
		return financial.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, options, baseapp.SetChainID(z.ChainID), decodeAnew).App
	}
	return business.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, options, baseapp.SetChainID(z.ChainID), decodeAnew).App
}

// requireAnswers compares proofs and contexts of queries at the last heights.
func (z *Zone) requireAnswers(twin *base.App) {
	z.t.Helper()
	const heights = 10
	last := z.App.LastBlockHeight()
	for height := last - heights; height <= last; height++ {
		for _, path := range []string{"/store/acc/key", "/store/bank/key", "/store/ibc/key", "/store/registry/key"} {
			for _, key := range [][]byte{{0}, {1}, []byte("clients/07-tendermint-0/clientState"), {255}} {
				request := abci.RequestQuery{Path: path, Data: key, Height: height, Prove: true}
				want, err := z.App.Query(z.t.Context(), &request)
				require.NoError(z.t, err)
				require.Zero(z.t, want.Code, want.Log)
				got, err := twin.Query(z.t.Context(), &request)
				require.NoError(z.t, err)
				require.Equal(z.t, want, got)
			}
		}
	}
}
