package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// InitGenesis stores holds that have been validated. Their coins are in x/bank's genesis.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	for _, hold := range state.Holds {
		owner, err := registrytypes.ParseAddress(hold.Owner)
		if err != nil {
			return err
		}
		if err := k.insert(ctx, owner, hold); err != nil {
			return err
		}
	}
	return k.nextID.Set(ctx, state.NextId)
}

// ExportGenesis returns all open holds.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	state := types.DefaultGenesis()
	err := k.IterateHolds(ctx, func(hold types.Hold) (bool, error) {
		state.Holds = append(state.Holds, hold)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	state.NextId, err = k.nextID.Peek(ctx)
	if err != nil {
		return nil, err
	}
	return state, nil
}
