package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"

	"github.com/azukari-network/azukari/app/nodeconfig"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const (
	flagStateSync = "state-from"
	// trustDepth is how many blocks below the newest the trusted one is. It is below every snapshot that nodes keep, so that
	// the new node verifies forwards, which takes few headers.
	trustDepth = 2_000
	// discoveryTime is how long a node looks for snapshots before it tries one; CometBFT takes no less. A zone's nodes are few
	// and known.
	discoveryTime = 5 * time.Second
)

// addStateSyncFlag adds the flag that configureStateSync reads.
func addStateSyncFlag(cmd *cobra.Command) {
	cmd.Flags().StringSlice(flagStateSync, nil,
		"RPC addresses of two nodes that you trust: begin with a snapshot of the zone's state, which peers offer and which both vouch for")
}

// configureStateSync makes a new node begin with a snapshot of the zone's state instead of its first block.
func configureStateSync(cmd *cobra.Command, files nodeconfig.Files, out io.Writer) error {
	if cmd.Flags().Lookup(flagStateSync) == nil {
		return nil
	}
	servers, err := cmd.Flags().GetStringSlice(flagStateSync)
	if err != nil || len(servers) == 0 {
		return err
	}
	if slices.Sort(servers); len(slices.Compact(slices.Clone(servers))) < 2 {
		return fmt.Errorf("--%s: expected two nodes or more, got %v: one alone could invent a state", flagStateSync, servers)
	}
	blocks := filepath.Join(files.Comet.DBDir(), "blockstore.db")
	if _, err := os.Stat(blocks); err == nil {
		return fmt.Errorf("--%s: expected a node without blocks, got %s: it catches up without, or move its data away", flagStateSync, blocks)
	}
	trusted, err := trustedBlock(cmd, servers)
	if err != nil {
		return fmt.Errorf("--%s: %w", flagStateSync, err)
	}
	sync := files.Comet.StateSync
	sync.Enable, sync.RPCServers, sync.DiscoveryTime = true, servers, discoveryTime
	sync.TrustHeight, sync.TrustHash, sync.TrustPeriod = trusted.height, fmt.Sprintf("%X", trusted.hash), trusted.period
	_, err = fmt.Fprintf(out, "config.toml: statesync trusts block %d, %X, for %s\n", trusted.height, trusted.hash, trusted.period)
	return err
}

// trust is a block that nodes agree on, and how long its validators answer for it.
type trust struct {
	height int64
	hash   []byte
	period time.Duration
}

// trustedBlock asks all servers for the same block.
func trustedBlock(cmd *cobra.Command, servers []string) (trust, error) {
	clientContext, err := client.GetClientQueryContext(cmd)
	if err != nil {
		return trust{}, err
	}
	ctx := cmd.Context()
	first, last := int64(1), int64(0)
	nodes := make([]client.CometRPC, len(servers))
	chain := ""
	for i, server := range servers {
		node, err := client.NewClientFromNode(server)
		if err != nil {
			return trust{}, fmt.Errorf("expected an RPC address such as https://host:26657, got %q: %w", server, err)
		}
		status, err := node.Status(ctx)
		if err != nil {
			return trust{}, fmt.Errorf("ask %s: %w", server, err)
		}
		if got := status.NodeInfo.Network; chain != "" && got != chain {
			return trust{}, fmt.Errorf("expected nodes of one zone, got one of %s and one of %s", chain, got)
		}
		chain, nodes[i] = status.NodeInfo.Network, node
		first = max(first, status.SyncInfo.EarliestBlockHeight)
		if last == 0 || status.SyncInfo.LatestBlockHeight < last {
			last = status.SyncInfo.LatestBlockHeight
		}
	}
	if last < first {
		return trust{}, fmt.Errorf("expected nodes that have blocks in common, got blocks from %d at one and up to %d at another", first, last)
	}
	period, err := trustPeriod(ctx, clientContext.WithClient(nodes[0]).WithNodeURI(servers[0]))
	if err != nil {
		return trust{}, err
	}
	agreed := trust{height: max(first, last-trustDepth), period: period}
	for i, node := range nodes {
		commit, err := node.Commit(ctx, &agreed.height)
		if err != nil {
			return trust{}, fmt.Errorf("%s: block %d: %w", servers[i], agreed.height, err)
		}
		switch hash := commit.Commit.BlockID.Hash; {
		case i == 0:
			agreed.hash = hash
		case !bytes.Equal(hash, agreed.hash):
			return trust{}, fmt.Errorf("expected one history, got block %d as %X at %s and as %X at %s: find out which one lies",
				agreed.height, agreed.hash, servers[0], hash, servers[i])
		}
		if age := time.Since(commit.Header.Time); age > period {
			return trust{}, fmt.Errorf("expected a block younger than %s, got block %d, %s old: ask nodes that have caught up", period, agreed.height, age)
		}
	}
	return agreed, nil
}

// trustPeriod is two thirds of the time for which validators answer for what they signed.
func trustPeriod(ctx context.Context, clientContext client.Context) (time.Duration, error) {
	answer, err := membershiptypes.NewQueryClient(clientContext).Params(ctx, &membershiptypes.QueryParamsRequest{})
	if err != nil {
		return 0, fmt.Errorf("ask %s for the zone's parameters: %w", clientContext.NodeURI, err)
	}
	const shareOf, share = 3, 2
	period := answer.Params.UnbondingTime / shareOf * share
	if period <= 0 {
		return 0, errors.New("expected an unbonding time, got none")
	}
	return period, nil
}
