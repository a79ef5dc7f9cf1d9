package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
)

// Every path that the API server describes goes there.
func TestRESTPathsAreThoseOfTheAPI(t *testing.T) {
	raw, err := os.ReadFile("../../../app/base/openapi/openapi.json")
	require.NoError(t, err)
	var document struct {
		Paths map[string]any `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(raw, &document))
	require.NotEmpty(t, document.Paths)
	for path := range document.Paths {
		require.True(t, IsREST(path), path)
	}
	for _, path := range []string{"/", "/status", "/websocket", "/tx", "/block_search", "/metrics", "/azukari", "/cosmos"} {
		require.False(t, IsREST(path), path)
	}
}

// Clients of each protocol understand a refusal.
func TestRefuse(t *testing.T) {
	refuse := func(path, kind string, major int) *httptest.ResponseRecorder {
		request := httptest.NewRequest(http.MethodPost, path, http.NoBody)
		request.ProtoMajor = major
		request.Header.Set("Content-Type", kind)
		answer := httptest.NewRecorder()
		Refuse(answer, request, Refusal{http.StatusForbidden, codes.PermissionDenied, `revoked "now": 100% over`})
		return answer
	}
	rest := refuse("/azukari/x", "", 1)
	require.Equal(t, http.StatusForbidden, rest.Code)
	require.JSONEq(t, `{"code":7,"message":"revoked \"now\": 100% over","details":[]}`, rest.Body.String())

	rpc := refuse("/", "application/grpc", 1)
	require.Equal(t, http.StatusForbidden, rpc.Code)
	var response rpctypes.RPCResponse
	require.NoError(t, json.Unmarshal(rpc.Body.Bytes(), &response))
	require.EqualError(t, response.Error, `RPC error -32099 - Forbidden: revoked "now": 100% over`)

	call := refuse("/azukari.membership.v1.Query/Params", "application/grpc+proto", 2)
	require.Equal(t, http.StatusOK, call.Code)
	require.Equal(t, "7", call.Header().Get("Grpc-Status"))
	require.Equal(t, "revoked %22now%22: 100%25 over", call.Header().Get("Grpc-Message"))
	require.Empty(t, call.Body.String())
}

func TestErrorsAreExplained(t *testing.T) {
	failing := func(err error) *httptest.ResponseRecorder {
		handler := New(&url.URL{Scheme: "http", Host: "x"}, broken{err}, func(_ context.Context, err error) Refusal {
			return Refusal{http.StatusBadGateway, codes.Unavailable, "explained: " + err.Error()}
		})
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}")))
		return answer
	}
	answer := failing(errors.New("gone"))
	require.Equal(t, http.StatusBadGateway, answer.Code)
	require.Contains(t, answer.Body.String(), "explained: gone")
	answer = failing(&http.MaxBytesError{Limit: 5})
	require.Equal(t, http.StatusRequestEntityTooLarge, answer.Code)
	require.Contains(t, answer.Body.String(), "expected a request of at most 5 bytes, got more")
	require.Empty(t, failing(context.Canceled).Body.String(), "nobody is there to be told")
}

type broken struct{ err error }

func (b broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, b.err }
