package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/azukari-network/azukari/x/deposit/types"
)

// InitGenesis writes a validated genesis into an empty store.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	for _, order := range state.Orders {
		if err := k.addOrder(ctx, order); err != nil {
			return err
		}
	}
	for _, book := range state.Books {
		if err := k.books.Set(ctx, book.Bank, book); err != nil {
			return err
		}
	}
	for _, flow := range state.Flows {
		if err := k.flows.Set(ctx, collections.Join(flow.PayerBank, flow.PayeeBank), flow.Amount); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state, in the order that Validate demands.
func (k *Keeper) ExportGenesis(ctx context.Context) (types.GenesisState, error) {
	var state types.GenesisState
	err := k.IterateOrders(ctx, func(order types.Order) (bool, error) {
		state.Orders = append(state.Orders, order)
		return false, nil
	})
	if err != nil {
		return types.GenesisState{}, err
	}
	err = k.IterateBooks(ctx, func(book types.BankBook) (bool, error) {
		state.Books = append(state.Books, book)
		return false, nil
	})
	if err != nil {
		return types.GenesisState{}, err
	}
	err = k.IterateFlows(ctx, func(flow types.Flow) (bool, error) {
		state.Flows = append(state.Flows, flow)
		return false, nil
	})
	if err != nil {
		return types.GenesisState{}, err
	}
	return state, nil
}
