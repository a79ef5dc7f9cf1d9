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

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit/keeper"
	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var marketBanks = []string{"alpha", "beta", "gamma"}

// market is three banks with two customers each, what they do by chance, and what each customer must have by now.
type market struct {
	*moneytest.World

	accounts []string
	bankOf   map[string]string
	// claims is what each account has in balance and holds, counted without the keepers.
	claims map[string]int64
	// orders are the references of every order ever accepted, by bank; batches the ids of every batch.
	orders, batches map[string][]string
	// done counts what succeeded, by action.
	done map[string]int
	next int
}

func newMarket(t *testing.T, options moneytest.Options) *market {
	t.Helper()
	options.Banks = marketBanks
	m := &market{
		World: moneytest.New(t, options), bankOf: map[string]string{}, claims: map[string]int64{},
		orders: map[string][]string{}, batches: map[string][]string{}, done: map[string]int{},
	}
	for _, bank := range marketBanks {
		for i := range 2 {
			account := m.Open(t, bank, fmt.Sprintf("%s/%d", bank, i))
			m.accounts, m.bankOf[account] = append(m.accounts, account), bank
			reference := fmt.Sprintf("opening-%d", i)
			m.Issue(t, bank, account, 1000, reference)
			m.claims[account], m.orders[bank] = 1000, append(m.orders[bank], reference)
		}
	}
	return m
}

// try runs a message as a transaction does, and counts it if it succeeds.
func (m *market) try(action string, message func(ctx context.Context) error) bool {
	if m.Do(message) != nil {
		return false
	}
	m.done[action]++
	return true
}

func (m *market) account(r *rapid.T) string { return rapid.SampledFrom(m.accounts).Draw(r, "account") }

func drawBank(r *rapid.T) string { return rapid.SampledFrom(marketBanks).Draw(r, "bank") }

func drawYen(r *rapid.T) sdk.Coin {
	return moneytest.Yen(rapid.OneOf(rapid.Int64Range(1, 300), rapid.Int64Range(0, 3000)).Draw(r, "amount"))
}

// reference is mostly new, and sometimes one that is used.
func (m *market) reference(r *rapid.T, bank string) string {
	if rapid.IntRange(0, 9).Draw(r, "reuse") == 0 {
		_, own := types.SplitReference(rapid.SampledFrom(m.orders[bank]).Draw(r, "used reference"))
		return own
	}
	m.next++
	return fmt.Sprintf("r%d", m.next)
}

// accept notes an order that the zone took, and fails if it took a reference twice.
func (m *market) accept(r *rapid.T, bank, reference string) {
	if slices.Contains(m.orders[bank], reference) {
		r.Fatalf("reference %s of %s accepted twice", reference, bank)
	}
	m.orders[bank] = append(m.orders[bank], reference)
}

func (m *market) request(r *rapid.T) {
	account := m.account(r)
	bank := m.bankOf[account]
	requester := rapid.SampledFrom([]string{
		account, moneytest.Operator(bank, "maker"), moneytest.Operator(bank, "both"), moneytest.Operator(drawBank(r), "maker"),
	}).Draw(r, "requester")
	issue, amount, own := rapid.Bool().Draw(r, "issue"), drawYen(r), m.reference(r, bank)
	reference := ""
	accepted := m.try("request", func(ctx context.Context) error {
		if issue {
			response, err := m.DepositMsgs.RequestIssue(ctx, &types.MsgRequestIssue{Requester: requester, Account: account, Amount: amount, Reference: own})
			if err == nil {
				reference = response.Reference
			}
			return err
		}
		response, err := m.DepositMsgs.RequestRedeem(ctx, &types.MsgRequestRedeem{Requester: requester, Account: account, Amount: amount, Reference: own})
		if err == nil {
			reference = response.Reference
		}
		return err
	})
	if accepted {
		m.accept(r, bank, reference)
	}
}

// order draws any order, so that some are acted on twice.
func (m *market) order(r *rapid.T) types.Order {
	bank := drawBank(r)
	// The newest third of the orders, mostly: there the open ones are.
	references := m.orders[bank]
	if rapid.IntRange(0, 3).Draw(r, "newest") > 0 {
		references = references[len(references)*2/3:]
	}
	order, err := m.Deposit.GetOrder(m.Ctx, bank, rapid.SampledFrom(references).Draw(r, "reference"))
	require.NoError(r, err)
	return order
}

func (m *market) confirm(r *rapid.T) {
	order := m.order(r)
	operator := moneytest.Operator(order.Bank, rapid.SampledFrom([]string{"maker", "both"}).Draw(r, "operator"))
	core := "core-" + m.reference(r, order.Bank)
	m.try("confirm", func(ctx context.Context) error {
		_, err := m.DepositMsgs.ConfirmDebit(ctx, &types.MsgConfirmDebit{Operator: operator, Reference: order.Reference, CoreReference: core})
		return err
	})
}

func (m *market) approve(r *rapid.T) {
	order := m.order(r)
	operator := moneytest.Operator(order.Bank, rapid.SampledFrom([]string{"checker", "both"}).Draw(r, "operator"))
	msg := &types.MsgApprove{Operator: operator, Reference: order.Reference}
	if rapid.Bool().Draw(r, "part") {
		part := drawYen(r)
		msg.Amount, msg.RejectCode, msg.Reason = &part, types.RejectCodeLimit, "part"
	}
	approved := m.try("approve", func(ctx context.Context) error {
		_, err := m.DepositMsgs.Approve(ctx, msg)
		return err
	})
	if !approved {
		return
	}
	if operator == order.RequestedBy || operator == order.ConfirmedBy {
		r.Fatalf("%s approved by %s, who requested or confirmed it", order.Name(), operator)
	}
	m.count(r, order.Bank, order.Reference)
}

// count moves what an approved order moved in the counted claims.
func (m *market) count(r *rapid.T, bank, reference string) {
	order, err := m.Deposit.GetOrder(m.Ctx, bank, reference)
	require.NoError(r, err)
	require.Equal(r, types.OrderStatusApproved, order.Status)
	change := order.ApprovedAmount.Amount.Int64()
	if order.Kind == types.OrderKindRedeem {
		change = -change
	}
	m.claims[order.Account] += change
}

func (m *market) reject(r *rapid.T) {
	order := m.order(r)
	if m.Reject(order.Bank, order.Reference) == nil {
		m.done["reject"]++
	}
}

func (m *market) cancel(r *rapid.T) {
	order := m.order(r)
	requester := rapid.SampledFrom([]string{order.RequestedBy, moneytest.Operator(order.Bank, "maker"), order.Account}).Draw(r, "requester")
	m.try("cancel", func(ctx context.Context) error {
		_, err := m.DepositMsgs.CancelOrder(ctx, &types.MsgCancelOrder{Requester: requester, Reference: order.Reference})
		return err
	})
}

func (m *market) submitBatch(r *rapid.T) {
	bank := drawBank(r)
	msg := &types.MsgSubmitBatch{
		Operator: moneytest.Operator(bank, rapid.SampledFrom([]string{"maker", "both"}).Draw(r, "operator")), Batch: fmt.Sprintf("b%d", len(m.batches[bank])),
	}
	for range rapid.IntRange(1, 5).Draw(r, "lines") {
		msg.Lines = append(msg.Lines, types.BatchOrder{
			Kind: types.OrderKind(rapid.IntRange(0, 2).Draw(r, "kind")), Account: m.account(r), Amount: drawYen(r), Reference: m.reference(r, bank),
		})
	}
	m.try("submit batch", func(ctx context.Context) error {
		response, err := m.DepositMsgs.SubmitBatch(ctx, msg)
		require.NoError(r, err)
		require.False(r, response.RepeatedSubmission)
		for _, line := range response.Lines {
			if line.Result.Succeeded() {
				m.accept(r, bank, line.Reference)
			}
		}
		return nil
	})
	m.batches[bank] = append(m.batches[bank], msg.Batch)
	again, err := m.DepositMsgs.SubmitBatch(m.Ctx, msg)
	require.NoError(r, err)
	require.True(r, again.RepeatedSubmission)
}

func (m *market) decideBatch(r *rapid.T) {
	bank := drawBank(r)
	if len(m.batches[bank]) == 0 {
		return
	}
	batch := rapid.SampledFrom(m.batches[bank]).Draw(r, "batch")
	operator := moneytest.Operator(bank, rapid.SampledFrom([]string{"checker", "both"}).Draw(r, "operator"))
	if rapid.Bool().Draw(r, "reject") {
		m.try("reject batch", func(ctx context.Context) error {
			_, err := m.DepositMsgs.RejectBatch(ctx, &types.MsgRejectBatch{
				Operator: operator, Batch: batch, RejectCode: types.RejectCodeOther, Reason: "no",
			})
			return err
		})
		return
	}
	var approved []types.LineOutcome
	m.try("approve batch", func(ctx context.Context) error {
		response, err := m.DepositMsgs.ApproveBatch(ctx, &types.MsgApproveBatch{Operator: operator, Batch: batch})
		if err == nil {
			approved = response.Lines
		}
		return err
	})
	for _, line := range approved {
		if line.Result.Succeeded() {
			m.count(r, bank, line.Reference)
		}
	}
}

func (m *market) pay(r *rapid.T) {
	from, to, amount := m.account(r), m.account(r), drawYen(r).Amount.Int64()
	if m.Pay(from, to, amount) == nil {
		m.done["pay"]++
		m.claims[from] -= amount
		m.claims[to] += amount
	}
}

// circumstances change what is possible: accounts freeze, banks pause, ceilings move, dates end.
func (m *market) circumstances(r *rapid.T) {
	account, bank := m.account(r), drawBank(r)
	switch rapid.IntRange(0, 4).Draw(r, "circumstance") {
	case 0:
		if m.Freeze(m.bankOf[account], account) != nil {
			require.NoError(r, m.Unfreeze(m.bankOf[account], account))
		}
	case 1:
		if m.Pause(bank) != nil {
			require.NoError(r, m.Unpause(bank))
		}
	case 2:
		_, err := m.DepositMsgs.SetCeiling(m.Ctx, &types.MsgSetCeiling{
			Authority: m.Membership.Authority(), Bank: bank, Amount: math.NewInt(rapid.Int64Range(0, 5000).Draw(r, "ceiling")),
		})
		require.NoError(r, err)
	case 3:
		days := time.Duration(rapid.IntRange(0, 2).Draw(r, "days ago")) * 24 * time.Hour
		m.try("close", func(ctx context.Context) error {
			_, err := m.DepositMsgs.CloseBusinessDay(ctx, &types.MsgCloseBusinessDay{
				Operator: moneytest.Operator(bank, "checker"), Date: types.DateOf(m.Ctx.BlockTime().Add(-days)),
			})
			return err
		})
	default:
		m.NextBlock(time.Duration(rapid.IntRange(1, 30).Draw(r, "hours")) * time.Hour)
	}
}

func (m *market) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"":        func(r *rapid.T) { require.NoError(r, m.sound()) },
		"request": m.request, "request more": m.request, "confirm": m.confirm, "approve": m.approve, "approve more": m.approve,
		"reject": m.reject, "cancel": m.cancel, "submit batch": m.submitBatch, "decide batch": m.decideBatch, "pay": m.pay,
		"circumstances": m.circumstances,
	}
}

// sound says what is wrong with the books, if something is.
func (m *market) sound() error {
	state, err := m.Deposit.ExportGenesis(m.Ctx)
	if err != nil {
		return err
	}
	if err := state.Validate(); err != nil {
		return err
	}
	held, open := map[string]int64{}, map[string]uint64{}
	for _, order := range state.Orders {
		if order.HoldId != 0 {
			held[order.Account] += order.Amount.Amount.Int64()
		}
		if order.IsOpen() {
			open[order.Bank]++
		}
	}
	owed := map[string]int64{}
	for _, account := range m.accounts {
		has := m.Balance(account) + held[account]
		if has != m.claims[account] {
			return fmt.Errorf("expected %s to have %d, got %d", account, m.claims[account], has)
		}
		owed[m.bankOf[account]] += has
	}
	total := int64(0)
	for _, bank := range marketBanks {
		if err := m.soundBook(state, bank, owed[bank], open[bank]); err != nil {
			return err
		}
		total += owed[bank]
	}
	if supply := m.Bank.GetSupply(m.Ctx, registrytypes.YenDenom).Amount.Int64(); supply != total {
		return fmt.Errorf("expected a supply of %d, got %d", total, supply)
	}
	return nil
}

// soundBook compares one bank's book with what its customers have, with orders and flows, and with its dates.
func (m *market) soundBook(state types.GenesisState, bank string, owed int64, open uint64) error {
	book, err := m.Deposit.GetBook(m.Ctx, bank)
	if err != nil {
		return err
	}
	var issued, redeemed, in, out int64
	for _, order := range state.Orders {
		switch {
		case order.Bank != bank || order.Status != types.OrderStatusApproved:
		case order.Kind == types.OrderKindIssue:
			issued += order.ApprovedAmount.Amount.Int64()
		default:
			redeemed += order.ApprovedAmount.Amount.Int64()
		}
	}
	for _, flow := range state.Flows {
		if flow.PayeeBank == bank {
			in += flow.Amount.Int64()
		}
		if flow.PayerBank == bank {
			out += flow.Amount.Int64()
		}
	}
	days := book.Day
	for _, day := range state.BusinessDays {
		if day.Bank == bank {
			days.Issued, days.Redeemed = days.Issued.Add(day.Totals.Issued), days.Redeemed.Add(day.Totals.Redeemed)
			days.FlowsIn, days.FlowsOut = days.FlowsIn.Add(day.Totals.FlowsIn), days.FlowsOut.Add(day.Totals.FlowsOut)
		}
	}
	date, err := keeper.NewQueryServer(m.Deposit).BusinessDate(m.Ctx, &types.QueryBusinessDateRequest{Bank: bank})
	if err != nil {
		return err
	}
	for _, check := range []struct {
		what      string
		want, got int64
	}{
		{"liability as claims", owed, book.Liability.Int64()},
		{"liability as orders and flows", issued - redeemed + in - out, book.Liability.Int64()},
		{"issued", issued, book.Issued.Int64()},
		{"redeemed", redeemed, book.Redeemed.Int64()},
		{"issued by date", issued, days.Issued.Int64()},
		{"redeemed by date", redeemed, days.Redeemed.Int64()},
		{"flows in by date", in, days.FlowsIn.Int64()},
		{"flows out by date", out, days.FlowsOut.Int64()},
		{"open orders", int64(open), int64(date.OpenOrders)},
	} {
		if check.want != check.got {
			return fmt.Errorf("%s of %s: expected %d, got %d", check.what, bank, check.want, check.got)
		}
	}
	return nil
}

// Whatever banks and their customers do, in whatever order, books, balances, orders and dates agree after every step; and
// what is exported imports as the same.
func TestBooksAgreeAfterEveryStep(t *testing.T) {
	done := map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		m := newMarket(t, moneytest.Options{})
		r.Repeat(m.actions())
		for action, count := range m.done {
			done[action] += count
		}
		exported, err := m.Deposit.ExportGenesis(m.Ctx)
		require.NoError(r, err)
		other := moneytest.New(t, moneytest.Options{Banks: marketBanks})
		require.NoError(r, other.Deposit.InitGenesis(other.Ctx, exported))
		again, err := other.Deposit.ExportGenesis(other.Ctx)
		require.NoError(r, err)
		require.Equal(r, exported, again)
	})
	for _, action := range []string{
		"request", "confirm", "approve", "reject", "cancel", "submit batch", "approve batch", "reject batch", "pay", "close",
	} {
		require.Positive(t, done[action], "expected some to succeed: %s", action)
	}
}

// lazyHold does not do all that it is asked.
type lazyHold struct {
	types.HoldKeeper

	noRelease, captureLess bool
}

// Release implements types.HoldKeeper.
func (h lazyHold) Release(ctx context.Context, id uint64) error {
	if h.noRelease {
		return nil
	}
	return h.HoldKeeper.Release(ctx, id)
}

// CapturePartToModule implements types.HoldKeeper.
func (h lazyHold) CapturePartToModule(ctx context.Context, id uint64, part sdk.Coin, module string) error {
	if h.captureLess {
		part.Amount = part.Amount.SubRaw(1)
	}
	return h.HoldKeeper.CapturePartToModule(ctx, id, part, module)
}

// sloppyBank does more or less than it is asked.
type sloppyBank struct {
	types.BankKeeper

	mintTwice, noBurn bool
}

// MintCoins implements types.BankKeeper.
func (b sloppyBank) MintCoins(ctx context.Context, module string, coins sdk.Coins) error {
	if b.mintTwice {
		coins = coins.MulInt(math.NewInt(2))
	}
	return b.BankKeeper.MintCoins(ctx, module, coins)
}

// BurnCoins implements types.BankKeeper.
func (b sloppyBank) BurnCoins(ctx context.Context, module string, coins sdk.Coins) error {
	if b.noBurn {
		return nil
	}
	return b.BankKeeper.BurnCoins(ctx, module, coins)
}

// The property test is not blind: each way to account wrongly shows after one order of each kind, approved in part.
func TestBrokenAccountingIsCaught(t *testing.T) {
	for name, broken := range map[string]struct {
		hold lazyHold
		bank sloppyBank
	}{
		"nothing broken":    {},
		"rest not released": {hold: lazyHold{noRelease: true}},
		"captured too few":  {hold: lazyHold{captureLess: true}},
		"minted twice":      {bank: sloppyBank{mintTwice: true}},
		"burnt nothing":     {bank: sloppyBank{noBurn: true}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMarket(t, moneytest.Options{})
			broken.hold.HoldKeeper, broken.bank.BankKeeper = m.Hold, m.Bank
			m.Deposit = keeper.NewKeeper(m.Codec, runtime.NewKVStoreService(m.Keys[types.StoreKey]),
				broken.bank, m.Registry, broken.hold, m.Membership)
			m.DepositMsgs = keeper.NewMsgServer(m.Deposit)
			err := m.partOfEach()
			if err == nil {
				err = m.sound()
			}
			if name == "nothing broken" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			t.Log(err)
		})
	}
}

// partOfEach approves 60 of 100 yen of an issue and of a redeem order, and counts it.
func (m *market) partOfEach() error {
	account := m.accounts[0]
	if err := m.RequestIssue("alpha", account, 100, "i"); err != nil {
		return err
	}
	if err := m.RequestRedeem(account, 100, "r"); err != nil {
		return err
	}
	for _, reference := range []string{"i", types.HolderReference(account, "r")} {
		_, err := m.DepositMsgs.Approve(m.Ctx, &types.MsgApprove{
			Operator: moneytest.Operator("alpha", "checker"), Reference: reference, Amount: yen(60),
			RejectCode: types.RejectCodeLimit, Reason: "part",
		})
		if err != nil {
			return err
		}
	}
	return nil
}
