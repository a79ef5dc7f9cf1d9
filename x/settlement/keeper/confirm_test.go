package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/testutil/keepertest"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Delivery against payment: what a party confirms is set aside, and the last confirmation settles.
func TestDeliveryAgainstPayment(t *testing.T) {
	s := newSuite(t)
	trade := s.mustCreate(t, "T-1", s.dvp())
	require.NoError(t, s.confirm(s.bob, "T-1"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventTradeConfirmed{
		TradeId: 1, Creator: s.ann, Reference: "T-1", Party: s.bob, Holds: []uint64{1}, MissingCount: 1,
	})
	require.Equal(t, []string{s.bob + " " + yen(1_000).String() + " settlement/1"}, s.holds(t))
	require.Equal(t, map[string]int64{"beta": 1_000}, s.reserved(t))
	require.Equal(t, int64(9_000), s.Balance(s.bob))
	require.Equal(t, uint32(1), s.trade(t, "T-1").ConfirmedCount)
	require.Empty(t, s.flows(t), "nothing flows before it settles")

	require.NoError(t, s.confirm(s.ann, "T-1"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventTradeSettled{
		TradeId: 1, Creator: s.ann, Reference: "T-1", LegsCount: 2, SettledBy: s.ann,
	})
	settled := s.trade(t, "T-1")
	now := s.Ctx.BlockTime()
	trade.Status, trade.ConfirmedCount, trade.EndedAt, trade.EndedBy = types.TradeStatusSettled, 2, &now, s.ann
	require.Equal(t, trade, settled)
	require.Empty(t, s.holds(t))
	require.Empty(t, s.reserved(t))
	require.Equal(t, map[string]int64{"beta>alpha": 1_000}, s.flows(t))
	require.Equal(t, int64(11_000), s.Balance(s.ann))
	require.Equal(t, int64(10), s.BalanceOf(s.bob, bond))
	require.Equal(t, int64(90), s.BalanceOf(s.ann, bond))
}

// Any number of parties: one that only receives confirms, too.
func TestManyParties(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.create("T", s.terms(
		leg(s.ann, s.bob, bonds(1)), leg(s.ann, s.cho, bonds(2)), leg(s.bob, s.ann, yen(100)), leg(s.bob, s.dan, yen(5)), leg(s.cho, s.dan, yen(7)),
	)))
	for _, party := range []string{s.ann, s.bob, s.cho} {
		require.NoError(t, s.confirm(party, "T"))
		s.requireStatus(t, "T", types.TradeStatusProposed)
	}
	require.Equal(t, map[string]int64{"alpha": 7, "beta": 100}, s.reserved(t), "inside a bank nothing is reserved")
	require.Len(t, s.holds(t), 3, "one hold of a denom for each who delivers")
	require.NoError(t, s.confirm(s.dan, "T"))
	s.requireStatus(t, "T", types.TradeStatusSettled)
	require.Equal(t, int64(10_012), s.Balance(s.dan))
	require.Equal(t, map[string]int64{"alpha>beta": 7, "beta>alpha": 100}, s.flows(t))
}

func TestConfirmTradeRefuses(t *testing.T) {
	tests := map[string]struct {
		prepare func(s *suite) types.Terms
		party   func(s *suite) string
		want    error
	}{
		"not a party":     {func(s *suite) types.Terms { return s.dvp() }, func(s *suite) string { return s.dan }, types.ErrNotParty},
		"bad address":     {func(s *suite) types.Terms { return s.dvp() }, func(*suite) string { return "bob" }, registrytypes.ErrInvalidAccount},
		"not enough":      {func(s *suite) types.Terms { return s.terms(leg(s.bob, s.ann, yen(10_001))) }, bobsTurn, sdkerrors.ErrInsufficientFunds},
		"not enough bond": {func(s *suite) types.Terms { return s.terms(leg(s.bob, s.ann, bonds(1))) }, bobsTurn, sdkerrors.ErrInsufficientFunds},
		"enough but for the sum": {func(s *suite) types.Terms {
			return s.terms(leg(s.bob, s.ann, yen(6_000)), leg(s.bob, s.dan, yen(6_000)))
		}, bobsTurn, sdkerrors.ErrInsufficientFunds},
		"frozen payer": {func(s *suite) types.Terms {
			s.SetStatus(t, s.bob, registrytypes.AccountStatusFrozen)
			return s.dvp()
		}, bobsTurn, registrytypes.ErrAccountFrozen},
		"frozen receiver of yen": {func(s *suite) types.Terms {
			terms := s.dvp()
			s.SetStatus(t, s.cho, registrytypes.AccountStatusFrozen)
			terms.Legs[1].To = s.cho
			return terms
		}, bobsTurn, registrytypes.ErrAccountFrozen},
		"frozen receiver of units": {func(s *suite) types.Terms {
			s.SetStatus(t, s.bob, registrytypes.AccountStatusFrozen)
			return s.dvp()
		}, func(s *suite) string { return s.ann }, registrytypes.ErrAccountFrozen},
		"frozen, and only receives": {func(s *suite) types.Terms {
			s.SetStatus(t, s.dan, registrytypes.AccountStatusFrozen)
			return s.terms(leg(s.ann, s.dan, yen(1)))
		}, func(s *suite) string { return s.dan }, registrytypes.ErrAccountFrozen},
		"issuer says no": {func(s *suite) types.Terms {
			require.NoError(t, s.freeze("bond", s.bob))
			return s.dvp()
		}, func(s *suite) string { return s.ann }, assettypes.ErrFrozen},
		"units may expire before the deadline": {func(s *suite) types.Terms {
			terms := s.dvp()
			expiry := terms.Deadline.Add(-time.Second)
			_, err := s.issuer.IssueUnits(s.Ctx, &assettypes.MsgIssueUnits{
				Manager: s.ann, Class: "ticket", Lines: []assettypes.UnitLine{{Account: s.ann, Unit: "1", ExpiresAt: &expiry}},
			})
			require.NoError(t, err)
			terms.Legs[0].Amount = sdk.NewInt64Coin("asset/ticket/1", 1)
			return terms
		}, func(s *suite) string { return s.ann }, assettypes.ErrExpired},
		"no such class": {func(s *suite) types.Terms {
			return s.terms(leg(s.ann, s.bob, sdk.NewInt64Coin("asset/none", 1)))
		}, func(s *suite) string { return s.ann }, assettypes.ErrClassNotFound},
		"per payment": {func(s *suite) types.Terms {
			s.limit(t, s.bob, func(limits *registrytypes.Limits) { limits.PerPayment = math.NewInt(999) })
			return s.dvp()
		}, bobsTurn, registrytypes.ErrLimitPerPayment},
		"per day": {func(s *suite) types.Terms {
			s.limit(t, s.bob, func(limits *registrytypes.Limits) { limits.PerDay = math.NewInt(1_004) })
			terms := s.dvp()
			terms.Legs = append(terms.Legs, leg(s.bob, s.dan, yen(5)))
			return terms
		}, bobsTurn, registrytypes.ErrLimitPerDay},
		"balance": {func(s *suite) types.Terms {
			s.limit(t, s.ann, func(limits *registrytypes.Limits) { limits.Balance = math.NewInt(10_999) })
			return s.dvp()
		}, bobsTurn, registrytypes.ErrLimitBalance},
		"balance by all legs together": {func(s *suite) types.Terms {
			s.limit(t, s.ann, func(limits *registrytypes.Limits) { limits.Balance = math.NewInt(11_000) })
			terms := s.dvp()
			terms.Legs = append(terms.Legs, leg(s.cho, s.ann, yen(1)))
			return terms
		}, bobsTurn, registrytypes.ErrLimitBalance},
		"slice": {func(s *suite) types.Terms {
			s.setCaps(t, 2, capped(0, 999))
			return s.dvp()
		}, bobsTurn, zonelinktypes.ErrOverSlice},
		"right": {func(s *suite) types.Terms {
			s.setCaps(t, 2, capped(0, 1_000))
			s.limit(t, s.bob, func(limits *registrytypes.Limits) {
				limits.PerDay, limits.PerPayment = math.NewInt(1_000), math.NewInt(1_000)
			})
			s.limit(t, s.ann, func(limits *registrytypes.Limits) { limits.Balance = math.NewInt(11_000) })
			return s.dvp()
		}, bobsTurn, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSuite(t)
			require.NoError(t, s.create("T", test.prepare(s)))
			before := s.module.ExportGenesis(s.Ctx, s.Codec)
			require.ErrorIs(t, s.confirm(test.party(s), "T"), test.want)
			if test.want != nil {
				require.Equal(t, string(before), string(s.module.ExportGenesis(s.Ctx, s.Codec)))
				require.Empty(t, s.holds(t))
				require.Empty(t, s.reserved(t))
			}
		})
	}
}

func bobsTurn(s *suite) string { return s.bob }

func (s *suite) limit(t testing.TB, account string, change func(limits *registrytypes.Limits)) {
	t.Helper()
	s.Update(t, account, func(account *registrytypes.Account) { change(&account.Limits) })
}

// Nobody confirms other terms than those that it has read, and nobody confirms twice.
func TestConfirmTradeByItsHash(t *testing.T) {
	s := newSuite(t)
	trade := s.mustCreate(t, "T", s.dvp())
	other := s.dvp()
	other.Legs[1].Amount = yen(2_000)
	otherHash, err := other.Hash("keepertest-1", s.ann, "T")
	require.NoError(t, err)
	for name, agreed := range map[string][]byte{"other": otherHash, "none": nil, "cut": trade.TermsHash[:31]} {
		t.Run(name, func(t *testing.T) {
			_, err := s.msgs.ConfirmTrade(s.Ctx, &types.MsgConfirmTrade{Party: s.bob, Creator: s.ann, Reference: "T", TermsHash: agreed})
			require.ErrorIs(t, err, types.ErrTermsMismatch)
		})
	}
	require.NoError(t, s.confirm(s.bob, "T"))
	require.ErrorIs(t, s.confirm(s.bob, "T"), types.ErrPartyConfirmed)
	require.NoError(t, s.confirm(s.ann, "T"))
	require.ErrorIs(t, s.confirm(s.ann, "T"), types.ErrTradeStatus)
	require.ErrorIs(t, s.confirm(s.ann, "none"), types.ErrTradeNotFound)
	_, err = s.msgs.ConfirmTrade(s.Ctx, &types.MsgConfirmTrade{Party: s.ann, Creator: "ann", Reference: "T"})
	require.ErrorIs(t, err, registrytypes.ErrInvalidAccount)
}

// A party in the middle holds only what it does not get in earlier legs: a dealer needs no stock of its own.
func TestPartyPassesOnWhatItReceives(t *testing.T) {
	s := newSuite(t)
	s.issueUnits(t, "share", 7, 1)
	one := sdk.NewInt64Coin(share, 1)
	require.NoError(t, s.create("T", s.terms(
		leg(s.ann, s.bob, one), leg(s.bob, s.cho, one), // bob has no share
		leg(s.cho, s.bob, yen(9_000)), leg(s.bob, s.ann, yen(8_900)), // and pays ann from what cho pays
		leg(s.bob, s.dan, yen(150)), // of which 100 are left for dan
	)))
	require.NoError(t, s.confirm(s.bob, "T"))
	require.Equal(t, []string{s.bob + " " + yen(50).String() + " settlement/1"}, s.holds(t))
	require.Equal(t, map[string]int64{"beta": 8_900}, s.reserved(t), "between banks all flows")
	require.NoError(t, s.confirm(s.dan, "T"))
	require.NoError(t, s.confirm(s.ann, "T"))
	require.NoError(t, s.confirm(s.cho, "T"))
	s.requireStatus(t, "T", types.TradeStatusSettled)
	require.Equal(t, int64(1), s.BalanceOf(s.cho, share))
	require.Equal(t, int64(9_950), s.Balance(s.bob))
	require.Equal(t, int64(18_900), s.Balance(s.ann))
	require.Equal(t, int64(10_150), s.Balance(s.dan))
	require.Equal(t, map[string]int64{"alpha>beta": 9_000, "beta>alpha": 8_900}, s.flows(t))
	require.Empty(t, s.reserved(t))

	t.Log("but not what only later legs bring")
	require.NoError(t, s.create("U", s.terms(leg(s.bob, s.ann, one), leg(s.cho, s.bob, one))))
	require.ErrorIs(t, s.confirm(s.bob, "U"), sdkerrors.ErrInsufficientFunds)
}

// The flow goes by the banks that the parties had when something was first set aside, so they must stay.
func TestBankIsFixed(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.create("T", s.terms(leg(s.ann, s.bob, yen(10)), leg(s.cho, s.bob, yen(20)))))
	require.NoError(t, s.confirm(s.ann, "T"))
	move := func(bank string) {
		s.Update(t, s.bob, func(account *registrytypes.Account) { account.Bank = bank })
	}
	move("alpha")
	require.ErrorIs(t, s.confirm(s.cho, "T"), types.ErrBankChanged)
	require.ErrorIs(t, s.confirm(s.bob, "T"), types.ErrBankChanged)
	move("beta")
	require.NoError(t, s.confirm(s.bob, "T"))

	t.Log("what the Financial Zone says later stands in no settlement's way")
	move("alpha")
	require.ErrorIs(t, s.confirm(s.cho, "T"), types.ErrBankChanged)
	move("beta")
	terms := s.terms(leg(s.ann, s.dan, yen(10)))
	at := s.Ctx.BlockTime().Add(time.Hour)
	terms.SettleAt = &at
	require.NoError(t, s.create("U", terms))
	require.NoError(t, s.confirm(s.ann, "U"))
	require.NoError(t, s.confirm(s.dan, "U"))
	s.Update(t, s.dan, func(account *registrytypes.Account) { account.Bank = "alpha" })
	s.block(t, time.Hour)
	s.requireStatus(t, "U", types.TradeStatusSettled)
	require.Equal(t, map[string]int64{"alpha>beta": 10}, s.flows(t))
	require.Equal(t, map[string]int64{"alpha": 10}, s.reserved(t), "that of the other trade")
}

// An account that has confirmed stays linked until the trade ends.
func TestUnlinkWaitsForTheTrade(t *testing.T) {
	s := newSuite(t)
	dan := sdk.MustAccAddressFromBech32(s.dan)
	require.NoError(t, s.create("T", s.terms(leg(s.ann, s.dan, yen(10)))))
	require.NoError(t, s.confirm(s.ann, "T"))
	require.NoError(t, s.settlement.MayUnlink(s.Ctx, dan), "as long as it has not confirmed nothing comes")
	require.NoError(t, s.create("U", s.terms(leg(s.bob, s.dan, yen(10)))))
	require.NoError(t, s.confirm(s.dan, "U"))
	require.ErrorIs(t, s.settlement.MayUnlink(s.Ctx, dan), zonelinktypes.ErrNotEmpty)
	require.NoError(t, s.cancel(s.dan, "U"))
	require.NoError(t, s.settlement.MayUnlink(s.Ctx, dan))
}

// Creator and confirmation in one transaction: the hash is known before.
func TestCreateAndConfirmAtOnce(t *testing.T) {
	s := newSuite(t)
	terms := s.dvp()
	agreed, err := terms.Hash(s.Ctx.ChainID(), s.ann, "T")
	require.NoError(t, err)
	require.NoError(t, s.Do(func(ctx context.Context) error {
		if _, err := s.msgs.CreateTrade(ctx, &types.MsgCreateTrade{Creator: s.ann, Reference: "T", Terms: terms}); err != nil {
			return err
		}
		_, err := s.msgs.ConfirmTrade(ctx, &types.MsgConfirmTrade{Party: s.ann, Creator: s.ann, Reference: "T", TermsHash: agreed})
		return err
	}))
	require.NoError(t, s.confirm(s.bob, "T"))
	s.requireStatus(t, "T", types.TradeStatusSettled)
}
