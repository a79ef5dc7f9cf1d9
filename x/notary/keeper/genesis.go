package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/notary/types"
)

// InitGenesis writes a validated genesis into an empty store.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	for _, notarization := range state.Notarizations {
		if err := k.add(ctx, notarization); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state, in the order that Validate demands.
func (k *Keeper) ExportGenesis(ctx context.Context) (types.GenesisState, error) {
	var state types.GenesisState
	err := k.notarizations.Walk(ctx, nil, func(key types.Key, row types.Notarization) (bool, error) {
		state.Notarizations = append(state.Notarizations, row.At(key))
		return false, nil
	})
	return state, err
}
