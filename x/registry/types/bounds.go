package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// Bounds are Limits as payments compare them: no bound is above MaxLimit, so each fits its 64 bits, and comparing them
// costs nothing beside math.Int, which the store would have to parse from text.
type Bounds struct {
	PerPayment, PerDay, Balance uint64
}

// BoundsOf returns limits that have been validated.
func BoundsOf(limits Limits) Bounds {
	return Bounds{
		PerPayment: limits.PerPayment.Uint64(),
		PerDay:     limits.PerDay.Uint64(),
		Balance:    limits.Balance.Uint64(),
	}
}

// Limits returns the bounds as messages and queries show them.
func (b Bounds) Limits() Limits {
	return Limits{
		PerPayment: math.NewIntFromUint64(b.PerPayment),
		PerDay:     math.NewIntFromUint64(b.PerDay),
		Balance:    math.NewIntFromUint64(b.Balance),
	}
}

// CheckWithin returns ErrLimitRaised unless no bound is higher than its counterpart.
func (b Bounds) CheckWithin(highest Bounds, whose string) error {
	for _, bound := range []struct {
		name         string
		got, highest uint64
	}{
		{"per_payment", b.PerPayment, highest.PerPayment},
		{"per_day", b.PerDay, highest.PerDay},
		{"balance", b.Balance, highest.Balance},
	} {
		if bound.got > bound.highest {
			return errorsmod.Wrapf(ErrLimitRaised, "expected %s of at most %d yen, which is %s, got %d", bound.name, bound.highest, whose, bound.got)
		}
	}
	return nil
}

// YenOf returns an amount of yen as a number. An amount beyond 64 bits, which no account can have, reads as the highest
// number, so that it is above every bound.
func YenOf(amount math.Int) uint64 {
	if !amount.IsUint64() {
		return 1<<64 - 1
	}
	return amount.Uint64()
}

// ValidateYen returns ErrInvalidAmount unless the amount is 1 to MaxLimit yen.
func ValidateYen(amount math.Int) error {
	if amount.IsNil() || !amount.IsPositive() || amount.GT(MaxLimit) {
		return errorsmod.Wrapf(ErrInvalidAmount, "expected 1 to %s yen, got %s", MaxLimit, amount)
	}
	return nil
}
