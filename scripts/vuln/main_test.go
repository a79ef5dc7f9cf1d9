package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	advisories = `{"osv":{"id":"GO-1","summary":"Panic"}}
{"finding":{"osv":"GO-1","trace":[{"module":"m","version":"v1.0.0"}]}}
{"finding":{"osv":"GO-1","trace":[{"module":"m","version":"v1.0.0","package":"m/p"}]}}
`
	call = `{"finding":{"osv":"GO-1","fixed_version":"v1.0.1","trace":[` +
		`{"module":"m","version":"v1.0.0","package":"m/p","function":"Decode"},{"package":"azukari","function":"main"}]}}`
)

func TestOnlyCalledVulnerabilitiesCount(t *testing.T) {
	called, _, err := calledVulnerabilities(strings.NewReader(advisories))
	require.NoError(t, err)
	require.Empty(t, called)
}

func TestJudge(t *testing.T) {
	called, summaries, err := calledVulnerabilities(strings.NewReader(advisories + call))
	require.NoError(t, err)
	var out strings.Builder
	require.ErrorContains(t, judge(called, summaries, &out), "expected no called vulnerability, got GO-1")
	require.Equal(t, "GO-1 in m v1.0.0: Panic\n  azukari.main reaches m/p.Decode\n  fixed in v1.0.1\n", out.String())
}

func TestJudgeAccepted(t *testing.T) {
	found := map[string]finding{}
	for id := range accepted {
		found[id] = finding{OSV: id, Trace: []frame{{Function: "Encode"}}}
	}
	var out strings.Builder
	require.NoError(t, judge(found, nil, &out))

	id := slices.Sorted(maps.Keys(accepted))[0]
	delete(found, id)
	require.ErrorContains(t, judge(found, nil, &out), id+" is accepted but no longer found")
}
