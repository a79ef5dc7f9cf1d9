package metrics

import (
	"context"
	"strconv"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/prometheus/client_golang/prometheus"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Blocks counts what the blocks did that this process has carried out, since it started. It is a Prometheus collector, and
// the listener that the application tells of every block.
type Blocks struct {
	transactions, refusals, messages, events *prometheus.CounterVec
	gas                                      prometheus.Counter
}

var (
	_ storetypes.ABCIListener = (*Blocks)(nil)
	_ prometheus.Collector    = (*Blocks)(nil)
)

// Results of transactions.
const (
	resultDone    = "done"
	resultRefused = "refused"
)

// NewBlocks returns counters at zero.
func NewBlocks() *Blocks {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: Namespace, Subsystem: "blocks", Name: name, Help: help}, labels)
	}
	blocks := &Blocks{
		transactions: counter("transactions_total", "Transactions in blocks, by result: done, refused.", "result"),
		refusals:     counter("refusals_total", "Transactions in blocks that were refused, by the error's codespace and code.", "codespace", "code"),
		messages:     counter("messages_total", "Messages that were carried out, by type URL without its slash.", "message"),
		events:       counter("events_total", "Events of our own modules, by type.", "event"),
		gas: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: Namespace, Subsystem: "blocks", Name: "gas_total", Help: "Gas that transactions used.",
		}),
	}
	for _, result := range []string{resultDone, resultRefused} {
		blocks.transactions.WithLabelValues(result)
	}
	return blocks
}

func (b *Blocks) collectors() []prometheus.Collector {
	return []prometheus.Collector{b.transactions, b.refusals, b.messages, b.events, b.gas}
}

// Describe implements prometheus.Collector.
func (b *Blocks) Describe(out chan<- *prometheus.Desc) {
	for _, collector := range b.collectors() {
		collector.Describe(out)
	}
}

// Collect implements prometheus.Collector.
func (b *Blocks) Collect(out chan<- prometheus.Metric) {
	for _, collector := range b.collectors() {
		collector.Collect(out)
	}
}

// ListenFinalizeBlock implements storetypes.ABCIListener. It never fails: a block does not depend on being counted.
func (b *Blocks) ListenFinalizeBlock(_ context.Context, _ abci.RequestFinalizeBlock, response abci.ResponseFinalizeBlock) error {
	b.countEvents(response.Events)
	for _, result := range response.TxResults {
		b.gas.Add(float64(result.GasUsed))
		if result.Code != abci.CodeTypeOK {
			b.transactions.WithLabelValues(resultRefused).Inc()
			b.refusals.WithLabelValues(result.Codespace, strconv.FormatUint(uint64(result.Code), 10)).Inc()
			continue
		}
		b.transactions.WithLabelValues(resultDone).Inc()
		b.countEvents(result.Events)
	}
	return nil
}

// ListenCommit implements storetypes.ABCIListener.
func (*Blocks) ListenCommit(context.Context, abci.ResponseCommit, []*storetypes.StoreKVPair) error {
	return nil
}

func (b *Blocks) countEvents(events []abci.Event) {
	for _, event := range events {
		if event.Type == sdk.EventTypeMessage {
			b.countMessage(event)
			continue
		}
		// The SDK's and ibc-go's events tell nothing that these and the messages do not.
		if strings.HasPrefix(event.Type, ownEvents) {
			b.events.WithLabelValues(event.Type).Inc()
		}
	}
}

// ownEvents begins the types of our own events.
const ownEvents = "azukari."

// countMessage counts the event by which the SDK says that a message was carried out.
func (b *Blocks) countMessage(event abci.Event) {
	for _, attribute := range event.Attributes {
		if attribute.Key == sdk.AttributeKeyAction {
			b.messages.WithLabelValues(strings.TrimPrefix(attribute.Value, "/")).Inc()
		}
	}
}
