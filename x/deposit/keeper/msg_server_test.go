package keeper_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// setup is a world of two banks with an account of each; alice of alpha has 1000 yen.
type setup struct {
	*moneytest.World

	alice, bob string
}

func newSetup(t *testing.T) setup {
	t.Helper()
	w := moneytest.New(t, moneytest.Options{Banks: []string{"alpha", "beta"}})
	s := setup{World: w, alice: w.Open(t, "alpha", "alice"), bob: w.Open(t, "beta", "bob")}
	w.Issue(t, "alpha", s.alice, 1000, "opening")
	w.NextBlock(time.Second)
	return s
}

// order returns an order of alpha.
func (s setup) order(t *testing.T, reference string) types.Order {
	t.Helper()
	order, err := s.Deposit.GetOrder(s.Ctx, "alpha", reference)
	require.NoError(t, err)
	require.NoError(t, order.Validate())
	return order
}

func yen(amount int64) *sdk.Coin {
	coin := moneytest.Yen(amount)
	return &coin
}

// cancel has somebody take back an order.
func (s setup) cancel(requester, reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.DepositMsgs.CancelOrder(ctx, &types.MsgCancelOrder{Requester: requester, Reference: reference})
		return err
	})
}

// redeemByMaker has alpha's maker ask for 10 yen of alice.
func (s setup) redeemByMaker(reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.DepositMsgs.RequestRedeem(ctx, &types.MsgRequestRedeem{
			Requester: moneytest.Operator("alpha", "maker"), Account: s.alice, Amount: moneytest.Yen(10), Reference: reference,
		})
		return err
	})
}

func (s setup) supply() math.Int {
	return s.Bank.GetSupply(s.Ctx, registrytypes.YenDenom).Amount
}

// book is what a bank owes, has issued and has redeemed, whatever the date.
type book struct {
	bank                        string
	liability, issued, redeemed int64
}

func (s setup) book(t *testing.T, bank string) book {
	t.Helper()
	found, err := s.Deposit.GetBook(s.Ctx, bank)
	require.NoError(t, err)
	require.NoError(t, found.Validate())
	return book{found.Bank, found.Liability.Int64(), found.Issued.Int64(), found.Redeemed.Int64()}
}

func TestIssue(t *testing.T) {
	s := newSetup(t)
	maker, checker := moneytest.Operator("alpha", "maker"), moneytest.Operator("alpha", "checker")

	require.NoError(t, s.RequestIssue("alpha", s.alice, 500, "2026/04-1"))
	require.EqualValues(t, 1000, s.Balance(s.alice), "a request moves nothing")
	requested := types.Order{
		Bank: "alpha", Reference: "2026/04-1", Kind: types.OrderKindIssue, Account: s.alice, Amount: moneytest.Yen(500),
		Status: types.OrderStatusDebited, RequestedBy: maker, RequestedAt: s.Ctx.BlockTime(), BusinessDate: "2026-04-01",
	}
	require.Equal(t, requested, s.order(t, "2026/04-1"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventOrderRequested{
		Bank: "alpha", Reference: "2026/04-1", Kind: types.OrderKindIssue, Account: s.alice,
		Amount: moneytest.Yen(500), RequestedBy: maker, Status: types.OrderStatusDebited, BusinessDate: "2026-04-01",
	})

	s.NextBlock(time.Minute)
	require.NoError(t, s.Approve("alpha", "2026/04-1"))
	require.EqualValues(t, 1500, s.Balance(s.alice))
	require.Equal(t, book{"alpha", 1500, 1500, 0}, s.book(t, "alpha"))
	require.EqualValues(t, 1500, s.supply().Int64())
	approved, now := requested, s.Ctx.BlockTime()
	approved.Status, approved.DecidedBy, approved.DecidedAt = types.OrderStatusApproved, checker, &now
	approved.DecidedDate, approved.ApprovedAmount = "2026-04-01", yen(500)
	require.Equal(t, approved, s.order(t, "2026/04-1"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventOrderApproved{
		Bank: "alpha", Reference: "2026/04-1", Kind: types.OrderKindIssue, Account: s.alice,
		Amount: moneytest.Yen(500), ApprovedBy: checker, ApprovedAmount: moneytest.Yen(500), BusinessDate: "2026-04-01",
	})
}

func TestRejectIssue(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 500, "r1"))
	require.NoError(t, s.Reject("alpha", "r1"))
	require.EqualValues(t, 1000, s.Balance(s.alice))
	require.Equal(t, book{"alpha", 1000, 1000, 0}, s.book(t, "alpha"))
	order := s.order(t, "r1")
	require.Equal(t, types.OrderStatusRejected, order.Status)
	require.Equal(t, "not covered", order.Reason)
	require.Equal(t, types.RejectCodeInsufficientDeposit, order.RejectCode)
	require.Nil(t, order.ApprovedAmount)
	keepertest.RequireEvent(t, s.Ctx, &types.EventOrderRejected{
		Bank: "alpha", Reference: "r1", Kind: types.OrderKindIssue, Account: s.alice, Amount: moneytest.Yen(500),
		RejectedBy: moneytest.Operator("alpha", "checker"), Reason: "not covered",
		RejectCode: types.RejectCodeInsufficientDeposit, BusinessDate: "2026-04-01",
	})
}

func TestRedeem(t *testing.T) {
	tests := map[string]func(s setup) (requester, reference string){
		"by holder": func(s setup) (string, string) { return s.alice, s.alice + "@r1" },
		"by maker":  func(setup) (string, string) { return moneytest.Operator("alpha", "maker"), "r1" },
	}
	for name, names := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			requester, reference := names(s)
			response, err := s.DepositMsgs.RequestRedeem(s.Ctx, &types.MsgRequestRedeem{
				Requester: requester, Account: s.alice, Amount: moneytest.Yen(400), Reference: "r1",
			})
			require.NoError(t, err)
			require.Equal(t, reference, response.Reference)
			hold, err := s.Hold.Get(s.Ctx, response.HoldId)
			require.NoError(t, err)
			require.Equal(t, holdtypes.Hold{
				Id: response.HoldId, Owner: s.alice, Amount: moneytest.Yen(400), Purpose: "redeem/" + reference,
			}, hold)
			require.EqualValues(t, 600, s.Balance(s.alice))
			require.Equal(t, book{"alpha", 1000, 1000, 0}, s.book(t, "alpha"), "held yen is still owed")
			order := s.order(t, reference)
			require.Equal(t, response.HoldId, order.HoldId)
			require.Equal(t, requester, order.RequestedBy)
			require.Equal(t, types.OrderStatusRequested, order.Status)

			require.NoError(t, s.Approve("alpha", reference))
			require.Equal(t, book{"alpha", 600, 1000, 400}, s.book(t, "alpha"))
			require.EqualValues(t, 600, s.supply().Int64())
			require.Zero(t, s.order(t, reference).HoldId)
			_, err = s.Hold.Get(s.Ctx, response.HoldId)
			require.ErrorIs(t, err, holdtypes.ErrHoldNotFound)
			keepertest.RequireEvent(t, s.Ctx, &types.EventOrderApproved{
				Bank: "alpha", Reference: reference, Kind: types.OrderKindRedeem, Account: s.alice,
				Amount: moneytest.Yen(400), ApprovedBy: moneytest.Operator("alpha", "checker"),
				ApprovedAmount: moneytest.Yen(400), BusinessDate: "2026-04-01",
			})
		})
	}
}

func TestRedeemOfFrozenAccountIsStillDecided(t *testing.T) {
	for name, decide := range map[string]func(s setup, reference string) error{
		"approve": func(s setup, reference string) error { return s.Approve("alpha", reference) },
		"reject":  func(s setup, reference string) error { return s.Reject("alpha", reference) },
		"cancel":  func(s setup, reference string) error { return s.cancel(s.alice, reference) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			require.NoError(t, s.RequestRedeem(s.alice, 400, "r1"))
			require.NoError(t, s.Freeze("alpha", s.alice))
			require.NoError(t, decide(s, types.HolderReference(s.alice, "r1")))
			after := s.book(t, "alpha")
			require.Equal(t, after.liability, s.Balance(s.alice))
			require.Equal(t, name == "approve", after.redeemed > 0)
		})
	}
}

// A reference is used up by the first order that has it, whatever the kind and whatever became of it.
func TestReferenceIsAcceptedOnce(t *testing.T) {
	outcomes := map[string]func(s setup) error{
		"open":      func(setup) error { return nil },
		"approved":  func(s setup) error { return s.Approve("alpha", "r1") },
		"rejected":  func(s setup) error { return s.Reject("alpha", "r1") },
		"cancelled": func(s setup) error { return s.cancel(moneytest.Operator("alpha", "maker"), "r1") },
	}
	requests := map[string]func(s setup) error{
		"issue":  func(s setup) error { return s.RequestIssue("alpha", s.alice, 10, "r1") },
		"redeem": func(s setup) error { return s.redeemByMaker("r1") },
	}
	for outcome, decide := range outcomes {
		for first, request := range requests {
			for second, again := range requests {
				t.Run(first+" "+outcome+" then "+second, func(t *testing.T) {
					s := newSetup(t)
					require.NoError(t, request(s))
					require.NoError(t, decide(s))
					require.ErrorIs(t, again(s), types.ErrReferenceUsed)
					require.NoError(t, s.RequestIssue("beta", s.bob, 10, "r1"), "references are the bank's own")
				})
			}
		}
	}
}

func TestRequestIssueRefusals(t *testing.T) {
	type change func(s setup, msg *types.MsgRequestIssue)
	tests := map[string]struct {
		change change
		want   error
	}{
		"stranger":          {func(_ setup, m *types.MsgRequestIssue) { m.Requester = keepertest.Address("x").String() }, membershiptypes.ErrNotOperator},
		"checker":           {func(_ setup, m *types.MsgRequestIssue) { m.Requester = moneytest.Operator("alpha", "checker") }, membershiptypes.ErrRoleMissing},
		"other holder":      {func(s setup, m *types.MsgRequestIssue) { m.Requester = s.bob }, membershiptypes.ErrNotOperator},
		"other bank":        {func(_ setup, m *types.MsgRequestIssue) { m.Requester = moneytest.Operator("beta", "maker") }, registrytypes.ErrWrongBank},
		"upper-case signer": {func(_ setup, m *types.MsgRequestIssue) { m.Requester = strings.ToUpper(m.Requester) }, registrytypes.ErrInvalidAccount},
		"bad address":       {func(_ setup, m *types.MsgRequestIssue) { m.Account = "azu1" }, registrytypes.ErrInvalidAccount},
		"no account":        {func(_ setup, m *types.MsgRequestIssue) { m.Account = keepertest.Address("x").String() }, registrytypes.ErrAccountNotFound},
		"zero":              {func(_ setup, m *types.MsgRequestIssue) { m.Amount = moneytest.Yen(0) }, types.ErrInvalidOrder},
		"negative":          {func(_ setup, m *types.MsgRequestIssue) { m.Amount.Amount = math.NewInt(-1) }, types.ErrInvalidOrder},
		"no amount":         {func(_ setup, m *types.MsgRequestIssue) { m.Amount = sdk.Coin{} }, types.ErrInvalidOrder},
		"nil amount":        {func(_ setup, m *types.MsgRequestIssue) { m.Amount.Amount = math.Int{} }, types.ErrInvalidOrder},
		"above 10^15":       {func(_ setup, m *types.MsgRequestIssue) { m.Amount = moneytest.Yen(1_000_000_000_000_001) }, types.ErrInvalidOrder},
		"other denom":       {func(_ setup, m *types.MsgRequestIssue) { m.Amount.Denom = "usd" }, types.ErrInvalidOrder},
		"no reference":      {func(_ setup, m *types.MsgRequestIssue) { m.Reference = "" }, types.ErrInvalidOrder},
		"bad reference":     {func(_ setup, m *types.MsgRequestIssue) { m.Reference = "a b" }, types.ErrInvalidOrder},
		"holder's form":     {func(s setup, m *types.MsgRequestIssue) { m.Reference = s.alice + "@r1" }, types.ErrInvalidOrder},
		"long reference":    {func(_ setup, m *types.MsgRequestIssue) { m.Reference = strings.Repeat("a", 65) }, types.ErrInvalidOrder},
		"used reference":    {func(_ setup, m *types.MsgRequestIssue) { m.Reference = "opening" }, types.ErrReferenceUsed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			msg := &types.MsgRequestIssue{
				Requester: moneytest.Operator("alpha", "maker"), Account: s.alice, Amount: moneytest.Yen(1), Reference: "r1",
			}
			test.change(s, msg)
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.RequestIssue(ctx, msg)
				return err
			})
		})
	}
}

// refused asserts that a message fails with an error that clients can tell, and leaves no trace, not even in its own
// context.
func (s setup) refused(t *testing.T, want error, message func(ctx context.Context) error) {
	t.Helper()
	before, err := s.Deposit.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	balance := s.Balance(s.alice)
	refusal := message(s.Ctx)
	require.ErrorIs(t, refusal, want)
	require.NotEqual(t, errorsmod.UndefinedCodespace, types.NewLineResult(refusal).Codespace, "expected a registered error")
	after, err := s.Deposit.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Equal(t, balance, s.Balance(s.alice))
}

func TestRequestRedeemRefusals(t *testing.T) {
	type change func(s setup, msg *types.MsgRequestRedeem)
	tests := map[string]struct {
		change change
		want   error
	}{
		"stranger":          {func(_ setup, m *types.MsgRequestRedeem) { m.Requester = keepertest.Address("x").String() }, membershiptypes.ErrNotOperator},
		"other holder":      {func(s setup, m *types.MsgRequestRedeem) { m.Requester = s.bob }, membershiptypes.ErrNotOperator},
		"checker":           {func(_ setup, m *types.MsgRequestRedeem) { m.Requester = moneytest.Operator("alpha", "checker") }, membershiptypes.ErrRoleMissing},
		"other bank":        {func(_ setup, m *types.MsgRequestRedeem) { m.Requester = moneytest.Operator("beta", "maker") }, registrytypes.ErrWrongBank},
		"upper-case holder": {func(_ setup, m *types.MsgRequestRedeem) { m.Requester = strings.ToUpper(m.Requester) }, membershiptypes.ErrNotOperator},
		"upper-case account": {func(_ setup, m *types.MsgRequestRedeem) {
			m.Account = strings.ToUpper(m.Account)
			m.Requester = m.Account
		}, registrytypes.ErrInvalidAccount},
		"unregistered": {func(_ setup, m *types.MsgRequestRedeem) {
			m.Account = keepertest.Address("x").String()
			m.Requester = m.Account
		}, registrytypes.ErrAccountNotFound},
		"too much":      {func(_ setup, m *types.MsgRequestRedeem) { m.Amount = moneytest.Yen(1001) }, sdkerrors.ErrInsufficientFunds},
		"zero":          {func(_ setup, m *types.MsgRequestRedeem) { m.Amount = moneytest.Yen(0) }, types.ErrInvalidOrder},
		"bad reference": {func(_ setup, m *types.MsgRequestRedeem) { m.Reference = "é" }, types.ErrInvalidOrder},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			msg := &types.MsgRequestRedeem{Requester: s.alice, Account: s.alice, Amount: moneytest.Yen(1), Reference: "r1"}
			test.change(s, msg)
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.RequestRedeem(ctx, msg)
				return err
			})
		})
	}
}

func TestFrozenAndClosedAccountsGetNoOrders(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "before"))
	require.NoError(t, s.Freeze("alpha", s.alice))
	require.ErrorIs(t, s.RequestIssue("alpha", s.alice, 5, "r1"), registrytypes.ErrAccountFrozen)
	require.ErrorIs(t, s.RequestRedeem(s.alice, 5, "r1"), registrytypes.ErrAccountFrozen)
	require.ErrorIs(t, s.Approve("alpha", "before"), registrytypes.ErrAccountFrozen)
	require.Equal(t, types.OrderStatusDebited, s.order(t, "before").Status)
	require.NoError(t, s.Unfreeze("alpha", s.alice))
	require.NoError(t, s.Approve("alpha", "before"))

	require.NoError(t, s.Close("beta", s.bob))
	require.ErrorIs(t, s.RequestIssue("beta", s.bob, 5, "r1"), registrytypes.ErrAccountClosed)
	require.ErrorIs(t, s.RequestRedeem(s.bob, 5, "r1"), registrytypes.ErrAccountClosed)
}

func TestIssueAboveBalanceLimit(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 1_000_000_000, "r1"))
	require.ErrorIs(t, s.Approve("alpha", "r1"), registrytypes.ErrLimitBalance)
	require.EqualValues(t, 1000, s.supply().Int64(), "a failed approval mints nothing")
	require.NoError(t, s.Reject("alpha", "r1"))
}

func TestDecisionRefusals(t *testing.T) {
	both := moneytest.Operator("alpha", "both")
	tests := map[string]struct {
		operator, reference, reason string
		want                        error
	}{
		"stranger":          {keepertest.Address("x").String(), "r1", "no", membershiptypes.ErrNotOperator},
		"maker":             {moneytest.Operator("alpha", "maker"), "r1", "no", membershiptypes.ErrRoleMissing},
		"requester":         {both, "r1", "no", types.ErrSameOperator},
		"requester, AZU1…":  {strings.ToUpper(both), "r1", "no", registrytypes.ErrInvalidAccount},
		"other bank":        {moneytest.Operator("beta", "checker"), "r1", "no", types.ErrOrderNotFound},
		"unknown reference": {moneytest.Operator("alpha", "checker"), "r2", "no", types.ErrOrderNotFound},
		"decided":           {moneytest.Operator("alpha", "checker"), "opening", "no", types.ErrOrderDecided},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			_, err := s.DepositMsgs.RequestIssue(s.Ctx, &types.MsgRequestIssue{
				Requester: both, Account: s.alice, Amount: moneytest.Yen(1), Reference: "r1",
			})
			require.NoError(t, err)
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.Approve(ctx, &types.MsgApprove{Operator: test.operator, Reference: test.reference})
				return err
			})
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.Reject(ctx, &types.MsgReject{
					Operator: test.operator, Reference: test.reference, RejectCode: types.RejectCodeOther, Reason: test.reason,
				})
				return err
			})
		})
	}
	s := newSetup(t)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "r1"))
	reject := func(code types.RejectCode, reason string, want error) {
		s.refused(t, want, func(ctx context.Context) error {
			_, err := s.DepositMsgs.Reject(ctx, &types.MsgReject{
				Operator: moneytest.Operator("alpha", "checker"), Reference: "r1", RejectCode: code, Reason: reason,
			})
			return err
		})
	}
	for _, reason := range []string{"", strings.Repeat("x", 257), "\xff"} {
		reject(types.RejectCodeOther, reason, registrytypes.ErrInvalidReason)
	}
	for _, code := range []types.RejectCode{types.RejectCodeUnspecified, 99, -1} {
		reject(code, "no", types.ErrInvalidReject)
	}
}

func TestOrderKeepsAccountOpen(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.RequestIssue("beta", s.bob, 5, "r1"))
	require.NoError(t, s.RequestIssue("beta", s.bob, 5, "r2"))
	require.ErrorIs(t, s.Close("beta", s.bob), registrytypes.ErrAccountInUse)
	require.NoError(t, s.Reject("beta", "r1"))
	err := s.Close("beta", s.bob)
	require.ErrorIs(t, err, registrytypes.ErrAccountInUse)
	require.ErrorContains(t, err, "r2 of beta")
	require.NoError(t, s.Reject("beta", "r2"))
	require.NoError(t, s.Close("beta", s.bob))
	require.ErrorIs(t, s.Deposit.MayClose(s.Ctx, registrytypes.Account{Address: "x"}), registrytypes.ErrInvalidAccount)
}
