package keeper_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// refund gives a payment of ann back as its payee.
func (s *products) refund(payee, payment string, amount int64, reference string) (*types.MsgRefundPaymentResponse, error) {
	var response *types.MsgRefundPaymentResponse
	err := s.Do(func(ctx context.Context) (err error) {
		response, err = s.msgs.RefundPayment(ctx, &types.MsgRefundPayment{
			Payee: payee, Payer: s.ann, Payment: payment, Amount: moneytest.Yen(amount), Reference: reference,
		})
		return err
	})
	return response, err
}

// A refund is a payment of its own, linked to the one that it gives back, without a fee and outside of the refunder's limits.
func TestRefund(t *testing.T) {
	s := newProducts(t)
	s.takeFees(t, 5, types.FeePayerPayer)
	require.NoError(t, s.Do(func(ctx context.Context) error {
		_, err := s.msgs.Pay(ctx, &types.MsgPay{
			Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(1_000), Reference: "P", Invoice: "INV", MaxFee: math.NewInt(5),
		})
		return err
	}))
	response, err := s.refund(s.bob, "P", 300, "RF-1")
	require.NoError(t, err)
	require.Equal(t, math.NewInt(700), response.Left)
	require.Equal(t, []int64{9_295, 10_700, 5}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.Balance(s.collector)})
	require.Equal(t, math.NewInt(300), s.record(t, s.ann, "P").Refunded)
	keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentRefunded{
		Payer: s.ann, Payment: "P", Payee: s.bob, Amount: moneytest.Yen(300), Reference: "RF-1", Refunded: math.NewInt(300),
	})
	refund := s.record(t, s.bob, "RF-1")
	require.Equal(t, types.PaymentMethodRefund, refund.Method)
	require.Equal(t, "P", refund.RefundOf)
	require.Equal(t, "INV", refund.Invoice, "found by the invoice")
	require.True(t, refund.Fee.IsZero())
	spent, err := s.Registry.SpentToday(s.Ctx, sdk.MustAccAddressFromBech32(s.bob))
	require.NoError(t, err)
	require.True(t, spent.IsZero())

	_, err = s.refund(s.bob, "P", 700, "RF-1")
	require.ErrorIs(t, err, types.ErrReferenceUsed)
	_, err = s.refund(s.bob, "P", 701, "RF-2")
	require.ErrorIs(t, err, types.ErrNotRefundable)
	// The payer's wish to consent does not keep its own money away, nor do the refunder's limits or a second pair of eyes.
	require.NoError(t, s.setConsent(s.ann))
	require.NoError(t, s.Do(func(ctx context.Context) error {
		_, err := s.RegistryMsgs.SetLimits(ctx, &registrytypes.MsgSetLimits{
			Operator: moneytest.Operator("beta", "maker"), Address: s.bob, Reason: "lower",
			Limits: registrytypes.Limits{PerPayment: math.ZeroInt(), PerDay: math.ZeroInt(), Balance: math.NewInt(20_000)},
		})
		return err
	}))
	require.Error(t, s.Pay(s.bob, s.amy, 1))
	_, err = s.refund(s.bob, "P", 700, "RF-2")
	require.NoError(t, err)
	require.Equal(t, int64(9_995), s.Balance(s.ann))
	_, err = s.refund(s.bob, "P", 1, "RF-3")
	require.ErrorIs(t, err, types.ErrNotRefundable)
	s.requireSound(t)
}

func TestRefundRefused(t *testing.T) {
	s := newProducts(t)
	_, err := s.pay(s.ann, s.bob, 1_000, "P", 0)
	require.NoError(t, err)
	require.NoError(t, s.setConsent(s.amy))
	_, err = s.pay(s.ann, s.amy, 100, "waits", 0)
	require.NoError(t, err)
	_, err = s.refund(s.bob, "P", 10, "RF")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		change func(m *types.MsgRefundPayment)
		want   error
	}{
		"another's":     {func(m *types.MsgRefundPayment) { m.Payee = s.amy }, types.ErrNotParty},
		"unknown":       {func(m *types.MsgRefundPayment) { m.Payment = "Q" }, types.ErrPaymentNotFound},
		"waiting":       {func(m *types.MsgRefundPayment) { m.Payee, m.Payment = s.amy, "waits" }, types.ErrNotRefundable},
		"of a refund":   {func(m *types.MsgRefundPayment) { m.Payee, m.Payer, m.Payment = s.ann, s.bob, "RF" }, types.ErrNotRefundable},
		"another denom": {func(m *types.MsgRefundPayment) { m.Amount.Denom = "points" }, types.ErrNotRefundable},
		"nothing":       {func(m *types.MsgRefundPayment) { m.Amount = moneytest.Yen(0) }, types.ErrInvalidPayment},
		"no reference":  {func(m *types.MsgRefundPayment) { m.Reference = "" }, registrytypes.ErrInvalidReference},
		"no address":    {func(m *types.MsgRefundPayment) { m.Payer = "ann" }, registrytypes.ErrInvalidAccount},
	} {
		t.Run(name, func(t *testing.T) {
			msg := &types.MsgRefundPayment{Payee: s.bob, Payer: s.ann, Payment: "P", Amount: moneytest.Yen(1), Reference: "RF-2"}
			test.change(msg)
			s.requireRefused(t, test.want, func(ctx context.Context) error { _, err := s.msgs.RefundPayment(ctx, msg); return err })
		})
	}
	require.NoError(t, s.Pay(s.bob, s.collector, 10_985))
	_, err = s.refund(s.bob, "P", 6, "RF-2")
	require.ErrorIs(t, err, errInsufficientFunds)
	require.NoError(t, s.Freeze("alpha", s.ann))
	_, err = s.refund(s.bob, "P", 5, "RF-2")
	require.ErrorIs(t, err, registrytypes.ErrAccountFrozen)
	require.NoError(t, s.Unfreeze("alpha", s.ann))
	require.NoError(t, s.Freeze("beta", s.bob))
	_, err = s.refund(s.bob, "P", 5, "RF-2")
	require.ErrorIs(t, err, registrytypes.ErrAccountFrozen)
}

// However payments are refunded, beside a ledger on paper: never more than was paid, each refund once, and all of it moves exactly.
func TestRefundsKeepTheLaws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newProducts(t)
		left, used, ann := map[string]int64{}, map[string]bool{}, int64(10_000)
		payments := []string{"P-0", "P-1", "P-2"}
		for i := range rapid.IntRange(1, 40).Draw(r, "steps") {
			payment := rapid.SampledFrom(payments).Draw(r, "payment")
			if rapid.IntRange(0, 3).Draw(r, "pay") == 0 {
				amount := rapid.Int64Range(1, 3_000).Draw(r, "amount")
				_, known := left[payment]
				_, err := s.pay(s.ann, s.bob, amount, payment, 0)
				require.Equal(r, !known && amount <= ann, err == nil)
				if err == nil {
					left[payment], ann = amount, ann-amount
				}
			} else {
				amount, reference := rapid.Int64Range(1, 1_500).Draw(r, "refund"), fmt.Sprint("RF-", rapid.IntRange(0, i).Draw(r, "reference"))
				response, err := s.refund(s.bob, payment, amount, reference)
				require.Equal(r, amount <= left[payment] && !used[reference], err == nil, "%v", err)
				if err == nil {
					used[reference] = true
					left[payment] -= amount
					ann += amount
					require.Equal(r, left[payment], response.Left.Int64())
				}
			}
			require.Equal(r, []int64{ann, 20_000 - ann}, []int64{s.Balance(s.ann), s.Balance(s.bob)})
			s.requireSound(r)
			s.block(r, time.Second)
		}
	})
}
