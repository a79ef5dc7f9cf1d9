package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// InitGenesis writes a validated genesis into an empty store. A genesis without cycles opens the first at the block time.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	k.bankKeeper.SetDenomMetaData(ctx, reserveMetadata())
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	steps := []func(context.Context, types.GenesisState) error{
		k.initCalendar, k.initBanks, k.initCycles, k.initOrders, k.initObligations, k.initQueue,
	}
	for _, step := range steps {
		if err := step(ctx, state); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initCalendar(ctx context.Context, state types.GenesisState) error {
	for _, date := range state.Holidays {
		day, err := types.ParseDate(date)
		if err != nil {
			return err
		}
		if err := k.holidays.Set(ctx, day); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initBanks(ctx context.Context, state types.GenesisState) error {
	for _, bank := range state.ReserveBanks {
		if err := k.ensureReserve(ctx, bank); err != nil {
			return err
		}
	}
	for _, participant := range state.Participants {
		if err := k.participants.Set(ctx, participant.Bank, participant); err != nil {
			return err
		}
	}
	for _, share := range state.LossSharingKey {
		if err := k.lossShares.Set(ctx, share.Bank, share); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initCycles(ctx context.Context, state types.GenesisState) error {
	if len(state.Cycles) == 0 {
		now := sdk.UnwrapSDKContext(ctx).BlockTime()
		next, err := k.calendar(ctx, state.Params).Next(now)
		if err != nil {
			return err
		}
		return k.storeOpen(ctx, types.NewCycle(1, now, next))
	}
	for _, cycle := range state.Cycles {
		if err := k.storeOpen(ctx, cycle); err != nil {
			return err
		}
	}
	for _, position := range state.Positions {
		if err := k.positions.Set(ctx, collections.Join(position.Cycle, position.Bank), position); err != nil {
			return err
		}
	}
	for _, flow := range state.Flows {
		if err := k.flows.Set(ctx, collections.Join3(flow.Cycle, flow.PayerBank, flow.PayeeBank), flow); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initOrders(ctx context.Context, state types.GenesisState) error {
	for _, order := range state.ReserveOrders {
		if err := k.storeOrder(ctx, order); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) initObligations(ctx context.Context, state types.GenesisState) error {
	for _, obligation := range state.Obligations {
		if err := k.storeObligation(ctx, obligation); err != nil {
			return err
		}
	}
	for _, claim := range state.Claims {
		if err := k.claims.Set(ctx, collections.Join(claim.Debtor, claim.Creditor), claim); err != nil {
			return err
		}
	}
	return k.nextObligation.Set(ctx, uint64(len(state.Obligations))+1)
}

func (k *Keeper) initQueue(ctx context.Context, state types.GenesisState) error {
	for _, payment := range state.Queue {
		if err := k.insertPayment(ctx, payment); err != nil {
			return err
		}
	}
	for _, reference := range state.PaymentReferences {
		payer, err := registrytypes.ParseAddress(reference.Payer)
		if err != nil {
			return err
		}
		if err := k.paymentReferences.Set(ctx, collections.Join(payer, reference.Reference), reference.Id); err != nil {
			return err
		}
	}
	for _, bank := range state.DirtyBanks {
		if err := k.dirtyBanks.Set(ctx, bank); err != nil {
			return err
		}
	}
	if err := k.lastServed.Set(ctx, state.LastServedBank); err != nil {
		return err
	}
	return k.nextPayment.Set(ctx, state.NextPaymentId)
}
