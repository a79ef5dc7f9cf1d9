package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	ibctypes "github.com/cosmos/ibc-go/v8/modules/core/types"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/app/base/encoding"
)

// clientsPerPage is how many light clients one query asks for.
const clientsPerPage = 100

// CompareNode checks that a node of the zone, which the caller trusts, has the backup's last block, or that its own last block
// is in the backup.
func CompareNode(ctx context.Context, home string, manifest Manifest, url string) (finding Finding, err error) {
	node, err := dial(url)
	if err != nil {
		return Finding{}, err
	}
	status, err := node.Status(ctx)
	if err != nil {
		return Finding{}, fmt.Errorf("ask %s: %w", url, err)
	}
	if got := status.NodeInfo.Network; got != manifest.ChainID {
		return Finding{}, fmt.Errorf("%s: expected a node of %s, got one of %s", url, manifest.ChainID, got)
	}
	height := min(manifest.LastBlock, status.SyncInfo.LatestBlockHeight)
	if height < manifest.FirstBlock {
		return Finding{}, fmt.Errorf("%s: expected a node that has one of the blocks %d to %d, got one at %d", url, manifest.FirstBlock, manifest.LastBlock, height)
	}
	theirs, err := node.Commit(ctx, &height)
	if err != nil {
		return Finding{}, fmt.Errorf("%s: block %d: %w", url, height, err)
	}
	u, err := open(home, manifest)
	if err != nil {
		return Finding{}, err
	}
	defer func() { err = errors.Join(err, u.close()) }()
	ours := u.blocks.LoadBlockMeta(height)
	if ours == nil || !bytes.Equal(ours.BlockID.Hash, theirs.Commit.BlockID.Hash) {
		return Finding{}, fmt.Errorf("expected block %d as %s has it, %s, got another one in the backup: this is another history of %s",
			height, url, theirs.Commit.BlockID.Hash, manifest.ChainID)
	}
	return Finding{"node", fmt.Sprintf("%s has the same block %d", url, height)}, nil
}

// CompareCounterparty checks the backup against what another zone knows of this one. Its light clients of this zone must be at
// blocks that the backup has, with the same application hash: a zone that goes on from an earlier block would contradict
// itself before the other zone, which then would trust it no more.
func CompareCounterparty(ctx context.Context, home string, manifest Manifest, url string) (findings []Finding, err error) {
	node, err := dial(url)
	if err != nil {
		return nil, err
	}
	status, err := node.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", url, err)
	}
	zone := status.NodeInfo.Network
	if zone == manifest.ChainID {
		return nil, fmt.Errorf("%s: expected a node of another zone, got one of %s itself", url, zone)
	}
	codecs := encoding.Make()
	ibctypes.RegisterInterfaces(codecs.InterfaceRegistry)
	ibctm.RegisterInterfaces(codecs.InterfaceRegistry)
	asked := clienttypes.NewQueryClient(client.Context{}.WithClient(node).WithCodec(codecs.Codec).WithInterfaceRegistry(codecs.InterfaceRegistry))
	clients, err := clientsOf(ctx, asked, manifest.ChainID)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	if len(clients) == 0 {
		return nil, fmt.Errorf("%s: expected a light client of %s on %s, got none: this zone is not linked with that one", url, manifest.ChainID, zone)
	}
	u, err := open(home, manifest)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, u.close()) }()
	for _, one := range clients {
		if err := u.compareClient(ctx, asked, zone, one); err != nil {
			return nil, err
		}
		findings = append(findings, Finding{"counterparty", fmt.Sprintf("%s on %s is at block %d, which is here with the same application hash", one.id, zone, one.height)})
	}
	return findings, nil
}

// lightClient is one of another zone's clients of this zone.
type lightClient struct {
	id       string
	revision uint64
	height   int64
}

func clientsOf(ctx context.Context, asked clienttypes.QueryClient, chainID string) ([]lightClient, error) {
	var clients []lightClient
	page := &query.PageRequest{Limit: clientsPerPage}
	for {
		answer, err := asked.ClientStates(ctx, &clienttypes.QueryClientStatesRequest{Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, identified := range answer.ClientStates {
			state, ok := identified.ClientState.GetCachedValue().(*ibctm.ClientState)
			if !ok || state.ChainId != chainID {
				continue
			}
			height := state.LatestHeight
			clients = append(clients, lightClient{identified.ClientId, height.RevisionNumber, int64(height.RevisionHeight)}) // #nosec G115 -- a block's height
		}
		if answer.Pagination == nil || len(answer.Pagination.NextKey) == 0 {
			return clients, nil
		}
		page = &query.PageRequest{Key: answer.Pagination.NextKey, Limit: clientsPerPage}
	}
}

func (u *unpacked) compareClient(ctx context.Context, asked clienttypes.QueryClient, zone string, one lightClient) error {
	if one.height > u.manifest.LastBlock {
		return fmt.Errorf("expected %s on %s at a block that the backup has, %d to %d, got it at %d: restore from a node that has this block; "+
			"if there is none, this zone must not go on under its chain id, and is wound up", one.id, zone, u.manifest.FirstBlock, u.manifest.LastBlock, one.height)
	}
	meta := u.blocks.LoadBlockMeta(one.height)
	if meta == nil {
		return fmt.Errorf("expected %s on %s at one of the blocks %d to %d, got it at %d: update the client first, or take a backup that reaches back so far",
			one.id, zone, u.manifest.FirstBlock, u.manifest.LastBlock, one.height)
	}
	answer, err := asked.ConsensusState(ctx, &clienttypes.QueryConsensusStateRequest{
		ClientId: one.id, RevisionNumber: one.revision, RevisionHeight: uint64(one.height), // #nosec G115 -- came as one
	})
	if err != nil {
		return fmt.Errorf("%s on %s at %d: %w", one.id, zone, one.height, err)
	}
	state, ok := answer.ConsensusState.GetCachedValue().(*ibctm.ConsensusState)
	if !ok {
		return fmt.Errorf("%s on %s: expected a state of a 07-tendermint client, got %s", one.id, zone, answer.ConsensusState.TypeUrl)
	}
	header := meta.Header
	if !bytes.Equal(state.Root.Hash, header.AppHash) || !bytes.Equal(state.NextValidatorsHash, header.NextValidatorsHash) || !state.Timestamp.Equal(header.Time) {
		return fmt.Errorf("expected block %d as %s on %s knows it, application hash %X, got another one in the backup, %s: this is another history of %s",
			one.height, one.id, zone, state.Root.Hash, header.AppHash, u.manifest.ChainID)
	}
	return nil
}

func dial(url string) (*rpchttp.HTTP, error) {
	node, err := client.NewClientFromNode(url)
	if err != nil {
		return nil, fmt.Errorf("expected an RPC address such as https://node:26657, got %q: %w", url, err)
	}
	return node, nil
}
