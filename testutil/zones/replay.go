package zones

import (
	"errors"
	"slices"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

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

// SimulateTwice runs a simulation, whose zones keep their state in IAVL, and then its blocks on their twins; see RequireTwins.
func SimulateTwice(t testing.TB, seed int64, steps int) {
	t.Helper()
	s := newSimulation(t, seed)
	s.replayable = true
	for range steps {
		s.step()
	}
	s.rest()
	for _, zone := range append([]*Zone{s.Financial}, s.Business...) {
		zone.RequireTwins()
	}
}

// RequireTwins replays all blocks on a node that keeps its state in memiavl and decodes every transaction anew, and again on one that
// begins with a block when it is proposed and checks transactions beside it. Each block must give the same results, gas, events and
// hash, and each answer be the same.
func (z *Zone) RequireTwins() {
	z.t.Helper()
	z.requireTwin(twin{zone: z, home: z.t.TempDir()})
	z.requireTwin(twin{zone: z, home: z.t.TempDir(), ahead: true})
}

// twin is how a zone's blocks are executed once more.
type twin struct {
	zone *Zone
	home string
	// ahead executes blocks optimistically, and checks transactions at the same time.
	ahead bool
}

// requireTwin replays all blocks, with restarts in between.
func (z *Zone) requireTwin(other twin) {
	z.t.Helper()
	app := other.start()
	_, err := app.InitChain(z.record.genesis)
	require.NoError(z.t, err)
	for i, block := range z.record.blocks {
		if i%50 == 20 {
			require.NoError(z.t, app.Close())
			app = other.start()
		}
		response, err := other.execute(app, i, block)
		require.NoError(z.t, err)
		require.Equal(z.t, z.record.responses[i], response, "zone %s, block %d", z.ID, block.Height)
		_, err = app.Commit()
		require.NoError(z.t, err)
	}
	require.Equal(z.t, z.App.LastCommitID(), app.LastCommitID())
	z.requireAnswers(app)
	require.NoError(z.t, app.Close())
}

// start starts a node of the zone that keeps its state in memiavl.
func (o twin) start() *base.App {
	options := simtestutil.AppOptionsMap{
		flags.FlagHome: o.home, nodeconfig.KeyStateStore: commitstore.KindMemIAVL, nodeconfig.KeyStateLog: 1,
	}
	with := []func(*baseapp.BaseApp){baseapp.SetChainID(o.zone.ChainID)}
	if o.ahead {
		with = append(with, baseapp.SetOptimisticExecution())
	} else {
		with = append(with, func(app *baseapp.BaseApp) { app.SetTxDecoder(o.zone.App.Encoding.TxConfig.TxDecoder()) })
	}
	if o.zone.ID == devnet.FinancialID {
		return financial.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, options, with...).App
	}
	return business.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, options, with...).App
}

// execute executes a block. Ahead, the i-th was, in turn: proposed; proposed after another; not proposed, but another was; not proposed.
func (o twin) execute(app *base.App, i int, block *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	if !o.ahead {
		return app.FinalizeBlock(block)
	}
	own := &abci.RequestProcessProposal{
		Txs: block.Txs, ProposedLastCommit: block.DecidedLastCommit, Misbehavior: block.Misbehavior, Hash: block.Hash, Height: block.Height,
		Time: block.Time, NextValidatorsHash: block.NextValidatorsHash, ProposerAddress: block.ProposerAddress,
	}
	other := *own
	other.Hash, other.Time, other.Txs = []byte("another"), own.Time.Add(time.Second), slices.Concat(own.Txs[len(own.Txs)/2:], own.Txs)
	for _, proposal := range [][]*abci.RequestProcessProposal{{own}, {&other, own}, {&other}, nil}[i%4] {
		if _, err := app.ProcessProposal(proposal); err != nil {
			return nil, err
		}
	}
	var checks errgroup.Group
	checks.Go(func() error {
		for _, tx := range block.Txs {
			if _, err := app.CheckTx(&abci.RequestCheckTx{Tx: tx}); err != nil {
				return err
			}
		}
		return nil
	})
	response, err := app.FinalizeBlock(block)
	return response, errors.Join(err, checks.Wait())
}

// requireAnswers compares proofs and contexts of queries at the last heights.
func (z *Zone) requireAnswers(app *base.App) {
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
				got, err := app.Query(z.t.Context(), &request)
				require.NoError(z.t, err)
				require.Equal(z.t, want, got)
			}
		}
	}
}
