package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// A payment that the payer's bank screens is not the payee's yet: it bears no fee, and is no payment that could be refunded.
func TestScreenedPayment(t *testing.T) {
	s, collector := tellers(t, fees(5, 0, types.FeePayerPayee))
	_, err := s.RegistryMsgs.RequestPolicy(s.Ctx, &registrytypes.MsgRequestPolicy{
		Operator: moneytest.Operator("alpha", "maker"), Reference: "policy", Reason: "board", Policy: registrytypes.BankPolicy{
			Screening: &registrytypes.ScreeningRules{Amount: math.NewInt(200), DecisionTime: time.Hour},
		},
	})
	require.NoError(t, err)
	_, err = s.RegistryMsgs.ApproveRequest(s.Ctx, &registrytypes.MsgApproveRequest{Operator: moneytest.Operator("alpha", "checker"), Reference: "policy"})
	require.NoError(t, err)

	fee, err := s.pay(s.paymentOf("P-1", 200))
	require.NoError(t, err)
	require.Zero(t, fee)
	require.Equal(t, []int64{500, 300, 0}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.Balance(collector)})
	ann := sdk.MustAccAddressFromBech32(s.ann)
	record, err := s.keeper.GetPayment(s.Ctx, ann, "P-1")
	require.NoError(t, err)
	require.NoError(t, record.Validate())
	require.Equal(t, types.PaymentStatusScreened, record.Status)
	waits, err := s.Registry.GetScreenedPayment(s.Ctx, record.HoldId)
	require.NoError(t, err)
	require.Equal(t, registrytypes.ScreeningStatusWaiting, waits.Status)
	_, err = record.Refund(moneytest.Yen(1))
	require.ErrorIs(t, err, types.ErrNotRefundable)
	state, err := s.keeper.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, state.Validate())

	// What its payee asked for has to be paid, or not: it cannot wait.
	_, err = s.keeper.Pay(s.Ctx, types.Payment{
		Payer: ann, Payee: sdk.MustAccAddressFromBech32(s.bob), Amount: moneytest.Yen(200), Method: types.PaymentMethodRequest, Consented: true,
	})
	require.ErrorIs(t, err, registrytypes.ErrScreened)
}

// While the zone takes fees nobody pays yen around them; other coins, and other movements of yen, are none of its business.
func TestNobodyPaysAroundFees(t *testing.T) {
	s, _ := tellers(t, fees(5, 0, types.FeePayerPayer))
	s.Bank.AppendSendRestriction(s.keeper.SendRestriction)
	require.ErrorIs(t, s.Pay(s.ann, s.bob, 100), types.ErrFeeMissing)
	fee, err := s.pay(s.paymentOf("P-1", 100))
	require.NoError(t, err)
	require.EqualValues(t, 5, fee)
	_, err = s.Hold.Place(s.Ctx, sdk.MustAccAddressFromBech32(s.ann), moneytest.Yen(10), "test/1")
	require.NoError(t, err)
	points := sdk.NewInt64Coin("points", 7)
	s.Fund(t, keepertest.Address("ann"), points)
	require.NoError(t, s.Bank.SendCoins(s.Ctx, keepertest.Address("ann"), keepertest.Address("bob"), sdk.NewCoins(points)))
	require.NoError(t, s.setFees(types.DefaultParams().Fees))
	require.NoError(t, s.Pay(s.ann, s.bob, 100))
}
