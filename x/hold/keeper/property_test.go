package keeper_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Whatever is paid, held, released, captured and expired, in whatever order: the module's account covers the open holds exactly,
// no coin appears or vanishes, captures flow from the owner's bank, limits of balance hold for everybody who was paid,
// and a release works in every status.
func TestHoldsAreAlwaysCovered(t *testing.T) {
	s := newSuite(t)
	start := s.Ctx
	holders := []sdk.AccAddress{alice, akira, bob}
	bankOf := map[string]string{string(alice): "bank-a", string(akira): "bank-a", string(bob): "bank-b"}
	supply := s.Bank.GetSupply(start, registrytypes.YenDenom)

	rapid.Check(t, func(rt *rapid.T) {
		s.Ctx, _ = start.CacheContext()
		s.flows = map[string]int64{}
		open := map[uint64]types.Hold{}
		flows := map[string]int64{}
		drawHold := func(rt *rapid.T) (types.Hold, bool) {
			ids := slices.Sorted(maps.Keys(open)) // rapid replays only what is drawn in a fixed order
			if len(ids) == 0 {
				return types.Hold{}, false
			}
			return open[rapid.SampledFrom(ids).Draw(rt, "id")], true
		}
		holder := rapid.SampledFrom(holders)
		coin := rapid.Custom(func(rt *rapid.T) sdk.Coin {
			if rapid.Bool().Draw(rt, "token") {
				return points(rapid.Int64Range(1, 60).Draw(rt, "points"))
			}
			return yen(rapid.Int64Range(1, 6_000).Draw(rt, "yen"))
		})
		// try runs a change that may be refused; then the stand-in for x/deposit loses its books with the transaction.
		try := func(change func() error) bool {
			before := maps.Clone(s.flows)
			if err := change(); err != nil {
				s.flows = before
				return false
			}
			return true
		}

		rt.Repeat(map[string]func(*rapid.T){
			"pay": func(rt *rapid.T) {
				from, to, amount := holder.Draw(rt, "from"), holder.Draw(rt, "to"), coin.Draw(rt, "amount")
				ctx, write := s.Ctx.CacheContext()
				if !try(func() error { return s.Bank.SendCoins(ctx, from, to, sdk.NewCoins(amount)) }) {
					return
				}
				write()
				if a, b := bankOf[string(from)], bankOf[string(to)]; a != b && amount.Denom == registrytypes.YenDenom {
					flows[a+">"+b] += amount.Amount.Int64()
				}
			},
			"place": func(rt *rapid.T) {
				owner, amount := holder.Draw(rt, "owner"), coin.Draw(rt, "amount")
				hold := types.Hold{Owner: owner.String(), Amount: amount, Purpose: "test/1"}
				var err error
				if rapid.Bool().Draw(rt, "expires") {
					at := s.Ctx.BlockTime().Add(time.Duration(rapid.IntRange(1, 30).Draw(rt, "hours")) * time.Hour)
					hold.ExpiresAt = &at
					hold.Id, err = s.holds.PlaceUntil(s.Ctx, owner, amount, "test/1", at)
				} else {
					hold.Id, err = s.holds.Place(s.Ctx, owner, amount, "test/1")
				}
				if err == nil {
					open[hold.Id] = hold
				}
			},
			"release": func(rt *rapid.T) {
				hold, found := drawHold(rt)
				if !found {
					rt.Skip("no open hold")
				}
				owner := sdk.MustAccAddressFromBech32(hold.Owner)
				if rapid.Bool().Draw(rt, "frozen") {
					s.setAccount(rt, owner, bankOf[string(owner)], registrytypes.AccountStatusFrozen)
				}
				require.NoError(rt, s.holds.Release(s.Ctx, hold.Id))
				s.setAccount(rt, owner, bankOf[string(owner)], registrytypes.AccountStatusActive)
				delete(open, hold.Id)
			},
			"capture": func(rt *rapid.T) {
				hold, found := drawHold(rt)
				if !found {
					rt.Skip("no open hold")
				}
				owner := sdk.MustAccAddressFromBech32(hold.Owner)
				var payouts []types.Payout
				left := hold.Amount.Amount.Int64()
				for range rapid.IntRange(1, 3).Draw(rt, "payees") {
					amount := rapid.Int64Range(1, hold.Amount.Amount.Int64()).Draw(rt, "amount")
					left -= amount
					payouts = append(payouts, payout(holder.Draw(rt, "payee"), sdk.NewInt64Coin(hold.Amount.Denom, amount)))
				}
				if !try(func() error { return s.holds.Capture(s.Ctx, hold.Id, payouts...) }) {
					return
				}
				require.GreaterOrEqual(rt, left, int64(0))
				for _, paid := range payouts {
					a, b := bankOf[string(owner)], bankOf[string(paid.Payee)]
					if a != b && hold.Amount.Denom == registrytypes.YenDenom {
						flows[a+">"+b] += paid.Amount.Amount.Int64()
					}
					if hold.Amount.Denom == registrytypes.YenDenom {
						require.LessOrEqual(rt, s.balance(paid.Payee), int64(20_000))
					}
				}
				if delete(open, hold.Id); left > 0 {
					hold.Amount = sdk.NewInt64Coin(hold.Amount.Denom, left)
					open[hold.Id] = hold
				}
			},
			"wait": func(rt *rapid.T) {
				s.NextBlock(time.Duration(rapid.IntRange(1, 12).Draw(rt, "hours")) * time.Hour)
				require.NoError(rt, s.holds.ReleaseExpired(s.Ctx))
				maps.DeleteFunc(open, func(_ uint64, hold types.Hold) bool { return hold.IsExpired(s.Ctx.BlockTime()) })
			},
			"": func(rt *rapid.T) {
				s.requireCovered(rt)
				require.Equal(rt, flows, s.flows)
				kept := map[uint64]types.Hold{}
				require.NoError(rt, s.holds.IterateHolds(s.Ctx, func(hold types.Hold) (bool, error) {
					kept[hold.Id] = hold
					return false, nil
				}))
				require.Equal(rt, open, kept)
				for _, address := range holders {
					has, err := s.holds.HasHolds(s.Ctx, address)
					require.NoError(rt, err)
					require.Equal(rt, ownsAny(open, address), has)
					spent, err := s.registry.SpentToday(s.Ctx, address)
					require.NoError(rt, err)
					require.LessOrEqual(rt, spent.Int64(), int64(3_000))
				}
				total := s.balance(holdAddress)
				for _, address := range holders {
					total += s.balance(address)
				}
				require.Equal(rt, supply.Amount.Int64(), total)
				exported, err := s.holds.ExportGenesis(s.Ctx)
				require.NoError(rt, err)
				require.NoError(rt, exported.Validate())
			},
		})
	})
}

func ownsAny(open map[uint64]types.Hold, owner sdk.AccAddress) bool {
	for _, hold := range open {
		if hold.Owner == owner.String() {
			return true
		}
	}
	return false
}
