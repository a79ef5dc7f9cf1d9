// Package engine brings payment orders to a zone: it takes those that can be right, bundles them, sends the bundles again for as
// long as it needs, and finds what became of each order.
//
// What makes sending again safe is the zone: an order uses up its payer's nonce with its outcome, whichever transaction has it and
// whoever brings it. So the engine looks for orders in every block, not for its own transactions: an order that another gateway
// brought, or that this one brought before it was killed, is found by the same means.
package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/journal"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Zone is what the engine needs of the zone that it brings orders to.
type Zone interface {
	// ChainID of the zone.
	ChainID() string
	// Yen returns the denom of yen in the zone; empty for none yet.
	Yen(ctx context.Context) (string, error)
	// StateHeight returns the height of the newest state.
	StateHeight(ctx context.Context) (int64, error)
	// Block returns a block with what became of its bundles.
	Block(ctx context.Context, height int64) (nodeclient.Block, error)
	// Params returns the parameters of x/payment.
	Params(ctx context.Context) (paymenttypes.Params, error)
	// OrderKeys returns the order keys of an account. It returns the registry's ErrAccountNotFound.
	OrderKeys(ctx context.Context, payer sdk.AccAddress) ([]registrytypes.OrderKey, error)
	// Nonces returns a payer's nonces as of a height.
	Nonces(ctx context.Context, payer sdk.AccAddress, height int64) (paymenttypes.OrderNonces, error)
	// Find returns the transactions, in blocks of one transaction each, that used a payer's nonce, as far as nodes have an index.
	Find(ctx context.Context, payer sdk.AccAddress, nonce uint64) ([]nodeclient.Block, error)
	// Gateway is the operator whose key signs bundles.
	Gateway() sdk.AccAddress
	// Offer signs a bundle and hands it to a node. If it returns an error, no block can have the bundle.
	Offer(ctx context.Context, orders []paymenttypes.SignedPaymentOrder, gas uint64) (nodeclient.Sent, error)
}

// Config bounds what the engine does.
type Config struct {
	// BundleOrders bounds the orders of a bundle, beside the zone's own bound.
	BundleOrders int
	// BundleBytes bounds the bytes of the orders of a bundle: nodes take transactions up to their mempool.max_tx_bytes.
	BundleBytes int
	// BundleWait is how long an order may wait for others to fill its bundle.
	BundleWait time.Duration
	// BundlesInFlight bounds the bundles that wait for a block.
	BundlesInFlight int
	// OpenOrders bounds the orders without an outcome, of all senders.
	OpenOrders int
	// OrderGas is the gas of one order; doubled when the zone says that it was too little.
	OrderGas uint64
	// Poll is how often the zone is asked for a new block.
	Poll time.Duration
	// Keep is how long outcomes are kept.
	Keep time.Duration
}

// Engine brings orders to a zone. Safe for concurrent use.
type Engine struct {
	config  Config
	zone    Zone
	journal *journal.Journal
	log     *slog.Logger
	metrics *Metrics
	keys    *keyCache
	yen     string

	wake chan struct{} // tells the bundler of orders, or of room

	mu     sync.Mutex // guards what follows
	open   map[string]*order
	queue  []*order
	flight map[string]*bundle // bundles that a block may have, by the hashes of their transactions
	seen   map[string]int64   // hashes of own transactions in blocks, with their heights
	// inFlight counts orders in bundles on their way, of all payers and of each: the zone has quotas of both in a block.
	inFlight int
	ofPayer  map[string]int
	bySender map[string]int
	params   paymenttypes.Params
	scanned  int64 // height of the newest block that was read
	lastTime time.Time
	// caughtUp says that the blocks up to the zone's newest one at the start have been read: before that an order may have an
	// outcome that is not known yet.
	caughtUp    bool
	startHeight int64
	// strangers is up to which height a block may have bundles of an earlier life of this gateway.
	strangers int64
	orders    int // most orders in a bundle, as nodes took it
	gas       uint64
	heardAt   time.Time // when the newest block was read
	troubled  error     // why the last bundle could not be sent; nil if it was
	closing   bool
}

// New returns an engine that goes on with open orders of a journal. It asks the zone for its parameters, and takes no orders
// before Run.
func New(
	ctx context.Context, config Config, zone Zone, book *journal.Journal, open []*gatewaypb.JournalEntry, metrics *Metrics, log *slog.Logger,
) (*Engine, error) {
	yen, err := zone.Yen(ctx)
	if err != nil {
		return nil, err
	}
	params, err := zone.Params(ctx)
	if err != nil {
		return nil, err
	}
	height, err := zone.StateHeight(ctx)
	if err != nil {
		return nil, err
	}
	var last time.Time // unknown until the first block is read, if this one cannot be
	if block, err := zone.Block(ctx, height); err == nil {
		last = block.Time
	}
	now := time.Now()
	e := &Engine{
		config: config, zone: zone, journal: book, log: log, metrics: metrics, keys: newKeyCache(zone), yen: yen, params: params,
		wake: make(chan struct{}, 1), open: map[string]*order{}, flight: map[string]*bundle{}, seen: map[string]int64{},
		ofPayer: map[string]int{}, bySender: map[string]int{}, scanned: height, startHeight: height,
		orders: config.BundleOrders, gas: config.OrderGas, heardAt: now, lastTime: last,
	}
	for _, entry := range open {
		one := newOrder(entry)
		close(one.written)
		e.open[one.key] = one
		e.bySender[entry.Sender]++
		e.scanned = min(e.scanned, entry.Since)
		e.enqueue(one, now)
	}
	if len(open) > 0 {
		e.strangers = height + timeoutBlocks
		log.Info("goes on with open orders", "orders", len(open), "from_height", e.scanned, "to_height", height)
	}
	metrics.open.Set(float64(len(open)))
	return e, nil
}

// timeoutBlocks is in how many blocks a bundle may be included. Long enough for a node that restarts, short enough that a bundle
// that was lost is soon sent again.
const timeoutBlocks = 20

// TimeoutBlocks is for the client that signs bundles.
const TimeoutBlocks = timeoutBlocks

// Run brings orders to the zone until the context ends, whose error it returns, or the journal cannot be written. Orders that have no
// outcome then stay in the journal.
func (e *Engine) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return e.bundles(ctx) })
	group.Go(func() error { return e.follow(ctx) })
	group.Go(func() error { return e.prune(ctx) })
	return group.Wait()
}

// Close lets no more orders in, and returns when those that were taken have an outcome or the context ends.
func (e *Engine) Close(ctx context.Context) (open int) {
	e.mu.Lock()
	e.closing = true
	e.mu.Unlock()
	err := nodeclient.Poll(ctx, "open orders to end", func() (bool, error) { return e.Open() == 0, nil })
	if err != nil {
		return e.Open()
	}
	return 0
}

// Open returns how many orders have no outcome.
func (e *Engine) Open() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.open)
}

// silence is how old the newest block may be while the engine counts as well.
const silence = 30 * time.Second

// Health says whether blocks come and bundles are taken; nil if so.
func (e *Engine) Health() (height int64, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch age := time.Since(e.heardAt); {
	case e.closing:
		return e.scanned, errors.New("the gateway ends")
	case age > silence:
		return e.scanned, errSilent
	}
	return e.scanned, e.troubled
}

var errSilent = errors.New("expected a block of the last 30s, got none: look at the nodes")

// prune forgets old outcomes from time to time.
func (e *Engine) prune(ctx context.Context) error {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		if _, err := e.journal.Prune(time.Now().Add(-e.config.Keep)); err != nil {
			e.log.Error("outcomes are not forgotten", "error", err)
		}
	}
}
