package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// InitGenesis stores a registry that has been validated.
func (k *Keeper) InitGenesis(ctx context.Context, state types.GenesisState) error {
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	for _, bank := range state.Banks {
		if err := k.rules.Set(ctx, bank.Bank, types.RulesOf(bank)); err != nil {
			return err
		}
	}
	if err := k.initAccounts(ctx, state); err != nil {
		return err
	}
	for _, request := range state.Requests {
		if err := k.insertRequest(ctx, request); err != nil {
			return err
		}
	}
	for _, frozen := range state.FrozenAmounts {
		address, err := types.ParseAddress(frozen.Account)
		if err != nil {
			return err
		}
		if err := k.frozenAmounts.Set(ctx, collections.Join(address, frozen.OrderReference), frozen); err != nil {
			return err
		}
		if err := k.addFrozen(ctx, address, frozen.Frozen.Uint64()); err != nil {
			return err
		}
	}
	for _, transfer := range state.ForcedTransfers {
		if err := k.forcedTransfers.Set(ctx, collections.Join(transfer.Bank, transfer.OrderReference), transfer); err != nil {
			return err
		}
		if !transfer.IsOpen() {
			continue
		}
		if err := k.addDeadline(ctx, transfer.ExpiresAt, deadlineForcedTransfer, joinKey(transfer.Bank, transfer.OrderReference)); err != nil {
			return err
		}
	}
	return nil
}

// initAccounts stores accounts with their history and what they have paid.
func (k *Keeper) initAccounts(ctx context.Context, state types.GenesisState) error {
	for _, account := range state.Accounts {
		address, err := types.ParseAddress(account.Address)
		if err != nil {
			return err
		}
		if err := k.store(ctx, address, account); err != nil {
			return err
		}
		if account.Status != types.AccountStatusApplied {
			k.createSigner(ctx, address)
		}
	}
	for _, spending := range state.Spending {
		address, err := types.ParseAddress(spending.Address)
		if err != nil {
			return err
		}
		standing, err := k.standing(ctx, address)
		if err != nil {
			return err
		}
		standing.Hour, standing.Spent, standing.Payments = spending.Hour, spending.Amount.Uint64(), spending.Payments
		if err := k.standings.Set(ctx, address, standing); err != nil {
			return err
		}
	}
	for _, change := range state.History {
		address, err := types.ParseAddress(change.Account.Address)
		if err != nil {
			return err
		}
		if err := k.history.Set(ctx, collections.Join(address, change.Account.Revision), change); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole registry.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	state := types.DefaultGenesis()
	err := k.standings.Walk(ctx, nil, func(address sdk.AccAddress, standing types.Standing) (bool, error) {
		account, err := k.assemble(ctx, address, standing)
		if err != nil {
			return true, err
		}
		state.Accounts = append(state.Accounts, account)
		if standing.Hour > 0 {
			state.Spending = append(state.Spending, types.Spending{
				Address: account.Address, Hour: standing.Hour, Payments: standing.Payments,
				Amount: math.NewIntFromUint64(standing.Spent),
			})
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	if state.Params, err = k.GetParams(ctx); err != nil {
		return nil, err
	}
	err = k.rules.Walk(ctx, nil, func(bank string, rules types.Rules) (bool, error) {
		state.Banks = append(state.Banks, rules.State(bank))
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	if err := appendAll(ctx, k.history, &state.History); err != nil {
		return nil, err
	}
	if err := appendAll(ctx, k.requests, &state.Requests); err != nil {
		return nil, err
	}
	if err := appendAll(ctx, k.frozenAmounts, &state.FrozenAmounts); err != nil {
		return nil, err
	}
	return state, appendAll(ctx, k.forcedTransfers, &state.ForcedTransfers)
}

// appendAll appends the values of a map in the order of their keys.
func appendAll[K, V any](ctx context.Context, from collections.Map[K, V], to *[]V) error {
	return from.Walk(ctx, nil, func(_ K, value V) (bool, error) {
		*to = append(*to, value)
		return false, nil
	})
}
