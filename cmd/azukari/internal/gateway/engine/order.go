package engine

import (
	"crypto/sha256"
	"time"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/journal"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// order is one that has been taken and whose sender has not been told its outcome.
type order struct {
	key    string
	digest [sha256.Size]byte
	entry  *gatewaypb.JournalEntry
	size   int
	// written is closed once the order is on disk, or cannot be; failed says why not.
	written chan struct{}
	failed  error
	// final is the outcome, once it is known; done is closed then.
	final *gatewaypb.OrderOutcome
	done  chan struct{}
	// queued is set while it waits for a bundle, since when.
	queued   bool
	queuedAt time.Time
	// copies are the bundles on their way that have it.
	copies int
	// refusal is what the zone said of a copy, without using the nonce; final once no other copy can change it.
	refusal *gatewaypb.OrderOutcome
}

func (o *order) payer() string { return string(o.entry.Order.Order.Payer) }

// bundle is orders in one transaction.
type bundle struct {
	orders  []*order
	hash    string
	timeout int64
	sentAt  time.Time
}

func newOrder(entry *gatewaypb.JournalEntry) *order {
	return &order{
		key: keyOf(entry.Order.Order), digest: digestOf(entry.Order.Order), entry: entry, size: entry.Order.Size(),
		written: make(chan struct{}), done: make(chan struct{}),
	}
}

// keyOf names an order: a payer uses each nonce once.
func keyOf(order paymenttypes.PaymentOrder) string {
	return string(journal.Key(order.Payer, order.Nonce))
}

// digestOf is the same for the same order only, whatever its signature: a signer may sign the same order in several ways.
func digestOf(order paymenttypes.PaymentOrder) [sha256.Size]byte {
	raw, err := order.Marshal()
	if err != nil { // no field of it can fail
		raw = []byte(err.Error())
	}
	return sha256.Sum256(raw)
}
