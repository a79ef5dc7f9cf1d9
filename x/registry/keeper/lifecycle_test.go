package keeper_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry/types"
)

// From application to activation: each step by another hand, and each told and kept.
func TestOpening(t *testing.T) {
	s := newSuite(t)
	carol := keepertest.Address("carol")
	msg := application(makerA, carol)
	// A bank sends keys in any order; the account has them by id.
	msg.OrderKeys = []types.OrderKey{
		{Id: "phone", Type: types.OrderKeyTypeSecp256k1, PublicKey: keepertest.Key("phone").PubKey().Bytes()},
		{Id: "card", Type: types.OrderKeyTypeSecp256k1, PublicKey: keepertest.Key("card").PubKey().Bytes()},
	}
	_, err := s.messages.ApplyAccount(s.Ctx, msg)
	require.NoError(t, err)
	applied := types.Account{
		Address: carol.String(), Bank: bankA, Status: types.AccountStatusApplied, Kind: types.AccountKindBusiness,
		IdentityHash: msg.IdentityHash, Limits: *msg.Limits, OrderKeys: []types.OrderKey{msg.OrderKeys[1], msg.OrderKeys[0]}, Revision: 1,
	}
	require.Equal(t, applied, s.account(t, carol))
	require.False(t, s.admitted(t, carol))
	require.False(t, s.Account.HasAccount(s.Ctx, carol))
	require.ErrorIs(t, s.pay(alice, carol, yen(1)), types.ErrAccountNotActive)
	keepertest.RequireEvent(t, s.Ctx, &types.EventRequestMade{
		Bank: bankA, Reference: msg.Reference, Kind: types.RequestKindOpen, Account: carol.String(), Operator: makerA.String(),
	})

	s.approve(t, checkerA, msg.Reference)
	open := applied
	open.Status, open.Revision = types.AccountStatusOpen, 2
	require.Equal(t, open, s.account(t, carol))
	require.True(t, s.admitted(t, carol), "the holder can send its first message")
	require.True(t, s.Account.HasAccount(s.Ctx, carol), "and sign it")
	require.ErrorIs(t, s.pay(alice, carol, yen(1)), types.ErrAccountNotActive)
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountOpened{
		Address: carol.String(), Bank: bankA, Kind: types.AccountKindBusiness, Reference: msg.Reference, Operator: checkerA.String(),
	})
	keepertest.RequireEvent(t, s.Ctx, &types.EventRequestDecided{
		Bank: bankA, Reference: msg.Reference, Kind: types.RequestKindOpen, Account: carol.String(),
		Status: types.RequestStatusApproved, Operator: checkerA.String(),
	})

	activate := &types.MsgActivateAccount{Holder: carol.String()}
	_, err = s.messages.ActivateAccount(s.Ctx, activate)
	require.NoError(t, err)
	active := open
	active.Status, active.Activated, active.Revision = types.AccountStatusActive, true, 3
	require.Equal(t, active, s.account(t, carol))
	require.NoError(t, s.pay(alice, carol, yen(1)))
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountStatusChanged{
		Address: carol.String(), Bank: bankA, OldStatus: types.AccountStatusOpen, NewStatus: types.AccountStatusActive, Operator: carol.String(),
	})
	require.Equal(t, []types.Account{applied, open, active}, s.changed)
	_, err = s.messages.ActivateAccount(s.Ctx, activate)
	require.ErrorIs(t, err, types.ErrAccountNotActive, "once")
	_, err = s.messages.ActivateAccount(s.Ctx, &types.MsgActivateAccount{Holder: stranger.String()})
	require.ErrorIs(t, err, types.ErrAccountNotFound)
	_, err = s.messages.ActivateAccount(s.Ctx, &types.MsgActivateAccount{})
	require.ErrorIs(t, err, types.ErrInvalidAccount)

	require.Equal(t, []types.AccountChange{
		s.change(types.ChangeKindApplied, makerA, msg.Reference, "", applied),
		s.change(types.ChangeKindOpened, checkerA, msg.Reference, "", open),
		s.change(types.ChangeKindActivated, carol, "", "", active),
	}, s.history(t, carol))
}

func TestOpeningKeepsSigningAccount(t *testing.T) {
	s := newSuite(t)
	carol := keepertest.Address("carol")
	existing := s.Account.NewAccountWithAddress(s.Ctx, carol)
	require.NoError(t, existing.SetSequence(9))
	s.Account.SetAccount(s.Ctx, existing)

	s.open(t, bankA, carol)
	require.Equal(t, uint64(9), s.Account.GetAccount(s.Ctx, carol).GetSequence())
}

func TestApplicationRefused(t *testing.T) {
	carol := keepertest.Address("carol")
	tests := []struct {
		name   string
		change func(msg *types.MsgApplyAccount)
		want   error
	}{
		{"stranger", func(m *types.MsgApplyAccount) { m.Operator = stranger.String() }, membershiptypes.ErrNotOperator},
		{"checker", func(m *types.MsgApplyAccount) { m.Operator = checkerA.String() }, membershiptypes.ErrRoleMissing},
		{"no address", func(m *types.MsgApplyAccount) { m.Address = "" }, types.ErrInvalidAccount},
		{"address in capitals", func(m *types.MsgApplyAccount) { m.Address = strings.ToUpper(m.Address) }, types.ErrInvalidAccount},
		{"no kind", func(m *types.MsgApplyAccount) { m.Kind = types.AccountKindUnspecified }, types.ErrInvalidAccount},
		{"short hash", func(m *types.MsgApplyAccount) { m.IdentityHash = []byte{1} }, types.ErrInvalidAccount},
		{"neither limits nor tier", func(m *types.MsgApplyAccount) { m.Limits = nil }, types.ErrInvalidLimits},
		{"empty limits", func(m *types.MsgApplyAccount) { m.Limits = &types.Limits{} }, types.ErrInvalidLimits},
		{"key of no type", func(m *types.MsgApplyAccount) { m.OrderKeys = []types.OrderKey{{Id: "k"}} }, types.ErrInvalidOrderKey},
		{"known address", func(m *types.MsgApplyAccount) { m.Address = bob.String() }, types.ErrAccountExists},
		{"escrow", func(m *types.MsgApplyAccount) { m.Address = escrow.String() }, types.ErrReservedAddress},
		{"module", func(m *types.MsgApplyAccount) { m.Address = authtypes.NewModuleAddress(holdModule).String() }, types.ErrReservedAddress},
		{"operator", func(m *types.MsgApplyAccount) { m.Address = makerB.String() }, types.ErrReservedAddress},
		{"no reference", func(m *types.MsgApplyAccount) { m.Reference = "" }, types.ErrInvalidReference},
		{"reference of other signs", func(m *types.MsgApplyAccount) { m.Reference = "a b" }, types.ErrInvalidReference},
		{"used reference", func(m *types.MsgApplyAccount) { m.Reference = "open/" + alice.String() }, types.ErrReferenceUsed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSuite(t)
			msg := application(makerA, carol)
			test.change(msg)
			_, err := s.messages.ApplyAccount(s.Ctx, msg)
			require.ErrorIs(t, err, test.want)
			require.Empty(t, s.Ctx.EventManager().Events())
			require.Empty(t, s.changed)
		})
	}
}

// A rejected address is free, and so is one whose account its holder never activated.
func TestAddressIsFreeAgain(t *testing.T) {
	s := newSuite(t)
	carol := keepertest.Address("carol")
	msg := application(makerA, carol)
	_, err := s.messages.ApplyAccount(s.Ctx, msg)
	require.NoError(t, err)
	_, err = s.messages.ApplyAccount(s.Ctx, application(makerB, carol))
	require.ErrorIs(t, err, types.ErrAccountExists, "while the application waits")
	_, err = s.messages.CloseAccount(s.Ctx, &types.MsgCloseAccount{Operator: makerA.String(), Address: carol.String(), Reason: "x"})
	require.ErrorIs(t, err, types.ErrAccountNotActive, "an application is rejected, not closed")

	_, err = s.messages.RejectRequest(s.Ctx, &types.MsgRejectRequest{Operator: checkerA.String(), Reference: msg.Reference, Reason: "no passport"})
	require.NoError(t, err)
	require.Equal(t, types.AccountStatusClosed, s.account(t, carol).Status)
	require.False(t, s.admitted(t, carol))
	keepertest.RequireEvent(t, s.Ctx, &types.EventRequestDecided{
		Bank: bankA, Reference: msg.Reference, Kind: types.RequestKindOpen, Account: carol.String(),
		Status: types.RequestStatusRejected, Reason: "no passport", Operator: checkerA.String(),
	})

	second := application(makerB, carol)
	_, err = s.messages.ApplyAccount(s.Ctx, second)
	require.NoError(t, err)
	s.approve(t, checkerB, second.Reference)
	require.Equal(t, bankB, s.account(t, carol).Bank)
	require.Equal(t, []string{alice.String(), akira.String()}, s.addressesOf(t, bankA))

	_, err = s.messages.CloseAccount(s.Ctx, &types.MsgCloseAccount{Operator: makerB.String(), Address: carol.String(), Reason: "never came"})
	require.NoError(t, err)
	third := application(makerA, carol)
	third.Reference = "third"
	_, err = s.messages.ApplyAccount(s.Ctx, third)
	require.NoError(t, err)
	require.Equal(t, uint64(6), s.account(t, carol).Revision, "revisions go on")
	var kinds []types.ChangeKind
	for _, change := range s.history(t, carol) {
		kinds = append(kinds, change.Kind)
	}
	require.Equal(t, []types.ChangeKind{
		types.ChangeKindApplied, types.ChangeKindRejected, types.ChangeKindApplied, types.ChangeKindOpened, types.ChangeKindClosed,
		types.ChangeKindApplied,
	}, kinds)
}

func TestFreezeAndUnfreeze(t *testing.T) {
	s := newSuite(t)
	s.freeze(t, alice)
	frozen := s.account(t, alice)
	require.Equal(t, types.AccountStatusFrozen, frozen.Status)
	require.Equal(t, "court order", frozen.StatusReason)
	require.Equal(t, uint64(4), frozen.Revision)
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountStatusChanged{
		Address: alice.String(), Bank: bankA, OldStatus: types.AccountStatusActive, NewStatus: types.AccountStatusFrozen,
		Reason: "court order", Operator: complianceA.String(),
	})
	_, err := s.messages.FreezeAccount(s.Ctx, &types.MsgFreezeAccount{Operator: complianceA.String(), Address: alice.String(), Reason: "again"})
	require.ErrorIs(t, err, types.ErrAccountFrozen)

	s.unfreeze(t, alice)
	active := s.account(t, alice)
	require.Equal(t, types.AccountStatusActive, active.Status)
	require.Equal(t, "lifted", active.StatusReason)
	require.Equal(t, []types.Account{frozen, active}, s.changed)
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountStatusChanged{
		Address: alice.String(), Bank: bankA, OldStatus: types.AccountStatusFrozen, NewStatus: types.AccountStatusActive,
		Reason: "lifted", Operator: compliance2.String(),
	})
	_, err = s.messages.RequestUnfreeze(s.Ctx, &types.MsgRequestUnfreeze{
		Operator: complianceA.String(), Reference: "again", Address: alice.String(), Reason: "x",
	})
	require.ErrorIs(t, err, types.ErrAccountNotFrozen)
}

// An account frozen before its holder came is not active when it is unfrozen.
func TestFreezeBeforeActivation(t *testing.T) {
	s := newSuite(t)
	carol := keepertest.Address("carol")
	msg := application(makerA, carol)
	_, err := s.messages.ApplyAccount(s.Ctx, msg)
	require.NoError(t, err)
	_, err = s.messages.FreezeAccount(s.Ctx, &types.MsgFreezeAccount{Operator: complianceA.String(), Address: carol.String(), Reason: "x"})
	require.ErrorIs(t, err, types.ErrAccountNotActive)
	s.approve(t, checkerA, msg.Reference)
	s.freeze(t, carol)
	_, err = s.messages.ActivateAccount(s.Ctx, &types.MsgActivateAccount{Holder: carol.String()})
	require.ErrorIs(t, err, types.ErrAccountNotActive)
	s.unfreeze(t, carol)
	require.Equal(t, types.AccountStatusOpen, s.account(t, carol).Status)
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
		_, err = s.messages.ApplyAccount(s.Ctx, application(makerB, alice))
		require.ErrorIs(t, err, types.ErrAccountExists)
		_, err = s.messages.FreezeAccount(s.Ctx, &types.MsgFreezeAccount{
			Operator: complianceA.String(), Address: alice.String(), Reason: "x",
		})
		require.ErrorIs(t, err, types.ErrAccountClosed)
		_, err = s.messages.RequestUnfreeze(s.Ctx, &types.MsgRequestUnfreeze{
			Operator: complianceA.String(), Reference: "u", Address: alice.String(), Reason: "x",
		})
		require.ErrorIs(t, err, types.ErrAccountClosed)
		_, err = s.messages.SetLimits(s.Ctx, &types.MsgSetLimits{
			Operator: makerA.String(), Address: alice.String(), Limits: limits(1, 1, 1), Reason: "x",
		})
		require.ErrorIs(t, err, types.ErrAccountClosed)
		_, err = s.messages.ActivateAccount(s.Ctx, &types.MsgActivateAccount{Holder: alice.String()})
		require.ErrorIs(t, err, types.ErrAccountNotActive)
		require.ErrorIs(t, s.registry.UpdateLinks(s.Ctx, alice, nil), types.ErrAccountClosed)
	})
}

func TestHookRefuses(t *testing.T) {
	s := newSuite(t)
	s.hookErr = errors.New("hook refuses")
	_, err := s.messages.ApplyAccount(s.Ctx, application(makerA, keepertest.Address("carol")))
	require.ErrorIs(t, err, s.hookErr)
	_, err = s.messages.SetLimits(s.Ctx, &types.MsgSetLimits{
		Operator: makerA.String(), Address: alice.String(), Limits: limits(1, 1, 1), Reason: "x",
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

func (s *suite) admitted(t require.TestingT, address sdk.AccAddress) bool {
	is, err := s.registry.IsAdmitted(s.Ctx, address)
	require.NoError(t, err)
	return is
}

// change is a change of this block.
func (s *suite) change(kind types.ChangeKind, by sdk.AccAddress, reference, reason string, account types.Account) types.AccountChange {
	return types.AccountChange{
		Kind: kind, Height: s.Ctx.BlockHeight(), Time: s.Ctx.BlockTime(), Operator: by.String(),
		Reference: reference, Reason: reason, Account: account,
	}
}

func (s *suite) history(t require.TestingT, address sdk.AccAddress) []types.AccountChange {
	got, err := s.queries.History(s.Ctx, &types.QueryHistoryRequest{Address: address.String()})
	require.NoError(t, err)
	return got.Changes
}
