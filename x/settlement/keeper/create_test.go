package keeper_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
)

var hash = bytes.Repeat([]byte{0xAB}, 32)

func TestCreateTrade(t *testing.T) {
	s := newSuite(t)
	terms := s.dvp()
	settleAt := terms.Deadline.Add(-time.Hour)
	terms.SettleAt, terms.Agent, terms.AgentReleases, terms.MemoHash = &settleAt, s.eve, true, hash
	terms.Documents = []types.Document{{Name: "bill-of-lading", Hash: hash, Presenter: s.cho}}
	var response *types.MsgCreateTradeResponse
	require.NoError(t, s.Do(func(ctx context.Context) (err error) {
		response, err = s.msgs.CreateTrade(ctx, &types.MsgCreateTrade{Creator: s.ann, Reference: "T-1", Terms: terms})
		return err
	}))
	want, err := terms.Hash("keepertest-1", s.ann, "T-1")
	require.NoError(t, err)
	require.Equal(t, &types.MsgCreateTradeResponse{Id: 1, TermsHash: want}, response)
	keepertest.RequireEvent(t, s.Ctx, &types.EventTradeCreated{
		TradeId: 1, Creator: s.ann, Reference: "T-1", TermsHash: want, LegsCount: 2, PartiesCount: 2,
		Deadline: terms.Deadline, SettleAt: &settleAt, Agent: s.eve,
	})
	shown, err := s.queries.Trade(s.Ctx, &types.QueryTradeRequest{Creator: s.ann, Reference: "T-1"})
	require.NoError(t, err)
	require.Equal(t, types.Trade{
		Id: 1, Creator: s.ann, Reference: "T-1", TermsHash: want, Status: types.TradeStatusProposed, CreatedAt: s.Ctx.BlockTime(),
		Deadline: terms.Deadline, SettleAt: &settleAt, Agent: s.eve, AgentReleases: true, MemoHash: hash,
		Documents: []types.RequiredDocument{{Document: terms.Documents[0]}}, LegsCount: 2, PartiesCount: 2,
	}, shown.Trade)
	require.Equal(t, terms.Legs, shown.Legs)
	require.Equal(t, terms, shown.Trade.Terms(shown.Legs), "nothing of the terms is lost")
	require.Len(t, shown.Parties, 2)
	require.Empty(t, s.holds(t), "a proposal sets nothing aside")
}

func TestCreateTradeRefuses(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.create("used", s.dvp()))
	stranger := keepertest.Address("stranger").String()
	s.SetStatus(t, s.cho, registrytypes.AccountStatusFrozen)
	long := make([]types.Leg, types.MaxLegs+1)
	for i := range long {
		long[i] = leg(s.ann, s.bob, sdk.NewInt64Coin(fmt.Sprintf("asset/share/%d", i), 1))
	}
	tests := map[string]struct {
		creator, reference string
		change             func(terms *types.Terms)
		want               error
	}{
		"reference again":   {s.ann, "used", func(*types.Terms) {}, types.ErrReferenceUsed},
		"bad reference":     {s.ann, "a b", func(*types.Terms) {}, registrytypes.ErrInvalidReference},
		"stranger creates":  {stranger, "T", func(*types.Terms) {}, registrytypes.ErrNotRegistered},
		"frozen creator":    {s.cho, "T", func(*types.Terms) {}, registrytypes.ErrAccountFrozen},
		"no legs":           {s.ann, "T", func(terms *types.Terms) { terms.Legs = nil }, types.ErrInvalidTrade},
		"too many legs":     {s.ann, "T", func(terms *types.Terms) { terms.Legs = long }, types.ErrInvalidTrade},
		"to itself":         {s.ann, "T", func(terms *types.Terms) { terms.Legs[0].To = s.ann }, types.ErrInvalidTrade},
		"nothing":           {s.ann, "T", func(terms *types.Terms) { terms.Legs[0].Amount.Amount = math.ZeroInt() }, types.ErrInvalidTrade},
		"less than nothing": {s.ann, "T", func(terms *types.Terms) { terms.Legs[0].Amount.Amount = math.NewInt(-1) }, types.ErrInvalidTrade},
		"no amount":         {s.ann, "T", func(terms *types.Terms) { terms.Legs[0].Amount.Amount = math.Int{} }, types.ErrInvalidTrade},
		"too many yen":      {s.ann, "T", func(terms *types.Terms) { terms.Legs[1].Amount.Amount = registrytypes.MaxLimit.AddRaw(1) }, types.ErrInvalidTrade},
		"too many units":    {s.ann, "T", func(terms *types.Terms) { terms.Legs[0].Amount.Amount = types.MaxUnits.AddRaw(1) }, types.ErrInvalidTrade},
		"bad denom":         {s.ann, "T", func(terms *types.Terms) { terms.Legs[0].Amount.Denom = "" }, types.ErrInvalidTrade},
		"other money":       {s.ann, "T", func(terms *types.Terms) { terms.Legs[1].Amount.Denom = "usd" }, types.ErrInvalidTrade},
		"two moneys": {s.ann, "T", func(terms *types.Terms) {
			terms.Legs = append(terms.Legs, leg(s.ann, s.bob, sdk.NewInt64Coin("usd", 1)))
		}, types.ErrInvalidTrade},
		"a leg twice":         {s.ann, "T", func(terms *types.Terms) { terms.Legs = append(terms.Legs, leg(s.ann, s.bob, bonds(1))) }, types.ErrInvalidTrade},
		"bad party":           {s.ann, "T", func(terms *types.Terms) { terms.Legs[0].To = "bob" }, types.ErrInvalidTrade},
		"stranger is party":   {s.ann, "T", func(terms *types.Terms) { terms.Legs[0].To = stranger }, registrytypes.ErrNotRegistered},
		"deadline now":        {s.ann, "T", func(terms *types.Terms) { terms.Deadline = s.Ctx.BlockTime() }, types.ErrInvalidTrade},
		"deadline too late":   {s.ann, "T", func(terms *types.Terms) { terms.Deadline = s.Ctx.BlockTime().Add(types.MaxDuration + 1) }, types.ErrInvalidTrade},
		"settles before now":  {s.ann, "T", func(terms *types.Terms) { at := s.Ctx.BlockTime(); terms.SettleAt = &at }, types.ErrInvalidTrade},
		"settles at deadline": {s.ann, "T", func(terms *types.Terms) { at := terms.Deadline; terms.SettleAt = &at }, types.ErrInvalidTrade},
		"agent is party":      {s.ann, "T", func(terms *types.Terms) { terms.Agent = s.bob }, types.ErrInvalidTrade},
		"bad agent":           {s.ann, "T", func(terms *types.Terms) { terms.Agent = "eve" }, types.ErrInvalidTrade},
		"stranger is agent":   {s.ann, "T", func(terms *types.Terms) { terms.Agent = stranger }, registrytypes.ErrNotRegistered},
		"no agent releases":   {s.ann, "T", func(terms *types.Terms) { terms.AgentReleases = true }, types.ErrInvalidTrade},
		"short memo hash":     {s.ann, "T", func(terms *types.Terms) { terms.MemoHash = hash[1:] }, types.ErrInvalidTrade},
		"document twice": {s.ann, "T", func(terms *types.Terms) {
			terms.Documents = []types.Document{{Name: "a", Hash: hash, Presenter: s.eve}, {Name: "a", Hash: hash, Presenter: s.dan}}
		}, types.ErrInvalidTrade},
		"too many documents": {s.ann, "T", func(terms *types.Terms) { terms.Documents = make([]types.Document, types.MaxDocuments+1) }, types.ErrInvalidTrade},
		"document's name":    {s.ann, "T", func(terms *types.Terms) { terms.Documents = []types.Document{{Hash: hash, Presenter: s.eve}} }, types.ErrInvalidTrade},
		"document's hash": {s.ann, "T", func(terms *types.Terms) {
			terms.Documents = []types.Document{{Name: "a", Hash: hash[1:], Presenter: s.eve}}
		}, types.ErrInvalidTrade},
		"document's presenter": {s.ann, "T", func(terms *types.Terms) { terms.Documents = []types.Document{{Name: "a", Hash: hash}} }, types.ErrInvalidTrade},
		"stranger presents": {s.ann, "T", func(terms *types.Terms) {
			terms.Documents = []types.Document{{Name: "a", Hash: hash, Presenter: stranger}}
		}, registrytypes.ErrNotRegistered},
		"right":             {s.ann, "T-1", func(*types.Terms) {}, nil},
		"another's":         {s.bob, "used", func(*types.Terms) {}, nil},
		"by an outsider":    {s.eve, "T", func(*types.Terms) {}, nil},
		"with a frozen one": {s.ann, "T-2", func(terms *types.Terms) { terms.Legs[0].To = s.cho }, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			terms := s.dvp()
			test.change(&terms)
			before := s.module.ExportGenesis(s.Ctx, s.Codec)
			err := s.Do(func(ctx context.Context) error {
				_, err := s.msgs.CreateTrade(ctx, &types.MsgCreateTrade{Creator: test.creator, Reference: test.reference, Terms: terms})
				return err
			})
			require.ErrorIs(t, err, test.want)
			if test.want != nil {
				require.Equal(t, string(before), string(s.module.ExportGenesis(s.Ctx, s.Codec)))
			}
		})
	}
}
