package types_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/registry/types"
)

var (
	then  = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	later = then.Add(time.Hour)
)

func validScreened() types.ScreenedPayment {
	return types.ScreenedPayment{
		Id: 1, Bank: "bank-a", Payer: keepertest.Address("a").String(), Payee: keepertest.Address("b").String(), Amount: math.OneInt(),
		Reasons:    []types.ScreeningReason{types.ScreeningReasonAmount, types.ScreeningReasonCounterparty},
		ScreenedAt: then, ExpiresAt: later, Status: types.ScreeningStatusReleased,
		DecidedBy: keepertest.Address("c").String(), DecidedAt: &later, DecisionReason: "seen",
	}
}

func TestScreenedPaymentValidate(t *testing.T) {
	require.NoError(t, validScreened().Validate())
	for name, test := range map[string]struct {
		change func(p *types.ScreenedPayment)
		want   error
	}{
		"id":               {func(p *types.ScreenedPayment) { p.Id = 0 }, types.ErrInvalidScreening},
		"bank":             {func(p *types.ScreenedPayment) { p.Bank = "" }, types.ErrInvalidScreening},
		"payer":            {func(p *types.ScreenedPayment) { p.Payer = "" }, types.ErrInvalidAccount},
		"to itself":        {func(p *types.ScreenedPayment) { p.Payee = p.Payer }, types.ErrInvalidScreening},
		"amount":           {func(p *types.ScreenedPayment) { p.Amount = math.ZeroInt() }, types.ErrInvalidAmount},
		"no reason":        {func(p *types.ScreenedPayment) { p.Reasons = nil }, types.ErrInvalidScreening},
		"unknown reason":   {func(p *types.ScreenedPayment) { p.Reasons = []types.ScreeningReason{9} }, types.ErrInvalidScreening},
		"repeated reason":  {func(p *types.ScreenedPayment) { p.Reasons[1] = p.Reasons[0] }, types.ErrInvalidScreening},
		"expiry":           {func(p *types.ScreenedPayment) { p.ExpiresAt = then }, types.ErrInvalidScreening},
		"status":           {func(p *types.ScreenedPayment) { p.Status = 0 }, types.ErrInvalidScreening},
		"decided too soon": {func(p *types.ScreenedPayment) { p.Status = types.ScreeningStatusWaiting }, types.ErrInvalidScreening},
		"decided by":       {func(p *types.ScreenedPayment) { p.DecidedBy = "x" }, types.ErrInvalidAccount},
		"decided at":       {func(p *types.ScreenedPayment) { p.DecidedAt = nil }, types.ErrInvalidScreening},
		"decided why":      {func(p *types.ScreenedPayment) { p.DecisionReason = "" }, types.ErrInvalidReason},
	} {
		payment := validScreened()
		test.change(&payment)
		require.ErrorIs(t, payment.Validate(), test.want, name)
	}
}

func validScreening() *types.ScreeningRules {
	return &types.ScreeningRules{
		Amount: math.NewInt(7), DecisionTime: time.Hour,
		Velocity: []types.VelocityRule{{Payments: 2, Amount: math.ZeroInt()}, {WindowHours: 24, Amount: math.OneInt()}},
	}
}

func TestScreeningRulesValidate(t *testing.T) {
	require.NoError(t, validScreening().Validate())
	for name, change := range map[string]func(r *types.ScreeningRules){
		"amount":          func(r *types.ScreeningRules) { r.Amount = math.NewInt(-1) },
		"no amount":       func(r *types.ScreeningRules) { r.Amount = math.Int{} },
		"many":            func(r *types.ScreeningRules) { r.Velocity = make([]types.VelocityRule, types.MaxVelocityRules+1) },
		"repeated window": func(r *types.ScreeningRules) { r.Velocity[1].WindowHours = 0 },
		"window":          func(r *types.ScreeningRules) { r.Velocity[1].WindowHours = 25 },
		"one payment":     func(r *types.ScreeningRules) { r.Velocity[0].Payments = 1 },
		"no bound":        func(r *types.ScreeningRules) { r.Velocity[0].Payments = 0 },
		"velocity amount": func(r *types.ScreeningRules) { r.Velocity[1].Amount = types.MaxLimit.AddRaw(1) },
		"no time":         func(r *types.ScreeningRules) { r.DecisionTime = 0 },
		"much time":       func(r *types.ScreeningRules) { r.DecisionTime = 31 * 24 * time.Hour },
		"half seconds":    func(r *types.ScreeningRules) { r.DecisionTime += time.Millisecond },
	} {
		rules := validScreening()
		change(rules)
		require.ErrorIs(t, types.BankPolicy{Screening: rules}.Validate(), types.ErrInvalidPolicy, name)
	}
}

// Whatever an account pays at whatever time: the activity keeps what every window needs, and a rule says what a list of all
// payments would say.
func TestVelocityFollowsTheList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		activity := types.Activity{Address: keepertest.Address("a").String()}
		type paid struct{ hour, amount uint64 }
		var list []paid
		hour := uint64(480_000)
		rule := types.Velocity{
			WindowHours: rapid.Uint64Range(0, types.MaxWindowHours).Draw(t, "window"),
			Payments:    rapid.Uint64Range(0, 6).Draw(t, "payments"), Amount: rapid.Uint64Range(0, 50).Draw(t, "amount"),
		}
		for range rapid.IntRange(1, 40).Draw(t, "payments") {
			hour += rapid.SampledFrom([]uint64{0, 0, 1, 5, 23, 24, 25, 60}).Draw(t, "later")
			amount := rapid.Uint64Range(1, 20).Draw(t, "yen")
			activity.Add(hour, amount)
			require.NoError(t, activity.Validate())
			list = append(list, paid{hour, amount})
			payments, sum := uint64(0), uint64(0)
			for _, one := range list {
				inWindow := one.hour >= hour-rule.WindowHours
				if rule.WindowHours == 0 {
					inWindow = one.hour/24 == hour/24
				}
				if inWindow {
					payments++
					sum += one.amount
				}
			}
			want := rule.Payments > 0 && payments >= rule.Payments || rule.Amount > 0 && sum >= rule.Amount
			require.Equal(t, want, rule.IsExceeded(activity, hour))
		}
	})
	one := types.Activity{Address: keepertest.Address("a").String(), Hours: []types.HourActivity{{Hour: 1, Payments: 1, Amount: 1}}}
	require.NoError(t, one.Validate())
	for name, change := range map[string]func(a *types.Activity){
		"empty":    func(a *types.Activity) { a.Hours = nil },
		"hour":     func(a *types.Activity) { a.Hours[0].Hour = 0 },
		"payments": func(a *types.Activity) { a.Hours[0].Payments = 0 },
		"amount":   func(a *types.Activity) { a.Hours[0].Amount = 1 << 63 },
		"order":    func(a *types.Activity) { a.Hours = append(a.Hours, a.Hours[0]) },
		"too old":  func(a *types.Activity) { a.Hours = append(a.Hours, types.HourActivity{Hour: 26, Payments: 1}) },
	} {
		broken := types.Activity{Address: one.Address, Hours: []types.HourActivity{one.Hours[0]}}
		change(&broken)
		require.ErrorIs(t, broken.Validate(), types.ErrInvalidAmount, name)
	}
	require.ErrorIs(t, types.Activity{}.Validate(), types.ErrInvalidAccount)
}

func validProposal() types.ProposedPayment {
	return types.ProposedPayment{
		Account: keepertest.Address("a").String(), Reference: "p1", Payee: keepertest.Address("b").String(), Amount: math.OneInt(),
		ProposedBy: keepertest.Address("c").String(), ProposedAt: then, ExpiresAt: later, Status: types.ProposalStatusExecuted,
		Approvals: []types.ProposalApproval{{Operator: keepertest.Address("d").String()}, {Operator: keepertest.Address("e").String()}},
	}
}

func TestProposedPaymentValidate(t *testing.T) {
	require.NoError(t, validProposal().Validate())
	for name, test := range map[string]struct {
		change func(p *types.ProposedPayment)
		want   error
	}{
		"account":       {func(p *types.ProposedPayment) { p.Account = "" }, types.ErrInvalidAccount},
		"to itself":     {func(p *types.ProposedPayment) { p.Payee = p.Account }, types.ErrInvalidProposal},
		"reference":     {func(p *types.ProposedPayment) { p.Reference = "" }, types.ErrInvalidReference},
		"amount":        {func(p *types.ProposedPayment) { p.Amount = math.ZeroInt() }, types.ErrInvalidAmount},
		"expiry":        {func(p *types.ProposedPayment) { p.ExpiresAt = then }, types.ErrInvalidProposal},
		"many":          {func(p *types.ProposedPayment) { p.Approvals = make([]types.ProposalApproval, 17) }, types.ErrInvalidProposal},
		"approver":      {func(p *types.ProposedPayment) { p.Approvals[0].Operator = "x" }, types.ErrInvalidAccount},
		"twice":         {func(p *types.ProposedPayment) { p.Approvals[1] = p.Approvals[0] }, types.ErrInvalidProposal},
		"by proposer":   {func(p *types.ProposedPayment) { p.Approvals[1].Operator = p.ProposedBy }, types.ErrInvalidProposal},
		"executed":      {func(p *types.ProposedPayment) { p.Approvals = nil }, types.ErrInvalidProposal},
		"status":        {func(p *types.ProposedPayment) { p.Status = 0 }, types.ErrInvalidProposal},
		"reason":        {func(p *types.ProposedPayment) { p.WithdrawalReason = "x" }, types.ErrInvalidProposal},
		"withdrawn why": {func(p *types.ProposedPayment) { p.Status = types.ProposalStatusWithdrawn }, types.ErrInvalidReason},
	} {
		payment := validProposal()
		test.change(&payment)
		require.ErrorIs(t, payment.Validate(), test.want, name)
	}
}

func validMove() types.AccountMove {
	return types.AccountMove{
		NewBank: "bank-b", OldBank: "bank-a", Reference: "m1", Account: keepertest.Address("a").String(),
		IdentityHash: make([]byte, types.IdentityHashLength), Status: types.MoveStatusCompleted, Consented: true, Amount: math.OneInt(),
		OpenedAt: then, SilenceAt: later, ExpiresAt: later.Add(time.Hour), AcknowledgedBy: keepertest.Address("c").String(),
	}
}

func TestAccountMoveValidate(t *testing.T) {
	require.NoError(t, validMove().Validate())
	own := limits(-1, 1, 1)
	for name, test := range map[string]struct {
		change func(m *types.AccountMove)
		want   error
	}{
		"same bank":        {func(m *types.AccountMove) { m.NewBank = m.OldBank }, types.ErrInvalidMove},
		"no bank":          {func(m *types.AccountMove) { m.NewBank = "" }, types.ErrInvalidMove},
		"reference":        {func(m *types.AccountMove) { m.Reference = "" }, types.ErrInvalidReference},
		"account":          {func(m *types.AccountMove) { m.Account = "" }, types.ErrInvalidAccount},
		"identity":         {func(m *types.AccountMove) { m.IdentityHash = nil }, types.ErrInvalidAccount},
		"limits":           {func(m *types.AccountMove) { m.Limits = &own }, types.ErrInvalidLimits},
		"times":            {func(m *types.AccountMove) { m.SilenceAt = m.ExpiresAt }, types.ErrInvalidMove},
		"acknowledged by":  {func(m *types.AccountMove) { m.AcknowledgedBy = "x" }, types.ErrInvalidAccount},
		"amount":           {func(m *types.AccountMove) { m.Amount = math.Int{} }, types.ErrInvalidMove},
		"amount too soon":  {func(m *types.AccountMove) { m.Status = types.MoveStatusOpen }, types.ErrInvalidMove},
		"without consent":  {func(m *types.AccountMove) { m.Consented = false }, types.ErrInvalidMove},
		"reason":           {func(m *types.AccountMove) { m.RefusalReason = "x" }, types.ErrInvalidMove},
		"refused for what": {func(m *types.AccountMove) { m.Status, m.Amount = types.MoveStatusRefused, math.ZeroInt() }, types.ErrInvalidReason},
		"status":           {func(m *types.AccountMove) { m.Status, m.Amount = 0, math.ZeroInt() }, types.ErrInvalidMove},
	} {
		move := validMove()
		test.change(&move)
		require.ErrorIs(t, move.Validate(), test.want, name)
	}
	require.ErrorIs(t, (*types.MoveTerms)(nil).Validate(), types.ErrInvalidRequest)
}

func TestSmallRecordsValidate(t *testing.T) {
	address := keepertest.Address("a").String()
	pending := types.PendingOrderKeys{Account: address, Bank: "bank-a", Reference: "k1", ApprovedBy: address, Reason: "lost"}
	require.NoError(t, pending.Validate())
	listed := types.ListedCounterparty{Bank: "bank-a", Address: address, ListedBy: address, Reason: "watch"}
	require.NoError(t, listed.Validate())
	for name, test := range map[string]struct{ err, want error }{
		"pending account":   {types.PendingOrderKeys{}.Validate(), types.ErrInvalidAccount},
		"pending bank":      {types.PendingOrderKeys{Account: address, ApprovedBy: address}.Validate(), types.ErrInvalidAccount},
		"pending reference": {types.PendingOrderKeys{Account: address, ApprovedBy: address, Bank: "bank-a"}.Validate(), types.ErrInvalidReference},
		"pending reason": {
			types.PendingOrderKeys{Account: address, ApprovedBy: address, Bank: "bank-a", Reference: "k"}.Validate(), types.ErrInvalidReason,
		},
		"pending key": {types.PendingOrderKeys{
			Account: address, ApprovedBy: address, Bank: "bank-a", Reference: "k", OrderKeys: []types.OrderKey{{}},
		}.Validate(), types.ErrInvalidOrderKey},
		"listed bank":    {types.ListedCounterparty{}.Validate(), types.ErrInvalidPolicy},
		"listed address": {types.ListedCounterparty{Bank: "bank-a"}.Validate(), types.ErrInvalidAccount},
		"listed reason":  {types.ListedCounterparty{Bank: "bank-a", Address: address, ListedBy: address}.Validate(), types.ErrInvalidReason},
	} {
		require.ErrorIs(t, test.err, test.want, name)
	}
}

// What refers to an account that the genesis does not have, or contradicts it, is found.
func TestGenesisOfPayments(t *testing.T) {
	account := validAccount()
	proposal, screened, move := validProposal(), validScreened(), validMove()
	for name, test := range map[string]struct {
		change func(g *types.GenesisState)
		want   string
	}{
		"screened unknown": {func(g *types.GenesisState) { g.ScreenedPayments = []types.ScreenedPayment{screened} }, "screened payment 0: account not found"},
		"screened":         {func(g *types.GenesisState) { g.ScreenedPayments = []types.ScreenedPayment{{}} }, "screened payment 0"},
		"proposal unknown": {func(g *types.GenesisState) {
			proposal.Account = keepertest.Address("elsewhere").String()
			g.ProposedPayments = []types.ProposedPayment{proposal}
		}, "proposed payment 0: account not found"},
		"proposal": {func(g *types.GenesisState) { g.ProposedPayments = []types.ProposedPayment{{}} }, "proposed payment 0"},
		"move unknown": {func(g *types.GenesisState) {
			move.Account = keepertest.Address("elsewhere").String()
			g.Moves = []types.AccountMove{move}
		}, "move 0: account not found"},
		"move":     {func(g *types.GenesisState) { g.Moves = []types.AccountMove{{}} }, "move 0"},
		"listed":   {func(g *types.GenesisState) { g.ListedCounterparties = []types.ListedCounterparty{{}} }, "listed counterparty 0"},
		"activity": {func(g *types.GenesisState) { g.Activity = []types.Activity{{}} }, "activity 0"},
		"pending":  {func(g *types.GenesisState) { g.PendingOrderKeys = []types.PendingOrderKeys{{}} }, "pending order keys 0"},
		"pending of another bank": {func(g *types.GenesisState) {
			g.PendingOrderKeys = []types.PendingOrderKeys{{
				Account: account.Address, Bank: "bank-z", Reference: "k1", ApprovedBy: account.Address, Reason: "lost",
			}}
		}, "expected the account's bank"},
	} {
		state := *types.DefaultGenesis()
		state.Accounts = []types.Account{account}
		test.change(&state)
		err := state.Validate()
		require.ErrorContains(t, err, test.want, name)
		require.False(t, strings.Contains(err.Error(), "\n"))
	}
}

func TestApprovalsOfAccount(t *testing.T) {
	account := validAccount()
	account.Links, account.Kind = nil, types.AccountKindBusiness
	account.Approvals = &types.PaymentApprovals{Threshold: math.NewInt(5), Required: 1, Operators: []string{keepertest.Address("a").String()}}
	require.NoError(t, account.Validate())
	account.Kind = types.AccountKindIndividual
	require.ErrorIs(t, account.Validate(), types.ErrInvalidApprovals)
	account.Kind, account.Approvals.Required = types.AccountKindBusiness, 2
	require.ErrorIs(t, account.Validate(), types.ErrInvalidApprovals)
	replica := account
	replica.IdentityHash, replica.Activated, replica.StatusReason = nil, false, ""
	require.ErrorIs(t, replica.ValidateReplica(), types.ErrInvalidAccount)
	require.False(t, (*types.PaymentApprovals)(nil).HasOperator("x"))
}
