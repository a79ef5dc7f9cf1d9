package types_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/membership/types"
)

func key(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

// validGenesis has two banks with two operators and two validators each in order, and one removed key.
func validGenesis() types.GenesisState {
	address.Configure()
	first, second := keepertest.Address("maker"), keepertest.Address("checker")
	if bytes.Compare(first, second) > 0 {
		first, second = second, first
	}
	return types.GenesisState{
		Params: types.DefaultParams(), NextProposalId: 3,
		Organizations: []types.Organization{
			{Id: "bank-a", Name: "Bank A", Kind: types.OrganizationKindBank, Status: types.OrganizationStatusActive},
			{Id: "bank-b", Name: "銀行乙", Kind: types.OrganizationKindBank, Status: types.OrganizationStatusActive},
		},
		Operators: []types.Operator{
			{Address: first.String(), Organization: "bank-a", Roles: []types.Role{types.RoleMaker, types.RoleNode}},
			{Address: second.String(), Organization: "bank-b", Roles: []types.Role{types.RoleChecker}},
		},
		Validators: []types.Validator{
			{Organization: "bank-a", ConsensusKey: key(1), Power: 10},
			{Organization: "bank-b", ConsensusKey: key(2), Power: 1},
		},
		RemovedValidators: []types.RemovedValidator{
			{Organization: "bank-a", ConsensusKey: key(3), AccountableUntil: time.Unix(100, 0).UTC()},
			{Organization: "bank-a", ConsensusKey: key(4), AccountableUntil: time.Unix(100, 0).UTC()},
		},
		Proposals: []types.Proposal{proposal(1), proposal(2)},
		Votes: []types.Vote{
			{Proposal: 1, Organization: "bank-a", Option: types.VoteOptionYes, Voter: first.String()},
			{Proposal: 1, Organization: "bank-b", Option: types.VoteOptionNo, Voter: first.String()},
			{Proposal: 2, Organization: "bank-a", Option: types.VoteOptionYes, Voter: first.String()},
		},
	}
}

func proposal(id uint64) types.Proposal {
	return types.Proposal{
		Id: id, Organization: "bank-a", Proposer: keepertest.Address("maker").String(), Title: "T",
		Messages: []*codectypes.Any{{TypeUrl: "/x"}}, Status: types.ProposalStatusVoting,
		Threshold:   types.Threshold{Numerator: 1, Denominator: 2},
		SubmittedAt: time.Unix(100, 0).UTC(), ExpiresAt: time.Unix(200, 0).UTC(),
	}
}

func TestGenesisValidate(t *testing.T) {
	require.NoError(t, validGenesis().Validate())
	require.ErrorIs(t, types.DefaultGenesis().Validate(), types.ErrInvalidGenesis)

	for name, tc := range map[string]struct {
		change func(gs *types.GenesisState)
		want   error
		text   string
	}{
		"unbonding time":     {func(gs *types.GenesisState) { gs.Params.UnbondingTime = time.Second - 1 }, types.ErrInvalidParams, "unbonding_time: expected 1s or more"},
		"no voting kinds":    {func(gs *types.GenesisState) { gs.Params.VotingKinds = nil }, types.ErrInvalidParams, "voting_kinds"},
		"voting kind":        {func(gs *types.GenesisState) { gs.Params.VotingKinds[0] = 0 }, types.ErrInvalidParams, "voting_kinds"},
		"voting kinds mixed": {func(gs *types.GenesisState) { slices.Reverse(gs.Params.VotingKinds) }, types.ErrInvalidParams, "voting_kinds"},
		"short vote":         {func(gs *types.GenesisState) { gs.Params.VotingPeriod = time.Second }, types.ErrInvalidParams, "voting_period"},
		"long vote":          {func(gs *types.GenesisState) { gs.Params.VotingPeriod = 366 * 24 * time.Hour }, types.ErrInvalidParams, "voting_period"},
		"default threshold":  {func(gs *types.GenesisState) { gs.Params.DefaultThreshold = types.Threshold{} }, types.ErrInvalidParams, "threshold"},
		"threshold below": {func(gs *types.GenesisState) {
			gs.Params.DefaultThreshold = types.Threshold{Numerator: 1, Denominator: 3}
		}, types.ErrInvalidParams, "got 1/3"},
		"threshold of all": {func(gs *types.GenesisState) {
			gs.Params.ThresholdRules[0].Threshold = types.Threshold{Numerator: 1, Denominator: 1}
		}, types.ErrInvalidParams, "got 1/1"},
		"rule without type": {func(gs *types.GenesisState) { gs.Params.ThresholdRules[0].MsgTypeUrl = "x" }, types.ErrInvalidParams, "threshold_rules"},
		"rules mixed":       {func(gs *types.GenesisState) { slices.Reverse(gs.Params.ThresholdRules) }, types.ErrInvalidParams, "threshold_rules"},

		"proposal 0":            {func(gs *types.GenesisState) { gs.Proposals[0].Id = 0 }, types.ErrInvalidProposal, "id 1 or more"},
		"proposals mixed":       {func(gs *types.GenesisState) { slices.Reverse(gs.Proposals) }, types.ErrInvalidGenesis, "got 1 after 2"},
		"next proposal":         {func(gs *types.GenesisState) { gs.NextProposalId = 2 }, types.ErrInvalidGenesis, "next_proposal_id"},
		"proposer":              {func(gs *types.GenesisState) { gs.Proposals[0].Proposer = "x" }, types.ErrInvalidProposal, "proposer"},
		"its organization":      {func(gs *types.GenesisState) { gs.Proposals[0].Organization = "X" }, types.ErrInvalidOrganization, "id:"},
		"title":                 {func(gs *types.GenesisState) { gs.Proposals[0].Title = "" }, types.ErrInvalidProposal, "title"},
		"summary":               {func(gs *types.GenesisState) { gs.Proposals[0].Summary = strings.Repeat("s", 4097) }, types.ErrInvalidProposal, "summary"},
		"no messages":           {func(gs *types.GenesisState) { gs.Proposals[0].Messages = nil }, types.ErrInvalidProposal, "expected 1 to 16, got 0"},
		"no message":            {func(gs *types.GenesisState) { gs.Proposals[0].Messages = []*codectypes.Any{nil} }, types.ErrInvalidProposal, "message 0"},
		"long message":          {func(gs *types.GenesisState) { gs.Proposals[0].Messages[0].Value = make([]byte, 64<<10+1) }, types.ErrInvalidProposal, "message 0"},
		"proposal's threshold":  {func(gs *types.GenesisState) { gs.Proposals[0].Threshold = types.Threshold{} }, types.ErrInvalidParams, "threshold"},
		"expired before":        {func(gs *types.GenesisState) { gs.Proposals[0].ExpiresAt = gs.Proposals[0].SubmittedAt }, types.ErrInvalidProposal, "expires_at"},
		"proposal status":       {func(gs *types.GenesisState) { gs.Proposals[0].Status = 0 }, types.ErrInvalidProposal, "expected a status"},
		"decided without time":  {func(gs *types.GenesisState) { gs.Proposals[0].Status = types.ProposalStatusPassed }, types.ErrInvalidProposal, "decided_at"},
		"failure of no failure": {func(gs *types.GenesisState) { gs.Proposals[0].Failure = &types.Failure{} }, types.ErrInvalidProposal, "failure"},
		"vote option":           {func(gs *types.GenesisState) { gs.Votes[0].Option = 0 }, types.ErrInvalidVote, "yes or no"},
		"voter":                 {func(gs *types.GenesisState) { gs.Votes[0].Voter = "x" }, types.ErrInvalidVote, "voter"},
		"voting organization":   {func(gs *types.GenesisState) { gs.Votes[0].Organization = "" }, types.ErrInvalidOrganization, "id:"},
		"vote on nothing":       {func(gs *types.GenesisState) { gs.Votes[2].Proposal = 9 }, types.ErrInvalidGenesis, "got 9"},
		"votes mixed":           {func(gs *types.GenesisState) { slices.Reverse(gs.Votes) }, types.ErrInvalidGenesis, "after 2 by bank-a"},

		"no headers": {func(gs *types.GenesisState) { gs.Params.HistoricalEntries = 0 }, types.ErrInvalidParams, "historical_entries"},

		"upper-case id":     {func(gs *types.GenesisState) { gs.Organizations[0].Id = "Bank-a" }, types.ErrInvalidOrganization, `got "Bank-a"`},
		"short id":          {func(gs *types.GenesisState) { gs.Organizations[0].Id = "b" }, types.ErrInvalidOrganization, "id:"},
		"long id":           {func(gs *types.GenesisState) { gs.Organizations[0].Id = strings.Repeat("a", 33) }, types.ErrInvalidOrganization, "id:"},
		"id with newline":   {func(gs *types.GenesisState) { gs.Organizations[0].Id = "bank-a\n" }, types.ErrInvalidOrganization, "id:"},
		"no name":           {func(gs *types.GenesisState) { gs.Organizations[0].Name = "" }, types.ErrInvalidOrganization, "name of bank-a"},
		"long name":         {func(gs *types.GenesisState) { gs.Organizations[0].Name = strings.Repeat("n", 129) }, types.ErrInvalidOrganization, "name of bank-a"},
		"name not UTF-8":    {func(gs *types.GenesisState) { gs.Organizations[0].Name = "\xff" }, types.ErrInvalidOrganization, "name of bank-a"},
		"no kind":           {func(gs *types.GenesisState) { gs.Organizations[0].Kind = 0 }, types.ErrInvalidOrganization, "kind of bank-a"},
		"unknown kind":      {func(gs *types.GenesisState) { gs.Organizations[0].Kind = 6 }, types.ErrInvalidOrganization, "kind of bank-a"},
		"repeated id":       {func(gs *types.GenesisState) { gs.Organizations[1].Id = "bank-a" }, types.ErrInvalidGenesis, "got bank-a after bank-a"},
		"organizations mix": {func(gs *types.GenesisState) { slices.Reverse(gs.Organizations) }, types.ErrInvalidGenesis, "got bank-a after bank-b"},

		"address":              {func(gs *types.GenesisState) { gs.Operators[0].Address = "nobody" }, types.ErrInvalidOperator, "expected bech32"},
		"upper-case address":   {func(gs *types.GenesisState) { gs.Operators[0].Address = strings.ToUpper(gs.Operators[0].Address) }, types.ErrInvalidOperator, "got AZU1"},
		"operator's bad id":    {func(gs *types.GenesisState) { gs.Operators[0].Organization = "" }, types.ErrInvalidOrganization, "id:"},
		"operator of nobody":   {func(gs *types.GenesisState) { gs.Operators[0].Organization = "bank-c" }, types.ErrInvalidGenesis, "got bank-c"},
		"no roles":             {func(gs *types.GenesisState) { gs.Operators[0].Roles = nil }, types.ErrInvalidOperator, "at least one"},
		"no role":              {func(gs *types.GenesisState) { gs.Operators[1].Roles[0] = 0 }, types.ErrInvalidOperator, "expected a role"},
		"unknown role":         {func(gs *types.GenesisState) { gs.Operators[1].Roles[0] = 9 }, types.ErrInvalidOperator, "expected a role"},
		"repeated role":        {func(gs *types.GenesisState) { gs.Operators[0].Roles[1] = types.RoleMaker }, types.ErrInvalidOperator, "ascending order"},
		"repeated operator":    {func(gs *types.GenesisState) { gs.Operators[1].Address = gs.Operators[0].Address }, types.ErrInvalidGenesis, "operators:"},
		"operators out of row": {func(gs *types.GenesisState) { slices.Reverse(gs.Operators) }, types.ErrInvalidGenesis, "operators:"},

		"no validators":         {func(gs *types.GenesisState) { gs.Validators = nil }, types.ErrInvalidGenesis, "at least one"},
		"validator's bad id":    {func(gs *types.GenesisState) { gs.Validators[0].Organization = "?" }, types.ErrInvalidOrganization, "id:"},
		"validator of nobody":   {func(gs *types.GenesisState) { gs.Validators[0].Organization = "bank-c" }, types.ErrInvalidGenesis, "got bank-c"},
		"short key":             {func(gs *types.GenesisState) { gs.Validators[0].ConsensusKey = key(1)[1:] }, types.ErrInvalidValidator, "got 31 bytes"},
		"no power":              {func(gs *types.GenesisState) { gs.Validators[0].Power = 0 }, types.ErrInvalidValidator, "got 0"},
		"negative power":        {func(gs *types.GenesisState) { gs.Validators[0].Power = -1 }, types.ErrInvalidValidator, "got -1"},
		"power too high":        {func(gs *types.GenesisState) { gs.Validators[0].Power = types.MaxTotalPower + 1 }, types.ErrInvalidValidator, "power of"},
		"total too high":        {func(gs *types.GenesisState) { gs.Validators[0].Power = types.MaxTotalPower }, types.ErrTotalPower, "or less"},
		"repeated key":          {func(gs *types.GenesisState) { gs.Validators[1].ConsensusKey = key(1) }, types.ErrInvalidGenesis, "validators:"},
		"validators out of row": {func(gs *types.GenesisState) { slices.Reverse(gs.Validators) }, types.ErrInvalidGenesis, "validators:"},

		"removed one's bad id":  {func(gs *types.GenesisState) { gs.RemovedValidators[0].Organization = "?" }, types.ErrInvalidOrganization, "id:"},
		"removed one of nobody": {func(gs *types.GenesisState) { gs.RemovedValidators[0].Organization = "bank-c" }, types.ErrInvalidGenesis, "got bank-c"},
		"removed short key":     {func(gs *types.GenesisState) { gs.RemovedValidators[0].ConsensusKey = nil }, types.ErrInvalidValidator, "got 0 bytes"},
		"removed without time":  {func(gs *types.GenesisState) { gs.RemovedValidators[0].AccountableUntil = time.Time{} }, types.ErrInvalidValidator, "expected a time"},
		"removed one votes":     {func(gs *types.GenesisState) { gs.RemovedValidators[0].ConsensusKey = key(2) }, types.ErrInvalidGenesis, "does not vote"},
		"removed out of row":    {func(gs *types.GenesisState) { slices.Reverse(gs.RemovedValidators) }, types.ErrInvalidGenesis, "removed_validators:"},
	} {
		t.Run(name, func(t *testing.T) {
			gs := validGenesis()
			tc.change(&gs)
			err := gs.Validate()
			require.ErrorIs(t, err, tc.want)
			require.ErrorContains(t, err, tc.text)
			require.NotContains(t, err.Error(), "\n", "errors are one line")
		})
	}
}

func TestWords(t *testing.T) {
	require.Equal(t, "settlement agent", types.OrganizationKindSettlementAgent.Word())
	require.Equal(t, "compliance", types.RoleCompliance.Word())
	require.Len(t, types.Roles(), len(types.Role_name)-1, "every role but the unspecified")
	require.Len(t, types.OrganizationKinds(), len(types.OrganizationKind_name)-1, "every kind but the unspecified")
}
