package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

type msgServer struct {
	keeper *Keeper
}

// NewMsgServer returns the messages with which the members decide.
func NewMsgServer(keeper *Keeper) types.MsgServer {
	return msgServer{keeper: keeper}
}

// SubmitProposal puts messages to the vote, with the proposer's own yes.
func (s msgServer) SubmitProposal(ctx context.Context, msg *types.MsgSubmitProposal) (*types.MsgSubmitProposalResponse, error) {
	organization, err := s.voter(ctx, msg.Proposer, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateProposalText(msg.Title, msg.Summary); err != nil {
		return nil, err
	}
	urls, err := s.keeper.checkMessages(msg.Messages)
	if err != nil {
		return nil, err
	}
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	id, err := s.keeper.nextProposalID.Next(ctx)
	if err != nil {
		return nil, err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	proposal := types.Proposal{
		Id: id, Organization: organization.Id, Proposer: msg.Proposer, Title: msg.Title, Summary: msg.Summary,
		Messages: msg.Messages, Status: types.ProposalStatusVoting, Threshold: params.ThresholdOf(urls),
		SubmittedAt: now, ExpiresAt: now.Add(params.VotingPeriod),
	}
	if err := s.keeper.addProposal(ctx, proposal); err != nil {
		return nil, err
	}
	err = event.Emit(ctx, &types.EventProposalSubmitted{
		Id: id, Organization: organization.Id, Proposer: msg.Proposer, Title: msg.Title,
	})
	if err != nil {
		return nil, err
	}
	status, err := s.keeper.vote(ctx, proposal, organization.Id, msg.Proposer, types.VoteOptionYes)
	if err != nil {
		return nil, err
	}
	return &types.MsgSubmitProposalResponse{Id: id, Status: status}, nil
}

// CastVote records the vote of the voter's organization.
func (s msgServer) CastVote(ctx context.Context, msg *types.MsgCastVote) (*types.MsgCastVoteResponse, error) {
	organization, err := s.voter(ctx, msg.Voter, msg)
	if err != nil {
		return nil, err
	}
	if err := msg.Option.Validate(); err != nil {
		return nil, err
	}
	proposal, err := s.keeper.openProposal(ctx, msg.Proposal)
	if err != nil {
		return nil, err
	}
	status, err := s.keeper.vote(ctx, proposal, organization.Id, msg.Voter, msg.Option)
	if err != nil {
		return nil, err
	}
	return &types.MsgCastVoteResponse{Status: status}, nil
}

// WithdrawProposal takes back an open proposal of the operator's organization.
func (s msgServer) WithdrawProposal(ctx context.Context, msg *types.MsgWithdrawProposal) (*types.MsgWithdrawProposalResponse, error) {
	organization, err := s.voter(ctx, msg.Proposer, msg)
	if err != nil {
		return nil, err
	}
	proposal, err := s.keeper.openProposal(ctx, msg.Proposal)
	if err != nil {
		return nil, err
	}
	if proposal.Organization != organization.Id {
		return nil, types.ErrNotProposer.Wrapf("expected a proposal of %s, got %d of %s: vote no instead",
			organization.Id, proposal.Id, proposal.Organization)
	}
	if err := s.keeper.close(ctx, proposal, types.ProposalStatusWithdrawn, nil); err != nil {
		return nil, err
	}
	return &types.MsgWithdrawProposalResponse{}, nil
}

// UpdateParams replaces the parameters. Proposals in the vote keep the share that they were submitted with.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if err := s.keeper.RequireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	previous, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	err = event.Emit(ctx, &types.EventParamsUpdated{OldParams: previous, NewParams: msg.Params})
	if err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, nil
}

// voter returns the organization for which a representative acts, if it votes.
func (s msgServer) voter(ctx context.Context, signer string, msg sdk.Msg) (types.Organization, error) {
	organization, err := s.keeper.Authorize(ctx, signer, msg)
	if err != nil {
		return types.Organization{}, err
	}
	return organization, s.keeper.requireVoter(ctx, organization)
}
