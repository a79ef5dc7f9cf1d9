package types

import (
	"bytes"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// DefaultGenesis is a registry without accounts.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Accounts: []Account{}, DaySpending: []DaySpending{}}
}

// Validate checks the registry of the Financial Zone. It returns the first fault found, in one line.
func (g GenesisState) Validate() error {
	return g.validate(Account.Validate)
}

// ValidateReplica checks the registry of a Business Zone. It returns the first fault found, in one line.
func (g GenesisState) ValidateReplica() error {
	return g.validate(Account.ValidateReplica)
}

func (g GenesisState) validate(validateAccount func(Account) error) error {
	known := make(map[string]struct{}, len(g.Accounts))
	var previous sdk.AccAddress
	for i, account := range g.Accounts {
		if err := validateAccount(account); err != nil {
			return fmt.Errorf("registry genesis: account %d (%s): %w", i, account.Address, err)
		}
		address, err := nextAddress(previous, account.Address)
		if err != nil {
			return fmt.Errorf("registry genesis: account %d: %w", i, err)
		}
		known[account.Address] = struct{}{}
		previous = address
	}
	previous = nil
	for i, spending := range g.DaySpending {
		address, err := nextAddress(previous, spending.Address)
		if err != nil {
			return fmt.Errorf("registry genesis: day spending %d: %w", i, err)
		}
		if _, ok := known[spending.Address]; !ok {
			return fmt.Errorf("registry genesis: day spending %d: %w: %s", i, ErrAccountNotFound, spending.Address)
		}
		if err := spending.validate(); err != nil {
			return fmt.Errorf("registry genesis: day spending %d (%s): %w", i, spending.Address, err)
		}
		previous = address
	}
	return nil
}

// nextAddress decodes an address of an ascending list without repeats, ordered by raw bytes as the store orders them.
func nextAddress(previous sdk.AccAddress, text string) (sdk.AccAddress, error) {
	address, err := ParseAddress(text)
	if err != nil {
		return nil, err
	}
	if previous != nil && bytes.Compare(previous, address) >= 0 {
		return nil, fmt.Errorf("expected addresses in ascending order of their bytes without repeats, got %s after %s", address, previous)
	}
	return address, nil
}

func (s DaySpending) validate() error {
	if s.Day < 0 {
		return fmt.Errorf("expected day 0 or later, got %d", s.Day)
	}
	if s.Amount.IsNil() || !s.Amount.IsPositive() || s.Amount.GT(MaxLimit) {
		return fmt.Errorf("expected amount from 1 to %s yen, got %s", MaxLimit, s.Amount)
	}
	return nil
}
