package keeper_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// admits lets payments of one payer pass.
type admits struct {
	payer sdk.AccAddress
	err   error
}

func (a admits) AdmitsPayer(_ context.Context, _, payer sdk.AccAddress) (bool, error) {
	return payer.Equals(a.payer), a.err
}

// A plain payment to an account that wants to consent is refused, of yen and of anything else; what the payee admits, what it agreed to
// and what is no payment passes.
func TestConsent(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.registry.MarkConsent(s.Ctx, akira, true))
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), types.ErrConsentNeeded)
	require.ErrorIs(t, s.pay(alice, akira, sdk.NewInt64Coin(token, 1)), types.ErrConsentNeeded)
	require.ErrorIs(t, s.move(types.Cause{Kind: types.CauseApprovedPayment}, alice, akira, yen(1)), types.ErrConsentNeeded)
	require.ErrorIs(t, s.registry.AdmitPayment(s.Ctx, alice, akira, yen(1)), types.ErrConsentNeeded, "nor by a queue")
	require.ErrorIs(t, s.registry.CheckConsent(s.Ctx, alice, akira), types.ErrConsentNeeded)
	require.NoError(t, s.registry.CheckConsent(s.Ctx, alice, stranger))
	require.NoError(t, s.registry.CheckConsent(s.Ctx, akira, alice))
	require.Zero(t, s.spent(t, alice), "a refused payment does not count")

	s.registry.SetConsentSource(admits{payer: bob})
	require.Panics(t, func() { s.registry.SetConsentSource(admits{}) })
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), types.ErrConsentNeeded)
	require.NoError(t, s.pay(bob, akira, yen(1)))
	require.NoError(t, s.pay(akira, akira, yen(1)))
	require.NoError(t, s.pay(akira, alice, yen(1)))
	require.NoError(t, s.move(types.Cause{Kind: types.CauseConsentedPayment}, alice, akira, yen(5)))
	require.Equal(t, int64(5), s.spent(t, alice), "with the limits of a payment")
	require.ErrorIs(t, s.move(types.Cause{Kind: types.CauseConsentedPayment}, alice, akira, yen(1_001)), types.ErrLimitPerPayment)
	asking := types.WithCause(s.Ctx, types.Cause{Kind: types.CauseConsentedPayment})
	require.NoError(t, s.registry.AdmitPayment(asking, alice, akira, yen(7)))
	require.Equal(t, int64(12), s.spent(t, alice))
	require.ErrorIs(t, s.registry.AdmitPayment(asking, alice, akira, yen(1_001)), types.ErrLimitPerPayment)
	require.NoError(t, s.registry.AdmitPayment(asking, alice, akira, sdk.NewInt64Coin(token, 1_001)), "limits are of yen")
	require.Equal(t, int64(12), s.spent(t, alice))

	require.NoError(t, s.registry.MarkConsent(s.Ctx, akira, false))
	require.NoError(t, s.pay(alice, akira, yen(1)))
	require.ErrorIs(t, s.registry.MarkConsent(s.Ctx, stranger, true), types.ErrAccountNotFound)
}

func TestConsentSourceFails(t *testing.T) {
	s := newSuite(t)
	broken := errors.New("disk")
	s.registry.SetConsentSource(admits{err: broken})
	require.NoError(t, s.registry.MarkConsent(s.Ctx, akira, true))
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), broken)
}

// Whatever becomes of an account, its holder's wish stays: changed, frozen, and, on a Business Zone, replicated anew.
func TestConsentMarkStays(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.registry.MarkConsent(s.Ctx, akira, true))
	s.setLimits(t, akira, limits(10, 10, 10_000))
	s.freeze(t, akira)
	s.unfreeze(t, akira)
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), types.ErrConsentNeeded)

	replica := newBareSuite(t)
	account := types.Account{
		Address: alice.String(), Bank: bankA, Status: types.AccountStatusActive, Kind: types.AccountKindIndividual, Revision: 1, Limits: limits(1, 1, 1),
	}
	_, _, err := replica.registry.ApplyReplica(replica.Ctx, account)
	require.NoError(t, err)
	require.NoError(t, replica.registry.MarkConsent(replica.Ctx, alice, true))
	for _, status := range []types.AccountStatus{types.AccountStatusFrozen, types.AccountStatusUnlinked, types.AccountStatusActive} {
		account.Revision, account.Status = account.Revision+1, status
		_, applied, err := replica.registry.ApplyReplica(replica.Ctx, account)
		require.NoError(t, err)
		require.True(t, applied)
	}
	require.ErrorIs(t, replica.registry.CheckConsent(replica.Ctx, bob, alice), types.ErrConsentNeeded)
}

// What a payee sends back counts in no limit of payments and asks nobody, but both accounts and their banks must be fit for a payment.
func TestReturnPayment(t *testing.T) {
	back := types.Cause{Kind: types.CauseReturnPayment}
	s := newSuite(t)
	s.setLimits(t, alice, limits(0, 0, 20_000))
	require.NoError(t, s.registry.MarkConsent(s.Ctx, akira, true))
	require.NoError(t, s.move(back, alice, akira, yen(1_500)))
	require.NoError(t, s.move(back, alice, bob, yen(30)))
	require.NoError(t, s.move(back, alice, bob, sdk.NewInt64Coin(token, 1)))
	require.Equal(t, []flow{{bankA, bankB, 30}}, s.flows)
	require.Zero(t, s.spent(t, alice))

	require.ErrorIs(t, s.move(back, alice, bob, yen(9_000)), sdkerrors.ErrInsufficientFunds, "said before the books are asked")
	s.setLimits(t, akira, limits(0, 0, 11_500))
	require.ErrorIs(t, s.move(back, alice, akira, yen(1)), types.ErrLimitBalance)
	_, err := s.messages.FreezeAmount(s.Ctx, &types.MsgFreezeAmount{
		Operator: complianceA.String(), Address: alice.String(), Amount: yen(8_400).Amount, OrderReference: "H-1", Reason: "seizure",
	})
	require.NoError(t, err)
	require.NoError(t, s.move(back, alice, bob, yen(70)))
	require.ErrorIs(t, s.move(back, alice, bob, yen(1)), types.ErrAmountFrozen)
	s.freeze(t, akira)
	require.ErrorIs(t, s.move(back, alice, akira, yen(1)), types.ErrAccountFrozen)
	require.ErrorIs(t, s.move(back, akira, alice, yen(1)), types.ErrAccountFrozen)
	require.ErrorIs(t, s.move(back, alice, stranger, yen(1)), types.ErrNotRegistered)
}

// The fee of a payment that was held flows from its owner's bank; the collector gets it frozen or above its limit too.
func TestHeldFee(t *testing.T) {
	s := newSuite(t)
	hold := authtypes.NewModuleAddress(holdModule)
	s.Fund(t, hold, yen(100), sdk.NewInt64Coin(token, 1))
	fee := types.Cause{Kind: types.CauseHeldFee, Owner: bob}
	s.setLimits(t, akira, limits(0, 0, 1))
	s.freeze(t, akira)
	require.NoError(t, s.move(fee, hold, akira, yen(5)))
	require.NoError(t, s.move(types.Cause{Kind: types.CauseHeldFee, Owner: alice}, hold, akira, yen(5)))
	require.NoError(t, s.move(fee, hold, akira, sdk.NewInt64Coin(token, 1)))
	require.Equal(t, []flow{{bankB, bankA, 5}}, s.flows)
	require.ErrorIs(t, s.move(fee, hold, stranger, yen(1)), types.ErrNotRegistered)
	require.ErrorIs(t, s.move(types.Cause{Kind: types.CauseHeldFee, Owner: stranger}, hold, akira, yen(1)), types.ErrNotRegistered)
	application := application(makerB, stranger)
	_, err := s.messages.ApplyAccount(s.Ctx, application)
	require.NoError(t, err)
	require.ErrorIs(t, s.move(fee, hold, stranger, yen(1)), types.ErrAccountNotActive)
}
