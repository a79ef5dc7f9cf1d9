package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// parties returns the accounts of a payment, both active and of banks that operate.
func (k *Keeper) parties(ctx context.Context, from, to sdk.AccAddress) (payer, payee party, err error) {
	if payer, err = k.activeParty(ctx, from); err != nil {
		return payer, payee, errorsmod.Wrap(err, "payer")
	}
	if payee, err = k.activePeer(ctx, to, payer); err != nil {
		return payer, payee, errorsmod.Wrap(err, "payee")
	}
	return payer, payee, nil
}

// activeParty returns an active account of a bank that operates.
func (k *Keeper) activeParty(ctx context.Context, address sdk.AccAddress) (party, error) {
	account, err := k.party(ctx, address)
	if err != nil {
		return party{}, err
	}
	if err := account.CheckActive(address); err != nil {
		return party{}, err
	}
	return k.underRules(ctx, account)
}

// activePeer is activeParty for the other side of a payment, which mostly has the same bank: its rules are read once.
func (k *Keeper) activePeer(ctx context.Context, address sdk.AccAddress, peer party) (party, error) {
	account, err := k.party(ctx, address)
	if err != nil {
		return party{}, err
	}
	if err := account.CheckActive(address); err != nil {
		return party{}, err
	}
	if account.Bank == peer.Bank {
		account.rules = peer.rules
		return account, nil
	}
	return k.underRules(ctx, account)
}

// underRules adds the rules of an account's bank, and checks that the bank operates.
func (k *Keeper) underRules(ctx context.Context, account party) (party, error) {
	rules, err := k.bankRules(ctx, account.Standing)
	if err != nil {
		return party{}, err
	}
	account.rules = rules
	return account, checkOperating(account.Bank, rules)
}

// party returns the account of a party to a movement, without the rules of its bank.
func (k *Keeper) party(ctx context.Context, address sdk.AccAddress) (party, error) {
	standing, err := k.standings.Get(ctx, address)
	if err == nil {
		return party{Standing: standing, address: address}, nil
	}
	if !errors.Is(err, collections.ErrNotFound) {
		return party{}, err
	}
	if k.reserved(ctx, address) {
		return party{}, errorsmod.Wrapf(types.ErrCauseMissing,
			"expected a registered account, got %s of a module or an escrow; pay an account", address)
	}
	return party{}, errorsmod.Wrapf(types.ErrNotRegistered,
		"expected a registered account, got %s; ask a bank to open it", address)
}
