package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit/keeper"
	"github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

func (s setup) closeDay(bank, date string) (*types.MsgCloseBusinessDayResponse, error) {
	var response *types.MsgCloseBusinessDayResponse
	err := s.Do(func(ctx context.Context) (err error) {
		response, err = s.DepositMsgs.CloseBusinessDay(ctx, &types.MsgCloseBusinessDay{
			Operator: moneytest.Operator(bank, "checker"), Date: date,
		})
		return err
	})
	return response, err
}

// day is one end of a date without who closed it and when.
type day struct {
	date                                           string
	liability, issued, redeemed, flowsIn, flowsOut int64
	open                                           uint64
	closed                                         bool
}

func dayOf(d types.BusinessDay) day {
	return day{
		d.Date, d.Liability.Int64(), d.Totals.Issued.Int64(), d.Totals.Redeemed.Int64(), d.Totals.FlowsIn.Int64(),
		d.Totals.FlowsOut.Int64(), d.OpenOrders, d.ClosedAt != nil,
	}
}

func (s setup) days(t *testing.T, bank string) []day {
	t.Helper()
	response, err := keeper.NewQueryServer(s.Deposit).BusinessDays(s.Ctx, &types.QueryBusinessDaysRequest{Bank: bank})
	require.NoError(t, err)
	var list []day
	for _, found := range response.BusinessDays {
		require.NoError(t, found.Validate())
		list = append(list, dayOf(found))
	}
	return list
}

func (s setup) date(t *testing.T, bank string) *types.QueryBusinessDateResponse {
	t.Helper()
	response, err := keeper.NewQueryServer(s.Deposit).BusinessDate(s.Ctx, &types.QueryBusinessDateRequest{Bank: bank})
	require.NoError(t, err)
	return response
}

// A bank closes its date in the afternoon: what comes later belongs to the next date. It is 9:00 on 1 April in Japan.
func TestCloseBusinessDay(t *testing.T) {
	s := newSetup(t)
	checker := moneytest.Operator("alpha", "checker")
	require.NoError(t, s.Pay(s.alice, s.bob, 300))
	require.NoError(t, s.redeemByMaker("r1"))
	require.NoError(t, s.Approve("alpha", "r1"))
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "open"))
	require.Equal(t, &types.QueryBusinessDateResponse{Date: "2026-04-01", OpenOrders: 1}, s.date(t, "alpha"))

	s.NextBlock(6 * time.Hour)
	response, err := s.closeDay("alpha", "2026-04-01")
	require.NoError(t, err)
	closed := day{"2026-04-01", 690, 1000, 10, 0, 300, 1, true}
	require.Equal(t, closed, dayOf(response.BusinessDay))
	require.Equal(t, checker, response.BusinessDay.ClosedBy)
	require.Equal(t, s.Ctx.BlockTime(), *response.BusinessDay.ClosedAt)
	require.Equal(t, "2026-04-02", response.NextDate)
	keepertest.RequireEvent(t, s.Ctx, &types.EventBusinessDayClosed{
		Bank: "alpha", Date: "2026-04-01", Liability: math.NewInt(690), OpenOrders: 1, ClosedBy: checker,
	})
	_, err = s.closeDay("alpha", "2026-04-01")
	require.ErrorIs(t, err, types.ErrDateClosed)
	_, err = s.closeDay("alpha", "2026-04-02")
	require.ErrorIs(t, err, types.ErrInvalidDate, "it has not come yet")

	// Still 1 April: the next date's business.
	require.NoError(t, s.Approve("alpha", "open"))
	require.Equal(t, "2026-04-02", s.order(t, "open").DecidedDate)
	require.Equal(t, "2026-04-01", s.order(t, "open").BusinessDate)
	require.NoError(t, s.Pay(s.bob, s.alice, 100))
	require.Equal(t, "2026-04-01", s.date(t, "beta").Date, "each bank has its own")
	require.Equal(t, []day{closed}, s.days(t, "alpha"), "what is closed does not change")

	s.NextBlock(24 * time.Hour)
	require.Equal(t, &types.QueryBusinessDateResponse{Date: "2026-04-02", ClosedThrough: "2026-04-01"}, s.date(t, "alpha"))
	response, err = s.closeDay("alpha", "2026-04-02")
	require.NoError(t, err)
	require.Equal(t, day{"2026-04-02", 795, 5, 0, 100, 0, 0, true}, dayOf(response.BusinessDay))
	require.Equal(t, book{"alpha", 795, 1005, 10}, s.book(t, "alpha"))
}

// Dates end by themselves at midnight in Japan. A bank that closes one late closes it as it was.
func TestCloseLate(t *testing.T) {
	s := newSetup(t)
	s.NextBlock(15 * time.Hour)
	require.NoError(t, s.Pay(s.alice, s.bob, 300), "midnight in Japan: 2 April")
	s.NextBlock(72 * time.Hour)
	require.NoError(t, s.Pay(s.bob, s.alice, 100), "5 April")
	require.Equal(t, []day{{"2026-04-01", 1000, 1000, 0, 0, 0, 0, false}, {"2026-04-02", 700, 0, 0, 0, 300, 0, false}}, s.days(t, "alpha"))

	response, err := s.closeDay("alpha", "2026-04-03")
	require.NoError(t, err, "a date on which nothing was booked")
	require.Equal(t, day{"2026-04-03", 700, 0, 0, 0, 0, 0, true}, dayOf(response.BusinessDay))
	require.Equal(t, "2026-04-05", response.NextDate)
	_, err = s.closeDay("alpha", "2026-04-02")
	require.ErrorIs(t, err, types.ErrDateClosed, "it went with the later one")
	response, err = s.closeDay("alpha", "2026-04-05")
	require.NoError(t, err)
	require.Equal(t, day{"2026-04-05", 800, 0, 0, 100, 0, 0, true}, dayOf(response.BusinessDay))
	require.Equal(t, "2026-04-06", response.NextDate)

	// A date that the bank ended at the very end, with its own totals.
	response, err = s.closeDay("beta", "2026-04-02")
	require.NoError(t, err)
	require.Equal(t, day{"2026-04-02", 300, 0, 0, 300, 0, 0, true}, dayOf(response.BusinessDay))
	require.Equal(t, "2026-04-05", response.NextDate)
	response, err = s.closeDay("beta", "2026-04-04")
	require.NoError(t, err)
	require.Equal(t, day{"2026-04-04", 300, 0, 0, 0, 0, 0, true}, dayOf(response.BusinessDay))
	require.Equal(t, book{"beta", 200, 0, 0}, s.book(t, "beta"))
}

// A bank without a book closes dates too.
func TestCloseOfNothing(t *testing.T) {
	s := newSetup(t)
	response, err := s.closeDay("beta", "2026-03-31")
	require.NoError(t, err)
	require.Equal(t, day{"2026-03-31", 0, 0, 0, 0, 0, 0, true}, dayOf(response.BusinessDay))
	require.Equal(t, "2026-04-01", response.NextDate)
	require.NoError(t, s.Pay(s.alice, s.bob, 1))
	exported, err := s.Deposit.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
}

func TestCloseRefusals(t *testing.T) {
	s := newSetup(t)
	for name, test := range map[string]struct {
		operator, date string
		want           error
	}{
		"stranger": {s.alice, "2026-04-01", membershiptypes.ErrNotOperator},
		"maker":    {moneytest.Operator("alpha", "maker"), "2026-04-01", membershiptypes.ErrRoleMissing},
		"no date":  {moneytest.Operator("alpha", "checker"), "", types.ErrInvalidDate},
		"bad date": {moneytest.Operator("alpha", "checker"), "2026-04-1", types.ErrInvalidDate},
		"tomorrow": {moneytest.Operator("alpha", "checker"), "2026-04-02", types.ErrInvalidDate},
	} {
		t.Run(name, func(t *testing.T) {
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.CloseBusinessDay(ctx, &types.MsgCloseBusinessDay{Operator: test.operator, Date: test.date})
				return err
			})
		})
	}
}

// What a statement of a day needs: the orders of one account that were requested or decided on one date.
func TestAccountOrders(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "same-day"))
	require.NoError(t, s.Approve("alpha", "same-day"))
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "later"))
	s.NextBlock(24 * time.Hour)
	require.NoError(t, s.Approve("alpha", "later"))
	require.NoError(t, s.redeemByMaker("open"))
	s.Issue(t, "beta", s.bob, 5, "of-bob")

	server := keeper.NewQueryServer(s.Deposit)
	list := func(date string) []string {
		response, err := server.AccountOrders(s.Ctx, &types.QueryAccountOrdersRequest{Account: s.alice, Date: date})
		require.NoError(t, err)
		var references []string
		for _, order := range response.Orders {
			references = append(references, order.Reference)
		}
		return references
	}
	require.Equal(t, []string{"later", "opening", "same-day"}, list("2026-04-01"))
	require.Equal(t, []string{"later", "open"}, list("2026-04-02"))
	require.Empty(t, list("2026-04-03"))
	require.Equal(t, []string{"later", "opening", "same-day", "open"}, list(""), "each once, by the date of its request")
}
