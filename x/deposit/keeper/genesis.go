package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/deposit/types"
)

// InitGenesis writes a validated genesis into an empty store.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	for _, order := range state.Orders {
		if err := k.insertOrder(ctx, order); err != nil {
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
	for _, batch := range state.Batches {
		if err := k.initBatch(ctx, batch); err != nil {
			return err
		}
	}
	for _, ceiling := range state.Ceilings {
		if err := k.ceilings.Set(ctx, ceiling.Bank, ceiling.Amount); err != nil {
			return err
		}
	}
	for _, attestation := range state.Attestations {
		if err := k.insertAttestation(ctx, attestation); err != nil {
			return err
		}
	}
	for _, day := range state.BusinessDays {
		if err := k.businessDays.Set(ctx, collections.Join(day.Bank, day.Date), day); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initBatch(ctx context.Context, batch types.GenesisBatch) error {
	for _, line := range batch.Lines {
		if err := k.setLine(ctx, batch.Batch, line); err != nil {
			return err
		}
	}
	return k.batches.Set(ctx, collections.Join(batch.Batch.Bank, batch.Batch.Id), batch.Batch)
}

// ExportGenesis returns the whole state, in the order that Validate demands.
func (k *Keeper) ExportGenesis(ctx context.Context) (state types.GenesisState, err error) {
	if state.Orders, err = values(ctx, k.orders); err != nil {
		return types.GenesisState{}, err
	}
	if state.Books, err = values(ctx, k.books.Map); err != nil {
		return types.GenesisState{}, err
	}
	err = k.IterateFlows(ctx, func(flow types.Flow) (bool, error) {
		state.Flows = append(state.Flows, flow)
		return false, nil
	})
	if err != nil {
		return types.GenesisState{}, err
	}
	if state.Batches, err = k.exportBatches(ctx); err != nil {
		return types.GenesisState{}, err
	}
	err = k.ceilings.Walk(ctx, nil, func(bank string, amount math.Int) (bool, error) {
		state.Ceilings = append(state.Ceilings, types.Ceiling{Bank: bank, Amount: amount})
		return false, nil
	})
	if err != nil {
		return types.GenesisState{}, err
	}
	if state.Attestations, err = values(ctx, k.attestations); err != nil {
		return types.GenesisState{}, err
	}
	if state.BusinessDays, err = values(ctx, k.businessDays); err != nil {
		return types.GenesisState{}, err
	}
	return state, nil
}

func (k *Keeper) exportBatches(ctx context.Context) ([]types.GenesisBatch, error) {
	batches, err := values(ctx, k.batches)
	if err != nil {
		return nil, err
	}
	var exported []types.GenesisBatch
	for _, batch := range batches {
		entry := types.GenesisBatch{Batch: batch}
		err := k.batchLines.Walk(ctx, linesOf(batch), func(_ collections.Triple[string, string, uint32], line types.BatchLine) (bool, error) {
			entry.Lines = append(entry.Lines, line)
			return false, nil
		})
		if err != nil {
			return nil, err
		}
		exported = append(exported, entry)
	}
	return exported, nil
}

// values returns every value of a map in ascending order of key.
func values[K, V any](ctx context.Context, all collections.Map[K, V]) ([]V, error) {
	var list []V
	err := all.Walk(ctx, nil, func(_ K, value V) (bool, error) {
		list = append(list, value)
		return false, nil
	})
	return list, err
}
