package node

import (
	"context"
	"fmt"
	"slices"
	"strings"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/p2p/pex"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/types/query"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// nodesPerPage is how many nodes one query asks for.
const nodesPerPage = 500

// peersCommand prints what an operator puts into a configuration by hand.
func peersCommand(spec Spec) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "peers",
		Short: "List the nodes that the zone admits, as lines for config.toml and app.toml",
		Long: `List the nodes that the zone admits, as lines for config.toml and app.toml. They come from the state of the node at
--node: ask one that you trust, such as another node of your organization. Nodes without an address only dial out; they are
in bootstrap-ids alone.`,
		Example: spec.Name + " peers --node tcp://127.0.0.1:26657",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			clientContext, err := client.GetClientQueryContext(cmd)
			if err != nil {
				return err
			}
			nodes, err := admittedNodes(cmd.Context(), clientContext, "")
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "# config.toml, [p2p]\nseeds = %[1]q\npersistent_peers = %[1]q\n# app.toml, [admission]\nbootstrap-ids = [%[2]s]\n",
				peerList(nodes), quoted(nodeIDs(nodes)))
			return err
		},
	}
	cmd.Flags().String(flags.FlagNode, "tcp://localhost:26657", "RPC address of a node of the zone that you trust")
	return cmd
}

// admittedNodes lists the nodes that a zone admits, without the one with the id self, in ascending order of id. Each is
// checked: what a node answers goes into files.
func admittedNodes(ctx context.Context, clientContext client.Context, self string) ([]membershiptypes.Node, error) {
	var nodes []membershiptypes.Node
	page := &query.PageRequest{Limit: nodesPerPage}
	for {
		answer, err := membershiptypes.NewQueryClient(clientContext).Nodes(ctx, &membershiptypes.QueryNodesRequest{Pagination: page})
		if err != nil {
			return nil, fmt.Errorf("ask %s for the zone's nodes: %w", clientContext.NodeURI, err)
		}
		for _, node := range answer.Nodes {
			if err := node.Validate(); err != nil {
				return nil, fmt.Errorf("%s lists a node that no zone accepts: %w", clientContext.NodeURI, err)
			}
			if node.Id != self {
				nodes = append(nodes, node)
			}
		}
		if answer.Pagination == nil || len(answer.Pagination.NextKey) == 0 {
			return nodes, nil
		}
		page = &query.PageRequest{Key: answer.Pagination.NextKey, Limit: nodesPerPage}
	}
}

// peerList is how config.toml lists nodes: those with an address.
func peerList(nodes []membershiptypes.Node) string {
	var peers []string
	for _, node := range nodes {
		if node.Address != "" {
			peers = append(peers, p2p.IDAddressString(p2p.ID(node.Id), node.Address))
		}
	}
	return strings.Join(peers, ",")
}

func nodeIDs(nodes []membershiptypes.Node) []string {
	ids := make([]string, len(nodes))
	for i, node := range nodes {
		ids[i] = node.Id
	}
	return ids
}

func quoted(words []string) string {
	words = slices.Clone(words)
	for i, word := range words {
		words[i] = fmt.Sprintf("%q", word)
	}
	return strings.Join(words, ", ")
}

// writeAddressBook writes a new address book of the nodes that have an address, and returns how many are in it. Names are
// looked up now; one that is not found is left out, since CometBFT also finds it through persistent_peers.
func writeAddressBook(config *cmtcfg.Config, nodes []membershiptypes.Node) int {
	book := pex.NewAddrBook(config.P2P.AddrBookFile(), config.P2P.AddrBookStrict)
	for _, node := range nodes {
		if node.Address == "" {
			continue
		}
		address, err := p2p.NewNetAddressString(p2p.IDAddressString(p2p.ID(node.Id), node.Address))
		if err != nil {
			continue
		}
		// The book refuses an address that it would not dial, such as one that cannot be routed.
		_ = book.AddAddress(address, address)
	}
	book.Save()
	return book.Size()
}
