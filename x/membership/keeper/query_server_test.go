package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
)

func TestQueries(t *testing.T) {
	s, gs := newSuiteAt(t, genesis()), genesis()
	server := keeper.NewQueryServer(s.keeper)

	params, err := server.Params(s.Ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, gs.Params, params.Params)

	organization, err := server.Organization(s.Ctx, &types.QueryOrganizationRequest{Id: "bank-a"})
	require.NoError(t, err)
	require.Equal(t, "bank-a", organization.Organization.Id)
	require.Equal(t, gs.Validators[:1], organization.Validators)
	var operators []types.Operator
	for _, operator := range gs.Operators {
		if operator.Organization == "bank-a" {
			operators = append(operators, operator)
		}
	}
	require.Equal(t, operators, organization.Operators)

	first, err := server.Organizations(s.Ctx, &types.QueryOrganizationsRequest{Pagination: &query.PageRequest{Limit: 4}})
	require.NoError(t, err)
	require.Equal(t, gs.Organizations[:4], first.Organizations)
	rest, err := server.Organizations(s.Ctx, &types.QueryOrganizationsRequest{Pagination: &query.PageRequest{Key: first.Pagination.NextKey}})
	require.NoError(t, err)
	require.Equal(t, gs.Organizations[4:], rest.Organizations)
	require.Empty(t, rest.Pagination.NextKey)

	operator, err := server.Operator(s.Ctx, &types.QueryOperatorRequest{Address: gs.Operators[0].Address})
	require.NoError(t, err)
	require.Equal(t, gs.Operators[0], operator.Operator)

	validators, err := server.Validators(s.Ctx, &types.QueryValidatorsRequest{})
	require.NoError(t, err)
	require.Equal(t, gs.Validators, validators.Validators)

	permissions, err := server.Permissions(s.Ctx, &types.QueryPermissionsRequest{})
	require.NoError(t, err)
	require.Equal(t, types.Permissions(), permissions.Permissions)
}

func TestQueriesRefuse(t *testing.T) {
	s := newSuiteAt(t, genesis())
	server := keeper.NewQueryServer(s.keeper)

	_, err := server.Organization(s.Ctx, &types.QueryOrganizationRequest{Id: "bank-z"})
	require.ErrorIs(t, err, types.ErrOrganizationNotFound)
	require.Equal(t, codes.NotFound, status.Code(err))

	_, err = server.Operator(s.Ctx, &types.QueryOperatorRequest{Address: keepertest.Address("stranger").String()})
	require.ErrorIs(t, err, types.ErrNotOperator)
	require.Equal(t, codes.NotFound, status.Code(err))

	_, err = server.Operator(s.Ctx, &types.QueryOperatorRequest{Address: "nobody"})
	require.ErrorIs(t, err, sdkerrors.ErrInvalidAddress)

	badPage := &query.PageRequest{Key: key(1), Offset: 1}
	_, err = server.Organizations(s.Ctx, &types.QueryOrganizationsRequest{Pagination: badPage})
	require.ErrorContains(t, err, "either offset or key")
	_, err = server.Validators(s.Ctx, &types.QueryValidatorsRequest{Pagination: badPage})
	require.ErrorContains(t, err, "either offset or key")

	// A chain without genesis answers with an error, not with zeros.
	empty := newSuite(t)
	_, err = keeper.NewQueryServer(empty.keeper).Params(empty.Ctx, &types.QueryParamsRequest{})
	require.Error(t, err)
}
