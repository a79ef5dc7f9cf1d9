package keeper

import (
	"context"

	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/settlement/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// giveBack ends a trade without settling it: all holds are released and all reserved flows freed. The event says why.
func (k *Keeper) giveBack(ctx context.Context, trade types.Trade, status types.TradeStatus, by, reason string, why proto.Message) error {
	sides, err := k.sides(ctx, trade.Id)
	if err != nil {
		return err
	}
	banks := make(map[string]string, len(sides))
	for _, side := range sides {
		banks[side.Party.Address] = side.Party.Bank
	}
	for _, side := range sides {
		for _, hold := range side.Party.Holds {
			if err := k.hold.Release(ctx, hold); err != nil {
				return errorsmod.Wrap(err, trade.Name())
			}
		}
		for _, delivery := range reserved(side, banks) {
			if err := k.link.FreeFlow(ctx, side.Party.Bank, banks[delivery.To], delivery.Amount.Amount); err != nil {
				return errorsmod.Wrap(err, trade.Name())
			}
		}
	}
	after := trade
	after.Status, after.EndedBy, after.Reason = status, by, reason
	if err := k.end(ctx, trade, &after, sides); err != nil {
		return err
	}
	return event.Emit(ctx, why)
}

// reserved returns the deliveries for which a party's confirmation reserved a flow between banks.
func reserved(side types.Side, banks map[string]string) []types.Delivery {
	if side.Party.ConfirmedAt == nil {
		return nil
	}
	var flows []types.Delivery
	for _, delivery := range side.Deliveries {
		if types.IsYen(delivery.Amount.Denom) && banks[delivery.To] != side.Party.Bank {
			flows = append(flows, delivery)
		}
	}
	return flows
}

// end writes a trade that has ended, and frees its parties.
func (k *Keeper) end(ctx context.Context, before types.Trade, after *types.Trade, sides []types.Side) error {
	now := blockTime(ctx)
	after.EndedAt = &now
	for _, side := range sides {
		if err := k.committed.Remove(ctx, collections.Join(side.Address, after.Id)); err != nil {
			return err
		}
	}
	return k.replace(ctx, before, *after, partiesOf(sides))
}

// IterateCommitments calls visit with what each party of an open trade that has confirmed has set aside, in ascending order of
// trade, then address bytes, until it returns stop or an error, which is returned.
func (k *Keeper) IterateCommitments(ctx context.Context, visit func(types.Commitment) (stop bool, err error)) error {
	return k.trades.Walk(ctx, nil, func(id uint64, trade types.Trade) (bool, error) {
		if !trade.IsOpen() {
			return false, nil
		}
		sides, err := k.sides(ctx, id)
		if err != nil {
			return true, err
		}
		banks := make(map[string]string, len(sides))
		for _, side := range sides {
			banks[side.Party.Address] = side.Party.Bank
		}
		for _, side := range sides {
			if side.Party.ConfirmedAt == nil {
				continue
			}
			commitment := types.Commitment{Trade: trade, Party: side.Party, Held: side.Held(), Reserved: math.ZeroInt()}
			for _, delivery := range reserved(side, banks) {
				commitment.Reserved = commitment.Reserved.Add(delivery.Amount.Amount)
			}
			if stop, err := visit(commitment); stop || err != nil {
				return stop, err
			}
		}
		return false, nil
	})
}

func errNotEmpty(address sdk.AccAddress, trade uint64) error {
	return errorsmod.Wrapf(zonelinktypes.ErrNotEmpty, "expected no open trade that %s has confirmed, got trade %d; wait for its end", address, trade)
}
