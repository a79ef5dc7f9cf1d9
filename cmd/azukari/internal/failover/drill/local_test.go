package drill

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// One of two banks loses its validator and the signer of it, which halts the zone. Its listener is promoted with one command,
// the zone goes on, and the signer that comes back signs nothing.
func TestPromoteOnOneMachine(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	manifest := devnet.DefaultManifest()
	manifest.Name = "promote"
	manifest.BlockTimeMS = 300
	manifest.Financial.Banks, manifest.Financial.Listeners = 2, 2
	manifest.Zones = nil
	dir := t.TempDir()
	s := &stage{
		Network: devnet.Start(t, manifest), t: t, ctx: ctx, dir: dir,
		store: func(devnet.Host) string { return "file://" + filepath.Join(dir, "store") },
	}
	zone := s.Financial()
	tokyoNode, listener, watcher := zone.Node("bank-a"), zone.Node("listener-1"), zone.Node("listener-2")

	tokyo := s.migrate("tokyo-a", devnet.Loopback(), tokyoNode)
	s.pass(watcher, 3)
	osaka := s.standBy("osaka-a", devnet.Loopback(), listener, tokyo)
	promote := func(start string) (string, error) {
		return s.try("azukari", "failover", "promote", "--signer", osaka.dir, "--from", "tokyo-a", "--home", listener.Endpoints().Home, "--start", start)
	}
	status := func() string {
		return s.run("azukari", "failover", "status", "--signer", osaka.dir, "--node", watcher.Endpoints().RPC, "--watch", "2s")
	}
	before := status()
	t.Log(before)
	require.Contains(t, before, "tokyo-a, epoch 1")
	require.Contains(t, before, "lives at height")
	require.Contains(t, before, "open: the chain lives: 20 of 20 power votes")

	require.NoError(t, tokyoNode.Kill())
	require.NoError(t, tokyo.process.Kill())
	halted := s.halted(watcher, 2*time.Second)
	down := status()
	t.Log(down)
	require.Contains(t, down, "halted at height")
	require.Contains(t, down, "open: the store has a quorum")
	require.Contains(t, down, "closed: the chain makes no blocks, so nothing can be sent to it: 10 of 20 power votes")

	// What would be wrong is refused before anything is changed.
	output, err := s.try("azukari", "failover", "promote", "--signer", osaka.dir, "--from", "kobe-a", "--home", listener.Endpoints().Home)
	require.Error(t, err)
	require.Contains(t, output, `another signer holds this validator: expected "kobe-a", got "tokyo-a", epoch 1`)
	output, err = s.try("azukari", "failover", "promote", "--signer", osaka.dir, "--from", "tokyo-a", "--home", watcher.Endpoints().Home)
	require.Error(t, err)
	require.Contains(t, output, "expected node "+listener.ID()+", to which signer osaka-a connects")
	require.Contains(t, status(), "tokyo-a, epoch 1")
	output, err = promote("exit 3")
	require.Error(t, err)
	require.Contains(t, output, "--start: exit status 3: osaka-a holds the validator now")

	// It goes on where it ended. The test is the machine's service manager.
	asked, started := filepath.Join(dir, "asked"), filepath.Join(dir, "started")
	failed := make(chan error, 1)
	go func() {
		failed <- nodeclient.Poll(ctx, "the command to start things", func() (bool, error) {
			_, err := os.Stat(asked)
			return err == nil, nil
		})
	}()
	begin := time.Now()
	promoted := make(chan string, 1)
	go func() {
		output, err := promote("touch " + asked + "; until test -e " + started + "; do sleep 0.05; done")
		if err != nil {
			output += err.Error()
		}
		promoted <- output
	}()
	require.NoError(t, <-failed)
	require.NoError(t, listener.Stop())
	require.NoError(t, listener.StartAs(devnet.RoleValidator))
	s.start(osaka)
	require.NoError(t, os.WriteFile(started, nil, 0o600))
	output = <-promoted
	t.Log(output)
	require.Contains(t, output, "✓ osaka-a signs")
	require.NoError(t, watcher.Client().WaitHeight(ctx, halted+1))
	t.Logf("blocks resumed %.1f s after the promotion began", time.Since(begin).Seconds())
	s.pass(watcher, 3)
	require.Contains(t, status(), "osaka-a holds the validator already")

	s.start(tokyo)
	require.Contains(t, s.waitEnded(tokyo), `another signer holds this validator: expected "tokyo-a", got "osaka-a", epoch 2`)
	s.pass(watcher, 1)
}
