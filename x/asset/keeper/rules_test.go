package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/businesstest"
	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/asset/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func (*suite) yen(amount int64) sdk.Coin { return businesstest.Yen(amount) } //nolint:unparam // as coin is

func payout(payee string, amount sdk.Coin) holdtypes.Payout {
	return holdtypes.Payout{Payee: address(payee), Amount: amount}
}

func (s *suite) eligible(from, to string, coin sdk.Coin, until time.Time) error {
	return s.assets.CheckEligible(s.Ctx, address(from), address(to), coin, until)
}

func TestTransfersRule(t *testing.T) {
	s := newSuite(t)
	none, issuer := free(), free()
	none.Transfers, issuer.Transfers = types.TransfersNone, types.TransfersIssuer
	s.class(t, "diploma", none)
	s.class(t, "coupon", issuer)
	s.setManager(t, "coupon", s.shop, types.RightAccept)
	s.setManager(t, "coupon", s.rival, types.RightIssue)
	for _, class := range []string{"diploma", "coupon"} {
		require.NoError(t, s.issue(class, s.ann, 10))
		require.NoError(t, s.issue(class, s.street, 10))
		s.both(t, s.ann, s.ben, coin(1, class), types.ErrRuleForbids)
	}
	s.both(t, s.ann, s.street, coin(1, "diploma"), types.ErrRuleForbids)
	s.both(t, s.street, s.ann, coin(1, "diploma"), types.ErrRuleForbids)
	_, err := s.Hold.Place(s.Ctx, address(s.ann), coin(1, "diploma"), "test/1")
	require.ErrorIs(t, err, types.ErrRuleForbids)
	require.NoError(t, s.redeem(s.ann, "", coin(1, "diploma")), "handing in is no transfer")

	s.both(t, s.ann, s.street, coin(1, "coupon"), nil)
	s.both(t, s.street, s.ben, coin(1, "coupon"), nil)
	s.both(t, s.ann, s.shop, coin(1, "coupon"), nil)
	s.both(t, s.shop, s.ann, coin(1, "coupon"), types.ErrRuleForbids)
	s.both(t, s.ann, s.rival, coin(1, "coupon"), types.ErrRuleForbids)
	require.NoError(t, s.redeem(s.shop, "", coin(2, "coupon")))

	hold := s.hold(t, s.ann, coin(2, "coupon"))
	require.ErrorIs(t, s.Hold.Capture(s.Ctx, hold, payout(s.ben, coin(1, "coupon"))), types.ErrRuleForbids)
	require.NoError(t, s.Hold.Capture(s.Ctx, hold, payout(s.shop, coin(1, "coupon"))))
	require.NoError(t, s.Hold.Release(s.Ctx, hold))
}

func TestHolderKinds(t *testing.T) {
	s := newSuite(t)
	rules := free()
	rules.HolderKinds = []registrytypes.AccountKind{registrytypes.AccountKindIndividual}
	s.class(t, "coupon", rules)
	require.NoError(t, s.issue("coupon", s.ann, 10))
	s.both(t, s.ann, s.shop, coin(1, "coupon"), types.ErrNotEligible)
	s.both(t, s.ann, s.ben, coin(1, "coupon"), nil)
	hold := s.hold(t, s.ann, coin(1, "coupon"))
	require.ErrorIs(t, s.Hold.Capture(s.Ctx, hold, payout(s.shop, coin(1, "coupon"))), types.ErrNotEligible)
	// Its bank finds out that ann is a business: she keeps and gives what she has, and gets no more.
	s.Update(t, s.ann, func(account *registrytypes.Account) { account.Kind = registrytypes.AccountKindBusiness })
	s.both(t, s.ben, s.ann, coin(1, "coupon"), types.ErrNotEligible)
	require.NoError(t, s.Hold.Release(s.Ctx, hold))
	s.both(t, s.ann, s.ben, coin(1, "coupon"), nil)
	require.ErrorIs(t, s.eligible(s.ann, stranger, coin(1, "coupon"), time.Time{}), registrytypes.ErrAccountNotFound)
}

func TestFreeze(t *testing.T) {
	s := newSuite(t)
	s.unique(t, "beans", all())
	for _, unit := range []string{"1", "2"} {
		require.NoError(t, s.issueUnits("beans", "", types.UnitLine{Account: s.ann, Unit: unit}))
	}
	one, two := types.UnitCoin("beans", "1"), types.UnitCoin("beans", "2")

	require.NoError(t, s.freeze("beans", "", "1"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitsFrozen{Class: "beans", Unit: "1", By: s.street, Reason: "lost"})
	require.ErrorIs(t, s.freeze("beans", "", "1"), types.ErrFrozen)
	s.both(t, s.ann, s.ben, one, types.ErrFrozen)
	_, err := s.Hold.Place(s.Ctx, address(s.ann), one, "test/1")
	require.ErrorIs(t, err, types.ErrFrozen)
	require.ErrorIs(t, s.redeem(s.ann, "", one), types.ErrFrozen)
	require.Equal(t, &types.Freeze{By: s.street, At: s.Ctx.BlockTime(), Reason: "lost"}, s.unit(t, "beans", "1").Unit.Freeze)
	require.NoError(t, s.transfer(s.ann, s.ben, two))
	require.NoError(t, s.unfreeze("beans", "", "1"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitsUnfrozen{Class: "beans", Unit: "1", By: s.street, Reason: "found"})
	require.ErrorIs(t, s.unfreeze("beans", "", "1"), types.ErrNotFrozen)

	require.NoError(t, s.freeze("beans", s.ben, ""))
	require.ErrorIs(t, s.freeze("beans", s.ben, ""), types.ErrFrozen)
	s.both(t, s.ben, s.ann, two, types.ErrFrozen)
	s.both(t, s.ann, s.ben, one, types.ErrFrozen)
	require.NoError(t, s.unfreeze("beans", s.ben, ""))
	require.ErrorIs(t, s.unfreeze("beans", s.ben, ""), types.ErrNotFrozen)
	require.NoError(t, s.transfer(s.ben, s.ann, two))

	require.NoError(t, s.freeze("beans", "", ""))
	require.ErrorIs(t, s.freeze("beans", "", ""), types.ErrFrozen)
	s.both(t, s.ann, s.ben, one, types.ErrFrozen)
	require.NoError(t, s.recall(s.street, s.ann, two), "the issuer may take back what it froze")
	require.NoError(t, s.unfreeze("beans", "", ""))
	require.ErrorIs(t, s.unfreeze("beans", "", ""), types.ErrNotFrozen)
	require.NoError(t, s.transfer(s.ann, s.ben, one))

	require.ErrorIs(t, s.freeze("beans", s.ann, "1"), types.ErrInvalidOperation)
	require.ErrorIs(t, s.freeze("beans", "ann", ""), registrytypes.ErrInvalidAccount)
	require.ErrorIs(t, s.freeze("beans", "", "9"), types.ErrUnitNotFound)
	require.ErrorIs(t, s.freeze("none", "", ""), types.ErrClassNotFound)
	s.class(t, "fixed", free())
	require.ErrorIs(t, s.freeze("fixed", "", ""), types.ErrRuleForbids)
}

// What is in a hold goes on as agreed when units, their owner or their class are frozen since; where it arrives the freeze counts.
func TestFreezeLeavesHoldsAlone(t *testing.T) {
	s := newSuite(t)
	s.unique(t, "beans", all())
	require.NoError(t, s.issueUnits("beans", "", types.UnitLine{Account: s.ann, Unit: "1"}, types.UnitLine{Account: s.ann, Unit: "2"}))
	one, two := types.UnitCoin("beans", "1"), types.UnitCoin("beans", "2")
	first, second := s.hold(t, s.ann, one), s.hold(t, s.ann, two)
	require.NoError(t, s.freeze("beans", "", "1"))
	require.NoError(t, s.freeze("beans", s.ann, ""))
	require.NoError(t, s.freeze("beans", "", ""))
	require.NoError(t, s.Hold.Capture(s.Ctx, first, payout(s.ben, one)))
	s.both(t, s.ben, s.shop, one, types.ErrFrozen)
	require.NoError(t, s.Hold.Release(s.Ctx, second))
	require.NoError(t, s.unfreeze("beans", "", ""))
	require.NoError(t, s.unfreeze("beans", "", "1"))
	require.NoError(t, s.freeze("beans", s.shop, ""))
	third := s.hold(t, s.ben, one)
	require.ErrorIs(t, s.Hold.Capture(s.Ctx, third, payout(s.shop, one)), types.ErrFrozen, "a frozen payee gets nothing")
}

func TestCheckEligible(t *testing.T) {
	s := newSuite(t)
	rules := all()
	rules.ExpiresAt = at(s, 2*time.Hour)
	s.unique(t, "ticket", rules)
	s.class(t, "coupon", rules)
	now := s.Ctx.BlockTime()
	require.NoError(t, s.issueUnits("ticket", "", types.UnitLine{Account: s.ann, Unit: "A-1", ExpiresAt: at(s, time.Hour)}))
	ticket := types.UnitCoin("ticket", "A-1")

	require.NoError(t, s.eligible(s.ann, s.ben, s.yen(1), now.AddDate(9, 0, 0)), "yen is not its business")
	require.NoError(t, s.eligible(s.ann, s.ben, ticket, time.Time{}))
	require.NoError(t, s.eligible(s.ann, s.ben, ticket, now.Add(time.Hour)))
	require.ErrorIs(t, s.eligible(s.ann, s.ben, ticket, now.Add(time.Hour+1)), types.ErrExpired)
	require.NoError(t, s.eligible(s.ann, s.ben, coin(5, "coupon"), now.Add(2*time.Hour)))
	require.ErrorIs(t, s.eligible(s.ann, s.ben, coin(5, "coupon"), now.Add(3*time.Hour)), types.ErrExpired)
	require.NoError(t, s.eligible(s.ben, s.ann, ticket, time.Time{}), "who will have received it by then may pass it on")
	require.ErrorIs(t, s.eligible(s.ann, s.ben, sdk.NewInt64Coin(ticket.Denom, 2), time.Time{}), types.ErrInvalidOperation)
	require.ErrorIs(t, s.eligible(s.ann, s.ben, sdk.NewInt64Coin("asset/UPPER", 2), time.Time{}), types.ErrInvalidOperation)
	require.ErrorIs(t, s.eligible(s.ann, s.ben, types.UnitCoin("ticket", "A-2"), time.Time{}), types.ErrUnitNotFound)
	require.NoError(t, s.freeze("coupon", s.ben, ""))
	require.ErrorIs(t, s.eligible(s.ann, s.ben, coin(1, "coupon"), time.Time{}), types.ErrFrozen)
	require.ErrorIs(t, s.eligible(s.ben, s.ann, coin(1, "coupon"), time.Time{}), types.ErrFrozen)
	s.NextBlock(time.Hour)
	require.ErrorIs(t, s.eligible(s.ann, s.ben, ticket, time.Time{}), types.ErrExpired)

	ask := func(from, to, amount string, until *time.Time) (*types.QueryEligibilityResponse, error) {
		return s.queries.Eligibility(s.Ctx, &types.QueryEligibilityRequest{From: from, To: to, Amount: amount, Until: until})
	}
	response, err := ask(s.ann, s.shop, "5asset/coupon", at(s, 0))
	require.NoError(t, err)
	require.Equal(t, &types.QueryEligibilityResponse{Eligible: true}, response)
	response, err = ask(s.ann, s.ben, "5asset/coupon", nil)
	require.NoError(t, err)
	require.False(t, response.Eligible)
	require.Contains(t, response.Reason, "not to be frozen in class coupon")
	for _, wrong := range [][3]string{{"ann", s.ben, "5asset/coupon"}, {s.ann, "ben", "5asset/coupon"}, {s.ann, s.ben, "five"}} {
		_, err := ask(wrong[0], wrong[1], wrong[2], nil)
		require.Error(t, err)
	}
}

// Nothing but the movements of this zone's accounts is there for an asset: none of the ways on which yen leaves, is redeemed, or goes to
// another module.
func TestAssetsGoNowhereElse(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", all())
	require.NoError(t, s.issue("coupon", s.ann, 10))
	transferModule, holdModule := authtypes.NewModuleAddress("transfer"), authtypes.NewModuleAddress(holdtypes.ModuleName)
	assetModule := authtypes.NewModuleAddress(types.ModuleName)
	coins := sdk.NewCoins(coin(1, "coupon"))
	for kind := registrytypes.CausePayment; kind <= registrytypes.CauseReturnPayment; kind++ {
		ctx, _ := s.Ctx.CacheContext()
		cause := registrytypes.Cause{Kind: kind, Owner: address(s.ann), PayerBank: "alpha", PayeeBank: "alpha"}
		err := s.Bank.SendCoins(registrytypes.WithCause(ctx, cause), address(s.ann), transferModule, coins)
		if kind == registrytypes.CauseSettlement {
			require.NoError(t, err, "all was asked before")
			continue
		}
		require.Error(t, err, "cause %d", kind)
	}
	for _, kind := range []registrytypes.CauseKind{
		registrytypes.CauseCharge, registrytypes.CauseDischarge, registrytypes.CauseRedeem, registrytypes.CauseRefund,
		registrytypes.CauseHandIn, registrytypes.CauseRevoke, registrytypes.CauseHoldPlace, registrytypes.CauseHoldRelease,
	} {
		ctx := registrytypes.WithCause(s.Ctx, registrytypes.Cause{Kind: kind})
		require.ErrorIs(t, s.Bank.SendCoins(ctx, address(s.ann), transferModule, coins), types.ErrStaysHere, "cause %d", kind)
	}
	issuing := registrytypes.WithCause(s.Ctx, registrytypes.Cause{Kind: registrytypes.CauseIssue})
	require.ErrorIs(t, s.Bank.SendCoins(issuing, address(s.ann), address(s.ben), coins), types.ErrStaysHere, "only the module issues")
	for _, module := range []sdk.AccAddress{transferModule, holdModule, assetModule} {
		require.Error(t, s.Send(s.ann, module.String(), coins...))
		require.Error(t, s.transfer(s.ann, module.String(), coins...))
	}
	// Nor can yen be destroyed here.
	s.Charge(t, s.ann, 100)
	for _, kind := range []registrytypes.CauseKind{registrytypes.CauseHandIn, registrytypes.CauseRevoke} {
		ctx := registrytypes.WithCause(s.Ctx, registrytypes.Cause{Kind: kind})
		require.ErrorIs(t, s.Bank.SendCoins(ctx, address(s.ann), assetModule, sdk.NewCoins(s.yen(1))), registrytypes.ErrCauseMissing)
	}
	require.ErrorIs(t, s.redeem(s.ann, "", s.yen(1)), types.ErrInvalidOperation)
	require.ErrorIs(t, s.recall(s.street, s.ann, s.yen(1)), types.ErrInvalidOperation)
}
