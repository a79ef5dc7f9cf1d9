package keeper_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// tellers is a suite with a collector of fees. Ann of alpha has 700 yen, bob of beta 300.
func tellers(t testing.TB, fees types.FeeSchedule) (*suite, string) {
	t.Helper()
	s := newSuite(t)
	collector := s.Open(t, "alpha", "collector")
	fees.Collector = collector
	if fees.IsFree() {
		fees = types.DefaultParams().Fees
	}
	require.NoError(t, s.setFees(fees))
	return s, collector
}

func (s *suite) setFees(fees types.FeeSchedule) error {
	params := types.DefaultParams()
	params.Fees = fees
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.UpdateParams(ctx, &types.MsgUpdateParams{Authority: s.Authority, Params: params})
		return err
	})
}

func fees(fixed int64, basisPoints uint32, payer types.FeePayer) types.FeeSchedule {
	return types.FeeSchedule{Fixed: math.NewInt(fixed), BasisPoints: basisPoints, Maximum: math.ZeroInt(), Payer: payer}
}

func (s *suite) pay(msg *types.MsgPay) (fee int64, err error) {
	err = s.Do(func(ctx context.Context) error {
		response, err := s.msgs.Pay(ctx, msg)
		if err == nil {
			fee = response.Fee.Int64()
		}
		return err
	})
	return fee, err
}

func (s *suite) paymentOf(reference string, amount int64) *types.MsgPay {
	return &types.MsgPay{Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(amount), Reference: reference, MaxFee: math.NewInt(100)}
}

func TestPayIsRecordedCountedAndTold(t *testing.T) {
	s, collector := tellers(t, fees(5, 100, types.FeePayerPayer))
	msg := s.paymentOf("P-1", 200)
	msg.Invoice, msg.MemoHash = "INV/7", bytes.Repeat([]byte{9}, 32)
	fee, err := s.pay(msg)
	require.NoError(t, err)
	require.EqualValues(t, 7, fee)
	require.Equal(t, []int64{493, 500, 7}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.Balance(collector)})

	keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentMade{
		Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(200), Fee: math.NewInt(7), FeePayer: types.FeePayerPayer,
		Reference: "P-1", Invoice: "INV/7", MemoHash: msg.MemoHash, Method: types.PaymentMethodDirect,
	})
	record := types.PaymentRecord{
		Payer: s.ann, Reference: "P-1", Payee: s.bob, Amount: moneytest.Yen(200), Fee: math.NewInt(7), FeePayer: types.FeePayerPayer,
		Invoice: "INV/7", MemoHash: msg.MemoHash, Method: types.PaymentMethodDirect, PaidAt: s.Ctx.BlockTime(), Height: s.Ctx.BlockHeight(),
		Status: types.PaymentStatusPaid, Refunded: math.ZeroInt(),
	}
	found, err := s.queries.Payment(s.Ctx, &types.QueryPaymentRequest{Payer: s.ann, Reference: "P-1"})
	require.NoError(t, err)
	require.Equal(t, record, found.Payment)
	for _, invoice := range []string{"", "INV/7"} {
		to, err := s.queries.PaymentsTo(s.Ctx, &types.QueryPaymentsToRequest{Payee: s.bob, Invoice: invoice})
		require.NoError(t, err)
		require.Equal(t, []types.PaymentRecord{record}, to.Payments)
	}
	none, err := s.queries.PaymentsTo(s.Ctx, &types.QueryPaymentsToRequest{Payee: s.bob, Invoice: "INV"})
	require.NoError(t, err)
	require.Empty(t, none.Payments, "an invoice is not the beginning of one")
	from, err := s.queries.PaymentsFrom(s.Ctx, &types.QueryPaymentsFromRequest{Payer: s.ann})
	require.NoError(t, err)
	require.Len(t, from.Payments, 1)

	usages, err := s.queries.Usages(s.Ctx, &types.QueryUsagesRequest{Month: 202604})
	require.NoError(t, err)
	alpha, beta := types.NewUsage(202604, "alpha"), types.NewUsage(202604, "beta")
	alpha.PaymentsSent, alpha.YenSent, alpha.Fees = 1, math.NewInt(200), math.NewInt(7)
	beta.PaymentsReceived, beta.YenReceived = 1, math.NewInt(200)
	require.Equal(t, []types.Usage{alpha, beta}, usages.Usages)
	of, err := s.queries.Usages(s.Ctx, &types.QueryUsagesRequest{Organization: "beta"})
	require.NoError(t, err)
	require.Equal(t, []types.Usage{beta}, of.Usages)
}

func TestPayRefused(t *testing.T) {
	stranger := keepertest.Address("stranger").String()
	for name, test := range map[string]struct {
		change func(*suite, *types.MsgPay)
		err    error
	}{
		"reference used":   {func(_ *suite, m *types.MsgPay) { m.Reference = "taken" }, types.ErrReferenceUsed},
		"bad reference":    {func(_ *suite, m *types.MsgPay) { m.Reference = "a b" }, registrytypes.ErrInvalidReference},
		"lonely invoice":   {func(_ *suite, m *types.MsgPay) { m.Reference, m.Invoice = "", "I" }, types.ErrInvalidPayment},
		"short memo hash":  {func(_ *suite, m *types.MsgPay) { m.MemoHash = []byte{1} }, types.ErrInvalidPayment},
		"no amount":        {func(_ *suite, m *types.MsgPay) { m.Amount = sdk.Coin{} }, types.ErrInvalidPayment},
		"zero":             {func(_ *suite, m *types.MsgPay) { m.Amount = moneytest.Yen(0) }, types.ErrInvalidPayment},
		"too much":         {func(_ *suite, m *types.MsgPay) { m.Amount = moneytest.Yen(691) }, sdkerrors.ErrInsufficientFunds},
		"fee not agreed":   {func(_ *suite, m *types.MsgPay) { m.MaxFee = math.NewInt(9) }, types.ErrFeeTooHigh},
		"no fee agreed":    {func(_ *suite, m *types.MsgPay) { m.MaxFee = math.Int{} }, types.ErrFeeTooHigh},
		"fee below 0":      {func(_ *suite, m *types.MsgPay) { m.MaxFee = math.NewInt(-1) }, types.ErrInvalidPayment},
		"stranger":         {func(_ *suite, m *types.MsgPay) { m.Payee = stranger }, registrytypes.ErrNotRegistered},
		"no payee":         {func(_ *suite, m *types.MsgPay) { m.Payee = "" }, registrytypes.ErrInvalidAccount},
		"no payer":         {func(_ *suite, m *types.MsgPay) { m.Payer = "x" }, registrytypes.ErrInvalidAccount},
		"payer frozen":     {func(s *suite, _ *types.MsgPay) { require.NoError(t, s.Freeze("alpha", s.ann)) }, registrytypes.ErrAccountFrozen},
		"payee frozen":     {func(s *suite, _ *types.MsgPay) { require.NoError(t, s.Freeze("beta", s.bob)) }, registrytypes.ErrAccountFrozen},
		"no such coins":    {func(_ *suite, m *types.MsgPay) { m.Amount.Denom = "asset/points" }, sdkerrors.ErrInsufficientFunds},
		"collector closed": {func(s *suite, _ *types.MsgPay) { s.closeCollector(t) }, registrytypes.ErrAccountClosed},
	} {
		t.Run(name, func(t *testing.T) {
			s, collector := tellers(t, fees(10, 0, types.FeePayerPayer))
			_, err := s.pay(s.paymentOf("taken", 1))
			require.NoError(t, err)
			// The fee of the payment above would keep the account open.
			require.NoError(t, s.Pay(collector, s.ann, 10))
			msg := s.paymentOf("P-1", 100)
			test.change(s, msg)
			before := s.module.ExportGenesis(s.Ctx, s.Codec)
			_, err = s.pay(msg)
			require.ErrorIs(t, err, test.err)
			require.Equal(t, string(before), string(s.module.ExportGenesis(s.Ctx, s.Codec)))
			require.EqualValues(t, 1_000, s.Balance(s.ann)+s.Balance(s.bob)+s.Balance(collector))
		})
	}
}

func (s *suite) closeCollector(t *testing.T) {
	t.Helper()
	require.NoError(t, s.Close("alpha", keepertest.Address("collector").String()))
}

// A payment without reference leaves nothing but its event and its count.
func TestPayWithoutReference(t *testing.T) {
	s, _ := tellers(t, types.FeeSchedule{Fixed: math.ZeroInt()})
	for range 2 {
		fee, err := s.pay(&types.MsgPay{Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(3)})
		require.NoError(t, err)
		require.Zero(t, fee)
	}
	state, err := s.keeper.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.Empty(t, state.Payments)
	require.EqualValues(t, 2, state.Usages[0].PaymentsSent)
}

// Whoever bears the fee, it does not count in anybody's limits, and reaches a frozen collector too.
func TestFeeBorneByThePayee(t *testing.T) {
	s, collector := tellers(t, fees(5, 0, types.FeePayerPayee))
	require.NoError(t, s.Freeze("alpha", collector))
	msg := s.paymentOf("P-1", 200)
	msg.MaxFee = math.Int{}
	fee, err := s.pay(msg)
	require.NoError(t, err)
	require.EqualValues(t, 5, fee)
	require.Equal(t, []int64{500, 495, 5}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.Balance(collector)})
	spent, err := s.Registry.SpentToday(s.Ctx, sdk.MustAccAddressFromBech32(s.bob))
	require.NoError(t, err)
	require.True(t, spent.IsZero())
	spent, err = s.Registry.SpentToday(s.Ctx, sdk.MustAccAddressFromBech32(s.ann))
	require.NoError(t, err)
	require.EqualValues(t, 500, spent.Int64(), "300 before and 200 now")
}

func TestQuoteIsWhatIsTaken(t *testing.T) {
	for _, test := range []struct {
		schedule        types.FeeSchedule
		fee, pays, gets int64
		bearer          types.FeePayer
	}{
		{types.FeeSchedule{Fixed: math.ZeroInt()}, 0, 200, 200, types.FeePayerUnspecified},
		{fees(1, 50, types.FeePayerPayer), 2, 202, 200, types.FeePayerPayer},
		{fees(1, 50, types.FeePayerPayee), 2, 200, 198, types.FeePayerPayee},
	} {
		s, _ := tellers(t, test.schedule)
		quote, err := s.queries.Quote(s.Ctx, &types.QueryQuoteRequest{Amount: "200jpy"})
		require.NoError(t, err)
		require.Equal(t, &types.QueryQuoteResponse{
			Fee: math.NewInt(test.fee), FeePayer: test.bearer, PayerPays: moneytest.Yen(test.pays), PayeeGets: moneytest.Yen(test.gets),
		}, quote)
		before := s.Balance(s.ann)
		_, err = s.pay(s.paymentOf("P", 200))
		require.NoError(t, err)
		require.Equal(t, test.pays, before-s.Balance(s.ann))
		other, err := s.queries.Quote(s.Ctx, &types.QueryQuoteRequest{Amount: "200asset/points"})
		require.NoError(t, err)
		require.True(t, other.Fee.IsZero())
	}
	s := newSuite(t)
	for _, amount := range []string{"", "200", "0jpy", "-1jpy", "1.5jpy"} {
		_, err := s.queries.Quote(s.Ctx, &types.QueryQuoteRequest{Amount: amount})
		require.ErrorContains(t, err, "expected an amount", amount)
	}
}

func TestUpdateParams(t *testing.T) {
	s := newSuite(t)
	collector := s.Open(t, "beta", "collector")
	schedule := fees(1, 0, types.FeePayerPayer)
	schedule.Collector = collector
	require.NoError(t, s.setFees(schedule))
	params := types.DefaultParams()
	params.Fees = schedule
	keepertest.RequireEvent(t, s.Ctx, &types.EventParamsChanged{Params: params})
	response, err := s.queries.Params(s.Ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, params, response.Params)

	_, err = s.msgs.UpdateParams(s.Ctx, &types.MsgUpdateParams{Authority: s.ann, Params: types.DefaultParams()})
	require.ErrorIs(t, err, membershiptypes.ErrNotAuthority)
	require.ErrorIs(t, s.setFees(fees(1, 0, types.FeePayerPayer)), types.ErrInvalidParams)
	schedule.Collector = keepertest.Address("stranger").String()
	require.ErrorIs(t, s.setFees(schedule), registrytypes.ErrAccountNotFound)
	require.NoError(t, s.Freeze("beta", collector))
	schedule.Collector = collector
	require.ErrorIs(t, s.setFees(schedule), registrytypes.ErrAccountFrozen)
}

// Usage is by month of Japan time: the last second of April there is not May in London.
func TestUsageByMonth(t *testing.T) {
	s := newSuite(t)
	for _, at := range []time.Time{
		time.Date(2026, 4, 30, 14, 59, 59, 0, time.UTC), time.Date(2026, 4, 30, 15, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 15, 0, 0, 0, time.UTC),
	} {
		s.NextBlock(at.Sub(s.Ctx.BlockTime()))
		_, err := s.pay(&types.MsgPay{Payer: s.bob, Payee: s.bob, Amount: moneytest.Yen(1)})
		require.NoError(t, err)
	}
	usages, err := s.queries.Usages(s.Ctx, &types.QueryUsagesRequest{})
	require.NoError(t, err)
	var months []uint32
	for _, usage := range usages.Usages {
		months = append(months, usage.Month)
		require.EqualValues(t, 1, usage.PaymentsSent)
		require.EqualValues(t, 1, usage.PaymentsReceived, "one of its own customers is both")
	}
	require.Equal(t, []uint32{202604, 202605, 202701}, months)
}
