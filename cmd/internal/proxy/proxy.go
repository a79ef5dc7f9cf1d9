// Package proxy passes requests on between the two ends of a query from outside: CometBFT's RPC with its websocket, REST, and
// gRPC with its streams. It answers by itself, each in its own form, where a request gets no further.
package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"google.golang.org/grpc/codes"
)

// maxBodyBytes bounds a request's body. The RPC takes 12 MiB, a gRPC message may have 10 MiB.
const maxBodyBytes = 12 << 20

// refusedCode is the code of a JSON-RPC error of ours; those from -32000 to -32099 are the implementation's.
const refusedCode = -32099

// Refusal is an answer that a request got no further.
type Refusal struct {
	// HTTP is the status of an answer over HTTP, Code the same for gRPC.
	HTTP int
	Code codes.Code
	// Message is one line that says why and what to do.
	Message string
}

// restPaths begin the paths that the API server answers; all others are CometBFT's.
var restPaths = []string{"/azukari/", "/cosmos/", "/ibc/", "/openapi.json"}

// IsREST says whether the API server answers a path.
func IsREST(path string) bool {
	for _, begin := range restPaths {
		if strings.HasPrefix(path, begin) {
			return true
		}
	}
	return false
}

// IsGRPC says whether a request is a call by gRPC.
func IsGRPC(r *http.Request) bool {
	return r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc")
}

// IsWebsocket says whether a request asks for a websocket.
func IsWebsocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Refuse answers in the form that the client expects: gRPC's status, the gateway's JSON, or a JSON-RPC error.
func Refuse(w http.ResponseWriter, r *http.Request, refusal Refusal) {
	var body any
	switch {
	case IsGRPC(r):
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Grpc-Status", fmt.Sprint(uint32(refusal.Code)))
		w.Header().Set("Grpc-Message", strings.ReplaceAll(url.PathEscape(refusal.Message), "%20", " "))
		return
	case IsREST(r.URL.Path):
		body = map[string]any{"code": uint32(refusal.Code), "message": refusal.Message, "details": []any{}}
	default:
		body = rpctypes.NewRPCErrorResponse(rpctypes.JSONRPCIntID(-1), refusedCode, http.StatusText(refusal.HTTP), refusal.Message)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(refusal.HTTP)
	// The client may be gone.
	_ = json.NewEncoder(w).Encode(body)
}

// New passes requests on to a server, over a transport; explain says of an error of the transport what to tell the client.
func New(target *url.URL, transport http.RoundTripper, explain func(context.Context, error) Refusal) http.Handler {
	through := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			// The proxy keeps the transport from closing the client's side of a request. A stream that both sides keep open would
			// then not end with the server's connection (golang/go#78973). Over HTTP/2 closing it is safe: it waits for nothing.
			if r.In.ProtoMajor == 2 && r.Out.Body != nil {
				r.Out.Body = r.In.Body
			}
		},
		Transport:     transport,
		FlushInterval: -1, // what a stream has to say, it says now
		// Nothing that matters is said here: the error handler tells the client.
		ErrorLog: log.New(io.Discard, "", 0),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			var tooLarge *http.MaxBytesError
			switch {
			case errors.As(err, &tooLarge):
				Refuse(w, r, Refusal{
					http.StatusRequestEntityTooLarge, codes.ResourceExhausted,
					fmt.Sprintf("expected a request of at most %d bytes, got more", tooLarge.Limit),
				})
			case errors.Is(err, context.Canceled):
				// The client is gone.
			default:
				Refuse(w, r, explain(r.Context(), err))
			}
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		through.ServeHTTP(w, r)
	})
}
