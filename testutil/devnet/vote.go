package devnet

import (
	"context"
	"fmt"
	"slices"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Authority is the address that messages come from which the members vote for.
func Authority() string { return authtypes.NewModuleAddress(membershiptypes.ModuleName).String() }

// Decide has the members of a zone vote for messages of the [Authority], through the zone's first running node: the first
// organization that has a vote proposes, and the others agree in ascending order of id until the proposal is decided. Their
// representatives are those of [Keys.Operator]. It returns the transaction of the deciding vote; a proposal that does not pass is
// an error.
func (z *Zone) Decide(ctx context.Context, title string, messages ...sdk.Msg) (*sdk.TxResponse, error) {
	client, err := z.runningClient()
	if err != nil {
		return nil, err
	}
	voters, err := voters(ctx, client)
	if err != nil {
		return nil, err
	}
	packed := make([]*codectypes.Any, len(messages))
	for i, message := range messages {
		if packed[i], err = codectypes.NewAnyWithValue(message); err != nil {
			return nil, err
		}
	}
	representative := func(organization string) Key {
		return z.network.keys.Operator(organization, membershiptypes.RoleRepresentative)
	}
	proposer := representative(voters[0])
	response, err := client.Send(ctx, proposer, &membershiptypes.MsgSubmitProposal{
		Proposer: proposer.String(), Title: title, Messages: packed,
	})
	if err != nil {
		return nil, fmt.Errorf("propose %q: %w", title, err)
	}
	var submitted membershiptypes.MsgSubmitProposalResponse
	if err := DecodeResponse(response, &submitted); err != nil {
		return nil, err
	}
	for _, organization := range voters[1:] {
		status, err := proposalStatus(ctx, client, submitted.Id)
		if err != nil {
			return nil, err
		}
		if status != membershiptypes.ProposalStatusVoting {
			break
		}
		voter := representative(organization)
		response, err = client.Send(ctx, voter, &membershiptypes.MsgCastVote{
			Voter: voter.String(), Proposal: submitted.Id, Option: membershiptypes.VoteOptionYes,
		})
		if err != nil {
			return nil, fmt.Errorf("vote of %s for %q: %w", organization, title, err)
		}
	}
	answer, err := membershiptypes.NewQueryClient(client.GRPC()).Proposal(ctx, &membershiptypes.QueryProposalRequest{Id: submitted.Id})
	if err == nil && answer.Proposal.Status != membershiptypes.ProposalStatusPassed {
		err = fmt.Errorf("expected proposal %d, %q, to pass, got %s: %s", submitted.Id, title, answer.Proposal.Status, answer.Proposal.Failure)
	}
	return response, err
}

// runningClient speaks to the zone's first node that runs.
func (z *Zone) runningClient() (*Client, error) {
	for _, node := range z.Nodes() {
		if node.Endpoints().PID != 0 {
			return node.client, nil
		}
	}
	return nil, fmt.Errorf("expected a running node of zone %s, got none", z.id)
}

// voters lists the organizations that have a vote, in ascending order of id.
func voters(ctx context.Context, client *Client) ([]string, error) {
	queries := membershiptypes.NewQueryClient(client.GRPC())
	params, err := queries.Params(ctx, &membershiptypes.QueryParamsRequest{})
	if err != nil {
		return nil, err
	}
	organizations, err := queries.Organizations(ctx, &membershiptypes.QueryOrganizationsRequest{})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, organization := range organizations.Organizations {
		if organization.Status == membershiptypes.OrganizationStatusActive && slices.Contains(params.Params.VotingKinds, organization.Kind) {
			ids = append(ids, organization.Id)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("expected members with a vote, got none among %d organizations", len(organizations.Organizations))
	}
	return ids, nil
}

func proposalStatus(ctx context.Context, client *Client, id uint64) (membershiptypes.ProposalStatus, error) {
	answer, err := membershiptypes.NewQueryClient(client.GRPC()).Proposal(ctx, &membershiptypes.QueryProposalRequest{Id: id})
	if err != nil {
		return 0, err
	}
	return answer.Proposal.Status, nil
}
