package keeper_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"
	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// screenAbove has alpha screen its customers' payments from an amount on.
func (s *products) screenAbove(t require.TestingT, amount int64) {
	_, err := s.RegistryMsgs.RequestPolicy(s.Ctx, &registrytypes.MsgRequestPolicy{
		Operator: moneytest.Operator("alpha", "maker"), Reference: "screening", Reason: "board",
		Policy: registrytypes.BankPolicy{Screening: &registrytypes.ScreeningRules{Amount: math.NewInt(amount), DecisionTime: time.Hour}},
	})
	require.NoError(t, err)
	_, err = s.RegistryMsgs.ApproveRequest(s.Ctx, &registrytypes.MsgApproveRequest{
		Operator: moneytest.Operator("alpha", "checker"), Reference: "screening",
	})
	require.NoError(t, err)
}

// otherDenom is a coin beside yen, of which ann and amy have some.
const otherDenom = "points"

// drawOrder is an order of one of the customers, by its own key, which pays, waits, is screened or fails, or is forged.
func (s *products) drawOrder(r *rapid.T) types.SignedPaymentOrder {
	name := rapid.SampledFrom([]string{"ann", "amy", "bob"}).Draw(r, "payer")
	payee := rapid.SampledFrom([]string{s.ann, s.amy, s.bob, s.collector, keepertest.Address("nobody").String()}).Draw(r, "payee")
	key := keepertest.Key(name)
	order := types.PaymentOrder{
		Payer: sdk.AccAddress(key.PubKey().Address()), Payee: sdk.MustAccAddressFromBech32(payee), PublicKey: key.PubKey().Bytes(),
		Amount: rapid.OneOf(rapid.Uint64Range(1, 900), rapid.Uint64Range(1, 9_000)).Draw(r, "amount"), MaxFee: 5,
		ExpiresAt: uint64(s.Ctx.BlockTime().Add(time.Hour).Unix()), Nonce: rapid.Uint64Range(1, 9).Draw(r, "nonce"),
		Reference: rapid.SampledFrom([]string{"", "", "P-1", "P-2"}).Draw(r, "reference"),
		Denom:     rapid.SampledFrom([]string{"", "", "", otherDenom}).Draw(r, "denom"),
	}
	signature, err := key.Sign(order.SignBytes(s.Ctx.ChainID(), registrytypes.YenDenom))
	require.NoError(r, err)
	if rapid.IntRange(0, 5).Draw(r, "forged") == 0 {
		order.Amount++
	}
	return types.SignedPaymentOrder{Order: order, Signature: signature}
}

// newMarket is a suite in whose zone anything can happen to an order.
func newMarket(t *testing.T, r *rapid.T, fee, screened int64, asks bool) *products {
	t.Helper()
	s := newProducts(t)
	for _, holder := range []string{s.ann, s.amy} {
		s.Fund(t, sdk.MustAccAddressFromBech32(holder), sdk.NewInt64Coin(otherDenom, 1_000))
	}
	s.takeFees(r, fee, types.FeePayerPayer)
	if screened > 0 {
		s.screenAbove(r, screened)
	}
	if asks {
		require.NoError(r, s.setConsent(s.bob, s.amy))
	}
	return s
}

// Orders have the same outcomes, events and state, to the hash, whether they come in one bundle, whose orders share decoded records, or
// each in one of its own.
func TestBundleAsSingleOrders(t *testing.T) {
	var paid, waiting, failed int
	rapid.Check(t, func(r *rapid.T) {
		fee, screened := rapid.Int64Range(0, 1).Draw(r, "fee")*3, rapid.SampledFrom([]int64{0, 600}).Draw(r, "screened")
		asks := rapid.Bool().Draw(r, "asks")
		together, apart := newMarket(t, r, fee, screened, asks), newMarket(t, r, fee, screened, asks)
		orders := rapid.SliceOfN(rapid.Custom(together.drawOrder), 1, 12).Draw(r, "orders")

		commit, commitApart := together.inOneBlock(), apart.inOneBlock()
		results, err := (&orderly{suite: together.suite}).bundle("alpha", orders...)
		require.NoError(r, err)
		for i, order := range orders {
			before := apart.othersState()
			single, err := (&orderly{suite: apart.suite}).bundle("alpha", order)
			require.NoError(r, err)
			require.Equal(r, single[0], results[i], i)
			switch {
			case results[i].Code != 0:
				failed++
				require.Equal(r, before, apart.othersState(), "a failed order leaves no trace but its nonce")
			case results[i].HoldId != 0:
				waiting++
			default:
				paid++
			}
		}
		wanted, wantedFlows := apart.told(r)
		told, flows := together.told(r)
		require.Equal(r, wanted, told)
		require.Equal(r, wantedFlows, flows)
		commit()
		commitApart()
		require.Equal(r, apart.MultiStore.Commit(), together.MultiStore.Commit())
	})
	require.Positive(t, paid)
	require.Positive(t, waiting)
	require.Positive(t, failed)
}

// inOneBlock lets what follows reach the stores together, in the order of their keys, as a block does.
func (s *products) inOneBlock() (commit func()) {
	var write func()
	s.Ctx, write = s.Ctx.CacheContext()
	return write
}

// othersState is a digest of what modules other than x/payment have, but for the nonces that the registry keeps for it.
func (s *products) othersState() string {
	digest := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s.Keys)) {
		if name == types.StoreKey {
			continue
		}
		records := s.Ctx.KVStore(s.Keys[name]).Iterator(nil, nil)
		for ; records.Valid(); records.Next() {
			value := records.Value()
			if name == registrytypes.StoreKey && bytes.HasPrefix(records.Key(), registrytypes.StandingsPrefix) {
				value = withoutNonces(value)
			}
			digest.Write(fmt.Appendf(nil, "%s %x %x\n", name, records.Key(), value))
		}
		_ = records.Close() // an iterator in memory
	}
	return hex.EncodeToString(digest.Sum(nil))
}

func withoutNonces(standing []byte) []byte {
	read, err := registrytypes.StandingValue.Decode(standing)
	if err != nil {
		panic(err)
	}
	read.Nonces = registrytypes.OrderNonces{}
	if standing, err = registrytypes.StandingValue.Encode(read); err != nil {
		panic(err)
	}
	return standing
}

// told are the events without the places of orders in their bundles, and what flows between banks come to, which a bundle tells together.
func (s *products) told(t require.TestingT) (list []sdk.Event, flows map[string]math.Int) {
	flows = map[string]math.Int{}
	for _, event := range s.Ctx.EventManager().Events() {
		parsed, err := sdk.ParseTypedEvent(sdk.Events{event}.ToABCIEvents()[0])
		if flow, is := parsed.(*clearingtypes.EventFlowSettled); err == nil && is {
			of := fmt.Sprint(flow.Cycle, flow.PayerBank, flow.PayeeBank, flow.SettledBy)
			if sum, found := flows[of]; found {
				flow.Amount = flow.Amount.Add(sum)
			}
			require.True(t, flow.Amount.IsPositive())
			flows[of] = flow.Amount
			continue
		}
		kept := sdk.NewEvent(event.Type)
		for _, attribute := range event.Attributes {
			if attribute.Key != "index" {
				kept.Attributes = append(kept.Attributes, attribute)
			}
		}
		list = append(list, kept)
	}
	return list, flows
}

// What a node remembers of signatures changes neither results, events, gas nor state: not for forgeries of what it has seen either.
func TestVerifiedAheadOrNot(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ahead, fresh := newMarket(t, r, 0, 0, false), newMarket(t, r, 0, 0, false)
		commit, commitFresh := ahead.inOneBlock(), fresh.inOneBlock()
		for range rapid.IntRange(1, 4).Draw(r, "bundles") {
			orders := rapid.SliceOfN(rapid.Custom(ahead.drawOrder), 1, 6).Draw(r, "orders")
			before := ahead.Ctx.EventManager().Events()
			require.NoError(r, ahead.keeper.VerifyAhead(ahead.Ctx, orders))
			require.Equal(r, before, ahead.Ctx.EventManager().Events(), "nothing is told ahead of the block")
			spoiled := rapid.IntRange(0, 3*len(orders)).Draw(r, "spoiled")
			if spoiled < len(orders) {
				orders[spoiled].Signature = append([]byte{}, orders[spoiled].Signature...)
				orders[spoiled].Signature[rapid.IntRange(0, 63).Draw(r, "byte")] ^= 1
			}
			var results [2][]types.OrderResult
			var gas [2]storetypes.Gas
			for i, one := range []*products{ahead, fresh} {
				one.Ctx = one.Ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
				var err error
				results[i], err = (&orderly{suite: one.suite}).bundle("alpha", orders...)
				require.NoError(r, err)
				gas[i] = one.Ctx.GasMeter().GasConsumed()
			}
			require.Equal(r, results[1], results[0])
			require.Equal(r, gas[1], gas[0])
			if spoiled < len(orders) {
				require.NotZero(r, results[0][spoiled].Code)
			}
		}
		require.Equal(r, fresh.Ctx.EventManager().Events(), ahead.Ctx.EventManager().Events())
		commit()
		commitFresh()
		require.Equal(r, fresh.MultiStore.Commit(), ahead.MultiStore.Commit())
	})
}

// A bundle that the block refuses for its size is not looked at.
func TestTooManyOrdersAreNotVerifiedAhead(t *testing.T) {
	s := newProducts(t)
	params := types.DefaultParams()
	params.BundleOrdersMax = 1
	_, err := s.msgs.UpdateParams(s.Ctx, &types.MsgUpdateParams{Authority: s.Membership.Authority(), Params: params})
	require.NoError(t, err)
	gas := storetypes.NewInfiniteGasMeter()
	orders := make([]types.SignedPaymentOrder, 2)
	for i := range orders {
		key := keepertest.Key("ann")
		orders[i].Order = types.PaymentOrder{
			Payer: sdk.MustAccAddressFromBech32(s.ann), Payee: sdk.MustAccAddressFromBech32(s.bob), Amount: 1, PublicKey: key.PubKey().Bytes(),
			ExpiresAt: uint64(s.Ctx.BlockTime().Add(time.Hour).Unix()), Nonce: uint64(i + 1),
		}
		orders[i].Signature, err = key.Sign(orders[i].Order.SignBytes(s.Ctx.ChainID(), registrytypes.YenDenom))
		require.NoError(t, err)
	}
	require.NoError(t, s.keeper.VerifyAhead(s.Ctx.WithGasMeter(gas), orders[:1]))
	one := gas.GasConsumed()
	require.NoError(t, s.keeper.VerifyAhead(s.Ctx.WithGasMeter(gas), orders))
	require.Less(t, gas.GasConsumed()-one, one, "no signature is paid for")
}
