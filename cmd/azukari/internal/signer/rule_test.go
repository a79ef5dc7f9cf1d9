package signer

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/libs/protoio"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const chainID = "financial-1"

var begin = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

// memoryStore is a store whose calls go as a test wants.
type memoryStore struct {
	records map[string][]byte
	// swap is asked what becomes of a change; nil: it is made.
	swap func() fate
	// history is every record that was ever written.
	history [][]byte
	// down says that nothing is answered.
	down bool
	// late are changes that were sent, of which nobody knows, and that arrive later.
	late []func()
}

// fate is what becomes of a call to the store.
type fate int

const (
	done        fate = iota
	lost             // the change is not made, and the caller hears an error
	unconfirmed      // the change is made, and the caller hears an error
	delayed          // the caller hears an error, and the change comes later
)

var errStore = errors.New("the store is gone")

func newMemoryStore() *memoryStore { return &memoryStore{records: map[string][]byte{}} }

func (s *memoryStore) Load(_ context.Context, key string) ([]byte, error) {
	if s.down {
		return nil, errStore
	}
	return s.records[key], nil
}

func (s *memoryStore) Swap(_ context.Context, key string, expected, next []byte) (bool, []byte, error) {
	what := done
	if s.swap != nil {
		what = s.swap()
	}
	if s.down {
		what = delayed
	}
	apply := func() bool {
		current, found := s.records[key]
		if string(current) != string(expected) || found != (expected != nil) {
			return false
		}
		s.records[key] = next
		s.history = append(s.history, next)
		return true
	}
	switch what {
	case lost:
		return false, nil, errStore
	case unconfirmed:
		apply()
		return false, nil, errStore
	case delayed:
		s.late = append(s.late, func() { apply() })
		return false, nil, errStore
	case done:
	}
	if apply() {
		return true, nil, nil
	}
	return false, s.records[key], nil
}

func (s *memoryStore) Members(context.Context) []Member { return []Member{{Address: "memory"}} }

func (s *memoryStore) Close() error { return nil }

// item is something that a node may ask a signature for.
type item struct {
	Position
	block byte
	at    time.Duration
}

func items(t *rapid.T) item {
	return item{
		Position: Position{
			rapid.Int64Range(1, 4).Draw(t, "height"), rapid.Int32Range(0, 1).Draw(t, "round"), rapid.Int8Range(stepPropose, stepPrecommit).Draw(t, "step"),
		},
		block: rapid.ByteRange(0, 2).Draw(t, "block"),
		at:    time.Duration(rapid.IntRange(0, 2).Draw(t, "second")) * time.Second,
	}
}

// blockID is that of one of two blocks, or of none.
func (i item) blockID() cmtproto.BlockID {
	if i.block == 0 {
		return cmtproto.BlockID{}
	}
	hash := sha256.Sum256([]byte{i.block})
	return cmtproto.BlockID{Hash: hash[:], PartSetHeader: cmtproto.PartSetHeader{Total: 1, Hash: hash[:]}}
}

// ask asks a signer and returns what was signed, and the signature.
func (i item) ask(signer cmttypes.PrivValidator) (signBytes, signature, extension []byte, err error) {
	if i.Step == stepPropose {
		proposal := &cmtproto.Proposal{
			Type: cmtproto.ProposalType, Height: i.Height, Round: i.Round, PolRound: -1, BlockID: i.blockID(), Timestamp: begin.Add(i.at),
		}
		err = signer.SignProposal(chainID, proposal)
		return cmttypes.ProposalSignBytes(chainID, proposal), proposal.Signature, nil, err
	}
	kind := cmtproto.PrevoteType
	if i.Step == stepPrecommit {
		kind = cmtproto.PrecommitType
	}
	vote := &cmtproto.Vote{Type: kind, Height: i.Height, Round: i.Round, BlockID: i.blockID(), Timestamp: begin.Add(i.at)}
	err = signer.SignVote(chainID, vote)
	return cmttypes.VoteSignBytes(chainID, vote), vote.Signature, vote.ExtensionSignature, err
}

func newIdentity(store Store, key ed25519.PrivKey) Identity {
	return Identity{ChainID: chainID, PubKey: key.PubKey(), Store: store}
}

// One signer alone gives the signatures that CometBFT's own gives, and refuses what that refuses, whatever it is asked.
func TestSignerIsCometBFTsOwn(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		given := map[Position][]byte{}
		key := ed25519.GenPrivKey()
		identity := newIdentity(newMemoryStore(), key)
		_, err := identity.Begin(context.Background(), "tokyo", Signed{}, begin)
		require.NoError(t, err)
		ours, err := New(context.Background(), identity, "tokyo", key, "", time.Second, nil)
		require.NoError(t, err)
		folder := newFolder(t, root)
		theirs := privval.NewFilePV(key, filepath.Join(folder, "key"), filepath.Join(folder, "state"))
		for range rapid.IntRange(1, 20).Draw(t, "requests") {
			one := items(t)
			wantBytes, want, wantExtension, wantErr := one.ask(theirs)
			gotBytes, got, extension, err := one.ask(ours)
			if wantErr != nil && err == nil {
				// Ours remembers earlier ones, too: it gives the same again.
				require.Equal(t, given[one.Position], got)
				continue
			}
			if wantErr != nil {
				require.Error(t, err, "%v: %v", one, wantErr)
				require.True(t, errors.Is(err, ErrConflict) || errors.Is(err, ErrRegression), err)
				require.Empty(t, got)
				continue
			}
			require.NoError(t, err, "%v", one)
			given[one.Position] = want
			require.Equal(t, want, got)
			require.Equal(t, wantBytes, gotBytes)
			require.Equal(t, wantExtension, extension)
		}
	})
}

// Whatever two signers are asked, however they take over from each other, crash, or lose the store's answers: no position is
// signed twice, and none after a later one.
func TestNoDoubleSign(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		store := newMemoryStore()
		w := newWorld(t, store, newFolder(t, root))
		store.swap = func() fate {
			w.meanwhile(t)
			return rapid.SampledFrom([]fate{done, done, done, done, lost, unconfirmed, delayed}).Draw(t, "fate")
		}
		for range rapid.IntRange(1, 25).Draw(t, "actions") {
			store.down = rapid.IntRange(0, 9).Draw(t, "down") == 0
			w.act(t)
			w.arrive(t, store)
		}
		w.check(t, store.history)
	})
}

// world is a validator with a signer in each of two regions.
type world struct {
	key      ed25519.PrivKey
	identity Identity
	signers  map[string]*Signer
	local    map[string]Local
	depth    int
	// released are the signatures that left a signer, by position.
	released map[Position]map[string]bool
	timeout  time.Duration
}

var regions = []string{"osaka", "tokyo"}

func newWorld(t *rapid.T, store Store, folder string) *world {
	key := ed25519.GenPrivKey()
	w := &world{
		key: key, identity: newIdentity(store, key), signers: map[string]*Signer{},
		local: map[string]Local{}, released: map[Position]map[string]bool{}, timeout: 30 * time.Millisecond,
	}
	for _, region := range regions {
		w.local[region] = Local(filepath.Join(folder, region))
	}
	_, err := w.identity.Begin(context.Background(), "tokyo", Signed{}, begin)
	require.NoError(t, err)
	return w
}

// act does one thing that may happen.
func (w *world) act(t *rapid.T) {
	region := rapid.SampledFrom(regions).Draw(t, "region")
	switch rapid.IntRange(0, 9).Draw(t, "action") {
	case 0: // a crash: what it knew is gone
		delete(w.signers, region)
	case 1:
		from := regions[0]
		if region == from {
			from = regions[1]
		}
		ctx, cancel := context.WithTimeout(context.Background(), w.timeout)
		defer cancel()
		_, _, err := w.identity.TakeOver(ctx, region, from, begin)
		require.True(t, err == nil || errors.Is(err, ErrUnavailable), err)
	default:
		w.sign(t, region)
	}
}

// meanwhile does something else while a signer waits for the store.
func (w *world) meanwhile(t *rapid.T) {
	if w.depth > 0 || !rapid.Bool().Draw(t, "meanwhile") {
		return
	}
	w.depth++
	defer func() { w.depth-- }()
	w.act(t)
}

// arrive lets changes come to the store that were on their way.
func (w *world) arrive(t *rapid.T, store *memoryStore) {
	for len(store.late) > 0 && rapid.Bool().Draw(t, "arrives") {
		at := rapid.IntRange(0, len(store.late)-1).Draw(t, "which")
		store.late[at]()
		store.late = append(store.late[:at], store.late[at+1:]...)
	}
}

func (w *world) sign(t *rapid.T, region string) {
	signer := w.signers[region]
	if signer == nil {
		started, err := New(context.Background(), w.identity, region, w.key, w.local[region], w.timeout, nil)
		if err != nil {
			require.True(t, errors.Is(err, ErrFenced) || errors.Is(err, ErrUnavailable), err)
			return
		}
		signer = started
		w.signers[region] = signer
	}
	if !signer.mu.TryLock() {
		return // it waits for the store
	}
	signer.mu.Unlock()
	one := items(t)
	signBytes, signature, _, err := one.ask(signer)
	if err != nil {
		known := errors.Is(err, ErrFenced) || errors.Is(err, ErrConflict) || errors.Is(err, ErrRegression) ||
			errors.Is(err, ErrUnavailable) || errors.Is(err, ErrLocked)
		require.True(t, known, err)
		require.Empty(t, signature)
		if mustEnd(err) {
			delete(w.signers, region)
		}
		return
	}
	require.True(t, w.key.PubKey().VerifySignature(signBytes, signature))
	if w.released[one.Position] == nil {
		w.released[one.Position] = map[string]bool{}
	}
	w.released[one.Position][string(signBytes)] = true
}

// check looks at everything that was ever in the store and that ever left a signer.
func (w *world) check(t *rapid.T, history [][]byte) {
	recorded := map[Position]string{}
	var last Record
	var precommit cmtproto.CanonicalVote
	var precommitEpoch uint64
	for _, raw := range history {
		record, err := decode(raw, chainID, w.key.PubKey())
		require.NoError(t, err)
		require.GreaterOrEqual(t, record.Epoch, last.Epoch)
		require.False(t, record.Epoch == last.Epoch && record.Holder != last.Holder, "one holder in an epoch")
		require.GreaterOrEqual(t, record.Compare(last.Position), 0, "%s after %s", record.Position, last.Position)
		if before, found := recorded[record.Position]; found {
			require.Equal(t, before, string(record.SignBytes), "two signatures at %s", record.Position)
		}
		recorded[record.Position] = string(record.SignBytes)
		if record.Position != last.Position {
			w.checkLock(t, record, &precommit, &precommitEpoch)
		}
		last = record
	}
	for position, signatures := range w.released {
		require.Len(t, signatures, 1, "two signatures left at %s", position)
		require.True(t, signatures[recorded[position]], "what left at %s was not recorded", position)
	}
}

// checkLock checks a prevote against the last precommit for a block: at the height of one that an earlier holder gave, only that
// block may be prevoted.
func (*world) checkLock(t *rapid.T, record Record, precommit *cmtproto.CanonicalVote, epoch *uint64) {
	if record.Step == stepPropose || len(record.SignBytes) == 0 {
		return
	}
	var vote cmtproto.CanonicalVote
	require.NoError(t, protoio.UnmarshalDelimited(record.SignBytes, &vote))
	switch {
	case vote.BlockID == nil:
	case record.Step == stepPrecommit:
		*precommit, *epoch = vote, record.Epoch
	case precommit.Height == vote.Height && *epoch < record.Epoch:
		require.Equal(t, precommit.BlockID.Hash, vote.BlockID.Hash, "a prevote at %s against an earlier holder's precommit", record.Position)
	}
}

// newFolder returns a folder of one run of a property.
func newFolder(t *rapid.T, root string) string {
	folder, err := os.MkdirTemp(root, "")
	require.NoError(t, err)
	return folder
}
