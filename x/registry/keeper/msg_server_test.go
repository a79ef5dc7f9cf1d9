package keeper_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry/types"
)

func TestOpenAccount(t *testing.T) {
	s := newSuite(t)
	carol := keepertest.Address("carol")
	require.False(t, s.Account.HasAccount(s.Ctx, carol))

	msg := openMsg(makerA, carol)
	// A bank sends keys in any order; the account has them by id.
	msg.OrderKeys = []types.OrderKey{
		{Id: "phone", Type: types.OrderKeyTypeSecp256k1, PublicKey: keepertest.Key("phone").PubKey().Bytes()},
		{Id: "card", Type: types.OrderKeyTypeSecp256k1, PublicKey: keepertest.Key("card").PubKey().Bytes()},
	}
	_, err := s.messages.OpenAccount(s.Ctx, msg)
	require.NoError(t, err)

	want := types.Account{
		Address: carol.String(), Bank: bankA, Status: types.AccountStatusActive, Kind: types.AccountKindBusiness,
		IdentityHash: msg.IdentityHash, Limits: msg.Limits, OrderKeys: []types.OrderKey{msg.OrderKeys[1], msg.OrderKeys[0]}, Revision: 1,
	}
	require.Equal(t, want, s.account(t, carol))
	require.Equal(t, []types.Account{want}, s.changed)
	require.True(t, s.Account.HasAccount(s.Ctx, carol), "the holder can sign at once")
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountOpened{
		Address: carol.String(), Bank: bankA, Kind: types.AccountKindBusiness, Operator: makerA.String(),
	})
}

func TestOpenAccountKeepsSigningAccount(t *testing.T) {
	s := newSuite(t)
	carol := keepertest.Address("carol")
	existing := s.Account.NewAccountWithAddress(s.Ctx, carol)
	require.NoError(t, existing.SetSequence(9))
	s.Account.SetAccount(s.Ctx, existing)

	s.open(t, makerA, carol)
	require.Equal(t, uint64(9), s.Account.GetAccount(s.Ctx, carol).GetSequence())
}

func TestOpenAccountRefused(t *testing.T) {
	carol := keepertest.Address("carol")
	tests := []struct {
		name   string
		change func(msg *types.MsgOpenAccount)
		want   error
	}{
		{"stranger", func(m *types.MsgOpenAccount) { m.Operator = stranger.String() }, membershiptypes.ErrNotOperator},
		{"checker", func(m *types.MsgOpenAccount) { m.Operator = checkerA.String() }, membershiptypes.ErrRoleMissing},
		{"no address", func(m *types.MsgOpenAccount) { m.Address = "" }, types.ErrInvalidAccount},
		{"address in capitals", func(m *types.MsgOpenAccount) { m.Address = strings.ToUpper(m.Address) }, types.ErrInvalidAccount},
		{"no kind", func(m *types.MsgOpenAccount) { m.Kind = types.AccountKindUnspecified }, types.ErrInvalidAccount},
		{"short hash", func(m *types.MsgOpenAccount) { m.IdentityHash = []byte{1} }, types.ErrInvalidAccount},
		{"no limits", func(m *types.MsgOpenAccount) { m.Limits = types.Limits{} }, types.ErrInvalidLimits},
		{"key of no type", func(m *types.MsgOpenAccount) { m.OrderKeys = []types.OrderKey{{Id: "k"}} }, types.ErrInvalidOrderKey},
		{"known address", func(m *types.MsgOpenAccount) { m.Address = bob.String() }, types.ErrAccountExists},
		{"escrow", func(m *types.MsgOpenAccount) { m.Address = escrow.String() }, types.ErrReservedAddress},
		{"module", func(m *types.MsgOpenAccount) { m.Address = authtypes.NewModuleAddress(holdModule).String() }, types.ErrReservedAddress},
		{"operator", func(m *types.MsgOpenAccount) { m.Address = makerB.String() }, types.ErrReservedAddress},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSuite(t)
			msg := openMsg(makerA, carol)
			test.change(msg)
			_, err := s.messages.OpenAccount(s.Ctx, msg)
			require.ErrorIs(t, err, test.want)
			require.Empty(t, s.Ctx.EventManager().Events())
			require.Empty(t, s.changed)
		})
	}
}

func TestFreezeAndUnfreeze(t *testing.T) {
	s := newSuite(t)
	s.freeze(t, alice)
	frozen := s.account(t, alice)
	require.Equal(t, types.AccountStatusFrozen, frozen.Status)
	require.Equal(t, "court order", frozen.StatusReason)
	require.Equal(t, uint64(2), frozen.Revision)
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountStatusChanged{
		Address: alice.String(), Bank: bankA, OldStatus: types.AccountStatusActive, NewStatus: types.AccountStatusFrozen,
		Reason: "court order", Operator: complianceA.String(),
	})

	freeze := &types.MsgFreezeAccount{Operator: complianceA.String(), Address: alice.String(), Reason: "again"}
	_, err := s.messages.FreezeAccount(s.Ctx, freeze)
	require.ErrorIs(t, err, types.ErrAccountFrozen)

	unfreeze := &types.MsgUnfreezeAccount{Operator: complianceA.String(), Address: alice.String(), Reason: "lifted"}
	_, err = s.messages.UnfreezeAccount(s.Ctx, unfreeze)
	require.NoError(t, err)
	active := s.account(t, alice)
	require.Equal(t, types.AccountStatusActive, active.Status)
	require.Equal(t, "lifted", active.StatusReason)
	require.Equal(t, uint64(3), active.Revision)
	require.Equal(t, []types.Account{frozen, active}, s.changed)
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountStatusChanged{
		Address: alice.String(), Bank: bankA, OldStatus: types.AccountStatusFrozen, NewStatus: types.AccountStatusActive,
		Reason: "lifted", Operator: complianceA.String(),
	})

	_, err = s.messages.UnfreezeAccount(s.Ctx, unfreeze)
	require.ErrorIs(t, err, types.ErrAccountNotFrozen)
}

func TestStatusChangeRefused(t *testing.T) {
	freeze := func(operator, address sdk.AccAddress, reason string) *types.MsgFreezeAccount {
		return &types.MsgFreezeAccount{Operator: operator.String(), Address: address.String(), Reason: reason}
	}
	tests := []struct {
		name string
		msg  *types.MsgFreezeAccount
		want error
	}{
		{"maker", freeze(makerA, alice, "x"), membershiptypes.ErrRoleMissing},
		{"holder", freeze(alice, alice, "x"), membershiptypes.ErrNotOperator},
		{"other bank", freeze(complianceA, bob, "x"), types.ErrWrongBank},
		{"unknown account", freeze(complianceA, stranger, "x"), types.ErrAccountNotFound},
		{"no address", &types.MsgFreezeAccount{Operator: complianceA.String(), Reason: "x"}, types.ErrInvalidAccount},
		{"no reason", freeze(complianceA, alice, ""), types.ErrInvalidReason},
		{"long reason", freeze(complianceA, alice, strings.Repeat("x", types.MaxReasonLength+1)), types.ErrInvalidReason},
		{"reason of no text", freeze(complianceA, alice, "\xff"), types.ErrInvalidReason},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSuite(t)
			before := s.account(t, alice)
			_, err := s.messages.FreezeAccount(s.Ctx, test.msg)
			require.ErrorIs(t, err, test.want)
			require.Equal(t, before, s.account(t, alice))
			require.Empty(t, s.Ctx.EventManager().Events())
		})
	}
}

func TestCloseAccount(t *testing.T) {
	closing := &types.MsgCloseAccount{Operator: makerA.String(), Address: alice.String(), Reason: "asked by the holder"}

	t.Run("in use", func(t *testing.T) {
		s := newSuite(t)
		_, err := s.messages.CloseAccount(s.Ctx, closing)
		require.ErrorIs(t, err, types.ErrAccountInUse)
		require.ErrorContains(t, err, "10000jpy")

		s.empty(t, alice)
		s.link(t, alice, types.Link{Zone: "retail", Status: types.LinkStatusActive, Limits: limits(1, 1, 1)})
		_, err = s.messages.CloseAccount(s.Ctx, closing)
		require.ErrorIs(t, err, types.ErrAccountInUse)
		require.ErrorContains(t, err, "retail")

		s.link(t, alice)
		s.guard = types.ErrAccountInUse.Wrap("an open order")
		_, err = s.messages.CloseAccount(s.Ctx, closing)
		require.ErrorIs(t, err, types.ErrAccountInUse)
		require.ErrorContains(t, err, "an open order")
		require.Equal(t, types.AccountStatusActive, s.account(t, alice).Status)
	})

	t.Run("empty", func(t *testing.T) {
		s := newSuite(t)
		s.empty(t, alice)
		s.freeze(t, alice)
		_, err := s.messages.CloseAccount(s.Ctx, closing)
		require.NoError(t, err)
		require.Equal(t, types.AccountStatusClosed, s.account(t, alice).Status)
		keepertest.RequireEvent(t, s.Ctx, &types.EventAccountStatusChanged{
			Address: alice.String(), Bank: bankA, OldStatus: types.AccountStatusFrozen, NewStatus: types.AccountStatusClosed,
			Reason: "asked by the holder", Operator: makerA.String(),
		})

		// A closed account never opens again, under any message.
		_, err = s.messages.CloseAccount(s.Ctx, closing)
		require.ErrorIs(t, err, types.ErrAccountClosed)
		_, err = s.messages.OpenAccount(s.Ctx, openMsg(makerB, alice))
		require.ErrorIs(t, err, types.ErrAccountExists)
		_, err = s.messages.FreezeAccount(s.Ctx, &types.MsgFreezeAccount{
			Operator: complianceA.String(), Address: alice.String(), Reason: "x",
		})
		require.ErrorIs(t, err, types.ErrAccountClosed)
		_, err = s.messages.UnfreezeAccount(s.Ctx, &types.MsgUnfreezeAccount{
			Operator: complianceA.String(), Address: alice.String(), Reason: "x",
		})
		require.ErrorIs(t, err, types.ErrAccountClosed)
		_, err = s.messages.SetLimits(s.Ctx, &types.MsgSetLimits{
			Operator: makerA.String(), Address: alice.String(), Limits: limits(1, 1, 1),
		})
		require.ErrorIs(t, err, types.ErrAccountClosed)
		require.ErrorIs(t, s.registry.UpdateLinks(s.Ctx, alice, nil), types.ErrAccountClosed)
	})
}

func TestSetLimits(t *testing.T) {
	s := newSuite(t)
	s.link(t, alice, types.Link{Zone: "retail", Status: types.LinkStatusActive, Limits: limits(500, 500, 500)})
	set := func(operator sdk.AccAddress, wanted types.Limits) error {
		_, err := s.messages.SetLimits(s.Ctx, &types.MsgSetLimits{
			Operator: operator.String(), Address: alice.String(), Limits: wanted,
		})
		return err
	}
	require.ErrorIs(t, set(checkerA, limits(1, 500, 1)), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, set(makerB, limits(1, 500, 1)), types.ErrWrongBank)
	require.ErrorIs(t, set(makerA, limits(-1, 500, 1)), types.ErrInvalidLimits)
	require.ErrorIs(t, set(makerA, types.Limits{PerPayment: math.OneInt(), PerDay: math.OneInt()}), types.ErrInvalidLimits)
	require.ErrorIs(t, set(makerA, limits(1, 499, 1)), types.ErrInvalidLinks, "the zone may pay 500 a day")
	require.Equal(t, uint64(2), s.account(t, alice).Revision)

	s.freeze(t, alice)
	require.NoError(t, set(makerA, limits(1, 500, 1)), "limits of a frozen account may change")
	account := s.account(t, alice)
	require.Equal(t, limits(1, 500, 1), account.Limits)
	require.Equal(t, uint64(4), account.Revision)
	require.Equal(t, account, s.changed[len(s.changed)-1])
	before, after := limits(1_000, 3_000, 20_000), limits(1, 500, 1)
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountLimitsChanged{
		Address: alice.String(), Bank: bankA, OldLimits: &before, NewLimits: &after, Operator: makerA.String(),
	})
}

func TestHookRefuses(t *testing.T) {
	s := newSuite(t)
	s.hookErr = errors.New("hook refuses")
	_, err := s.messages.OpenAccount(s.Ctx, openMsg(makerA, keepertest.Address("carol")))
	require.ErrorIs(t, err, s.hookErr)
	_, err = s.messages.SetLimits(s.Ctx, &types.MsgSetLimits{
		Operator: makerA.String(), Address: alice.String(), Limits: limits(1, 1, 1),
	})
	require.ErrorIs(t, err, s.hookErr)
	_, err = s.messages.FreezeAccount(s.Ctx, &types.MsgFreezeAccount{
		Operator: complianceA.String(), Address: alice.String(), Reason: "x",
	})
	require.ErrorIs(t, err, s.hookErr)
}

// empty takes all coins of an account away.
func (s *suite) empty(t require.TestingT, address sdk.AccAddress) {
	refund := types.Cause{Kind: types.CauseRefund}
	require.NoError(t, s.move(refund, address, escrow, s.Bank.GetAllBalances(s.Ctx, address)...))
}

func (s *suite) link(t require.TestingT, address sdk.AccAddress, links ...types.Link) {
	err := s.registry.UpdateLinks(s.Ctx, address, func(types.Account) ([]types.Link, error) { return links, nil })
	require.NoError(t, err)
}
