package e2e_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/relayer/e2e"
	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// TestAnotherRelayerTakesOver has the members suspend the relayer's organization in both zones: its transactions are refused, and
// its packets wait. Those of another organization's relayer, with a journal and a key of its own, go on with them.
func TestAnotherRelayerTakesOver(t *testing.T) {
	skipIfShort(t)
	const packets = 5
	s := e2e.Open(t, e2e.Manifest("admission", e2e.Retail))
	suspend(t, s, s.Financial(), "bank-a", devnet.SettlementAgentID)
	suspend(t, s, s.Zone(e2e.Retail), "business-1")
	s.Charge(e2e.Retail, packets)
	s.Eventually("the relayer to be refused", func() bool {
		return strings.Contains(readFile(t, s.Relayer().Endpoints().Log), "expected relayer-operator active, got suspended")
	})
	require.Zero(t, s.Credited(e2e.Retail))
	require.Equal(t, packets, s.Pending(e2e.Retail))

	other := s.Keys().Holder("another relayer")
	appoint(t, s, s.Financial(), "bank-a", other)
	appoint(t, s, s.Zone(e2e.Retail), "business-1", other)
	startRelayer(t, s, other)
	s.Settled(e2e.Retail)
	require.EqualValues(t, packets, s.Credited(e2e.Retail))
}

// suspend has the members of a zone suspend the relayer's organization: the first proposes it, all others vote.
func suspend(t *testing.T, s *e2e.Scene, zone *devnet.Zone, proposer string, voters ...string) {
	t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	packed, err := codectypes.NewAnyWithValue(&membershiptypes.MsgSuspendOrganization{
		Authority: authtypes.NewModuleAddress(membershiptypes.ModuleName).String(), Id: devnet.RelayerOperatorID, Reason: "its key leaked",
	})
	require.NoError(t, err)
	representative := s.Keys().Operator(proposer, membershiptypes.RoleRepresentative)
	response, err := zone.Client().Send(ctx, representative, &membershiptypes.MsgSubmitProposal{
		Proposer: representative.String(), Title: "Suspend the relayer", Summary: "Its key leaked.", Messages: []*codectypes.Any{packed},
	})
	require.NoError(t, err)
	var proposed membershiptypes.MsgSubmitProposalResponse
	require.NoError(t, devnet.DecodeResponse(response, &proposed))
	for _, voter := range voters {
		key := s.Keys().Operator(voter, membershiptypes.RoleRepresentative)
		_, err := zone.Client().Send(ctx, key, &membershiptypes.MsgCastVote{
			Voter: key.String(), Proposal: proposed.Id, Option: membershiptypes.VoteOptionYes,
		})
		require.NoError(t, err)
	}
	answer, err := membershiptypes.NewQueryClient(zone.Client().GRPC()).Organization(ctx,
		&membershiptypes.QueryOrganizationRequest{Id: devnet.RelayerOperatorID})
	require.NoError(t, err)
	require.Equal(t, membershiptypes.OrganizationStatusSuspended, answer.Organization.Status)
}

// appoint makes a key the relayer of another organization of a zone.
func appoint(t *testing.T, s *e2e.Scene, zone *devnet.Zone, organization string, relayer devnet.Key) {
	t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	representative := s.Keys().Operator(organization, membershiptypes.RoleRepresentative)
	_, err := zone.Client().Send(ctx, representative, &membershiptypes.MsgSetOperator{
		Representative: representative.String(), Address: relayer.String(), Roles: []membershiptypes.Role{membershiptypes.RoleRelayer},
	})
	require.NoError(t, err)
}

// startRelayer runs a second relayer beside the network's own until the test ends.
func startRelayer(t *testing.T, s *e2e.Scene, key devnet.Key) {
	t.Helper()
	home, own := t.TempDir(), s.Relayer().Endpoints()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, free.Close())
	metrics := strings.TrimSuffix(strings.TrimPrefix(own.Metrics, "http://"), "/metrics")
	config := readFile(t, own.Config)
	require.Contains(t, config, metrics)
	require.NoError(t, os.WriteFile(filepath.Join(home, "config.yaml"), []byte(strings.Replace(config, metrics, free.Addr().String(), 1)), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(home, "key"), []byte(key.PrivateHex()+"\n"), 0o600))
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), filepath.Join(filepath.Dir(s.Financial().Binary()), "azrelay"), "start", "-f", filepath.Join(home, "config.yaml"))
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Wait()
		require.True(t, cmd.ProcessState.Success(), log.String())
	})
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(raw)
}
