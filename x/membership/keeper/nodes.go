package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

// IsNodeAdmitted says whether a node may connect to the zone's network: an active organization has registered its id. The nodes
// of one that is suspended or removed stay until consensus has done without its votes; without a third of the power, cut off
// before that, there would be no next block, and no change of validators.
func (k *Keeper) IsNodeAdmitted(ctx context.Context, id string) (bool, error) {
	node, err := k.nodes.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	organization, err := k.GetOrganization(ctx, node.Organization)
	if err != nil || organization.IsActive() {
		return err == nil, err
	}
	return k.votesNext(ctx, organization.Id)
}

// votesNext says whether consensus counts an organization's votes on the next block. What EndBlock tells takes effect on
// the block after that.
func (k *Keeper) votesNext(ctx context.Context, organization string) (bool, error) {
	last, err := k.lastVotes.Has(ctx, organization)
	if err != nil || last {
		return last, err
	}
	found := false
	err = k.consensusValidators.Walk(ctx, nil, func(_ []byte, validator types.Validator) (bool, error) {
		found = validator.Organization == organization
		return found, nil
	})
	return found, err
}

// partNodes dismisses the nodes of removed organizations of which consensus now counts no vote any more.
func (k *Keeper) partNodes(ctx context.Context) error {
	iterator, err := k.lastVotes.Iterate(ctx, nil)
	if err != nil {
		return err
	}
	parting, err := iterator.Keys()
	if err != nil {
		return err
	}
	for _, id := range parting {
		if err := k.lastVotes.Remove(ctx, id); err != nil {
			return err
		}
		organization, err := k.GetOrganization(ctx, id)
		if err != nil {
			return err
		}
		if organization.Status != types.OrganizationStatusRemoved {
			continue
		}
		if err := k.dismissAll(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// dismissAll dismisses the nodes of a removed organization, unless consensus still counts its votes.
func (k *Keeper) dismissAll(ctx context.Context, organization string) error {
	needed, err := k.votesNext(ctx, organization)
	if err != nil || needed {
		return err
	}
	nodes, err := k.nodesOf(ctx, organization)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		if err := k.dismiss(ctx, node); err != nil {
			return err
		}
	}
	return nil
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
	return event.Emit(ctx, &types.EventNodeAdmitted{
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
	return event.Emit(ctx, &types.EventNodeDismissed{
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
