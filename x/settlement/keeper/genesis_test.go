package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/x/settlement/types"
)

// everyStatus leaves a trade in each status that there is, and one that waits for its time.
func everyStatus(t *testing.T) *suite {
	t.Helper()
	s := newSuite(t)
	short := s.dvp()
	short.Deadline = s.Ctx.BlockTime().Add(time.Minute)
	require.NoError(t, s.create("expired", short))
	s.block(t, time.Minute)
	terms := s.dvp()
	terms.Agent = s.eve
	timed := s.terms(leg(s.ann, s.bob, bonds(1)), leg(s.bob, s.cho, bonds(1)), leg(s.cho, s.ann, yen(7)), leg(s.cho, s.dan, yen(9)))
	at := s.Ctx.BlockTime().Add(time.Hour)
	timed.SettleAt = &at
	require.NoError(t, s.create("timed", timed))
	for _, party := range []string{s.ann, s.bob, s.cho, s.dan} {
		require.NoError(t, s.confirm(party, "timed"))
	}
	released := s.dvp()
	released.Agent, released.AgentReleases = s.eve, true
	released.Documents = []types.Document{{Name: "a", Hash: hash, Presenter: s.cho}, {Name: "b", Hash: hash, Presenter: s.cho}}
	require.NoError(t, s.create("released", released))
	require.NoError(t, s.release(s.eve, "released"))
	require.NoError(t, s.present(s.cho, "released", "b", hash))
	for _, reference := range []string{"proposed", "settled", "cancelled", "refused", "aborted"} {
		require.NoError(t, s.create(reference, terms))
	}
	require.NoError(t, s.confirm(s.bob, "proposed"))
	require.NoError(t, s.confirm(s.bob, "settled"))
	require.NoError(t, s.confirm(s.ann, "settled"))
	require.NoError(t, s.confirm(s.bob, "cancelled"))
	require.NoError(t, s.cancel(s.bob, "cancelled"))
	require.NoError(t, s.refuse(s.ann, "refused"))
	require.NoError(t, s.abort(s.eve, "aborted"))
	return s
}

// Export, import and export again gives the same bytes; and trades go on after it.
func TestGenesisRoundTrip(t *testing.T) {
	s := everyStatus(t)
	exported := s.module.ExportGenesis(s.Ctx, s.Codec)
	require.NoError(t, s.module.ValidateGenesis(s.Codec, s.TxConfig, exported))

	other := newSuite(t)
	holds, err := s.Hold.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, other.Hold.InitGenesis(other.Ctx, *holds))
	other.Bank.InitGenesis(other.Ctx, s.Bank.ExportGenesis(s.Ctx))
	link, err := s.Link.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	valid := *link
	valid.Params.FinancialChainId = "financial-1" // which the world leaves out
	require.NoError(t, valid.Validate())
	require.NoError(t, other.Link.InitGenesis(other.Ctx, *link))
	other.module.InitGenesis(other.Ctx, other.Codec, exported)
	require.Equal(t, string(exported), string(other.module.ExportGenesis(other.Ctx, other.Codec)))
	require.Equal(t, s.reserved(t), other.reserved(t))
	again, err := other.Link.ExportGenesis(other.Ctx)
	require.NoError(t, err)
	require.Equal(t, link, again)

	other.Ctx = other.Ctx.WithBlockTime(s.Ctx.BlockTime())
	require.ErrorIs(t, other.create("aborted", other.dvp()), types.ErrReferenceUsed)
	require.NoError(t, other.confirm(other.ann, "proposed"))
	other.requireStatus(t, "proposed", types.TradeStatusSettled)
	other.block(t, time.Hour)
	other.requireStatus(t, "timed", types.TradeStatusSettled)
	other.block(t, 24*time.Hour)
	other.requireStatus(t, "released", types.TradeStatusExpired)
	require.Empty(t, other.holds(t))
	require.Empty(t, other.reserved(t))
	open, err := other.queries.TradesOfAccount(other.Ctx, &types.QueryTradesOfAccountRequest{Account: other.bob, Status: types.TradeStatusProposed})
	require.NoError(t, err)
	require.Empty(t, open.Trades)
}

func TestModuleGenesis(t *testing.T) {
	s := newEmpty(t, nil)
	empty := s.module.DefaultGenesis(s.Codec)
	require.NoError(t, s.module.ValidateGenesis(s.Codec, s.TxConfig, empty))
	s.module.InitGenesis(s.Ctx, s.Codec, empty)
	require.Equal(t, string(empty), string(s.module.ExportGenesis(s.Ctx, s.Codec)))

	require.ErrorContains(t, s.module.ValidateGenesis(s.Codec, s.TxConfig, []byte(`{"trades":1}`)), "settlement genesis: expected JSON")
	bad := s.Codec.MustMarshalJSON(&types.GenesisState{})
	require.ErrorIs(t, s.module.ValidateGenesis(s.Codec, s.TxConfig, bad), types.ErrInvalidGenesis)
	require.Panics(t, func() { s.module.InitGenesis(s.Ctx, s.Codec, bad) })
}

// A genesis that the module cannot have exported is refused.
func TestGenesisRefuses(t *testing.T) {
	s := everyStatus(t)
	exported, err := s.settlement.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	record := func(state *types.GenesisState, reference string) *types.TradeRecord {
		for i := range state.Trades {
			if state.Trades[i].Trade.Reference == reference {
				return &state.Trades[i]
			}
		}
		t.Fatalf("expected trade %q, got none", reference)
		return nil
	}
	now := s.Ctx.BlockTime()
	for name, corrupt := range map[string]func(state *types.GenesisState){
		"next id":         func(state *types.GenesisState) { state.NextId = 8 },
		"order":           func(state *types.GenesisState) { state.Trades[0], state.Trades[1] = state.Trades[1], state.Trades[0] },
		"reference again": func(state *types.GenesisState) { record(state, "timed").Trade.Reference = "released" },
		"id":              func(state *types.GenesisState) { state.Trades[0].Trade.Id = 0 },
		"creator":         func(state *types.GenesisState) { state.Trades[0].Trade.Creator = "ann" },
		"reference":       func(state *types.GenesisState) { state.Trades[0].Trade.Reference = "" },
		"hash":            func(state *types.GenesisState) { state.Trades[0].Trade.TermsHash = nil },
		"terms":           func(state *types.GenesisState) { state.Trades[0].Trade.Deadline = state.Trades[0].Trade.CreatedAt },
		"party gone":      func(state *types.GenesisState) { state.Trades[0].Parties = state.Trades[0].Parties[1:] },
		"party count":     func(state *types.GenesisState) { state.Trades[0].Trade.PartiesCount++ },
		"leg count":       func(state *types.GenesisState) { state.Trades[0].Trade.LegsCount++ },
		"other party":     func(state *types.GenesisState) { state.Trades[0].Parties[0].Address = s.eve },
		"incoming yen":    func(state *types.GenesisState) { state.Trades[0].Parties[0].IncomingYen = yen(77).Amount },
		"confirmations":   func(state *types.GenesisState) { state.Trades[0].Trade.ConfirmedCount++ },
		"hold too many":   func(state *types.GenesisState) { record(state, "aborted").Parties[0].Holds = []uint64{900} },
		"hold gone": func(state *types.GenesisState) {
			for i := range record(state, "timed").Parties {
				record(state, "timed").Parties[i].Holds = nil
			}
		},
		"hold of another":     func(state *types.GenesisState) { shareHold(record(state, "settled"), record(state, "timed")) },
		"bank":                func(state *types.GenesisState) { record(state, "timed").Parties[0].Bank = "" },
		"status":              func(state *types.GenesisState) { state.Trades[0].Trade.Status = 99 },
		"no status":           func(state *types.GenesisState) { state.Trades[0].Trade.Status = 0 },
		"release not asked":   func(state *types.GenesisState) { record(state, "timed").Trade.ReleasedAt = &now },
		"confirmed too early": func(state *types.GenesisState) { record(state, "proposed").Trade.Status = types.TradeStatusConfirmed },
		"proposed too late":   func(state *types.GenesisState) { record(state, "timed").Trade.Status = types.TradeStatusProposed },
		"should have settled": func(state *types.GenesisState) { record(state, "timed").Trade.SettleAt = nil },
		"ended and open":      func(state *types.GenesisState) { record(state, "timed").Trade.EndedAt = &now },
		"open and ended":      func(state *types.GenesisState) { record(state, "settled").Trade.EndedAt = nil },
		"cancelled by nobody": func(state *types.GenesisState) { record(state, "cancelled").Trade.EndedBy = "" },
		"refused for nothing": func(state *types.GenesisState) { record(state, "refused").Trade.Reason = "" },
		"settled by whom":     func(state *types.GenesisState) { record(state, "settled").Trade.EndedBy = "ann" },
		"settled for what":    func(state *types.GenesisState) { record(state, "settled").Trade.Reason = "why" },
		"expired by somebody": func(state *types.GenesisState) { record(state, "expired").Trade.EndedBy = s.ann },
	} {
		t.Run(name, func(t *testing.T) {
			var state types.GenesisState
			s.Codec.MustUnmarshalJSON(s.Codec.MustMarshalJSON(&exported), &state)
			require.NoError(t, state.Validate())
			corrupt(&state)
			require.Error(t, state.Validate())
		})
	}
}

// shareHold gives a party of one trade the hold of another's.
func shareHold(taker, owner *types.TradeRecord) {
	for i := range taker.Parties {
		for _, party := range owner.Parties {
			if len(taker.Parties[i].Holds) == 1 && len(party.Holds) == 1 {
				taker.Parties[i].Holds[0] = party.Holds[0]
				return
			}
		}
	}
}
