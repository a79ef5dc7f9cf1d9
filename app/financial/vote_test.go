package financial_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Four banks and the settlement agent vote: what the third of them agrees to happens in the real application, also when
// the message is another module's.
func TestMembersVote(t *testing.T) {
	n := zones.New(t, zones.Manifest(4))
	messages := make([]*codectypes.Any, 1)
	var err error
	messages[0], err = codectypes.NewAnyWithValue(&banktypes.MsgSetSendEnabled{
		Authority: n.Financial.App.Authority(), SendEnabled: []*banktypes.SendEnabled{{Denom: "points", Enabled: false}},
	})
	require.NoError(t, err)
	bank := func(id string) string { return n.Keys.Operator(id, membershiptypes.RoleRepresentative).String() }
	send := func(id string, msg sdk.Msg) {
		n.Financial.MustSend(n.Keys.Operator(id, membershiptypes.RoleRepresentative).PrivKey(), msg)
	}
	send("bank-a", &membershiptypes.MsgSubmitProposal{Proposer: bank("bank-a"), Title: "No points here", Messages: messages})
	send("bank-b", &membershiptypes.MsgCastVote{Voter: bank("bank-b"), Proposal: 1, Option: membershiptypes.VoteOptionYes})
	require.True(t, n.Financial.App.Bank.IsSendEnabledDenom(n.Financial.Ctx(), "points"))
	send("settlement-agent", &membershiptypes.MsgCastVote{Voter: bank("settlement-agent"), Proposal: 1, Option: membershiptypes.VoteOptionYes})
	require.False(t, n.Financial.App.Bank.IsSendEnabledDenom(n.Financial.Ctx(), "points"))

	exported := n.Financial.Export()
	again := n.Financial.Import(exported)
	require.Equal(t, string(exported.AppState), string(again.Export().AppState), "with a proposal and its messages")
}
