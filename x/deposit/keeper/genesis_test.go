package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit"
	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Export, import and export again gives the same bytes, and indexes that work.
func TestGenesisRoundTrip(t *testing.T) {
	s := newSetup(t)
	require.NoError(t, s.Pay(s.alice, s.bob, 10))
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "open"))
	require.NoError(t, s.RequestIssue("alpha", s.alice, 5, "rejected"))
	require.NoError(t, s.Reject("alpha", "rejected"))
	require.NoError(t, s.RequestRedeem(s.bob, 4, "held"))

	module := deposit.NewAppModule(s.Codec, s.Deposit)
	exported := module.ExportGenesis(s.Ctx, s.Codec)
	require.NoError(t, module.ValidateGenesis(s.Codec, s.TxConfig, exported))

	other := newEmpty(t)
	imported := deposit.NewAppModule(other.Codec, other.Deposit)
	imported.InitGenesis(other.Ctx, other.Codec, exported)
	require.Equal(t, string(exported), string(imported.ExportGenesis(other.Ctx, other.Codec)))
	account := registrytypes.Account{Address: s.bob}
	require.ErrorIs(t, other.Deposit.MayClose(other.Ctx, account), registrytypes.ErrAccountInUse)
}

func newEmpty(t *testing.T) setup {
	t.Helper()
	return setup{World: moneytest.New(t, moneytest.Options{Banks: []string{"alpha", "beta"}})}
}

func TestModuleGenesis(t *testing.T) {
	s := newEmpty(t)
	module := deposit.NewAppModule(s.Codec, s.Deposit)
	empty := module.DefaultGenesis(s.Codec)
	require.NoError(t, module.ValidateGenesis(s.Codec, s.TxConfig, empty))
	module.InitGenesis(s.Ctx, s.Codec, empty)
	require.Equal(t, string(empty), string(module.ExportGenesis(s.Ctx, s.Codec)))

	require.ErrorContains(t, module.ValidateGenesis(s.Codec, s.TxConfig, []byte(`{"orders":1}`)), "deposit genesis: expected JSON")
	bad := s.Codec.MustMarshalJSON(&types.GenesisState{Books: []types.BankBook{types.NewBook("")}})
	require.ErrorIs(t, module.ValidateGenesis(s.Codec, s.TxConfig, bad), types.ErrInvalidGenesis)
	require.Panics(t, func() { module.InitGenesis(s.Ctx, s.Codec, bad) })
}
