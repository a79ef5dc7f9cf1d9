package keeper_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/settlement/types"
)

// listed is a page of a list: references and the key of the next page.
type listed struct {
	references []string
	next       []byte
}

func names(trades []types.Trade, page *query.PageResponse) listed {
	var list listed
	for _, trade := range trades {
		list.references = append(list.references, trade.Reference)
	}
	list.next = page.NextKey
	return list
}

// everything follows the pages of a list, two trades at a time.
func everything(ask func(*query.PageRequest) listed) (all []string) {
	var next []byte
	for {
		page := ask(&query.PageRequest{Key: next, Limit: 2})
		all = append(all, page.references...)
		if next = page.next; next == nil {
			return all
		}
	}
}

// Trades are found by status, by every account that they name, and by reference.
func TestQueryLists(t *testing.T) {
	s := newSuite(t)
	for i := range 5 {
		terms := s.dvp()
		if i == 3 {
			terms.Agent = s.eve
			terms.Documents = []types.Document{{Name: "a", Hash: hash, Presenter: s.cho}}
		}
		require.NoError(t, s.create(fmt.Sprintf("T-%d", i), terms))
	}
	require.NoError(t, s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CreateTrade(ctx, &types.MsgCreateTrade{Creator: s.dan, Reference: "T-1", Terms: s.terms(leg(s.bob, s.cho, yen(1)))})
		return err
	}))
	require.NoError(t, s.cancel(s.ann, "T-0"))
	require.NoError(t, s.confirm(s.bob, "T-2"))
	require.NoError(t, s.confirm(s.ann, "T-2"))

	all := func(status types.TradeStatus) func(*query.PageRequest) listed {
		return func(page *query.PageRequest) listed {
			response, err := s.queries.Trades(s.Ctx, &types.QueryTradesRequest{Status: status, Pagination: page})
			require.NoError(t, err)
			return names(response.Trades, response.Pagination)
		}
	}
	of := func(account string, status types.TradeStatus) func(*query.PageRequest) listed {
		return func(page *query.PageRequest) listed {
			response, err := s.queries.TradesOfAccount(s.Ctx, &types.QueryTradesOfAccountRequest{Account: account, Status: status, Pagination: page})
			require.NoError(t, err)
			return names(response.Trades, response.Pagination)
		}
	}
	by := func(reference string) func(*query.PageRequest) listed {
		return func(page *query.PageRequest) listed {
			response, err := s.queries.TradesByReference(s.Ctx, &types.QueryTradesByReferenceRequest{Reference: reference, Pagination: page})
			require.NoError(t, err)
			return names(response.Trades, response.Pagination)
		}
	}
	require.Equal(t, []string{"T-0", "T-1", "T-2", "T-3", "T-4", "T-1"}, everything(all(types.TradeStatusUnspecified)))
	require.Equal(t, []string{"T-1", "T-3", "T-4", "T-1"}, everything(all(types.TradeStatusProposed)))
	require.Equal(t, []string{"T-2"}, everything(all(types.TradeStatusSettled)))
	require.Empty(t, everything(all(types.TradeStatusExpired)))
	require.Equal(t, []string{"T-1", "T-3", "T-4", "T-1", "T-2", "T-0"}, everything(of(s.bob, types.TradeStatusUnspecified)), "by status first")
	require.Equal(t, []string{"T-0"}, everything(of(s.ann, types.TradeStatusCancelled)))
	require.Equal(t, []string{"T-3"}, everything(of(s.eve, types.TradeStatusProposed)), "as agent")
	require.Equal(t, []string{"T-3", "T-1"}, everything(of(s.cho, types.TradeStatusUnspecified)), "as presenter and as party")
	require.Equal(t, []string{"T-1"}, everything(of(s.dan, types.TradeStatusUnspecified)), "as creator")
	require.Equal(t, []string{"T-1", "T-1"}, everything(by("T-1")))
	require.Empty(t, everything(by("T")), "references are whole")
}

func TestQueriesRefuse(t *testing.T) {
	s := newSuite(t)
	ask := map[string]struct {
		run  func() error
		want codes.Code
	}{
		"no trade": {func() error { _, err := s.queries.Trade(s.Ctx, nil); return err }, codes.InvalidArgument},
		"unknown trade": {func() error {
			_, err := s.queries.Trade(s.Ctx, &types.QueryTradeRequest{Creator: s.ann, Reference: "T"})
			return err
		}, codes.NotFound},
		"no list":    {func() error { _, err := s.queries.Trades(s.Ctx, nil); return err }, codes.InvalidArgument},
		"no account": {func() error { _, err := s.queries.TradesOfAccount(s.Ctx, nil); return err }, codes.InvalidArgument},
		"bad account": {func() error {
			_, err := s.queries.TradesOfAccount(s.Ctx, &types.QueryTradesOfAccountRequest{Account: "ann"})
			return err
		}, codes.InvalidArgument},
		"nothing to find": {func() error { _, err := s.queries.TradesByReference(s.Ctx, nil); return err }, codes.InvalidArgument},
		"bad reference": {func() error {
			_, err := s.queries.TradesByReference(s.Ctx, &types.QueryTradesByReferenceRequest{})
			return err
		}, codes.InvalidArgument},
	}
	for name, test := range ask {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, status.Code(test.run())) })
	}
}
