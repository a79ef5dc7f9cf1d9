package types

import (
	"bytes"
	"encoding/binary"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// DefaultGenesis is a registry without accounts.
func DefaultGenesis() *GenesisState {
	return &GenesisState{
		Accounts: []Account{}, Spending: []Spending{}, History: []AccountChange{}, Banks: []BankState{},
		Requests: []AccountRequest{}, FrozenAmounts: []FrozenAmount{}, ForcedTransfers: []ForcedTransfer{},
		Params: DefaultParams(),
	}
}

// Validate checks the registry of the Financial Zone. It returns the first fault found, in one line.
func (g GenesisState) Validate() error {
	accounts, err := g.validateAccounts(Account.Validate)
	if err != nil {
		return err
	}
	for _, check := range []func(map[string]Account) error{
		g.validateHistory, g.validateBanks, g.validateRequests, g.validateFrozenAmounts, g.validateForcedTransfers,
	} {
		if err := check(accounts); err != nil {
			return err
		}
	}
	if err := g.Params.Validate(); err != nil {
		return fmt.Errorf("registry genesis: %w", err)
	}
	return nil
}

// ValidateReplica checks the registry of a Business Zone. It returns the first fault found, in one line.
func (g GenesisState) ValidateReplica() error {
	if extra := len(g.History) + len(g.Banks) + len(g.Requests) + len(g.FrozenAmounts) + len(g.ForcedTransfers); extra > 0 {
		return fmt.Errorf("registry genesis: expected only accounts and spending on a Business Zone, got %d entries of the Financial Zone", extra)
	}
	_, err := g.validateAccounts(Account.ValidateReplica)
	return err
}

// validateAccounts checks accounts and what they spent, and returns the accounts by address.
func (g GenesisState) validateAccounts(validate func(Account) error) (map[string]Account, error) {
	known := make(map[string]Account, len(g.Accounts))
	err := ascending("account", g.Accounts, func(account Account) ([]byte, error) {
		known[account.Address] = account
		if err := validate(account); err != nil {
			return nil, err
		}
		return ParseAddress(account.Address)
	})
	if err != nil {
		return nil, err
	}
	return known, ascending("spending", g.Spending, func(spending Spending) ([]byte, error) {
		if err := spending.validate(); err != nil {
			return nil, err
		}
		return knownAddress(known, spending.Address)
	})
}

func (g GenesisState) validateHistory(known map[string]Account) error {
	return ascending("change", g.History, func(change AccountChange) ([]byte, error) {
		if err := change.Validate(); err != nil {
			return nil, err
		}
		address, err := knownAddress(known, change.Account.Address)
		if err != nil {
			return nil, err
		}
		if now := known[change.Account.Address].Revision; change.Account.Revision > now {
			return nil, fmt.Errorf("expected revisions of %s up to %d, got %d", change.Account.Address, now, change.Account.Revision)
		}
		return append(addressKey(address), sdk.Uint64ToBigEndian(change.Account.Revision)...), nil
	})
}

func (g GenesisState) validateBanks(accounts map[string]Account) error {
	rules := make(map[string]Rules, len(g.Banks))
	err := ascending("bank", g.Banks, func(state BankState) ([]byte, error) {
		if err := state.Validate(); err != nil {
			return nil, err
		}
		rules[state.Bank] = RulesOf(state)
		return []byte(state.Bank), nil
	})
	if err != nil {
		return err
	}
	// The limits of an account without limits of its own are written twice: they have to agree.
	for i, account := range g.Accounts {
		if tier := rules[account.Bank].Tier(account.Kind); accounts[account.Address].TierLimits && BoundsOf(account.Limits) != tier {
			return fmt.Errorf("registry genesis: account %d: expected the limits of its bank's tier, %+v, got %+v", i, tier, BoundsOf(account.Limits))
		}
	}
	return nil
}

func (g GenesisState) validateRequests(known map[string]Account) error {
	return ascending("request", g.Requests, func(request AccountRequest) ([]byte, error) {
		if err := request.Validate(); err != nil {
			return nil, err
		}
		if request.Account != "" {
			if _, err := knownAddress(known, request.Account); err != nil {
				return nil, err
			}
		}
		return append(textKey(request.Bank), request.Reference...), nil
	})
}

func (g GenesisState) validateFrozenAmounts(known map[string]Account) error {
	sums := map[string]uint64{}
	return ascending("frozen amount", g.FrozenAmounts, func(frozen FrozenAmount) ([]byte, error) {
		if err := frozen.Validate(); err != nil {
			return nil, err
		}
		address, err := knownAddress(known, frozen.Account)
		if err != nil {
			return nil, err
		}
		sums[frozen.Account] += frozen.Frozen.Uint64()
		if sums[frozen.Account] > MaxLimit.Uint64() {
			return nil, fmt.Errorf("expected at most %s yen frozen of %s, got more", MaxLimit, frozen.Account)
		}
		return append(addressKey(address), frozen.OrderReference...), nil
	})
}

func (g GenesisState) validateForcedTransfers(known map[string]Account) error {
	return ascending("forced transfer", g.ForcedTransfers, func(transfer ForcedTransfer) ([]byte, error) {
		if err := transfer.Validate(); err != nil {
			return nil, err
		}
		for _, party := range []string{transfer.From, transfer.To} {
			if _, err := knownAddress(known, party); err != nil {
				return nil, err
			}
		}
		return append(textKey(transfer.Bank), transfer.OrderReference...), nil
	})
}

// ascending checks every entry of a list and that their keys ascend without repeats, as the store orders them.
func ascending[T any](what string, list []T, check func(T) ([]byte, error)) error {
	var previous []byte
	for i, entry := range list {
		current, err := check(entry)
		if err != nil {
			return fmt.Errorf("registry genesis: %s %d: %w", what, i, err)
		}
		if i > 0 && bytes.Compare(previous, current) >= 0 {
			return fmt.Errorf("registry genesis: %s %d: expected ascending order without repeats, got it after one that is not less", what, i)
		}
		previous = current
	}
	return nil
}

// addressKey and textKey end the first of two parts of a key as the store does, so that both compare alike.
func addressKey(address sdk.AccAddress) []byte {
	return append(binary.AppendUvarint(nil, uint64(len(address))), address...)
}

func textKey(text string) []byte {
	return append([]byte(text), 0)
}

func knownAddress(known map[string]Account, text string) (sdk.AccAddress, error) {
	if _, ok := known[text]; !ok {
		return nil, fmt.Errorf("%w: %q is not in this genesis", ErrAccountNotFound, text)
	}
	return ParseAddress(text)
}

func (s Spending) validate() error {
	if s.Hour == 0 {
		return fmt.Errorf("expected the hour of the last payment of %s, got 0", s.Address)
	}
	if s.Payments == 0 {
		return fmt.Errorf("expected 1 payment or more of %s, got 0", s.Address)
	}
	if s.Amount.IsNil() || s.Amount.IsNegative() || s.Amount.GT(MaxLimit) {
		return fmt.Errorf("expected 0 to %s yen paid by %s, got %s", MaxLimit, s.Address, s.Amount)
	}
	return nil
}
