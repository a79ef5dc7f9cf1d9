package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// InitGenesis stores a registry that has been validated.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	for _, account := range state.Accounts {
		address, err := types.ParseAddress(account.Address)
		if err != nil {
			return err
		}
		if err := k.store(ctx, address, account); err != nil {
			return err
		}
	}
	for _, spending := range state.DaySpending {
		address, err := types.ParseAddress(spending.Address)
		if err != nil {
			return err
		}
		if err := k.daySpending.Set(ctx, address, spending); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole registry.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	state := types.DefaultGenesis()
	err := k.IterateAccounts(ctx, func(account types.Account) (bool, error) {
		state.Accounts = append(state.Accounts, account)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.daySpending.Walk(ctx, nil, func(_ sdk.AccAddress, spending types.DaySpending) (bool, error) {
		state.DaySpending = append(state.DaySpending, spending)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	return state, nil
}
