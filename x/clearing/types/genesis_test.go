package types_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var start = keepertest.Start

func at(hours int) *time.Time {
	when := start.Add(time.Duration(hours) * time.Hour)
	return &when
}

// full returns a genesis with something of everything.
func full() types.GenesisState {
	one, yes := math.OneInt(), math.NewInt(5)
	maker, checker := keepertest.Address("maker").String(), keepertest.Address("checker").String()
	alice, bob := keepertest.Address("alice"), keepertest.Address("bob")
	if string(alice) > string(bob) {
		alice, bob = bob, alice
	}
	closed := types.NewCycle(1, start, *at(1))
	closed.ClosedAt = at(1)
	obligation := func(id uint64, status types.ObligationStatus) types.Obligation {
		return types.Obligation{
			Id: id, Cycle: 1, Debtor: "alpha", Amount: yes, Status: status, CreatedAt: *at(1), DueAt: *at(3),
			Creditors:   []types.Credit{{Bank: "beta", Amount: one}, {Bank: "gamma", Amount: math.NewInt(4)}},
			FromReserve: math.ZeroInt(), FromPledge: math.ZeroInt(), Shared: math.ZeroInt(),
		}
	}
	defaulted := obligation(1, types.ObligationStatusDefaulted)
	defaulted.EndedAt, defaulted.FromReserve, defaulted.FromPledge, defaulted.Shared = at(3), one, one, math.NewInt(3)
	open := obligation(2, types.ObligationStatusOpen)
	open.LossOf = 1
	order := func(reference string, kind types.ReserveOrderKind, status types.ReserveOrderStatus) types.ReserveOrder {
		return types.ReserveOrder{
			Organization: "agent", Reference: reference, Kind: kind, Bank: "alpha", Amount: yes, Status: status,
			RequestedBy: maker, RequestedAt: start,
		}
	}
	approved := order("a", types.ReserveOrderKindIssue, types.ReserveOrderStatusApproved)
	approved.DecidedBy, approved.DecidedAt = checker, at(0)
	confirm := order("b", types.ReserveOrderKindConfirm, types.ReserveOrderStatusRequested)
	confirm.ObligationId = 2
	rejected := order("c", types.ReserveOrderKindPledge, types.ReserveOrderStatusRejected)
	rejected.DecidedBy, rejected.DecidedAt, rejected.Reason = checker, at(0), "no"
	position := types.NewCyclePosition(1, "alpha")
	position.Sent, position.Left = yes, yes.Neg()
	flow := types.NewCycleFlow(1, "alpha", "beta")
	flow.ByPosition = yes
	payment := func(id uint64) types.QueuedPayment {
		return types.QueuedPayment{
			Id: id, Bank: "alpha", Payer: alice.String(), Payee: bob.String(), Amount: sdk.NewInt64Coin("jpy", 7),
			Reference: "p", HoldId: id, QueuedAt: start, ExpiresAt: *at(1),
		}
	}
	return types.GenesisState{
		Params: types.DefaultParams(), Holidays: []string{"2026-04-29", "2026-05-04"}, ReserveBanks: []string{"alpha", "beta"},
		Participants: []types.Participant{
			{Bank: "alpha", Status: types.BankStatusFailed, NetDebitCap: &yes, Owed: yes},
			{Bank: "beta", Status: types.BankStatusActive, OwnCap: &one, Owed: math.ZeroInt()},
		},
		Cycles:        []types.Cycle{closed, types.NewCycle(2, *at(1), *at(2))},
		Positions:     []types.CyclePosition{position, types.NewCyclePosition(2, "alpha")},
		Flows:         []types.CycleFlow{flow, {Cycle: 2, PayerBank: "alpha", PayeeBank: "beta", ByPosition: one, ByReserve: one}},
		ReserveOrders: []types.ReserveOrder{approved, confirm, rejected},
		Obligations:   []types.Obligation{defaulted, open},
		Claims:        []types.Claim{{Debtor: "alpha", Creditor: "beta", Amount: one}, {Debtor: "alpha", Creditor: "gamma", Amount: one}},
		LossSharingKey: []types.LossShare{
			{Bank: "alpha", Weight: 1}, {Bank: "beta", Weight: 2},
		},
		Queue: []types.QueuedPayment{payment(3), payment(4)},
		PaymentReferences: []types.PaymentReference{
			{Payer: alice.String(), Reference: "p", Id: 3}, {Payer: alice.String(), Reference: "q"},
		},
		NextPaymentId: 5, DirtyBanks: []string{"alpha"}, LastServedBank: "beta",
	}
}

func TestGenesisIsValid(t *testing.T) {
	require.NoError(t, types.DefaultGenesis().Validate())
	require.NoError(t, full().Validate())
}

func TestGenesisIsRefused(t *testing.T) {
	broken := math.NewInt(-1)
	for name, tc := range map[string]struct {
		change func(g *types.GenesisState)
		want   error
	}{
		"params":                    {func(g *types.GenesisState) { g.Params.Mode = 0 }, types.ErrInvalidParams},
		"holiday":                   {func(g *types.GenesisState) { g.Holidays[0] = "x" }, types.ErrInvalidCalendar},
		"holidays repeated":         {func(g *types.GenesisState) { g.Holidays[1] = g.Holidays[0] }, types.ErrInvalidGenesis},
		"reserve banks":             {func(g *types.GenesisState) { g.ReserveBanks[1] = "alpha" }, types.ErrInvalidGenesis},
		"participant's bank":        {func(g *types.GenesisState) { g.Participants[0].Bank = "" }, membershiptypes.ErrInvalidOrganization},
		"participant's status":      {func(g *types.GenesisState) { g.Participants[0].Status = 0 }, types.ErrInvalidGenesis},
		"participant's cap":         {func(g *types.GenesisState) { g.Participants[0].NetDebitCap = &broken }, types.ErrInvalidCap},
		"participant's own cap":     {func(g *types.GenesisState) { g.Participants[1].OwnCap = &broken }, types.ErrInvalidCap},
		"participant owes less":     {func(g *types.GenesisState) { g.Participants[0].Owed = math.ZeroInt() }, types.ErrInvalidGenesis},
		"participant owes nothing":  {func(g *types.GenesisState) { g.Participants[0].Owed = math.Int{} }, types.ErrInvalidGenesis},
		"participants repeated":     {func(g *types.GenesisState) { g.Participants[1] = g.Participants[0] }, types.ErrInvalidGenesis},
		"debtor without record":     {func(g *types.GenesisState) { g.Participants = g.Participants[1:] }, types.ErrInvalidGenesis},
		"key":                       {func(g *types.GenesisState) { g.LossSharingKey[0].Weight = 0 }, types.ErrInvalidLossShares},
		"cycle zero":                {func(g *types.GenesisState) { g.Cycles[0].Number = 0 }, types.ErrInvalidGenesis},
		"cycle left out":            {func(g *types.GenesisState) { g.Cycles[1].Number = 3 }, types.ErrInvalidGenesis},
		"cycle backwards":           {func(g *types.GenesisState) { g.Cycles[0].ScheduledFor = start }, types.ErrInvalidGenesis},
		"cycle's date":              {func(g *types.GenesisState) { g.Cycles[0].BusinessDate = "2026-04-02" }, types.ErrInvalidGenesis},
		"cycle closed too early":    {func(g *types.GenesisState) { g.Cycles[0].ClosedAt = at(0) }, types.ErrInvalidGenesis},
		"cycle's total":             {func(g *types.GenesisState) { g.Cycles[0].Gross = broken }, types.ErrInvalidGenesis},
		"two open cycles":           {func(g *types.GenesisState) { g.Cycles[0].ClosedAt = nil }, types.ErrInvalidGenesis},
		"no open cycle":             {func(g *types.GenesisState) { g.Cycles[1].ClosedAt = at(2) }, types.ErrInvalidGenesis},
		"position's bank":           {func(g *types.GenesisState) { g.Positions[0].Bank = "" }, types.ErrInvalidGenesis},
		"position sent":             {func(g *types.GenesisState) { g.Positions[0].Sent = broken }, types.ErrInvalidGenesis},
		"position received":         {func(g *types.GenesisState) { g.Positions[0].Received = math.Int{} }, types.ErrInvalidGenesis},
		"position moved":            {func(g *types.GenesisState) { g.Positions[0].Moved = math.Int{} }, types.ErrInvalidGenesis},
		"position left":             {func(g *types.GenesisState) { g.Positions[0].Left = math.Int{} }, types.ErrInvalidGenesis},
		"position of no cycle":      {func(g *types.GenesisState) { g.Positions[1].Cycle = 3 }, types.ErrInvalidGenesis},
		"positions repeated":        {func(g *types.GenesisState) { g.Positions[1] = g.Positions[0] }, types.ErrInvalidGenesis},
		"flow to oneself":           {func(g *types.GenesisState) { g.Flows[0].PayeeBank = "alpha" }, types.ErrInvalidGenesis},
		"flow of nothing":           {func(g *types.GenesisState) { g.Flows[0].ByPosition = math.ZeroInt() }, types.ErrInvalidGenesis},
		"flow below zero":           {func(g *types.GenesisState) { g.Flows[0].ByPosition = broken }, types.ErrInvalidGenesis},
		"flow in reserve":           {func(g *types.GenesisState) { g.Flows[0].ByReserve = broken }, types.ErrInvalidGenesis},
		"flow of no cycle":          {func(g *types.GenesisState) { g.Flows[0].Cycle = 0 }, types.ErrInvalidGenesis},
		"flows repeated":            {func(g *types.GenesisState) { g.Flows[1] = g.Flows[0] }, types.ErrInvalidGenesis},
		"order's organization":      {func(g *types.GenesisState) { g.ReserveOrders[0].Organization = "" }, membershiptypes.ErrInvalidOrganization},
		"order's reference":         {func(g *types.GenesisState) { g.ReserveOrders[0].Reference = "" }, types.ErrInvalidOrder},
		"order's kind":              {func(g *types.GenesisState) { g.ReserveOrders[0].Kind = 0 }, types.ErrInvalidOrder},
		"order's amount":            {func(g *types.GenesisState) { g.ReserveOrders[0].Amount = math.ZeroInt() }, types.ErrInvalidOrder},
		"confirmation's amount":     {func(g *types.GenesisState) { g.ReserveOrders[1].Amount = math.ZeroInt() }, types.ErrInvalidGenesis},
		"confirmation of nothing":   {func(g *types.GenesisState) { g.ReserveOrders[1].ObligationId = 0 }, types.ErrInvalidOrder},
		"confirmation of no such":   {func(g *types.GenesisState) { g.ReserveOrders[1].ObligationId = 3 }, types.ErrInvalidGenesis},
		"order's requester":         {func(g *types.GenesisState) { g.ReserveOrders[0].RequestedBy = "x" }, registrytypes.ErrInvalidAccount},
		"order's time":              {func(g *types.GenesisState) { g.ReserveOrders[0].RequestedAt = time.Time{} }, types.ErrInvalidOrder},
		"order's status":            {func(g *types.GenesisState) { g.ReserveOrders[0].Status = 0 }, types.ErrInvalidOrder},
		"order's checker":           {func(g *types.GenesisState) { g.ReserveOrders[0].DecidedBy = "x" }, registrytypes.ErrInvalidAccount},
		"order's own checker":       {func(g *types.GenesisState) { g.ReserveOrders[0].DecidedBy = g.ReserveOrders[0].RequestedBy }, types.ErrInvalidOrder},
		"order's decision time":     {func(g *types.GenesisState) { g.ReserveOrders[0].DecidedAt = nil }, types.ErrInvalidOrder},
		"reason of an approval":     {func(g *types.GenesisState) { g.ReserveOrders[0].Reason = "x" }, types.ErrInvalidOrder},
		"no reason of a rejection":  {func(g *types.GenesisState) { g.ReserveOrders[2].Reason = "" }, registrytypes.ErrInvalidReason},
		"decision before its time":  {func(g *types.GenesisState) { g.ReserveOrders[1].Reason = "x" }, types.ErrInvalidOrder},
		"orders repeated":           {func(g *types.GenesisState) { g.ReserveOrders[1] = g.ReserveOrders[0] }, types.ErrInvalidGenesis},
		"obligation's debtor":       {func(g *types.GenesisState) { g.Obligations[0].Debtor = "" }, types.ErrInvalidGenesis},
		"obligation's amount":       {func(g *types.GenesisState) { g.Obligations[0].Amount = math.ZeroInt() }, types.ErrInvalidGenesis},
		"obligation's credits":      {func(g *types.GenesisState) { g.Obligations[0].Amount = math.OneInt() }, types.ErrInvalidGenesis},
		"obligation to oneself":     {func(g *types.GenesisState) { g.Obligations[0].Creditors[0].Bank = "alpha" }, types.ErrInvalidGenesis},
		"obligation of zero to one": {func(g *types.GenesisState) { g.Obligations[0].Creditors[0].Amount = math.ZeroInt() }, types.ErrInvalidGenesis},
		"obligation due before":     {func(g *types.GenesisState) { g.Obligations[0].DueAt = start }, types.ErrInvalidGenesis},
		"obligation's status":       {func(g *types.GenesisState) { g.Obligations[0].Status = 0 }, types.ErrInvalidGenesis},
		"obligation's end":          {func(g *types.GenesisState) { g.Obligations[0].EndedAt = nil }, types.ErrInvalidGenesis},
		"default not met":           {func(g *types.GenesisState) { g.Obligations[0].Shared = math.ZeroInt() }, types.ErrInvalidGenesis},
		"default below zero":        {func(g *types.GenesisState) { g.Obligations[0].Shared = broken }, types.ErrInvalidGenesis},
		"obligation left out":       {func(g *types.GenesisState) { g.Obligations[1].Id = 3 }, types.ErrInvalidGenesis},
		"obligation of no cycle":    {func(g *types.GenesisState) { g.Obligations[1].Cycle = 3 }, types.ErrInvalidGenesis},
		"loss of itself":            {func(g *types.GenesisState) { g.Obligations[1].LossOf = 2 }, types.ErrInvalidGenesis},
		"claim on oneself":          {func(g *types.GenesisState) { g.Claims[0].Creditor = "alpha" }, types.ErrInvalidGenesis},
		"claim of zero":             {func(g *types.GenesisState) { g.Claims[0].Amount = math.ZeroInt() }, types.ErrInvalidGenesis},
		"claims repeated":           {func(g *types.GenesisState) { g.Claims[1] = g.Claims[0] }, types.ErrInvalidGenesis},
		"next payment":              {func(g *types.GenesisState) { g.NextPaymentId = 0 }, types.ErrInvalidGenesis},
		"payment in the future":     {func(g *types.GenesisState) { g.NextPaymentId = 4 }, types.ErrInvalidGenesis},
		"payment without hold":      {func(g *types.GenesisState) { g.Queue[0].HoldId = 0 }, types.ErrInvalidPayment},
		"payment's payer":           {func(g *types.GenesisState) { g.Queue[0].Payer = "x" }, registrytypes.ErrInvalidAccount},
		"payment's amount":          {func(g *types.GenesisState) { g.Queue[0].Amount.Denom = "x" }, types.ErrInvalidPayment},
		"payment of zero":           {func(g *types.GenesisState) { g.Queue[0].Amount.Amount = math.ZeroInt() }, types.ErrInvalidPayment},
		"payment's reference":       {func(g *types.GenesisState) { g.Queue[0].Reference = "" }, types.ErrInvalidOrder},
		"payment's expiry":          {func(g *types.GenesisState) { g.Queue[0].ExpiresAt = start }, types.ErrInvalidPayment},
		"two payments on one hold":  {func(g *types.GenesisState) { g.Queue[1].HoldId = 3 }, types.ErrInvalidGenesis},
		"payments out of order":     {func(g *types.GenesisState) { g.Queue[0], g.Queue[1] = g.Queue[1], g.Queue[0] }, types.ErrInvalidGenesis},
		"dirty bank":                {func(g *types.GenesisState) { g.DirtyBanks[0] = "beta" }, types.ErrInvalidGenesis},
		"reference's payer":         {func(g *types.GenesisState) { g.PaymentReferences[0].Payer = "x" }, registrytypes.ErrInvalidAccount},
		"reference":                 {func(g *types.GenesisState) { g.PaymentReferences[0].Reference = "" }, types.ErrInvalidOrder},
		"reference in the future":   {func(g *types.GenesisState) { g.PaymentReferences[0].Id = 5 }, types.ErrInvalidGenesis},
		"references repeated":       {func(g *types.GenesisState) { g.PaymentReferences[1] = g.PaymentReferences[0] }, types.ErrInvalidGenesis},
	} {
		t.Run(name, func(t *testing.T) {
			state := full()
			tc.change(&state)
			err := state.Validate()
			require.ErrorIs(t, err, tc.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestLongHolidaysInGenesis(t *testing.T) {
	state := full()
	day, err := types.ParseDate("2026-06-01")
	require.NoError(t, err)
	for i := range int64(types.ClosedDaysMax) {
		state.Holidays = append(state.Holidays, types.FormatDate(day+i))
	}
	require.ErrorIs(t, state.Validate(), types.ErrInvalidCalendar)
}
