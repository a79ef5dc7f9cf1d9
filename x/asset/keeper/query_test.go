package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/asset/types"
)

// eventful returns a zone in which something of everything happened.
func eventful(t testing.TB) *suite {
	t.Helper()
	s := newSuite(t)
	s.class(t, "coupon", expiring(s, time.Hour), types.RuleNameCap)
	listed := all()
	listed.AllowList = true
	s.class(t, "points", listed)
	s.unique(t, "ticket", all())
	require.NoError(t, s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CreateClass(ctx, &types.MsgCreateClass{
			Issuer: s.rival, Class: "seat", Kind: types.ClassKindUnique, Metadata: metadata, Rules: all(),
		})
		if err == nil {
			_, err = s.msgs.IssueUnits(ctx, &types.MsgIssueUnits{Manager: s.rival, Class: "seat", Lines: []types.UnitLine{
				{Account: s.ann, Unit: "1"}, {Account: s.ann, Unit: "2", ExpiresAt: at(s, time.Minute)},
			}})
		}
		if err == nil {
			_, err = s.msgs.OfferClass(ctx, &types.MsgOfferClass{Issuer: s.rival, Class: "seat", NewIssuer: s.shop})
		}
		if err == nil {
			_, err = s.msgs.AllowHolders(ctx, &types.MsgAllowHolders{Manager: s.street, Class: "points", Add: []string{s.ann, s.ben}})
		}
		return err
	}))
	s.setManager(t, "coupon", s.shop, types.RightIssue, types.RightAccept)
	s.setManager(t, "coupon", s.rival, types.RightRecall)
	require.NoError(t, s.issue("coupon", s.ann, 100))
	require.NoError(t, s.issue("points", s.ann, 50))
	require.NoError(t, s.issueUnits("ticket", "tour/1", types.UnitLine{Account: s.ann, Unit: "A-1"}, types.UnitLine{Account: s.ann, Unit: "A-2"},
		types.UnitLine{Account: s.ben, Unit: "B-1"}, types.UnitLine{Account: s.ben, Unit: "B-2"}))
	require.NoError(t, s.transfer(s.ben, s.ann, types.UnitCoin("ticket", "B-1")))
	require.NoError(t, s.redeem(s.ann, "order/1", coin(10, "coupon"), types.UnitCoin("ticket", "A-1")))
	require.NoError(t, s.redeem(s.ann, "order/2", coin(10, "coupon")))
	require.NoError(t, s.recall(s.street, s.ann, coin(5, "coupon")))
	require.NoError(t, s.freeze("ticket", "", "B-2"))
	require.NoError(t, s.freeze("ticket", s.shop, ""))
	require.NoError(t, s.freeze("points", "", ""))
	s.hold(t, s.ann, types.UnitCoin("ticket", "A-2"))
	s.hold(t, s.ann, coin(15, "coupon"))
	s.Charge(t, s.ann, 1_000)
	return s
}

func TestQueries(t *testing.T) {
	s := eventful(t)
	class, err := s.queries.Class(s.Ctx, &types.QueryClassRequest{Class: "coupon"})
	require.NoError(t, err)
	require.Equal(t, "75", class.Class.Supply.String())
	require.Equal(t, metadata, class.Class.Metadata)
	require.Equal(t, book(100, 20, 5, 0), class.Book)

	ids := func(classes []types.ClassSummary) (list []string) {
		for _, one := range classes {
			list = append(list, one.Class.Id)
		}
		return list
	}
	classes, err := s.queries.Classes(s.Ctx, &types.QueryClassesRequest{})
	require.NoError(t, err)
	require.Equal(t, []string{"coupon", "points", "seat", "ticket"}, ids(classes.Classes))
	classes, err = s.queries.Classes(s.Ctx, &types.QueryClassesRequest{Issuer: s.street, Pagination: &query.PageRequest{Limit: 2}})
	require.NoError(t, err)
	require.Equal(t, []string{"coupon", "points"}, ids(classes.Classes))
	classes, err = s.queries.Classes(s.Ctx, &types.QueryClassesRequest{Issuer: s.street, Pagination: &query.PageRequest{Key: classes.Pagination.NextKey}})
	require.NoError(t, err)
	require.Equal(t, []string{"ticket"}, ids(classes.Classes))

	managers, err := s.queries.Managers(s.Ctx, &types.QueryManagersRequest{Class: "coupon"})
	require.NoError(t, err)
	require.ElementsMatch(t, []types.Manager{
		{Account: s.shop, Rights: []types.Right{types.RightIssue, types.RightAccept}}, {Account: s.rival, Rights: []types.Right{types.RightRecall}},
	}, managers.Managers)
	allowed, err := s.queries.Allowed(s.Ctx, &types.QueryAllowedRequest{Class: "points"})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{s.ann, s.ben}, allowed.Accounts)
	frozen, err := s.queries.FrozenHolders(s.Ctx, &types.QueryFrozenHoldersRequest{Class: "ticket"})
	require.NoError(t, err)
	require.Equal(t, []types.FrozenHolder{{Account: s.shop, Freeze: types.Freeze{By: s.street, At: s.Ctx.BlockTime(), Reason: "lost"}}}, frozen.Holders)

	unitIDs := func(holder string) (list []string) {
		response, err := s.queries.Units(s.Ctx, &types.QueryUnitsRequest{Class: "ticket", Holder: holder})
		require.NoError(t, err)
		for _, unit := range response.Units {
			list = append(list, unit.Id)
		}
		return list
	}
	require.Equal(t, []string{"A-1", "A-2", "B-1", "B-2"}, unitIDs(""), "those that ended, too")
	require.Equal(t, []string{"A-2", "B-1"}, unitIDs(s.ann), "also in a hold")
	require.Equal(t, []string{"B-2"}, unitIDs(s.ben))
	require.True(t, s.unit(t, "ticket", "A-2").Held)
	require.False(t, s.unit(t, "ticket", "A-1").Held)
	trace, err := s.queries.Trace(s.Ctx, &types.QueryTraceRequest{Class: "ticket", Unit: "B-1", Pagination: &query.PageRequest{Limit: 1}})
	require.NoError(t, err)
	require.Len(t, trace.History, 1)
	require.Equal(t, "tour/1", trace.History[0].Reference)
	require.NotEmpty(t, trace.Pagination.NextKey)

	expiry := at(s, time.Hour)
	holdings := func() []types.Holding {
		response, err := s.queries.Holdings(s.Ctx, &types.QueryHoldingsRequest{Holder: s.ann})
		require.NoError(t, err)
		return response.Holdings
	}
	require.Equal(t, []types.Holding{
		{Amount: coin(60, "coupon"), Class: "coupon", Name: metadata.Name, Symbol: metadata.Symbol, ExpiresAt: expiry},
		{Amount: coin(50, "points"), Class: "points", Name: metadata.Name, Symbol: metadata.Symbol},
		{Amount: types.UnitCoin("seat", "1"), Class: "seat", Unit: "1", Name: metadata.Name, Symbol: metadata.Symbol},
		{
			Amount: types.UnitCoin("seat", "2"), Class: "seat", Unit: "2", Name: metadata.Name, Symbol: metadata.Symbol,
			ExpiresAt: at(s, time.Minute),
		},
		{Amount: types.UnitCoin("ticket", "B-1"), Class: "ticket", Unit: "B-1", Name: metadata.Name, Symbol: metadata.Symbol},
	}, holdings())

	operation, err := s.queries.Operation(s.Ctx, &types.QueryOperationRequest{Signer: s.ann, Reference: "order/1"})
	require.NoError(t, err)
	require.Equal(t, types.Operation{
		Signer: s.ann, Reference: "order/1", Kind: types.OperationKindRedemption,
		Amount: sdk.NewCoins(coin(10, "coupon"), types.UnitCoin("ticket", "A-1")), At: s.Ctx.BlockTime(),
	}, operation.Operation)
	operations, err := s.queries.Operations(s.Ctx, &types.QueryOperationsRequest{Signer: s.ann})
	require.NoError(t, err)
	require.Len(t, operations.Operations, 2)
	require.Equal(t, "order/2", operations.Operations[1].Reference)

	s.NextBlock(time.Hour)
	require.True(t, holdings()[0].Expired)
	require.False(t, holdings()[1].Expired)
}

func TestQueriesRefuse(t *testing.T) {
	s := eventful(t)
	q := s.queries
	for name, ask := range map[string]func() error{
		"class":    func() error { _, err := q.Class(s.Ctx, &types.QueryClassRequest{Class: "none"}); return err },
		"managers": func() error { _, err := q.Managers(s.Ctx, &types.QueryManagersRequest{Class: "none"}); return err },
		"allowed":  func() error { _, err := q.Allowed(s.Ctx, &types.QueryAllowedRequest{Class: "none"}); return err },
		"frozen": func() error {
			_, err := q.FrozenHolders(s.Ctx, &types.QueryFrozenHoldersRequest{Class: "none"})
			return err
		},
		"unit":  func() error { _, err := q.Unit(s.Ctx, &types.QueryUnitRequest{Class: "ticket", Unit: "Z"}); return err },
		"units": func() error { _, err := q.Units(s.Ctx, &types.QueryUnitsRequest{Class: "none"}); return err },
		"trace": func() error {
			_, err := q.Trace(s.Ctx, &types.QueryTraceRequest{Class: "ticket", Unit: "Z"})
			return err
		},
		"operation": func() error {
			_, err := q.Operation(s.Ctx, &types.QueryOperationRequest{Signer: s.ann, Reference: "Z"})
			return err
		},
	} {
		require.Equal(t, codes.NotFound, status.Code(ask()), name)
	}
	for name, ask := range map[string]func() error{
		"issuer": func() error { _, err := q.Classes(s.Ctx, &types.QueryClassesRequest{Issuer: "x"}); return err },
		"holder": func() error { _, err := q.Holdings(s.Ctx, &types.QueryHoldingsRequest{Holder: "x"}); return err },
		"units of": func() error {
			_, err := q.Units(s.Ctx, &types.QueryUnitsRequest{Class: "ticket", Holder: "x"})
			return err
		},
		"signer":     func() error { _, err := q.Operation(s.Ctx, &types.QueryOperationRequest{Signer: "x"}); return err },
		"signers":    func() error { _, err := q.Operations(s.Ctx, &types.QueryOperationsRequest{Signer: "x"}); return err },
		"nothing 1":  func() error { _, err := q.Class(s.Ctx, nil); return err },
		"nothing 2":  func() error { _, err := q.Classes(s.Ctx, nil); return err },
		"nothing 3":  func() error { _, err := q.Managers(s.Ctx, nil); return err },
		"nothing 4":  func() error { _, err := q.Allowed(s.Ctx, nil); return err },
		"nothing 5":  func() error { _, err := q.FrozenHolders(s.Ctx, nil); return err },
		"nothing 6":  func() error { _, err := q.Unit(s.Ctx, nil); return err },
		"nothing 7":  func() error { _, err := q.Units(s.Ctx, nil); return err },
		"nothing 8":  func() error { _, err := q.Trace(s.Ctx, nil); return err },
		"nothing 9":  func() error { _, err := q.Holdings(s.Ctx, nil); return err },
		"nothing 10": func() error { _, err := q.Eligibility(s.Ctx, nil); return err },
		"nothing 11": func() error { _, err := q.Operation(s.Ctx, nil); return err },
		"nothing 12": func() error { _, err := q.Operations(s.Ctx, nil); return err },
		"bad amount": func() error {
			_, err := q.Eligibility(s.Ctx, &types.QueryEligibilityRequest{From: s.ann, To: s.ben})
			return err
		},
		"bad account": func() error {
			_, err := q.Eligibility(s.Ctx, &types.QueryEligibilityRequest{From: "x", To: s.ben})
			return err
		},
	} {
		require.Equal(t, codes.InvalidArgument, status.Code(ask()), name)
	}
}
