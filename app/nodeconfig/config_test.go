package nodeconfig_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/nodeconfig"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

func defaults(t *testing.T) nodeconfig.Files {
	t.Helper()
	app := nodeconfig.DefaultApp()
	comet := nodeconfig.DefaultComet()
	comet.SetRoot(t.TempDir())
	require.NoError(t, os.Mkdir(filepath.Join(comet.RootDir, "config"), 0o700))
	return nodeconfig.Files{Comet: comet, App: &app}
}

func TestWriteAndRead(t *testing.T) {
	files := defaults(t)
	files.App.Admission.BootstrapIDs = []string{strings.Repeat("a1", 20), strings.Repeat("b2", 20)}
	files.Comet.P2P.PersistentPeers = "x@y:1"
	require.NoError(t, nodeconfig.Write(files.Comet, *files.App))
	again, err := nodeconfig.Read(files.Comet.RootDir)
	require.NoError(t, err)
	require.Equal(t, files.App.Admission, again.App.Admission)
	require.Equal(t, "0jpy", again.App.MinGasPrices)
	require.True(t, again.Comet.FilterPeers)
	require.Equal(t, "x@y:1", again.Comet.P2P.PersistentPeers)

	name := filepath.Join(files.Comet.RootDir, "config", "app.toml")
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	for wrong, want := range map[string]error{
		strings.Repeat("A1", 20): membershiptypes.ErrInvalidNode,
		"":                       membershiptypes.ErrInvalidNode,
	} {
		changed := strings.Replace(string(raw), strings.Repeat("b2", 20), wrong, 1)
		require.NoError(t, os.WriteFile(name, []byte(changed), 0o600))
		_, err = nodeconfig.Read(files.Comet.RootDir)
		require.ErrorIs(t, err, want)
		require.ErrorContains(t, err, "app.toml: admission.bootstrap-ids: ")
	}
	files.App.Admission.BootstrapIDs[1] = files.App.Admission.BootstrapIDs[0]
	require.ErrorContains(t, nodeconfig.Write(files.Comet, *files.App), "expected each id once")
	files.App.Admission.BootstrapIDs = nil
	for wrong, want := range map[nodeconfig.Operations]string{
		{Address: "nowhere", ReadyBlockAge: time.Minute}:             `operations.address: expected host:port or nothing, got "nowhere"`,
		{Address: "127.0.0.1:26660", ReadyBlockAge: time.Second - 1}: "operations.ready-block-age: expected 1s or more, got 999.999999ms",
	} {
		app := *files.App
		app.Operations = wrong
		require.EqualError(t, nodeconfig.Write(files.Comet, app), "app.toml: "+want)
	}
	files.Comet.P2P.SendRate = -1
	require.ErrorContains(t, nodeconfig.Write(files.Comet, *files.App), "config.toml: ")
}

// Each rule of a profile is checked, is what the profile writes, and says in one line what to do.
func TestProfiles(t *testing.T) {
	broken := map[string]func(nodeconfig.Files){
		"priv_validator_laddr": func(f nodeconfig.Files) { f.Comet.PrivValidatorListenAddr = "tcp://127.0.0.1:1" },
		"grpc.enable":          func(f nodeconfig.Files) { f.App.GRPC.Enable = false },
		"api.enable":           func(f nodeconfig.Files) { f.App.API.Enable = false },
		"rpc.laddr":            func(f nodeconfig.Files) { f.Comet.RPC.ListenAddress = "tcp://0.0.0.0:26657" },
		"rpc.pprof_laddr":      func(f nodeconfig.Files) { f.Comet.RPC.PprofListenAddress = ":6060" },
		"grpc.address": func(f nodeconfig.Files) {
			f.App.GRPC.Enable, f.App.GRPC.Address = true, "10.1.2.3:9090"
		},
		"api.address": func(f nodeconfig.Files) {
			f.App.API.Enable, f.App.API.Address = true, "tcp://node.bank.example:1317"
		},
		"operations.address":           func(f nodeconfig.Files) { f.App.Operations.Address = "0.0.0.0:26660" },
		"rpc.grpc_laddr":               func(f nodeconfig.Files) { f.Comet.RPC.GRPCListenAddress = "tcp://0.0.0.0:36658" },
		"rpc.unsafe":                   func(f nodeconfig.Files) { f.Comet.RPC.Unsafe = true },
		"p2p.pex":                      func(f nodeconfig.Files) { f.Comet.P2P.PexReactor = true },
		"instrumentation.prometheus":   func(f nodeconfig.Files) { f.Comet.Instrumentation.Prometheus = true },
		"filter_peers":                 func(f nodeconfig.Files) { f.Comet.FilterPeers = false },
		"p2p.addr_book_strict":         func(f nodeconfig.Files) { f.Comet.P2P.AddrBookStrict = true },
		"state-sync.snapshot-interval": func(f nodeconfig.Files) { f.App.StateSync.SnapshotInterval = 0 },
	}
	for _, test := range []struct {
		profile          nodeconfig.Profile
		indexer, queries string
	}{{nodeconfig.ListenerProfile(), "null", ""}, {nodeconfig.ValidatorProfile(), "kv", "0.0.0.0:9443"}} {
		t.Run(test.profile.Name, func(t *testing.T) {
			broken["tx_index.indexer"] = func(f nodeconfig.Files) { f.Comet.TxIndex.Indexer = test.indexer }
			broken["queries.address"] = func(f nodeconfig.Files) { f.App.Queries.Address = test.queries }
			files := defaults(t)
			test.profile.Apply(files)
			require.NoError(t, test.profile.Check(files))
			require.Empty(t, test.profile.Apply(files), "a second time changes nothing")
			for _, rule := range test.profile.Rules {
				breakIt, known := broken[rule.Key]
				require.True(t, known, rule.Key)
				breakIt(files)
				err := test.profile.Check(files)
				require.ErrorContains(t, err, rule.Key+" in "+rule.File+" of a "+test.profile.Name+": expected "+rule.Want)
				require.NotContains(t, err.Error(), "\n")
				applied := test.profile.Apply(files)
				require.Len(t, applied, 1)
				require.Equal(t, rule.Key, applied[0].Key)
				require.NotEmpty(t, rule.Setting(files))
				require.NoError(t, test.profile.Check(files))
			}
			// What is applied survives the files.
			require.NoError(t, nodeconfig.Write(files.Comet, *files.App))
			again, err := nodeconfig.Read(files.Comet.RootDir)
			require.NoError(t, err)
			require.NoError(t, test.profile.Check(again))
		})
	}
	t.Run("loopback is closed", func(t *testing.T) {
		files := defaults(t)
		nodeconfig.ValidatorProfile().Apply(files)
		for _, address := range []string{"", "tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://[::1]:1", "unix:///run/rpc.sock"} {
			files.Comet.RPC.ListenAddress = address
			require.NoError(t, nodeconfig.ValidatorProfile().Check(files), address)
		}
		for _, address := range []string{"tcp://:1", "tcp://[::]:1", "tcp://nowhere", "tcp://192.168.0.1:1", "tcp://localhost.example:1"} {
			files.Comet.RPC.ListenAddress = address
			require.ErrorContains(t, nodeconfig.ValidatorProfile().Check(files), "rpc.laddr", address)
		}
	})
	t.Run("a listener's servers are behind its gate", func(t *testing.T) {
		files := defaults(t)
		nodeconfig.ListenerProfile().Apply(files)
		require.Equal(t, "0.0.0.0:9443", files.App.Queries.Address)
		require.Equal(t, nodeconfig.Backends{RPC: "127.0.0.1:26657", REST: "localhost:1317", GRPC: "localhost:9090"}, files.Backends())
		for _, address := range []string{"", "unix:///run/rpc.sock", "tcp://0.0.0.0:1", "http://127.0.0.1:1"} {
			files.Comet.RPC.ListenAddress = address
			require.ErrorContains(t, nodeconfig.ListenerProfile().Check(files), "rpc.laddr", address)
		}
	})
}

func TestQueries(t *testing.T) {
	files := defaults(t)
	require.False(t, files.App.Queries.On())
	for address, on := range map[string]bool{"": false, "off": false, "0.0.0.0:9443": true, "[::]:9443": true, ":9443": true, "bank.example:443": true} {
		files.App.Queries = nodeconfig.Queries{Address: address, CertificateFile: "tls/a \"b\".crt", KeyFile: "/k"}
		require.Equal(t, on, files.App.Queries.On(), address)
		require.NoError(t, nodeconfig.Write(files.Comet, *files.App), address)
		again, err := nodeconfig.Read(files.Comet.RootDir)
		require.NoError(t, err)
		require.Equal(t, files.App.Queries, again.App.Queries)
	}
	for address, want := range map[string]string{
		"9443": "expected off, or host:port", "host": "expected off, or host:port", "host:https": "expected off, or host:port",
		"https://host:9443": "expected off, or host:port", "host:70000": "expected off, or host:port",
	} {
		files.App.Queries = nodeconfig.Queries{Address: address}
		require.ErrorContains(t, nodeconfig.Write(files.Comet, *files.App), "app.toml: queries.address: "+want, address)
	}
	files.App.Queries = nodeconfig.Queries{KeyFile: "k"}
	require.ErrorContains(t, nodeconfig.Write(files.Comet, *files.App), "app.toml: queries.certificate-file and queries.key-file: expected both or none")
}

func TestSetKeptBlocks(t *testing.T) {
	app := *defaults(t).App
	require.NoError(t, app.SetKeptBlocks("1000"))
	require.EqualValues(t, 1_000, app.MinRetainBlocks)
	for _, wrong := range []string{"", "0", "999", "-1", "1.5", "some"} {
		require.ErrorContains(t, app.SetKeptBlocks(wrong), "kept blocks: expected all, or a number from 1000 on, got")
	}
	require.EqualValues(t, 1_000, app.MinRetainBlocks)
	require.NoError(t, app.SetKeptBlocks("all"))
	require.Zero(t, app.MinRetainBlocks)
}

func TestSetPastStates(t *testing.T) {
	app := nodeconfig.DefaultApp()
	_, chosen := app.PastStates()
	require.False(t, chosen)
	require.NoError(t, app.SetPastStates("all"))
	states, chosen := app.PastStates()
	require.True(t, chosen)
	require.Equal(t, "all", states)
	require.Equal(t, "nothing", app.Pruning)
	for _, keep := range []string{"2", "100", "362880"} {
		require.NoError(t, app.SetPastStates(keep))
		require.Equal(t, []string{"custom", keep, "10"}, []string{app.Pruning, app.PruningKeepRecent, app.PruningInterval})
		states, chosen = app.PastStates()
		require.True(t, chosen)
		require.Equal(t, keep, states)
	}
	for _, wrong := range []string{"", "0", "1", "-2", "some", "2.5", "99999999999999999999"} {
		require.ErrorContains(t, app.SetPastStates(wrong), "past states: expected all, or a number from 2 on, got")
	}
}

// docs/node.md tells of every setting of a profile, and of no other.
func TestProfilesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/node.md")
	require.NoError(t, err)
	want := map[string][]string{}
	var order []string
	for _, profile := range []nodeconfig.Profile{nodeconfig.ValidatorProfile(), nodeconfig.ListenerProfile()} {
		for _, rule := range profile.Rules {
			row := fmt.Sprintf("| `%s` | `%s` | %s | %s |", rule.File, rule.Key, rule.Want, rule.Why)
			if want[row] == nil {
				order = append(order, row)
			}
			want[row] = append(want[row], profile.Name)
		}
	}
	var rows []string
	for _, row := range order {
		who := strings.Join(want[row], ", ")
		if len(want[row]) == 2 {
			who = "both"
		}
		rows = append(rows, "| "+who+" "+row)
	}
	require.Contains(t, string(page), "| Profile | File | Setting | Must be | Why |\n| --- | --- | --- | --- | --- |\n"+strings.Join(rows, "\n")+"\n\n")
}

// The store of a node is that of its data, or else the fast one if it can keep the past states.
func TestChooseStore(t *testing.T) {
	for _, test := range []struct {
		states, store string
	}{{"100", commitstore.KindMemIAVL}, {"999", commitstore.KindMemIAVL}, {"1000", commitstore.KindIAVL}, {nodeconfig.AllStates, commitstore.KindIAVL}} {
		files := defaults(t)
		require.Equal(t, commitstore.KindMemIAVL, files.App.State.Store, "a new node's")
		require.NoError(t, files.App.SetPastStates(test.states))
		require.NoError(t, files.App.ChooseStore(files.Comet.RootDir))
		require.Equal(t, test.store, files.App.State.Store, test.states)
		require.NoError(t, nodeconfig.Write(files.Comet, *files.App))
		again, err := nodeconfig.Read(files.Comet.RootDir)
		require.NoError(t, err)
		require.Equal(t, files.App.State, again.App.State)

		require.NoError(t, os.MkdirAll(filepath.Join(files.Comet.RootDir, "data", "application.db"), 0o700))
		require.NoError(t, files.App.SetPastStates("100"))
		require.NoError(t, files.App.ChooseStore(files.Comet.RootDir))
		require.Equal(t, commitstore.KindIAVL, files.App.State.Store, "it has data")
	}
}

// What memiavl cannot do is refused, and a file from before there was a choice means IAVL.
func TestStateSettings(t *testing.T) {
	files := defaults(t)
	for want, change := range map[string]func(*nodeconfig.App){
		`state.store: expected memiavl or iavl, got "leveldb"`: func(a *nodeconfig.App) { a.State.Store = "leveldb" },
		`state.log-mib: expected 16 to 65536, got 15`:          func(a *nodeconfig.App) { a.State.LogMiB = 15 },
		`state.log-mib: expected 16 to 65536, got 65537`:       func(a *nodeconfig.App) { a.State.LogMiB = 65537 },
		`pruning: expected fewer than 1000 past states with state.store "memiavl", got all: keep fewer, or use "iavl"`: func(a *nodeconfig.App) {
			a.Pruning = "nothing"
		},
	} {
		app := *files.App
		change(&app)
		require.EqualError(t, nodeconfig.Write(files.Comet, app), "app.toml: "+want)
	}
	require.NoError(t, nodeconfig.Write(files.Comet, *files.App))
	name := filepath.Join(files.Comet.RootDir, "config", "app.toml")
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	before, _, found := strings.Cut(string(raw), "[state]")
	require.True(t, found)
	require.NoError(t, os.WriteFile(name, []byte(before), 0o600))
	earlier, err := nodeconfig.Read(files.Comet.RootDir)
	require.NoError(t, err)
	require.Equal(t, commitstore.KindIAVL, earlier.App.State.Store)
}
