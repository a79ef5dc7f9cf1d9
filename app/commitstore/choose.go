package commitstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"
	"cosmossdk.io/store/rootmulti"
)

// Kinds of stores that a node may keep its state in.
const (
	// KindMemIAVL is this package's.
	KindMemIAVL = "memiavl"
	// KindIAVL is the SDK's rootmulti, which keeps past states on the disk.
	KindIAVL = "iavl"
)

// ErrOtherStore is returned for a node whose data is of the other kind.
var ErrOtherStore = errors.New("data of another kind of store")

// DirOf is the directory of a node's state below its home.
func DirOf(home string) string { return filepath.Join(home, "data", "state") }

// KindOf returns which kind of store a node's data is of; empty for a node without any. It opens no database: it asks for folders.
func KindOf(home string) (string, error) {
	version, err := LatestVersion(DirOf(home))
	if err != nil {
		return "", err
	}
	if version > 0 {
		return KindMemIAVL, nil
	}
	switch _, err := os.Stat(filepath.Join(home, "data", "application.db")); {
	case errors.Is(err, os.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	default:
		return KindIAVL, nil
	}
}

// Choose returns the store of a node, nil for KindIAVL and for no kind, which are the SDK's to open. It returns ErrOtherStore if
// the node's data is of another kind than the configuration says.
func Choose(kind, home string, db dbm.DB, logger log.Logger, options Options) (*Store, error) {
	const advice = "or move the node's data aside and begin with a snapshot of the zone (`configure listener --state-from`)"
	dir := DirOf(home)
	switch kind {
	case KindIAVL, "":
		version, err := LatestVersion(dir)
		if err != nil {
			return nil, err
		}
		if version > 0 {
			return nil, fmt.Errorf("%w: expected data of iavl, as state.store in app.toml says, got that of memiavl at height %d in %s: set state.store to %q, %s",
				ErrOtherStore, version, dir, KindMemIAVL, advice)
		}
		return nil, nil
	case KindMemIAVL:
		if home == "" {
			return nil, errors.New("expected a node's home for its state, got none: name it with --home")
		}
		if version := rootmulti.GetLatestVersion(db); version > 0 {
			return nil, fmt.Errorf("%w: expected data of memiavl, as state.store in app.toml says, got that of iavl at height %d in %s: set state.store to %q, %s",
				ErrOtherStore, version, filepath.Join(home, "data", "application.db"), KindIAVL, advice)
		}
		return New(dir, logger, options), nil
	default:
		return nil, fmt.Errorf("state.store in app.toml: expected %s or %s, got %q", KindMemIAVL, KindIAVL, kind)
	}
}
