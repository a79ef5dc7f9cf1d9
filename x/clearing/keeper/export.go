package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
)

// ExportGenesis returns the whole state, in the order that Validate demands.
func (k *Keeper) ExportGenesis(ctx context.Context) (types.GenesisState, error) {
	state := types.GenesisState{}
	var err error
	if state.Params, err = k.params.Get(ctx); err != nil {
		return state, err
	}
	if state.LastServedBank, err = k.lastServed.Get(ctx); err != nil {
		return state, err
	}
	if state.NextPaymentId, err = k.nextPayment.Peek(ctx); err != nil {
		return state, err
	}
	steps := []func(context.Context, *types.GenesisState) error{k.exportBanks, k.exportCycles, k.exportQueue}
	for _, step := range steps {
		if err := step(ctx, &state); err != nil {
			return state, err
		}
	}
	return state, nil
}

func (k *Keeper) exportBanks(ctx context.Context, state *types.GenesisState) error {
	err := k.holidays.Walk(ctx, nil, func(day int64) (bool, error) {
		state.Holidays = append(state.Holidays, types.FormatDate(day))
		return false, nil
	})
	if err != nil {
		return err
	}
	if err := k.IterateReserveBanks(ctx, func(bank string) (bool, error) {
		state.ReserveBanks = append(state.ReserveBanks, bank)
		return false, nil
	}); err != nil {
		return err
	}
	if err := k.IterateParticipants(ctx, collect(&state.Participants)); err != nil {
		return err
	}
	if state.LossSharingKey, err = k.lossSharingKey(ctx); err != nil {
		return err
	}
	return k.IterateReserveOrders(ctx, collect(&state.ReserveOrders))
}

func (k *Keeper) exportCycles(ctx context.Context, state *types.GenesisState) error {
	if err := k.IterateCycles(ctx, collect(&state.Cycles)); err != nil {
		return err
	}
	if err := k.IteratePositions(ctx, collect(&state.Positions)); err != nil {
		return err
	}
	if err := k.IterateFlows(ctx, collect(&state.Flows)); err != nil {
		return err
	}
	if err := k.IterateObligations(ctx, collect(&state.Obligations)); err != nil {
		return err
	}
	var err error
	state.Claims, err = k.allClaims(ctx)
	return err
}

func (k *Keeper) exportQueue(ctx context.Context, state *types.GenesisState) error {
	if err := k.IterateQueue(ctx, collect(&state.Queue)); err != nil {
		return err
	}
	err := k.paymentReferences.Walk(ctx, nil, func(key collections.Pair[sdk.AccAddress, string], id uint64) (bool, error) {
		state.PaymentReferences = append(state.PaymentReferences, types.PaymentReference{
			Payer: key.K1().String(), Reference: key.K2(), Id: id,
		})
		return false, nil
	})
	if err != nil {
		return err
	}
	return k.dirtyBanks.Walk(ctx, nil, func(bank string) (bool, error) {
		state.DirtyBanks = append(state.DirtyBanks, bank)
		return false, nil
	})
}

// collect returns a visitor that appends everything to a list.
func collect[T any](list *[]T) func(T) (bool, error) {
	return func(one T) (bool, error) {
		*list = append(*list, one)
		return false, nil
	}
}
