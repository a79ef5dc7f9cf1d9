package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/membership/types"
)

// IsNodeAdmitted says whether a node may connect to the zone's network: an active organization has registered its id.
func (k *Keeper) IsNodeAdmitted(ctx context.Context, id string) (bool, error) {
	node, err := k.nodes.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	organization, err := k.GetOrganization(ctx, node.Organization)
	return organization.IsActive(), err
}

// HasValidator says whether the members gave an ed25519 consensus key power.
func (k *Keeper) HasValidator(ctx context.Context, consensusKey []byte) (bool, error) {
	return k.validators.Has(ctx, consensusKey)
}

func (k *Keeper) admit(ctx context.Context, node types.Node) error {
	if err := node.Validate(); err != nil {
		return err
	}
	known, err := k.nodes.Get(ctx, node.Id)
	if err == nil && known.Organization != node.Organization {
		return types.ErrInvalidNode.Wrapf("expected a node of %s, got %s of %s: make a new node key", node.Organization, node.Id, known.Organization)
	}
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if err != nil {
		nodes, err := k.nodesOf(ctx, node.Organization)
		if err != nil {
			return err
		}
		if len(nodes) >= types.MaxNodesPerOrganization {
			return types.ErrTooMany.Wrapf("expected at most %d nodes of %s, got %s as one more: unregister one first",
				types.MaxNodesPerOrganization, node.Organization, node.Id)
		}
	}
	if err := k.nodes.Set(ctx, node.Id, node); err != nil {
		return err
	}
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventNodeAdmitted{
		Organization: node.Organization, NodeId: node.Id, Moniker: node.Moniker, Address: node.Address,
	})
}

// ownNode returns the node of an organization with an id, or ErrNodeNotFound.
func (k *Keeper) ownNode(ctx context.Context, organization, id string) (types.Node, error) {
	node, err := k.nodes.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) || (err == nil && node.Organization != organization) {
		return types.Node{}, types.ErrNodeNotFound.Wrapf("expected the id of a node of %s, got %q", organization, id)
	}
	return node, err
}

func (k *Keeper) dismiss(ctx context.Context, node types.Node) error {
	if err := k.nodes.Remove(ctx, node.Id); err != nil {
		return err
	}
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventNodeDismissed{
		Organization: node.Organization, NodeId: node.Id,
	})
}

// nodesOf lists an organization's nodes in ascending order of id.
func (k *Keeper) nodesOf(ctx context.Context, organization string) ([]types.Node, error) {
	iterator, err := k.nodes.Indexes.organization.MatchExact(ctx, organization)
	if err != nil {
		return nil, err
	}
	ids, err := iterator.PrimaryKeys()
	if err != nil {
		return nil, err
	}
	return collect(ids, func(id string) (types.Node, error) { return k.nodes.Get(ctx, id) })
}
