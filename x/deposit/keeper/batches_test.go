package keeper_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit/keeper"
	"github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// line is one order of alice's for a batch.
func (s setup) line(kind types.OrderKind, amount int64, reference string) types.BatchOrder {
	return types.BatchOrder{Kind: kind, Account: s.alice, Amount: moneytest.Yen(amount), Reference: reference}
}

// submit has alpha's maker submit a batch.
func (s setup) submit(id string, lines ...types.BatchOrder) (*types.MsgSubmitBatchResponse, error) {
	var response *types.MsgSubmitBatchResponse
	err := s.Do(func(ctx context.Context) (err error) {
		response, err = s.DepositMsgs.SubmitBatch(ctx, &types.MsgSubmitBatch{
			Operator: moneytest.Operator("alpha", "maker"), Batch: id, Lines: lines,
		})
		return err
	})
	return response, err
}

func (s setup) approveBatch(operator, id string) (*types.MsgApproveBatchResponse, error) {
	return s.DepositMsgs.ApproveBatch(s.Ctx, &types.MsgApproveBatch{Operator: operator, Batch: id})
}

// batch returns a batch of alpha and the lines of it.
func (s setup) batch(t *testing.T, id string) (types.Batch, uint64, []types.BatchLineState) {
	t.Helper()
	server := keeper.NewQueryServer(s.Deposit)
	found, err := server.Batch(s.Ctx, &types.QueryBatchRequest{Bank: "alpha", Batch: id})
	require.NoError(t, err)
	lines, err := server.BatchLines(s.Ctx, &types.QueryBatchLinesRequest{Bank: "alpha", Batch: id})
	require.NoError(t, err)
	return found.Batch, found.OpenOrders, lines.Lines
}

// results lists the results of outcomes as codespace/code, "ok" for a success.
func results(outcomes []types.LineOutcome) []string {
	var list []string
	for _, outcome := range outcomes {
		list = append(list, fmt.Sprintf("%d %s", outcome.Number, code(outcome.Result)))
	}
	return list
}

func code(result types.LineResult) string {
	if result.Succeeded() {
		return "ok"
	}
	return fmt.Sprintf("%s/%d", result.Codespace, result.Code)
}

func registered(number int, err error) string {
	return fmt.Sprintf("%d %s", number, code(types.NewLineResult(err)))
}

// Each line of a batch succeeds or fails by itself, and the batch says what became of each.
func TestBatch(t *testing.T) {
	s := newSetup(t)
	maker, checker := moneytest.Operator("alpha", "maker"), moneytest.Operator("alpha", "checker")
	issue, redeem := types.OrderKindIssue, types.OrderKindRedeem
	ofBob, tooMuch := s.line(issue, 1, "l5"), s.line(redeem, 5000, "l6")
	ofBob.Account = s.bob
	lines := []types.BatchOrder{
		s.line(issue, 100, "l1"), s.line(redeem, 40, "l2"), s.line(issue, 7, "l1"), s.line(0, 7, "l4"), ofBob, tooMuch,
		s.line(issue, 2_000_000_000, "l7"), s.line(issue, 0, "l8"), s.line(issue, 1, "a b"),
		{Kind: issue, Account: "azu1", Reference: "l10"},
		s.line(redeem, 1, "l2x"),
	}
	response, err := s.submit("2026/04-1", lines...)
	require.NoError(t, err)
	require.Equal(t, []string{
		"1 ok", "2 ok", registered(3, types.ErrReferenceUsed), registered(4, types.ErrInvalidOrder),
		registered(5, registrytypes.ErrWrongBank), registered(6, sdkerrors.ErrInsufficientFunds), "7 ok",
		registered(8, types.ErrInvalidOrder), registered(9, types.ErrInvalidOrder), registered(10, registrytypes.ErrInvalidAccount), "11 ok",
	}, results(response.Lines))
	require.EqualValues(t, 4, response.Accepted)
	require.False(t, response.RepeatedSubmission)
	require.Equal(t, "expected a reference that alpha has not used, got that of issue order l1 of alpha (ORDER_STATUS_DEBITED); choose a new one: reference already used",
		response.Lines[2].Result.Text)
	require.EqualValues(t, 959, s.Balance(s.alice), "redeem orders are held")
	keepertest.RequireEvent(t, s.Ctx, &types.EventBatchSubmitted{
		Bank: "alpha", Batch: "2026/04-1", Lines: 11, Accepted: 4, SubmittedBy: maker,
	})
	keepertest.RequireEvent(t, s.Ctx, &types.EventOrderRequested{
		Bank: "alpha", Reference: "l1", Kind: issue, Account: s.alice, Amount: moneytest.Yen(100), RequestedBy: maker,
		Status: types.OrderStatusDebited, BusinessDate: "2026-04-01", Batch: "2026/04-1",
	})
	require.Equal(t, "2026/04-1", s.order(t, "l1").Batch)

	batch, open, stored := s.batch(t, "2026/04-1")
	require.EqualValues(t, 4, open)
	require.Len(t, stored, 11)
	require.Equal(t, types.OrderStatusUnspecified, stored[2].OrderStatus)
	require.Equal(t, moneytest.Yen(2_000_000_100), batch.IssueAmount)
	require.Equal(t, moneytest.Yen(41), batch.RedeemAmount)
	require.Nil(t, batch.DecidedAt)

	// One order is decided alone; of the rest the checker approves what can be.
	require.NoError(t, s.Reject("alpha", "l2x"))
	decided, err := s.approveBatch(checker, "2026/04-1")
	require.NoError(t, err)
	require.Equal(t, []string{"1 ok", "2 ok", registered(7, registrytypes.ErrLimitBalance)}, results(decided.Lines))
	require.EqualValues(t, 2, decided.Approved)
	keepertest.RequireEvent(t, s.Ctx, &types.EventBatchApproved{
		Bank: "alpha", Batch: "2026/04-1", Approved: 2, Failed: 1, ApprovedBy: checker,
	})
	require.Equal(t, book{"alpha", 1060, 1100, 40}, s.book(t, "alpha"))
	require.EqualValues(t, 1060, s.Balance(s.alice))

	batch, open, stored = s.batch(t, "2026/04-1")
	require.EqualValues(t, 1, open, "what failed is still open")
	require.Equal(t, checker, batch.DecidedBy)
	require.Equal(t, types.OrderStatusApproved, stored[0].OrderStatus)
	require.Nil(t, stored[10].Line.Decision, "decided alone")
	require.Equal(t, types.OrderStatusRejected, stored[10].OrderStatus)
	require.Equal(t, types.OrderStatusDebited, stored[6].OrderStatus)
	require.Equal(t, code(types.NewLineResult(registrytypes.ErrLimitBalance)), code(*stored[6].Line.Decision))

	rejected, err := s.DepositMsgs.RejectBatch(s.Ctx, &types.MsgRejectBatch{
		Operator: checker, Batch: "2026/04-1", RejectCode: types.RejectCodeLimit, Reason: "above the limit",
	})
	require.NoError(t, err)
	require.Equal(t, []string{"7 ok"}, results(rejected.Lines))
	require.EqualValues(t, 1, rejected.Rejected)
	keepertest.RequireEvent(t, s.Ctx, &types.EventBatchRejected{
		Bank: "alpha", Batch: "2026/04-1", Rejected: 1, RejectedBy: checker, RejectCode: types.RejectCodeLimit, Reason: "above the limit",
	})
	_, open, stored = s.batch(t, "2026/04-1")
	require.Zero(t, open)
	require.True(t, stored[6].Line.Decision.Succeeded(), "the newest decision")
	require.Equal(t, "above the limit", s.order(t, "l7").Reason)

	_, err = s.approveBatch(checker, "2026/04-1")
	require.ErrorIs(t, err, types.ErrBatchDecided)
	exported, err := s.Deposit.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
}

// The same batch again changes nothing and says what became of it; other lines under its id are refused.
func TestBatchIsAcceptedOnce(t *testing.T) {
	s := newSetup(t)
	lines := []types.BatchOrder{s.line(types.OrderKindRedeem, 100, "l1"), s.line(types.OrderKindRedeem, 5000, "l2")}
	first, err := s.submit("b1", lines...)
	require.NoError(t, err)
	_, err = s.approveBatch(moneytest.Operator("alpha", "checker"), "b1")
	require.NoError(t, err)

	before, err := s.Deposit.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	events := len(s.Ctx.EventManager().Events())
	again, err := s.DepositMsgs.SubmitBatch(s.Ctx, &types.MsgSubmitBatch{
		Operator: moneytest.Operator("alpha", "both"), Batch: "b1", Lines: lines,
	})
	require.NoError(t, err, "by any maker of the bank")
	require.True(t, again.RepeatedSubmission)
	again.RepeatedSubmission = false
	require.Equal(t, first, again)
	require.Len(t, s.Ctx.EventManager().Events(), events)
	after, err := s.Deposit.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.Equal(t, before, after)

	for name, other := range map[string][]types.BatchOrder{
		"amount":  {s.line(types.OrderKindRedeem, 101, "l1"), lines[1]},
		"order":   {lines[1], lines[0]},
		"fewer":   lines[:1],
		"kind":    {s.line(types.OrderKindIssue, 100, "l1"), lines[1]},
		"another": {s.line(types.OrderKindRedeem, 100, "l9"), lines[1]},
	} {
		_, err := s.submit("b1", other...)
		require.ErrorIs(t, err, types.ErrBatchExists, name)
	}
	_, err = s.DepositMsgs.SubmitBatch(s.Ctx, &types.MsgSubmitBatch{
		Operator: moneytest.Operator("beta", "maker"), Batch: "b1", Lines: lines,
	})
	require.NoError(t, err, "ids are the bank's own")
}

func TestBatchRefusals(t *testing.T) {
	s := newSetup(t)
	maker, checker, both := moneytest.Operator("alpha", "maker"), moneytest.Operator("alpha", "checker"), moneytest.Operator("alpha", "both")
	one := []types.BatchOrder{s.line(types.OrderKindIssue, 1, "l1")}
	long, broken, denom := s.line(types.OrderKindIssue, 1, strings.Repeat("x", 129)), one[0], one[0]
	broken.Account = "\xff"
	denom.Amount = sdk.Coin{Denom: strings.Repeat("x", 129), Amount: math.OneInt()}
	submissions := map[string]struct {
		msg  *types.MsgSubmitBatch
		want error
	}{
		"stranger":    {&types.MsgSubmitBatch{Operator: s.alice, Batch: "b", Lines: one}, membershiptypes.ErrNotOperator},
		"checker":     {&types.MsgSubmitBatch{Operator: checker, Batch: "b", Lines: one}, membershiptypes.ErrRoleMissing},
		"no id":       {&types.MsgSubmitBatch{Operator: maker, Lines: one}, types.ErrInvalidOrder},
		"no lines":    {&types.MsgSubmitBatch{Operator: maker, Batch: "b"}, types.ErrInvalidBatch},
		"1001 lines":  {&types.MsgSubmitBatch{Operator: maker, Batch: "b", Lines: make([]types.BatchOrder, 1001)}, types.ErrInvalidBatch},
		"long text":   {&types.MsgSubmitBatch{Operator: maker, Batch: "b", Lines: []types.BatchOrder{long}}, types.ErrInvalidBatch},
		"broken text": {&types.MsgSubmitBatch{Operator: maker, Batch: "b", Lines: []types.BatchOrder{broken}}, types.ErrInvalidBatch},
		"long denom":  {&types.MsgSubmitBatch{Operator: maker, Batch: "b", Lines: []types.BatchOrder{denom}}, types.ErrInvalidBatch},
	}
	for name, test := range submissions {
		t.Run(name, func(t *testing.T) {
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.SubmitBatch(ctx, test.msg)
				return err
			})
		})
	}

	_, err := s.DepositMsgs.SubmitBatch(s.Ctx, &types.MsgSubmitBatch{Operator: both, Batch: "b1", Lines: one})
	require.NoError(t, err)
	for name, test := range map[string]struct {
		operator, batch string
		want            error
	}{
		"stranger":   {s.alice, "b1", membershiptypes.ErrNotOperator},
		"maker":      {maker, "b1", membershiptypes.ErrRoleMissing},
		"submitter":  {both, "b1", types.ErrSameOperator},
		"other bank": {moneytest.Operator("beta", "checker"), "b1", types.ErrBatchNotFound},
		"unknown":    {checker, "b2", types.ErrBatchNotFound},
	} {
		t.Run("decided by "+name, func(t *testing.T) {
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.ApproveBatch(ctx, &types.MsgApproveBatch{Operator: test.operator, Batch: test.batch})
				return err
			})
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.RejectBatch(ctx, &types.MsgRejectBatch{
					Operator: test.operator, Batch: test.batch, RejectCode: types.RejectCodeOther, Reason: "no",
				})
				return err
			})
		})
	}
	_, err = s.DepositMsgs.RejectBatch(s.Ctx, &types.MsgRejectBatch{Operator: checker, Batch: "b1", Reason: "no"})
	require.ErrorIs(t, err, types.ErrInvalidReject)
}

// A batch of a paused bank: issue orders fail line by line, redeem orders do not.
func TestBatchOfPausedBank(t *testing.T) {
	s := newSetup(t)
	_, err := s.submit("before", s.line(types.OrderKindIssue, 1, "i1"), s.line(types.OrderKindRedeem, 1, "r1"))
	require.NoError(t, err)
	s.pause(t)
	response, err := s.submit("after", s.line(types.OrderKindIssue, 1, "i2"))
	require.NoError(t, err)
	require.Equal(t, []string{registered(1, registrytypes.ErrBankPaused)}, results(response.Lines))
	decided, err := s.approveBatch(moneytest.Operator("alpha", "checker"), "before")
	require.NoError(t, err)
	require.Equal(t, []string{registered(1, registrytypes.ErrBankPaused), "2 ok"}, results(decided.Lines))
}

// A line that fails late, after yen was minted, leaves nothing behind: neither coins nor events.
func TestFailedLineLeavesNothing(t *testing.T) {
	s := newSetup(t)
	_, err := s.submit("b1", s.line(types.OrderKindIssue, 2_000_000_000, "i1"))
	require.NoError(t, err)
	s.NextBlock(0)
	response, err := s.approveBatch(moneytest.Operator("alpha", "checker"), "b1")
	require.NoError(t, err)
	require.Zero(t, response.Approved)
	require.EqualValues(t, 1000, s.supply().Int64())
	for _, event := range s.Ctx.EventManager().Events() {
		require.NotEqual(t, banktypes.EventTypeCoinMint, event.Type)
	}
}
