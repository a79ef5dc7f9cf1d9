package keeper

import (
	"context"
	"math"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/settlement/types"
)

// SettleDue settles ready trades whose time has come, the oldest times first and at most types.MaxLegsPerBlock legs of them. It is
// called once per block.
func (k *Keeper) SettleDue(ctx context.Context) error {
	trades, err := k.first(ctx, k.due)
	if err != nil {
		return err
	}
	for _, trade := range trades {
		if _, err := k.settle(ctx, trade, trade, ""); err != nil {
			return err
		}
	}
	return nil
}

// ExpireTrades ends open trades whose deadline is over and that are not ready, the oldest deadlines first and at most
// types.MaxLegsPerBlock legs of them. What waits longer is refused by its messages meanwhile. It is called once per block.
func (k *Keeper) ExpireTrades(ctx context.Context) error {
	trades, err := k.first(ctx, k.deadlines)
	if err != nil {
		return err
	}
	for _, trade := range trades {
		why := &types.EventTradeExpired{
			TradeId: trade.Id, Creator: trade.Creator, Reference: trade.Reference, MissingCount: trade.Missing(),
		}
		if err := k.giveBack(ctx, trade, types.TradeStatusExpired, "", "", why); err != nil {
			return errorsmod.Wrapf(err, "expire %s", trade.Name())
		}
	}
	return nil
}

// first returns the first trades of a queue whose time has come. Together they have at most types.MaxLegsPerBlock legs: the
// work of a block is bounded by them, however many trades they are. Any trade fits by itself.
func (k *Keeper) first(ctx context.Context, queue collections.KeySet[queueKey]) ([]types.Trade, error) {
	reached := new(collections.Range[queueKey]).EndInclusive(collections.Join(blockTime(ctx).UnixNano(), uint64(math.MaxUint64)))
	var trades []types.Trade
	legs := uint32(0)
	err := queue.Walk(ctx, reached, func(key queueKey) (bool, error) {
		trade, err := k.trades.Get(ctx, key.K2())
		if err != nil {
			return true, err
		}
		if legs += trade.LegsCount; legs > types.MaxLegsPerBlock {
			return true, nil
		}
		trades = append(trades, trade)
		return false, nil
	})
	return trades, err
}
