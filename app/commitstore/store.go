package commitstore

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/crypto-org-chain/cronos/memiavl"

	"cosmossdk.io/log"
	"cosmossdk.io/store/metrics"
	pruningtypes "cosmossdk.io/store/pruning/types"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
)

// Options says how a store keeps its state. The zero value is the default.
type Options struct {
	// LogBytes is how large a log grows before a new snapshot is written in the background; 0 is DefaultLogBytes.
	LogBytes int64
}

// DefaultLogBytes is about ten minutes of 4,000 payments a second. A start replays at most about twice as much, and memory holds what was
// written since the snapshot, which takes several times as much as its log.
const DefaultLogBytes = 512 << 20

var (
	_ types.CommitMultiStore = (*Store)(nil)
	_ types.Queryable        = (*Store)(nil)
)

// Store is an application's state: a types.CommitMultiStore with stores of types IAVL, memory and transient. As rootmulti does, it
// panics where the interface has no error and going on would lose state: above all if a commit cannot be written.
type Store struct {
	dir     string
	logger  log.Logger
	options Options

	types     map[types.StoreKey]types.StoreType
	keys      map[string]types.StoreKey
	mountErr  error
	trace     io.Writer
	context   types.TraceContext
	listeners map[types.StoreKey]*types.MemoryListener
	pruning   pruningtypes.PruningOptions
	metrics   metrics.StoreMetrics
	time      time.Time

	// work is held by whoever changes trees or files: a commit, a load, or a new snapshot that takes over.
	work    sync.Mutex
	lock    *os.File
	log     *logWriter
	trees   *avl.Set
	gen     *generation
	pending []*memiavl.TreeNameUpgrade
	removed map[string]bool
	initial int64
	// onDisk is the last version there, which a store that was loaded at an older one must not overwrite.
	onDisk  int64
	rewrite *rewrite

	// state guards what queries read.
	state     sync.RWMutex
	live      map[types.StoreKey]*liveStore
	private   map[types.StoreKey]types.CommitKVStore
	info      *types.CommitInfo
	history   []*version
	pinned    map[int64]*version
	snapshots uint64
}

// New returns a store that keeps its state in a directory of its own, which is made if it is not there. Mount stores and load a
// version next. Close it at the end.
func New(dir string, logger log.Logger, options Options) *Store {
	if options.LogBytes <= 0 {
		options.LogBytes = DefaultLogBytes
	}
	return &Store{
		dir: dir, logger: logger, options: options,
		types: map[types.StoreKey]types.StoreType{}, keys: map[string]types.StoreKey{},
		listeners: map[types.StoreKey]*types.MemoryListener{}, metrics: metrics.NewNoOpMetrics(),
		pruning: pruningtypes.NewPruningOptions(pruningtypes.PruningDefault),
	}
}

// Dir returns the store's directory.
func (s *Store) Dir() string { return s.dir }

// GetStoreType implements types.Store.
func (*Store) GetStoreType() types.StoreType { return types.StoreTypeMulti }

// MountStoreWithDB implements types.CommitMultiStore. There is no database: a given one is an error of the next load, and so are
// other kinds of stores than IAVL, memory and transient.
func (s *Store) MountStoreWithDB(key types.StoreKey, kind types.StoreType, db dbm.DB) {
	switch _, mounted := s.keys[key.Name()]; {
	case mounted:
		s.mountErr = errors.Join(s.mountErr, fmt.Errorf("expected each store once, got %s twice", key.Name()))
	case db != nil:
		s.mountErr = errors.Join(s.mountErr, fmt.Errorf("expected store %s without a database of its own, got one", key.Name()))
	case kind != types.StoreTypeIAVL && kind != types.StoreTypeMemory && kind != types.StoreTypeTransient:
		s.mountErr = errors.Join(s.mountErr, fmt.Errorf("expected store %s of type IAVL, memory or transient, got %s", key.Name(), kind))
	}
	s.types[key], s.keys[key.Name()] = kind, key
}

// sortedKeys returns the mounted keys in order of name.
func (s *Store) sortedKeys() []types.StoreKey {
	return slices.SortedFunc(maps.Keys(s.types), func(a, b types.StoreKey) int { return strings.Compare(a.Name(), b.Name()) })
}

// GetCommitStore implements types.CommitMultiStore; nil for a store that is not mounted.
func (s *Store) GetCommitStore(key types.StoreKey) types.CommitStore {
	found := s.GetCommitKVStore(key)
	if found == nil {
		return nil // not a nil of another type
	}
	return found
}

// GetCommitKVStore implements types.CommitMultiStore; nil for a store that is not mounted.
func (s *Store) GetCommitKVStore(key types.StoreKey) types.CommitKVStore {
	s.state.RLock()
	defer s.state.RUnlock()
	if found, ok := s.live[key]; ok {
		return found
	}
	if found, ok := s.private[key]; ok {
		return found
	}
	return nil
}

// LatestVersion implements types.MultiStore.
func (s *Store) LatestVersion() int64 { return s.LastCommitID().Version }

// LastCommitID implements types.Committer. Before a load it says which version is the last on the disk, without its hash.
func (s *Store) LastCommitID() types.CommitID {
	s.state.RLock()
	defer s.state.RUnlock()
	if s.info != nil {
		return s.info.CommitID()
	}
	version, err := LatestVersion(s.dir)
	if err != nil {
		panic(err)
	}
	empty := sha256.Sum256(nil)
	return types.CommitID{Version: version, Hash: empty[:]}
}

// SetInterBlockCache implements types.CommitMultiStore. There is nothing to cache: the state is in memory.
func (*Store) SetInterBlockCache(types.MultiStorePersistentCache) {}

// SetIAVLCacheSize implements types.CommitMultiStore without effect.
func (*Store) SetIAVLCacheSize(int) {}

// SetIAVLDisableFastNode implements types.CommitMultiStore without effect.
func (*Store) SetIAVLDisableFastNode(bool) {}

// SetIAVLSyncPruning implements types.CommitMultiStore without effect.
func (*Store) SetIAVLSyncPruning(bool) {}

// SetMetrics implements types.CommitMultiStore.
func (s *Store) SetMetrics(gatherer metrics.StoreMetrics) { s.metrics = gatherer }

// SetCommitTime says which time the next commit's info gets: the block's. rootmulti takes it from SetCommitHeader, which the SDK
// calls on rootmulti alone.
func (s *Store) SetCommitTime(block time.Time) {
	s.work.Lock()
	defer s.work.Unlock()
	s.time = block
}

// Close ends the work in the background, closes the files and lets go of the directory. Queries may still read what they have.
func (s *Store) Close() error {
	s.stopRewrite()
	s.work.Lock()
	defer s.work.Unlock()
	var errs []error
	if s.log != nil {
		errs = append(errs, s.log.file.Close())
		s.log = nil
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
		s.lock = nil
	}
	return errors.Join(errs...)
}
