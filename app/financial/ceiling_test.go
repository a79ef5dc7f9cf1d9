package financial_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/zones"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// What the members vote bounds a bank's issues from then on. The devnet's bank-a owes its two customers 2,000,000.
func TestMembersSetCeiling(t *testing.T) {
	n := zones.New(t, zones.Manifest(1))
	maker, checker := n.Keys.Operator("bank-a", membershiptypes.RoleMaker), n.Keys.Operator("bank-a", membershiptypes.RoleChecker)
	message, err := codectypes.NewAnyWithValue(&deposittypes.MsgSetCeiling{
		Authority: n.Financial.App.Authority(), Bank: "bank-a", Amount: math.NewInt(2_000_500),
	})
	require.NoError(t, err)
	send := func(id string, msg sdk.Msg) {
		n.Financial.MustSend(n.Keys.Operator(id, membershiptypes.RoleRepresentative).PrivKey(), msg)
	}
	representative := func(id string) string { return n.Keys.Operator(id, membershiptypes.RoleRepresentative).String() }
	send("bank-a", &membershiptypes.MsgSubmitProposal{
		Proposer: representative("bank-a"), Title: "Ceiling of bank-a", Messages: []*codectypes.Any{message},
	})
	send("settlement-agent", &membershiptypes.MsgCastVote{
		Voter: representative("settlement-agent"), Proposal: 1, Option: membershiptypes.VoteOptionYes,
	})
	ceiling, err := n.Financial.Financial.Deposit.GetCeiling(n.Financial.Ctx(), "bank-a")
	require.NoError(t, err)
	require.EqualValues(t, 2_000_500, ceiling.Amount.Int64())

	n.Financial.MustSend(maker.PrivKey(), &deposittypes.MsgRequestIssue{
		Requester: maker.String(), Account: n.Keys.Account("bank-a", 0).String(), Amount: zones.Yen(501), Reference: "r1",
	})
	_, err = n.Financial.Send(checker.PrivKey(), &deposittypes.MsgApprove{Operator: checker.String(), Reference: "r1"})
	require.ErrorIs(t, err, deposittypes.ErrCeilingExceeded)
	part := zones.Yen(500)
	n.Financial.MustSend(checker.PrivKey(), &deposittypes.MsgApprove{
		Operator: checker.String(), Reference: "r1", Amount: &part, RejectCode: deposittypes.RejectCodeLimit, Reason: "ceiling",
	})
	n.RequireLaws()

	_, err = n.Financial.Send(maker.PrivKey(), &deposittypes.MsgRemoveCeiling{Authority: n.Financial.App.Authority(), Bank: "bank-a"})
	require.Error(t, err, "only by vote")
}
