package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit"
	"github.com/azukari-network/azukari/x/deposit/keeper"
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
	asked, err := s.ask(5, "asked")
	require.NoError(t, err)
	require.NoError(t, s.confirm(moneytest.Operator("alpha", "maker"), asked, "core-1"))
	_, err = s.submit("b1", s.line(types.OrderKindIssue, 7, "l1"), s.line(types.OrderKindIssue, 7, "l1"), types.BatchOrder{})
	require.NoError(t, err)
	s.setCeiling(t, 1100)
	_, err = s.approveBatch(moneytest.Operator("alpha", "checker"), "b1")
	require.NoError(t, err)
	s.submitAttestation(t, s.attestation("a1", time.Hour))
	require.NoError(t, s.confirmAttestation(moneytest.Operator("alpha", "checker"), "a1"))
	s.submitAttestation(t, s.attestation("a2", time.Minute))
	_, err = s.closeDay("alpha", "2026-04-01")
	require.NoError(t, err)
	require.NoError(t, s.approvePart("open", 3))

	module := deposit.NewAppModule(s.Codec, s.Deposit)
	exported := module.ExportGenesis(s.Ctx, s.Codec)
	require.NoError(t, module.ValidateGenesis(s.Codec, s.TxConfig, exported))

	other := newEmpty(t)
	imported := deposit.NewAppModule(other.Codec, other.Deposit)
	imported.InitGenesis(other.Ctx, other.Codec, exported)
	require.Equal(t, string(exported), string(imported.ExportGenesis(other.Ctx, other.Codec)))
	newest, err := other.Deposit.NewestAttestation(other.Ctx, "alpha")
	require.NoError(t, err)
	require.Equal(t, "a1", newest.Reference)
	server := keeper.NewQueryServer(other.Deposit)
	date, err := server.BusinessDate(other.Ctx, &types.QueryBusinessDateRequest{Bank: "alpha"})
	require.NoError(t, err)
	require.Equal(t, &types.QueryBusinessDateResponse{Date: "2026-04-02", ClosedThrough: "2026-04-01", OpenOrders: 1}, date)
	for day, want := range map[string]int{"2026-04-01": 5, "2026-04-02": 1} {
		orders, err := server.AccountOrders(other.Ctx, &types.QueryAccountOrdersRequest{Account: s.alice, Date: day})
		require.NoError(t, err)
		require.Len(t, orders.Orders, want, day)
	}
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
