package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	cmtdb "github.com/cometbft/cometbft-db"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/opt"
)

// Names of a node's databases, as they are called below the data folder.
const (
	Application = "application"
	blockstore  = "blockstore"
	chainState  = "state"
	evidence    = "evidence"
	txIndex     = "tx_index"
)

const (
	dataFolder   = "data"
	configFolder = "config"
	stateFolder  = "state" // of app/commitstore, below the data folder
	databaseEnd  = ".db"
)

// databaseNames in the order in which they are frozen. A block is saved before it is carried out, so the blocks come first: a
// crash could leave what a later look at the others then shows, and a node recovers from that.
var databaseNames = []string{blockstore, chainState, Application, evidence, txIndex}

// required says whether a node cannot be without the database.
func required(name string) bool { return name != evidence && name != txIndex }

// database is one database at one moment, which later writes do not change.
type database struct {
	name     string
	snapshot *leveldb.Snapshot
}

// get returns the value of a key, nil if there is none.
func (d database) get(key []byte) ([]byte, error) {
	value, err := d.snapshot.Get(key, nil)
	if errors.Is(err, leveldb.ErrNotFound) {
		return nil, nil
	}
	return value, err
}

// cometReader lets CometBFT's stores read from a frozen database. They only get: every other method panics.
type cometReader struct {
	cmtdb.DB

	database
}

// Get implements cmtdb.DB.
func (r cometReader) Get(key []byte) ([]byte, error) { return r.get(key) }

// Has implements cmtdb.DB.
func (r cometReader) Has(key []byte) (bool, error) {
	value, err := r.get(key)
	return value != nil, err
}

// cosmosReader is the same for the application's stores.
type cosmosReader struct {
	dbm.DB

	database
}

// Get implements dbm.DB.
func (r cosmosReader) Get(key []byte) ([]byte, error) { return r.get(key) }

// openHome opens the databases of a node that does not run, for reading only.
func openHome(home string) (handles map[string]*leveldb.DB, err error) {
	handles = map[string]*leveldb.DB{}
	defer func() {
		if err != nil {
			err = errors.Join(err, closeAll(handles))
		}
	}()
	for _, name := range databaseNames {
		folder := databaseFolder(home, name)
		switch _, err := os.Stat(folder); {
		case errors.Is(err, fs.ErrNotExist) && !required(name):
			continue
		case err != nil:
			return nil, fmt.Errorf("expected a node's databases below %s: %w: name the node's directory with --home", filepath.Join(home, dataFolder), err)
		}
		handle, err := leveldb.OpenFile(folder, &opt.Options{ReadOnly: true, ErrorIfMissing: true})
		if err != nil {
			return nil, fmt.Errorf("open %s: %w: the node runs but does not answer, or this is no goleveldb database", folder, err)
		}
		handles[name] = handle
	}
	return handles, nil
}

func closeAll(handles map[string]*leveldb.DB) error {
	var errs []error
	for _, handle := range handles {
		errs = append(errs, handle.Close())
	}
	return errors.Join(errs...)
}

func databaseFolder(home, name string) string {
	return filepath.Join(home, dataFolder, name+databaseEnd)
}
