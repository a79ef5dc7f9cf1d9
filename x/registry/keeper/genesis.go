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
	if err := k.initPending(ctx, state); err != nil {
		return err
	}
	return k.initScreening(ctx, state)
}

// initPending stores proposed payments, announced order keys and moves, with the deadlines of those that wait.
func (k *Keeper) initPending(ctx context.Context, state types.GenesisState) error {
	for _, payment := range state.ProposedPayments {
		address, err := types.ParseAddress(payment.Account)
		if err != nil {
			return err
		}
		if err := k.insertProposal(ctx, address, payment); err != nil {
			return err
		}
	}
	for _, pending := range state.PendingOrderKeys {
		address, err := types.ParseAddress(pending.Account)
		if err != nil {
			return err
		}
		if err := k.insertPendingKeys(ctx, address, pending); err != nil {
			return err
		}
	}
	for _, move := range state.Moves {
		if err := k.insertMove(ctx, move); err != nil {
			return err
		}
	}
	return nil
}

// initScreening stores screened payments, listed counterparties and what accounts have paid lately.
func (k *Keeper) initScreening(ctx context.Context, state types.GenesisState) error {
	for _, payment := range state.ScreenedPayments {
		if err := k.insertScreened(ctx, payment); err != nil {
			return err
		}
	}
	for _, listed := range state.ListedCounterparties {
		address, err := types.ParseAddress(listed.Address)
		if err != nil {
			return err
		}
		if err := k.insertListed(ctx, address, listed); err != nil {
			return err
		}
	}
	for _, activity := range state.Activity {
		address, err := types.ParseAddress(activity.Address)
		if err != nil {
			return err
		}
		if err := k.activity.Set(ctx, address, activity); err != nil {
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
		standing.Hour, standing.Spent = spending.Hour, spending.Amount.Uint64()
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
				Address: account.Address, Hour: standing.Hour, Amount: math.NewIntFromUint64(standing.Spent),
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
	if err := appendAll(ctx, k.forcedTransfers, &state.ForcedTransfers); err != nil {
		return nil, err
	}
	if err := appendAll(ctx, k.screened, &state.ScreenedPayments); err != nil {
		return nil, err
	}
	if err := appendAll(ctx, k.listed, &state.ListedCounterparties); err != nil {
		return nil, err
	}
	if err := appendAll(ctx, k.activity, &state.Activity); err != nil {
		return nil, err
	}
	if err := appendAll(ctx, k.proposals, &state.ProposedPayments); err != nil {
		return nil, err
	}
	if err := appendAll(ctx, k.pendingKeys, &state.PendingOrderKeys); err != nil {
		return nil, err
	}
	return state, appendAll(ctx, k.moves, &state.Moves)
}

// appendAll appends the values of a map in the order of their keys.
func appendAll[K, V any](ctx context.Context, from collections.Map[K, V], to *[]V) error {
	return from.Walk(ctx, nil, func(_ K, value V) (bool, error) {
		*to = append(*to, value)
		return false, nil
	})
}
