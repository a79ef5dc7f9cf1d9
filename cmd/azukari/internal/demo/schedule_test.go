package demo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func story(tasks ...Task) *Story {
	for i := range tasks {
		tasks[i].Source.Row = fmt.Sprint(i)
	}
	return &Story{Tasks: tasks, Banks: map[string]string{"aoi": "bank-a", "ren": "bank-a", "mei": "bank-b"}}
}

func TestPredecessors(t *testing.T) {
	s := story(
		Task{Kind: KindIssue, From: "aoi", Reference: "R", Open: &Opening{Bank: "bank-a"}},
		Task{Kind: KindIssue, From: "ren", Reference: "R"},
		Task{Kind: KindIssue, From: "mei", Reference: "R"},
		Task{Kind: KindPay, From: "aoi", To: "mei"},
		Task{Kind: KindPay, From: "aoi", To: "aoi", Fault: "no amount"},
		Task{Kind: KindPay, From: "ren", To: "aoi"},
	)
	require.Equal(t, [][]int{nil, {0}, nil, {0, 2}, nil, {1, 3}}, predecessors(s))
}

func TestPerformKeepsTheOrderOfWhatIsShared(t *testing.T) {
	s := story(
		Task{From: "aoi"}, Task{From: "ren"}, Task{From: "aoi", To: "ren"}, Task{From: "mei"}, Task{From: "ren", To: "mei"},
	)
	var mu sync.Mutex
	var order []int
	ended := map[int]bool{}
	before := predecessors(s)
	perform(t.Context(), s, func(_ context.Context, index int) {
		mu.Lock()
		defer mu.Unlock()
		for _, earlier := range before[index] {
			if !ended[earlier] {
				t.Errorf("task %d began before %d had ended", index, earlier)
			}
		}
		ended[index] = true
		order = append(order, index)
	})
	require.Len(t, order, len(s.Tasks))
}

func TestPerformStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var ran []int
	perform(ctx, story(Task{From: "aoi"}, Task{From: "aoi"}, Task{From: "aoi"}), func(_ context.Context, index int) {
		ran = append(ran, index)
		if index == 1 {
			cancel()
		}
	})
	require.Equal(t, []int{0, 1}, ran)
}

func TestOutcomes(t *testing.T) {
	source := Source{File: "payments.csv", Line: 14, Row: "P13"}
	chain := &devnet.TxError{
		Codespace: registrytypes.ModuleName, Code: registrytypes.ErrAccountFrozen.ABCICode(), Log: "expected active, got frozen: account is frozen",
	}
	for _, test := range []struct {
		name     string
		expect   Reason
		err      error
		reason   Reason
		expected bool
		message  string
	}{
		{"carried out", OK, nil, OK, true, ""},
		{"carried out in error", "frozen", nil, OK, false, ""},
		{
			"refused as expected", "frozen", chain, "frozen", true,
			"payments.csv:14: row P13: frozen: expected active, got frozen: account is frozen (registry 9)",
		},
		{
			"refused otherwise", "over_slice", chain, "frozen", false,
			"payments.csv:14: row P13: frozen: expected active, got frozen: account is frozen (registry 9)",
		},
		{
			"malformed", Malformed,
			faultError{"amount: expected whole yen"},
			Malformed, true,
			"payments.csv:14: row P13: malformed: amount: expected whole yen",
		},
		{"unforeseen", OK, errors.New("connection lost"), Other, false, "payments.csv:14: row P13: other: connection lost"},
		{
			"wrapped", "repeated_reference", fmt.Errorf("A-1: %w", deposittypes.ErrReferenceUsed), "repeated_reference", true,
			"payments.csv:14: row P13: repeated_reference: A-1: reference already used",
		},
		{
			"refunded", "over_balance_limit", refundError("registry/20: limit of balance exceeded"), "over_balance_limit", true,
			"payments.csv:14: row P13: over_balance_limit: refunded: registry/20: limit of balance exceeded (registry 20)",
		},
		{"timed out", OK, refundError("timed out"), Other, false, "payments.csv:14: row P13: other: refunded: timed out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			outcome := newOutcome(Task{Source: source, Expect: test.expect}, test.err, 1)
			require.Equal(t, test.reason, outcome.Reason)
			require.Equal(t, test.expected, outcome.AsExpected())
			require.Equal(t, test.message, outcome.Message())
		})
	}
}

func TestRefundReason(t *testing.T) {
	event := func(sequence, reason string) abci.Event {
		return abci.Event{Type: "refunded", Attributes: []abci.EventAttribute{
			{Key: "sequence", Value: `"` + sequence + `"`}, {Key: "reason", Value: `"` + reason + `"`},
		}}
	}
	events := []abci.Event{{Type: "other"}, event("7", "seven"), event("8", "eight")}
	reason, ok := eventReason(events, "refunded", 8)
	require.True(t, ok)
	require.Equal(t, "eight", reason)
	_, ok = eventReason(events, "refunded", 9)
	require.False(t, ok)
}
