package financial_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A node refuses to start from a genesis that is malformed or breaks a law of money, with one line that says what is
// wrong and where.
func TestGenesisIsRefused(t *testing.T) {
	n := busy(t)
	good := n.Financial.Export()
	for _, tc := range []struct {
		name   string
		change func(state map[string]json.RawMessage)
		want   []string
	}{
		{
			name:   "an unknown module",
			change: func(state map[string]json.RawMessage) { state["mint"] = json.RawMessage(`{}`) },
			want:   []string{"fzd", `"mint"`},
		},
		{
			name:   "a bank that owes a yen more",
			change: replaceIn("deposit", `"liability":"2001000"`, `"liability":"2001001"`),
			want:   []string{"law 1", "bank bank-b", "2001001"},
		},
		{
			name:   "a share that nobody has brought",
			change: replaceIn("zonelink", `{"amount":"305000","bank":"bank-a"`, `{"amount":"305001","bank":"bank-a"`),
			want:   []string{"zone retail", "got 1 yen less"},
		},
		{
			name: "a share that the escrow does not cover",
			change: func(state map[string]json.RawMessage) {
				replaceIn("zonelink", `{"amount":"305000","bank":"bank-a"`, `{"amount":"305001","bank":"bank-a"`)(state)
				var brought struct {
					Brought []struct{ Amount string }
				}
				require.NoError(t, json.Unmarshal(state["zonelink"], &brought))
				amount, err := strconv.Atoi(brought.Brought[0].Amount)
				require.NoError(t, err)
				replaceIn("zonelink", fmt.Sprintf(`"amount":"%d","zone":"retail"}`, amount), fmt.Sprintf(`"amount":"%d","zone":"retail"}`, amount+1))(state)
			},
			want: []string{"law 2", "zone retail", "305001"},
		},
		{
			name:   "a field of the wrong type",
			change: func(state map[string]json.RawMessage) { state["hold"] = json.RawMessage(`{"next_id":"x"}`) },
			want:   []string{"hold"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var state map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(good.AppState, &state))
			for module, raw := range state {
				state[module] = json.RawMessage(compacted(t, raw))
			}
			tc.change(state)
			changed := good
			var err error
			changed.AppState, err = json.Marshal(state)
			require.NoError(t, err)
			require.False(t, compacted(t, good.AppState) == compacted(t, changed.AppState), "the case changes nothing")

			err = n.Financial.TryImport(changed)
			require.ErrorContains(t, err, "genesis refused")
			for _, part := range tc.want {
				require.ErrorContains(t, err, part)
			}
			require.NotContains(t, err.Error(), "\n")
		})
	}
	require.NoError(t, n.Financial.TryImport(good))
}

func replaceIn(module, old, replacement string) func(map[string]json.RawMessage) {
	return func(state map[string]json.RawMessage) {
		state[module] = json.RawMessage(strings.Replace(string(state[module]), old, replacement, 1))
	}
}

func compacted(t *testing.T, raw []byte) string {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal(raw, &value))
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}
