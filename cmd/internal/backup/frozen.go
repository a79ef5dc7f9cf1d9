package backup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	cmtdb "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/p2p"
	sm "github.com/cometbft/cometbft/state"
	blockkv "github.com/cometbft/cometbft/state/indexer/block/kv"
	"github.com/cometbft/cometbft/state/txindex/kv"
	"github.com/cometbft/cometbft/store"
	"github.com/syndtr/goleveldb/leveldb"

	"cosmossdk.io/log"
	"cosmossdk.io/store/metrics"
	"cosmossdk.io/store/rootmulti"
	storetypes "cosmossdk.io/store/types"

	"github.com/cosmos/cosmos-sdk/version"

	"github.com/azukari-network/azukari/app/commitstore"
)

// Frozen is a node at one moment. The node goes on meanwhile; Release lets go of what it holds.
type Frozen struct {
	home      string
	databases []database
	// state has the files of a state that is kept by app/commitstore; none if it is in the application's database.
	state    *commitstore.Frozen
	manifest Manifest
	release  func() error
}

// Freeze looks at all databases of a node at once, in no more than a few milliseconds. Call it where the node commits nothing:
// between two blocks, or on a node that does not run; then call Describe.
func Freeze(home string, handles map[string]*leveldb.DB) (*Frozen, error) {
	frozen := &Frozen{home: home, release: func() error { return nil }}
	for _, name := range databaseNames {
		handle := handles[name]
		if handle == nil {
			if required(name) {
				return nil, errors.Join(fmt.Errorf("expected database %s of a node, got none", name), frozen.Release())
			}
			continue
		}
		snapshot, err := handle.GetSnapshot()
		if err != nil {
			return nil, errors.Join(fmt.Errorf("database %s: %w", name, err), frozen.Release())
		}
		frozen.databases = append(frozen.databases, database{name, snapshot})
	}
	var err error
	if frozen.state, err = commitstore.Freeze(commitstore.DirOf(home)); err != nil {
		return nil, errors.Join(fmt.Errorf("the state: %w", err), frozen.Release())
	}
	return frozen, nil
}

// FreezeStopped freezes and describes a node that does not run.
func FreezeStopped(home string) (*Frozen, error) {
	handles, err := openHome(home)
	if err != nil {
		return nil, err
	}
	frozen, err := Freeze(home, handles)
	if err != nil {
		return nil, errors.Join(err, closeAll(handles))
	}
	frozen.release = func() error { return closeAll(handles) }
	if err := frozen.Describe(); err != nil {
		return nil, errors.Join(err, frozen.Release())
	}
	return frozen, nil
}

// Release lets go of the databases. Call it once.
func (f *Frozen) Release() error {
	for _, one := range f.databases {
		one.snapshot.Release()
	}
	if f.state == nil {
		return f.release()
	}
	return errors.Join(f.state.Close(), f.release())
}

// Manifest says what was frozen, without files.
func (f *Frozen) Manifest() Manifest { return f.manifest }

// Describe reads what the databases say of themselves, for the manifest. It returns an error if no node could start from them.
func (f *Frozen) Describe() error {
	state, err := sm.NewStore(f.comet(chainState), sm.StoreOptions{}).Load()
	if err != nil {
		return fmt.Errorf("read the state of consensus: %w", err)
	}
	blocks := store.NewBlockStore(f.comet(blockstore))
	if state.IsEmpty() || blocks.IsEmpty() {
		return errors.New("expected a node that has blocks, got none: back up a node that has caught up")
	}
	info, err := f.stateInfo()
	if err != nil {
		return err
	}
	height := info.Version
	last := blocks.Height()
	behind := last - state.LastBlockHeight
	if behind < 0 || behind > 1 || height > last || height < blocks.Base()-1 || height == 0 {
		return fmt.Errorf("expected blocks, consensus and application as a crash at the worst moment leaves them, got blocks %d to %d, "+
			"consensus at %d and application at %d: this node could not start", blocks.Base(), last, state.LastBlockHeight, height)
	}
	meta := blocks.LoadBlockMeta(last)
	if meta == nil {
		return fmt.Errorf("expected block %d, the last one, got none", last)
	}
	nodeKey, err := p2p.LoadNodeKey(filepath.Join(f.home, configFolder, "node_key.json"))
	if err != nil {
		return fmt.Errorf("the node's key, whose id goes into the backup: %w", err)
	}
	f.manifest = Manifest{
		Format: format, MadeBy: version.AppName, Version: version.Version, Commit: version.Commit,
		ChainID: state.ChainID, NodeID: string(nodeKey.ID()), Time: time.Now().UTC().Truncate(time.Second),
		FirstBlock: blocks.Base(), LastBlock: last, LastBlockHash: meta.BlockID.Hash, LastBlockTime: meta.Header.Time,
		ConsensusHeight: state.LastBlockHeight, StateHeight: height, AppHash: info.Hash(), ValidatorsHash: meta.Header.NextValidatorsHash,
	}
	return nil
}

// stateInfo returns the commit info of the application's last state.
func (f *Frozen) stateInfo() (*storetypes.CommitInfo, error) {
	if len(f.state.Files) > 0 {
		info, err := f.state.Info()
		if err != nil {
			return nil, fmt.Errorf("application state: %w", err)
		}
		return info, nil
	}
	application := f.cosmos()
	height := rootmulti.GetLatestVersion(application)
	if height == 0 {
		return nil, errors.New("expected a node that has executed a block, got none: back up a node that has caught up")
	}
	info, err := rootmulti.NewStore(application, log.NewNopLogger(), metrics.NewNoOpMetrics()).GetCommitInfo(height)
	if err != nil {
		return nil, fmt.Errorf("application state at %d: %w", height, err)
	}
	return info, nil
}

// Indexed says whether the index of transactions has all that the application has carried out. Consensus does not wait for
// the index, which so may be a moment late. Without an index there is nothing to wait for.
func (f *Frozen) Indexed() (bool, error) {
	index := f.comet(txIndex)
	if index == nil {
		return true, nil
	}
	height := f.manifest.StateHeight
	if height < f.manifest.FirstBlock {
		return true, nil // the first block after a state sync
	}
	block := store.NewBlockStore(f.comet(blockstore)).LoadBlock(height)
	if block == nil {
		return false, fmt.Errorf("expected block %d, got none", height)
	}
	if len(block.Txs) == 0 {
		return blockkv.New(cmtdb.NewPrefixDB(index, []byte("block_events"))).Has(height)
	}
	result, err := kv.NewTxIndex(index).Get(block.Txs[len(block.Txs)-1].Hash())
	return result != nil, err
}

// comet returns a database as CometBFT reads it, nil if the node has none of the name.
func (f *Frozen) comet(name string) cmtdb.DB {
	for _, one := range f.databases {
		if one.name == name {
			return cometReader{database: one}
		}
	}
	return nil
}

func (f *Frozen) cosmos() cosmosReader {
	for _, one := range f.databases {
		if one.name == Application {
			return cosmosReader{database: one}
		}
	}
	return cosmosReader{}
}

// configFiles are what a backup has of the configuration folder, and the first one must be there. Keys of any kind are not
// among them: they have their own safe.
var configFiles = []string{"genesis.json", "config.toml", "app.toml", "client.toml"}

// upgradeFile tells a node that starts after a software upgrade which stores are new.
const upgradeFile = "upgrade-info.json"

// readConfig returns a file of the configuration folder as the backup has it.
func (f *Frozen) readConfig(name string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(f.home, configFolder, name))
	if err != nil {
		return nil, err
	}
	return withoutPassword(content), nil
}
