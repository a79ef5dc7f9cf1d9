package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/x/payment/types"
)

// Export, import and export again gives the same bytes, and indexes that work.
func TestGenesisRoundTrip(t *testing.T) {
	s := newSuite(t)
	for i, reference := range []string{"b", "a", "c"} {
		msg := s.requestOf(reference, 10)
		msg.MessageIndex = uint32(i)
		require.NoError(t, s.request(msg))
	}
	require.NoError(t, s.consent(s.bob, "a"))
	require.NoError(t, s.cancel(alphaMaker, "c"))
	exported := s.module.ExportGenesis(s.Ctx, s.Codec)
	require.NoError(t, s.module.ValidateGenesis(s.Codec, s.TxConfig, exported))

	other := newSuite(t)
	other.module.InitGenesis(other.Ctx, other.Codec, exported)
	require.Equal(t, string(exported), string(other.module.ExportGenesis(other.Ctx, other.Codec)))
	require.ErrorIs(t, other.request(other.requestOf("d", 1)), types.ErrPaymentRecalled)
	list, err := other.queries.RecallsToBank(other.Ctx, &types.QueryRecallsToBankRequest{PayeeBank: "beta", Status: types.RecallStatusConsented})
	require.NoError(t, err)
	require.Len(t, list.Recalls, 1)
}

func TestModuleGenesis(t *testing.T) {
	s := newEmpty(t)
	empty := s.module.DefaultGenesis(s.Codec)
	require.NoError(t, s.module.ValidateGenesis(s.Codec, s.TxConfig, empty))
	s.module.InitGenesis(s.Ctx, s.Codec, empty)
	require.Equal(t, string(empty), string(s.module.ExportGenesis(s.Ctx, s.Codec)))

	require.ErrorContains(t, s.module.ValidateGenesis(s.Codec, s.TxConfig, []byte(`{"recalls":1}`)), "payment genesis: expected JSON")
	bad := s.Codec.MustMarshalJSON(&types.GenesisState{Recalls: []types.Recall{{PayerBank: "alpha"}}})
	require.Error(t, s.module.ValidateGenesis(s.Codec, s.TxConfig, bad))
	require.Panics(t, func() { s.module.InitGenesis(s.Ctx, s.Codec, bad) })
}
