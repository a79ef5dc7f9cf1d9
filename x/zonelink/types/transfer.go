package types

import (
	"cmp"

	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Validate checks every field. It returns ErrInvalidGenesis: nothing but a genesis brings transfers from outside.
func (t Transfer) Validate() error {
	if err := host.ChannelIdentifierValidator(t.ChannelId); err != nil {
		return errorsmod.Wrapf(ErrInvalidGenesis, "expected a channel id, got %q", t.ChannelId)
	}
	if t.Sequence == 0 {
		return errorsmod.Wrapf(ErrInvalidGenesis, "expected sequence 1 or more on %s, got 0", t.ChannelId)
	}
	if _, err := registrytypes.ParseAddress(t.Account); err != nil {
		return errorsmod.Wrapf(ErrInvalidGenesis, "transfer %s/%d: %s", t.ChannelId, t.Sequence, err)
	}
	if t.Bank == "" {
		return errorsmod.Wrapf(ErrInvalidGenesis, "expected the bank of transfer %s/%d, got none", t.ChannelId, t.Sequence)
	}
	if (t.Payee == "") != (t.PayeeBank == "") {
		return errorsmod.Wrapf(ErrInvalidGenesis, "transfer %s/%d: expected payee and payee_bank together, got %q and %q",
			t.ChannelId, t.Sequence, t.Payee, t.PayeeBank)
	}
	if t.Payee != "" {
		if _, err := registrytypes.ParseAddress(t.Payee); err != nil {
			return errorsmod.Wrapf(ErrInvalidGenesis, "transfer %s/%d: payee: %s", t.ChannelId, t.Sequence, err)
		}
	}
	if err := ValidateAmount(t.Amount); err != nil {
		return errorsmod.Wrapf(ErrInvalidGenesis, "transfer %s/%d: %s", t.ChannelId, t.Sequence, err)
	}
	return nil
}

// ShareBank returns the bank whose share of the zone the yen is in: that of the account that gets it.
func (t Transfer) ShareBank() string {
	if t.PayeeBank != "" {
		return t.PayeeBank
	}
	return t.Bank
}

// Receiver returns the account that gets the yen in the other zone.
func (t Transfer) Receiver() string {
	if t.Payee != "" {
		return t.Payee
	}
	return t.Account
}

// ValidateTransfers checks each transfer, and that they ascend by channel (in the order of bytes), then sequence,
// without repeats. It returns ErrInvalidGenesis.
func ValidateTransfers(transfers []Transfer) error {
	for i, transfer := range transfers {
		if err := transfer.Validate(); err != nil {
			return err
		}
		if i == 0 {
			continue
		}
		before := transfers[i-1]
		order := cmp.Or(cmp.Compare(before.ChannelId, transfer.ChannelId), cmp.Compare(before.Sequence, transfer.Sequence))
		if order >= 0 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "expected transfers in ascending order without repeats, got %s/%d after %s/%d",
				transfer.ChannelId, transfer.Sequence, before.ChannelId, before.Sequence)
		}
	}
	return nil
}
