package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// InitGenesis writes a validated genesis into an empty store.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	for _, recall := range state.Recalls {
		if err := k.add(ctx, recall); err != nil {
			return err
		}
	}
	for _, payment := range state.Payments {
		if err := k.restorePayment(ctx, payment); err != nil {
			return err
		}
	}
	for _, nonces := range state.OrderNonces {
		if err := k.restoreOrderNonces(ctx, nonces); err != nil {
			return err
		}
	}
	for _, load := range state.GatewayLoads {
		if err := setAt(ctx, k.gatewayLoads, load.Gateway, load); err != nil {
			return err
		}
	}
	for _, usage := range state.Usages {
		if err := k.usages.Set(ctx, collections.Join(usage.Month, usage.Organization), usage); err != nil {
			return err
		}
	}
	return k.initProducts(ctx, state)
}

// initProducts writes the state of payment products.
func (k *Keeper) initProducts(ctx context.Context, state types.GenesisState) error {
	for _, request := range state.Requests {
		if err := k.requests.add(ctx, request); err != nil {
			return err
		}
	}
	for _, mandate := range state.Mandates {
		if err := k.mandates.add(ctx, mandate); err != nil {
			return err
		}
	}
	for _, schedule := range state.Schedules {
		payer, err := registrytypes.ParseAddress(schedule.Payer)
		if err != nil {
			return err
		}
		if err := k.schedules.add(ctx, payer, schedule); err != nil {
			return err
		}
	}
	for _, consent := range state.Consents {
		if err := k.setConsent(ctx, consent); err != nil {
			return err
		}
	}
	for _, payment := range state.WaitingPayments {
		if err := k.consents.add(ctx, payment); err != nil {
			return err
		}
	}
	return nil
}

func setAt[V any](ctx context.Context, rows collections.Map[sdk.AccAddress, V], bech32 string, value V) error {
	address, err := registrytypes.ParseAddress(bech32)
	if err != nil {
		return err
	}
	return rows.Set(ctx, address, value)
}

// restoreOrderNonces returns an error unless the payer has an account.
func (k *Keeper) restoreOrderNonces(ctx context.Context, nonces types.OrderNonces) error {
	payer, err := registrytypes.ParseAddress(nonces.Payer)
	if err != nil {
		return err
	}
	err = k.registry.UpdateOrderNonces(ctx, payer, func(registrytypes.OrderNonces) (registrytypes.OrderNonces, error) { return nonces.Kept(), nil })
	return errorsmod.Wrap(err, "order nonces")
}

// ExportGenesis returns the whole state, in the order that Validate demands.
func (k *Keeper) ExportGenesis(ctx context.Context) (types.GenesisState, error) {
	var state types.GenesisState
	var err error
	if state.Params, err = k.params.Get(ctx); err != nil {
		return state, err
	}
	if state.Recalls, err = values(ctx, k.recalls); err != nil {
		return state, err
	}
	if state.Payments, err = values(ctx, k.payments); err != nil {
		return state, err
	}
	err = k.registry.IterateOrderNonces(ctx, func(payer sdk.AccAddress, kept registrytypes.OrderNonces) error {
		state.OrderNonces = append(state.OrderNonces, types.OrderNoncesOf(payer.String(), kept))
		return nil
	})
	if err != nil {
		return state, err
	}
	if state.GatewayLoads, err = values(ctx, k.gatewayLoads); err != nil {
		return state, err
	}
	if state.Usages, err = values(ctx, k.usages); err != nil {
		return state, err
	}
	if state.Requests, err = values(ctx, k.requests.requests); err != nil {
		return state, err
	}
	if state.Mandates, err = values(ctx, k.mandates.mandates); err != nil {
		return state, err
	}
	if state.Schedules, err = values(ctx, k.schedules.schedules); err != nil {
		return state, err
	}
	if state.Consents, err = values(ctx, k.consents.consents); err != nil {
		return state, err
	}
	state.WaitingPayments, err = values(ctx, k.consents.waiting)
	return state, err
}

// values returns the rows of a map in ascending order of key; nil for none.
func values[K, V any](ctx context.Context, rows collections.Map[K, V]) ([]V, error) {
	var all []V
	err := rows.Walk(ctx, nil, func(_ K, value V) (bool, error) {
		all = append(all, value)
		return false, nil
	})
	return all, err
}
