package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/cometbft/cometbft/privval"
	cmttypes "github.com/cometbft/cometbft/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/internal/backup"
	"github.com/azukari-network/azukari/relayer/e2e"
	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// While payments run a listener is backed up, and a new one starts from that. Then every node of the Financial Zone is lost but
// the first listener's data: the whole zone is restored from it, has the same application hash, signs nothing twice, goes on, and
// so does its link with the other zone.
func TestWholeZoneFromOneListener(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	manifest := e2e.Manifest("backup", e2e.Retail)
	manifest.BlockTimeMS = 300
	manifest.Financial.Banks, manifest.Financial.Listeners = 4, 1
	s := e2e.Open(t, manifest)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	zone, folder := s.Financial(), t.TempDir()
	survivor := zone.Node("listener-1")

	begin := time.Now()
	early := createUnderLoad(t, s, survivor, folder)
	t.Logf("backed up while payments ran in %s: block %d, %d bytes", time.Since(begin), early.Manifest.LastBlock, early.Size)
	require.Equal(t, early.Manifest.LastBlock-1, early.Manifest.StateHeight, "frozen before the block is executed")
	require.NoFileExists(t, filepath.Join(unpack(t, early.File), "config", "priv_validator_key.json"))
	retail := s.Zone(e2e.Retail).Node("business-1").Endpoints().RPC
	azukari(t, "", "backup", "verify", early.File, "--node", zone.Node("bank-b").Endpoints().RPC)

	joined := restoreNewListener(ctx, t, s, early.File)
	restoreLostValidator(ctx, t, zone, zone.Node("bank-d"), early.File)

	// From now on the other zone knows a block that the early backup lacks.
	s.Charge(e2e.Retail, 3)
	s.Settled(e2e.Retail)
	azukari(t, "restore from a node that has this block", "backup", "verify", early.File, "--counterparty", retail)

	require.NoError(t, s.Relayer().Stop())
	lose(t, zone, survivor)
	azukari(t, "", "backup", "create", "--home", survivor.Endpoints().Home, "--out", filepath.Join(folder, "last"))
	azukari(t, "a backup is never overwritten", "backup", "create", "--home", survivor.Endpoints().Home, "--out", filepath.Join(folder, "last"))
	begin = time.Now()
	var last backup.Manifest
	for _, node := range zone.Nodes() {
		home := node.Endpoints().Home
		if node == survivor {
			azukari(t, "expected a home without data", "backup", "restore", filepath.Join(folder, "last"), "--home", home)
			continue
		}
		if node.Role() == devnet.RoleListener {
			azukari(t, "", "backup", "restore", filepath.Join(folder, "last"), "--home", home)
			continue
		}
		azukari(t, "knows what it signed last", "backup", "restore", filepath.Join(folder, "last"), "--home", home)
		last = restoreJSON(t, filepath.Join(folder, "last"), "--home", home, "--halted-zone", "--counterparty", retail).Manifest
	}
	t.Logf("restored %d homes in %s", len(zone.Nodes())-1, time.Since(begin))
	begin = time.Now()
	for _, node := range zone.Nodes() {
		require.NoError(t, node.Start())
	}
	require.NoError(t, zone.WaitHeight(ctx, last.LastBlock+3))
	t.Logf("the zone makes blocks %s after it was started", time.Since(begin))
	requireSameHistory(ctx, t, zone, last)

	require.NoError(t, s.Relayer().Start())
	s.Charge(e2e.Retail, 2)
	s.Settled(e2e.Retail)
	require.Greater(t, clientHeight(ctx, t, s), last.LastBlock, "the other zone's light client follows the restored zone")
	require.Contains(t, azukari(t, "", "verify", "--dir", s.Dir()), "findings hold; ¥")
	// It is an ordinary listener, of which backups can be made again.
	azukari(t, "", "backup", "create", "--home", joined.Endpoints().Home, "--out", folder)
}

// azukari runs the command, which must fail with the words, or succeed if there are none, and returns what it printed.
func azukari(t *testing.T, failure string, args ...string) string {
	t.Helper()
	cmd, stdout, stderr := command(t, args...)
	err := cmd.Run()
	if failure == "" {
		require.NoError(t, err, stderr.String())
	} else {
		require.Error(t, err, stdout.String())
		require.Contains(t, stderr.String(), failure)
	}
	return stdout.String()
}

// createUnderLoad backs a node up while payments come without a pause.
func createUnderLoad(t *testing.T, s *e2e.Scene, node *devnet.Node, folder string) (created backup.Created) {
	t.Helper()
	loading, stop := context.WithCancel(t.Context())
	defer stop()
	var load errgroup.Group
	load.Go(func() error {
		to := s.Keys().Account("bank-b", 0)
		for loading.Err() == nil {
			if _, err := s.Financial().Client().Send(t.Context(), s.Holder, &banktypes.MsgSend{
				FromAddress: s.Holder.String(), ToAddress: to.String(), Amount: sdk.NewCoins(sdk.NewInt64Coin(registrytypes.YenDenom, 1)),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, json.Unmarshal([]byte(azukari(t, "", "backup", "create", "--home", node.Endpoints().Home, "--out", folder, "-o", "json")), &created))
	stop()
	require.NoError(t, load.Wait())
	return created
}

func unpack(t *testing.T, file string) string {
	t.Helper()
	home := t.TempDir()
	_, err := backup.Extract(file, home)
	require.NoError(t, err)
	return home
}

func restoreJSON(t *testing.T, file string, args ...string) (report struct {
	Manifest backup.Manifest
	Restored backup.Restored
},
) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(azukari(t, "", append([]string{"backup", "restore", file, "-o", "json"}, args...)...)), &report))
	return report
}

// restoreNewListener makes one more listener from a backup, which catches up.
func restoreNewListener(ctx context.Context, t *testing.T, s *e2e.Scene, file string) *devnet.Node {
	t.Helper()
	zone := s.Financial()
	node, err := zone.Join("osaka", "bank-b")
	require.NoError(t, err)
	operator := s.Keys().Operator("bank-b", membershiptypes.RoleNode)
	answer, err := zone.Client().Send(ctx, operator, &membershiptypes.MsgRegisterNode{Operator: operator.String(), NodeId: node.ID(), Moniker: "osaka"})
	require.NoError(t, err)
	require.Contains(t, azukari(t, "", "backup", "restore", file, "--home", node.Endpoints().Home), "next         start the node")
	require.NoError(t, node.Start())
	require.NoError(t, node.Client().WaitHeight(ctx, answer.Height+1))
	theirs, err := zone.Client().Header(ctx, answer.Height+1)
	require.NoError(t, err)
	ours, err := node.Client().Header(ctx, answer.Height+1)
	require.NoError(t, err)
	require.Equal(t, theirs.Header.AppHash, ours.Header.AppHash)
	return node
}

// restoreLostValidator takes a validator's data away while the zone goes on, and gives it back without the memory of its votes.
func restoreLostValidator(ctx context.Context, t *testing.T, zone *devnet.Zone, node *devnet.Node, file string) {
	t.Helper()
	home, rpc := node.Endpoints().Home, zone.Node("bank-b").Endpoints().RPC
	require.NoError(t, node.Kill())
	require.NoError(t, os.RemoveAll(filepath.Join(home, "data")))
	azukari(t, "--running-zone: ask http://127.0.0.1:1", "backup", "restore", file, "--home", home, "--running-zone", "http://127.0.0.1:1")
	restored := restoreJSON(t, file, "--home", home, "--running-zone", rpc).Restored
	require.NotNil(t, restored.SignsAbove)
	key := privval.LoadFilePVEmptyState(filepath.Join(home, "config", "priv_validator_key.json"), "")
	require.NoError(t, node.Start())
	votes := func(height int64) bool {
		commit, err := zone.Client().RPC().Commit(ctx, &height)
		require.NoError(t, err)
		return slices.ContainsFunc(commit.Commit.Signatures, func(signature cmttypes.CommitSig) bool {
			return bytes.Equal(signature.ValidatorAddress, key.GetAddress())
		})
	}
	require.NoError(t, zone.Client().WaitHeight(ctx, restored.SignsAbove.Height+1))
	for height := restored.SignsAbove.Height - 2; height <= restored.SignsAbove.Height; height++ {
		require.False(t, votes(height), "it may have voted on block %d", height)
	}
	require.NoError(t, nodeclient.Poll(ctx, "the validator to vote again", func() (bool, error) {
		now, err := zone.Client().Height(ctx)
		return err == nil && votes(now), err
	}))
}

// lose kills every node of a zone and deletes the data of all but one.
func lose(t *testing.T, zone *devnet.Zone, survivor *devnet.Node) {
	t.Helper()
	for _, node := range zone.Nodes() {
		if node != survivor {
			require.NoError(t, node.Kill())
			require.NoError(t, os.RemoveAll(filepath.Join(node.Endpoints().Home, "data")))
		}
	}
	require.NoError(t, survivor.Kill())
}

// requireSameHistory checks that a restored zone went on where the backup ends.
func requireSameHistory(ctx context.Context, t *testing.T, zone *devnet.Zone, last backup.Manifest) {
	t.Helper()
	for _, node := range zone.Nodes() {
		header, err := node.Client().Header(ctx, last.LastBlock)
		require.NoError(t, err)
		require.Equal(t, last.LastBlockHash, header.Header.Hash(), node.Name())
		header, err = node.Client().Header(ctx, last.StateHeight+1)
		require.NoError(t, err)
		require.Equal(t, last.AppHash, header.Header.AppHash, node.Name())
		now, err := node.Client().Height(ctx)
		require.NoError(t, err)
		for height := last.LastBlock + 1; height <= now; height++ {
			block, err := node.Client().RPC().Block(ctx, &height)
			require.NoError(t, err)
			require.Empty(t, block.Block.Evidence.Evidence, "nobody signed twice")
		}
	}
	next := last.LastBlock + 1
	commit, err := zone.Client().RPC().Commit(ctx, &next)
	require.NoError(t, err)
	require.Equal(t, int32(backup.ResumeRound+1), commit.Commit.Round, "a round in which nobody had voted")
}

// clientHeight is the height of the Financial Zone that the other zone's light client knows.
func clientHeight(ctx context.Context, t *testing.T, s *e2e.Scene) int64 {
	t.Helper()
	answer, err := clienttypes.NewQueryClient(s.Zone(e2e.Retail).Client().GRPC()).ClientStates(ctx, &clienttypes.QueryClientStatesRequest{})
	require.NoError(t, err)
	for _, one := range answer.ClientStates {
		if state, ok := one.ClientState.GetCachedValue().(*ibctm.ClientState); ok {
			return int64(state.LatestHeight.RevisionHeight)
		}
	}
	t.Fatal("no client of the Financial Zone")
	return 0
}
