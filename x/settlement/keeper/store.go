package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
)

// GetTrade returns a trade by its creator and reference, or ErrTradeNotFound.
func (k *Keeper) GetTrade(ctx context.Context, creator, reference string) (types.Trade, error) {
	address, err := registrytypes.ParseAddress(creator)
	if err != nil {
		return types.Trade{}, err
	}
	id, err := k.references.Get(ctx, collections.Join(reference, address))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Trade{}, types.ErrTradeNotFound.Wrapf(
			"expected a trade of %s, got reference %q; list the account's trades for those in use", creator, reference)
	}
	if err != nil {
		return types.Trade{}, err
	}
	return k.trades.Get(ctx, id)
}

// open returns a trade on which somebody can act now.
func (k *Keeper) open(ctx context.Context, creator, reference string) (types.Trade, error) {
	trade, err := k.GetTrade(ctx, creator, reference)
	if err != nil {
		return types.Trade{}, err
	}
	if !trade.IsOpen() {
		return types.Trade{}, types.ErrTradeStatus.Wrapf("%s: expected it open, got %s", trade.Name(), trade.Status.Word())
	}
	if now := blockTime(ctx); trade.IsOverdue(now) {
		return types.Trade{}, types.ErrTradeExpired.Wrapf("%s: expected block time before %s, got %s; propose a new trade",
			trade.Name(), trade.Deadline.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return trade, nil
}

// proposed is open for what must happen before the last party has confirmed.
func (k *Keeper) proposed(ctx context.Context, creator, reference string) (types.Trade, error) {
	trade, err := k.open(ctx, creator, reference)
	if err != nil {
		return types.Trade{}, err
	}
	if trade.Status != types.TradeStatusProposed {
		return types.Trade{}, types.ErrTradeStatus.Wrapf("%s: expected a party that has not confirmed, got none", trade.Name())
	}
	return trade, nil
}

// party returns a party of a trade, or ErrNotParty.
func (k *Keeper) party(ctx context.Context, trade types.Trade, address string) (sdk.AccAddress, types.Party, error) {
	bytes, err := registrytypes.ParseAddress(address)
	if err != nil {
		return nil, types.Party{}, err
	}
	party, err := k.parties.Get(ctx, collections.Join(trade.Id, bytes))
	if errors.Is(err, collections.ErrNotFound) {
		return nil, types.Party{}, types.ErrNotParty.Wrapf("%s: expected a party, got %s", trade.Name(), address)
	}
	return bytes, party, err
}

// sides returns the parties of a trade with what they deliver, in ascending order of address bytes.
func (k *Keeper) sides(ctx context.Context, id uint64) ([]types.Side, error) {
	var sides []types.Side
	ofTrade := collections.NewPrefixedPairRange[uint64, sdk.AccAddress](id)
	err := k.parties.Walk(ctx, ofTrade, func(key partyKey, party types.Party) (bool, error) {
		sides = append(sides, types.Side{Address: key.K2(), Party: party})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	at := 0
	err = k.deliveries.Walk(ctx, ofTrade, func(key partyKey, legs types.Deliveries) (bool, error) {
		// Both lists have the same order, and whoever delivers is a party.
		for !sides[at].Address.Equals(key.K2()) {
			at++
		}
		sides[at].Deliveries = legs.Deliveries
		return false, nil
	})
	return sides, err
}

// partiesOf returns the parties of a trade, in ascending order of address bytes.
func partiesOf(sides []types.Side) []types.Party {
	parties := make([]types.Party, len(sides))
	for i, side := range sides {
		parties[i] = side.Party
	}
	return parties
}

// insert writes a trade with all its entries in indexes and queues.
func (k *Keeper) insert(ctx context.Context, trade types.Trade, sides []types.Side) error {
	creator, err := registrytypes.ParseAddress(trade.Creator)
	if err != nil {
		return err
	}
	if err := k.references.Set(ctx, collections.Join(trade.Reference, creator), trade.Id); err != nil {
		return err
	}
	for _, side := range sides {
		key := collections.Join(trade.Id, side.Address)
		if err := k.parties.Set(ctx, key, side.Party); err != nil {
			return err
		}
		if len(side.Deliveries) > 0 {
			if err := k.deliveries.Set(ctx, key, types.Deliveries{Deliveries: side.Deliveries}); err != nil {
				return err
			}
		}
		if trade.IsOpen() && side.Party.ConfirmedAt != nil {
			if err := k.committed.Set(ctx, collections.Join(side.Address, trade.Id)); err != nil {
				return err
			}
		}
	}
	if err := k.index(ctx, trade, partiesOf(sides), k.byStatus.Set, k.byAccount.Set); err != nil {
		return err
	}
	if err := k.enqueue(ctx, trade); err != nil {
		return err
	}
	return k.trades.Set(ctx, trade.Id, trade)
}

// replace writes a trade after one more step, which moves it in indexes and queues. Parties are needed only if its status has
// changed.
func (k *Keeper) replace(ctx context.Context, before, after types.Trade, parties []types.Party) error {
	if err := k.dequeue(ctx, before); err != nil {
		return err
	}
	if err := k.enqueue(ctx, after); err != nil {
		return err
	}
	if before.Status != after.Status {
		if err := k.index(ctx, before, parties, k.byStatus.Remove, k.byAccount.Remove); err != nil {
			return err
		}
		if err := k.index(ctx, after, parties, k.byStatus.Set, k.byAccount.Set); err != nil {
			return err
		}
	}
	return k.trades.Set(ctx, after.Id, after)
}

// index sets or removes the entries of a trade in its indexes.
func (*Keeper) index(
	ctx context.Context, trade types.Trade, parties []types.Party,
	byStatus func(context.Context, collections.Pair[int32, uint64]) error, byAccount func(context.Context, accountKey) error,
) error {
	for _, account := range trade.Accounts(parties) {
		address, err := registrytypes.ParseAddress(account)
		if err != nil {
			return err
		}
		if err := byAccount(ctx, collections.Join3(address, int32(trade.Status), trade.Id)); err != nil {
			return err
		}
	}
	return byStatus(ctx, collections.Join(int32(trade.Status), trade.Id))
}

// enqueue lists an open trade for the block that settles it by its time, if it is ready, or for the one that ends it.
func (k *Keeper) enqueue(ctx context.Context, trade types.Trade) error {
	queue, key, found := k.queueOf(trade)
	if !found {
		return nil
	}
	return queue.Set(ctx, key)
}

func (k *Keeper) dequeue(ctx context.Context, trade types.Trade) error {
	queue, key, found := k.queueOf(trade)
	if !found {
		return nil
	}
	return queue.Remove(ctx, key)
}

// queueOf returns where a trade waits. A ready trade without a time settles in the message that made it ready.
func (k *Keeper) queueOf(trade types.Trade) (queue collections.KeySet[queueKey], key queueKey, found bool) {
	switch {
	case !trade.IsOpen(), trade.IsReady() && trade.SettleAt == nil:
		return queue, key, false
	case trade.IsReady():
		return k.due, collections.Join(trade.SettleAt.UnixNano(), trade.Id), true
	default:
		return k.deadlines, collections.Join(trade.Deadline.UnixNano(), trade.Id), true
	}
}

func blockTime(ctx context.Context) time.Time { return sdk.UnwrapSDKContext(ctx).BlockTime() }
