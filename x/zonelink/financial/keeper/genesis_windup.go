package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// initWindUps stores what accounts have brought, and what was proven of zones that are wound up.
func (k *Keeper) initWindUps(ctx context.Context, state types.GenesisState) error {
	for _, brought := range state.Brought {
		address, err := registrytypes.ParseAddress(brought.Address)
		if err != nil {
			return err
		}
		if err := k.brought.Set(ctx, collections.Join(brought.Zone, address), brought.Amount); err != nil {
			return err
		}
	}
	for _, started := range state.WindUps {
		if err := k.windUps.Set(ctx, started.Zone, started); err != nil {
			return err
		}
	}
	for _, book := range state.WindUpAccounts {
		address, err := registrytypes.ParseAddress(book.Address)
		if err != nil {
			return err
		}
		if err := k.windUpBooks.Set(ctx, collections.Join(book.Zone, address), book); err != nil {
			return err
		}
	}
	for _, hold := range state.WindUpHolds {
		if err := k.windUpHolds.Set(ctx, collections.Join(hold.Zone, hold.Id)); err != nil {
			return err
		}
	}
	for _, flow := range state.ProvenFlows {
		if err := k.provenFlows.Set(ctx, collections.Join3(flow.Zone, flow.PayerBank, flow.PayeeBank), flow.Total); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) exportWindUps(ctx context.Context, state *types.GenesisState) error {
	err := k.IterateBrought(ctx, func(brought types.Brought) (bool, error) {
		state.Brought = append(state.Brought, brought)
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.windUps.Walk(ctx, nil, func(_ string, started types.WindUp) (bool, error) {
		state.WindUps = append(state.WindUps, started)
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.windUpBooks.Walk(ctx, nil, func(_ zoneAccount, book types.WindUpAccount) (bool, error) {
		state.WindUpAccounts = append(state.WindUpAccounts, book)
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.windUpHolds.Walk(ctx, nil, func(key collections.Pair[string, uint64]) (bool, error) {
		state.WindUpHolds = append(state.WindUpHolds, types.WindUpHold{Zone: key.K1(), Id: key.K2()})
		return false, nil
	})
	if err != nil {
		return err
	}
	return k.provenFlows.Walk(ctx, nil, func(key zoneFlow, total math.Int) (bool, error) {
		state.ProvenFlows = append(state.ProvenFlows, types.ZoneFlow{Zone: key.K1(), PayerBank: key.K2(), PayeeBank: key.K3(), Total: total})
		return false, nil
	})
}
