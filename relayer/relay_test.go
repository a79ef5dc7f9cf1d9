package relayer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/config"
	"github.com/azukari-network/azukari/relayer/store"
)

// world is a hub with a zone, making blocks in synthetic time.
type world struct {
	t     *testing.T
	hub   *simChain
	zones []*simChain
	path  string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		t: t, hub: newSimChain("hub"), zones: []*simChain{newSimChain("zone-0")},
		path: filepath.Join(t.TempDir(), "journal.db"),
	}
	connectSims(w.hub, w.zones[0])
	for _, c := range append([]*simChain{w.hub}, w.zones...) {
		go c.produce(t.Context())
	}
	return w
}

func testConfig(zones int) *config.Config {
	cfg := &config.Config{
		Hub:    "hub",
		Zones:  []config.Zone{{ID: "hub", ChainID: "hub", BlockTime: time.Second, Gas: config.DefaultGas}},
		Tuning: config.Tuning{MaxTxBytes: 1 << 20, MaxTxMsgs: 1_000, ProofWorkers: 4, InFlight: 4, SweepInterval: time.Minute},
	}
	for i := range zones {
		id := "zone-" + strconv.Itoa(i)
		cfg.Zones = append(cfg.Zones, config.Zone{ID: id, ChainID: id, BlockTime: time.Second, Gas: config.DefaultGas})
	}
	return cfg
}

// start runs a relayer over the world's journal; stop ends it as a signal would.
func (w *world) start(wrap func(Chain) Chain) (stop func()) {
	w.t.Helper()
	stop, _ = w.run(wrap)
	return stop
}

// run is start; kill ends the relayer without another word in its journal.
func (w *world) run(wrap func(Chain) Chain) (stop, kill func()) {
	w.t.Helper()
	journal, err := store.Open(w.path)
	require.NoError(w.t, err)
	chains := map[string]Chain{"hub": wrap(w.hub)}
	for _, z := range w.zones {
		chains[z.id] = wrap(z)
	}
	r, err := New(testConfig(len(w.zones)), chains, journal, testLog())
	require.NoError(w.t, err)
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	closeJournal := func() {
		if err := journal.Close(); err != nil {
			w.t.Errorf("close journal: %v", err)
		}
	}
	stop = func() { cancel(); <-done; closeJournal() }
	kill = func() { closeJournal(); cancel(); <-done }
	return stop, kill
}

// testLog shows what happens under go test -v.
func testLog() *slog.Logger {
	if !testing.Verbose() {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func plain(c Chain) Chain { return c }

// passes waits for synthetic time until done says yes.
func (w *world) passes(limit time.Duration, done func() bool) time.Duration {
	w.t.Helper()
	began := time.Now()
	for !done() {
		if time.Since(began) > limit {
			w.t.Fatalf("not done within %s", limit)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return time.Since(began)
}

// settled says whether every packet is received and acknowledged.
func (w *world) settled(n int) func() bool {
	return func() bool {
		return w.hub.count("commitments/") == 0 && w.zones[0].count("receipts/") == n
	}
}

func TestRelaysPacketsAndAcknowledgements(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.start(plain)()
		time.Sleep(3 * time.Second)
		w.hub.send(500, time.Hour)
		took := w.passes(20*time.Second, w.settled(500))
		require.Less(t, took, 6*time.Second)
		require.Equal(t, 1, w.zones[0].txs, "one transaction receives them all")
		require.Equal(t, 1, w.hub.txs, "one transaction acknowledges them all")
		w.zones[0].send(3, time.Hour)
		w.passes(20*time.Second, func() bool { return w.hub.count("receipts/") == 3 && w.zones[0].count("commitments/") == 0 })
	})
}

func TestClearsABacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for range 5 {
			w.hub.send(100, time.Hour)
			time.Sleep(40 * time.Second)
		}
		defer w.start(plain)()
		w.passes(20*time.Second, w.settled(500))
		require.Zero(t, w.zones[0].resent+w.hub.resent)
	})
}

func TestTimesOutWhatWasNotReceived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.hub.send(10, 20*time.Second)
		w.hub.send(10, time.Hour)
		time.Sleep(30 * time.Second)
		defer w.start(plain)()
		w.passes(30*time.Second, func() bool { return w.hub.count("commitments/") == 0 })
		require.Equal(t, 10, w.zones[0].count("receipts/"))
	})
}

func TestABadPacketBlocksNoOther(t *testing.T) {
	for _, silent := range []bool{false, true} {
		t.Run(fmt.Sprintf("at delivery %t", silent), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.zones[0].silent = silent
				for _, s := range []uint64{1, 17, 300} {
					w.zones[0].bad[s] = true
				}
				defer w.start(plain)()
				w.hub.send(300, time.Hour)
				w.passes(30*time.Second, func() bool { return w.zones[0].count("receipts/") == 297 })
				// Once the chain takes them, they are delivered too.
				w.zones[0].set(func(c *simChain) { clear(c.bad) })
				w.passes(3*time.Minute, w.settled(300))
				require.Zero(t, w.zones[0].resent)
			})
		})
	}
}

func TestAdaptsToSizeAndGas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.zones[0].maxMsgs = 40
		w.zones[0].gasPerMsg = 700_000
		defer w.start(plain)()
		w.hub.send(200, time.Hour)
		w.passes(time.Minute, w.settled(200))
	})
}

func TestRelaysEveryValidatorChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		// Changes while no relayer runs, and while it does: the simulated client refuses to skip any.
		time.Sleep(10 * time.Second)
		w.hub.set(func(c *simChain) { c.changes[c.height-3], c.changes[c.height-1] = true, true })
		w.hub.send(5, time.Hour)
		defer w.start(plain)()
		w.passes(30*time.Second, w.settled(5))
		w.hub.set(func(c *simChain) { c.changes[c.height+2] = true })
		time.Sleep(10 * time.Second)
		w.zones[0].mu.Lock()
		updates := w.zones[0].updates
		w.zones[0].mu.Unlock()
		w.hub.mu.Lock()
		defer w.hub.mu.Unlock()
		for h := range w.hub.changes {
			require.Contains(t, updates, h, "without a packet too")
		}
	})
}

func TestRefreshesClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.start(plain)()
		time.Sleep(65 * time.Minute) // the simulated trusting period is 3 h
		for _, c := range []*simChain{w.hub, w.zones[0]} {
			c.mu.Lock()
			require.Len(t, c.updates, 1, c.id)
			c.mu.Unlock()
		}
	})
}

func TestAHaltedChainCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.start(plain)()
		time.Sleep(5 * time.Second)
		w.zones[0].set(func(c *simChain) { c.down = true })
		w.hub.send(50, 2*time.Hour)
		time.Sleep(10 * time.Minute)
		require.Equal(t, 50, w.hub.count("commitments/"))
		w.zones[0].set(func(c *simChain) { c.down = false })
		w.passes(2*time.Minute, w.settled(50))
		require.Zero(t, w.zones[0].resent)
	})
}

// mortal is a chain through which a process dies: from its death on no call returns before the context ends.
type mortal struct {
	Chain
	dead  *atomic.Bool
	sends *atomic.Int64
	// dies says at which Send the process dies, and whether the node has got the transaction by then.
	at    int64
	after bool
}

var errDead = errors.New("process is dead")

func (m mortal) gone(ctx context.Context) error {
	if !m.dead.Load() {
		return nil
	}
	<-ctx.Done()
	return errDead
}

func (m mortal) Send(ctx context.Context, msgs []*codectypes.Any, gas uint64, signed func(chain.TxRef) error) (chain.TxRef, error) {
	if err := m.gone(ctx); err != nil {
		return chain.TxRef{}, err
	}
	if m.sends.Add(1) != m.at {
		return m.Chain.Send(ctx, msgs, gas, signed)
	}
	if m.after {
		if ref, err := m.Chain.Send(ctx, msgs, gas, signed); err != nil {
			return ref, err
		}
		m.dead.Store(true)
		return chain.TxRef{}, m.gone(ctx)
	}
	_, err := m.Chain.Send(ctx, msgs, gas, func(ref chain.TxRef) error {
		if err := signed(ref); err != nil {
			return err
		}
		m.dead.Store(true)
		return errDead
	})
	<-ctx.Done()
	return chain.TxRef{}, err
}

func (m mortal) Block(ctx context.Context, height int64) (chain.Block, error) {
	if err := m.gone(ctx); err != nil {
		return chain.Block{}, err
	}
	return m.Chain.Block(ctx, height)
}

func (m mortal) Proofs(ctx context.Context, keys [][]byte, height int64) ([]chain.Proof, error) {
	if err := m.gone(ctx); err != nil {
		return nil, err
	}
	return m.Chain.Proofs(ctx, keys, height)
}

// TestDeathAndRestart kills the relayer around each of its transactions: after the note in the journal and before the
// broadcast, and after the broadcast and before it knows of it. Nothing is lost and nothing is sent twice.
func TestDeathAndRestart(t *testing.T) {
	pauses := []time.Duration{0, 400 * time.Millisecond, 5 * time.Second}
	for i := range 8 * len(pauses) {
		at, after, gentle, pause := int64(i%2+1), i/2%2 == 1, i/4%2 == 1, pauses[i/8]
		t.Run(fmt.Sprintf("send %d broadcast %t gentle %t pause %s", at, after, gentle, pause), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { dieAndRestart(t, at, after, gentle, pause) })
		})
	}
}

func dieAndRestart(t *testing.T, at int64, after, gentle bool, pause time.Duration) {
	t.Helper()
	w := newWorld(t)
	var dead atomic.Bool
	var sends atomic.Int64
	stop, kill := w.run(func(c Chain) Chain {
		return mortal{Chain: c, dead: &dead, sends: &sends, at: at, after: after}
	})
	time.Sleep(2500 * time.Millisecond)
	w.hub.send(100, time.Hour)
	w.passes(30*time.Second, dead.Load)
	time.Sleep(pause)
	if gentle {
		stop()
	} else {
		kill()
	}
	stop = w.start(plain)
	defer stop()
	w.passes(time.Minute, w.settled(100))
	require.Zero(t, w.zones[0].resent, "receipts sent again")
	require.Zero(t, w.hub.resent, "acknowledgements sent again")
}

func TestALostTransactionIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.start(plain)()
		time.Sleep(2500 * time.Millisecond)
		w.hub.send(20, time.Hour)
		mempool := func() (n int) { w.zones[0].set(func(c *simChain) { n = len(c.mempool) }); return n }
		w.passes(10*time.Second, func() bool { return mempool() > 0 })
		w.zones[0].set(func(c *simChain) { c.mempool = nil })
		w.passes(time.Minute, w.settled(20))
		require.Zero(t, w.zones[0].resent)
	})
}

// TestAnotherRelayerIsFaster lets somebody else deliver everything: what is left to do is noticed without fuss.
func TestAnotherRelayerIsFaster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.start(plain)()
		time.Sleep(2500 * time.Millisecond)
		w.hub.send(20, time.Hour)
		time.Sleep(time.Second)
		w.zones[0].set(func(c *simChain) {
			for s := uint64(1); s <= 20; s++ {
				c.state.keys[string(host.PacketReceiptKey(simPort, simChannel, s))] = true
				c.state.keys[string(host.PacketAcknowledgementKey(simPort, simChannel, s))] = true
			}
		})
		w.hub.set(func(c *simChain) {
			for s := uint64(1); s <= 20; s++ {
				delete(c.state.keys, string(host.PacketCommitmentKey(simPort, simChannel, s)))
			}
		})
		time.Sleep(2 * time.Minute)
		w.hub.send(5, time.Hour)
		w.passes(20*time.Second, w.settled(25))
	})
}

// TestABlockThatCannotBeRead stops neither what comes after it nor what a sweep finds elsewhere.
func TestABlockThatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer w.start(plain)()
		time.Sleep(2500 * time.Millisecond)
		w.hub.set(func(c *simChain) { c.lost[c.height+1] = true })
		w.hub.send(5, 3*time.Hour)
		time.Sleep(2 * time.Second)
		w.hub.send(5, 3*time.Hour)
		w.passes(time.Minute, func() bool { return w.zones[0].count("receipts/") == 5 })
		w.hub.set(func(c *simChain) { clear(c.lost) })
		w.passes(2*time.Hour, w.settled(10))
	})
}
