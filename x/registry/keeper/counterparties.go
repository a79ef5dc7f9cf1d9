package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// list makes payments of a bank's customers to an address wait for compliance.
func (k *Keeper) list(ctx context.Context, listed types.ListedCounterparty) error {
	if err := listed.Validate(); err != nil {
		return err
	}
	address, err := types.ParseAddress(listed.Address)
	if err != nil {
		return err
	}
	known, err := k.listed.Has(ctx, collections.Join(listed.Bank, address))
	if err != nil {
		return err
	}
	if known {
		return errorsmod.Wrapf(types.ErrCounterpartyListed, "expected an address that bank %s does not list, got %s", listed.Bank, address)
	}
	if err := k.insertListed(ctx, address, listed); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventCounterpartyListed{
		Bank: listed.Bank, Address: listed.Address, Reason: listed.Reason, Operator: listed.ListedBy,
	})
}

// insertListed stores a counterparty and counts it in the rules that payments read.
func (k *Keeper) insertListed(ctx context.Context, address sdk.AccAddress, listed types.ListedCounterparty) error {
	rules, err := k.rulesOf(ctx, listed.Bank)
	if err != nil {
		return err
	}
	rules.Listed++
	if err := k.rules.Set(ctx, listed.Bank, rules); err != nil {
		return err
	}
	return k.listed.Set(ctx, collections.Join(listed.Bank, address), listed)
}

// checkListed returns the address of a counterparty that a bank lists.
func (k *Keeper) checkListed(ctx context.Context, bank, target string) (sdk.AccAddress, error) {
	address, err := types.ParseAddress(target)
	if err != nil {
		return nil, err
	}
	_, err = k.listed.Get(ctx, collections.Join(bank, address))
	if errors.Is(err, collections.ErrNotFound) {
		return nil, errorsmod.Wrapf(types.ErrCounterpartyNotListed, "expected an address that bank %s lists, got %s", bank, address)
	}
	return address, err
}

// executeUnlist takes a counterparty off a bank's list.
func (k *Keeper) executeUnlist(ctx context.Context, request types.AccountRequest, approver string) error {
	address, err := k.checkListed(ctx, request.Bank, request.GetUnlisting().GetAddress())
	if err != nil {
		return err
	}
	rules, err := k.rulesOf(ctx, request.Bank)
	if err != nil {
		return err
	}
	rules.Listed--
	if err := k.rules.Set(ctx, request.Bank, rules); err != nil {
		return err
	}
	if err := k.listed.Remove(ctx, collections.Join(request.Bank, address)); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventCounterpartyUnlisted{
		Bank: request.Bank, Address: address.String(), Reason: request.Reason, Operator: approver,
	})
}
