package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/payment/types"
)

// InitGenesis writes a validated genesis into an empty store.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	for _, recall := range state.Recalls {
		if err := k.add(ctx, recall); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state, in the order that Validate demands.
func (k *Keeper) ExportGenesis(ctx context.Context) (types.GenesisState, error) {
	var state types.GenesisState
	err := k.IterateRecalls(ctx, func(recall types.Recall) (bool, error) {
		state.Recalls = append(state.Recalls, recall)
		return false, nil
	})
	return state, err
}
