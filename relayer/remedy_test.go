package relayer

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/config"
)

func TestDiagnose(t *testing.T) {
	tx := func(space string, code uint32) error {
		return fmt.Errorf("wrapped: %w", &chain.TxError{Space: space, Code: code, Log: "log"})
	}
	for _, tc := range []struct {
		name   string
		err    error
		want   trouble
		reason string
	}{
		{"out of gas", tx("sdk", 11), troubleGas, "sdk/11"},
		{"too large", tx("sdk", 21), troubleSize, "sdk/21"},
		{"too large for the node", fmt.Errorf("x: %w", chain.ErrTooLarge), troubleSize, "too_large"},
		{"wrong sequence", tx("sdk", 32), troubleChain, "sdk/32"},
		{"not admitted", tx("membership", 5), troubleChain, "membership/5"},
		{"all redundant", tx("channel", 22), troubleRedundant, "channel/22"},
		{"client", tx("client", 9), troubleClient, "client/9"},
		{"header", tx("07-tendermint", 3), troubleClient, "07-tendermint/3"},
		{"packet", tx("commitment", 2), troublePacket, "commitment/2"},
		{"unreachable", chain.ErrUnreachable, troubleChain, "unreachable"},
		{"mempool", chain.ErrMempoolFull, troubleChain, "mempool_full"},
		{"lost", errLost, troubleChain, "lost"},
		{"other", errors.New("x"), troubleChain, "other"},
		{"all refused", fmt.Errorf("%w: %w", errAllRefused, tx("commitment", 2)), troubleChain, "commitment/2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, diagnose(tc.err))
			require.Equal(t, tc.reason, reason(tc.err))
		})
	}
}

func TestFailedMessage(t *testing.T) {
	at, ok := failedMessage(&chain.TxError{Log: "failed to execute message; message index: 17: packet timeout elapsed"})
	require.True(t, ok)
	require.Equal(t, 17, at)
	_, ok = failedMessage(errors.New("receive packet verification failed"))
	require.False(t, ok)
}

func messagesOf(n, size int) []message {
	out := make([]message, n)
	for i := range out {
		out[i] = message{work{kind: workKind(i % 3)}, &codectypes.Any{TypeUrl: "/t", Value: make([]byte, size-anyBytes-2)}}
	}
	return out
}

func TestSplit(t *testing.T) {
	updates := []*codectypes.Any{{TypeUrl: "/u", Value: make([]byte, 1_000)}}
	gas := config.Gas{Base: 1_000, Update: 10_000, Recv: 100_000, Ack: 100_000, Timeout: 100_000}
	for _, tc := range []struct {
		name   string
		n      int
		tuning config.Tuning
		limits chain.Limits
		want   []int
	}{
		{"all in one", 500, config.Tuning{MaxTxBytes: 4_000_000, MaxTxMsgs: 1_000}, chain.Limits{MaxBytes: -1, MaxGas: -1}, []int{500}},
		{"none", 0, config.Tuning{MaxTxBytes: 4_000_000, MaxTxMsgs: 1_000}, chain.Limits{MaxGas: -1}, nil},
		{"by count", 25, config.Tuning{MaxTxBytes: 4_000_000, MaxTxMsgs: 10}, chain.Limits{MaxGas: -1}, []int{10, 10, 5}},
		{"by bytes", 30, config.Tuning{MaxTxBytes: 12_000, MaxTxMsgs: 1_000}, chain.Limits{MaxGas: -1}, []int{10, 10, 10}},
		{"by block bytes", 30, config.Tuning{MaxTxBytes: 4_000_000, MaxTxMsgs: 1_000}, chain.Limits{MaxBytes: 13_400, MaxGas: -1}, []int{10, 10, 10}},
		{"by block gas", 30, config.Tuning{MaxTxBytes: 4_000_000, MaxTxMsgs: 1_000}, chain.Limits{MaxGas: 1_500_000}, []int{10, 10, 10}},
		{"one that is too large goes alone", 2, config.Tuning{MaxTxBytes: 100, MaxTxMsgs: 1_000}, chain.Limits{MaxGas: -1}, []int{1, 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSizer(gas, tc.tuning)
			var got []int
			for _, part := range s.split(messagesOf(tc.n, 1_000), updates, tc.limits) {
				got = append(got, len(part))
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func TestSizerLearns(t *testing.T) {
	s := newSizer(config.DefaultGas, config.Tuning{MaxTxBytes: 1_000_000, MaxTxMsgs: 10})
	before := s.gasFor(messagesOf(2, 1_000), nil)
	require.True(t, s.raiseGas())
	require.Equal(t, before*3/2, s.gasFor(messagesOf(2, 1_000), nil))
	raises := 1
	for s.raiseGas() {
		raises++
	}
	require.Less(t, raises, 10, "an estimate that is always too low is not the estimate's fault")
	s.shrink(300_000)
	require.Equal(t, 150_000, s.maxBytes)
	for range 10 {
		s.shrink(300_000)
	}
	require.Equal(t, minTxBytes, s.maxBytes)
}

func TestBackoff(t *testing.T) {
	var got []time.Duration
	for attempt := 1; attempt <= 7; attempt++ {
		got = append(got, backoff(attempt, time.Second, 30*time.Second))
	}
	s := time.Second
	require.Equal(t, []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s}, got)
	require.Equal(t, 30*s, backoff(1_000_000, s, 30*s))
}
