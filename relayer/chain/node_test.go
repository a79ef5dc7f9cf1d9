package chain

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/relayer/config"
)

const (
	testChainID = "fz-1"
	testSecret  = "0101010101010101010101010101010101010101010101010101010101010101"
)

// fakeNode answers JSON-RPC over HTTP as CometBFT does: single requests, batches up to a bound, errors with data.
type fakeNode struct {
	*httptest.Server
	mu       sync.Mutex
	answers  map[string]func(params map[string]any) (any, *RPCError)
	calls    map[string]int
	requests int
	batchMax int
	push     chan string // messages for subscribers
}

func newFakeNode(t *testing.T) *fakeNode {
	t.Helper()
	n := &fakeNode{answers: map[string]func(map[string]any) (any, *RPCError){}, calls: map[string]int{}, batchMax: 10, push: make(chan string, 10)}
	n.Server = httptest.NewServer(n)
	t.Cleanup(n.Close)
	n.on("status", func(map[string]any) (any, *RPCError) { return statusAnswer(testChainID), nil })
	return n
}

func statusAnswer(chainID string) any {
	return map[string]any{
		"node_info": map[string]any{"network": chainID},
		"sync_info": map[string]any{"latest_block_height": "7", "earliest_block_height": "2", "latest_block_time": "2026-01-02T03:04:05.6Z"},
	}
}

func (n *fakeNode) on(method string, answer func(params map[string]any) (any, *RPCError)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.answers[method] = answer
}

func (n *fakeNode) count(method string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls[method]
}

func (n *fakeNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/websocket") {
		n.subscribe(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	n.mu.Lock()
	n.requests++
	n.mu.Unlock()
	var many []request
	if json.Unmarshal(body, &many) != nil {
		var one request
		if json.Unmarshal(body, &one) == nil {
			write(w, n.answer(one))
		}
		return
	}
	if len(many) > n.batchMax {
		write(w, response{Error: &RPCError{Code: -32600, Message: "Invalid Request", Data: "batch request exceeds maximum"}})
		return
	}
	var out []response
	for _, one := range many {
		out = append(out, n.answer(one))
	}
	write(w, out)
}

func write(w http.ResponseWriter, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err) // httptest reports it, and the client sees a broken answer
	}
}

func (n *fakeNode) answer(req request) response {
	n.mu.Lock()
	answer := n.answers[req.Method]
	n.calls[req.Method]++
	n.mu.Unlock()
	if answer == nil {
		return response{ID: req.ID, Error: &RPCError{Code: -32601, Message: "Method not found"}}
	}
	result, failure := answer(req.Params)
	raw, err := json.Marshal(result)
	if err != nil {
		return response{ID: req.ID, Error: &RPCError{Code: -32603, Message: err.Error()}}
	}
	return response{ID: req.ID, Result: raw, Error: failure}
}

func (n *fakeNode) subscribe(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() {
		if err := conn.Close(); err != nil {
			panic(err)
		}
	}()
	for message := range n.push {
		if conn.WriteMessage(websocket.TextMessage, []byte(message)) != nil {
			return
		}
	}
}

func testKey(t *testing.T) Key {
	t.Helper()
	key, err := ParseKey(testSecret)
	require.NoError(t, err)
	return key
}

func testClient(t *testing.T, urls ...string) *Client {
	t.Helper()
	zone := config.Zone{ID: "fz", ChainID: testChainID, RPC: urls, BlockTime: 50 * time.Millisecond, UnbondingPeriod: 3 * time.Hour}
	return New(zone, testKey(t), 4, slog.New(slog.DiscardHandler))
}
