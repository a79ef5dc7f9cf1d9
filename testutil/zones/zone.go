package zones

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
	"cosmossdk.io/store/snapshots"
	snapshottypes "cosmossdk.io/store/snapshots/types"

	"github.com/cosmos/cosmos-sdk/baseapp"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/business"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// transactionGas is the gas limit of every test transaction: enough for a batch of packets.
const transactionGas = 100_000_000

// Zone is one chain in this process: the real application, and blocks that the test asks for one by one.
type Zone struct {
	ID      string
	ChainID string
	App     *base.App
	// Financial is set on the Financial Zone, Business on a Business Zone.
	Financial *financial.App
	Business  *business.App
	// Results are those of the last block's transactions.
	Results []*abci.ExecTxResult

	t     testing.TB
	clock *Clock
	keys  *devnet.Keys
	// initialHeight is above 1 for a zone that was imported.
	initialHeight int64
	random        *rand.Rand
	validators    map[int64]*cmttypes.ValidatorSet // by the height that they sign
	signers       map[string]cmttypes.PrivValidator
	headers       map[int64]signedHeader
	outbox        []event
	record        replayed
}

// newZone builds a zone and its first block from the genesis of the manifest.
func newZone(t testing.TB, clock *Clock, manifest devnet.Manifest, keys *devnet.Keys, id string) *Zone {
	t.Helper()
	z := &Zone{
		ID: id, t: t, clock: clock, keys: keys, random: rand.New(rand.NewSource(1)),
		validators: map[int64]*cmttypes.ValidatorSet{}, signers: map[string]cmttypes.PrivValidator{},
		headers: map[int64]signedHeader{},
	}
	z.ChainID = manifest.ChainID(id)
	z.build(dbm.NewMemDB())

	var validators []*cmttypes.Validator
	genesis, err := devnet.Genesis(manifest, keys, id, z.App.DefaultGenesis(), func(zone, name string) []byte {
		key := ed25519.GenPrivKeyFromSecret([]byte(zone + name))
		if zone != id {
			return key.PubKey().Bytes()
		}
		z.signers[key.PubKey().Address().String()] = cmttypes.NewMockPVWithParams(key, false, false)
		validator := cmttypes.NewValidator(key.PubKey(), devnet.ValidatorPower)
		validators = append(validators, validator)
		return key.PubKey().Bytes()
	}, clock.Now)
	require.NoError(t, err)

	params := genesis.Consensus.Params.ToProto()
	z.record.genesis = &abci.RequestInitChain{
		ChainId: z.ChainID, Time: genesis.GenesisTime, ConsensusParams: &params, AppStateBytes: genesis.AppState,
		InitialHeight: 1,
	}
	_, err = z.App.InitChain(z.record.genesis)
	require.NoError(t, err)
	set := cmttypes.NewValidatorSet(validators)
	z.validators[1], z.validators[2] = set, set
	z.Block()
	return z
}

// build makes the application on a database.
func (z *Zone) build(db dbm.DB) {
	home := z.t.TempDir()
	options := simtestutil.NewAppOptionsWithFlagHome(home)
	chainID := baseapp.SetChainID(z.ChainID)
	store, err := snapshots.NewStore(dbm.NewMemDB(), home)
	require.NoError(z.t, err)
	// No interval: a snapshot is taken when a test asks for it.
	snapshot := baseapp.SetSnapshot(store, snapshottypes.NewSnapshotOptions(0, 0))
	if z.ID == devnet.FinancialID {
		z.Financial = financial.New(log.NewNopLogger(), db, nil, true, options, chainID, snapshot)
		z.App = z.Financial.App
		return
	}
	z.Business = business.New(log.NewNopLogger(), db, nil, true, options, chainID, snapshot)
	z.App = z.Business.App
}

// Block makes one block of the given transactions and commits it.
func (z *Zone) Block(transactions ...[]byte) {
	z.t.Helper()
	z.clock.Advance(time.Second)
	height := max(z.App.LastBlockHeight()+1, z.initialHeight)
	previousAppHash := z.App.LastCommitID().Hash
	next := z.validators[height+1]
	request := &abci.RequestFinalizeBlock{
		Height: height, Time: z.clock.Now, Txs: transactions,
		NextValidatorsHash: next.Hash(), ProposerAddress: z.validators[height].GetProposer().Address,
	}
	response, err := z.App.FinalizeBlock(request)
	require.NoError(z.t, err)
	z.record.blocks, z.record.responses = append(z.record.blocks, request), append(z.record.responses, response)
	_, err = z.App.Commit()
	require.NoError(z.t, err)

	z.headers[height] = z.sign(height, previousAppHash)
	after := next.Copy()
	updates, err := cmttypes.PB2TM.ValidatorUpdates(response.ValidatorUpdates)
	require.NoError(z.t, err)
	require.NoError(z.t, after.UpdateWithChangeSet(updates))
	z.validators[height+2] = after
	z.Results = response.TxResults
	z.collect(response)
}

// catchUp makes a block if the zone's last one is so old that its light client would refuse the other zone's header as one
// from the future: its checks run at the time of its last block.
func (z *Zone) catchUp() {
	const drift = 5 * time.Second // half of what the light clients bear
	if z.clock.Now.Sub(z.headers[z.App.LastBlockHeight()].time) > drift {
		z.Block()
	}
}

// Ctx reads and, for tests that corrupt state on purpose, writes the last committed state.
func (z *Zone) Ctx() sdk.Context {
	return z.App.NewUncachedContext(false, cmtproto.Header{
		ChainID: z.ChainID, Height: z.App.LastBlockHeight(), Time: z.clock.Now,
	})
}

// Send puts messages of one signer into a block of their own and returns the error of the first check that refuses
// them: CheckTx, or the execution in the block.
func (z *Zone) Send(key cryptotypes.PrivKey, messages ...sdk.Msg) (*abci.ExecTxResult, error) {
	z.t.Helper()
	raw := z.Sign(key, messages...)
	check, err := z.App.CheckTx(&abci.RequestCheckTx{Tx: raw, Type: abci.CheckTxType_New})
	if err != nil {
		return nil, err
	}
	if check.IsErr() {
		return nil, &TxError{Stage: "CheckTx", Codespace: check.Codespace, Code: check.Code, Log: check.Log}
	}
	z.Block(raw)
	result := z.Results[0]
	if result.IsErr() {
		return result, &TxError{Stage: "block", Codespace: result.Codespace, Code: result.Code, Log: result.Log}
	}
	return result, nil
}

// MustSend is Send for messages that must succeed.
func (z *Zone) MustSend(key cryptotypes.PrivKey, messages ...sdk.Msg) *abci.ExecTxResult {
	z.t.Helper()
	result, err := z.Send(key, messages...)
	require.NoError(z.t, err)
	return result
}

// Sign returns the bytes of a transaction with the signer's next sequence. A signer without an account gets number
// and sequence zero.
func (z *Zone) Sign(key cryptotypes.PrivKey, messages ...sdk.Msg) []byte {
	z.t.Helper()
	var number, sequence uint64
	if account := z.App.Account.GetAccount(z.Ctx(), sdk.AccAddress(key.PubKey().Address())); account != nil {
		number, sequence = account.GetAccountNumber(), account.GetSequence()
	}
	signed, err := simtestutil.GenSignedMockTx(
		z.random, z.App.Encoding.TxConfig, messages, nil, transactionGas, z.ChainID,
		[]uint64{number}, []uint64{sequence}, key,
	)
	require.NoError(z.t, err)
	raw, err := z.App.Encoding.TxConfig.TxEncoder()(signed)
	require.NoError(z.t, err)
	return raw
}

// RequireLaws asserts that every law of money that the zone checks holds on its last committed state.
func (z *Zone) RequireLaws() {
	z.t.Helper()
	laws, err := z.audit().Check(z.Ctx())
	require.NoError(z.t, err)
	require.NoError(z.t, laws.Err(), "zone %s at height %d", z.ID, z.App.LastBlockHeight())
}

// TxError is a transaction that a zone refused.
type TxError struct {
	Stage     string
	Codespace string
	Code      uint32
	Log       string
}

func (e *TxError) Error() string {
	return fmt.Sprintf("%s refused with %s/%d: %s", e.Stage, e.Codespace, e.Code, strings.TrimSpace(e.Log))
}

// Is says whether target is the registered error that the transaction was refused with.
func (e *TxError) Is(target error) bool {
	registered, ok := target.(interface {
		Codespace() string
		ABCICode() uint32
	})
	return ok && registered.Codespace() == e.Codespace && registered.ABCICode() == e.Code
}
