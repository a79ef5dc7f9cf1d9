package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/settlement/types"
)

// confirm sets aside all that a party of a proposed trade delivers, after everything was asked of its receivers that will not be
// asked at the settlement, and settles the trade if that was the last word.
func (k *Keeper) confirm(ctx context.Context, trade types.Trade, address sdk.AccAddress, party types.Party) (types.Trade, error) {
	bank, err := k.registry.ActiveBank(ctx, address)
	if err != nil {
		return types.Trade{}, errorsmod.Wrap(err, trade.Name())
	}
	if _, err := fixBank(trade, &party, bank); err != nil {
		return types.Trade{}, err
	}
	side := types.Side{Address: address}
	if side.Deliveries, err = k.deliveriesOf(ctx, trade.Id, address); err != nil {
		return types.Trade{}, err
	}
	for _, delivery := range side.Deliveries {
		if err := k.admit(ctx, trade, address, delivery); err != nil {
			return types.Trade{}, errorsmod.Wrapf(err, "%s: legs[%d]", trade.Name(), delivery.Leg)
		}
	}
	for _, held := range side.Held() {
		id, err := k.hold.Place(ctx, address, held.Amount, types.Purpose(trade.Id))
		if err != nil {
			return types.Trade{}, err
		}
		party.Holds = append(party.Holds, id)
	}
	now := blockTime(ctx)
	party.ConfirmedAt = &now
	if err := k.parties.Set(ctx, collections.Join(trade.Id, address), party); err != nil {
		return types.Trade{}, err
	}
	if err := k.committed.Set(ctx, collections.Join(address, trade.Id)); err != nil {
		return types.Trade{}, err
	}
	after := trade
	after.ConfirmedCount++
	if after.Missing() == 0 {
		after.Status = types.TradeStatusConfirmed
	}
	err = event.Emit(ctx, &types.EventTradeConfirmed{
		TradeId: trade.Id, Creator: trade.Creator, Reference: trade.Reference,
		Party: party.Address, Holds: party.Holds, MissingCount: after.Missing(),
	})
	if err != nil {
		return types.Trade{}, err
	}
	return k.advance(ctx, trade, after, party.Address)
}

// admit asks whether a receiver may get a delivery whatever comes until the deadline, and reserves the flow of yen between banks.
func (k *Keeper) admit(ctx context.Context, trade types.Trade, from sdk.AccAddress, delivery types.Delivery) error {
	to, receiver, err := k.party(ctx, trade, delivery.To)
	if err != nil {
		return err
	}
	payerBank, payeeBank, err := k.registry.AdmitDelivery(ctx, from, to, delivery.Amount, receiver.IncomingYen)
	if err != nil {
		return err
	}
	fixed, err := fixBank(trade, &receiver, payeeBank)
	if err != nil {
		return err
	}
	if fixed {
		if err := k.parties.Set(ctx, collections.Join(trade.Id, to), receiver); err != nil {
			return err
		}
	}
	if !types.IsYen(delivery.Amount.Denom) {
		return k.asset.CheckEligible(ctx, from, to, delivery.Amount, trade.Deadline)
	}
	if payerBank == payeeBank {
		return nil
	}
	return k.link.ReserveFlow(ctx, payerBank, payeeBank, delivery.Amount.Amount)
}

// fixBank notes the bank of a party when something is set aside for it for the first time, and says so. Later it must be the
// same, because the yen flows there.
func fixBank(trade types.Trade, party *types.Party, bank string) (fixed bool, err error) {
	if party.Bank == "" {
		party.Bank = bank
		return true, nil
	}
	if party.Bank != bank {
		return false, types.ErrBankChanged.Wrapf("%s: expected account %s at bank %s, got it at %s; cancel the trade and propose it anew",
			trade.Name(), party.Address, party.Bank, bank)
	}
	return false, nil
}

// deliveriesOf returns the legs of a deliverer; none of a party that only receives.
func (k *Keeper) deliveriesOf(ctx context.Context, id uint64, address sdk.AccAddress) ([]types.Delivery, error) {
	legs, err := k.deliveries.Get(ctx, collections.Join(id, address))
	if errors.Is(err, collections.ErrNotFound) {
		return nil, nil
	}
	return legs.Deliveries, err
}

// release notes the agent's word.
func (k *Keeper) release(ctx context.Context, trade types.Trade) (types.Trade, error) {
	after, now := trade, blockTime(ctx)
	after.ReleasedAt = &now
	err := event.Emit(ctx, &types.EventTradeReleased{
		TradeId: trade.Id, Creator: trade.Creator, Reference: trade.Reference, Agent: trade.Agent,
	})
	if err != nil {
		return types.Trade{}, err
	}
	return k.advance(ctx, trade, after, trade.Agent)
}

// present notes a document of the terms by its position there.
func (k *Keeper) present(ctx context.Context, trade types.Trade, position int) (types.Trade, error) {
	after, now := trade, blockTime(ctx)
	after.Documents = append([]types.RequiredDocument(nil), trade.Documents...)
	after.Documents[position].PresentedAt = &now
	document := trade.Documents[position].Document
	err := event.Emit(ctx, &types.EventDocumentPresented{
		TradeId: trade.Id, Creator: trade.Creator, Reference: trade.Reference,
		Name: document.Name, Hash: document.Hash, Presenter: document.Presenter,
	})
	if err != nil {
		return types.Trade{}, err
	}
	return k.advance(ctx, trade, after, document.Presenter)
}

// advance writes a trade that has come one step further, and settles it if that was the last condition and its time has come.
func (k *Keeper) advance(ctx context.Context, before, after types.Trade, by string) (types.Trade, error) {
	if after.IsReady() && after.IsDue(blockTime(ctx)) {
		return k.settle(ctx, before, after, by)
	}
	var parties []types.Party
	if before.Status != after.Status {
		sides, err := k.sides(ctx, after.Id)
		if err != nil {
			return types.Trade{}, err
		}
		parties = partiesOf(sides)
	}
	return after, k.replace(ctx, before, after, parties)
}

// MayUnlink refuses, with zonelinktypes.ErrNotEmpty, to end the link of an account that has confirmed an open trade: what the
// trade brings it must find it here, at the bank that it has now. One that has not confirmed keeps the trade from settling.
func (k *Keeper) MayUnlink(ctx context.Context, address sdk.AccAddress) error {
	var trade uint64
	ofAccount := collections.NewPrefixedPairRange[sdk.AccAddress, uint64](address)
	err := k.committed.Walk(ctx, ofAccount, func(key collections.Pair[sdk.AccAddress, uint64]) (bool, error) {
		trade = key.K2()
		return true, nil
	})
	if err != nil || trade == 0 {
		return err
	}
	return errNotEmpty(address, trade)
}
