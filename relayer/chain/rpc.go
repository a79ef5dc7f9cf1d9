// Package chain speaks to one chain: CometBFT RPC with failover, IBC queries with proofs, headers for light
// clients, and signed transactions. It knows nothing of paths or of the other chain.
package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

var (
	// ErrUnreachable says that no endpoint of the zone could be connected to: nothing was asked.
	ErrUnreachable = errors.New("no RPC endpoint answers")
	// ErrNoAnswer says that an endpoint was asked and did not answer: it may have done what it was asked.
	ErrNoAnswer = errors.New("an RPC endpoint did not answer")
)

// RPCError is what a node answered instead of a result.
type RPCError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    string `json:"data"`
}

// Error implements error.
func (e *RPCError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("rpc error %d: %s %s", e.Code, e.Message, e.Data))
}

const (
	requestTimeout = 15 * time.Second
	// batchSize is what a node accepts in one request by default (CometBFT's rpc.max_request_batch_size).
	batchSize = 10
)

// rpc is a JSON-RPC client over several endpoints. Safe for concurrent use.
type rpc struct {
	urls    []string
	current atomic.Int64
	http    *http.Client
}

func newRPC(urls []string, workers int) *rpc {
	return &rpc{
		urls: urls,
		http: &http.Client{
			Timeout: requestTimeout,
			Transport: &http.Transport{
				DialContext:         (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
				MaxIdleConnsPerHost: workers + 4,
				IdleConnTimeout:     time.Minute,
				DisableCompression:  true,
			},
		},
	}
}

// only returns a client of one endpoint over the same connections.
func (r *rpc) only(url string) *rpc { return &rpc{urls: []string{url}, http: r.http} }

// call is one request of a batch: its method, its parameters and where its result goes.
type call struct {
	method string
	params map[string]any
	result any
}

type request struct {
	Version string         `json:"jsonrpc"`
	ID      int            `json:"id"`
	Method  string         `json:"method"`
	Params  map[string]any `json:"params"`
}

type response struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *RPCError       `json:"error"`
}

// endpoint returns the URL in use.
func (r *rpc) endpoint() string { return r.urls[int(r.current.Load())%len(r.urls)] }

// rotate leaves an endpoint that failed, unless another goroutine has already left it.
func (r *rpc) rotate(failed int64) { r.current.CompareAndSwap(failed, (failed+1)%int64(len(r.urls))) }

// do sends one call and decodes its result.
func (r *rpc) do(ctx context.Context, method string, params map[string]any, result any) error {
	raw, err := r.fetch(ctx, method, params)
	if err != nil {
		return err
	}
	return decode(raw, method, result)
}

// fetch sends one call and returns the answer with its envelope.
func (r *rpc) fetch(ctx context.Context, method string, params map[string]any) ([]byte, error) {
	body, err := json.Marshal(request{"2.0", 0, method, params})
	if err != nil {
		return nil, err
	}
	return r.post(ctx, body)
}

// decode reads an answer to one call, straight into result: going through raw JSON would read it twice.
func decode(raw []byte, method string, result any) error {
	res := struct {
		Result any       `json:"result"`
		Error  *RPCError `json:"error"`
	}{Result: result}
	if err := json.Unmarshal(raw, &res); err != nil {
		return fmt.Errorf("expected an answer to %s, got %w in %q", method, err, head(raw))
	}
	if res.Error != nil {
		return fmt.Errorf("%s: %w", method, res.Error)
	}
	return nil
}

// batch sends up to batchSize calls as one HTTP request. The error is the first call's that failed.
func (r *rpc) batch(ctx context.Context, calls []call) error {
	reqs := make([]request, len(calls))
	for i, c := range calls {
		reqs[i] = request{"2.0", i, c.method, c.params}
	}
	body, err := json.Marshal(reqs)
	if err != nil {
		return err
	}
	raw, err := r.post(ctx, body)
	if err != nil {
		return err
	}
	var results []response
	if err := json.Unmarshal(raw, &results); err != nil || len(results) != len(calls) {
		return r.oneByOne(ctx, calls) // a node that limits batches harder than the default
	}
	for _, res := range results {
		if res.ID < 0 || res.ID >= len(calls) {
			return fmt.Errorf("expected an answer id below %d, got %d", len(calls), res.ID)
		}
		c := calls[res.ID]
		if err := res.decode(c.method, c.result); err != nil {
			return err
		}
	}
	return nil
}

func (r *rpc) oneByOne(ctx context.Context, calls []call) error {
	for _, c := range calls {
		if err := r.do(ctx, c.method, c.params, c.result); err != nil {
			return err
		}
	}
	return nil
}

func (res response) decode(method string, result any) error {
	if res.Error != nil {
		return fmt.Errorf("%s: %w", method, res.Error)
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(res.Result, result); err != nil {
		return fmt.Errorf("decode answer of %s: %w", method, err)
	}
	return nil
}

// post tries each endpoint once, beginning with the current one.
func (r *rpc) post(ctx context.Context, body []byte) ([]byte, error) {
	var last error
	kind := ErrUnreachable
	for range r.urls {
		at := r.current.Load()
		raw, err := r.postTo(ctx, r.urls[int(at)%len(r.urls)], body)
		if err == nil {
			return raw, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var dial *net.OpError
		if !errors.As(err, &dial) || dial.Op != "dial" {
			kind = ErrNoAnswer
		}
		last = err
		r.rotate(at)
	}
	return nil, fmt.Errorf("%w: expected a CometBFT node at %s, got %w; start it or correct rpc", kind, strings.Join(r.urls, " or "), last)
}

func (r *rpc) postTo(ctx context.Context, url string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := r.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var buf bytes.Buffer
	if res.ContentLength > 0 {
		buf.Grow(int(res.ContentLength) + bytes.MinRead)
	}
	if _, err := io.Copy(&buf, res.Body); err != nil {
		return nil, err
	}
	// A node answers its own errors as JSON with status 4xx or 5xx; anything else in between is not a node.
	if res.StatusCode != http.StatusOK && !bytes.HasPrefix(bytes.TrimSpace(buf.Bytes()), []byte("{")) {
		return nil, fmt.Errorf("status %s: %q", res.Status, head(buf.Bytes()))
	}
	return buf.Bytes(), nil
}

func head(raw []byte) string {
	const most = 120
	if len(raw) > most {
		raw = raw[:most]
	}
	return string(raw)
}
