package keeper_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

func TestPayment(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.pay(alice, akira, yen(600)))
	require.NoError(t, s.pay(alice, bob, yen(1_000), sdk.NewInt64Coin(token, 5)))
	require.Equal(t, int64(8_400), s.balance(alice))
	require.Equal(t, int64(1_600), s.spent(t, alice))
	require.Zero(t, s.spent(t, akira))
	require.Equal(t, []flow{{bankA, bankB, 1_000}}, s.flows, "nothing flows inside a bank")

	// A token that is not yen knows no limits and no banks.
	require.NoError(t, s.pay(alice, bob, sdk.NewInt64Coin(token, 45)))
	require.Equal(t, int64(1_600), s.spent(t, alice))
	require.Len(t, s.flows, 1)

	// A payment to oneself counts, and neither lifts the balance nor flows.
	s.setLimits(t, alice, limits(1_000, 3_000, 8_400))
	require.NoError(t, s.pay(alice, alice, yen(1_000)))
	require.Equal(t, int64(2_600), s.spent(t, alice))
	require.Len(t, s.flows, 1)
}

func TestPaymentRefused(t *testing.T) {
	hold, deposit := authtypes.NewModuleAddress(holdModule), authtypes.NewModuleAddress(depositModule)
	freeze := func(address sdk.AccAddress) func(require.TestingT, *suite) {
		return func(t require.TestingT, s *suite) { s.freeze(t, address) }
	}
	nothing := func(require.TestingT, *suite) {}
	tests := []struct {
		name     string
		prepare  func(t require.TestingT, s *suite)
		from, to sdk.AccAddress
		coins    sdk.Coins
		want     error
	}{
		{"frozen payer", freeze(alice), alice, akira, sdk.NewCoins(yen(1)), types.ErrAccountFrozen},
		{"frozen payee", freeze(alice), akira, alice, sdk.NewCoins(yen(1)), types.ErrAccountFrozen},
		{"frozen payer of tokens", freeze(alice), alice, akira, sdk.NewCoins(sdk.NewInt64Coin(token, 1)), types.ErrAccountFrozen},
		{"unknown payer", nothing, stranger, akira, sdk.NewCoins(yen(1)), types.ErrNotRegistered},
		{"unknown payee", nothing, alice, stranger, sdk.NewCoins(yen(1)), types.ErrNotRegistered},
		{"unknown payee of tokens", nothing, alice, stranger, sdk.NewCoins(sdk.NewInt64Coin(token, 1)), types.ErrNotRegistered},
		{"operator", nothing, alice, makerA, sdk.NewCoins(yen(1)), types.ErrNotRegistered},
		{"to the escrow", nothing, alice, escrow, sdk.NewCoins(yen(1)), types.ErrCauseMissing},
		{"from the escrow", nothing, escrow, alice, sdk.NewCoins(yen(1)), types.ErrCauseMissing},
		{"to a module", nothing, alice, hold, sdk.NewCoins(yen(1)), types.ErrCauseMissing},
		{"between modules", nothing, hold, deposit, sdk.NewCoins(yen(1)), types.ErrCauseMissing},
		{"above the payment limit", nothing, alice, akira, sdk.NewCoins(yen(1_001)), types.ErrLimitPerPayment},
		{"above it beside tokens", nothing, alice, akira, sdk.NewCoins(sdk.NewInt64Coin(token, 1), yen(1_001)), types.ErrLimitPerPayment},
		{"above it between denoms", nothing, alice, akira, sdk.NewCoins(sdk.NewInt64Coin("aaa", 1), yen(1_001), sdk.NewInt64Coin("zzz", 1)), types.ErrLimitPerPayment},
		{"above any balance", func(t require.TestingT, s *suite) {
			s.setLimits(t, alice, types.Limits{PerPayment: types.MaxLimit, PerDay: types.MaxLimit, Balance: types.MaxLimit})
		}, alice, akira, sdk.NewCoins(yen(10_001)), types.ErrLimitBalance},
		{"above the payee's balance limit", func(t require.TestingT, s *suite) {
			s.setLimits(t, akira, limits(1_000, 3_000, 10_999))
		}, alice, akira, sdk.NewCoins(yen(1_000)), types.ErrLimitBalance},
		{"above the day limit", func(t require.TestingT, s *suite) {
			s.setLimits(t, alice, limits(1_000, 999, 20_000))
		}, alice, akira, sdk.NewCoins(yen(1_000)), types.ErrLimitPerDay},
		{"what zones may pay", func(t require.TestingT, s *suite) {
			s.link(t, alice, types.Link{Zone: "retail", Status: types.LinkStatusPending, Limits: limits(0, 1_500, 0)},
				types.Link{Zone: "utility", Status: types.LinkStatusActive, Limits: limits(0, 501, 0)})
		}, alice, akira, sdk.NewCoins(yen(1_000)), types.ErrLimitPerDay},
		{
			"poor payer, own bank", func(t require.TestingT, s *suite) { s.empty(t, alice) },
			alice, akira, sdk.NewCoins(yen(1)), sdkerrors.ErrInsufficientFunds,
		},
		{"poor payer, other bank", func(t require.TestingT, s *suite) {
			s.empty(t, alice)
			s.flowErr = errors.New("asked the books first")
		}, alice, bob, sdk.NewCoins(yen(1)), sdkerrors.ErrInsufficientFunds},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSuite(t)
			// On both sides of yen in the order of denoms.
			s.Fund(t, alice, sdk.NewInt64Coin("aaa", 1), sdk.NewInt64Coin("zzz", 1))
			test.prepare(t, s)
			from, to := s.Bank.GetAllBalances(s.Ctx, test.from), s.Bank.GetAllBalances(s.Ctx, test.to)
			require.ErrorIs(t, s.pay(test.from, test.to, test.coins...), test.want)
			require.Equal(t, from, s.Bank.GetAllBalances(s.Ctx, test.from))
			require.Equal(t, to, s.Bank.GetAllBalances(s.Ctx, test.to))
			require.Zero(t, s.spent(t, test.from))
			require.Empty(t, s.flows)
		})
	}
}

func TestFlowRecorderRefuses(t *testing.T) {
	s := newSuite(t)
	s.flowErr = errors.New("cap reached")
	require.ErrorIs(t, s.pay(alice, bob, yen(1)), s.flowErr)
	require.NoError(t, s.pay(alice, akira, yen(1)))
}

func TestUnwiredRegistry(t *testing.T) {
	s := newBareSuite(t)
	s.open(t, bankA, alice)
	s.open(t, bankB, bob)
	s.Fund(t, alice, yen(10_000))

	// Without a source of yen no denom has limits.
	require.NoError(t, s.pay(alice, bob, yen(5_000)))
	require.Zero(t, s.spent(t, alice))
	require.NoError(t, s.move(types.Cause{Kind: types.CauseHoldCapture, Owner: alice}, alice, bob, yen(1)))
	require.NoError(t, s.move(types.Cause{Kind: types.CauseIssue}, alice, bob, yen(1)))

	// A zone whose channel is not open yet knows no yen either.
	s.registry.SetYen(types.FixedYen(""))
	require.NoError(t, s.pay(alice, bob, yen(1)))
}

func TestNoFlowRecorder(t *testing.T) {
	s := newBareSuite(t)
	s.registry.SetYen(types.FixedYen(types.YenDenom))
	s.open(t, bankA, alice)
	s.open(t, bankB, bob)
	s.Fund(t, alice, yen(100))
	require.ErrorIs(t, s.pay(alice, bob, yen(5)), types.ErrNoFlowRecorder)
	require.ErrorIs(t, s.pay(alice, stranger, yen(5)), types.ErrNotRegistered)
}

func TestSettersRunOnce(t *testing.T) {
	s := newSuite(t)
	require.Panics(t, func() { s.registry.SetYen(types.FixedYen("x")) })
	require.Panics(t, func() { s.registry.SetFlowRecorder(s) })
	require.Panics(t, func() { s.registry.SetAccountHooks(s) })
	require.Panics(t, func() { s.registry.SetCloseGuards(s) })
	require.Panics(t, func() {
		s.registry.SetReservedAddresses(func(context.Context, sdk.AccAddress) bool { return false })
	})
}

func TestDayEndsAtMidnightInJapan(t *testing.T) {
	s := newSuite(t)
	s.NextBlock(15*time.Hour - time.Second) // 23:59:59 in Japan
	for range 3 {
		require.NoError(t, s.pay(alice, akira, yen(1_000)))
	}
	require.ErrorIs(t, s.pay(alice, akira, yen(1)), types.ErrLimitPerDay)

	s.NextBlock(time.Second)
	require.Zero(t, s.spent(t, alice))
	require.NoError(t, s.pay(alice, akira, yen(1)))
	require.Equal(t, int64(1), s.spent(t, alice))
}

// Each cause, against an account in each status, at the limit of balance, and against an unknown address.
func TestCauses(t *testing.T) {
	hold, deposit := authtypes.NewModuleAddress(holdModule), authtypes.NewModuleAddress(depositModule)
	transfer := authtypes.NewModuleAddress(transferModule)
	type outcome struct{ active, frozen, full, unknown error }
	strict := outcome{nil, types.ErrAccountFrozen, types.ErrLimitBalance, types.ErrNotRegistered}
	payer := outcome{nil, types.ErrAccountFrozen, nil, types.ErrNotRegistered}
	always := outcome{}
	tests := []struct {
		name  string
		cause types.Cause
		from  sdk.AccAddress // nil: the account
		to    sdk.AccAddress // nil: the account
		want  outcome
	}{
		{"issue", types.Cause{Kind: types.CauseIssue}, deposit, nil, strict},
		{"place", types.Cause{Kind: types.CauseHoldPlace}, nil, hold, payer},
		{"release", types.Cause{Kind: types.CauseHoldRelease}, hold, nil, always},
		{"capture", types.Cause{Kind: types.CauseHoldCapture, Owner: akira}, hold, nil, strict},
		{"redeem", types.Cause{Kind: types.CauseRedeem}, hold, deposit, always},
		{"charge, paying zone", types.Cause{Kind: types.CauseCharge}, nil, escrow, payer},
		{"charge, receiving zone", types.Cause{Kind: types.CauseCharge}, transfer, nil, strict},
		{"discharge, paying zone", types.Cause{Kind: types.CauseDischarge}, nil, transfer, payer},
		{"discharge, receiving zone", types.Cause{Kind: types.CauseDischarge}, escrow, nil, outcome{unknown: types.ErrNotRegistered}},
		{"refund", types.Cause{Kind: types.CauseRefund}, escrow, nil, always},
		{
			"forced transfer from it",
			types.Cause{Kind: types.CauseForcedTransfer},
			nil, akira,
			outcome{unknown: types.ErrNotRegistered},
		},
		{
			"forced transfer to it",
			types.Cause{Kind: types.CauseForcedTransfer},
			akira, nil,
			outcome{frozen: types.ErrAccountFrozen, unknown: types.ErrNotRegistered},
		},
		{
			"no cause that exists",
			types.Cause{Kind: 99},
			escrow, nil,
			outcome{types.ErrCauseMissing, types.ErrCauseMissing, types.ErrCauseMissing, types.ErrCauseMissing},
		},
	}
	for _, test := range tests {
		try := func(t *testing.T, account sdk.AccAddress, want error, prepare func(s *suite)) {
			t.Helper()
			s := newSuite(t)
			from, to := test.from, test.to
			if from == nil {
				from = account
			} else {
				s.Fund(t, from, yen(1_500))
			}
			if to == nil {
				to = account
			}
			prepare(s)
			if from.Equals(stranger) {
				s.Fund(t, stranger, yen(1_500))
			}
			before := s.balance(to)
			err := s.move(test.cause, from, to, yen(1_500))
			if want != nil {
				require.ErrorIs(t, err, want)
				return
			}
			require.NoError(t, err)
			require.Equal(t, before+1_500, s.balance(to))
			require.Zero(t, s.spent(t, account), "only payments count in the day")
			require.Empty(t, s.flows)
		}
		t.Run(test.name, func(t *testing.T) {
			try(t, alice, test.want.active, func(*suite) {})
			try(t, alice, test.want.frozen, func(s *suite) { s.freeze(t, alice) })
			try(t, alice, test.want.full, func(s *suite) { s.setLimits(t, alice, limits(0, 0, 11_499)) })
			try(t, stranger, test.want.unknown, func(*suite) {})
		})
	}
}

func TestCaptureFlowsFromTheOwnersBank(t *testing.T) {
	s := newSuite(t)
	hold := authtypes.NewModuleAddress(holdModule)
	s.Fund(t, hold, yen(100), sdk.NewInt64Coin(token, 1))
	s.freeze(t, alice)
	capture := types.Cause{Kind: types.CauseHoldCapture, Owner: alice}
	require.NoError(t, s.move(capture, hold, bob, yen(30)), "a frozen owner cannot stop what it had agreed to")
	require.NoError(t, s.move(capture, hold, akira, yen(30)))
	require.NoError(t, s.move(capture, hold, bob, sdk.NewInt64Coin(token, 1)))
	require.Equal(t, []flow{{bankA, bankB, 30}}, s.flows)

	require.ErrorIs(t, s.move(types.Cause{Kind: types.CauseHoldCapture, Owner: stranger}, hold, bob, yen(1)), types.ErrNotRegistered)
	s.flowErr = errors.New("cap reached")
	require.ErrorIs(t, s.move(capture, hold, bob, yen(1)), s.flowErr)
}

func TestDischargeToClosedAccount(t *testing.T) {
	s := newSuite(t)
	s.Fund(t, escrow, yen(2))
	s.empty(t, alice)
	_, err := s.messages.CloseAccount(s.Ctx, &types.MsgCloseAccount{
		Operator: makerA.String(), Address: alice.String(), Reason: "x",
	})
	require.NoError(t, err)
	require.ErrorIs(t, s.move(types.Cause{Kind: types.CauseDischarge}, escrow, alice, yen(1)), types.ErrAccountClosed)
	require.ErrorIs(t, s.pay(akira, alice, yen(1)), types.ErrAccountClosed)
	require.NoError(t, s.move(types.Cause{Kind: types.CauseRefund}, escrow, alice, yen(1)), "a refund never fails")
}

// Units of assets are handed in by active accounts and taken back from all; yen is not.
func TestHandInAndRevoke(t *testing.T) {
	s := newSuite(t)
	module := authtypes.NewModuleAddress(depositModule)
	handIn, revoke := types.Cause{Kind: types.CauseHandIn}, types.Cause{Kind: types.CauseRevoke}
	unit := sdk.NewInt64Coin(token, 1)
	require.NoError(t, s.move(handIn, alice, module, unit))
	s.freeze(t, alice)
	require.ErrorIs(t, s.move(handIn, alice, module, unit), types.ErrAccountFrozen)
	require.ErrorIs(t, s.move(handIn, stranger, module, unit), types.ErrNotRegistered)
	require.NoError(t, s.move(revoke, alice, module, unit))
	for _, cause := range []types.Cause{handIn, revoke} {
		require.ErrorIs(t, s.move(cause, akira, module, yen(1)), types.ErrCauseMissing)
		require.ErrorIs(t, s.move(cause, akira, module, unit, yen(1)), types.ErrCauseMissing)
	}
	kind, err := s.registry.KindOf(s.Ctx, alice)
	require.NoError(t, err)
	require.Equal(t, types.AccountKindBusiness, kind)
	_, err = s.registry.KindOf(s.Ctx, stranger)
	require.ErrorIs(t, err, types.ErrAccountNotFound)
}

// Every way in which x/bank moves coins between addresses meets the restriction; minting and burning do not.
func TestEveryWayOfSending(t *testing.T) {
	s := newSuite(t)
	coins := sdk.NewCoins(yen(1))
	require.NoError(t, s.Bank.MintCoins(s.Ctx, depositModule, coins))
	require.ErrorIs(t, s.Bank.SendCoins(s.Ctx, alice, stranger, coins), types.ErrNotRegistered)
	require.ErrorIs(t, s.Bank.SendCoinsFromAccountToModule(s.Ctx, alice, depositModule, coins), types.ErrCauseMissing)
	require.ErrorIs(t, s.Bank.SendCoinsFromModuleToAccount(s.Ctx, depositModule, alice, coins), types.ErrCauseMissing)
	require.ErrorIs(t, s.Bank.SendCoinsFromModuleToModule(s.Ctx, depositModule, holdModule, coins), types.ErrCauseMissing)
	input := banktypes.Input{Address: alice.String(), Coins: coins}
	output := banktypes.Output{Address: stranger.String(), Coins: coins}
	require.ErrorIs(t, s.Bank.InputOutputCoins(s.Ctx, input, []banktypes.Output{output}), types.ErrNotRegistered)
	require.NoError(t, s.Bank.BurnCoins(s.Ctx, depositModule, coins))
}

func TestHugeAmountsDoNotOverflow(t *testing.T) {
	s := newSuite(t)
	huge := sdk.NewCoin(types.YenDenom, math.NewIntFromUint64(1<<63).Mul(math.NewIntFromUint64(1<<63)).MulRaw(4).MulRaw(1<<60))
	require.ErrorIs(t, s.pay(alice, akira, huge), types.ErrLimitPerPayment)
	require.ErrorIs(t, s.move(types.Cause{Kind: types.CauseIssue}, authtypes.NewModuleAddress(depositModule), alice, huge), types.ErrLimitBalance)
}

func TestCauseTravelsInTheContext(t *testing.T) {
	s := newSuite(t)
	require.Equal(t, types.Cause{}, types.CauseOf(s.Ctx))
	want := types.Cause{Kind: types.CauseHoldCapture, Owner: alice}
	ctx := types.WithCause(s.Ctx, want)
	require.Equal(t, want, types.CauseOf(ctx))
	cached, _ := sdk.UnwrapSDKContext(ctx).CacheContext()
	require.Equal(t, want, types.CauseOf(cached))
	require.Equal(t, types.Cause{}, types.CauseOf(s.Ctx), "the caller's own context stays without it")
}

// setLimits has an account of bank A get any limits.
func (s *suite) setLimits(t require.TestingT, address sdk.AccAddress, wanted types.Limits) {
	reference := s.reference()
	_, err := s.messages.RequestLimits(s.Ctx, &types.MsgRequestLimits{
		Operator: makerA.String(), Reference: reference, Address: address.String(), Limits: &wanted, Reason: "x",
	})
	require.NoError(t, err)
	s.approve(t, checkerA, reference)
}
