package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

// vote records what an organization says to an open proposal, counts, and carries the proposal out or rejects it once
// that is certain. It returns the status that the proposal has then.
func (k *Keeper) vote(
	ctx context.Context, proposal types.Proposal, organization, voter string, option types.VoteOption,
) (types.ProposalStatus, error) {
	err := k.votes.Set(ctx, collections.Join(proposal.Id, organization), types.Vote{
		Proposal: proposal.Id, Organization: organization, Option: option, Voter: voter,
		CastAt: sdk.UnwrapSDKContext(ctx).BlockTime(),
	})
	if err != nil {
		return types.ProposalStatusUnspecified, err
	}
	err = event.Emit(ctx, &types.EventVoteCast{
		Proposal: proposal.Id, Organization: organization, Option: option, Voter: voter,
	})
	if err != nil {
		return types.ProposalStatusUnspecified, err
	}
	if proposal.Tally, err = k.count(ctx, proposal.Id); err != nil {
		return types.ProposalStatusUnspecified, err
	}
	status, failure := types.ProposalStatusVoting, (*types.Failure)(nil)
	switch {
	case proposal.Threshold.Reached(proposal.Tally):
		if status, failure, err = k.carryOut(ctx, proposal); err != nil {
			return types.ProposalStatusUnspecified, err
		}
	case proposal.Threshold.OutOfReach(proposal.Tally):
		status = types.ProposalStatusRejected
	}
	if status == types.ProposalStatusVoting {
		return status, k.proposals.Set(ctx, proposal.Id, proposal)
	}
	return status, k.close(ctx, proposal, status, failure)
}

// count counts the votes of the organizations that vote now: who joined or left meanwhile counts, or no more.
func (k *Keeper) count(ctx context.Context, proposal uint64) (types.Tally, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return types.Tally{}, err
	}
	var tally types.Tally
	err = k.organizations.Walk(ctx, nil, func(id string, organization types.Organization) (bool, error) {
		if !params.Votes(organization) {
			return false, nil
		}
		tally.Voters++
		vote, err := k.votes.Get(ctx, collections.Join(proposal, id))
		switch {
		case errors.Is(err, collections.ErrNotFound):
		case err != nil:
			return true, err
		case vote.Option == types.VoteOptionYes:
			tally.Yes++
		case vote.Option == types.VoteOptionNo:
			tally.No++
		}
		return false, nil
	})
	return tally, err
}

// carryOut sends the messages of a proposal with the members' authority, all or none. A refusal by a module fails the
// proposal and not the vote.
func (k *Keeper) carryOut(ctx context.Context, proposal types.Proposal) (types.ProposalStatus, *types.Failure, error) {
	msgs, err := proposal.Msgs()
	if err != nil {
		return types.ProposalStatusUnspecified, nil, err
	}
	cached, write := branch.Begin(ctx)
	for i, msg := range msgs {
		if err := k.send(sdk.UnwrapSDKContext(cached), msg); err != nil {
			codespace, code, _ := errorsmod.ABCIInfo(err, false)
			sdk.UnwrapSDKContext(ctx).Logger().Info("proposal failed", "proposal", proposal.Id, "message", i, "err", err)
			return types.ProposalStatusFailed, &types.Failure{Message: uint32(i), Codespace: codespace, Code: code}, nil
		}
	}
	write()
	return types.ProposalStatusPassed, nil, nil
}

func (k *Keeper) send(ctx sdk.Context, msg sdk.Msg) error {
	handler := k.router.Handler(msg)
	if handler == nil {
		return types.ErrInvalidProposal.Wrapf("expected a message that this zone handles, got %s", sdk.MsgTypeURL(msg))
	}
	result, err := handler(ctx, msg)
	if err != nil {
		return err
	}
	// A handler keeps its events in its result.
	ctx.EventManager().EmitEvents(result.GetEvents())
	return nil
}
