package types_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Positions of the orders of validGenesis.
const (
	openIssue, holderIssue, openRedeem, approved, inBatch, rejected, cancelled = 0, 1, 2, 3, 4, 5, 6
)

// validGenesis has something of everything.
func validGenesis() types.GenesisState {
	now := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	alice, maker, checker := keepertest.Address("alice").String(), keepertest.Address("maker").String(), keepertest.Address("checker").String()
	five, two := sdk.NewInt64Coin("jpy", 5), sdk.NewInt64Coin("jpy", 2)
	order := types.Order{
		Bank: "alpha", Reference: "a", Kind: types.OrderKindIssue, Account: alice, Amount: five,
		Status: types.OrderStatusDebited, RequestedBy: maker, RequestedAt: now, BusinessDate: "2026-04-01",
	}
	orders := []types.Order{order, order, order, order, order, order, order}
	redeem := &orders[openRedeem]
	redeem.Reference, redeem.Kind, redeem.HoldId, redeem.Status = "b", types.OrderKindRedeem, 7, types.OrderStatusRequested
	done := &orders[approved]
	done.Reference, done.Status, done.ApprovedAmount, done.Reason = "c", types.OrderStatusApproved, &two, "part"
	done.RejectCode, done.DecidedBy, done.DecidedAt, done.DecidedDate = types.RejectCodeLimit, checker, &now, "2026-04-02"
	orders[inBatch].Reference, orders[inBatch].Batch = "d", "b1"
	holder := &orders[holderIssue]
	holder.Reference, holder.RequestedBy = types.HolderReference(alice, "r"), alice
	holder.ConfirmedBy, holder.ConfirmedAt, holder.CoreReference = maker, &now, "core-1"
	no := &orders[rejected]
	no.Bank, no.Reference, no.Status, no.Reason, no.RejectCode = "beta", "a", types.OrderStatusRejected, "no", types.RejectCodeOther
	no.DecidedBy, no.DecidedAt, no.DecidedDate = checker, &now, "2026-04-01"
	taken := &orders[cancelled]
	taken.Bank, taken.Reference, taken.Status = "beta", "b", types.OrderStatusCancelled
	taken.DecidedBy, taken.DecidedAt, taken.DecidedDate = maker, &now, "2026-04-01"
	alpha := types.NewBook("alpha")
	alpha.Issue(math.NewInt(2))
	alpha.Date, alpha.ClosedThrough = "2026-04-02", "2026-04-01"
	zero := sdk.NewInt64Coin("jpy", 0)
	line := types.BatchOrder{Kind: types.OrderKindIssue, Account: alice, Amount: five, Reference: "d"}
	return types.GenesisState{
		Orders: orders,
		Books:  []types.BankBook{alpha, types.NewBook("beta")},
		Flows: []types.Flow{
			{PayerBank: "alpha", PayeeBank: "beta", Amount: math.NewInt(1)},
			{PayerBank: "beta", PayeeBank: "alpha", Amount: math.NewInt(2)},
		},
		Batches: []types.GenesisBatch{{
			Batch: types.Batch{
				Bank: "alpha", Id: "b1", ContentHash: bytes.Repeat([]byte{1}, 32), Lines: 2, Accepted: 1, IssueAmount: five,
				RedeemAmount: zero, SubmittedBy: maker, SubmittedAt: now, BusinessDate: "2026-04-01", DecidedBy: checker, DecidedAt: &now,
			},
			Lines: []types.BatchLine{
				{Number: 1, Order: line, Decision: &types.LineResult{Code: 20, Codespace: "deposit", Text: "ceiling"}},
				{Number: 2, Order: line, Submission: types.LineResult{Code: 3, Codespace: "deposit", Text: "used"}},
			},
		}},
		Ceilings: []types.Ceiling{{Bank: "alpha", Amount: math.ZeroInt()}, {Bank: "beta", Amount: math.NewInt(9)}},
		Attestations: []types.Attestation{
			{
				Bank: "alpha", Reference: "x", AsOf: now, Deposits: math.NewInt(1), ReserveAssets: math.ZeroInt(),
				DocumentHash: bytes.Repeat([]byte{1}, 32), SubmittedBy: maker, SubmittedAt: now,
			},
			{
				Bank: "alpha", Reference: "y", AsOf: now, Deposits: math.NewInt(1), ReserveAssets: math.ZeroInt(),
				DocumentHash: bytes.Repeat([]byte{1}, 32), SubmittedBy: maker, SubmittedAt: now,
				ConfirmedBy: checker, ConfirmedAt: &now, Auditor: "audit", CountersignedBy: alice, CountersignedAt: &now,
			},
		},
		BusinessDays: []types.BusinessDay{
			{Bank: "alpha", Date: "2026-03-31", Liability: math.ZeroInt(), Totals: types.NewDayTotals()},
			{
				Bank: "alpha", Date: "2026-04-01", Liability: math.ZeroInt(), Totals: types.NewDayTotals(),
				OpenOrders: 1, ClosedAt: &now, ClosedBy: checker,
			},
		},
	}
}

func TestGenesisValidate(t *testing.T) {
	require.NoError(t, types.DefaultGenesis().Validate())
	state := validGenesis()
	require.NoError(t, state.Validate())

	type g = *types.GenesisState
	later := time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
	one := sdk.NewInt64Coin("jpy", 1)
	order, registry, genesis, reject := types.ErrInvalidOrder, registrytypes.ErrInvalidAccount, types.ErrInvalidGenesis, types.ErrInvalidReject
	batch, attested, date := types.ErrInvalidBatch, types.ErrInvalidAttestation, types.ErrInvalidDate
	tests := map[string]struct {
		corrupt func(g g)
		want    error
	}{
		"orders swapped":         {func(g g) { g.Orders[0], g.Orders[1] = g.Orders[1], g.Orders[0] }, genesis},
		"order twice":            {func(g g) { g.Orders[1] = g.Orders[0] }, genesis},
		"banks swapped":          {func(g g) { g.Orders[rejected].Bank = "aaa" }, genesis},
		"hold twice":             {func(g g) { g.Orders[approved] = g.Orders[openRedeem]; g.Orders[approved].Reference = "c" }, genesis},
		"no bank":                {func(g g) { g.Orders[0].Bank = "" }, order},
		"no reference":           {func(g g) { g.Orders[0].Reference = "" }, order},
		"maker's as holder's":    {func(g g) { g.Orders[0].Reference = types.HolderReference(g.Orders[0].Account, "A") }, order},
		"holder's as maker's":    {func(g g) { g.Orders[holderIssue].Reference = "r" }, order},
		"other holder's":         {func(g g) { g.Orders[holderIssue].Reference = keepertest.Address("bob").String() + "@r" }, order},
		"no kind":                {func(g g) { g.Orders[0].Kind = types.OrderKindUnspecified }, order},
		"unknown kind":           {func(g g) { g.Orders[0].Kind = 9 }, order},
		"no amount":              {func(g g) { g.Orders[0].Amount.Amount = math.ZeroInt() }, order},
		"wrong denom":            {func(g g) { g.Orders[0].Amount.Denom = "usd" }, order},
		"no account":             {func(g g) { g.Orders[0].Account = "" }, registry},
		"no requester":           {func(g g) { g.Orders[0].RequestedBy = "" }, registry},
		"upper-case requester":   {func(g g) { g.Orders[0].RequestedBy = strings.ToUpper(g.Orders[0].RequestedBy) }, registry},
		"no time":                {func(g g) { g.Orders[0].RequestedAt = time.Time{} }, order},
		"no date":                {func(g g) { g.Orders[0].BusinessDate = "" }, date},
		"no calendar date":       {func(g g) { g.Orders[0].BusinessDate = "2026-02-30" }, date},
		"issue with hold":        {func(g g) { g.Orders[0].HoldId = 1 }, order},
		"redeem without hold":    {func(g g) { g.Orders[openRedeem].HoldId = 0 }, order},
		"approved with hold":     {func(g g) { g.Orders[approved].HoldId = 1 }, order},
		"maker's not debited":    {func(g g) { g.Orders[0].Status = types.OrderStatusRequested }, order},
		"redeem debited":         {func(g g) { g.Orders[openRedeem].Status = types.OrderStatusDebited }, order},
		"maker's confirmed":      {func(g g) { g.Orders[0].ConfirmedBy = keepertest.Address("x").String() }, order},
		"debit unconfirmed":      {func(g g) { g.Orders[holderIssue].ConfirmedBy = "" }, order},
		"confirmed by holder":    {func(g g) { g.Orders[holderIssue].ConfirmedBy = g.Orders[holderIssue].Account }, order},
		"confirmed by nobody":    {func(g g) { g.Orders[holderIssue].ConfirmedBy = "x" }, registry},
		"confirmed never":        {func(g g) { g.Orders[holderIssue].ConfirmedAt = nil }, order},
		"confirmed at no time":   {func(g g) { g.Orders[holderIssue].ConfirmedAt = &time.Time{} }, order},
		"no core reference":      {func(g g) { g.Orders[holderIssue].CoreReference = "" }, order},
		"bad core reference":     {func(g g) { g.Orders[holderIssue].CoreReference = "a b" }, order},
		"core reference twice":   {func(g g) { g.Orders[holderIssue].CoreReference = "c" }, genesis},
		"open but decided":       {func(g g) { g.Orders[0].DecidedBy = g.Orders[approved].DecidedBy }, order},
		"open with reason":       {func(g g) { g.Orders[0].Reason = "no" }, order},
		"open with amount":       {func(g g) { g.Orders[0].ApprovedAmount = &one }, order},
		"no status":              {func(g g) { g.Orders[0].Status = types.OrderStatusUnspecified }, order},
		"unknown status":         {func(g g) { g.Orders[0].Status = 9 }, order},
		"approved nothing":       {func(g g) { g.Orders[approved].ApprovedAmount = nil }, order},
		"approved more":          {func(g g) { g.Orders[approved].Amount = one }, order},
		"approved with reason":   {func(g g) { g.Orders[approved].ApprovedAmount = &g.Orders[approved].Amount }, reject},
		"part without code":      {func(g g) { g.Orders[approved].RejectCode = 0 }, reject},
		"part without reason":    {func(g g) { g.Orders[approved].Reason = "" }, registrytypes.ErrInvalidReason},
		"nobody approved":        {func(g g) { g.Orders[approved].DecidedBy = "" }, registry},
		"requester approved":     {func(g g) { g.Orders[approved].DecidedBy = g.Orders[approved].RequestedBy }, order},
		"never approved":         {func(g g) { g.Orders[approved].DecidedAt = nil }, order},
		"decided on no date":     {func(g g) { g.Orders[approved].DecidedDate = "" }, date},
		"decided before request": {func(g g) { g.Orders[approved].DecidedDate = "2026-03-31" }, order},
		"rejected for nothing":   {func(g g) { g.Orders[rejected].Reason = "" }, registrytypes.ErrInvalidReason},
		"rejected by no code":    {func(g g) { g.Orders[rejected].RejectCode = 0 }, reject},
		"rejected an amount":     {func(g g) { g.Orders[rejected].ApprovedAmount = &one }, order},
		"cancelled by another":   {func(g g) { g.Orders[cancelled].DecidedBy = keepertest.Address("x").String() }, order},
		"cancelled for a reason": {func(g g) { g.Orders[cancelled].Reason = "x" }, order},
		"holder in batch":        {func(g g) { g.Orders[holderIssue].Batch = "b1" }, order},
		"bad batch of order":     {func(g g) { g.Orders[0].Batch = "b 1" }, order},
		"order without line":     {func(g g) { g.Orders[0].Batch = "b1" }, genesis},
		"line without order":     {func(g g) { g.Orders[inBatch].Batch = "" }, genesis},

		"books swapped":       {func(g g) { g.Books[0], g.Books[1] = g.Books[1], g.Books[0] }, genesis},
		"book twice":          {func(g g) { g.Books[1] = g.Books[0] }, genesis},
		"book of nobody":      {func(g g) { g.Books[0].Bank = "" }, genesis},
		"negative liability":  {func(g g) { g.Books[0].Liability = math.NewInt(-1) }, genesis},
		"no issued":           {func(g g) { g.Books[0].Issued = math.Int{} }, genesis},
		"immense redeemed":    {func(g g) { g.Books[0].Redeemed = math.NewIntWithDecimal(1, 60) }, genesis},
		"no flows of date":    {func(g g) { g.Books[0].Day.FlowsIn = math.Int{} }, genesis},
		"book without date":   {func(g g) { g.Books[0].Date = "" }, genesis},
		"book of no date":     {func(g g) { g.Books[0].Date = "1" }, date},
		"book of closed date": {func(g g) { g.Books[0].Date = "2026-04-01" }, genesis},
		"closed without day":  {func(g g) { g.BusinessDays = g.BusinessDays[:1] }, genesis},

		"flows swapped":    {func(g g) { g.Flows[0], g.Flows[1] = g.Flows[1], g.Flows[0] }, genesis},
		"flow twice":       {func(g g) { g.Flows[1] = g.Flows[0] }, genesis},
		"flow inside bank": {func(g g) { g.Flows[0].PayerBank = "beta" }, types.ErrInvalidFlow},
		"flow of zero":     {func(g g) { g.Flows[0].Amount = math.ZeroInt() }, types.ErrInvalidFlow},
		"flow below zero":  {func(g g) { g.Flows[0].Amount = math.NewInt(-1) }, types.ErrInvalidFlow},

		"batch twice":               {func(g g) { g.Batches = append(g.Batches, g.Batches[0]) }, genesis},
		"batch of nobody":           {func(g g) { g.Batches[0].Batch.Bank = "" }, batch},
		"batch without id":          {func(g g) { g.Batches[0].Batch.Id = "" }, order},
		"batch of other content":    {func(g g) { g.Batches[0].Batch.ContentHash = []byte{1} }, batch},
		"batch without lines":       {func(g g) { g.Batches[0].Batch.Lines = 0 }, batch},
		"batch of many lines":       {func(g g) { g.Batches[0].Batch.Lines = 1001 }, batch},
		"more lines":                {func(g g) { g.Batches[0].Batch.Lines = 3 }, batch},
		"other accepted":            {func(g g) { g.Batches[0].Batch.Accepted = 2 }, batch},
		"sum in dollars":            {func(g g) { g.Batches[0].Batch.IssueAmount.Denom = "usd" }, batch},
		"batch without date":        {func(g g) { g.Batches[0].Batch.BusinessDate = "" }, date},
		"batch by nobody":           {func(g g) { g.Batches[0].Batch.SubmittedBy = "" }, registry},
		"batch at no time":          {func(g g) { g.Batches[0].Batch.SubmittedAt = time.Time{} }, genesis},
		"batch decided never":       {func(g g) { g.Batches[0].Batch.DecidedAt = nil }, batch},
		"batch decided by itself":   {func(g g) { g.Batches[0].Batch.DecidedBy = g.Batches[0].Batch.SubmittedBy }, batch},
		"batch decided by nobody":   {func(g g) { g.Batches[0].Batch.DecidedBy = "" }, registry},
		"line numbers":              {func(g g) { g.Batches[0].Lines[1].Number = 1 }, batch},
		"line of long text":         {func(g g) { g.Batches[0].Lines[1].Order.Account = strings.Repeat("x", 129) }, batch},
		"failure of no space":       {func(g g) { g.Batches[0].Lines[1].Submission.Codespace = "" }, batch},
		"success with text":         {func(g g) { g.Batches[0].Lines[0].Submission.Text = "x" }, batch},
		"failure with decision":     {func(g g) { g.Batches[0].Lines[1].Decision = &types.LineResult{} }, batch},
		"bad decision":              {func(g g) { g.Batches[0].Lines[0].Decision.Codespace = "" }, batch},
		"decision without decision": {func(g g) { g.Batches[0].Batch.DecidedAt, g.Batches[0].Batch.DecidedBy = nil, "" }, batch},

		"ceiling twice":      {func(g g) { g.Ceilings[1] = g.Ceilings[0] }, genesis},
		"ceiling of nobody":  {func(g g) { g.Ceilings[0].Bank = "" }, types.ErrInvalidCeiling},
		"ceiling below zero": {func(g g) { g.Ceilings[0].Amount = math.NewInt(-1) }, types.ErrInvalidCeiling},

		"attestation twice":        {func(g g) { g.Attestations[1] = g.Attestations[0] }, genesis},
		"attestation of nobody":    {func(g g) { g.Attestations[0].Bank = "" }, attested},
		"attested without name":    {func(g g) { g.Attestations[0].Reference = "" }, order},
		"attested ahead":           {func(g g) { g.Attestations[0].AsOf = later }, attested},
		"attested in parts":        {func(g g) { g.Attestations[0].AsOf = g.Attestations[0].AsOf.Add(-1) }, attested},
		"attested less than zero":  {func(g g) { g.Attestations[0].Deposits = math.NewInt(-1) }, attested},
		"attested no assets":       {func(g g) { g.Attestations[0].ReserveAssets = math.Int{} }, attested},
		"attested no document":     {func(g g) { g.Attestations[0].DocumentHash = nil }, attested},
		"attested by nobody":       {func(g g) { g.Attestations[0].SubmittedBy = "" }, registry},
		"confirmed at no moment":   {func(g g) { g.Attestations[1].ConfirmedAt = nil }, attested},
		"attested by nobody else":  {func(g g) { g.Attestations[1].ConfirmedBy = g.Attestations[1].SubmittedBy }, attested},
		"attested, nobody confirm": {func(g g) { g.Attestations[1].ConfirmedBy = "" }, registry},
		"signed by no auditor":     {func(g g) { g.Attestations[1].Auditor = "" }, attested},
		"signed at no time":        {func(g g) { g.Attestations[1].CountersignedAt = nil }, attested},
		"signed by nobody":         {func(g g) { g.Attestations[1].CountersignedBy = "" }, registry},

		"days swapped":         {func(g g) { g.BusinessDays[0], g.BusinessDays[1] = g.BusinessDays[1], g.BusinessDays[0] }, genesis},
		"day of nobody":        {func(g g) { g.BusinessDays[0].Bank = "" }, genesis},
		"day without book":     {func(g g) { g.BusinessDays[0].Bank = "aaa" }, genesis},
		"day of no date":       {func(g g) { g.BusinessDays[0].Date = "x" }, date},
		"day after the book":   {func(g g) { g.BusinessDays[1].Date = "2026-04-02" }, genesis},
		"day closed ahead":     {func(g g) { g.Books[0].ClosedThrough = "2026-03-31" }, genesis},
		"day below zero":       {func(g g) { g.BusinessDays[0].Liability = math.NewInt(-1) }, genesis},
		"day without totals":   {func(g g) { g.BusinessDays[0].Totals.Issued = math.Int{} }, genesis},
		"day open with orders": {func(g g) { g.BusinessDays[0].OpenOrders = 1 }, genesis},
		"day closed by nobody": {func(g g) { g.BusinessDays[1].ClosedBy = "" }, registry},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			state := validGenesis()
			test.corrupt(&state)
			err := state.Validate()
			require.ErrorIs(t, err, test.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestOrderName(t *testing.T) {
	order := types.Order{Bank: "alpha", Reference: "r1"}
	require.Equal(t, "order r1 of alpha", order.Name())
	order.Kind = types.OrderKindIssue
	require.Equal(t, "issue order r1 of alpha", order.Name())
	order.Kind = types.OrderKindRedeem
	require.Equal(t, "redeem order r1 of alpha", order.Name())
	require.Equal(t, "r1", order.CoreID())
	order.CoreReference = "core-1"
	require.Equal(t, "core-1", order.CoreID())
}

func TestReferences(t *testing.T) {
	account := keepertest.Address("alice").String()
	for _, own := range []string{"a", "2026/04-1", strings.Repeat("x", 64)} {
		reference := types.HolderReference(account, own)
		require.Error(t, types.ValidateReference(reference), "no bank can have it")
		gotAccount, gotOwn := types.SplitReference(reference)
		require.Equal(t, []string{account, own}, []string{gotAccount, gotOwn})
		gotAccount, gotOwn = types.SplitReference(own)
		require.Equal(t, []string{"", own}, []string{gotAccount, gotOwn})
		require.LessOrEqual(t, len(types.RedeemPurpose(reference)), 160)
	}
}

func TestDates(t *testing.T) {
	midnight := time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC)
	require.Equal(t, "2026-03-31", types.DateOf(midnight.Add(-time.Nanosecond)))
	require.Equal(t, "2026-04-01", types.DateOf(midnight), "a day begins at midnight in Japan")
	for date, want := range map[string]string{"2026-04-30": "2026-05-01", "2028-02-28": "2028-02-29", "2026-12-31": "2027-01-01"} {
		next, err := types.NextDate(date)
		require.NoError(t, err)
		require.Equal(t, want, next)
	}
	for _, bad := range []string{"", "2026-4-1", "2026-04-31", "20260401", "2026-04-01T00", "+026-04-01"} {
		require.ErrorIs(t, types.ValidateDate(bad), types.ErrInvalidDate, bad)
		_, err := types.NextDate(bad)
		require.ErrorIs(t, err, types.ErrInvalidDate, bad)
	}

	for closed, want := range map[string]string{
		"": "2026-04-01", "2026-03-01": "2026-04-01", "2026-03-31": "2026-04-01", "2026-04-01": "2026-04-02",
	} {
		got, err := types.BankBook{ClosedThrough: closed}.CurrentDate(midnight)
		require.NoError(t, err)
		require.Equal(t, want, got, "closed through %q", closed)
	}
}

// What is stored of an error is the same on every node: registered errors in words, others redacted.
func TestLineResult(t *testing.T) {
	require.Equal(t, types.LineResult{}, types.NewLineResult(nil))
	require.True(t, types.LineResult{}.Succeeded())

	result := types.NewLineResult(types.ErrReferenceUsed.Wrap("expected a new one, got r1"))
	require.Equal(t, types.LineResult{Code: 3, Codespace: "deposit", Text: "expected a new one, got r1: reference already used"}, result)
	require.NoError(t, result.Validate())

	hidden := types.NewLineResult(fmt.Errorf("at 0x%x", 42))
	require.EqualValues(t, 1, hidden.Code)
	require.NotContains(t, hidden.Text, "2a")
	require.NoError(t, hidden.Validate())

	long := types.NewLineResult(types.ErrInvalidOrder.Wrap(strings.Repeat("円", 100)))
	require.NoError(t, long.Validate())
	require.Len(t, long.Text, 198, "cut between two characters")
}
