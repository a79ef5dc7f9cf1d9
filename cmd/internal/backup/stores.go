package backup

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	dbm "github.com/cosmos/cosmos-db"
	protoio "github.com/cosmos/gogoproto/io"

	"cosmossdk.io/log"
	"cosmossdk.io/store/metrics"
	"cosmossdk.io/store/rootmulti"
	storetypes "cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/nodeconfig"
)

// itemBytesMax bounds one item between two stores: a key with its value.
const itemBytesMax = 64 << 20

// openState opens the application's state of a home at a height, with all its stores. Close what it returns.
func openState(home string, application dbm.DB, height int64) (storetypes.CommitMultiStore, []string, func() error, error) {
	frozen, err := commitstore.Freeze(commitstore.DirOf(home))
	if err != nil {
		return nil, nil, nil, err
	}
	if len(frozen.Files) == 0 {
		store := rootmulti.NewStore(application, log.NewNopLogger(), metrics.NewNoOpMetrics())
		// The index beside the tree is not asked, and not made.
		store.SetIAVLDisableFastNode(true)
		info, err := store.GetCommitInfo(height)
		if err != nil {
			return nil, nil, nil, err
		}
		return store, mount(store, info), func() error { return nil }, store.LoadVersion(height)
	}
	info, err := frozen.Info()
	if err = errors.Join(err, frozen.Close()); err != nil {
		return nil, nil, nil, err
	}
	store := commitstore.New(commitstore.DirOf(home), log.NewNopLogger(), commitstore.Options{})
	names := mount(store, info)
	if err := store.LoadVersion(height); err != nil {
		return nil, nil, nil, errors.Join(err, store.Close())
	}
	return store, names, store.Close, nil
}

func mount(store storetypes.CommitMultiStore, info *storetypes.CommitInfo) (names []string) {
	for _, one := range info.StoreInfos {
		names = append(names, one.Name)
		store.MountStoreWithDB(storetypes.NewKVStoreKey(one.Name), storetypes.StoreTypeIAVL, nil)
	}
	return names
}

// convert keeps the state of an unpacked home in the kind of store that the home's own configuration names, if it has one. Of past
// states the last one stays then.
func (r Restore) convert(work string, height int64) (err error) {
	if _, err := os.Stat(filepath.Join(r.Home, configFolder, "app.toml")); errors.Is(err, os.ErrNotExist) {
		return nil // it takes the backup's configuration
	} else if err != nil {
		return err
	}
	files, err := nodeconfig.Read(r.Home)
	if err != nil {
		return err
	}
	has, err := commitstore.KindOf(work)
	if err != nil || has == files.App.State.Store {
		return err
	}
	folder := filepath.Join(work, dataFolder)
	application, err := dbm.NewGoLevelDB(Application, folder, nil)
	if err != nil {
		return err
	}
	from, names, done, err := openState(work, application, height)
	if err != nil {
		return errors.Join(err, application.Close())
	}
	const fresh = "converted"
	to, finish, err := newState(filepath.Join(folder, fresh), files.App.State.Store, names)
	if err == nil {
		err = errors.Join(copyState(from, to, height), finish())
	}
	if err = errors.Join(err, done(), application.Close()); err != nil {
		return fmt.Errorf("convert the state to %s: %w", files.App.State.Store, err)
	}
	for _, old := range []string{Application + databaseEnd, stateFolder} {
		if err := os.RemoveAll(filepath.Join(folder, old)); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(folder, fresh, old), filepath.Join(folder, old)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return os.RemoveAll(filepath.Join(folder, fresh))
}

// newState makes an empty state of a kind in a data folder of its own.
func newState(folder, kind string, names []string) (storetypes.CommitMultiStore, func() error, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, nil, err
	}
	application, err := dbm.NewGoLevelDB(Application, folder, nil)
	if err != nil {
		return nil, nil, err
	}
	finish := application.Close
	store := storetypes.CommitMultiStore(rootmulti.NewStore(application, log.NewNopLogger(), metrics.NewNoOpMetrics()))
	if kind == commitstore.KindMemIAVL {
		ours := commitstore.New(filepath.Join(folder, stateFolder), log.NewNopLogger(), commitstore.Options{})
		store, finish = ours, func() error { return errors.Join(ours.Close(), application.Close()) }
	}
	for _, name := range names {
		store.MountStoreWithDB(storetypes.NewKVStoreKey(name), storetypes.StoreTypeIAVL, nil)
	}
	if err := store.LoadLatestVersion(); err != nil {
		return nil, nil, errors.Join(err, finish())
	}
	return store, finish, nil
}

// copyState hands the state at a height over, as a state sync does, and compares the hashes.
func copyState(from, to storetypes.CommitMultiStore, height int64) error {
	in, out := io.Pipe()
	written := make(chan error, 1)
	go func() {
		writer := protoio.NewDelimitedWriter(out)
		err := from.Snapshot(uint64(height), writer) //nolint:gosec // heights are positive
		// The reader gets the error, or the end.
		written <- errors.Join(err, out.CloseWithError(err))
	}()
	_, err := to.Restore(uint64(height), 0, protoio.NewDelimitedReader(in, itemBytesMax)) //nolint:gosec // heights are positive
	if err = errors.Join(err, in.CloseWithError(err), <-written); err != nil {
		return err
	}
	if want, got := from.LastCommitID(), to.LastCommitID(); want.String() != got.String() {
		return fmt.Errorf("expected %s, got %s", want, got)
	}
	return nil
}
