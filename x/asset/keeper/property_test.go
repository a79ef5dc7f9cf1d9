package keeper_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/asset/types"
	auditkeeper "github.com/azukari-network/azukari/x/audit/keeper"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	paymentkeeper "github.com/azukari-network/azukari/x/payment/keeper"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementkeeper "github.com/azukari-network/azukari/x/settlement/keeper"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
)

// Whatever is issued, moved, held, captured, settled, frozen, recalled, redeemed and expired, in whatever order, and whoever tries: the
// laws of money hold after each operation, the state is a valid genesis, each unit is where its record says, nothing that expired is left
// outside of holds when its time has come, and no account holds units that its rules kept from it.
func TestLawsHoldWhateverHappens(t *testing.T) {
	s := newSuite(t)
	payments := paymentkeeper.NewKeeper(s.Codec, runtime.NewKVStoreService(s.Keys[paymenttypes.StoreKey]),
		s.Bank, s.Registry, s.Hold, s.Membership)
	trades := settlementkeeper.NewKeeper(s.Codec, runtime.NewKVStoreService(s.Keys[settlementtypes.StoreKey]),
		s.Registry, s.assets, s.Hold, s.Bank, s.Link)
	audit := auditkeeper.NewBusinessKeeper(s.Bank, s.Account, s.Registry, s.Hold, payments, s.Channels, s.assets, trades, s.Link)
	capped, people := all(), all()
	capped.Cap = math.NewInt(40)
	people.HolderKinds = []registrytypes.AccountKind{registrytypes.AccountKindIndividual}
	people.ExpiresAt = at(s, 30*time.Hour)
	s.class(t, "points", capped)
	s.class(t, "coupon", people, types.RuleNameExpiry)
	s.unique(t, "ticket", expiring(s, 40*time.Hour))
	s.unique(t, "deed", all())
	s.Charge(t, s.ann, 1_000)
	start := s.Ctx
	accounts := []string{s.street, s.shop, s.ann, s.ben}

	rapid.Check(t, func(rt *rapid.T) {
		s.Ctx, _ = start.CacheContext()
		account := rapid.SampledFrom(accounts)
		coins := rapid.Custom(func(rt *rapid.T) sdk.Coin {
			if rapid.Bool().Draw(rt, "unique") {
				return types.UnitCoin(rapid.SampledFrom([]string{"ticket", "deed"}).Draw(rt, "class"),
					rapid.SampledFrom([]string{"1", "2", "3"}).Draw(rt, "unit"))
			}
			return coin(rapid.Int64Range(1, 30).Draw(rt, "amount"), rapid.SampledFrom([]string{"points", "coupon"}).Draw(rt, "class"))
		})
		drawHold := func(rt *rapid.T) (holdtypes.Hold, bool) {
			var open []holdtypes.Hold
			require.NoError(rt, s.Hold.IterateHolds(s.Ctx, func(hold holdtypes.Hold) (bool, error) {
				open = append(open, hold)
				return false, nil
			}))
			if len(open) == 0 {
				return holdtypes.Hold{}, false
			}
			return rapid.SampledFrom(open).Draw(rt, "hold"), true
		}
		ignore := func(error) {} // refused operations leave nothing behind: the laws are checked after them, too

		rt.Repeat(map[string]func(*rapid.T){
			"issue": func(rt *rapid.T) {
				what, to := coins.Draw(rt, "what"), account.Draw(rt, "to")
				class, unit, err := types.ParseDenom(what.Denom)
				require.NoError(rt, err)
				if unit == "" {
					ignore(s.issue(class, to, what.Amount.Int64()))
					return
				}
				line := types.UnitLine{Account: to, Unit: unit}
				if rapid.Bool().Draw(rt, "dated") {
					line.ExpiresAt = at(s, time.Duration(rapid.IntRange(1, 20).Draw(rt, "hours"))*time.Hour)
				}
				ignore(s.issueUnits(class, "", line))
			},
			"transfer": func(rt *rapid.T) {
				ignore(s.transfer(account.Draw(rt, "from"), account.Draw(rt, "to"), coins.Draw(rt, "what")))
			},
			"send": func(rt *rapid.T) {
				ignore(s.Send(account.Draw(rt, "from"), account.Draw(rt, "to"), coins.Draw(rt, "what")))
			},
			"redeem": func(rt *rapid.T) {
				reference := fmt.Sprintf("r%d", rapid.IntRange(0, 9).Draw(rt, "reference"))
				ignore(s.redeem(account.Draw(rt, "holder"), reference, coins.Draw(rt, "what")))
			},
			"recall": func(rt *rapid.T) {
				ignore(s.recall(account.Draw(rt, "by"), account.Draw(rt, "holder"), coins.Draw(rt, "what")))
			},
			"freeze": func(rt *rapid.T) {
				class := rapid.SampledFrom([]string{"points", "coupon", "ticket", "deed"}).Draw(rt, "class")
				holder, unit := "", ""
				switch rapid.IntRange(0, 2).Draw(rt, "of") {
				case 0:
					holder = account.Draw(rt, "holder")
				case 1:
					unit = "1"
				}
				if s.freeze(class, holder, unit) != nil {
					ignore(s.unfreeze(class, holder, unit))
				}
			},
			"close and reopen": func(rt *rapid.T) {
				who := account.Draw(rt, "who")
				status := rapid.SampledFrom([]registrytypes.AccountStatus{
					registrytypes.AccountStatusActive, registrytypes.AccountStatusFrozen,
				}).Draw(rt, "status")
				require.NoError(rt, s.Do(func(ctx context.Context) error {
					known, err := s.Registry.GetAccount(ctx, address(who))
					if err != nil {
						return err
					}
					known.Status, known.Revision = status, known.Revision+1
					_, _, err = s.Registry.ApplyReplica(ctx, known)
					return err
				}))
			},
			"place": func(rt *rapid.T) {
				owner, what := account.Draw(rt, "owner"), coins.Draw(rt, "what")
				if rapid.Bool().Draw(rt, "timed") {
					_, err := s.Hold.PlaceUntil(s.Ctx, address(owner), what, "test/1", *at(s, 10*time.Hour))
					ignore(err)
					return
				}
				_, err := s.Hold.Place(s.Ctx, address(owner), what, "test/1")
				ignore(err)
			},
			"capture": func(rt *rapid.T) {
				if hold, found := drawHold(rt); found {
					ignore(s.Hold.Capture(s.Ctx, hold.Id, payout(account.Draw(rt, "payee"), hold.Amount)))
				}
			},
			"settle": func(rt *rapid.T) {
				if hold, found := drawHold(rt); found && hold.ExpiresAt == nil {
					require.NoError(rt, s.Hold.Settle(s.Ctx, hold.Id, "alpha", holdtypes.SettledPayout{
						Payout: payout(s.ann, hold.Amount), PayeeBank: "alpha",
					}), "nothing refuses a confirmed trade")
				}
			},
			"release": func(rt *rapid.T) {
				if hold, found := drawHold(rt); found {
					require.NoError(rt, s.Hold.Release(s.Ctx, hold.Id), "nothing refuses a release")
				}
			},
			"move expiry": func(rt *rapid.T) {
				rules := people
				rules.ExpiresAt = at(s, time.Duration(rapid.IntRange(1, 30).Draw(rt, "hours"))*time.Hour)
				ignore(s.update(rules, types.RuleNameExpiry))
			},
			"wait": func(rt *rapid.T) {
				s.NextBlock(time.Duration(rapid.IntRange(1, 12).Draw(rt, "hours")) * time.Hour)
				require.NoError(rt, s.Hold.ReleaseExpired(s.Ctx))
				require.NoError(rt, s.assets.DestroyExpired(s.Ctx))
				for _, who := range accounts {
					response, err := s.queries.Holdings(s.Ctx, &types.QueryHoldingsRequest{Holder: who})
					require.NoError(rt, err)
					for _, holding := range response.Holdings {
						require.False(rt, holding.Expired, "%s", holding.Amount)
					}
				}
			},
			"": func(rt *rapid.T) {
				laws, err := audit.Check(s.Ctx)
				require.NoError(rt, err)
				require.NoError(rt, laws.Err())
				state, err := s.assets.ExportGenesis(s.Ctx)
				require.NoError(rt, err)
				require.NoError(rt, state.Validate())
				require.LessOrEqual(rt, s.book(rt, "points").Supply().Int64(), int64(40))
				require.Zero(rt, s.BalanceOf(s.shop, "asset/coupon"), "a business never gets one")
			},
		})
	})
}
