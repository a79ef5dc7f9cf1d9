package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/testutil/moneytest"
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

// Lists of one thing each, one page of one after the other.
func TestQueryLists(t *testing.T) {
	s := newSetup(t)
	server := keeper.NewQueryServer(s.Deposit)
	for _, id := range []string{"b1", "b2"} {
		_, err := s.submit(id, s.line(types.OrderKindIssue, 1, id), s.line(types.OrderKindIssue, 1, id), s.line(types.OrderKindIssue, 1, id+"x"))
		require.NoError(t, err)
		s.submitAttestation(t, s.attestation(id, time.Hour))
	}
	s.setCeiling(t, 5)
	_, err := s.DepositMsgs.SetCeiling(s.Ctx, &types.MsgSetCeiling{
		Authority: s.Membership.Authority(), Bank: "beta", Amount: math.NewInt(6),
	})
	require.NoError(t, err)
	for _, date := range []string{"2026-03-30", "2026-03-31"} {
		_, err := s.closeDay("beta", date)
		require.NoError(t, err)
	}

	tests := map[string]struct {
		list func(page *query.PageRequest) ([]string, *query.PageResponse, error)
		want []string
	}{
		"batches": {func(page *query.PageRequest) (names []string, _ *query.PageResponse, err error) {
			response, err := server.Batches(s.Ctx, &types.QueryBatchesRequest{Bank: "alpha", Pagination: page})
			for _, batch := range response.GetBatches() {
				names = append(names, batch.Id)
			}
			return names, response.GetPagination(), err
		}, []string{"b1", "b2"}},
		"lines": {func(page *query.PageRequest) (names []string, _ *query.PageResponse, err error) {
			response, err := server.BatchLines(s.Ctx, &types.QueryBatchLinesRequest{Bank: "alpha", Batch: "b2", Pagination: page})
			for _, line := range response.GetLines() {
				names = append(names, line.Line.Order.Reference+" "+line.OrderStatus.String())
			}
			return names, response.GetPagination(), err
		}, []string{"b2 ORDER_STATUS_DEBITED", "b2 ORDER_STATUS_UNSPECIFIED", "b2x ORDER_STATUS_DEBITED"}},
		"orders of account": {func(page *query.PageRequest) (names []string, _ *query.PageResponse, err error) {
			response, err := server.AccountOrders(s.Ctx, &types.QueryAccountOrdersRequest{Account: s.alice, Pagination: page})
			for _, order := range response.GetOrders() {
				names = append(names, order.Reference)
			}
			return names, response.GetPagination(), err
		}, []string{"b1", "b1x", "b2", "b2x", "opening"}},
		"attestations": {func(page *query.PageRequest) (names []string, _ *query.PageResponse, err error) {
			response, err := server.Attestations(s.Ctx, &types.QueryAttestationsRequest{Bank: "alpha", Pagination: page})
			for _, attestation := range response.GetAttestations() {
				names = append(names, attestation.Reference)
			}
			return names, response.GetPagination(), err
		}, []string{"b1", "b2"}},
		"ceilings": {func(page *query.PageRequest) (names []string, _ *query.PageResponse, err error) {
			response, err := server.Ceilings(s.Ctx, &types.QueryCeilingsRequest{Pagination: page})
			for _, ceiling := range response.GetCeilings() {
				names = append(names, ceiling.Bank+" "+ceiling.Amount.String())
			}
			return names, response.GetPagination(), err
		}, []string{"alpha 5", "beta 6"}},
		"days": {func(page *query.PageRequest) (names []string, _ *query.PageResponse, err error) {
			response, err := server.BusinessDays(s.Ctx, &types.QueryBusinessDaysRequest{Bank: "beta", Pagination: page})
			for _, day := range response.GetBusinessDays() {
				names = append(names, day.Date)
			}
			return names, response.GetPagination(), err
		}, []string{"2026-03-30", "2026-03-31"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			all, _, err := test.list(nil)
			require.NoError(t, err)
			require.Equal(t, test.want, all)
			var paged []string
			for page := (&query.PageRequest{Limit: 1}); page != nil; {
				part, next, err := test.list(page)
				require.NoError(t, err)
				require.LessOrEqual(t, len(part), 1)
				paged = append(paged, part...)
				page = nil
				if len(next.NextKey) > 0 {
					page = &query.PageRequest{Limit: 1, Key: next.NextKey}
				}
			}
			require.Equal(t, test.want, paged)
			_, _, err = test.list(&query.PageRequest{Offset: 1, Key: []byte{1}})
			require.Error(t, err)
		})
	}

	ceiling, err := server.Ceiling(s.Ctx, &types.QueryCeilingRequest{Bank: "beta"})
	require.NoError(t, err)
	require.EqualValues(t, 6, ceiling.Ceiling.Amount.Int64())
	attestation, err := server.Attestation(s.Ctx, &types.QueryAttestationRequest{Bank: "alpha", Reference: "b1"})
	require.NoError(t, err)
	require.Equal(t, "b1", attestation.Attestation.Reference)
	require.NoError(t, s.confirmAttestation(moneytest.Operator("alpha", "checker"), "b2"))
	newest, err := server.NewestAttestation(s.Ctx, &types.QueryNewestAttestationRequest{Bank: "alpha"})
	require.NoError(t, err)
	require.Equal(t, "b2", newest.Attestation.Reference)
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
		"order: no request":          {func() error { _, err := server.Order(s.Ctx, nil); return err }, codes.InvalidArgument},
		"orders: no request":         {func() error { _, err := server.Orders(s.Ctx, nil); return err }, codes.InvalidArgument},
		"book: no request":           {func() error { _, err := server.Book(s.Ctx, nil); return err }, codes.InvalidArgument},
		"books: no request":          {func() error { _, err := server.Books(s.Ctx, nil); return err }, codes.InvalidArgument},
		"flows: no request":          {func() error { _, err := server.Flows(s.Ctx, nil); return err }, codes.InvalidArgument},
		"account orders: no request": {func() error { _, err := server.AccountOrders(s.Ctx, nil); return err }, codes.InvalidArgument},
		"batch: no request":          {func() error { _, err := server.Batch(s.Ctx, nil); return err }, codes.InvalidArgument},
		"batches: no request":        {func() error { _, err := server.Batches(s.Ctx, nil); return err }, codes.InvalidArgument},
		"batch lines: no request":    {func() error { _, err := server.BatchLines(s.Ctx, nil); return err }, codes.InvalidArgument},
		"ceiling: no request":        {func() error { _, err := server.Ceiling(s.Ctx, nil); return err }, codes.InvalidArgument},
		"ceilings: no request":       {func() error { _, err := server.Ceilings(s.Ctx, nil); return err }, codes.InvalidArgument},
		"attestation: no request":    {func() error { _, err := server.Attestation(s.Ctx, nil); return err }, codes.InvalidArgument},
		"attestations: no request":   {func() error { _, err := server.Attestations(s.Ctx, nil); return err }, codes.InvalidArgument},
		"newest: no request":         {func() error { _, err := server.NewestAttestation(s.Ctx, nil); return err }, codes.InvalidArgument},
		"date: no request":           {func() error { _, err := server.BusinessDate(s.Ctx, nil); return err }, codes.InvalidArgument},
		"days: no request":           {func() error { _, err := server.BusinessDays(s.Ctx, nil); return err }, codes.InvalidArgument},
		"batches: no bank":           {func() error { _, err := server.Batches(s.Ctx, &types.QueryBatchesRequest{}); return err }, codes.InvalidArgument},
		"attestations: no bank":      {func() error { _, err := server.Attestations(s.Ctx, &types.QueryAttestationsRequest{}); return err }, codes.InvalidArgument},
		"date: no bank":              {func() error { _, err := server.BusinessDate(s.Ctx, &types.QueryBusinessDateRequest{}); return err }, codes.InvalidArgument},
		"days: no bank":              {func() error { _, err := server.BusinessDays(s.Ctx, &types.QueryBusinessDaysRequest{}); return err }, codes.InvalidArgument},
		"account orders: no account": {func() error {
			_, err := server.AccountOrders(s.Ctx, &types.QueryAccountOrdersRequest{Account: "x"})
			return err
		}, codes.InvalidArgument},
		"account orders: bad date": {func() error {
			_, err := server.AccountOrders(s.Ctx, &types.QueryAccountOrdersRequest{Account: s.alice, Date: "x"})
			return err
		}, codes.InvalidArgument},
		"batch: unknown": {func() error { _, err := server.Batch(s.Ctx, &types.QueryBatchRequest{Bank: "alpha"}); return err }, codes.NotFound},
		"batch lines: unknown": {func() error {
			_, err := server.BatchLines(s.Ctx, &types.QueryBatchLinesRequest{Bank: "alpha"})
			return err
		}, codes.NotFound},
		"ceiling: unknown": {func() error { _, err := server.Ceiling(s.Ctx, &types.QueryCeilingRequest{Bank: "alpha"}); return err }, codes.NotFound},
		"attestation: unknown": {func() error {
			_, err := server.Attestation(s.Ctx, &types.QueryAttestationRequest{Bank: "alpha"})
			return err
		}, codes.NotFound},
		"newest: unknown": {func() error {
			_, err := server.NewestAttestation(s.Ctx, &types.QueryNewestAttestationRequest{Bank: "alpha"})
			return err
		}, codes.NotFound},
		"orders: no bank": {func() error { _, err := server.Orders(s.Ctx, &types.QueryOrdersRequest{}); return err }, codes.InvalidArgument},
		"order: unknown":  {func() error { _, err := server.Order(s.Ctx, &types.QueryOrderRequest{Bank: "alpha"}); return err }, codes.NotFound},
		"book: unknown":   {func() error { _, err := server.Book(s.Ctx, &types.QueryBookRequest{Bank: "x"}); return err }, codes.NotFound},
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
