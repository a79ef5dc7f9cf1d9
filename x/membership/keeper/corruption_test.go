package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	storetypes "cosmossdk.io/store/types"

	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
)

// corrupt makes every value below a prefix undecodable.
func (s *suite) corrupt(t *testing.T, prefix []byte) {
	t.Helper()
	store := s.Ctx.KVStore(s.Keys[types.StoreKey])
	iterator := storetypes.KVStorePrefixIterator(store, prefix)
	var keys [][]byte
	for ; iterator.Valid(); iterator.Next() {
		keys = append(keys, iterator.Key())
	}
	require.NoError(t, iterator.Close())
	require.NotEmpty(t, keys)
	for _, key := range keys {
		store.Set(key, []byte{0xff})
	}
}

// A value that cannot be read is an error of whatever needs it; it is never taken for a missing value.
func TestCorruptStateIsAnError(t *testing.T) {
	maker := operatorAddress(types.OrganizationKindBank, types.RoleMaker).String()
	operations := map[string]func(s *suite) error{
		"BeginBlock":        func(s *suite) error { return s.keeper.BeginBlock(s.Ctx) },
		"EndBlock":          func(s *suite) error { _, err := s.keeper.EndBlock(s.Ctx); return err },
		"ExportGenesis":     func(s *suite) error { _, err := s.keeper.ExportGenesis(s.Ctx); return err },
		"GetHistoricalInfo": func(s *suite) error { _, err := s.keeper.GetHistoricalInfo(s.Ctx, 1); return err },
		"UnbondingTime":     func(s *suite) error { _, err := s.keeper.UnbondingTime(s.Ctx); return err },
		"Authorize": func(s *suite) error {
			_, err := s.keeper.Authorize(s.Ctx, maker, &deposittypes.MsgRequestIssue{Requester: maker})
			return err
		},
		"SetValidator":         func(s *suite) error { return s.set("bank-a", 1, 3) },
		"RemoveValidator":      func(s *suite) error { return s.keeper.RemoveValidator(s.Ctx, key(1)) },
		"GenesisValidators":    func(s *suite) error { _, err := s.keeper.GenesisValidators(s.Ctx); return err },
		"return a removed key": func(s *suite) error { return s.set("bank-a", 3, 1) },
		"query Organization": func(s *suite) error {
			_, err := keeper.NewQueryServer(s.keeper).Organization(s.Ctx, &types.QueryOrganizationRequest{Id: "bank-a"})
			return err
		},
	}
	for name, tc := range map[string]struct {
		prefix []byte
		fails  []string
	}{
		"params": {types.ParamsPrefix, []string{"BeginBlock", "ExportGenesis", "UnbondingTime", "RemoveValidator"}},
		"organizations": {
			types.OrganizationsPrefix, []string{"ExportGenesis", "Authorize", "SetValidator", "query Organization"},
		},
		"operators": {types.OperatorsPrefix, []string{"ExportGenesis", "Authorize", "query Organization"}},
		"validators": {types.ValidatorsPrefix, []string{
			"EndBlock", "ExportGenesis", "SetValidator", "RemoveValidator", "GenesisValidators", "query Organization",
		}},
		"told validators":    {types.ConsensusValidatorsPrefix, []string{"EndBlock"}},
		"removed validators": {types.RemovedValidatorsPrefix, []string{"BeginBlock", "ExportGenesis", "return a removed key"}},
		"headers":            {types.HistoricalHeadersPrefix, []string{"GetHistoricalInfo"}},
	} {
		for _, operation := range tc.fails {
			t.Run(name+"/"+operation, func(t *testing.T) {
				s := newSuiteAt(t, genesis())
				require.NoError(t, s.keeper.BeginBlock(s.Ctx))
				require.NoError(t, s.set("bank-a", 3, 1))
				require.NoError(t, s.keeper.RemoveValidator(s.Ctx, key(3)))
				require.NoError(t, s.set("bank-b", 2, 21))
				s.corrupt(t, tc.prefix)
				err := operations[operation](s)
				require.Error(t, err)
				require.NotErrorIs(t, err, types.ErrHistoricalInfoNotFound)
				require.NotErrorIs(t, err, types.ErrNotOperator)
			})
		}
	}
}
