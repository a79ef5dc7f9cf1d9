package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry/types"
)

func errorCode(err error) uint32 {
	_, code, _ := errorsmod.ABCIInfo(err, false)
	return code
}

// params has the members set the highest tiers.
func (s *suite) params(t require.TestingT, highest ...types.Tier) {
	params := types.DefaultParams()
	params.HighestTiers = highest
	_, err := s.messages.UpdateParams(s.Ctx, &types.MsgUpdateParams{Authority: s.Authority, Params: params})
	require.NoError(t, err)
}

// policy has bank A get a policy.
func (s *suite) policy(t require.TestingT, policy types.BankPolicy) {
	reference := s.reference()
	_, err := s.messages.RequestPolicy(s.Ctx, &types.MsgRequestPolicy{
		Operator: makerA.String(), Reference: reference, Policy: policy, Reason: "board",
	})
	require.NoError(t, err)
	s.approve(t, checkerA, reference)
}

func tiers(list ...types.Tier) types.BankPolicy { return types.BankPolicy{Tiers: list} }

func TestTiers(t *testing.T) {
	s := newSuite(t)
	business := types.Tier{Kind: types.AccountKindBusiness, Limits: limits(500, 2_000, 10_500)}
	s.policy(t, tiers(business))
	policy := tiers(business)
	keepertest.RequireEvent(t, s.Ctx, &types.EventBankPolicyChanged{
		Bank: bankA, Policy: &policy, Reference: "request/1", Operator: checkerA.String(),
	})
	require.Equal(t, limits(1_000, 3_000, 20_000), s.account(t, alice).Limits, "an account keeps limits of its own")

	// Without limits of its own an account has those of the tier, also of a later one.
	_, err := s.messages.RequestLimits(s.Ctx, &types.MsgRequestLimits{
		Operator: makerA.String(), Reference: "tier", Address: alice.String(), Reason: "x",
	})
	require.NoError(t, err)
	s.approve(t, checkerA, "tier")
	old, now := limits(1_000, 3_000, 20_000), business.Limits
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountLimitsChanged{
		Address: alice.String(), Bank: bankA, OldLimits: &old, NewLimits: &now, TierLimits: true, Operator: checkerA.String(),
	})
	require.Equal(t, business.Limits, s.account(t, alice).Limits)
	require.ErrorIs(t, s.pay(alice, akira, yen(501)), types.ErrLimitPerPayment)
	require.ErrorIs(t, s.pay(akira, alice, yen(501)), types.ErrLimitBalance)
	require.NoError(t, s.pay(alice, akira, yen(500)))

	s.link(t, alice, types.Link{Zone: "retail", Status: types.LinkStatusActive, Limits: limits(0, 1_600, 0)})
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), types.ErrLimitPerDay, "500 of 400")
	business.Limits = limits(400, 1_000, 30_000)
	s.policy(t, tiers(business))
	account := s.account(t, alice)
	require.Equal(t, business.Limits, account.Limits)
	require.True(t, account.FinancialDayLimit().IsZero(), "the tier is below what the zone may pay")
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), types.ErrLimitPerDay)
	require.NoError(t, account.Validate())
	// Links may give something of it back, and get nothing more.
	s.link(t, alice, types.Link{Zone: "retail", Status: types.LinkStatusActive, Limits: limits(0, 1_500, 0)})
	err = s.registry.UpdateLinks(s.Ctx, alice, func(account types.Account) ([]types.Link, error) {
		return []types.Link{{Zone: "retail", Status: types.LinkStatusActive, Limits: limits(0, 1_501, 0)}}, nil
	})
	require.ErrorIs(t, err, types.ErrInvalidLinks)
	business.Limits = limits(400, 9_000, 30_000)
	s.policy(t, tiers(business))
	require.NoError(t, s.pay(alice, akira, yen(400)))

	// A new account may start with the tier.
	carol := keepertest.Address("carol")
	msg := application(makerA, carol)
	msg.Limits = nil
	_, err = s.messages.ApplyAccount(s.Ctx, msg)
	require.NoError(t, err)
	require.Equal(t, business.Limits, s.account(t, carol).Limits)
	msg = application(makerB, keepertest.Address("dave"))
	msg.Limits = nil
	_, err = s.messages.ApplyAccount(s.Ctx, msg)
	require.ErrorIs(t, err, types.ErrInvalidLimits, "bank B has no tiers")

	got, err := s.queries.Bank(s.Ctx, &types.QueryBankRequest{Bank: bankA})
	require.NoError(t, err)
	require.Equal(t, types.BankState{Bank: bankA, Policy: tiers(business)}, got.Bank)
	all, err := s.queries.Banks(s.Ctx, &types.QueryBanksRequest{})
	require.NoError(t, err)
	require.Equal(t, []types.BankState{got.Bank}, all.Banks)
}

func TestPolicyRefused(t *testing.T) {
	s := newSuite(t)
	request := func(operator sdk.AccAddress, policy types.BankPolicy) error {
		_, err := s.messages.RequestPolicy(s.Ctx, &types.MsgRequestPolicy{
			Operator: operator.String(), Reference: s.reference(), Policy: policy, Reason: "x",
		})
		return err
	}
	individual := types.Tier{Kind: types.AccountKindIndividual, Limits: limits(1, 2, 3)}
	business := types.Tier{Kind: types.AccountKindBusiness, Limits: limits(1, 2, 3)}
	require.ErrorIs(t, request(checkerA, tiers()), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, request(makerA, tiers(business, individual)), types.ErrInvalidPolicy)
	require.ErrorIs(t, request(makerA, tiers(types.Tier{Kind: types.AccountKindBusiness})), types.ErrInvalidLimits)
	s.policy(t, tiers(individual, business))
	require.ErrorIs(t, request(makerA, tiers(business)), types.ErrInvalidPolicy, "accounts may have no other limits")
	s.params(t, types.Tier{Kind: types.AccountKindBusiness, Limits: limits(1, 1, 3)})
	require.ErrorIs(t, request(makerA, tiers(individual, business)), types.ErrLimitRaised)
}

func TestLimits(t *testing.T) {
	s := newSuite(t)
	s.link(t, alice, types.Link{Zone: "retail", Status: types.LinkStatusActive, Limits: limits(500, 500, 500)})
	lower := func(operator sdk.AccAddress, wanted types.Limits) error {
		_, err := s.messages.SetLimits(s.Ctx, &types.MsgSetLimits{
			Operator: operator.String(), Address: alice.String(), Limits: wanted, Reason: "x",
		})
		return err
	}
	require.ErrorIs(t, lower(checkerA, limits(1, 500, 1)), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, lower(makerB, limits(1, 500, 1)), types.ErrWrongBank)
	require.ErrorIs(t, lower(makerA, limits(-1, 500, 1)), types.ErrInvalidLimits)
	require.ErrorIs(t, lower(makerA, types.Limits{}), types.ErrInvalidLimits)
	require.ErrorIs(t, lower(makerA, limits(1, 499, 1)), types.ErrInvalidLinks, "the zone may pay 500 a day")
	for _, raised := range []types.Limits{limits(1_001, 500, 1), limits(1, 3_001, 1), limits(1, 500, 20_001)} {
		require.ErrorIs(t, lower(makerA, raised), types.ErrLimitRaised, "a raise needs a checker")
	}
	_, err := s.messages.SetLimits(s.Ctx, &types.MsgSetLimits{Operator: makerA.String(), Address: alice.String(), Limits: limits(1, 500, 1)})
	require.ErrorIs(t, err, types.ErrInvalidReason)

	s.freeze(t, alice)
	require.NoError(t, lower(makerA, limits(1, 500, 1)), "limits of a frozen account may change")
	account := s.account(t, alice)
	require.Equal(t, limits(1, 500, 1), account.Limits)
	require.Equal(t, account, s.changed[len(s.changed)-1])
	before, after := limits(1_000, 3_000, 20_000), limits(1, 500, 1)
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountLimitsChanged{
		Address: alice.String(), Bank: bankA, OldLimits: &before, NewLimits: &after, Operator: makerA.String(),
	})

	request := func(wanted types.Limits) error {
		_, err := s.messages.RequestLimits(s.Ctx, &types.MsgRequestLimits{
			Operator: makerA.String(), Reference: s.reference(), Address: alice.String(), Limits: &wanted, Reason: "x",
		})
		return err
	}
	require.ErrorIs(t, request(limits(1, 499, 1)), types.ErrInvalidLinks)
	s.params(t, types.Tier{Kind: types.AccountKindBusiness, Limits: limits(10, 500, 10)})
	require.ErrorIs(t, request(limits(11, 500, 10)), types.ErrLimitRaised)
	require.NoError(t, request(limits(10, 500, 10)))
}

func TestUpdateParams(t *testing.T) {
	s := newSuite(t)
	got, err := s.queries.Params(s.Ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, types.DefaultParams(), got.Params)
	_, err = s.messages.UpdateParams(s.Ctx, &types.MsgUpdateParams{Authority: makerA.String(), Params: types.DefaultParams()})
	require.ErrorIs(t, err, types.ErrNotAuthority)
	_, err = s.messages.UpdateParams(s.Ctx, &types.MsgUpdateParams{Authority: s.Authority})
	require.ErrorIs(t, err, types.ErrInvalidParams)
	s.params(t, types.Tier{Kind: types.AccountKindBusiness, Limits: limits(1, 2, 3)})
	got, err = s.queries.Params(s.Ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Len(t, got.Params.HighestTiers, 1)
	keepertest.RequireEvent(t, s.Ctx, &types.EventParamsChanged{Params: &got.Params})
}

func (s *suite) pause(operator sdk.AccAddress) error {
	_, err := s.messages.PauseBank(s.Ctx, &types.MsgPauseBank{Operator: operator.String(), Reason: "keys stolen"})
	return err
}

// A pause stops what is new on both sides of a bank's customers, and nothing that goes home.
func TestPause(t *testing.T) {
	s := newSuite(t)
	hold, deposit := authtypes.NewModuleAddress(holdModule), authtypes.NewModuleAddress(depositModule)
	s.Fund(t, hold, yen(100))
	s.Fund(t, deposit, yen(100))
	s.Fund(t, escrow, yen(100))
	require.ErrorIs(t, s.pause(makerA), membershiptypes.ErrRoleMissing)
	_, err := s.messages.PauseBank(s.Ctx, &types.MsgPauseBank{Operator: complianceA.String()})
	require.ErrorIs(t, err, types.ErrInvalidReason)
	require.NoError(t, s.pause(complianceA))
	require.ErrorIs(t, s.pause(compliance2), types.ErrBankPaused)
	keepertest.RequireEvent(t, s.Ctx, &types.EventBankPaused{Bank: bankA, Reason: "keys stolen", Operator: complianceA.String()})
	require.ErrorIs(t, s.registry.CheckBankOperating(s.Ctx, bankA), types.ErrBankPaused)
	require.NoError(t, s.registry.CheckBankOperating(s.Ctx, bankB))

	cause := func(kind types.CauseKind) types.Cause { return types.Cause{Kind: kind, Owner: alice} }
	for name, stopped := range map[string]func() error{
		"own bank":        func() error { return s.pay(alice, akira, yen(1)) },
		"other bank":      func() error { return s.pay(alice, bob, yen(1)) },
		"from other bank": func() error { return s.pay(bob, alice, yen(1)) },
		"tokens":          func() error { return s.pay(alice, bob, sdk.NewInt64Coin(token, 1)) },
		"issue":           func() error { return s.move(cause(types.CauseIssue), deposit, alice, yen(1)) },
		"hold":            func() error { return s.move(cause(types.CauseHoldPlace), alice, hold, yen(1)) },
		"capture for":     func() error { return s.move(cause(types.CauseHoldCapture), hold, alice, yen(1)) },
		"capture from":    func() error { return s.move(cause(types.CauseHoldCapture), hold, bob, yen(1)) },
		"charge":          func() error { return s.move(cause(types.CauseCharge), alice, escrow, yen(1)) },
	} {
		require.ErrorIs(t, stopped(), types.ErrBankPaused, name)
	}
	require.NoError(t, s.move(cause(types.CauseHoldRelease), hold, alice, yen(1)))
	require.NoError(t, s.move(cause(types.CauseRefund), escrow, alice, yen(1)))
	require.NoError(t, s.move(cause(types.CauseDischarge), escrow, alice, yen(1)))
	require.NoError(t, s.move(cause(types.CauseRedeem), hold, deposit, yen(1)))

	_, err = s.messages.RequestUnpause(s.Ctx, &types.MsgRequestUnpause{Operator: complianceB.String(), Reference: "b", Reason: "x"})
	require.ErrorIs(t, err, types.ErrBankNotPaused)
	for _, reference := range []string{"go on", "go-on", "again"} {
		_, err = s.messages.RequestUnpause(s.Ctx, &types.MsgRequestUnpause{Operator: complianceA.String(), Reference: reference, Reason: "new keys"})
		if reference == "go on" {
			require.ErrorIs(t, err, types.ErrInvalidReference)
			continue
		}
		require.NoError(t, err)
	}
	require.ErrorIs(t, s.decide(complianceA, "go-on"), types.ErrSameOperator)
	s.policy(t, tiers(types.Tier{Kind: types.AccountKindBankOwn, Limits: limits(1, 2, 3)}))
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), types.ErrBankPaused, "a policy leaves the pause")
	s.approve(t, compliance2, "go-on")
	keepertest.RequireEvent(t, s.Ctx, &types.EventBankUnpaused{Bank: bankA, Reason: "new keys", Operator: compliance2.String()})
	require.NoError(t, s.pay(alice, akira, yen(1)))
	require.ErrorIs(t, s.decide(compliance2, "again"), types.ErrBankNotPaused)
}
