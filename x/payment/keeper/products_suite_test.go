package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/testutil/moneytest"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// products is a suite with ann and amy of alpha and bob of beta, who have 10,000 yen each, and the collector of fees, who has none.
type products struct {
	*suite
	amy, collector string
}

func newProducts(t testing.TB) *products {
	t.Helper()
	s := &products{suite: newConsenting(t)}
	s.ann, s.amy, s.bob = s.Open(t, "alpha", "ann"), s.Open(t, "alpha", "amy"), s.Open(t, "beta", "bob")
	s.collector = s.Open(t, "alpha", "collector")
	s.Issue(t, "alpha", s.ann, 10_000, "ann")
	s.Issue(t, "alpha", s.amy, 10_000, "amy")
	s.Issue(t, "beta", s.bob, 10_000, "bob")
	return s
}

// newConsenting is an empty suite whose registry knows of consents, as the apps wire it.
func newConsenting(t testing.TB) *suite {
	t.Helper()
	s := newEmpty(t)
	s.Hold.AddExpiryRoutes(holdtypes.ExpiryRoute{Prefix: types.ConsentPurposePrefix, Handler: s.keeper})
	s.Registry.SetConsentSource(s.keeper)
	return s
}

// takeFees lets each payment cost so many yen.
func (s *products) takeFees(t require.TestingT, fixed int64, bearer types.FeePayer) {
	params := types.DefaultParams()
	params.Fees = types.FeeSchedule{Fixed: math.NewInt(fixed), Maximum: math.ZeroInt(), Payer: bearer, Collector: s.collector}
	if fixed == 0 {
		params = types.DefaultParams()
	}
	_, err := s.msgs.UpdateParams(s.Ctx, &types.MsgUpdateParams{Authority: s.Membership.Authority(), Params: params})
	require.NoError(t, err)
}

// block begins the next block as the app does.
func (s *products) block(t require.TestingT, later time.Duration) {
	s.NextBlock(later)
	require.NoError(t, s.Hold.ReleaseExpired(s.Ctx))
	require.NoError(t, s.module.BeginBlock(s.Ctx))
}

// total is all yen of the accounts and in holds.
func (s *products) total(t require.TestingT) int64 {
	sum := s.held(t)
	for _, account := range []string{s.ann, s.amy, s.bob, s.collector} {
		sum += s.Balance(account)
	}
	return sum
}

func (s *products) held(t require.TestingT) int64 {
	sum := int64(0)
	require.NoError(t, s.Hold.IterateHolds(s.Ctx, func(hold holdtypes.Hold) (bool, error) {
		sum += hold.Amount.Amount.Int64()
		return false, nil
	}))
	return sum
}

// record returns a recorded payment.
func (s *products) record(t require.TestingT, payer, reference string) types.PaymentRecord {
	record, err := s.keeper.GetPayment(s.Ctx, sdk.MustAccAddressFromBech32(payer), reference)
	require.NoError(t, err)
	require.NoError(t, record.Validate())
	return record
}

// requireSound checks what holds after every message and block: all yen is there, the books of the banks are right, and the state is
// one that genesis accepts and restores to the same bytes.
func (s *products) requireSound(t require.TestingT) {
	const want = int64(30_000)
	require.Equal(t, want, s.total(t))
	require.Equal(t, moneytest.Yen(want), s.Bank.GetSupply(s.Ctx, registrytypes.YenDenom))
	state, err := s.keeper.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, state.Validate())
	held := map[uint64]holdtypes.Hold{}
	require.NoError(t, s.Hold.IterateHolds(s.Ctx, func(hold holdtypes.Hold) (bool, error) {
		held[hold.Id] = hold
		return false, nil
	}))
	require.Len(t, state.WaitingPayments, len(held))
	for _, payment := range state.WaitingPayments {
		require.Equal(t, holdtypes.Hold{
			Id: payment.Id, Owner: payment.Payer, Amount: payment.Held(), Purpose: types.ConsentPurpose(payment.Payee), ExpiresAt: &payment.ExpiresAt,
		}, held[payment.Id])
	}
}

// requireRefused checks that a message failed with an error that the chain knows, and changed nothing.
func (s *products) requireRefused(t require.TestingT, want error, message func(ctx context.Context) error) {
	before := s.module.ExportGenesis(s.Ctx, s.Codec)
	err := s.Do(message)
	require.ErrorIs(t, err, want)
	codespace, _, _ := errorsmod.ABCIInfo(err, false)
	require.NotEqual(t, errorsmod.UndefinedCodespace, codespace)
	require.Equal(t, string(before), string(s.module.ExportGenesis(s.Ctx, s.Codec)))
}

// pay is MsgPay.
func (s *products) pay(payer, payee string, amount int64, reference string, maxFee int64) (*types.MsgPayResponse, error) {
	var response *types.MsgPayResponse
	err := s.Do(func(ctx context.Context) (err error) {
		response, err = s.msgs.Pay(ctx, &types.MsgPay{
			Payer: payer, Payee: payee, Amount: moneytest.Yen(amount), Reference: reference, MaxFee: math.NewInt(maxFee),
		})
		return err
	})
	return response, err
}

var errInsufficientFunds = sdkerrors.ErrInsufficientFunds

// codeOf returns codespace and code of an error.
func codeOf(err error) (codespace string, code uint32) {
	codespace, code, _ = errorsmod.ABCIInfo(err, false)
	return codespace, code
}
