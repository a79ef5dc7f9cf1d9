package node

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
)

func TestReadiness(t *testing.T) {
	now := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	fresh, old := now.Add(-time.Minute), now.Add(-time.Minute-time.Nanosecond)
	for name, test := range map[string]struct {
		health  Health
		running bool
		reason  string
	}{
		"ready":       {Health{BlockTime: &fresh}, true, ""},
		"ended":       {Health{BlockTime: &fresh}, false, "consensus has ended"},
		"no block":    {Health{}, true, "there is no block yet"},
		"catching up": {Health{BlockTime: &fresh, CatchesUp: true}, true, "the node catches up"},
		"halted":      {Health{BlockTime: &old}, true, "expected a block of the last 1m0s, got one of 2026-04-01T08:58:59Z"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.reason, test.health.unready(test.running, time.Minute, now))
		})
	}
}

func TestOperationsAnswers(t *testing.T) {
	health := Health{Reason: "the node catches up", ChainID: "financial-1", Height: 7, CatchesUp: true}
	o := &operations{logger: log.NewNopLogger(), health: func() Health { return health }}
	ask := func(method, path string) (int, Health) {
		recorder := httptest.NewRecorder()
		o.handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), method, path, nil))
		var answer Health
		if recorder.Header().Get("Content-Type") == "application/json" {
			require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &answer))
		}
		return recorder.Code, answer
	}
	code, answer := ask(http.MethodGet, "/readyz")
	require.Equal(t, http.StatusServiceUnavailable, code)
	require.Equal(t, health, answer)
	code, answer = ask(http.MethodGet, "/healthz")
	require.Equal(t, http.StatusOK, code, "a node that catches up must not be restarted")
	require.Equal(t, health, answer)

	health = Health{Ready: true}
	code, _ = ask(http.MethodGet, "/readyz")
	require.Equal(t, http.StatusOK, code)
	code, _ = ask(http.MethodGet, "/metrics")
	require.Equal(t, http.StatusOK, code)
	code, _ = ask(http.MethodPost, "/readyz")
	require.Equal(t, http.StatusMethodNotAllowed, code)
	code, _ = ask(http.MethodGet, "/")
	require.Equal(t, http.StatusNotFound, code)
}
