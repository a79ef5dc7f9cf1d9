package types

import (
	"fmt"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// ValidatePaymentAmount checks what a queued payment moves: 1 to MaxAmount of yen. It returns ErrInvalidPayment.
func ValidatePaymentAmount(amount sdk.Coin) error {
	if amount.Denom != registrytypes.YenDenom {
		return ErrInvalidPayment.Wrapf("expected an amount in %s, got denom %q", registrytypes.YenDenom, amount.Denom)
	}
	if amount.Amount.IsNil() || !amount.Amount.IsPositive() || amount.Amount.GT(MaxAmount) {
		return ErrInvalidPayment.Wrapf("expected an amount from 1 to %s yen, got %s", MaxAmount, amount.Amount)
	}
	return nil
}

// Validate checks that the payment is one that the module can have written.
func (m QueuedPayment) Validate() error {
	if m.Id == 0 || m.Bank == "" || m.HoldId == 0 {
		return ErrInvalidPayment.Wrapf("queued payment %d: expected an id, a bank and a hold, got bank %q and hold %d", m.Id, m.Bank, m.HoldId)
	}
	for _, party := range []string{m.Payer, m.Payee} {
		if _, err := registrytypes.ParseAddress(party); err != nil {
			return fmt.Errorf("queued payment %d: %w", m.Id, err)
		}
	}
	if err := ValidatePaymentAmount(m.Amount); err != nil {
		return fmt.Errorf("queued payment %d: %w", m.Id, err)
	}
	if err := ValidateReference(m.Reference); err != nil {
		return fmt.Errorf("queued payment %d: %w", m.Id, err)
	}
	if m.QueuedAt.IsZero() || !m.ExpiresAt.After(m.QueuedAt) {
		return ErrInvalidPayment.Wrapf("queued payment %d: expected it to expire after %s, got %s", m.Id, m.QueuedAt, m.ExpiresAt)
	}
	return nil
}

// NewQueueTotal returns the total of a bank for which nothing waits.
func NewQueueTotal() QueueTotal {
	return QueueTotal{Amount: math.ZeroInt()}
}
