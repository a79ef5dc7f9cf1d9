package keeper_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
)

// suite is a membership keeper on a store of its own, with a real x/auth.
type suite struct {
	*keepertest.Fixture
	keeper *keeper.Keeper
}

// newSuite starts without a genesis.
func newSuite(t testing.TB) *suite {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{Stores: []string{types.StoreKey}})
	service := runtime.NewKVStoreService(fixture.Keys[types.StoreKey])
	return &suite{Fixture: fixture, keeper: keeper.NewKeeper(fixture.Codec, service, fixture.Account)}
}

// newSuiteAt starts from a genesis.
func newSuiteAt(t testing.TB, gs types.GenesisState) *suite {
	t.Helper()
	s := newSuite(t)
	_, err := s.keeper.InitGenesis(s.Ctx, gs)
	require.NoError(t, err)
	return s
}

func key(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

// organizationID names the organization of one kind in the tests' genesis.
func organizationID(kind types.OrganizationKind) string {
	return strings.ReplaceAll(kind.Word(), " ", "-") + "-a"
}

// operatorAddress is the operator with one role of the organization of one kind.
func operatorAddress(kind types.OrganizationKind, role types.Role) sdk.AccAddress {
	return keepertest.Address(kind.Word() + " " + role.Word())
}

// genesis has one organization of each kind, with one operator in each role, and two banks' validators.
func genesis() types.GenesisState {
	address.Configure()
	gs := types.GenesisState{
		Params: types.DefaultParams(), NextProposalId: 1,
		Organizations: []types.Organization{{Id: "bank-b", Name: "Bank B", Kind: types.OrganizationKindBank, Status: types.OrganizationStatusActive}},
		Validators: []types.Validator{
			{Organization: "bank-a", ConsensusKey: key(1), Power: 10},
			{Organization: "bank-b", ConsensusKey: key(2), Power: 20},
		},
	}
	gs.Params.UnbondingTime, gs.Params.HistoricalEntries = time.Hour, 5
	for _, kind := range types.OrganizationKinds() {
		id := organizationID(kind)
		gs.Organizations = append(gs.Organizations, types.Organization{Id: id, Name: "The " + id, Kind: kind, Status: types.OrganizationStatusActive})
		for _, role := range types.Roles() {
			gs.Operators = append(gs.Operators, types.Operator{
				Address: operatorAddress(kind, role).String(), Organization: id, Roles: []types.Role{role},
			})
		}
	}
	slices.SortFunc(gs.Organizations, func(a, b types.Organization) int { return strings.Compare(a.Id, b.Id) })
	sortOperators(gs.Operators)
	return gs
}

func TestAuthorityIsTheModuleAccount(t *testing.T) {
	s := newSuite(t)
	require.Equal(t, authtypes.NewModuleAddress("membership").String(), s.keeper.Authority())
	require.Equal(t, s.Authority, s.keeper.Authority())
}

func TestGetOrganization(t *testing.T) {
	s := newSuiteAt(t, genesis())
	organization, err := s.keeper.GetOrganization(s.Ctx, "bank-b")
	require.NoError(t, err)
	require.Equal(t, types.Organization{Id: "bank-b", Name: "Bank B", Kind: types.OrganizationKindBank, Status: types.OrganizationStatusActive}, organization)

	_, err = s.keeper.GetOrganization(s.Ctx, "bank-z")
	require.ErrorIs(t, err, types.ErrOrganizationNotFound)
	require.ErrorContains(t, err, `got "bank-z"`)
}

func TestGetOperator(t *testing.T) {
	s := newSuiteAt(t, genesis())
	maker := operatorAddress(types.OrganizationKindBank, types.RoleMaker)
	operator, err := s.keeper.GetOperator(s.Ctx, maker)
	require.NoError(t, err)
	require.Equal(t, types.Operator{Address: maker.String(), Organization: "bank-a", Roles: []types.Role{types.RoleMaker}}, operator)

	_, err = s.keeper.GetOperator(s.Ctx, keepertest.Address("stranger"))
	require.ErrorIs(t, err, types.ErrNotOperator)
}

func TestInitGenesisCreatesOperatorAccounts(t *testing.T) {
	s := newSuite(t)
	gs := genesis()
	// This one exists already, as after an export: it keeps its number and sequence.
	existing := s.Account.NewAccountWithAddress(s.Ctx, sdk.MustAccAddressFromBech32(gs.Operators[0].Address))
	require.NoError(t, existing.SetSequence(7))
	s.Account.SetAccount(s.Ctx, existing)

	updates, err := s.keeper.InitGenesis(s.Ctx, gs)
	require.NoError(t, err)
	require.Len(t, updates, 2)
	for i, update := range updates {
		require.Equal(t, gs.Validators[i].ConsensusKey, update.PubKey.GetEd25519())
		require.Equal(t, gs.Validators[i].Power, update.Power)
	}
	for _, operator := range gs.Operators {
		require.True(t, s.Account.HasAccount(s.Ctx, sdk.MustAccAddressFromBech32(operator.Address)), operator.Address)
	}
	require.Equal(t, existing, s.Account.GetAccount(s.Ctx, existing.GetAddress()))

	// Consensus has been told: the first block repeats nothing.
	updates, err = s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)
	require.Empty(t, updates)
}

func TestInitGenesisRefusesAnInvalidState(t *testing.T) {
	s := newSuite(t)
	gs := genesis()
	gs.Validators = nil
	_, err := s.keeper.InitGenesis(s.Ctx, gs)
	require.ErrorIs(t, err, types.ErrInvalidGenesis)
}

func TestExportImportExport(t *testing.T) {
	s := newSuiteAt(t, genesis())
	require.NoError(t, s.keeper.SetValidator(s.Ctx, types.Validator{Organization: "bank-a", ConsensusKey: key(3), Power: 5}))
	require.NoError(t, s.keeper.SetValidator(s.Ctx, types.Validator{Organization: "bank-b", ConsensusKey: key(2), Power: 21}))
	require.NoError(t, s.keeper.RemoveValidator(s.Ctx, key(1)))
	_, err := s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)

	exported, err := s.keeper.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	want := genesis()
	want.Validators = []types.Validator{
		{Organization: "bank-b", ConsensusKey: key(2), Power: 21},
		{Organization: "bank-a", ConsensusKey: key(3), Power: 5},
	}
	want.RemovedValidators = []types.RemovedValidator{
		{Organization: "bank-a", ConsensusKey: key(1), AccountableUntil: keepertest.Start.Add(time.Hour)},
	}
	want.PowerChanges = []types.PowerChange{{Time: keepertest.Start, Power: 6}}
	require.Equal(t, &want, exported)

	again := newSuite(t)
	updates, err := again.keeper.InitGenesis(again.Ctx, *exported)
	require.NoError(t, err)
	require.Len(t, updates, 2)
	second, err := again.keeper.ExportGenesis(again.Ctx)
	require.NoError(t, err)
	require.Equal(t, s.Codec.MustMarshalJSON(exported), s.Codec.MustMarshalJSON(second))
}
