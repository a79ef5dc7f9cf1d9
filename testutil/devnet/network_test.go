package devnet_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func yen(amount int64) sdk.Coin { return sdk.NewInt64Coin(registrytypes.YenDenom, amount) }

// smallManifest is one zone of four banks with one listener, quick blocks and accounts that have yen.
func smallManifest(name string) devnet.Manifest {
	manifest := devnet.DefaultManifest()
	manifest.Name = name
	manifest.BlockTimeMS = 300
	manifest.Zones = nil
	manifest.Accounts = devnet.AccountsManifest{PerBank: 2, BalanceYen: 10_000}
	return manifest
}

func withTimeout(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// pay sends yen from one of the manifest's accounts to another.
func pay(ctx context.Context, network *devnet.Network, client *devnet.Client, amount int64) error {
	from, to := network.Keys().Account("bank-a", 0), network.Keys().Account("bank-a", 1)
	_, err := client.Send(ctx, from, &banktypes.MsgSend{
		FromAddress: from.String(), ToAddress: to.String(), Amount: sdk.NewCoins(yen(amount)),
	})
	return err
}

func TestNodesStopKillAndRestart(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	network := devnet.Start(t, smallManifest("restart"))
	ctx := withTimeout(t)
	zone := network.Financial()
	require.NoError(t, pay(ctx, network, zone.Client(), 100))

	// Three of four go on without the killed one, which catches up.
	victim := zone.Node("bank-d")
	require.NoError(t, victim.Kill())
	require.Zero(t, victim.Endpoints().PID)
	require.NoError(t, pay(ctx, network, zone.Client(), 200))
	height, err := zone.Client().Height(ctx)
	require.NoError(t, err)
	require.NoError(t, victim.Start())
	require.ErrorContains(t, victim.Start(), "expected financial/bank-d stopped, got running")
	require.NoError(t, victim.Client().WaitHeight(ctx, height))

	// A listener takes transactions too.
	listener := zone.Node("listener-1")
	require.Equal(t, devnet.RoleListener, listener.Role())
	require.NoError(t, listener.Restart())
	// A node answers queries again once its application has a new block: with the one after that it surely has.
	height, err = zone.Client().Height(ctx)
	require.NoError(t, err)
	require.NoError(t, listener.Client().WaitHeight(ctx, height+2))
	require.NoError(t, pay(ctx, network, listener.Client(), 300))

	endpoints, err := devnet.ReadEndpoints(network.Dir())
	require.NoError(t, err)
	require.True(t, endpoints.Ready)
	require.True(t, endpoints.Running())

	require.NoError(t, network.Close())
	endpoints, err = devnet.ReadEndpoints(network.Dir())
	require.NoError(t, err)
	require.False(t, endpoints.Running())
	require.NoError(t, network.Close(), "a second time does nothing")
}

func TestStartErrorsAreOneLine(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Run("a node that ends", func(t *testing.T) {
		t.Parallel()
		// Nodes that end at once with a message, as they do for a bad genesis.
		binaries := t.TempDir()
		script := "#!/bin/sh\necho 'Error: genesis refused: law 1 is broken'\nexit 1\n"
		require.NoError(t, os.WriteFile(filepath.Join(binaries, "fzd"), []byte(script), 0o700))
		dir := filepath.Join(t.TempDir(), "network")
		_, err := devnet.New(withTimeout(t), smallManifest("broken"), devnet.Options{Dir: dir, Binaries: binaries})
		var failed *devnet.ProcessError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, "ended: genesis refused: law 1 is broken", failed.Reason)
		require.FileExists(t, failed.Log)
		endpoints, err := devnet.ReadEndpoints(dir)
		require.NoError(t, err)
		require.Contains(t, endpoints.Failure, "law 1 is broken")
		require.False(t, endpoints.Running())
	})
	t.Run("a port in use", func(t *testing.T) {
		t.Parallel()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, listener.Close()) })
		manifest := smallManifest("taken")
		manifest.PortsBase = listener.Addr().(*net.TCPAddr).Port
		_, err = devnet.New(withTimeout(t), manifest, devnet.Options{Dir: filepath.Join(t.TempDir(), "network")})
		require.ErrorContains(t, err, "for p2p of financial/bank-a is in use: stop what listens there or change ports_base")
	})
	t.Run("a missing binary", func(t *testing.T) {
		t.Parallel()
		empty := t.TempDir()
		_, err := devnet.New(withTimeout(t), smallManifest("empty"), devnet.Options{Dir: filepath.Join(t.TempDir(), "network"), Binaries: empty})
		require.ErrorContains(t, err, "missing binary fzd in "+empty+": run 'make build'")
	})
	t.Run("a wrong manifest", func(t *testing.T) {
		t.Parallel()
		_, err := devnet.New(withTimeout(t), devnet.Manifest{}, devnet.Options{Dir: t.TempDir()})
		require.ErrorContains(t, err, "manifest: name: expected")
	})
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		dir := filepath.Join(t.TempDir(), "network")
		_, err := devnet.New(ctx, smallManifest("interrupted"), devnet.Options{Dir: dir, Progress: cancelAt{cancel, "start nodes"}})
		require.True(t, errors.Is(err, context.Canceled), "got %v", err)
		endpoints, err := devnet.ReadEndpoints(dir)
		require.NoError(t, err)
		require.False(t, endpoints.Running())
	})
}

// cancelAt cancels a start when a step has ended.
type cancelAt struct {
	cancel context.CancelFunc
	name   string
}

func (c cancelAt) Step(name string) func(error) {
	return func(error) {
		if name == c.name {
			c.cancel()
		}
	}
}

// After a blackout every node of the zone waits for the others. None has caught up, and none has bootstrap ids: whom its last
// state admits may connect, and blocks go on.
func TestZoneStartsAgainAfterABlackout(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	network := devnet.Start(t, smallManifest("blackout"))
	ctx := withTimeout(t)
	zone := network.Financial()
	require.NoError(t, pay(ctx, network, zone.Client(), 100))
	last := height(ctx, t, zone.Node("listener-1"))
	for _, node := range zone.Nodes() {
		require.NoError(t, node.Kill())
		file := filepath.Join(node.Endpoints().Home, "config", "app.toml")
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		forgotten := regexp.MustCompile(`(?m)^bootstrap-ids = \[.+\]$`).ReplaceAll(raw, []byte("bootstrap-ids = []"))
		require.NotEqual(t, string(raw), string(forgotten))
		require.NoError(t, os.WriteFile(file, forgotten, 0o600))
	}
	begin := time.Now()
	for _, node := range zone.Nodes() {
		require.NoError(t, node.Start())
	}
	require.NoError(t, zone.WaitHeight(ctx, last+4))
	t.Logf("blocks go on %s after the start", time.Since(begin))
	require.NoError(t, pay(ctx, network, zone.Node("listener-1").Client(), 100))
}
