package bank_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/payment/bank"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var errRefused = errors.New("refused")

type sender interface {
	SendCoins(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error
}

// Whatever is sent, x/bank by itself and this keeper say the same, tell the same and leave the same state, to the app hash.
func TestAsBank(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ours, theirs := keepertest.New(t, keepertest.Options{}), keepertest.New(t, keepertest.Options{})
		names := []string{"ann", "bob", "cho", "dan"}
		for _, f := range []*keepertest.Fixture{ours, theirs} {
			f.Fund(t, keepertest.Address("ann"), sdk.NewInt64Coin("jpy", 1_000))
			f.Fund(t, keepertest.Address("bob"), sdk.NewInt64Coin("points", 50))
		}
		restrict := func(_ context.Context, _, to sdk.AccAddress, amount sdk.Coins) (sdk.AccAddress, error) {
			switch {
			case amount.AmountOf("jpy").Equal(math.NewInt(13)):
				return nil, errRefused
			case amount.AmountOf("jpy").Equal(math.NewInt(14)):
				return keepertest.Address("dan"), nil
			}
			return to, nil
		}
		ours.Bank.AppendSendRestriction(restrict)
		theirs.Bare.AppendSendRestriction(restrict)
		for range rapid.IntRange(1, 20).Draw(r, "sends") {
			from, to := keepertest.Address(rapid.SampledFrom(names).Draw(r, "from")), keepertest.Address(rapid.SampledFrom(names).Draw(r, "to"))
			coins := sdk.Coins{{Denom: rapid.SampledFrom([]string{"jpy", "points", "", "yen/1"}).Draw(r, "denom"), Amount: math.NewInt(
				rapid.OneOf(rapid.Int64Range(-1, 20), rapid.Int64Range(1, 1_100), rapid.Just(int64(1_000))).Draw(r, "amount"))}}
			if rapid.IntRange(0, 4).Draw(r, "both") == 0 {
				coins = sdk.NewCoins(sdk.NewInt64Coin("jpy", 1), sdk.NewInt64Coin("points", 2))
			}
			got, want := do(ours, ours.Bank, from, to, coins), do(theirs, theirs.Bare, from, to, coins)
			require.Equal(r, want.text, got.text)
			require.Equal(r, want.events, got.events)
		}
		require.Equal(r, theirs.MultiStore.Commit(), ours.MultiStore.Commit())
	})
}

// Whatever is sent by MsgSend, x/bank's message server and ours say the same, tell the same and leave the same state, to the app hash.
func TestSendAsBank(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ours, theirs := keepertest.New(t, keepertest.Options{ModuleAccounts: map[string][]string{"shop": nil}}), keepertest.New(t, keepertest.Options{ModuleAccounts: map[string][]string{"shop": nil}})
		for _, f := range []*keepertest.Fixture{ours, theirs} {
			f.Fund(t, keepertest.Address("ann"), sdk.NewInt64Coin("jpy", 1_000), sdk.NewInt64Coin("points", 9))
			f.Bare.SetSendEnabled(f.Ctx, "points", false)
		}
		addresses := []string{
			keepertest.Address("ann").String(), keepertest.Address("bob").String(), authtypes.NewModuleAddress("shop").String(), "azu1", "",
		}
		servers := []banktypes.MsgServer{
			bank.NewMsgServer(bankkeeper.NewMsgServerImpl(ours.Bank.BaseKeeper), ours.Bank), bankkeeper.NewMsgServerImpl(theirs.Bare),
		}
		for range rapid.IntRange(1, 12).Draw(r, "sends") {
			send := &banktypes.MsgSend{
				FromAddress: rapid.SampledFrom(addresses).Draw(r, "from"), ToAddress: rapid.SampledFrom(addresses).Draw(r, "to"),
				Amount: sdk.Coins{{
					Denom:  rapid.SampledFrom([]string{"jpy", "jpy", "points", ""}).Draw(r, "denom"),
					Amount: math.NewInt(rapid.OneOf(rapid.Int64Range(-1, 20), rapid.Just(int64(1_001))).Draw(r, "amount")),
				}},
			}
			var outcomes [2]outcome
			for i, f := range []*keepertest.Fixture{ours, theirs} {
				outcomes[i] = doing(f, func(ctx context.Context) error { _, err := servers[i].Send(ctx, send); return err })
			}
			require.Equal(r, outcomes[1], outcomes[0])
		}
		require.Equal(r, theirs.MultiStore.Commit(), ours.MultiStore.Commit())
	})
}

type outcome struct {
	text   string
	events sdk.Events
}

func do(f *keepertest.Fixture, through sender, from, to sdk.AccAddress, coins sdk.Coins) outcome {
	return doing(f, func(ctx context.Context) error { return through.SendCoins(ctx, from, to, coins) })
}

func doing(f *keepertest.Fixture, send func(ctx context.Context) error) (o outcome) {
	f.Ctx = f.Ctx.WithEventManager(sdk.NewEventManager())
	err := f.Do(send)
	if err != nil {
		o.text = err.Error()
	}
	o.events = f.Ctx.EventManager().Events()
	return o
}

func TestEventsOfACause(t *testing.T) {
	f := keepertest.New(t, keepertest.Options{})
	ann, bob := keepertest.Address("ann"), keepertest.Address("bob")
	f.Fund(t, ann, sdk.NewInt64Coin("jpy", 10))
	f.Ctx = f.Ctx.WithEventManager(sdk.NewEventManager())
	require.NoError(t, f.Bank.SendCoins(registrytypes.WithCause(f.Ctx, registrytypes.Cause{Events: registrytypes.TransferEvent}), ann, bob, sdk.NewCoins(sdk.NewInt64Coin("jpy", 3))))
	require.Equal(t, sdk.Events{sdk.NewEvent("transfer", sdk.NewAttribute("recipient", bob.String()),
		sdk.NewAttribute("sender", ann.String()), sdk.NewAttribute("amount", "3jpy"))}, f.Ctx.EventManager().Events())
	require.ErrorIs(t, f.Bank.SendCoins(f.Ctx, ann, bob, sdk.NewCoins(sdk.NewInt64Coin("jpy", 8))), sdkerrors.ErrInsufficientFunds)
}

// Restrictions are asked in their order, and those that are cleared are not asked.
func TestRestrictions(t *testing.T) {
	f := keepertest.New(t, keepertest.Options{})
	ann := keepertest.Address("ann")
	f.Fund(t, ann, sdk.NewInt64Coin("jpy", 10))
	var asked []string
	restriction := func(name string) func(context.Context, sdk.AccAddress, sdk.AccAddress, sdk.Coins) (sdk.AccAddress, error) {
		return func(_ context.Context, _, to sdk.AccAddress, _ sdk.Coins) (sdk.AccAddress, error) {
			asked = append(asked, name)
			return to, nil
		}
	}
	f.Bank.AppendSendRestriction(restriction("second"))
	f.Bank.PrependSendRestriction(restriction("first"))
	coins := sdk.NewCoins(sdk.NewInt64Coin("jpy", 1))
	require.NoError(t, f.Bank.SendCoins(f.Ctx, ann, ann, coins))
	require.NoError(t, f.Bank.BaseKeeper.SendCoins(f.Ctx, ann, ann, coins))
	require.Equal(t, []string{"first", "second", "first", "second"}, asked)
	f.Bank.ClearSendRestriction()
	require.NoError(t, f.Bank.SendCoins(f.Ctx, ann, ann, coins))
	require.Len(t, asked, 4)
}
