package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/settlement/types"
)

// InitGenesis writes a validated genesis into an empty store. Indexes and queues follow from the trades.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	for _, record := range state.Trades {
		if err := k.insert(ctx, record.Trade, record.Sides()); err != nil {
			return err
		}
	}
	return k.nextID.Set(ctx, state.NextId)
}

// ExportGenesis returns the whole state.
func (k *Keeper) ExportGenesis(ctx context.Context) (types.GenesisState, error) {
	state := types.GenesisState{}
	err := k.trades.Walk(ctx, nil, func(id uint64, trade types.Trade) (bool, error) {
		sides, err := k.sides(ctx, id)
		if err != nil {
			return true, err
		}
		state.Trades = append(state.Trades, types.TradeRecord{Trade: trade, Parties: partiesOf(sides), Legs: types.Legs(sides)})
		return false, nil
	})
	if err != nil {
		return types.GenesisState{}, err
	}
	state.NextId, err = k.nextID.Peek(ctx)
	return state, err
}
