package types_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// validGenesis has an open issue order, an open redeem order, an approved one and a rejected one, in that order.
func validGenesis() types.GenesisState {
	now := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	order := types.Order{
		Bank: "alpha", Reference: "a", Kind: types.OrderKindIssue, Account: keepertest.Address("alice").String(),
		Amount: sdk.NewInt64Coin("jpy", 5), Status: types.OrderStatusRequested,
		RequestedBy: keepertest.Address("maker").String(), RequestedAt: now,
	}
	redeem, approved := order, order
	redeem.Reference, redeem.Kind, redeem.HoldId = "b", types.OrderKindRedeem, 7
	approved.Reference, approved.Status = "c", types.OrderStatusApproved
	approved.DecidedBy, approved.DecidedAt = keepertest.Address("checker").String(), &now
	rejected := approved
	rejected.Bank, rejected.Reference, rejected.Status, rejected.Reason = "beta", "a", types.OrderStatusRejected, "no"
	return types.GenesisState{
		Orders: []types.Order{order, redeem, approved, rejected},
		Books:  []types.BankBook{types.NewBook("alpha"), types.NewBook("beta")},
		Flows: []types.Flow{
			{PayerBank: "alpha", PayeeBank: "beta", Amount: math.NewInt(1)},
			{PayerBank: "beta", PayeeBank: "alpha", Amount: math.NewInt(2)},
		},
	}
}

func TestGenesisValidate(t *testing.T) {
	require.NoError(t, types.DefaultGenesis().Validate())
	require.NoError(t, validGenesis().Validate())

	order, registry, genesis := types.ErrInvalidOrder, registrytypes.ErrInvalidAccount, types.ErrInvalidGenesis
	tests := map[string]struct {
		corrupt func(g *types.GenesisState)
		want    error
	}{
		"orders swapped":       {func(g *types.GenesisState) { g.Orders[0], g.Orders[1] = g.Orders[1], g.Orders[0] }, genesis},
		"order twice":          {func(g *types.GenesisState) { g.Orders[1] = g.Orders[0] }, genesis},
		"banks swapped":        {func(g *types.GenesisState) { g.Orders[3].Bank = "aaa" }, genesis},
		"hold twice":           {func(g *types.GenesisState) { g.Orders[2] = g.Orders[1]; g.Orders[2].Reference = "c" }, genesis},
		"no bank":              {func(g *types.GenesisState) { g.Orders[0].Bank = "" }, order},
		"no reference":         {func(g *types.GenesisState) { g.Orders[0].Reference = "" }, order},
		"no kind":              {func(g *types.GenesisState) { g.Orders[0].Kind = types.OrderKindUnspecified }, order},
		"unknown kind":         {func(g *types.GenesisState) { g.Orders[0].Kind = 9 }, order},
		"no amount":            {func(g *types.GenesisState) { g.Orders[0].Amount.Amount = math.ZeroInt() }, order},
		"wrong denom":          {func(g *types.GenesisState) { g.Orders[0].Amount.Denom = "usd" }, order},
		"no account":           {func(g *types.GenesisState) { g.Orders[0].Account = "" }, registry},
		"no requester":         {func(g *types.GenesisState) { g.Orders[0].RequestedBy = "" }, registry},
		"upper-case requester": {func(g *types.GenesisState) { g.Orders[0].RequestedBy = strings.ToUpper(g.Orders[0].RequestedBy) }, registry},
		"no time":              {func(g *types.GenesisState) { g.Orders[0].RequestedAt = time.Time{} }, order},
		"issue with hold":      {func(g *types.GenesisState) { g.Orders[0].HoldId = 1 }, order},
		"redeem without hold":  {func(g *types.GenesisState) { g.Orders[1].HoldId = 0 }, order},
		"approved with hold":   {func(g *types.GenesisState) { g.Orders[2].HoldId = 1 }, order},
		"open but decided":     {func(g *types.GenesisState) { g.Orders[0].DecidedBy = g.Orders[2].DecidedBy }, order},
		"open with reason":     {func(g *types.GenesisState) { g.Orders[0].Reason = "no" }, order},
		"no status":            {func(g *types.GenesisState) { g.Orders[0].Status = types.OrderStatusUnspecified }, order},
		"unknown status":       {func(g *types.GenesisState) { g.Orders[0].Status = 9 }, order},
		"approved with reason": {func(g *types.GenesisState) { g.Orders[2].Reason = "yes" }, order},
		"nobody approved":      {func(g *types.GenesisState) { g.Orders[2].DecidedBy = "" }, registry},
		"requester approved":   {func(g *types.GenesisState) { g.Orders[2].DecidedBy = g.Orders[2].RequestedBy }, order},
		"never approved":       {func(g *types.GenesisState) { g.Orders[2].DecidedAt = nil }, order},
		"rejected for nothing": {func(g *types.GenesisState) { g.Orders[3].Reason = "" }, registrytypes.ErrInvalidReason},
		"books swapped":        {func(g *types.GenesisState) { g.Books[0], g.Books[1] = g.Books[1], g.Books[0] }, genesis},
		"book twice":           {func(g *types.GenesisState) { g.Books[1] = g.Books[0] }, genesis},
		"book of nobody":       {func(g *types.GenesisState) { g.Books[0].Bank = "" }, genesis},
		"negative liability":   {func(g *types.GenesisState) { g.Books[0].Liability = math.NewInt(-1) }, genesis},
		"no issued":            {func(g *types.GenesisState) { g.Books[0].Issued = math.Int{} }, genesis},
		"immense redeemed":     {func(g *types.GenesisState) { g.Books[0].Redeemed = math.NewIntWithDecimal(1, 60) }, genesis},
		"flows swapped":        {func(g *types.GenesisState) { g.Flows[0], g.Flows[1] = g.Flows[1], g.Flows[0] }, genesis},
		"flow twice":           {func(g *types.GenesisState) { g.Flows[1] = g.Flows[0] }, genesis},
		"flow inside bank":     {func(g *types.GenesisState) { g.Flows[0].PayerBank = "beta" }, types.ErrInvalidFlow},
		"flow of zero":         {func(g *types.GenesisState) { g.Flows[0].Amount = math.ZeroInt() }, types.ErrInvalidFlow},
		"flow below zero":      {func(g *types.GenesisState) { g.Flows[0].Amount = math.NewInt(-1) }, types.ErrInvalidFlow},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			state := validGenesis()
			test.corrupt(&state)
			err := state.Validate()
			require.ErrorIs(t, err, test.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestOrderName(t *testing.T) {
	order := types.Order{Bank: "alpha", Reference: "r1"}
	require.Equal(t, "order r1 of alpha", order.Name())
	order.Kind = types.OrderKindIssue
	require.Equal(t, "issue order r1 of alpha", order.Name())
	order.Kind = types.OrderKindRedeem
	require.Equal(t, "redeem order r1 of alpha", order.Name())
}
