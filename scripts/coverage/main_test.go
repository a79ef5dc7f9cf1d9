package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const profile = `mode: set
github.com/azukari-network/azukari/x/hold/keeper/hold.go:1.1,2.2 7 0
github.com/azukari-network/azukari/x/hold/keeper/hold.go:3.1,4.2 3 1
github.com/azukari-network/azukari/x/hold/keeper/hold.go:1.1,2.2 7 2
github.com/azukari-network/azukari/x/hold/types/errors.go:1.1,2.2 4 0
github.com/azukari-network/azukari/x/hold/types/errors.go:3.1,4.2 6 1
github.com/azukari-network/azukari/x/hold/types/query.pb.go:1.1,2.2 900 0
github.com/azukari-network/azukari/x/hold/types/query.pb.gw.go:1.1,2.2 900 0
github.com/azukari-network/azukari/x/hold/testutil/holds.go:1.1,2.2 5 0
github.com/azukari-network/azukari/app/base/app.go:1.1,2.2 50 0
`

func TestReadProfile(t *testing.T) {
	packages, err := readProfile(strings.NewReader(profile))
	require.NoError(t, err)
	require.Equal(t, map[string]tally{
		"hold/keeper": {reached: 10, all: 10}, // reached by the second test binary
		"hold/types":  {reached: 6, all: 10},  // without generated code
	}, packages)
}

func TestReadProfileRefusesGarbage(t *testing.T) {
	_, err := readProfile(strings.NewReader("hold.go:1.1,2.2 seven 0\n"))
	require.ErrorContains(t, err, "seven")
}

func TestReport(t *testing.T) {
	packages := map[string]tally{"hold/keeper": {reached: 10, all: 10}, "hold/types": {reached: 6, all: 10}}

	var out strings.Builder
	require.NoError(t, report(packages, 60, &out))
	require.Equal(t, `
package                             covered   statements
x/hold/keeper                       100.0 %           10
x/hold/types                         60.0 %           10

module                              covered   statements
x/hold                               80.0 %           20
`, out.String())

	require.EqualError(t, report(packages, 60.1, &out), "below 60.1 %: x/hold/types")
}
