package commitstore_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
	"cosmossdk.io/store/metrics"
	"cosmossdk.io/store/rootmulti"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore"
)

const (
	// victimFlag is how a test tells the child process which directory to write to until it is killed.
	victimFlag = "commitstore.victim"
	kills      = 110
)

var victimDir = flag.String(victimFlag, "", "used by TestKilledAtAnyMoment alone")

// block writes a version's keys, which depend on nothing but the version, as a replayed block's do.
func block(store types.KVStore, version int64) {
	random := rand.New(rand.NewSource(version))
	for range 60 {
		key := binary.BigEndian.AppendUint16(nil, uint16(random.Intn(2_000)))
		if random.Intn(5) == 0 {
			store.Delete(key)
			continue
		}
		value := make([]byte, 20+random.Intn(60))
		random.Read(value)
		store.Set(key, value)
	}
}

func openVictim(dir string) (*commitstore.Store, []*types.KVStoreKey, error) {
	// Every 30 blocks or so a snapshot is written.
	store := commitstore.New(dir, log.NewNopLogger(), commitstore.Options{LogBytes: 120 << 10})
	var keys []*types.KVStoreKey
	for _, name := range names[:2] {
		keys = append(keys, types.NewKVStoreKey(name))
		store.MountStoreWithDB(keys[len(keys)-1], types.StoreTypeIAVL, nil)
	}
	return store, keys, store.LoadLatestVersion()
}

// TestMain is the child process too: it commits blocks without end, and says each version that it has committed.
func TestMain(m *testing.M) {
	flag.Parse()
	if *victimDir == "" {
		os.Exit(m.Run())
	}
	store, keys, err := openVictim(*victimDir)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stdout, err)
		os.Exit(1)
	}
	for {
		for _, key := range keys {
			block(store.GetKVStore(key), store.LatestVersion()+1)
		}
		store.WorkingHash()
		_, _ = fmt.Fprintln(os.Stdout, store.Commit().Version)
	}
}

// A process that is killed at any moment leaves a state that opens, has every version that it has said to be committed, and has
// the hash of a twin that nobody has touched.
func TestKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills a process a hundred times")
	}
	dir := filepath.Join(t.TempDir(), "state")
	twin := rootmulti.NewStore(dbm.NewMemDB(), log.NewNopLogger(), metrics.NewNoOpMetrics())
	var keys []*types.KVStoreKey
	for _, name := range names[:2] {
		keys = append(keys, types.NewKVStoreKey(name))
		twin.MountStoreWithDB(keys[len(keys)-1], types.StoreTypeIAVL, nil)
	}
	require.NoError(t, twin.LoadLatestVersion())
	interrupted := 0
	for range kills {
		said := runVictim(t, dir, time.Duration(rand.Intn(120))*time.Millisecond)
		unfinished, err := filepath.Glob(filepath.Join(dir, "*-tmp"))
		require.NoError(t, err)
		interrupted += min(len(unfinished), 1)

		store, _, err := openVictim(dir)
		require.NoError(t, err)
		got := store.LastCommitID()
		require.GreaterOrEqual(t, got.Version, said)
		for twin.LatestVersion() < got.Version {
			for _, key := range keys {
				block(twin.GetKVStore(key), twin.LatestVersion()+1)
			}
			twin.Commit()
		}
		require.Equal(t, twin.LastCommitID(), got)
		require.NoError(t, store.Close())
	}
	t.Logf("%d kills up to version %d, %d of them within a snapshot", kills, twin.LatestVersion(), interrupted)
	require.Positive(t, interrupted)
}

// runVictim runs the child until some time after its first commit, kills it, and returns the last version that it said.
func runVictim(t *testing.T, dir string, after time.Duration) int64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0], "-"+victimFlag, dir) // #nosec G702 -- this test
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	lines := bufio.NewScanner(out)
	said, killed := int64(0), false
	for lines.Scan() {
		version, err := strconv.ParseInt(strings.TrimSpace(lines.Text()), 10, 64)
		require.NoError(t, err, lines.Text())
		said = version
		if !killed {
			killed = true
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
	}
	require.Error(t, child.Wait())
	require.Positive(t, said)
	return said
}
