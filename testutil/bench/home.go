package bench

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	cmtdb "github.com/cometbft/cometbft-db"
	sm "github.com/cometbft/cometbft/state"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
)

const dataFolder = "data"

// lay puts the state that all nodes start from into a node's directory, in the place of whatever the node had.
func (f *foundation) lay(home string, genesis *genutiltypes.AppGenesis) error {
	data := filepath.Join(home, dataFolder)
	if err := clearData(data); err != nil {
		return err
	}
	if err := copyTree(filepath.Join(f.dir, dataFolder), data); err != nil {
		return err
	}
	return saveInitialState(data, genesis)
}

// clearData removes what a node had, and starts its record of what it signed anew: the chain is another one.
func clearData(data string) error {
	record := filepath.Join(data, "priv_validator_state.json")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	return os.WriteFile(record, []byte(`{"height":"0","round":0,"step":0}`), 0o600)
}

// copyTree copies a directory. Files that no store ever changes are linked: a node that is done with them removes its own name.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		switch {
		case entry.IsDir():
			return os.MkdirAll(target, 0o700)
		case entry.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target) // #nosec G122 -- a tree of this measurement
		case immutable(relative):
			return os.Link(path, target) // #nosec G122 -- a tree of this measurement
		default:
			return copyFile(path, target)
		}
	})
}

// immutable says of a file below data/ whether it is never written again: tables of LevelDB, and snapshots of memiavl.
func immutable(relative string) bool {
	return filepath.Ext(relative) == ".ldb" || strings.Contains(filepath.ToSlash(relative), "/snapshot-")
}

func copyFile(from, to string) (err error) {
	source, err := os.Open(from) // #nosec G304 -- a file of this measurement
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- a file of this measurement
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	_, err = io.Copy(target, source)
	return err
}

// saveInitialState saves what consensus knows before the first block. CometBFT does so after InitChain, which is not called on an
// application that has a state; without it no node finds the validators of the first block.
func saveInitialState(data string, genesis *genutiltypes.AppGenesis) (err error) {
	document, err := genesis.ToGenesisDoc()
	if err != nil {
		return err
	}
	state, err := sm.MakeGenesisState(document)
	if err != nil {
		return err
	}
	db, err := cmtdb.NewGoLevelDB("state", data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return sm.NewStore(db, sm.StoreOptions{}).Save(state)
}
