package receipt

import (
	"context"
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/tmhash"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"
	gogoproto "github.com/cosmos/gogoproto/proto"
	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"
	"github.com/stretchr/testify/require"

	storetypes "cosmossdk.io/store/types"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	notarykeeper "github.com/azukari-network/azukari/x/notary/keeper"
	notarytypes "github.com/azukari-network/azukari/x/notary/types"
)

const (
	chainID   = "retail-1"
	blockTime = time.Hour
)

var (
	start    = keepertest.Start
	shop     = keepertest.Address("shop")
	contract = tmhash.Sum([]byte("contract"))
	invoice  = tmhash.Sum([]byte("invoice"))
)

// everybody may notarize.
type everybody struct{}

func (everybody) IsAdmitted(context.Context, sdk.AccAddress) (bool, error) { return true, nil }

func (everybody) Authorize(context.Context, string, sdk.Msg) (membershiptypes.Organization, error) {
	return membershiptypes.Organization{}, membershiptypes.ErrNotOperator
}

// world is a chain in this process: a real multistore with the notary, and blocks that validators sign as CometBFT's do. It is
// a Node, too.
type world struct {
	*keepertest.Fixture

	t      testing.TB
	notary notarytypes.MsgServer
	blocks map[int64]*cmttypes.LightBlock
	height int64
	// set signs the next block, following the one after it.
	set, following []string
}

// newWorld is a chain of six validators, of whom two are replaced every three blocks, and of two documents: that of block 12,
// and one of block 13.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		Fixture: keepertest.New(t, keepertest.Options{Stores: []string{notarytypes.StoreKey}}), t: t,
		blocks: map[int64]*cmttypes.LightBlock{}, set: generation(0), following: generation(0),
	}
	w.notary = notarykeeper.NewMsgServer(notarykeeper.NewKeeper(w.Codec,
		runtime.NewKVStoreService(w.Keys[notarytypes.StoreKey]), everybody{}, everybody{}))
	for range 20 {
		switch w.height + 1 {
		case 12:
			w.notarize(contract, "contract 7")
		case 13:
			w.notarize(invoice, "")
		}
		w.block()
	}
	return w
}

// generation names the six validators of three blocks.
func generation(number int64) []string {
	const names = "abcdefghijklmnopqrstuvwxyz"
	first := 2 * number
	var set []string
	for _, name := range names[first : first+6] {
		set = append(set, string(name))
	}
	return set
}

func (w *world) notarize(hash []byte, label string) {
	w.t.Helper()
	_, err := w.notary.Notarize(w.Ctx.WithBlockHeight(w.height+1).WithBlockTime(w.timeOf(w.height+1)), &notarytypes.MsgNotarize{
		Notary: shop.String(), Documents: []notarytypes.Document{{Hash: hex.EncodeToString(hash), Label: label}},
	})
	require.NoError(w.t, err)
}

func (*world) timeOf(height int64) time.Time { return start.Add(time.Duration(height) * blockTime) }

// block commits the state and signs the block that made it. Its app hash is that of the state before.
func (w *world) block() {
	w.t.Helper()
	w.height++
	appHash := w.MultiStore.LastCommitID().Hash
	w.Commit()
	filler := tmhash.Sum([]byte("not read by light clients"))
	header := &cmttypes.Header{
		Version: cmtversion.Consensus{Block: version.BlockProtocol}, ChainID: chainID, Height: w.height, Time: w.timeOf(w.height),
		LastCommitHash: filler, DataHash: filler, ConsensusHash: filler, LastResultsHash: filler, EvidenceHash: filler,
		ValidatorsHash: validators(w.set...).Hash(), NextValidatorsHash: validators(w.following...).Hash(), AppHash: appHash,
		ProposerAddress: key(w.set[0]).PubKey().Address(),
	}
	if before, ok := w.blocks[w.height-1]; ok {
		header.LastBlockID = before.Commit.BlockID
	}
	w.blocks[w.height] = sign(w.t, header, validators(w.set...), w.set...)
	w.set, w.following = w.following, generation((w.height+2)/3)
}

func key(name string) ed25519.PrivKey {
	return ed25519.GenPrivKeyFromSecret([]byte("validator " + name))
}

func validators(names ...string) *cmttypes.ValidatorSet {
	var list []*cmttypes.Validator
	for _, name := range names {
		list = append(list, cmttypes.NewValidator(key(name).PubKey(), 10))
	}
	return cmttypes.NewValidatorSet(list)
}

// sign makes the commit of a header, with the signatures of those named among its validators.
func sign(t testing.TB, header *cmttypes.Header, set *cmttypes.ValidatorSet, names ...string) *cmttypes.LightBlock {
	t.Helper()
	id := cmttypes.BlockID{Hash: header.Hash(), PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: tmhash.Sum(nil)}}
	commit := &cmttypes.Commit{Height: header.Height, Round: 1, BlockID: id, Signatures: make([]cmttypes.CommitSig, len(set.Validators))}
	for i, validator := range set.Validators {
		commit.Signatures[i] = cmttypes.NewCommitSigAbsent()
		at := slices.IndexFunc(names, func(name string) bool { return validator.Address.String() == key(name).PubKey().Address().String() })
		if at < 0 {
			continue
		}
		vote := &cmttypes.Vote{
			Type: cmtproto.PrecommitType, Height: header.Height, Round: 1, BlockID: id, Timestamp: header.Time,
			ValidatorAddress: validator.Address, ValidatorIndex: int32(i), // #nosec G115 -- six validators
		}
		signature, err := key(names[at]).Sign(cmttypes.VoteSignBytes(header.ChainID, vote.ToProto()))
		require.NoError(t, err)
		commit.Signatures[i] = cmttypes.CommitSig{
			BlockIDFlag: cmttypes.BlockIDFlagCommit, ValidatorAddress: validator.Address, Timestamp: header.Time, Signature: signature,
		}
	}
	return &cmttypes.LightBlock{SignedHeader: &cmttypes.SignedHeader{Header: header, Commit: commit}, ValidatorSet: set}
}

// pin trusts the block at a height.
func (w *world) pin(height int64) *Trust {
	return pinned(copyOf(w.t, w.blocks[height]), DefaultTrustingPeriod)
}

// receipt fetches the receipt of a document's notarization, in the state after a block.
func (w *world) receipt(trust *Trust, height int64, hash []byte) *Receipt {
	w.t.Helper()
	maker, err := NewMaker(w.t.Context(), w, trust, height)
	require.NoError(w.t, err)
	key, err := NotarizationKey(shop, hash)
	require.NoError(w.t, err)
	receipt, err := maker.Make(w.t.Context(), notarytypes.StoreKey, key)
	require.NoError(w.t, err)
	return copyOf(w.t, receipt)
}

// copyOf shares nothing with the original; it is what a file would have.
func copyOf[T any](t testing.TB, original *T) *T {
	t.Helper()
	raw, err := encode(original)
	require.NoError(t, err)
	read := new(T)
	require.NoError(t, cmtjson.Unmarshal(raw, read))
	return read
}

// ChainID implements Node.
func (*world) ChainID() string { return chainID }

// Heights implements Node.
func (w *world) Heights(context.Context) (oldest, newest int64, err error) { return 1, w.height, nil }

// LightBlock implements Node.
func (w *world) LightBlock(_ context.Context, height int64) (*cmttypes.LightBlock, error) {
	return w.blocks[height], nil
}

// Headers implements Node.
func (w *world) Headers(_ context.Context, from, to int64) ([]*cmttypes.Header, error) {
	var headers []*cmttypes.Header
	for height := from; height <= to; height++ {
		headers = append(headers, w.blocks[height].Header)
	}
	return headers, nil
}

// Row implements Node.
func (w *world) Row(_ context.Context, store string, key []byte, height int64) (Row, error) {
	queryable, ok := w.MultiStore.(storetypes.Queryable)
	require.True(w.t, ok)
	answer, err := queryable.Query(&storetypes.RequestQuery{Path: "/" + store + "/key", Data: key, Height: height, Prove: true})
	require.NoError(w.t, err)
	merkle, err := commitmenttypes.ConvertProofs(answer.ProofOps)
	require.NoError(w.t, err)
	proof, err := merkle.Marshal()
	return Row{Store: store, Key: key, Value: answer.Value, Height: height, Proof: proof}, err
}

// Ask implements Node.
func (*world) Ask(context.Context, string, gogoproto.Message, gogoproto.Message) error { return nil }
