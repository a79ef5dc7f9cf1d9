package zones

import (
	"slices"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Decide has every organization with a vote agree to messages of the zone's authority, and returns what became of the proposal.
func (z *Zone) Decide(title string, messages ...sdk.Msg) membershiptypes.Proposal {
	z.t.Helper()
	packed := make([]*codectypes.Any, len(messages))
	for i, message := range messages {
		var err error
		packed[i], err = codectypes.NewAnyWithValue(message)
		require.NoError(z.t, err)
	}
	var voters []string
	kinds := []membershiptypes.OrganizationKind{
		membershiptypes.OrganizationKindBank, membershiptypes.OrganizationKindBusiness, membershiptypes.OrganizationKindSettlementAgent,
	}
	require.NoError(z.t, z.App.Membership.IterateOrganizations(z.Ctx(), func(organization membershiptypes.Organization) (bool, error) {
		if slices.Contains(kinds, organization.Kind) && organization.Status == membershiptypes.OrganizationStatusActive {
			voters = append(voters, organization.Id)
		}
		return false, nil
	}))
	key := func(organization string) cryptotypes.PrivKey {
		return z.keys.Operator(organization, membershiptypes.RoleRepresentative).PrivKey()
	}
	address := func(organization string) string {
		return z.keys.Operator(organization, membershiptypes.RoleRepresentative).String()
	}
	result := z.MustSend(key(voters[0]), &membershiptypes.MsgSubmitProposal{Proposer: address(voters[0]), Title: title, Messages: packed})
	var data sdk.TxMsgData
	require.NoError(z.t, data.Unmarshal(result.Data))
	var submitted membershiptypes.MsgSubmitProposalResponse
	require.NoError(z.t, submitted.Unmarshal(data.MsgResponses[0].Value))
	for _, voter := range voters[1:] {
		proposal, err := z.App.Membership.GetProposal(z.Ctx(), submitted.Id)
		require.NoError(z.t, err)
		if proposal.Status != membershiptypes.ProposalStatusVoting {
			break
		}
		z.MustSend(key(voter), &membershiptypes.MsgCastVote{Voter: address(voter), Proposal: submitted.Id, Option: membershiptypes.VoteOptionYes})
	}
	proposal, err := z.App.Membership.GetProposal(z.Ctx(), submitted.Id)
	require.NoError(z.t, err)
	return proposal
}
