package keeper_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/audit/types"
	depositkeeper "github.com/azukari-network/azukari/x/deposit/keeper"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

var fourBanks = []string{"alpha", "beta", "delta", "gamma"}

// economy is four banks, what their customers do by chance, and what each must have by now.
type economy struct {
	world

	accounts []string
	bankOf   map[string]string
	// claims is what each account has in balance and holds, counted without the keepers.
	claims map[string]int64
	// requested is every reference ever accepted, by bank.
	requested map[string][]string
	// batches are the bank and id of every batch.
	batches [][2]string
	done    int
}

const accountsPerBank = 3

func newEconomy(t *testing.T, flows recorder) *economy {
	t.Helper()
	e := &economy{
		world: newWorld(t, flows, fourBanks...), bankOf: map[string]string{}, claims: map[string]int64{}, requested: map[string][]string{},
	}
	require.NoError(t, e.links.InitGenesis(e.Ctx, *financialtypes.DefaultGenesis()))
	for _, bank := range fourBanks {
		for i := range accountsPerBank {
			account := e.Open(t, bank, fmt.Sprintf("%s/%d", bank, i))
			e.accounts = append(e.accounts, account)
			e.bankOf[account] = bank
			reference := fmt.Sprintf("opening-%d", i)
			e.Issue(t, bank, account, 1000, reference)
			e.claims[account] = 1000
			e.requested[bank] = append(e.requested[bank], reference)
		}
	}
	return e
}

func (e *economy) account(r *rapid.T, label string) string {
	return rapid.SampledFrom(e.accounts).Draw(r, label)
}

// amount is mostly what somebody may have, and sometimes what nobody has or nobody may ask.
func amount(r *rapid.T) int64 {
	return rapid.OneOf(rapid.Int64Range(1, 400), rapid.Int64Range(0, 3000)).Draw(r, "amount")
}

// reference is mostly new, and sometimes one that the bank has used.
func (e *economy) reference(r *rapid.T, bank string) string {
	if rapid.IntRange(0, 9).Draw(r, "reuse") == 0 {
		return rapid.SampledFrom(e.requested[bank]).Draw(r, "used reference")
	}
	return fmt.Sprintf("r%d", len(e.requested[bank]))
}

// accept notes a request that the zone took, and fails if it took a reference twice.
func (e *economy) accept(r *rapid.T, bank, reference string) {
	if slices.Contains(e.requested[bank], reference) {
		r.Fatalf("reference %s of %s accepted twice", reference, bank)
	}
	e.requested[bank] = append(e.requested[bank], reference)
	e.done++
}

func (e *economy) requestIssue(r *rapid.T) {
	account := e.account(r, "account")
	bank, reference := e.bankOf[account], e.reference(r, e.bankOf[account])
	if err := e.RequestIssue(bank, account, amount(r), reference); err == nil {
		e.accept(r, bank, reference)
	}
}

func (e *economy) requestRedeem(r *rapid.T) {
	account := e.account(r, "account")
	bank, reference := e.bankOf[account], e.reference(r, e.bankOf[account])
	if err := e.RequestRedeem(account, amount(r), reference); err == nil {
		e.accept(r, bank, deposittypes.HolderReference(account, reference))
	}
}

// order draws a bank's order: any, so that some are decided twice.
func (e *economy) order(r *rapid.T) (deposittypes.Order, bool) {
	bank := rapid.SampledFrom(fourBanks).Draw(r, "bank")
	reference := rapid.SampledFrom(e.requested[bank]).Draw(r, "reference")
	order, err := e.Deposit.GetOrder(e.Ctx, bank, reference)
	return order, err == nil
}

// submitBatch requests a few orders at once, some of which are the bank's own to refuse.
func (e *economy) submitBatch(r *rapid.T) {
	bank := rapid.SampledFrom(fourBanks).Draw(r, "bank")
	msg := &deposittypes.MsgSubmitBatch{Operator: moneytest.Operator(bank, "maker"), Batch: fmt.Sprintf("b%d", len(e.batches))}
	for i := range rapid.IntRange(1, 4).Draw(r, "lines") {
		kind := rapid.SampledFrom([]deposittypes.OrderKind{deposittypes.OrderKindIssue, deposittypes.OrderKindRedeem}).Draw(r, "kind")
		msg.Lines = append(msg.Lines, deposittypes.BatchOrder{
			Kind: kind, Account: e.account(r, "account"), Amount: moneytest.Yen(amount(r)),
			Reference: fmt.Sprintf("%s-%d", e.reference(r, bank), i),
		})
	}
	response, err := e.DepositMsgs.SubmitBatch(e.Ctx, msg)
	require.NoError(r, err)
	e.batches = append(e.batches, [2]string{bank, msg.Batch})
	for _, line := range response.Lines {
		if line.Result.Succeeded() {
			e.accept(r, bank, line.Reference)
		}
	}
}

// decideBatch has a bank approve or reject what is open of a batch.
func (e *economy) decideBatch(r *rapid.T) {
	if len(e.batches) == 0 {
		return
	}
	batch := rapid.SampledFrom(e.batches).Draw(r, "batch")
	checker := moneytest.Operator(batch[0], "checker")
	if rapid.Bool().Draw(r, "reject") {
		_, err := e.DepositMsgs.RejectBatch(e.Ctx, &deposittypes.MsgRejectBatch{
			Operator: checker, Batch: batch[1], RejectCode: deposittypes.RejectCodeOther, Reason: "no",
		})
		if err == nil {
			e.done++
		}
		return
	}
	response, err := e.DepositMsgs.ApproveBatch(e.Ctx, &deposittypes.MsgApproveBatch{Operator: checker, Batch: batch[1]})
	if err != nil {
		return
	}
	for _, line := range response.Lines {
		if line.Result.Succeeded() {
			e.approved(r, batch[0], line.Reference)
		}
	}
}

// approve has a bank approve an order, or a part of it.
func (e *economy) approve(r *rapid.T) {
	order, found := e.order(r)
	if !found {
		return
	}
	msg := &deposittypes.MsgApprove{Operator: moneytest.Operator(order.Bank, "checker"), Reference: order.Reference}
	part := rapid.Int64Range(0, order.Amount.Amount.Int64()).Draw(r, "part")
	if part > 0 && part < order.Amount.Amount.Int64() {
		coin := moneytest.Yen(part)
		msg.Amount, msg.RejectCode, msg.Reason = &coin, deposittypes.RejectCodeLimit, "part"
	}
	err := e.Do(func(ctx context.Context) error {
		_, err := e.DepositMsgs.Approve(ctx, msg)
		return err
	})
	if err == nil {
		e.approved(r, order.Bank, order.Reference)
	}
}

// approved counts what an approval moved.
func (e *economy) approved(r *rapid.T, bank, reference string) {
	order, err := e.Deposit.GetOrder(e.Ctx, bank, reference)
	require.NoError(r, err)
	e.done++
	if order.Kind == deposittypes.OrderKindRedeem {
		e.claims[order.Account] -= order.ApprovedAmount.Amount.Int64()
		return
	}
	e.claims[order.Account] += order.ApprovedAmount.Amount.Int64()
}

// closeDay has a bank close its business date, and then it is a few hours later.
func (e *economy) closeDay(r *rapid.T) {
	bank := rapid.SampledFrom(fourBanks).Draw(r, "bank")
	_, err := e.DepositMsgs.CloseBusinessDay(e.Ctx, &deposittypes.MsgCloseBusinessDay{
		Operator: moneytest.Operator(bank, "checker"), Date: deposittypes.DateOf(e.Ctx.BlockTime()),
	})
	if err == nil {
		e.done++
	}
	e.NextBlock(time.Duration(rapid.IntRange(1, 30).Draw(r, "hours")) * time.Hour)
}

func (e *economy) reject(r *rapid.T) {
	order, found := e.order(r)
	if found && e.Reject(order.Bank, order.Reference) == nil {
		e.done++
	}
}

func (e *economy) pay(r *rapid.T) {
	from, to, yen := e.account(r, "from"), e.account(r, "to"), amount(r)
	if e.Pay(from, to, yen) == nil {
		e.claims[from] -= yen
		e.claims[to] += yen
		e.done++
	}
}

func (e *economy) freeze(r *rapid.T) {
	account := e.account(r, "account")
	if e.Freeze(e.bankOf[account], account) == nil {
		e.done++
	}
}

func (e *economy) unfreeze(r *rapid.T) {
	account := e.account(r, "account")
	if e.Unfreeze(e.bankOf[account], account) == nil {
		e.done++
	}
}

func (e *economy) laws(r require.TestingT) types.QueryLawsResponse {
	laws, err := e.audit.Check(e.Ctx)
	require.NoError(r, err)
	return laws
}

// check asserts every law, and that each account has what the test itself counted.
func (e *economy) check(r *rapid.T) {
	laws := e.laws(r)
	require.NoError(r, laws.Err())
	held := map[string]int64{}
	for _, bank := range fourBanks {
		for _, reference := range e.requested[bank] {
			order, err := e.Deposit.GetOrder(e.Ctx, bank, reference)
			require.NoError(r, err)
			require.NoError(r, order.Validate())
			if order.HoldId != 0 {
				held[order.Account] += order.Amount.Amount.Int64()
			}
		}
	}
	for _, account := range e.accounts {
		require.Equal(r, e.claims[account], e.Balance(account)+held[account], account)
	}
}

// actions are what may happen in an economy, and what must hold after each.
func (e *economy) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"": e.check, "request issue": e.requestIssue, "request redeem": e.requestRedeem,
		"approve": e.approve, "reject": e.reject, "pay": e.pay, "pay more": e.pay,
		"freeze": e.freeze, "unfreeze": e.unfreeze,
		"submit batch": e.submitBatch, "decide batch": e.decideBatch, "close day": e.closeDay,
	}
}

// Whatever four banks and their customers do, in whatever order, the laws of money hold after every step.
func TestLawsHoldAfterEveryStep(t *testing.T) {
	done := 0
	rapid.Check(t, func(r *rapid.T) {
		e := newEconomy(t, nil)
		r.Repeat(e.actions())
		done += e.done
		g := e.export(t)
		require.NoError(r, g.deposit.Validate())
	})
	require.Positive(t, done, "expected some actions to succeed")
}

// recordFunc is a flow recorder that tests make up.
type recordFunc func(ctx context.Context, payerBank, payeeBank string, amount math.Int) error

// RecordFlow implements registrytypes.FlowRecorder.
func (f recordFunc) RecordFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error {
	return f(ctx, payerBank, payeeBank, amount)
}

// wrongRecorders book payments between banks as no correct zone does.
var wrongRecorders = map[string]recorder{
	"books nothing": func(*depositkeeper.Keeper) registrytypes.FlowRecorder {
		return recordFunc(func(context.Context, string, string, math.Int) error { return nil })
	},
	"books twice": func(deposit *depositkeeper.Keeper) registrytypes.FlowRecorder {
		return recordFunc(func(ctx context.Context, payer, payee string, amount math.Int) error {
			return deposit.RecordFlow(ctx, payer, payee, amount.MulRaw(2))
		})
	},
	"books backwards": func(deposit *depositkeeper.Keeper) registrytypes.FlowRecorder {
		return recordFunc(func(ctx context.Context, payer, payee string, amount math.Int) error {
			return deposit.RecordFlow(ctx, payee, payer, amount)
		})
	},
	"books one yen more": func(deposit *depositkeeper.Keeper) registrytypes.FlowRecorder {
		return recordFunc(func(ctx context.Context, payer, payee string, amount math.Int) error {
			return deposit.RecordFlow(ctx, payer, payee, amount.AddRaw(1))
		})
	},
	"books for a third bank": func(deposit *depositkeeper.Keeper) registrytypes.FlowRecorder {
		return recordFunc(func(ctx context.Context, payer, payee string, amount math.Int) error {
			third := slices.IndexFunc(fourBanks, func(bank string) bool { return bank != payer && bank != payee })
			return deposit.RecordFlow(ctx, payer, fourBanks[third], amount)
		})
	},
}

// The audit is not blind: with a recorder that books wrongly, one payment between two banks breaks law 1, and what the
// banks settled is not what is in their books.
func TestWrongRecorderBreaksLaw(t *testing.T) {
	for name, flows := range wrongRecorders {
		t.Run(name, func(t *testing.T) {
			e := newEconomy(t, flows)
			require.NoError(t, e.Pay(e.accounts[0], e.accounts[accountsPerBank], 100))
			laws := e.laws(t)
			require.False(t, laws.Holds)
			require.Contains(t, broken(laws), "5 flows")
			for _, finding := range slices.DeleteFunc(broken(laws), func(finding string) bool { return finding == "5 flows" }) {
				require.Contains(t, finding, "1 bank ")
			}
		})
	}
}
