package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/internal/overlay"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// signatureGas is what verifying one signature costs, whatever it came with: as x/auth's default for secp256k1, and in proportion
// of measured times for the others.
var signatureGas = map[registrytypes.OrderKeyType]storetypes.Gas{ //nolint:exhaustive // the registry has no key of no type
	registrytypes.OrderKeyTypeEd25519:   600,
	registrytypes.OrderKeyTypeSecp256r1: 1_200,
	registrytypes.OrderKeyTypeSecp256k1: 1_000,
}

// bundle is the orders of one message on their way through the checks.
type bundle struct {
	keeper  *Keeper
	gateway string
	yen     string
	orders  []types.SignedPaymentOrder
	// failures are nil for orders that have passed so far.
	failures []error
	session  *overlay.Session
	// works are the orders' payments, one after the other.
	works *branch.Series
}

// executeOrders carries out the orders of a gateway of an organization, one after the other. Each succeeds or fails by itself.
func (k *Keeper) executeOrders(
	ctx context.Context, gateway, organization string, orders []types.SignedPaymentOrder,
) ([]types.OrderResult, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if len(orders) == 0 || len(orders) > int(params.BundleOrdersMax) {
		return nil, types.ErrTooManyOrders.Wrapf("expected a bundle of 1 to %d orders, got %d", params.BundleOrdersMax, len(orders))
	}
	if err := k.load(ctx, params, gateway, len(orders)); err != nil {
		return nil, err
	}
	b := &bundle{keeper: k, gateway: gateway, yen: k.registry.YenDenom(ctx), orders: orders, failures: make([]error, len(orders))}
	b.authenticate(ctx)
	var tally tally
	results, err := b.executeAll(ctx, params, &tally)
	if err != nil {
		return nil, err
	}
	failed := uint64(0)
	for _, result := range results {
		if result.Code != 0 {
			failed++
		}
	}
	tally.addOrders(organization, uint64(len(orders))-failed, failed)
	return results, k.count(ctx, &tally)
}

// executeAll carries out the orders in a session, because they have the banks' records in common, and each its accounts' several times.
func (b *bundle) executeAll(ctx context.Context, params types.Params, tally *tally) ([]types.OrderResult, error) {
	ctx, b.session = overlay.Begin(registrytypes.WithCauses(ctx))
	b.works = branch.NewSeries(ctx)
	results := make([]types.OrderResult, len(b.orders))
	for i := range b.orders {
		var err error
		if results[i], err = b.execute(ctx, params, i, tally); err != nil {
			return nil, err
		}
	}
	return results, b.session.Flush()
}

// load counts orders that a gateway brings, whatever becomes of them.
func (k *Keeper) load(ctx context.Context, params types.Params, gateway string, orders int) error {
	address, err := registrytypes.ParseAddress(gateway)
	if err != nil {
		return err
	}
	load, err := k.gatewayLoads.Get(ctx, address)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if height := sdk.UnwrapSDKContext(ctx).BlockHeight(); err != nil || load.Height != height {
		load = types.GatewayLoad{Gateway: gateway, Height: height}
	}
	if left := params.GatewayOrdersPerBlock - min(load.Count, params.GatewayOrdersPerBlock); orders > int(left) {
		return types.ErrTooManyOrders.Wrapf("expected at most %d more orders of this gateway in this block, got %d; bring them in the next one", left, orders)
	}
	load.Count += uint32(orders) //nolint:gosec // at most params.GatewayOrdersPerBlock
	return k.gatewayLoads.Set(ctx, address, load)
}

// authenticate fails the orders that their payers have not signed as they are. Signatures are verified together, before any
// order is carried out: orders change no keys.
func (b *bundle) authenticate(ctx context.Context) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	checks, of := make([]types.SignatureCheck, 0, len(b.orders)), make([]int, 0, len(b.orders))
	for i, signed := range b.orders {
		key, err := b.keyOf(ctx, signed.Order)
		if err != nil {
			b.failures[i] = err
			continue
		}
		sdkCtx.GasMeter().ConsumeGas(signatureGas[key.Type], "payment order signature")
		checks = append(checks, types.SignatureCheck{
			Type: key.Type, Key: key.PublicKey, Message: signed.Order.SignBytes(sdkCtx.ChainID(), b.yen), Signature: signed.Signature,
		})
		of = append(of, i)
	}
	for j, valid := range b.keeper.verified.verify(checks) {
		if !valid {
			b.failures[of[j]] = types.ErrBadSignature.Wrapf(
				"expected the signature of key %q of the payer over the order as it is, for chain %s; compare the bytes with query order-bytes",
				b.orders[of[j]].Order.KeyId, sdkCtx.ChainID())
		}
	}
}

// keyOf checks what needs no signature, and returns the key that must have signed.
func (b *bundle) keyOf(ctx context.Context, order types.PaymentOrder) (registrytypes.OrderKey, error) {
	if err := order.Validate(b.yen); err != nil {
		return registrytypes.OrderKey{}, err
	}
	if err := order.CheckTime(sdk.UnwrapSDKContext(ctx).BlockTime()); err != nil {
		return registrytypes.OrderKey{}, err
	}
	if order.KeyId != "" {
		return b.keeper.registry.OrderKey(ctx, order.Payer, order.KeyId)
	}
	if err := order.CheckOwnKey(); err != nil {
		return registrytypes.OrderKey{}, err
	}
	return registrytypes.OrderKey{Type: registrytypes.OrderKeyTypeSecp256k1, PublicKey: order.PublicKey}, nil
}

// execute carries out one order. An order of its payer uses up its nonce even if the payment fails, so that each order has one
// outcome for good; one that is not its payer's leaves no trace.
func (b *bundle) execute(ctx context.Context, params types.Params, i int, tally *tally) (types.OrderResult, error) {
	order := b.orders[i].Order
	if b.failures[i] != nil {
		return b.refuse(ctx, i, b.failures[i], false)
	}
	if err := b.keeper.useNonce(ctx, params, order); err != nil {
		// Nobody's order leaves no trace, either.
		if codespace, _, _ := errorsmod.ABCIInfo(err, false); codespace != types.ModuleName && !errors.Is(err, registrytypes.ErrAccountNotFound) {
			return types.OrderResult{}, err
		}
		return b.refuse(ctx, i, err, false)
	}
	b.session.Step()
	made, err := b.keeper.payUnder(b.works.Begin(), params.Fees, order.Payment(b.yen)) //nolint:contextcheck // it is ctx with the works' stores
	if err != nil {
		b.session.Undo()
		b.works.Drop()
		return b.refuse(ctx, i, err, true)
	}
	b.works.Keep()
	tally.add(made)
	return types.OrderResult{HoldId: made.HoldID}, nil
}

func (b *bundle) refuse(ctx context.Context, i int, failure error, nonceUsed bool) (types.OrderResult, error) {
	codespace, code, _ := errorsmod.ABCIInfo(failure, false)
	order := b.orders[i].Order
	return types.OrderResult{Codespace: codespace, Code: code}, event.Emit(ctx, &types.EventOrderRefused{
		Payer: sdk.AccAddress(order.Payer).String(), Nonce: order.Nonce, Reference: order.Reference, Index: uint32(i), //nolint:gosec // at most BundleOrdersMax
		Codespace: codespace, Code: code, Error: failure.Error(), NonceUsed: nonceUsed,
	})
}

// useNonce uses up the nonce of an order and counts it in its payer's block.
func (k *Keeper) useNonce(ctx context.Context, params types.Params, order types.PaymentOrder) error {
	payer := sdk.AccAddress(order.Payer)
	height := uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()) //nolint:gosec // never negative
	return k.registry.UpdateOrderNonces(ctx, payer, func(nonces registrytypes.OrderNonces) (registrytypes.OrderNonces, error) {
		used, err := types.UseNonce(nonces, order.Nonce)
		if err != nil {
			return nonces, err
		}
		if used.Height != height {
			used.Height, used.Count = height, 0
		}
		if used.Count >= params.PayerOrdersPerBlock {
			return nonces, types.ErrTooManyOrders.Wrapf("expected at most %d orders of %s in one block, got one more; bring it in the next one",
				params.PayerOrdersPerBlock, payer)
		}
		used.Count++
		return used, nil
	})
}
