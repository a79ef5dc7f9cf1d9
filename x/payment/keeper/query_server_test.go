package keeper_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/payment/types"
)

// listed is a page of a list: references and the key of the next page.
type listed struct {
	references []string
	next       []byte
}

func names(recalls []types.Recall, page *query.PageResponse) listed {
	var list listed
	for _, recall := range recalls {
		list.references = append(list.references, recall.PayerBank+"/"+recall.Reference)
	}
	list.next = page.NextKey
	return list
}

func TestQueryLists(t *testing.T) {
	s := newSuite(t)
	for i, reference := range []string{"a", "b", "c", "d"} {
		msg := s.requestOf(reference, 10)
		msg.MessageIndex = uint32(i)
		require.NoError(t, s.request(msg))
	}
	back := s.requestOf("a", 10)
	back.Operator, back.Payer, back.Payee = betaMaker, s.bob, s.ann
	require.NoError(t, s.request(back))
	require.NoError(t, s.consent(s.bob, "b"))
	require.NoError(t, s.cancel(alphaMaker, "c"))

	from := func(bank string, status types.RecallStatus) func(*query.PageRequest) listed {
		return func(page *query.PageRequest) listed {
			response, err := s.queries.RecallsFromBank(s.Ctx, &types.QueryRecallsFromBankRequest{PayerBank: bank, Status: status, Pagination: page})
			require.NoError(t, err)
			return names(response.Recalls, response.Pagination)
		}
	}
	to := func(bank string, status types.RecallStatus) func(*query.PageRequest) listed {
		return func(page *query.PageRequest) listed {
			response, err := s.queries.RecallsToBank(s.Ctx, &types.QueryRecallsToBankRequest{PayeeBank: bank, Status: status, Pagination: page})
			require.NoError(t, err)
			return names(response.Recalls, response.Pagination)
		}
	}
	account := func(payee string) func(*query.PageRequest) listed {
		return func(page *query.PageRequest) listed {
			response, err := s.queries.RecallsToAccount(s.Ctx, &types.QueryRecallsToAccountRequest{Payee: payee, Pagination: page})
			require.NoError(t, err)
			return names(response.Recalls, response.Pagination)
		}
	}
	tests := map[string]struct {
		list func(*query.PageRequest) listed
		want []string
	}{
		"from alpha":            {from("alpha", types.RecallStatusUnspecified), []string{"alpha/a", "alpha/d", "alpha/b", "alpha/c"}},
		"from alpha, requested": {from("alpha", types.RecallStatusRequested), []string{"alpha/a", "alpha/d"}},
		"from alpha, consented": {from("alpha", types.RecallStatusConsented), []string{"alpha/b"}},
		"from alph":             {from("alph", types.RecallStatusUnspecified), nil},
		"to beta":               {to("beta", types.RecallStatusUnspecified), []string{"alpha/a", "alpha/d", "alpha/b", "alpha/c"}},
		"to beta, cancelled":    {to("beta", types.RecallStatusCancelled), []string{"alpha/c"}},
		"to alpha":              {to("alpha", types.RecallStatusUnspecified), []string{"beta/a"}},
		"to bob":                {account(s.bob), []string{"alpha/a", "alpha/b", "alpha/c", "alpha/d"}},
		"to ann":                {account(s.ann), []string{"beta/a"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, test.list(nil).references)
			// The same, one page of one recall after the other.
			var got []string
			page := &query.PageRequest{Limit: 1}
			for {
				one := test.list(page)
				got = append(got, one.references...)
				if one.next == nil {
					break
				}
				page = &query.PageRequest{Limit: 1, Key: one.next}
			}
			require.Equal(t, test.want, got)
		})
	}

	s.NextBlock(24 * time.Hour)
	response, err := s.queries.RecallsFromBank(s.Ctx, &types.QueryRecallsFromBankRequest{PayerBank: "alpha", Status: types.RecallStatusRequested})
	require.NoError(t, err)
	for _, recall := range response.Recalls {
		require.Equal(t, types.RecallStatusExpired, recall.Status, recall.Reference)
	}
}

func TestQueryRefused(t *testing.T) {
	s := newSuite(t)
	code := func(err error) codes.Code { return status.Code(err) }
	_, err := s.queries.Recall(s.Ctx, &types.QueryRecallRequest{PayerBank: "alpha", Reference: "R"})
	require.ErrorIs(t, err, types.ErrRecallNotFound)
	require.Equal(t, codes.NotFound, code(err))
	for name, ask := range map[string]func() error{
		"no recall request":  func() error { _, err := s.queries.Recall(s.Ctx, nil); return err },
		"no from request":    func() error { _, err := s.queries.RecallsFromBank(s.Ctx, nil); return err },
		"no to request":      func() error { _, err := s.queries.RecallsToBank(s.Ctx, nil); return err },
		"no account request": func() error { _, err := s.queries.RecallsToAccount(s.Ctx, nil); return err },
		"no payer bank": func() error {
			_, err := s.queries.RecallsFromBank(s.Ctx, &types.QueryRecallsFromBankRequest{})
			return err
		},
		"no payee bank": func() error {
			_, err := s.queries.RecallsToBank(s.Ctx, &types.QueryRecallsToBankRequest{})
			return err
		},
		"no address": func() error {
			_, err := s.queries.RecallsToAccount(s.Ctx, &types.QueryRecallsToAccountRequest{Payee: "bob"})
			return err
		},
	} {
		require.Equal(t, codes.InvalidArgument, code(ask()), name)
	}
	bad := &query.PageRequest{Key: []byte("x"), Offset: 1}
	for i, ask := range []func() error{
		func() error {
			_, err := s.queries.RecallsFromBank(s.Ctx, &types.QueryRecallsFromBankRequest{PayerBank: "alpha", Pagination: bad})
			return err
		},
		func() error {
			_, err := s.queries.RecallsToBank(s.Ctx, &types.QueryRecallsToBankRequest{PayeeBank: "alpha", Pagination: bad})
			return err
		},
		func() error {
			_, err := s.queries.RecallsToAccount(s.Ctx, &types.QueryRecallsToAccountRequest{Payee: s.bob, Pagination: bad})
			return err
		},
	} {
		require.Error(t, ask(), fmt.Sprint(i))
	}
}
