package devnetcmd

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"sync"
	"text/tabwriter"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/testutil/devnet"
)

const statusTimeout = 3 * time.Second

func statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show every node: height, peers, process and addresses",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			endpoints, err := devnet.ReadEndpoints(dir(cmd))
			if err != nil {
				return err
			}
			return writeStatus(cmd.Context(), cmd.OutOrStdout(), endpoints)
		},
	}
}

// nodeStatus is what a node says of itself; "-" where it does not answer.
type nodeStatus struct{ height, peers string }

// writeStatus asks all nodes at once and writes one line for each.
func writeStatus(ctx context.Context, out io.Writer, endpoints devnet.Endpoints) error {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	var wait sync.WaitGroup
	answers := make([][]nodeStatus, len(endpoints.Zones))
	for i, zone := range endpoints.Zones {
		answers[i] = make([]nodeStatus, len(zone.Nodes))
		for j, node := range zone.Nodes {
			wait.Go(func() { answers[i][j] = ask(ctx, node.RPC) })
		}
	}
	wait.Wait()

	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ZONE\tNODE\tROLE\tHEIGHT\tPEERS\tPID\tRPC\tGRPC\tREST")
	for i, zone := range endpoints.Zones {
		for j, node := range zone.Nodes {
			answer := answers[i][j]
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", zone.ID, node.Name, node.Role,
				answer.height, answer.peers, pid(node.PID), node.RPC, node.GRPC, node.REST)
		}
	}
	if relayer := endpoints.Relayer; relayer != nil {
		fmt.Fprintf(table, "-\trelayer\t-\t-\t-\t%s\t%s\t\t\n", pid(relayer.PID), relayer.Metrics)
	}
	return table.Flush()
}

func ask(ctx context.Context, url string) nodeStatus {
	answer := nodeStatus{height: "-", peers: "-"}
	client, err := rpchttp.New(url, "/websocket")
	if err != nil {
		return answer
	}
	if status, err := client.Status(ctx); err == nil {
		answer.height = strconv.FormatInt(status.SyncInfo.LatestBlockHeight, 10)
	}
	if network, err := client.NetInfo(ctx); err == nil {
		answer.peers = strconv.Itoa(network.NPeers)
	}
	return answer
}

func pid(number int) string {
	if number == 0 {
		return "-"
	}
	return strconv.Itoa(number)
}
