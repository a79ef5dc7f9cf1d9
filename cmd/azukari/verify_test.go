package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/cmd/azukari/internal/verify"
	"github.com/azukari-network/azukari/relayer/e2e"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// While charges come without a pause and packets are always on their way, the laws are proven again and again, and yen in
// flight is seen. Of a zone that has ended this is said, and everything else is proven.
func TestVerifyUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	s := e2e.Open(t, e2e.Manifest("verify", e2e.Retail))
	loading, stop := context.WithCancel(t.Context())
	defer stop()
	var load errgroup.Group
	load.Go(func() error {
		charge := &financialtypes.MsgCharge{
			Holder: s.Holder.String(), Zone: e2e.Retail, Amount: sdk.NewInt64Coin(registrytypes.YenDenom, 3),
		}
		for loading.Err() == nil {
			if _, err := s.Financial().Client().Send(t.Context(), s.Holder, charge, charge, charge); err != nil {
				return err
			}
		}
		return nil
	})
	prove := func() (report verify.Report, code int) {
		cmd, stdout, stderr := command(t, "verify", "--dir", s.Dir(), "-o", "json")
		_ = cmd.Run() // the exit code says it
		require.NoError(t, json.Unmarshal(stdout.Bytes(), &report), stderr.String())
		return report, cmd.ProcessState.ExitCode()
	}
	inFlight := int64(0)
	for round := 0; round < 8 || inFlight == 0 && round < 60; round++ {
		report, code := prove()
		require.True(t, report.Holds, "%v %v", report.Violations(), report.Unproven())
		require.Zero(t, code)
		inFlight += chargesInFlight(report)
	}
	require.Positive(t, inFlight, "expected packets on their way while there is load")
	stop()
	require.NoError(t, load.Wait())

	require.NoError(t, s.Zone(e2e.Retail).Nodes()[0].Kill())
	report, code := prove()
	require.Equal(t, 4, code)
	require.False(t, report.Broken(), report.Violations())
	require.Len(t, report.Unproven(), 1)
	require.Contains(t, report.Unproven()[0], "retail: ")
}

// chargesInFlight is the sum in the equation of the zone.
func chargesInFlight(report verify.Report) int64 {
	for _, check := range report.Checks {
		for _, side := range check.Sides {
			for _, term := range side {
				if check.Subject == e2e.Retail && term.Name == "charges in flight" {
					return term.Amount.Int64()
				}
			}
		}
	}
	return 0
}

// A network file with a wrong chain id is refused by the node's own.
func TestVerifyAsksTheRightChain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "network.yaml")
	require.NoError(t, os.WriteFile(path, []byte("financial: {chain_id: f-1, nodes: [{grpc: '127.0.0.1:1', rpc: 'http://127.0.0.1:1'}]}\n"), 0o600))
	cmd, _, stderr := command(t, "verify", "--network", path)
	require.Error(t, cmd.Run())
	require.Equal(t, 4, cmd.ProcessState.ExitCode())
	require.Contains(t, stderr.String(), "Error: height of the Financial Zone: ")
}
