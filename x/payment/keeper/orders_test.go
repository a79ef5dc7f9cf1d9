package keeper_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// orderly is a suite whose ann has an order key of each type: "ed", "r1" and "k1".
type orderly struct {
	*suite

	ed  ed25519.PrivKey
	r1  *secp256r1.PrivKey
	k1  *secp256k1.PrivKey
	own *secp256k1.PrivKey
}

func newOrderly(t testing.TB) *orderly {
	t.Helper()
	o := &orderly{
		suite: newSuite(t), ed: ed25519.GenPrivKeyFromSecret([]byte("ed")), k1: secp256k1.GenPrivKeyFromSecret([]byte("k1")),
		own: keepertest.Key("ann"),
	}
	var err error
	o.r1, err = secp256r1.GenPrivKey()
	require.NoError(t, err)
	o.setKeys(t,
		registrytypes.OrderKey{Id: "ed", Type: registrytypes.OrderKeyTypeEd25519, PublicKey: o.ed.PubKey().Bytes()},
		registrytypes.OrderKey{Id: "k1", Type: registrytypes.OrderKeyTypeSecp256k1, PublicKey: o.k1.PubKey().Bytes()},
		registrytypes.OrderKey{Id: "r1", Type: registrytypes.OrderKeyTypeSecp256r1, PublicKey: o.r1.PubKey().Bytes()},
	)
	return o
}

func (o *orderly) setKeys(t testing.TB, keys ...registrytypes.OrderKey) {
	t.Helper()
	_, err := o.RegistryMsgs.ReplaceOrderKeys(o.Ctx, &registrytypes.MsgReplaceOrderKeys{Holder: o.ann, OrderKeys: keys})
	require.NoError(t, err)
}

// order pays bob of ann's, signed by the key with the id; without one by that of ann's address.
func (o *orderly) order(t require.TestingT, nonce, amount uint64, keyID string) types.SignedPaymentOrder {
	order := types.PaymentOrder{
		Payer: sdk.MustAccAddressFromBech32(o.ann), Payee: sdk.MustAccAddressFromBech32(o.bob), Amount: amount,
		ExpiresAt: uint64(o.Ctx.BlockTime().Add(time.Hour).Unix()), Nonce: nonce, KeyId: keyID,
	}
	if keyID == "" {
		order.PublicKey = o.own.PubKey().Bytes()
	}
	return o.signed(t, order, o.Ctx.ChainID())
}

func (o *orderly) signed(t require.TestingT, order types.PaymentOrder, chainID string) types.SignedPaymentOrder {
	keys := map[string]interface {
		Sign(message []byte) ([]byte, error)
	}{"ed": o.ed, "r1": o.r1, "k1": o.k1, "": o.own}
	signature, err := keys[order.KeyId].Sign(order.SignBytes(chainID, registrytypes.YenDenom))
	require.NoError(t, err)
	return types.SignedPaymentOrder{Order: order, Signature: signature}
}

// bring sends a bundle by alpha's gateway and returns the error of each order, as a registered error or nil.
func (o *orderly) bring(t require.TestingT, orders ...types.SignedPaymentOrder) []error {
	results, err := o.bundle("alpha", orders...)
	require.NoError(t, err)
	failures := make([]error, len(results))
	for i, result := range results {
		if result.Code != 0 {
			failures[i] = errorsmod.ABCIError(result.Codespace, result.Code, "")
		}
	}
	return failures
}

func (o *orderly) bundle(organization string, orders ...types.SignedPaymentOrder) (results []types.OrderResult, err error) {
	err = o.Do(func(ctx context.Context) error {
		response, err := o.msgs.ExecuteOrders(ctx, &types.MsgExecuteOrders{
			Gateway: moneytest.Operator(organization, "gateway"), Orders: orders,
		})
		if err == nil {
			results = response.Results
		}
		return err
	})
	return results, err
}

func TestOrdersOfEveryKey(t *testing.T) {
	o := newOrderly(t)
	full := o.order(t, 5, 50, "ed")
	full.Order.Reference, full.Order.Invoice = "P-5", "INV-5"
	full = o.signed(t, full.Order, o.Ctx.ChainID())
	require.Equal(t, []error{nil, nil, nil, nil, nil}, o.bring(t,
		o.order(t, 1, 10, "ed"), o.order(t, 2, 20, "r1"), o.order(t, 3, 30, "k1"), o.order(t, 4, 40, ""), full))
	require.Equal(t, []int64{550, 450}, []int64{o.Balance(o.ann), o.Balance(o.bob)})
	record, err := o.keeper.GetPayment(o.Ctx, full.Order.Payer, "P-5")
	require.NoError(t, err)
	require.Equal(t, types.PaymentMethodOrder, record.Method)
	keepertest.RequireEvent(t, o.Ctx, &types.EventPaymentMade{
		Payer: o.ann, Payee: o.bob, Amount: moneytest.Yen(50), Fee: record.Fee, Reference: "P-5", Invoice: "INV-5", Method: types.PaymentMethodOrder, Nonce: 5,
	})
	next, err := o.queries.OrderNonces(o.Ctx, &types.QueryOrderNoncesRequest{Payer: o.ann})
	require.NoError(t, err)
	require.EqualValues(t, 6, next.Next)
	signBytes, err := o.queries.OrderBytes(o.Ctx, &types.QueryOrderBytesRequest{Order: full.Order})
	require.NoError(t, err)
	require.Equal(t, full.Order.SignBytes(o.Ctx.ChainID(), registrytypes.YenDenom), signBytes.SignBytes)
	usages, err := o.queries.Usages(o.Ctx, &types.QueryUsagesRequest{Organization: "alpha"})
	require.NoError(t, err)
	require.EqualValues(t, 5, usages.Usages[0].OrdersPaid)
	require.Zero(t, usages.Usages[0].OrdersFailed)
}

// An order of an address that is no account leaves no trace: its nonce is free when a bank has opened the account.
func TestOrderOfNobody(t *testing.T) {
	o := newOrderly(t)
	order := o.order(t, 1, 10, "")
	o.own = keepertest.Key("nobody")
	order.Order.Payer, order.Order.PublicKey = sdk.AccAddress(o.own.PubKey().Address()), o.own.PubKey().Bytes()
	order = o.signed(t, order.Order, o.Ctx.ChainID())
	before, err := o.keeper.ExportGenesis(o.Ctx)
	require.NoError(t, err)
	require.ErrorIs(t, o.bring(t, order)[0], registrytypes.ErrAccountNotFound)
	refused := o.Ctx.EventManager().Events()
	parsed, err := sdk.ParseTypedEvent(refused.ToABCIEvents()[len(refused)-1])
	require.NoError(t, err)
	require.False(t, parsed.(*types.EventOrderRefused).NonceUsed)
	after, err := o.keeper.ExportGenesis(o.Ctx)
	require.NoError(t, err)
	require.Equal(t, before.OrderNonces, after.OrderNonces)
	nonces, err := o.queries.OrderNonces(o.Ctx, &types.QueryOrderNoncesRequest{Payer: sdk.AccAddress(order.Order.Payer).String()})
	require.NoError(t, err)
	require.EqualValues(t, 1, nonces.Next)
}

// An order is paid once, whoever brings it again, together or apart, then or later.
func TestOrderReplay(t *testing.T) {
	o := newOrderly(t)
	order := o.order(t, 1, 10, "ed")
	failures := o.bring(t, order, order)
	require.NoError(t, failures[0])
	require.ErrorIs(t, failures[1], types.ErrNonceUsed)
	o.NextBlock(time.Second)
	results, err := o.bundle("beta", order)
	require.NoError(t, err)
	require.Equal(t, types.ErrNonceUsed.ABCICode(), results[0].Code)
	other := o.order(t, 1, 11, "r1")
	require.ErrorIs(t, o.bring(t, other)[0], types.ErrNonceUsed, "another order and key, the same nonce")
	require.EqualValues(t, 310, o.Balance(o.bob))
}

// New keys open no used nonce again, and an old key signs nothing any more, not even under its old id.
func TestOrderAfterKeyChange(t *testing.T) {
	o := newOrderly(t)
	before, unused := o.order(t, 1, 10, "ed"), o.order(t, 2, 10, "ed")
	require.Equal(t, []error{nil}, o.bring(t, before))
	old := o.ed
	o.ed = ed25519.GenPrivKeyFromSecret([]byte("new"))
	o.setKeys(t, registrytypes.OrderKey{Id: "ed", Type: registrytypes.OrderKeyTypeEd25519, PublicKey: o.ed.PubKey().Bytes()})
	require.ErrorIs(t, o.bring(t, unused)[0], types.ErrBadSignature)
	require.ErrorIs(t, o.bring(t, o.order(t, 2, 10, "k1"))[0], registrytypes.ErrOrderKeyNotFound)
	require.ErrorIs(t, o.bring(t, o.order(t, 1, 10, "ed"))[0], types.ErrNonceUsed)
	require.NoError(t, o.bring(t, o.order(t, 2, 10, "ed"))[0])
	o.ed = old
	require.ErrorIs(t, o.bring(t, o.order(t, 3, 10, "ed"))[0], types.ErrBadSignature)
}

// Whatever a gateway changes in an order, it is not paid, and the payer's nonce stays free for the true one.
func TestOrderForgedByTheGateway(t *testing.T) {
	o := newOrderly(t)
	mallory := sdk.MustAccAddressFromBech32(o.Open(t, "alpha", "mallory"))
	for name, forge := range map[string]func(*types.SignedPaymentOrder){
		"payee":        func(s *types.SignedPaymentOrder) { s.Order.Payee = mallory },
		"amount":       func(s *types.SignedPaymentOrder) { s.Order.Amount++ },
		"denom":        func(s *types.SignedPaymentOrder) { s.Order.Denom = "other" },
		"reference":    func(s *types.SignedPaymentOrder) { s.Order.Reference = "X" },
		"invoice":      func(s *types.SignedPaymentOrder) { s.Order.Reference, s.Order.Invoice = "R", "X" },
		"memo hash":    func(s *types.SignedPaymentOrder) { s.Order.MemoHash = make([]byte, 32) },
		"max fee":      func(s *types.SignedPaymentOrder) { s.Order.MaxFee++ },
		"expires at":   func(s *types.SignedPaymentOrder) { s.Order.ExpiresAt++ },
		"nonce":        func(s *types.SignedPaymentOrder) { s.Order.Nonce++ },
		"key":          func(s *types.SignedPaymentOrder) { s.Order.KeyId = "r1" },
		"signature":    func(s *types.SignedPaymentOrder) { s.Signature[0] ^= 1 },
		"no signature": func(s *types.SignedPaymentOrder) { s.Signature = nil },
	} {
		forged := o.order(t, 1, 10, "ed")
		forge(&forged)
		require.ErrorIs(t, o.bring(t, forged)[0], types.ErrBadSignature, name)
	}
	// Nor does the gateway's own key make an order of somebody else's account.
	forged := o.order(t, 1, 10, "")
	key := keepertest.Key("mallory")
	forged.Order.PublicKey = key.PubKey().Bytes()
	var err error
	forged.Signature, err = key.Sign(forged.Order.SignBytes(o.Ctx.ChainID(), registrytypes.YenDenom))
	require.NoError(t, err)
	require.ErrorIs(t, o.bring(t, forged)[0], types.ErrBadSignature)
	_, err = o.bundle("alpha")
	require.ErrorIs(t, err, types.ErrTooManyOrders)
	_, err = o.msgs.ExecuteOrders(o.Ctx, &types.MsgExecuteOrders{Gateway: moneytest.Operator("alpha", "maker"), Orders: []types.SignedPaymentOrder{forged}})
	require.ErrorIs(t, err, membershiptypes.ErrRoleMissing)

	require.NoError(t, o.bring(t, o.order(t, 1, 10, "ed"))[0], "the payer's own order passes after all of them")
}

func TestOrderExpired(t *testing.T) {
	o := newOrderly(t)
	order := o.order(t, 1, 10, "ed")
	o.NextBlock(time.Hour)
	require.ErrorIs(t, o.bring(t, order)[0], types.ErrOrderExpired)
	require.NoError(t, o.bring(t, o.order(t, 1, 10, "ed"))[0], "its nonce is still free")
}

// An order for one zone is none for another: the chain id is signed, and so is which coins are the zone's yen.
func TestOrderFromAnotherZone(t *testing.T) {
	o := newOrderly(t)
	order := o.signed(t, o.order(t, 1, 10, "ed").Order, "retail-1")
	require.ErrorIs(t, o.bring(t, order)[0], types.ErrBadSignature)
	signature, err := o.ed.Sign(order.Order.SignBytes(o.Ctx.ChainID(), "ibc/VOUCHER"))
	require.NoError(t, err)
	order.Signature = signature
	require.ErrorIs(t, o.bring(t, order)[0], types.ErrBadSignature)
}

// An order of its payer has one outcome for good; the others of the bundle have theirs.
func TestFailedOrderUsesItsNonce(t *testing.T) {
	o := newOrderly(t)
	failures := o.bring(t, o.order(t, 1, 10, "ed"), o.order(t, 2, 100_000, "ed"), o.order(t, 3, 30, "ed"))
	require.NoError(t, errors.Join(failures[0], failures[2]))
	require.ErrorIs(t, failures[1], sdkerrors.ErrInsufficientFunds)
	require.EqualValues(t, 340, o.Balance(o.bob))
	codespace, code, _ := errorsmod.ABCIInfo(failures[1], false)
	var told *types.EventOrderRefused
	for _, event := range o.Ctx.EventManager().Events() {
		if parsed, err := sdk.ParseTypedEvent(sdk.Events{event}.ToABCIEvents()[0]); err == nil {
			if refused, is := parsed.(*types.EventOrderRefused); is {
				told = refused
			}
		}
	}
	require.NotNil(t, told)
	require.Contains(t, told.Error, "insufficient funds")
	told.Error = ""
	require.Equal(t, &types.EventOrderRefused{Payer: o.ann, Nonce: 2, Index: 1, Codespace: codespace, Code: code, NonceUsed: true}, told)
	o.Issue(t, "alpha", o.ann, 200_000, "more")
	require.ErrorIs(t, o.bring(t, o.order(t, 2, 100_000, "ed"))[0], types.ErrNonceUsed, "not next week either")
}

func TestOrderQuotas(t *testing.T) {
	o := newOrderly(t)
	params := types.DefaultParams()
	params.BundleOrdersMax, params.PayerOrdersPerBlock, params.GatewayOrdersPerBlock = 4, 3, 6
	_, err := o.msgs.UpdateParams(o.Ctx, &types.MsgUpdateParams{Authority: o.Authority, Params: params})
	require.NoError(t, err)
	orders := make([]types.SignedPaymentOrder, 7)
	for i := range orders {
		orders[i] = o.order(t, uint64(i+1), 1, "ed")
	}
	_, err = o.bundle("alpha", orders[:5]...)
	require.ErrorIs(t, err, types.ErrTooManyOrders)
	failures := o.bring(t, orders[:4]...)
	require.NoError(t, errors.Join(failures[:3]...))
	require.ErrorIs(t, failures[3], types.ErrTooManyOrders, "of one payer")
	_, err = o.bundle("alpha", orders[4:7]...)
	require.ErrorIs(t, err, types.ErrTooManyOrders, "of one gateway, failed ones too")
	results, err := o.bundle("beta", orders[4])
	require.NoError(t, err)
	require.Equal(t, types.ErrTooManyOrders.ABCICode(), results[0].Code, "another gateway does not help the payer")
	o.NextBlock(time.Second)
	require.Equal(t, []error{nil, nil, nil}, o.bring(t, orders[3:6]...), "what was over a quota may come again")
}

// The window belongs to the address: closing the account forgets nothing, and neither does an export.
func TestNoncesOutliveTheAccountAndTheChain(t *testing.T) {
	o := newOrderly(t)
	require.NoError(t, o.bring(t, o.order(t, 9, 700, "ed"))[0])
	state, err := o.keeper.ExportGenesis(o.Ctx)
	require.NoError(t, err)
	require.NoError(t, state.Validate())
	require.NoError(t, o.Close("alpha", o.ann))
	after, err := o.keeper.ExportGenesis(o.Ctx)
	require.NoError(t, err)
	require.Equal(t, state, after)

	fresh := newEmpty(t)
	err = fresh.keeper.InitGenesis(fresh.Ctx, state)
	require.ErrorIs(t, err, registrytypes.ErrAccountNotFound, "nonces of nobody")
	accounts, err := o.Registry.ExportGenesis(o.Ctx)
	require.NoError(t, err)
	require.NoError(t, fresh.Registry.InitGenesis(fresh.Ctx, *accounts))
	require.NoError(t, fresh.keeper.InitGenesis(fresh.Ctx, state))
	again, err := fresh.keeper.ExportGenesis(fresh.Ctx)
	require.NoError(t, err)
	require.Equal(t, state, again)
}

// Beside a ledger on paper: whatever bundles come, true and forged, each true order is paid at most once and at its amount,
// whatever is not paid moves nothing, gas does not depend on who signed badly, and the books add up.
func TestOrdersBesideALedger(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := newOrderly(t)
		used, ann, bob := map[uint64]bool{}, o.Balance(o.ann), o.Balance(o.bob)
		var paid, failed uint64
		for range rapid.IntRange(1, 8).Draw(r, "bundles") {
			var orders []types.SignedPaymentOrder
			var want []bool
			for range rapid.IntRange(1, 6).Draw(r, "orders") {
				nonce, amount := rapid.Uint64Range(1, 12).Draw(r, "nonce"), rapid.Uint64Range(1, 300).Draw(r, "amount")
				order := o.order(r, nonce, amount, rapid.SampledFrom([]string{"ed", "r1", "k1", ""}).Draw(r, "key"))
				forged := rapid.IntRange(0, 4).Draw(r, "forged") == 0
				if forged {
					order.Order.Amount++
				}
				orders = append(orders, order)
				passes := !forged && !used[nonce]
				if passes {
					used[nonce] = true
					if passes = int64(amount) <= ann; passes {
						ann, bob = ann-int64(amount), bob+int64(amount)
					}
				}
				want = append(want, passes)
			}
			for i, failure := range o.bring(r, orders...) {
				require.Equal(r, want[i], failure == nil, fmt.Sprint(i, failure))
				if failure == nil {
					paid++
				} else {
					failed++
				}
			}
			require.Equal(r, []int64{ann, bob}, []int64{o.Balance(o.ann), o.Balance(o.bob)})
		}
		usages, err := o.queries.Usages(o.Ctx, &types.QueryUsagesRequest{Organization: "alpha"})
		require.NoError(r, err)
		require.Equal(r, []uint64{paid, failed, paid}, []uint64{usages.Usages[0].OrdersPaid, usages.Usages[0].OrdersFailed, usages.Usages[0].PaymentsSent})
	})
}

// BenchmarkOrders is what orders cost in bundles of 1,000, each signed, beside plain payments without signatures.
func BenchmarkOrders(b *testing.B) {
	o := newOrderly(b)
	o.Issue(b, "alpha", o.ann, 900_000, "more")
	params := types.DefaultParams()
	params.PayerOrdersPerBlock = 1_000
	_, err := o.msgs.UpdateParams(o.Ctx, &types.MsgUpdateParams{Authority: o.Authority, Params: params})
	require.NoError(b, err)
	const orders = 1_000
	for _, key := range []string{"ed", "k1", "r1"} {
		b.Run(key, func(b *testing.B) {
			bundle := make([]types.SignedPaymentOrder, orders)
			for i := range bundle {
				bundle[i] = o.order(b, uint64(i+1), 1, key)
			}
			var spent time.Duration
			b.ResetTimer()
			for b.Loop() {
				ctx, _ := o.Ctx.CacheContext()
				begin := b.Elapsed()
				response, err := o.msgs.ExecuteOrders(ctx, &types.MsgExecuteOrders{Gateway: moneytest.Operator("alpha", "gateway"), Orders: bundle})
				spent += b.Elapsed() - begin
				require.NoError(b, err)
				require.Zero(b, response.Results[orders-1].Code)
			}
			b.ReportMetric(float64(spent.Microseconds())/float64(b.N)/orders, "µs/order")
		})
	}
}
