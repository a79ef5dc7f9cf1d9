package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/registry/keeper"
	"github.com/azukari-network/azukari/x/registry/types"
)

const (
	alpha = "alpha"
	beta  = "beta"
)

// money is a Financial Zone with real holds, books and clearing: anna and arno are customers of alpha, berta of beta. Each
// has 10,000 yen.
type money struct {
	*moneytest.World
	anna, arno, berta string
}

func newMoney(t testing.TB) *money {
	t.Helper()
	m := &money{World: moneytest.New(t, moneytest.Options{Banks: []string{alpha, beta}})}
	m.anna, m.arno, m.berta = m.Open(t, alpha, "anna"), m.Open(t, alpha, "arno"), m.Open(t, beta, "berta")
	m.Issue(t, alpha, m.anna, 10_000, "anna")
	m.Issue(t, alpha, m.arno, 10_000, "arno")
	m.Issue(t, beta, m.berta, 10_000, "berta")
	return m
}

func account(text string) sdk.AccAddress { return sdk.MustAccAddressFromBech32(text) }

// screen has alpha decide on rules.
func (m *money) screen(t testing.TB, reference string, rules *types.ScreeningRules) {
	t.Helper()
	_, err := m.RegistryMsgs.RequestPolicy(m.Ctx, &types.MsgRequestPolicy{
		Operator: moneytest.Operator(alpha, "maker"), Reference: reference, Policy: types.BankPolicy{Screening: rules}, Reason: "board",
	})
	require.NoError(t, err)
	_, err = m.RegistryMsgs.ApproveRequest(m.Ctx, &types.MsgApproveRequest{Operator: moneytest.Operator(alpha, "checker"), Reference: reference})
	require.NoError(t, err)
}

func screening(amount int64, velocity ...types.VelocityRule) *types.ScreeningRules {
	return &types.ScreeningRules{Amount: math.NewInt(amount), Velocity: velocity, DecisionTime: time.Hour}
}

func velocity(hours uint32, payments uint64, amount int64) types.VelocityRule {
	return types.VelocityRule{WindowHours: hours, Payments: payments, Amount: math.NewInt(amount)}
}

// waiting returns the payments of alpha's customers that wait.
func (m *money) waiting(t testing.TB) []types.ScreenedPayment {
	t.Helper()
	response, err := keeper.NewQueryServer(m.Registry).ScreenedPayments(m.Ctx, &types.QueryScreenedPaymentsRequest{Bank: alpha})
	require.NoError(t, err)
	return response.Payments
}

func (m *money) release(id uint64) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.ReleasePayment(ctx, &types.MsgReleasePayment{
			Operator: moneytest.Operator(alpha, "compliance"), Id: id, Reason: "plausible",
		})
		return err
	})
}

func (m *money) giveBack(id uint64) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.ReturnPayment(ctx, &types.MsgReturnPayment{
			Operator: moneytest.Operator(alpha, "compliance"), Id: id, Reason: "not plausible",
		})
		return err
	})
}

func (m *money) status(t testing.TB, id uint64) types.ScreeningStatus {
	t.Helper()
	response, err := keeper.NewQueryServer(m.Registry).ScreenedPayment(m.Ctx, &types.QueryScreenedPaymentRequest{Id: id})
	require.NoError(t, err)
	return response.Payment.Status
}

// liability returns what a bank owes by its books.
func (m *money) liability(t testing.TB, bank string) int64 {
	t.Helper()
	book, err := m.Deposit.GetBook(m.Ctx, bank)
	require.NoError(t, err)
	return book.Liability.Int64()
}

func (m *money) held() int64 {
	return m.Balance(authtypes.NewModuleAddress(holdtypes.ModuleName).String())
}

// same checks that a state survives its export, and that its export is a valid genesis.
func (m *money) same(t testing.TB) {
	t.Helper()
	exported, err := m.Registry.ExportGenesis(m.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
	again := newMoney(t)
	require.NoError(t, again.Registry.InitGenesis(again.Ctx, *exported))
	second, err := again.Registry.ExportGenesis(again.Ctx)
	require.NoError(t, err)
	require.Equal(t, exported.ScreenedPayments, second.ScreenedPayments)
	require.Equal(t, exported.ListedCounterparties, second.ListedCounterparties)
	require.Equal(t, exported.Activity, second.Activity)
	require.Equal(t, exported.Banks, second.Banks)
}

func TestScreeningByAmount(t *testing.T) {
	m := newMoney(t)
	m.screen(t, "p1", screening(1_000))
	require.NoError(t, m.Pay(m.anna, m.berta, 999))
	require.Empty(t, m.waiting(t))
	require.NoError(t, m.Pay(m.anna, m.anna, 1_000), "to oneself")
	require.NoError(t, m.Pay(m.berta, m.anna, 1_000), "beta screens nothing")
	require.Empty(t, m.waiting(t))

	require.NoError(t, m.Pay(m.anna, m.berta, 1_000))
	waiting := m.waiting(t)
	require.Len(t, waiting, 1)
	payment := waiting[0]
	require.NoError(t, payment.Validate())
	require.Equal(t, []types.ScreeningReason{types.ScreeningReasonAmount}, payment.Reasons)
	require.Equal(t, m.Ctx.BlockTime().Add(time.Hour), payment.ExpiresAt)
	require.EqualValues(t, 10_000-999, m.Balance(m.anna))
	require.EqualValues(t, 10_000+999-1_000, m.Balance(m.berta))
	require.EqualValues(t, 1_000, m.held())
	require.EqualValues(t, 10_000-999+1_000+10_000, m.liability(t, alpha), "the yen is still alpha's debt")
	m.same(t)

	// The payer's compliance decides, nobody else.
	_, err := m.RegistryMsgs.ReleasePayment(m.Ctx, &types.MsgReleasePayment{
		Operator: moneytest.Operator(beta, "compliance"), Id: payment.Id, Reason: "x",
	})
	require.ErrorIs(t, err, types.ErrWrongBank)
	_, err = m.RegistryMsgs.ReturnPayment(m.Ctx, &types.MsgReturnPayment{
		Operator: moneytest.Operator(beta, "compliance"), Id: payment.Id, Reason: "x",
	})
	require.ErrorIs(t, err, types.ErrWrongBank)
	_, err = m.RegistryMsgs.ReleasePayment(m.Ctx, &types.MsgReleasePayment{Operator: moneytest.Operator(alpha, "compliance"), Id: payment.Id})
	require.ErrorIs(t, err, types.ErrInvalidReason)
	_, err = m.RegistryMsgs.ReturnPayment(m.Ctx, &types.MsgReturnPayment{Operator: moneytest.Operator(alpha, "compliance"), Id: payment.Id})
	require.ErrorIs(t, err, types.ErrInvalidReason)
	require.ErrorIs(t, m.release(99), types.ErrScreenedPaymentNotFound)

	require.NoError(t, m.release(payment.Id))
	require.Equal(t, types.ScreeningStatusReleased, m.status(t, payment.Id))
	require.EqualValues(t, 10_000+999, m.Balance(m.berta))
	require.Zero(t, m.held())
	require.EqualValues(t, 10_000-999+10_000, m.liability(t, alpha), "now it flowed")
	require.ErrorIs(t, m.release(payment.Id), types.ErrScreenedPaymentEnded)
	require.ErrorIs(t, m.giveBack(payment.Id), types.ErrScreenedPaymentEnded)
	m.same(t)
}

func TestScreeningReturnAndExpiry(t *testing.T) {
	m := newMoney(t)
	m.screen(t, "p1", screening(1_000))
	require.NoError(t, m.Pay(m.anna, m.arno, 1_000))
	require.NoError(t, m.Pay(m.anna, m.arno, 2_000))
	waiting := m.waiting(t)
	require.Len(t, waiting, 2)
	require.NoError(t, m.giveBack(waiting[0].Id))
	require.Equal(t, types.ScreeningStatusReturned, m.status(t, waiting[0].Id))
	require.EqualValues(t, 8_000, m.Balance(m.anna))

	m.NextBlock(time.Hour)
	require.ErrorIs(t, m.release(waiting[1].Id), holdtypes.ErrHoldExpired, "too late")
	require.NoError(t, m.Hold.ReleaseExpired(m.Ctx))
	require.Equal(t, types.ScreeningStatusExpired, m.status(t, waiting[1].Id))
	require.EqualValues(t, 10_000, m.Balance(m.anna))
	require.Zero(t, m.held())
	require.Empty(t, m.waiting(t))
	m.same(t)
	require.ErrorIs(t, m.Registry.HoldExpired(m.Ctx, holdtypes.Hold{Id: 77}), types.ErrScreenedPaymentNotFound)
	listed, err := keeper.NewQueryServer(m.Registry).ScreenedPayments(m.Ctx, &types.QueryScreenedPaymentsRequest{
		Bank: alpha, Status: types.ScreeningStatusExpired,
	})
	require.NoError(t, err)
	require.Len(t, listed.Payments, 1)
}

// What happened to payer and payee while a payment waited stops its release; the way back is always open.
func TestScreeningChecksAgain(t *testing.T) {
	freeze := func(m *money, target string) error {
		_, err := m.RegistryMsgs.FreezeAmount(m.Ctx, &types.MsgFreezeAmount{
			Operator: moneytest.Operator(alpha, "compliance"), Address: target, Amount: math.NewInt(9_500), OrderReference: "H-1", Reason: "seizure",
		})
		return err
	}
	lower := func(m *money, bank, target string, limits types.Limits) error {
		_, err := m.RegistryMsgs.SetLimits(m.Ctx, &types.MsgSetLimits{
			Operator: moneytest.Operator(bank, "maker"), Address: target, Limits: limits, Reason: "prudence",
		})
		return err
	}
	for name, test := range map[string]struct {
		change func(m *money) error
		want   error
	}{
		"payee frozen": {func(m *money) error { return m.Freeze(beta, m.berta) }, types.ErrAccountFrozen},
		"payee closed": {func(m *money) error {
			if err := m.Pay(m.berta, m.arno, 10_000); err != nil {
				return err
			}
			return m.Close(beta, m.berta)
		}, types.ErrAccountClosed},
		"payee's balance": {func(m *money) error { return lower(m, beta, m.berta, limits(1_000, 1_000, 10_500)) }, types.ErrLimitBalance},
		"payer frozen":    {func(m *money) error { return m.Freeze(alpha, m.anna) }, types.ErrAccountFrozen},
		"payer's limit":   {func(m *money) error { return lower(m, alpha, m.anna, limits(999, 1_000, 10_500)) }, types.ErrLimitPerPayment},
		"amount frozen":   {func(m *money) error { return freeze(m, m.anna) }, types.ErrAmountFrozen},
		"payer's bank":    {func(m *money) error { return m.Pause(alpha) }, types.ErrBankPaused},
		"payee's bank":    {func(m *money) error { return m.Pause(beta) }, types.ErrBankPaused},
		"no liquidity": {func(m *money) error {
			none := math.ZeroInt()
			_, err := m.ClearingMsgs.SetNetDebitCap(m.Ctx, &clearingtypes.MsgSetNetDebitCap{
				Authority: m.Membership.Authority(), Bank: alpha, Cap: &none,
			})
			return err
		}, clearingtypes.ErrInsufficientLiquidity},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMoney(t)
			m.screen(t, "p1", screening(1_000))
			require.NoError(t, m.Pay(m.anna, m.berta, 1_000))
			id := m.waiting(t)[0].Id
			require.NoError(t, test.change(m))
			require.ErrorIs(t, m.release(id), test.want)
			require.EqualValues(t, 1_000, m.held())
			require.NoError(t, m.giveBack(id))
			require.EqualValues(t, 10_000, m.Balance(m.anna))
			require.Zero(t, m.held())
		})
	}
}

func TestScreeningByVelocity(t *testing.T) {
	m := newMoney(t)
	m.screen(t, "p1", screening(0, velocity(0, 0, 5_000), velocity(2, 3, 0)))
	pay := func(amount int64, waits bool) {
		t.Helper()
		before := len(m.waiting(t))
		require.NoError(t, m.Pay(m.anna, m.arno, amount))
		require.Equal(t, waits, len(m.waiting(t)) > before)
	}
	pay(1, false)
	pay(1, false)
	pay(1, true) // the third within two hours
	m.same(t)
	m.NextBlock(2 * time.Hour)
	pay(1, true) // still
	m.NextBlock(3 * time.Hour)
	pay(1, false)
	pay(4_994, false)
	m.NextBlock(3 * time.Hour)
	pay(1, true) // the day's sum is 5,000
	m.NextBlock(24 * time.Hour)
	pay(1, false)
	m.same(t)
	m.screen(t, "p2", nil)
	pay(1, false)
	pay(1, false)
}

func TestListedCounterparty(t *testing.T) {
	m := newMoney(t)
	compliance := moneytest.Operator(alpha, "compliance")
	list := func(target string) error {
		_, err := m.RegistryMsgs.ListCounterparty(m.Ctx, &types.MsgListCounterparty{Operator: compliance, Address: target, Reason: "watch"})
		return err
	}
	require.NoError(t, list(m.berta))
	require.ErrorIs(t, list(m.berta), types.ErrCounterpartyListed)
	require.ErrorIs(t, list("x"), types.ErrInvalidAccount)
	require.NoError(t, list(keepertest.Address("nobody yet").String()))
	require.NoError(t, m.Pay(m.anna, m.arno, 5))
	require.Empty(t, m.waiting(t))
	require.NoError(t, m.Pay(m.anna, m.berta, 5))
	require.Equal(t, []types.ScreeningReason{types.ScreeningReasonCounterparty}, m.waiting(t)[0].Reasons)
	require.Equal(t, m.Ctx.BlockTime().Add(types.DefaultDecisionTime), m.waiting(t)[0].ExpiresAt)
	m.same(t)

	// Rules come and go beside the list.
	m.screen(t, "p1", screening(5, velocity(24, 2, 5)))
	require.NoError(t, m.Pay(m.anna, m.berta, 5))
	require.Equal(t, []types.ScreeningReason{types.ScreeningReasonAmount, types.ScreeningReasonVelocity, types.ScreeningReasonCounterparty},
		m.waiting(t)[1].Reasons)
	m.screen(t, "p2", nil)
	require.NoError(t, m.Pay(m.anna, m.berta, 5))
	require.Len(t, m.waiting(t), 3)

	unlist := func(reference, target string) error {
		_, err := m.RegistryMsgs.RequestUnlist(m.Ctx, &types.MsgRequestUnlist{Operator: compliance, Reference: reference, Address: target, Reason: "cleared"})
		return err
	}
	approve := func(operator, reference string) error {
		_, err := m.RegistryMsgs.ApproveRequest(m.Ctx, &types.MsgApproveRequest{Operator: moneytest.Operator(alpha, operator), Reference: reference})
		return err
	}
	require.ErrorIs(t, unlist("u0", m.arno), types.ErrCounterpartyNotListed)
	require.NoError(t, unlist("u1", m.berta))
	require.NoError(t, unlist("u2", m.berta))
	require.ErrorIs(t, approve("compliance", "u1"), types.ErrSameOperator)
	require.NoError(t, approve("compliance-2", "u1"))
	require.ErrorIs(t, approve("compliance-2", "u2"), types.ErrCounterpartyNotListed)
	require.NoError(t, m.Pay(m.anna, m.berta, 5))
	require.Len(t, m.waiting(t), 3)
	counterparties, err := keeper.NewQueryServer(m.Registry).ListedCounterparties(m.Ctx, &types.QueryListedCounterpartiesRequest{Bank: alpha})
	require.NoError(t, err)
	require.Len(t, counterparties.Counterparties, 1)
	m.same(t)
}

// No hold gets around the screening: neither a queued payment nor several coins at once.
func TestScreeningHasNoWayAround(t *testing.T) {
	m := newMoney(t)
	m.screen(t, "p1", screening(1_000))
	require.ErrorIs(t, m.Registry.AdmitPayment(m.Ctx, account(m.anna), account(m.berta), yen(1_000)), types.ErrScreened)
	require.NoError(t, m.Registry.AdmitPayment(m.Ctx, account(m.anna), account(m.berta), yen(999)))

	m.Fund(t, account(m.anna), sdk.NewInt64Coin(token, 5))
	both := sdk.NewCoins(yen(1_000), sdk.NewInt64Coin(token, 5))
	require.ErrorIs(t, m.Bank.SendCoins(m.Ctx, account(m.anna), account(m.berta), both), types.ErrScreened)
	require.NoError(t, m.Bank.SendCoins(m.Ctx, account(m.anna), account(m.berta), sdk.NewCoins(sdk.NewInt64Coin(token, 5))))

	// A payer who has less than it pays gets told so, and no hold.
	require.NoError(t, m.Pay(m.anna, m.arno, 999))
	require.ErrorContains(t, m.Pay(m.anna, m.berta, 9_500), "insufficient funds")
	require.Empty(t, m.waiting(t))
	require.ErrorIs(t, m.Close(alpha, m.anna), types.ErrAccountInUse)
}
