package metrics_test

import (
	"errors"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/metrics"
)

var (
	owed   = metrics.NewGauge("test", "owed_yen", "What is owed.", "bank")
	broken = metrics.NewGauge("test", "broken", "Never there.")
)

// A module that cannot be read, or that panics, takes no other module's figures away, and no half of its own is shown.
func TestStateOfModulesThatFail(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("no such book") },
		"panic": func() error { panic("no such book") },
	} {
		t.Run(name, func(t *testing.T) {
			state := metrics.NewState(at(7), log.NewNopLogger(), []metrics.Reader{
				{Module: "bad", Gauges: []metrics.Gauge{broken}, Read: func(_ sdk.Context, set metrics.Set) error {
					set(broken, 1)
					return fail()
				}},
				{Module: "good", Gauges: []metrics.Gauge{owed}, Read: func(ctx sdk.Context, set metrics.Set) error {
					set(owed, float64(ctx.BlockHeight()), "bank-a")
					return nil
				}},
			})
			require.NoError(t, testutil.CollectAndCompare(state, strings.NewReader(`
# HELP azukari_state_height Height of the committed state that the other figures are of.
# TYPE azukari_state_height gauge
azukari_state_height 7
# HELP azukari_state_readable 1 if the module's figures could be read, else 0.
# TYPE azukari_state_readable gauge
azukari_state_readable{module="bad"} 0
azukari_state_readable{module="good"} 1
# HELP azukari_test_owed_yen What is owed.
# TYPE azukari_test_owed_yen gauge
azukari_test_owed_yen{bank="bank-a"} 7
`)))
		})
	}
}

// Every height is read once, however often it is scraped.
func TestStateIsReadOncePerHeight(t *testing.T) {
	height, reads := int64(1), 0
	committed := func() (sdk.Context, bool, error) { return sdk.Context{}.WithBlockHeight(height), true, nil }
	state := metrics.NewState(committed, log.NewNopLogger(), []metrics.Reader{{
		Module: "counting", Gauges: []metrics.Gauge{broken}, Read: func(_ sdk.Context, set metrics.Set) error {
			reads++
			set(broken, float64(reads))
			return nil
		},
	}})
	for range 3 {
		require.Equal(t, 3, testutil.CollectAndCount(state))
	}
	require.Equal(t, 1, reads)
	height++
	require.Equal(t, 3, testutil.CollectAndCount(state))
	require.Equal(t, 2, reads)
}

func TestNoStateNoFigures(t *testing.T) {
	for name, committed := range map[string]metrics.Committed{
		"before the first block": func() (sdk.Context, bool, error) { return sdk.Context{}, false, nil },
		"unreadable":             func() (sdk.Context, bool, error) { return sdk.Context{}, false, errors.New("disk") },
	} {
		t.Run(name, func(t *testing.T) {
			require.Zero(t, testutil.CollectAndCount(metrics.NewState(committed, log.NewNopLogger(), nil)))
		})
	}
}

func TestBlocksAreCounted(t *testing.T) {
	blocks := metrics.NewBlocks()
	carried := func(action string) abci.Event {
		return abci.Event{Type: "message", Attributes: []abci.EventAttribute{{Key: "action", Value: action}}}
	}
	require.NoError(t, blocks.ListenFinalizeBlock(t.Context(), abci.RequestFinalizeBlock{}, abci.ResponseFinalizeBlock{
		Events: []abci.Event{{Type: "azukari.clearing.v1.EventCycleClosed"}, {Type: "commission"}},
		TxResults: []*abci.ExecTxResult{
			{GasUsed: 10, Events: []abci.Event{
				carried("/azukari.payment.v1.MsgRequestRecall"), carried("/azukari.payment.v1.MsgRequestRecall"),
				{Type: "message", Attributes: []abci.EventAttribute{{Key: "module", Value: "payment"}}},
				{Type: "azukari.payment.v1.EventRecallRequested"},
				{Type: "transfer"},
			}},
			{GasUsed: 5, Codespace: "registry", Code: 7, Events: []abci.Event{carried("/not.counted"), {Type: "azukari.not.Counted"}}},
		},
	}))
	require.NoError(t, blocks.ListenCommit(t.Context(), abci.ResponseCommit{}, nil))
	require.NoError(t, testutil.CollectAndCompare(blocks, strings.NewReader(`
# HELP azukari_blocks_events_total Events of our own modules, by type.
# TYPE azukari_blocks_events_total counter
azukari_blocks_events_total{event="azukari.clearing.v1.EventCycleClosed"} 1
azukari_blocks_events_total{event="azukari.payment.v1.EventRecallRequested"} 1
# HELP azukari_blocks_gas_total Gas that transactions used.
# TYPE azukari_blocks_gas_total counter
azukari_blocks_gas_total 15
# HELP azukari_blocks_messages_total Messages that were carried out, by type URL without its slash.
# TYPE azukari_blocks_messages_total counter
azukari_blocks_messages_total{message="azukari.payment.v1.MsgRequestRecall"} 2
# HELP azukari_blocks_refusals_total Transactions in blocks that were refused, by the error's codespace and code.
# TYPE azukari_blocks_refusals_total counter
azukari_blocks_refusals_total{code="7",codespace="registry"} 1
# HELP azukari_blocks_transactions_total Transactions in blocks, by result: done, refused.
# TYPE azukari_blocks_transactions_total counter
azukari_blocks_transactions_total{result="done"} 1
azukari_blocks_transactions_total{result="refused"} 1
`)))
}

func TestYen(t *testing.T) {
	require.Zero(t, metrics.Yen(math.Int{}))
	require.EqualValues(t, 1<<53, metrics.Yen(math.NewInt(1<<53)))
	require.EqualValues(t, -3, metrics.Yen(math.NewInt(-3)))
}

func at(height int64) metrics.Committed {
	return func() (sdk.Context, bool, error) { return sdk.Context{}.WithBlockHeight(height), true, nil }
}
