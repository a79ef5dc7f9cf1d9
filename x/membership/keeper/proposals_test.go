package keeper_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cosmos/cosmos-sdk/baseapp"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
)

// voters are the organizations with a vote in assembly: five, each with a representative.
var voters = []string{"bank-a", "bank-b", "bank-c", "bank-d", "bank-e"}

func representative(organization string) string {
	return keepertest.Address(organization + " representative").String()
}

// assembly is a membership whose proposals can send messages of this module and of x/bank.
type assembly struct {
	*suite
	msgs types.MsgServer
}

func newAssembly(t testing.TB) *assembly {
	t.Helper()
	s := newSuite(t)
	router := baseapp.NewMsgServiceRouter()
	router.SetInterfaceRegistry(s.InterfaceRegistry)
	types.RegisterInterfaces(s.InterfaceRegistry)
	msgs := keeper.NewMsgServer(s.keeper)
	types.RegisterMsgServer(router, msgs)
	banktypes.RegisterMsgServer(router, bankkeeper.NewMsgServerImpl(s.Bank.BaseKeeper))
	s.keeper.SetRouter(router)
	gs := types.GenesisState{
		Params: types.DefaultParams(), NextProposalId: 1,
		Validators: []types.Validator{{Organization: "bank-a", ConsensusKey: key(1), Power: 1}},
	}
	add := func(id string, kind types.OrganizationKind) {
		gs.Organizations = append(gs.Organizations, types.Organization{Id: id, Name: id, Kind: kind, Status: types.OrganizationStatusActive})
		gs.Operators = append(gs.Operators, types.Operator{
			Address: representative(id), Organization: id, Roles: []types.Role{types.RoleRepresentative},
		})
	}
	add("auditor", types.OrganizationKindAuditor)
	for _, id := range voters {
		add(id, types.OrganizationKindBank)
	}
	sortOperators(gs.Operators)
	_, err := s.keeper.InitGenesis(s.Ctx, gs)
	require.NoError(t, err)
	return &assembly{suite: s, msgs: msgs}
}

func pack(t require.TestingT, msgs ...sdk.Msg) []*codectypes.Any {
	packed := make([]*codectypes.Any, len(msgs))
	for i, msg := range msgs {
		var err error
		packed[i], err = codectypes.NewAnyWithValue(msg)
		require.NoError(t, err)
	}
	return packed
}

func (a *assembly) submit(t require.TestingT, organization string, msgs ...sdk.Msg) uint64 {
	answer, err := a.msgs.SubmitProposal(a.Ctx, &types.MsgSubmitProposal{
		Proposer: representative(organization), Title: "Title", Summary: "Why", Messages: pack(t, msgs...),
	})
	require.NoError(t, err)
	return answer.Id
}

func (a *assembly) vote(organization string, proposal uint64, option types.VoteOption) (types.ProposalStatus, error) {
	answer, err := a.msgs.CastVote(a.Ctx, &types.MsgCastVote{Voter: representative(organization), Proposal: proposal, Option: option})
	if err != nil {
		return 0, err
	}
	return answer.Status, nil
}

// sendDisabled is an ordinary decision: more than a half has to agree.
func (a *assembly) sendDisabled(denom string) sdk.Msg {
	return &banktypes.MsgSetSendEnabled{
		Authority: a.keeper.Authority(), SendEnabled: []*banktypes.SendEnabled{{Denom: denom, Enabled: false}},
	}
}

func TestMembersDecide(t *testing.T) {
	a := newAssembly(t)
	id := a.submit(t, "bank-a", a.sendDisabled("points"))
	keepertest.RequireEvent(t, a.Ctx, &types.EventProposalSubmitted{
		Id: id, Organization: "bank-a", Proposer: representative("bank-a"), Title: "Title",
	})
	status, err := a.vote("bank-b", id, types.VoteOptionYes)
	require.NoError(t, err)
	require.Equal(t, types.ProposalStatusVoting, status, "two of five are no majority")
	require.True(t, a.Bank.IsSendEnabledDenom(a.Ctx, "points"))

	a.NextBlock(time.Hour)
	status, err = a.vote("bank-c", id, types.VoteOptionYes)
	require.NoError(t, err)
	require.Equal(t, types.ProposalStatusPassed, status)
	require.False(t, a.Bank.IsSendEnabledDenom(a.Ctx, "points"))
	keepertest.RequireEvent(t, a.Ctx, &types.EventVoteCast{
		Proposal: id, Organization: "bank-c", Option: types.VoteOptionYes, Voter: representative("bank-c"),
	})
	keepertest.RequireEvent(t, a.Ctx, &types.EventProposalDecided{
		Id: id, Status: types.ProposalStatusPassed, Tally: types.Tally{Yes: 3, Voters: 5},
	})
	proposal, err := a.keeper.GetProposal(a.Ctx, id)
	require.NoError(t, err)
	require.Equal(t, a.Ctx.BlockTime(), *proposal.DecidedAt)
	_, err = a.vote("bank-d", id, types.VoteOptionYes)
	require.ErrorIs(t, err, types.ErrProposalDecided)
}

func TestWhatChangesTheRulesNeedsTwoThirds(t *testing.T) {
	a := newAssembly(t)
	params := types.DefaultParams()
	params.VotingPeriod = time.Hour
	id := a.submit(t, "bank-a", a.sendDisabled("points"), &types.MsgUpdateParams{Authority: a.keeper.Authority(), Params: params})
	for _, organization := range []string{"bank-b", "bank-c"} {
		status, err := a.vote(organization, id, types.VoteOptionYes)
		require.NoError(t, err)
		require.Equal(t, types.ProposalStatusVoting, status, "three of five are not more than two thirds")
	}
	status, err := a.vote("bank-d", id, types.VoteOptionYes)
	require.NoError(t, err)
	require.Equal(t, types.ProposalStatusPassed, status)
	keepertest.RequireEvent(t, a.Ctx, &types.EventParamsUpdated{OldParams: types.DefaultParams(), NewParams: params})
	exported, err := a.keeper.ExportGenesis(a.Ctx)
	require.NoError(t, err)
	require.Equal(t, params, exported.Params)
}

// A message that its module refuses undoes those before it, and fails the proposal, not the vote.
func TestAllMessagesOrNone(t *testing.T) {
	a := newAssembly(t)
	bad := types.DefaultParams()
	bad.HistoricalEntries = 0
	id := a.submit(t, "bank-a", a.sendDisabled("points"), &types.MsgUpdateParams{Authority: a.keeper.Authority(), Params: bad})
	for _, organization := range []string{"bank-b", "bank-c"} {
		_, err := a.vote(organization, id, types.VoteOptionYes)
		require.NoError(t, err)
	}
	status, err := a.vote("bank-d", id, types.VoteOptionYes)
	require.NoError(t, err)
	require.Equal(t, types.ProposalStatusFailed, status)
	require.True(t, a.Bank.IsSendEnabledDenom(a.Ctx, "points"))
	keepertest.RequireEvent(t, a.Ctx, &types.EventProposalDecided{
		Id: id, Status: types.ProposalStatusFailed, Tally: types.Tally{Yes: 4, Voters: 5},
		Failure: &types.Failure{Message: 1, Codespace: types.ModuleName, Code: types.ErrInvalidParams.ABCICode()},
	})
}

func TestRejectedOnceOutOfReach(t *testing.T) {
	a := newAssembly(t)
	id := a.submit(t, "bank-a", a.sendDisabled("points"))
	for i, organization := range []string{"bank-b", "bank-c"} {
		status, err := a.vote(organization, id, types.VoteOptionNo)
		require.NoError(t, err)
		require.Equal(t, types.ProposalStatusVoting, status, "vote %d", i)
	}
	_, err := a.vote("bank-b", id, types.VoteOptionYes)
	require.NoError(t, err, "an organization may change its mind")
	_, err = a.vote("bank-b", id, types.VoteOptionNo)
	require.NoError(t, err)
	status, err := a.vote("bank-a", id, types.VoteOptionNo)
	require.NoError(t, err)
	require.Equal(t, types.ProposalStatusRejected, status)
}

func TestWithdrawAndExpire(t *testing.T) {
	a := newAssembly(t)
	first, second := a.submit(t, "bank-a", a.sendDisabled("points")), a.submit(t, "bank-a", a.sendDisabled("yen"))
	withdraw := func(organization string, id uint64) error {
		_, err := a.msgs.WithdrawProposal(a.Ctx, &types.MsgWithdrawProposal{Proposer: representative(organization), Proposal: id})
		return err
	}
	require.ErrorIs(t, withdraw("bank-b", first), types.ErrNotProposer)
	require.ErrorIs(t, withdraw("auditor", first), types.ErrNoVote)
	require.NoError(t, withdraw("bank-a", first))
	require.ErrorIs(t, withdraw("bank-a", first), types.ErrProposalDecided)
	require.ErrorIs(t, withdraw("bank-a", 99), types.ErrProposalNotFound)

	a.NextBlock(types.DefaultVotingPeriod - 1)
	require.NoError(t, a.keeper.BeginBlock(a.Ctx))
	_, err := a.vote("bank-b", second, types.VoteOptionYes)
	require.NoError(t, err)
	a.NextBlock(1)
	_, err = a.vote("bank-c", second, types.VoteOptionYes)
	require.ErrorIs(t, err, types.ErrProposalDecided, "also before the sweep")
	require.NoError(t, a.keeper.BeginBlock(a.Ctx))
	keepertest.RequireEvent(t, a.Ctx, &types.EventProposalDecided{
		Id: second, Status: types.ProposalStatusExpired, Tally: types.Tally{Yes: 2, Voters: 5},
	})
	require.True(t, a.Bank.IsSendEnabledDenom(a.Ctx, "yen"))
}

// However many proposals end at once, a block sweeps a bounded number of them.
func TestExpiryIsBounded(t *testing.T) {
	a := newAssembly(t)
	const extra = 7
	for range types.MaxExpiredProposalsPerBlock + extra {
		a.submit(t, "bank-a", a.sendDisabled("points"))
	}
	open := func() int {
		answer, err := keeper.NewQueryServer(a.keeper).Proposals(a.Ctx, &types.QueryProposalsRequest{Status: types.ProposalStatusVoting})
		require.NoError(t, err)
		return len(answer.Proposals)
	}
	for _, left := range []int{extra, 0} {
		a.NextBlock(types.DefaultVotingPeriod)
		require.NoError(t, a.keeper.BeginBlock(a.Ctx))
		require.Equal(t, left, open())
	}
}

func TestProposalsRefused(t *testing.T) {
	a := newAssembly(t)
	fine := pack(t, a.sendDisabled("points"))
	pay := banktypes.NewMsgSend(authtypes.NewModuleAddress("x"), authtypes.NewModuleAddress("y"), sdk.NewCoins(sdk.NewInt64Coin("xxx", 1)))
	for name, tc := range map[string]struct {
		msg  types.MsgSubmitProposal
		want error
	}{
		"stranger":      {types.MsgSubmitProposal{Proposer: keepertest.Address("x").String(), Title: "T", Messages: fine}, types.ErrNotOperator},
		"auditor":       {types.MsgSubmitProposal{Proposer: representative("auditor"), Title: "T", Messages: fine}, types.ErrNoVote},
		"no title":      {types.MsgSubmitProposal{Proposer: representative("bank-a"), Messages: fine}, types.ErrInvalidProposal},
		"no messages":   {types.MsgSubmitProposal{Proposer: representative("bank-a"), Title: "T"}, types.ErrInvalidProposal},
		"other signer":  {types.MsgSubmitProposal{Proposer: representative("bank-a"), Title: "T", Messages: pack(t, pay)}, types.ErrInvalidProposal},
		"unhandled":     {types.MsgSubmitProposal{Proposer: representative("bank-a"), Title: "T", Messages: pack(t, &authtypes.MsgUpdateParams{Authority: a.keeper.Authority()})}, types.ErrInvalidProposal},
		"not a message": {types.MsgSubmitProposal{Proposer: representative("bank-a"), Title: "T", Messages: []*codectypes.Any{{TypeUrl: "/x"}}}, types.ErrInvalidProposal},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := a.msgs.SubmitProposal(a.Ctx, &tc.msg)
			require.ErrorIs(t, err, tc.want)
		})
	}
	id := a.submit(t, "bank-a", a.sendDisabled("points"))
	require.Equal(t, uint64(1), id, "a refused proposal takes no id")
	_, err := a.vote("bank-b", id, types.VoteOptionUnspecified)
	require.ErrorIs(t, err, types.ErrInvalidVote)
	_, err = a.vote("bank-b", 99, types.VoteOptionYes)
	require.ErrorIs(t, err, types.ErrProposalNotFound)
	_, err = a.msgs.UpdateParams(a.Ctx, &types.MsgUpdateParams{Authority: representative("bank-a"), Params: types.DefaultParams()})
	require.ErrorIs(t, err, types.ErrNotAuthority)
	require.Panics(t, func() { a.keeper.SetRouter(nil) })
}

func TestProposalQueries(t *testing.T) {
	a := newAssembly(t)
	queries := keeper.NewQueryServer(a.keeper)
	first := a.submit(t, "bank-b", a.sendDisabled("points"))
	a.submit(t, "bank-a", a.sendDisabled("yen"))
	_, err := a.vote("bank-a", first, types.VoteOptionNo)
	require.NoError(t, err)
	answer, err := queries.Proposal(a.Ctx, &types.QueryProposalRequest{Id: first})
	require.NoError(t, err)
	require.Equal(t, types.Tally{Yes: 1, No: 1, Voters: 5}, answer.Proposal.Tally)
	_, err = queries.Proposal(a.Ctx, &types.QueryProposalRequest{Id: 9})
	require.ErrorIs(t, err, types.ErrProposalNotFound)
	votes, err := queries.Votes(a.Ctx, &types.QueryVotesRequest{Proposal: first})
	require.NoError(t, err)
	require.Len(t, votes.Votes, 2)
	require.Equal(t, "bank-a", votes.Votes[0].Organization)
	_, err = queries.Votes(a.Ctx, &types.QueryVotesRequest{Proposal: 9})
	require.ErrorIs(t, err, types.ErrProposalNotFound)
	all, err := queries.Proposals(a.Ctx, &types.QueryProposalsRequest{})
	require.NoError(t, err)
	require.Len(t, all.Proposals, 2)

	exported, err := a.keeper.ExportGenesis(a.Ctx)
	require.NoError(t, err)
	raw := a.Codec.MustMarshalJSON(exported)
	var decoded types.GenesisState
	require.NoError(t, a.Codec.UnmarshalJSON(raw, &decoded))
	again := newSuite(t)
	types.RegisterInterfaces(again.InterfaceRegistry)
	_, err = again.keeper.InitGenesis(again.Ctx, decoded)
	require.NoError(t, err)
	second, err := again.keeper.ExportGenesis(again.Ctx)
	require.NoError(t, err)
	require.Equal(t, string(raw), string(again.Codec.MustMarshalJSON(second)))
}

// Whoever votes what, and however often: a proposal passes exactly when more than its share of the members says yes at
// that moment, is rejected exactly when that can no longer be, and never leaves a final status.
func TestVotesAreCountedExactly(t *testing.T) {
	a := newAssembly(t)
	start := a.Ctx
	rapid.Check(t, func(rt *rapid.T) {
		a.Ctx, _ = start.CacheContext()
		id := a.submit(rt, "bank-a", a.sendDisabled("points"))
		said := map[string]types.VoteOption{"bank-a": types.VoteOptionYes}
		want := types.ProposalStatusVoting
		for range rapid.IntRange(1, 12).Draw(rt, "votes") {
			organization := rapid.SampledFrom(voters).Draw(rt, "organization")
			option := rapid.SampledFrom([]types.VoteOption{types.VoteOptionYes, types.VoteOptionNo}).Draw(rt, "option")
			got, err := a.vote(organization, id, option)
			if want != types.ProposalStatusVoting {
				require.ErrorIs(rt, err, types.ErrProposalDecided)
				continue
			}
			require.NoError(rt, err)
			said[organization] = option
			yes, no := 0, 0
			for _, option := range said {
				if option == types.VoteOptionYes {
					yes++
				} else {
					no++
				}
			}
			switch {
			case yes >= 3:
				want = types.ProposalStatusPassed
			case no >= 3:
				want = types.ProposalStatusRejected
			}
			require.Equal(rt, want, got)
		}
	})
}

func sortOperators(operators []types.Operator) {
	slices.SortFunc(operators, func(a, b types.Operator) int {
		return bytes.Compare(sdk.MustAccAddressFromBech32(a.Address), sdk.MustAccAddressFromBech32(b.Address))
	})
}
