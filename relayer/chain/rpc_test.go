package chain

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"
	ics23 "github.com/cosmos/ics23/go"
	"github.com/stretchr/testify/require"
)

const nobody = "http://127.0.0.1:1" // nothing listens there

func headerAnswer(params map[string]any) (any, *RPCError) {
	return map[string]any{"header": map[string]any{
		"height": params["height"], "time": "2026-01-02T03:04:05.6Z", "validators_hash": "AA", "next_validators_hash": "BB",
	}}, nil
}

func TestFailover(t *testing.T) {
	good := newFakeNode(t)
	good.on("header", headerAnswer)
	c := testClient(t, nobody, good.URL)
	head, err := c.Latest(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 7, head.Height)
	require.True(t, head.ChangesValidators())
	require.Equal(t, good.URL, c.rpc.endpoint(), "stays with what works")
	require.NoError(t, c.CheckEndpoints(t.Context()), "one that answers is enough")

	_, err = testClient(t, nobody).Latest(t.Context())
	require.ErrorIs(t, err, ErrUnreachable)
	require.ErrorContains(t, err, "expected a CometBFT node at "+nobody)
	require.ErrorIs(t, testClient(t, nobody).CheckEndpoints(t.Context()), ErrUnreachable)
}

func TestNoAnswer(t *testing.T) {
	mute := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	t.Cleanup(mute.Close)
	_, err := testClient(t, mute.URL).Latest(t.Context())
	require.ErrorIs(t, err, ErrNoAnswer, "it was asked, and may have done it")
	require.NotErrorIs(t, err, ErrUnreachable)
}

func TestWrongChain(t *testing.T) {
	good, other := newFakeNode(t), newFakeNode(t)
	other.on("status", func(map[string]any) (any, *RPCError) { return statusAnswer("other-1"), nil })
	err := testClient(t, good.URL, other.URL).CheckEndpoints(t.Context())
	require.EqualError(t, err, fmt.Sprintf(`zone fz: expected chain id "fz-1" at %s, got "other-1"; correct chain_id or rpc`, other.URL))
}

// proofAnswer proves any key by itself.
func proofAnswer(t *testing.T) func(params map[string]any) (any, *RPCError) {
	t.Helper()
	return func(params map[string]any) (any, *RPCError) {
		key, err := hex.DecodeString(params["data"].(string))
		if err != nil {
			return nil, &RPCError{Code: -32602, Message: err.Error()}
		}
		op := func(value string) map[string]any {
			raw, err := (&ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: &ics23.ExistenceProof{Key: key, Value: []byte(value)}}}).Marshal()
			if err != nil {
				t.Error(err)
			}
			return map[string]any{"type": "ics23:iavl", "key": key, "data": raw}
		}
		return map[string]any{"response": map[string]any{
			"code": 0, "height": params["height"], "value": key, "proofOps": map[string]any{"ops": []any{op("leaf"), op("store")}},
		}}, nil
	}
}

func TestProofs(t *testing.T) {
	for _, batchMax := range []int{10, 3} {
		t.Run(fmt.Sprintf("node takes batches of %d", batchMax), func(t *testing.T) {
			node := newFakeNode(t)
			node.batchMax = batchMax
			node.on("abci_query", proofAnswer(t))
			keys := make([][]byte, 45)
			for i := range keys {
				keys[i] = fmt.Appendf(nil, "key-%d", i)
			}
			proofs, err := testClient(t, node.URL).Proofs(t.Context(), keys, 9)
			require.NoError(t, err)
			require.Len(t, proofs, len(keys))
			for i, p := range proofs {
				require.Equal(t, keys[i], p.Value)
				var merkle commitmenttypes.MerkleProof
				require.NoError(t, merkle.Unmarshal(p.Proof), "what ibc-go decodes")
				require.Len(t, merkle.Proofs, 2)
				require.Equal(t, keys[i], merkle.Proofs[0].GetExist().Key)
				require.Equal(t, []byte("store"), merkle.Proofs[1].GetExist().Value)
			}
			require.Equal(t, len(keys), node.count("abci_query"))
		})
	}
}

func TestProofRefused(t *testing.T) {
	node := newFakeNode(t)
	node.on("abci_query", func(map[string]any) (any, *RPCError) {
		return map[string]any{"response": map[string]any{"code": 18, "codespace": "sdk", "log": "height 9 is pruned", "height": "0"}}, nil
	})
	_, err := testClient(t, node.URL).Proofs(t.Context(), [][]byte{{1}}, 9)
	require.ErrorContains(t, err, "height 9 is pruned")
	var refused *QueryError
	require.ErrorAs(t, err, &refused)
	require.NotErrorIs(t, err, ErrNotFound)
}

func headEvent(height int) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"result":{"query":"tm.event='NewBlockHeader'","data":{"type":"tendermint/event/NewBlockHeader","value":{"header":{
		"version":{"block":"11"},"chain_id":"fz-1","height":"%d","time":"2026-01-02T03:04:05.678901234Z","validators_hash":"AA","next_validators_hash":"AA"}}},"events":{}}}`, height)
}

func TestParseHeadEvent(t *testing.T) {
	head, ok, err := parseHeadEvent([]byte(headEvent(12)))
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, Head{12, time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC), "AA", "AA"}, head)
	_, ok, err = parseHeadEvent([]byte(`{"jsonrpc":"2.0","id":1,"result":{}}`))
	require.NoError(t, err)
	require.False(t, ok, "the subscription's confirmation")
	_, _, err = parseHeadEvent([]byte(`{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"max_subscriptions_per_client 5 reached"}}`))
	require.ErrorContains(t, err, "max_subscriptions_per_client")
}

func TestWatchByEventsAndByPolling(t *testing.T) {
	node := newFakeNode(t)
	node.on("header", headerAnswer)
	ctx, cancel := context.WithCancel(t.Context())
	heads := testClient(t, node.URL).Watch(ctx)
	next := func() int64 {
		select {
		case h := <-heads:
			return h.Height
		case <-time.After(10 * time.Second):
			t.Fatal("no head within 10 s")
			return 0
		}
	}
	node.push <- headEvent(5)
	require.EqualValues(t, 5, next())
	node.push <- headEvent(4) // another endpoint, behind: never backwards
	require.EqualValues(t, 7, next(), "events have ended; status says 7")
	cancel()
	close(node.push)
}
