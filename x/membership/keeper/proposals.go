package keeper

import (
	"context"
	"errors"
	"math"

	"cosmossdk.io/collections"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

// GetProposal returns the proposal with an id, or ErrProposalNotFound.
func (k *Keeper) GetProposal(ctx context.Context, id uint64) (types.Proposal, error) {
	proposal, err := k.proposals.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Proposal{}, types.ErrProposalNotFound.Wrapf("expected the id of a proposal, got %d: list the proposals for theirs", id)
	}
	return proposal, err
}

// openProposal returns a proposal on which members can still vote.
func (k *Keeper) openProposal(ctx context.Context, id uint64) (types.Proposal, error) {
	proposal, err := k.GetProposal(ctx, id)
	if err != nil {
		return types.Proposal{}, err
	}
	if !proposal.IsVoting() {
		return types.Proposal{}, types.ErrProposalDecided.Wrapf("expected proposal %d in the vote, got %s: submit a new one", id, proposal.Status)
	}
	// Expiry is swept once per block and in bounded work, so that it may come after its time.
	if now := sdk.UnwrapSDKContext(ctx).BlockTime(); !now.Before(proposal.ExpiresAt) {
		return types.Proposal{}, types.ErrProposalDecided.Wrapf("expected proposal %d to be voted on before %s, got %s: submit a new one",
			id, proposal.ExpiresAt, now)
	}
	return proposal, nil
}

// requireVoter returns ErrNoVote for an organization of a kind that does not vote.
func (k *Keeper) requireVoter(ctx context.Context, organization types.Organization) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if !params.Votes(organization) {
		return types.ErrNoVote.Wrapf("expected a kind of organization that votes, got %s, a %s: query membership params for them",
			organization.Id, organization.Kind.Word())
	}
	return nil
}

// checkMessages checks that the authority alone can send each message, and returns their type URLs.
func (k *Keeper) checkMessages(packed []*codectypes.Any) ([]string, error) {
	if err := types.ValidateProposalMessages(packed); err != nil {
		return nil, err
	}
	msgs, err := types.Proposal{Messages: packed}.Msgs()
	if err != nil {
		return nil, err
	}
	urls := make([]string, len(msgs))
	for i, msg := range msgs {
		urls[i] = sdk.MsgTypeURL(msg)
		if k.router == nil || k.router.Handler(msg) == nil {
			return nil, types.ErrInvalidProposal.Wrapf("message %d: expected a message that this zone handles, got %s", i, urls[i])
		}
		if err := k.checkSigner(i, msg); err != nil {
			return nil, err
		}
		if checked, ok := msg.(sdk.HasValidateBasic); ok {
			if err := checked.ValidateBasic(); err != nil {
				return nil, types.ErrInvalidProposal.Wrapf("message %d: %s: %s", i, urls[i], err)
			}
		}
	}
	return urls, nil
}

func (k *Keeper) checkSigner(i int, msg sdk.Msg) error {
	signers, _, err := k.cdc.GetMsgV1Signers(msg)
	if err != nil {
		return types.ErrInvalidProposal.Wrapf("message %d: signers of %s: %s", i, sdk.MsgTypeURL(msg), err)
	}
	for _, signer := range signers {
		address, err := k.addressCodec.BytesToString(signer)
		if err != nil {
			return types.ErrInvalidProposal.Wrapf("message %d: %s", i, err)
		}
		if address != k.authority {
			return types.ErrInvalidProposal.Wrapf("message %d: %s: expected the authority %s as signer, got %s",
				i, sdk.MsgTypeURL(msg), k.authority, address)
		}
	}
	if len(signers) != 1 {
		return types.ErrInvalidProposal.Wrapf("message %d: %s: expected the authority as only signer, got %d signers",
			i, sdk.MsgTypeURL(msg), len(signers))
	}
	return nil
}

// addProposal stores a new proposal in the vote.
func (k *Keeper) addProposal(ctx context.Context, proposal types.Proposal) error {
	if proposal.IsVoting() {
		if err := k.openProposals.Set(ctx, openKey(proposal)); err != nil {
			return err
		}
	}
	return k.proposals.Set(ctx, proposal.Id, proposal)
}

// close ends the vote on a proposal.
func (k *Keeper) close(ctx context.Context, proposal types.Proposal, status types.ProposalStatus, failure *types.Failure) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	proposal.Status, proposal.DecidedAt, proposal.Failure = status, &now, failure
	if err := k.openProposals.Remove(ctx, openKey(proposal)); err != nil {
		return err
	}
	if err := k.proposals.Set(ctx, proposal.Id, proposal); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventProposalDecided{
		Id: proposal.Id, Status: status, Tally: proposal.Tally, Failure: failure,
	})
}

// expireProposals ends the vote on proposals whose time is over, the oldest first and a bounded number per block.
func (k *Keeper) expireProposals(ctx context.Context) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime().UnixNano()
	due := new(collections.Range[collections.Pair[int64, uint64]]).EndInclusive(collections.Join(now, uint64(math.MaxUint64)))
	var ids []uint64
	err := k.openProposals.Walk(ctx, due, func(key collections.Pair[int64, uint64]) (bool, error) {
		ids = append(ids, key.K2())
		return len(ids) == types.MaxExpiredProposalsPerBlock, nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		proposal, err := k.GetProposal(ctx, id)
		if err != nil {
			return err
		}
		if err := k.close(ctx, proposal, types.ProposalStatusExpired, nil); err != nil {
			return err
		}
	}
	return nil
}

func openKey(proposal types.Proposal) collections.Pair[int64, uint64] {
	return collections.Join(proposal.ExpiresAt.UnixNano(), proposal.Id)
}
