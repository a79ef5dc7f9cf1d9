package types

import (
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// MaxPurposeLength is the longest purpose in bytes.
	MaxPurposeLength = 160
	// MaxExpiriesPerBlock is how many expired holds go back to their owners in one block: about 40 ms of work. A million
	// holds that expire at once take a thousand blocks, and none of them can be captured meanwhile.
	MaxExpiriesPerBlock = 1_000
)

// Expiries are kept by their Unix time in nanoseconds, which must fit an int64: up to the year 2262.
var maxExpiry = time.Unix(0, math.MaxInt64)

// Payout is what one payee takes from a hold.
type Payout struct {
	Payee sdk.AccAddress
	// Positive, in the denom of the hold.
	Amount sdk.Coin
	// IsFee says that the payee collects the zone's fee for a payment that was held.
	IsFee bool
}

// SettledPayout is what one payee takes at a settlement.
type SettledPayout struct {
	Payout
	// PayeeBank is the payee's bank, as it was when the hold was placed.
	PayeeBank string
}

// Validate checks an open hold. It returns ErrInvalidHold.
func (h Hold) Validate() error {
	if h.Id == 0 {
		return errorsmod.Wrap(ErrInvalidHold, "expected id 1 or more, got 0")
	}
	if _, err := registrytypes.ParseAddress(h.Owner); err != nil {
		return errorsmod.Wrapf(ErrInvalidHold, "owner: %s", err)
	}
	if err := validatePositive(h.Amount); err != nil {
		return errorsmod.Wrapf(ErrInvalidHold, "amount: %s", err)
	}
	if len(h.Purpose) == 0 || len(h.Purpose) > MaxPurposeLength || !utf8.ValidString(h.Purpose) {
		return errorsmod.Wrapf(ErrInvalidHold, "expected purpose of 1 to %d bytes of UTF-8, got %q", MaxPurposeLength, h.Purpose)
	}
	if h.ExpiresAt != nil && (h.ExpiresAt.Unix() <= 0 || h.ExpiresAt.After(maxExpiry)) {
		return errorsmod.Wrapf(ErrInvalidHold, "expected an expiry from 1970 to 2262, got %s", h.ExpiresAt)
	}
	return nil
}

// IsExpired says whether the hold's time is over at a block time.
func (h Hold) IsExpired(now time.Time) bool {
	return h.ExpiresAt != nil && !now.Before(*h.ExpiresAt)
}

// CheckPayouts checks that a capture pays somebody, in the hold's denom, and no more than is left. It returns what is
// left after it, or ErrInvalidPayout.
func (h Hold) CheckPayouts(payouts []Payout) (sdk.Coin, error) {
	if len(payouts) == 0 {
		return sdk.Coin{}, errorsmod.Wrapf(ErrInvalidPayout, "expected at least one payout of hold %d, got none; release it instead", h.Id)
	}
	left := h.Amount
	for _, payout := range payouts {
		if len(payout.Payee) == 0 {
			return sdk.Coin{}, errorsmod.Wrapf(ErrInvalidPayout, "expected a payee of hold %d, got none", h.Id)
		}
		if err := validatePositive(payout.Amount); err != nil {
			return sdk.Coin{}, errorsmod.Wrapf(ErrInvalidPayout, "payout of hold %d: %s", h.Id, err)
		}
		if payout.Amount.Denom != left.Denom {
			return sdk.Coin{}, errorsmod.Wrapf(ErrInvalidPayout,
				"expected payouts of hold %d in %s, got %s", h.Id, left.Denom, payout.Amount)
		}
		// Compared before subtracting, because a coin cannot be negative.
		if payout.Amount.Amount.GT(left.Amount) {
			return sdk.Coin{}, errorsmod.Wrapf(ErrInvalidPayout,
				"expected payouts of hold %d of at most %s, got %s when %s is left", h.Id, h.Amount, payout.Amount, left)
		}
		left = left.Sub(payout.Amount)
	}
	return left, nil
}

func validatePositive(coin sdk.Coin) error {
	if err := coin.Validate(); err != nil {
		return err
	}
	if !coin.IsPositive() {
		return fmt.Errorf("expected a positive amount, got %s", coin)
	}
	return nil
}
