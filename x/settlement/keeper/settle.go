package keeper

import (
	"cmp"
	"context"
	"slices"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
)

// settle carries out all legs of a ready trade, or none. Nothing in it can be refused while the laws of money hold.
func (k *Keeper) settle(ctx context.Context, before, after types.Trade, by string) (types.Trade, error) {
	sides, err := k.sides(ctx, before.Id)
	if err != nil {
		return types.Trade{}, err
	}
	cached, write := branch.Begin(ctx)
	if err := k.carryOut(cached, sides); err != nil {
		return types.Trade{}, errorsmod.Wrapf(err, "settle %s", before.Name())
	}
	after.Status, after.EndedBy = types.TradeStatusSettled, by
	if err := k.end(cached, before, &after, sides); err != nil {
		return types.Trade{}, err
	}
	err = event.Emit(cached, &types.EventTradeSettled{
		TradeId: after.Id, Creator: after.Creator, Reference: after.Reference, LegsCount: after.LegsCount, SettledBy: by,
	})
	if err != nil {
		return types.Trade{}, err
	}
	write()
	return after, nil
}

// carryOut moves the coins of all legs: first what is in holds, then what parties pass on, in the order of the legs.
func (k *Keeper) carryOut(ctx context.Context, sides []types.Side) error {
	receivers := make(map[string]types.Side, len(sides))
	for _, side := range sides {
		receivers[side.Party.Address] = side
	}
	for _, side := range sides {
		for i, held := range side.Held() {
			payouts := make([]holdtypes.SettledPayout, len(held.Deliveries))
			for j, delivery := range held.Deliveries {
				receiver := receivers[delivery.To]
				payouts[j] = holdtypes.SettledPayout{
					Payout:    holdtypes.Payout{Payee: receiver.Address, Amount: delivery.Held()},
					PayeeBank: receiver.Party.Bank,
				}
			}
			if err := k.hold.Settle(ctx, side.Party.Holds[i], side.Party.Bank, payouts...); err != nil {
				return err
			}
		}
	}
	return k.passOn(ctx, sides, receivers)
}

// passing is a leg, or a part of one, out of what its deliverer has received in the same trade.
type passing struct {
	from     types.Side
	delivery types.Delivery
}

func (k *Keeper) passOn(ctx context.Context, sides []types.Side, receivers map[string]types.Side) error {
	var passings []passing
	for _, side := range sides {
		for _, delivery := range side.Deliveries {
			if delivery.Passed.IsPositive() {
				passings = append(passings, passing{side, delivery})
			}
		}
	}
	slices.SortFunc(passings, func(a, b passing) int { return cmp.Compare(a.delivery.Leg, b.delivery.Leg) })
	for _, one := range passings {
		from, to := one.from, receivers[one.delivery.To]
		cause := registrytypes.Cause{
			Kind: registrytypes.CauseSettlement, Owner: from.Address, PayerBank: from.Party.Bank, PayeeBank: to.Party.Bank,
		}
		passed := sdk.NewCoins(sdk.NewCoin(one.delivery.Amount.Denom, one.delivery.Passed))
		if err := k.bank.SendCoins(registrytypes.WithCause(ctx, cause), from.Address, to.Address, passed); err != nil {
			return errorsmod.Wrapf(err, "legs[%d]", one.delivery.Leg)
		}
	}
	return nil
}
