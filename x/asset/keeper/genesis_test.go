package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/asset/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// imported returns a new zone with the accounts, coins, holds and assets of another.
func imported(t *testing.T, from *suite, state types.GenesisState) *suite {
	t.Helper()
	s := newSuite(t)
	s.Ctx = s.Ctx.WithBlockHeader(from.Ctx.BlockHeader())
	registry, err := from.Registry.ExportGenesis(from.Ctx)
	require.NoError(t, err)
	require.NoError(t, s.Registry.InitGenesis(s.Ctx, *registry))
	s.Bank.InitGenesis(s.Ctx, from.Bank.ExportGenesis(from.Ctx))
	holds, err := from.Hold.ExportGenesis(from.Ctx)
	require.NoError(t, err)
	require.NoError(t, s.Hold.InitGenesis(s.Ctx, *holds))
	require.NoError(t, s.assets.InitGenesis(s.Ctx, state))
	return s
}

func TestGenesisGoesOnWhereItStopped(t *testing.T) {
	s := eventful(t)
	state := s.export(t)
	require.NoError(t, state.Validate())
	require.Len(t, state.Classes, 4)
	require.Len(t, state.Units, 6)
	require.Len(t, state.Operations, 3)
	other := imported(t, s, *state)
	require.Equal(t, state, other.export(t))

	// Indexes, expiries and rules work as before.
	for _, one := range []*suite{s, other} {
		one.nextBlock(t, time.Hour)
		require.Equal(t, book(100, 20, 5, 60), one.book(t, "coupon"))
		require.Equal(t, book(2, 0, 0, 1), one.book(t, "seat"))
		require.NoError(t, one.Hold.Release(one.Ctx, 2))
		one.nextBlock(t, time.Second)
		require.Equal(t, book(100, 20, 5, 75), one.book(t, "coupon"))
		require.Error(t, one.assets.MayUnlink(one.Ctx, address(one.rival)))
	}
	require.Equal(t, s.export(t), other.export(t))
}

// An export in the middle of an expiry goes on after it.
func TestGenesisOfAnExpiry(t *testing.T) {
	s := newSuite(t)
	s.unique(t, "ticket", expiring(s, time.Hour))
	s.class(t, "coupon", expiring(s, time.Hour))
	require.NoError(t, s.issue("coupon", s.ann, 5))
	lines := make([]types.UnitLine, types.MaxLines)
	for i := range lines {
		lines[i] = types.UnitLine{Account: s.ann, Unit: "A-" + math.NewInt(int64(i)).String()}
	}
	require.NoError(t, s.issueUnits("ticket", "", lines...))
	require.NoError(t, s.issueUnits("ticket", "", types.UnitLine{Account: s.ben, Unit: "Z"}))
	held := s.hold(t, s.ben, types.UnitCoin("ticket", "Z"))
	s.nextBlock(t, time.Hour)
	require.NoError(t, s.Hold.Release(s.Ctx, held))
	require.NotZero(t, s.book(t, "ticket").Supply().Int64())
	other := imported(t, s, *s.export(t))
	for range 3 {
		other.nextBlock(t, time.Second)
	}
	require.True(t, other.book(t, "ticket").Supply().IsZero())
	require.True(t, other.book(t, "coupon").Supply().IsZero())
}

func TestGenesisValidation(t *testing.T) {
	s := eventful(t)
	class := func(g *types.GenesisState, id string) *types.ClassState {
		for i := range g.Classes {
			if g.Classes[i].Class.Id == id {
				return &g.Classes[i]
			}
		}
		return nil
	}
	unit := func(g *types.GenesisState, id string) *types.UnitState {
		for i := range g.Units {
			if g.Units[i].Unit.Id == id {
				return &g.Units[i]
			}
		}
		return nil
	}
	tests := map[string]struct {
		corrupt func(g *types.GenesisState)
		want    error
	}{
		"classes out of order": {func(g *types.GenesisState) { g.Classes[0], g.Classes[1] = g.Classes[1], g.Classes[0] }, types.ErrInvalidGenesis},
		"class without id":     {func(g *types.GenesisState) { g.Classes[0].Class.Id = "" }, types.ErrInvalidClass},
		"issuer":               {func(g *types.GenesisState) { g.Classes[0].Class.Issuer = "x" }, types.ErrInvalidClass},
		"offered":              {func(g *types.GenesisState) { g.Classes[0].Class.OfferedTo = "x" }, types.ErrInvalidClass},
		"class freeze":         {func(g *types.GenesisState) { g.Classes[0].Class.Freeze = &types.Freeze{By: "x"} }, types.ErrInvalidClass},
		"class freeze without reason": {
			func(g *types.GenesisState) { g.Classes[0].Class.Freeze = &types.Freeze{By: s.ann} }, types.ErrInvalidClass,
		},
		"metadata":           {func(g *types.GenesisState) { g.Classes[0].Metadata.Name = "" }, types.ErrInvalidClass},
		"no book":            {func(g *types.GenesisState) { g.Classes[0].Book = types.Book{} }, types.ErrInvalidGenesis},
		"book below zero":    {func(g *types.GenesisState) { class(g, "coupon").Book.Redeemed = math.NewInt(1_000) }, types.ErrInvalidGenesis},
		"over its cap":       {func(g *types.GenesisState) { class(g, "coupon").Class.Rules.Cap = math.NewInt(74) }, types.ErrInvalidGenesis},
		"idle manager":       {func(g *types.GenesisState) { class(g, "coupon").Managers[0].Rights = nil }, types.ErrInvalidGenesis},
		"unknown right":      {func(g *types.GenesisState) { class(g, "coupon").Managers[0].Rights[0] = 77 }, types.ErrInvalidClass},
		"issuer manages":     {func(g *types.GenesisState) { class(g, "coupon").Managers[0].Account = s.street }, types.ErrInvalidGenesis},
		"allowed twice":      {func(g *types.GenesisState) { class(g, "points").Allowed[1] = class(g, "points").Allowed[0] }, types.ErrInvalidGenesis},
		"allowed nobody":     {func(g *types.GenesisState) { class(g, "points").Allowed[0] = "x" }, types.ErrInvalidGenesis},
		"frozen for ever":    {func(g *types.GenesisState) { class(g, "ticket").FrozenHolders[0].Freeze.Reason = "" }, types.ErrInvalidClass},
		"book and units":     {func(g *types.GenesisState) { class(g, "ticket").Book.Issued = math.NewInt(9) }, types.ErrInvalidGenesis},
		"units out of order": {func(g *types.GenesisState) { g.Units[0], g.Units[1] = g.Units[1], g.Units[0] }, types.ErrInvalidGenesis},
		"unit of fungible":   {func(g *types.GenesisState) { g.Units[0].Unit.Class = "coupon" }, types.ErrInvalidGenesis},
		"unit of no class":   {func(g *types.GenesisState) { g.Units[0].Unit.Class = "x" }, types.ErrInvalidUnit},
		"unit id":            {func(g *types.GenesisState) { g.Units[0].Unit.Id = "" }, types.ErrInvalidUnit},
		"unit status":        {func(g *types.GenesisState) { g.Units[0].Unit.Status = 0 }, types.ErrInvalidUnit},
		"unknown status":     {func(g *types.GenesisState) { g.Units[0].Unit.Status = 9 }, types.ErrInvalidUnit},
		"unit holder":        {func(g *types.GenesisState) { g.Units[0].Unit.Holder = "x" }, types.ErrInvalidUnit},
		"ended and frozen":   {func(g *types.GenesisState) { unit(g, "A-1").Unit.Freeze = &types.Freeze{By: s.ann, Reason: "x"} }, types.ErrInvalidUnit},
		"unit freeze":        {func(g *types.GenesisState) { unit(g, "A-2").Unit.Freeze = &types.Freeze{} }, types.ErrInvalidClass},
		"ended, no history":  {func(g *types.GenesisState) { unit(g, "1").Unit.Status = types.UnitStatusExpired }, types.ErrInvalidGenesis},
		"short history":      {func(g *types.GenesisState) { unit(g, "B-1").History = unit(g, "B-1").History[:1] }, types.ErrInvalidGenesis},
		"no history": {func(g *types.GenesisState) {
			unit(g, "B-1").History, unit(g, "B-1").Unit.HistoryLength = nil, 0
		}, types.ErrInvalidGenesis},
		"gap":             {func(g *types.GenesisState) { unit(g, "B-1").History[1].From = s.shop }, types.ErrInvalidGenesis},
		"sequence":        {func(g *types.GenesisState) { unit(g, "B-1").History[1].Sequence = 7 }, types.ErrInvalidGenesis},
		"two issues":      {func(g *types.GenesisState) { unit(g, "B-1").History[1].Kind = types.CustodyKindIssued }, types.ErrInvalidUnit},
		"entry kind":      {func(g *types.GenesisState) { unit(g, "B-1").History[1].Kind = 0 }, types.ErrInvalidUnit},
		"unknown entry":   {func(g *types.GenesisState) { unit(g, "B-1").History[1].Kind = 99 }, types.ErrInvalidUnit},
		"entry address":   {func(g *types.GenesisState) { unit(g, "B-1").History[1].To = "x" }, types.ErrInvalidUnit},
		"entry height":    {func(g *types.GenesisState) { unit(g, "B-1").History[1].Height = -1 }, types.ErrInvalidUnit},
		"entry reference": {func(g *types.GenesisState) { unit(g, "B-1").History[1].Reference = "a b" }, types.ErrInvalidUnit},
		"entry note":      {func(g *types.GenesisState) { unit(g, "B-1").History[1].Note = "\xff" }, types.ErrInvalidUnit},
		"entry hash":      {func(g *types.GenesisState) { unit(g, "B-1").History[1].DocumentHash = []byte{1} }, types.ErrInvalidUnit},
		"other holder":    {func(g *types.GenesisState) { unit(g, "B-1").Unit.Holder = s.shop }, types.ErrInvalidGenesis},
		"operations out of order": {func(g *types.GenesisState) {
			last := len(g.Operations) - 1
			g.Operations[0], g.Operations[last] = g.Operations[last], g.Operations[0]
		}, types.ErrInvalidGenesis},
		"operation signer":    {func(g *types.GenesisState) { g.Operations[0].Signer = "x" }, types.ErrInvalidOperation},
		"operation reference": {func(g *types.GenesisState) { g.Operations[0].Reference = "" }, registrytypes.ErrInvalidReference},
		"operation kind":      {func(g *types.GenesisState) { g.Operations[0].Kind = 0 }, types.ErrInvalidOperation},
		"unknown operation":   {func(g *types.GenesisState) { g.Operations[0].Kind = 9 }, types.ErrInvalidOperation},
		"operation amount":    {func(g *types.GenesisState) { g.Operations[0].Amount = nil }, types.ErrInvalidOperation},
		"operation hash":      {func(g *types.GenesisState) { g.Operations[0].DocumentHash = []byte{1} }, types.ErrInvalidOperation},
		"counterparty":        {func(g *types.GenesisState) { g.Operations[0].Counterparty = s.ann }, types.ErrInvalidOperation},
		"no counterparty":     {func(g *types.GenesisState) { g.Operations[0].Kind = types.OperationKindTransfer }, types.ErrInvalidOperation},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			state := s.export(t)
			test.corrupt(state)
			require.ErrorIs(t, state.Validate(), test.want)
		})
	}
}
