//go:build drill

package drill

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/etcd"
	"github.com/azukari-network/azukari/testutil/regions"
)

const drillPatience = 10 * time.Minute

// latency is one way: a little more than between the real Tokyo and Osaka.
var latency = regions.Latency{Min: 8 * time.Millisecond, Max: 12 * time.Millisecond}

// where each node runs. Listeners 1 and 2 are of banks a and b, whose validators are in Tokyo.
var where = map[string]string{
	"bank-a": "tokyo", "bank-b": "tokyo", "listener-3": "tokyo",
	"bank-c": "osaka", "bank-d": "osaka", "listener-1": "osaka", "listener-2": "osaka", "listener-4": "osaka",
}

// theatre is a zone in two regions, and its store in three.
type theatre struct {
	*stage
	tokyo, osaka *regions.Region
	// active are the signers of banks a to d, and standby those in Osaka of banks a and b.
	active, standby []*signerPlace
}

func openTheatre(t *testing.T, name string) *theatre {
	t.Helper()
	network := regions.New(t, latency, "tokyo", "osaka", "third")
	tokyo, osaka := network.Region("tokyo"), network.Region("osaka")
	cluster := etcd.Start(t, tokyo, osaka, network.Region("third"))
	manifest := devnet.DefaultManifest()
	manifest.Name = name
	manifest.Financial.Listeners = 4
	manifest.Zones = nil
	manifest.Accounts = devnet.AccountsManifest{PerBank: 2, BalanceYen: 1_000_000}
	ctx, cancel := context.WithTimeout(t.Context(), drillPatience)
	t.Cleanup(cancel)
	s := &theatre{tokyo: tokyo, osaka: osaka, stage: &stage{
		Network: devnet.StartOn(t, manifest, func(_, node string) devnet.Host { return network.Region(where[node]) }),
		t:       t, ctx: ctx, dir: t.TempDir(), store: cluster.Address, cluster: cluster,
		flags: []string{"--store-ca", cluster.Secured.CA, "--store-cert", cluster.Secured.Certificate, "--store-key", cluster.Secured.Key},
	}}
	watcher := s.Financial().Node("listener-4")
	s.blockTime("with key files", watcher)
	for _, bank := range []string{"a", "b", "c", "d"} {
		region := where["bank-"+bank]
		s.active = append(s.active, s.migrate(region+"-"+bank, network.Region(region), s.Financial().Node("bank-"+bank)))
		// The others make blocks meanwhile; one more must not leave before this one votes again.
		s.waitSigned(watcher, s.active[len(s.active)-1])
	}
	s.blockTime("with signers", watcher)
	for i, listener := range []string{"listener-1", "listener-2"} {
		name := strings.Replace(s.active[i].name, "tokyo", "osaka", 1)
		s.standby = append(s.standby, s.standBy(name, osaka, s.Financial().Node(listener), s.active[i]))
	}
	return s
}

// blockTime prints the mean time between some blocks.
func (s *stage) blockTime(what string, node *devnet.Node) {
	s.t.Helper()
	const blocks, settling = 20, 3
	s.pass(node, settling)
	begin := s.height(node)
	s.pass(node, blocks)
	first, err := node.Client().Header(s.ctx, begin)
	require.NoError(s.t, err)
	last, err := node.Client().Header(s.ctx, begin+blocks)
	require.NoError(s.t, err)
	s.t.Logf("time between blocks %s: %.0f ms", what, float64(last.Header.Time.Sub(first.Header.Time).Milliseconds())/blocks)
}

// promote makes listeners the validators of other signers' nodes, as an operator in their region does.
func (s *stage) promote(standby, active []*signerPlace) {
	s.t.Helper()
	var wait sync.WaitGroup
	outputs := make([]string, len(standby))
	errs := make([]error, len(standby))
	for i, one := range standby {
		wait.Go(func() {
			outputs[i], errs[i] = s.try("azukari", "failover", "promote", "--signer", one.dir, "--from", active[i].name, "--home", one.node.Endpoints().Home)
		})
	}
	wait.Wait()
	for i, one := range standby {
		s.t.Log(outputs[i])
		require.NoError(s.t, errs[i], outputs[i])
		require.NoError(s.t, one.node.Stop())
		require.NoError(s.t, one.node.StartAs(devnet.RoleValidator))
		s.start(one)
	}
}

// resume promotes, waits for blocks, and prints how long it took.
func (s *theatre) resume(lost time.Time, watcher *devnet.Node) {
	s.t.Helper()
	halted := s.halted(watcher, 5*time.Second)
	for _, one := range s.standby {
		s.t.Log(s.run("azukari", "failover", "status", "--signer", one.dir, "--node", watcher.Endpoints().RPC, "--watch", "3s"))
	}
	begin := time.Now()
	s.promote(s.standby, s.active[:2])
	require.NoError(s.t, watcher.Client().WaitHeight(s.ctx, halted+1))
	seconds(s.t, "blocks resumed after the promotion began", time.Since(begin).Seconds())
	seconds(s.t, "and after the region was lost, with what it took to see that and to look at the status", time.Since(lost).Seconds())
	s.pass(watcher, 10)
}

// A region dies with all that is in it: two of four validators, their signers, a listener, and a member of the store, in the
// middle of payments.
func TestRegionIsKilled(t *testing.T) {
	s := openTheatre(t, "killed")
	zone := s.Financial()
	watcher := zone.Node("listener-4")
	payments := s.pay(zone.Node("listener-3"), watcher)
	s.pass(watcher, 20)
	before := payments.count()
	require.NotZero(t, before)

	lost := time.Now()
	require.NoError(t, s.tokyo.Kill())
	s.resume(lost, watcher)
	require.Eventually(t, func() bool { return payments.count() > before+20 }, time.Minute, 100*time.Millisecond, "payments go on")
	payments.end()
	t.Logf("a client saw %d payments committed, %d of them before Tokyo was lost; without an answer: %v", payments.count(), before, payments.failures)
	payments.requireKept(s.ctx, t, watcher)
	s.requireNoDoubleSign(watcher)
	for _, one := range append(s.active[2:], s.standby...) {
		s.t.Log(one.storeTimes(t))
	}

	// Tokyo is back. Its signers refuse, and its nodes follow as listeners.
	require.NoError(t, s.cluster.Members[0].Start())
	for i, one := range s.active[:2] {
		s.start(one)
		require.Contains(t, s.waitEnded(one), `another signer holds this validator: expected "`+one.name+`", got "`+s.standby[i].name+`", epoch 2`)
		s.run("fzd", "configure", "listener", "--home", one.node.Endpoints().Home)
		require.NoError(t, one.node.StartAs(devnet.RoleListener))
	}
	back := zone.Node("listener-3")
	require.NoError(t, back.Start())
	target := s.height(watcher) + 2
	require.NoError(t, back.Client().WaitHeight(s.ctx, target))
	s.requireSameBlocks(back, watcher)
	payments.requireKept(s.ctx, t, back)
	s.requireNoDoubleSign(back)
}

// A region is cut off and lives on. After the promotion, and once it is connected again, its signers sign nothing, although
// its nodes ask them to.
func TestRegionIsCutOff(t *testing.T) {
	s := openTheatre(t, "cut-off")
	watcher := s.Financial().Node("listener-4")
	payments := s.pay(watcher)
	s.pass(watcher, 5)

	lost := time.Now()
	require.NoError(t, s.tokyo.Cut())
	s.resume(lost, watcher)
	for _, one := range s.active[:2] {
		require.True(t, one.process.Running(), "it lives, and knows of nothing")
		require.NotZero(t, one.node.Endpoints().PID)
	}
	require.NoError(t, s.tokyo.Heal())
	for i, one := range s.active[:2] {
		require.Contains(t, s.waitEnded(one), `another signer holds this validator: expected "`+one.name+`", got "`+s.standby[i].name+`", epoch 2`)
	}
	back := s.Financial().Node("listener-3")
	payments.end()
	require.NoError(t, back.Client().WaitHeight(s.ctx, s.height(watcher)+2))
	payments.requireKept(s.ctx, t, back)
	histories := s.requireNoDoubleSign(back)
	for _, one := range s.active[:2] {
		records := histories[s.key(one).Address().String()].records
		require.Equal(t, uint64(2), records[len(records)-1].Epoch)
	}
}

// Validators change hands again and again, killed at any moment of a round: with votes that nobody else has seen, after a commit
// that one region alone knows, between a vote and its record. Each time blocks resume, and nothing is lost.
func TestRegionChangesHands(t *testing.T) {
	s := openTheatre(t, "hands")
	watcher := s.Financial().Node("listener-4")
	payments := s.pay(watcher, s.Financial().Node("listener-3"))
	active, standby := slices.Clone(s.active[:2]), slices.Clone(s.standby)
	const times = 10
	for i := range times {
		s.pass(watcher, 2)
		// The votes are cast between the pause after a commit, 1 s, and the next block.
		moment := 900*time.Millisecond + rand.N(500*time.Millisecond)
		time.Sleep(moment)
		for _, one := range active {
			require.NoError(t, one.node.Kill())
			require.NoError(t, one.process.Kill())
		}
		begin := time.Now()
		before := s.height(watcher)
		s.promote(standby, active)
		// One may have been on its way when the others were killed.
		require.NoError(t, watcher.Client().WaitHeight(s.ctx, before+2))
		t.Logf("%d: killed %s after a block; blocks resumed %.1f s after the promotion began", i+1, moment, time.Since(begin).Seconds())
		for _, one := range active {
			s.run("fzd", "configure", "listener", "--home", one.node.Endpoints().Home, "--past-states", "all")
			require.NoError(t, one.node.StartAs(devnet.RoleListener))
			// A listener's RPC is where it was before it became a validator with signers: at its own machine.
			s.waitCaughtUp(one.node, s.height(watcher))
		}
		active, standby = standby, active
	}
	payments.end()
	payments.requireKept(s.ctx, t, watcher)
	s.requireNoDoubleSign(watcher)
	for _, one := range append(active, standby...) {
		told := s.inLog(one.node, `telling the others`)
		refused := s.inLog(one.node, `state machine rejected a proposed block`)
		t.Logf("%s told %d earlier votes, and voted for no block %d times because of a lock", one.node.Name(), len(told), len(refused))
	}
}

// waitCaughtUp waits until a node's log says that it has a block, since its RPC is closed to others than its own machine.
func (s *stage) waitCaughtUp(node *devnet.Node, height int64) {
	s.t.Helper()
	require.NoError(s.t, nodeclient.Poll(s.ctx, node.Name()+" to catch up", func() (bool, error) {
		found := s.inLog(node, `committed state .*height=(\d+)`)
		if len(found) == 0 {
			return false, nil
		}
		last, err := strconv.ParseInt(string(found[len(found)-1][1]), 10, 64)
		return last >= height, err
	}))
}

// storeTimes are the lines of a signer's log that say how long the store took.
func (p *signerPlace) storeTimes(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(p.log())
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(raw)) {
		if strings.Contains(line, "the store took") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines, "\n")
}
