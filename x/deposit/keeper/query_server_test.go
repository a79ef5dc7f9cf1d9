package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/deposit/keeper"
	"github.com/azukari-network/azukari/x/deposit/types"
)

func TestQueryOrders(t *testing.T) {
	s := newSetup(t)
	for _, reference := range []string{"a", "b", "c", "d"} {
		require.NoError(t, s.RequestIssue("alpha", s.alice, 1, reference))
	}
	require.NoError(t, s.RequestIssue("beta", s.bob, 1, "a"))
	require.NoError(t, s.Reject("alpha", "b"))
	server := keeper.NewQueryServer(s.Deposit)

	list := func(bank string, status types.OrderStatus, page *query.PageRequest) ([]string, *query.PageResponse) {
		response, err := server.Orders(s.Ctx, &types.QueryOrdersRequest{Bank: bank, Status: status, Pagination: page})
		require.NoError(t, err)
		var references []string
		for _, order := range response.Orders {
			require.Equal(t, bank, order.Bank)
			references = append(references, order.Reference)
		}
		return references, response.Pagination
	}
	tests := map[string]struct {
		bank   string
		status types.OrderStatus
		want   []string
	}{
		"all":       {"alpha", types.OrderStatusUnspecified, []string{"a", "b", "c", "d", "opening"}},
		"debited":   {"alpha", types.OrderStatusDebited, []string{"a", "c", "d"}},
		"requested": {"alpha", types.OrderStatusRequested, nil},
		"approved":  {"alpha", types.OrderStatusApproved, []string{"opening"}},
		"rejected":  {"alpha", types.OrderStatusRejected, []string{"b"}},
		"beta":      {"beta", types.OrderStatusDebited, []string{"a"}},
		"nobody":    {"gamma", types.OrderStatusUnspecified, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, _ := list(test.bank, test.status, nil)
			require.Equal(t, test.want, got)

			// The same, one page of one order after the other.
			var paged []string
			page := &query.PageRequest{Limit: 1}
			for {
				part, next := list(test.bank, test.status, page)
				require.LessOrEqual(t, len(part), 1)
				paged = append(paged, part...)
				if len(next.NextKey) == 0 {
					break
				}
				page = &query.PageRequest{Limit: 1, Key: next.NextKey}
			}
			require.Equal(t, test.want, paged)
		})
	}

	_, page := list("alpha", types.OrderStatusDebited, &query.PageRequest{CountTotal: true})
	require.EqualValues(t, 3, page.Total)
}

func TestQueries(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.Pay(s.alice, s.bob, 10))
	server := keeper.NewQueryServer(s.Deposit)

	order, err := server.Order(s.Ctx, &types.QueryOrderRequest{Bank: "alpha", Reference: "opening"})
	require.NoError(t, err)
	require.Equal(t, s.order(t, "opening"), order.Order)

	found, err := server.Book(s.Ctx, &types.QueryBookRequest{Bank: "beta"})
	require.NoError(t, err)
	want := types.NewBook("beta")
	want.Date = "2026-04-01"
	want.FlowIn(math.NewInt(10))
	require.Equal(t, want, found.Book)

	books, err := server.Books(s.Ctx, &types.QueryBooksRequest{})
	require.NoError(t, err)
	require.Len(t, books.Books, 2)
	require.Equal(t, "alpha", books.Books[0].Bank)
	require.Equal(t, want, books.Books[1])

	flows, err := server.Flows(s.Ctx, &types.QueryFlowsRequest{})
	require.NoError(t, err)
	require.Len(t, flows.Flows, 1)
	require.EqualValues(t, 10, flows.Flows[0].Amount.Int64())
}

func TestQueryErrors(t *testing.T) {
	s := newSetup(t)
	server := keeper.NewQueryServer(s.Deposit)
	// Both a position and a key is more than a page can start at.
	bad := &query.PageRequest{Offset: 1, Key: []byte{1}}
	tests := map[string]struct {
		call func() error
		want codes.Code
	}{
		"order: no request":  {func() error { _, err := server.Order(s.Ctx, nil); return err }, codes.InvalidArgument},
		"orders: no request": {func() error { _, err := server.Orders(s.Ctx, nil); return err }, codes.InvalidArgument},
		"book: no request":   {func() error { _, err := server.Book(s.Ctx, nil); return err }, codes.InvalidArgument},
		"books: no request":  {func() error { _, err := server.Books(s.Ctx, nil); return err }, codes.InvalidArgument},
		"flows: no request":  {func() error { _, err := server.Flows(s.Ctx, nil); return err }, codes.InvalidArgument},
		"orders: no bank":    {func() error { _, err := server.Orders(s.Ctx, &types.QueryOrdersRequest{}); return err }, codes.InvalidArgument},
		"order: unknown":     {func() error { _, err := server.Order(s.Ctx, &types.QueryOrderRequest{Bank: "alpha"}); return err }, codes.NotFound},
		"book: unknown":      {func() error { _, err := server.Book(s.Ctx, &types.QueryBookRequest{Bank: "x"}); return err }, codes.NotFound},
		"orders: bad page": {func() error {
			_, err := server.Orders(s.Ctx, &types.QueryOrdersRequest{Bank: "alpha", Pagination: bad})
			return err
		}, codes.Unknown},
		"by status: bad page": {func() error {
			_, err := server.Orders(s.Ctx, &types.QueryOrdersRequest{Bank: "alpha", Status: types.OrderStatusApproved, Pagination: bad})
			return err
		}, codes.Unknown},
		"books: bad page": {func() error { _, err := server.Books(s.Ctx, &types.QueryBooksRequest{Pagination: bad}); return err }, codes.Unknown},
		"flows: bad page": {func() error { _, err := server.Flows(s.Ctx, &types.QueryFlowsRequest{Pagination: bad}); return err }, codes.Unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := test.call()
			require.Equal(t, test.want, status.Code(err), "%v", err)
		})
	}
}
