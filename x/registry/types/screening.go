package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"
)

const (
	// ScreeningPurposePrefix begins the purpose of the holds of screened payments; the bank follows.
	ScreeningPurposePrefix = "screening/"
	// DefaultDecisionTime is how long compliance has of a bank that lists counterparties without any rules.
	DefaultDecisionTime = 3 * 24 * time.Hour
	// MaxVelocityRules is how many velocity rules a bank may have, so that no payment costs much.
	MaxVelocityRules = 8
	// MaxWindowHours is the longest rolling window.
	MaxWindowHours = hoursPerDay

	maxDecisionTime     = 30 * 24 * time.Hour
	maxVelocityPayments = 1_000_000
)

// Screening is ScreeningRules as payments read them.
type Screening struct {
	// Amount from which on a payment waits, in yen; 0 for none.
	Amount       uint64
	Velocity     []Velocity
	DecisionTime time.Duration
}

// Velocity is a VelocityRule as payments read it.
type Velocity struct {
	WindowHours uint64
	Payments    uint64
	Amount      uint64
}

// ScreeningPurpose returns the purpose of the holds of a bank's screened payments.
func ScreeningPurpose(bank string) string {
	return ScreeningPurposePrefix + bank
}

func screeningOf(rules *ScreeningRules) Screening {
	if rules == nil {
		return Screening{}
	}
	screening := Screening{Amount: rules.Amount.Uint64(), DecisionTime: rules.DecisionTime}
	for _, rule := range rules.Velocity {
		screening.Velocity = append(screening.Velocity, Velocity{
			WindowHours: uint64(rule.WindowHours), Payments: rule.Payments, Amount: rule.Amount.Uint64(),
		})
	}
	return screening
}

// isSet says whether the bank has decided on rules: those that it has decided on always have a decision time.
func (s Screening) isSet() bool {
	return s.DecisionTime != 0
}

func (s Screening) rules() *ScreeningRules {
	if !s.isSet() {
		return nil
	}
	rules := &ScreeningRules{Amount: math.NewIntFromUint64(s.Amount), DecisionTime: s.DecisionTime, Velocity: []VelocityRule{}}
	for _, rule := range s.Velocity {
		rules.Velocity = append(rules.Velocity, VelocityRule{
			WindowHours: uint32(rule.WindowHours), Payments: rule.Payments, Amount: math.NewIntFromUint64(rule.Amount), //nolint:gosec // at most 24
		})
	}
	return rules
}

// IsExceeded says whether an account's activity up to and including a payment at an hour reaches a bound of the rule.
func (v Velocity) IsExceeded(activity Activity, hour uint64) bool {
	payments, amount := uint64(0), uint64(0)
	for _, one := range activity.Hours {
		if v.covers(one.Hour, hour) {
			payments += one.Payments
			amount += one.Amount
		}
	}
	return v.Payments > 0 && payments >= v.Payments || v.Amount > 0 && amount >= v.Amount
}

func (v Velocity) covers(then, now uint64) bool {
	if v.WindowHours == 0 {
		return then/hoursPerDay == now/hoursPerDay
	}
	return then+v.WindowHours >= now
}

// Add counts a payment of yen at an hour, and forgets what no window reaches any more.
func (a *Activity) Add(hour, amount uint64) {
	for len(a.Hours) > 0 && a.Hours[0].Hour+MaxWindowHours < hour {
		a.Hours = a.Hours[1:]
	}
	if last := len(a.Hours) - 1; last >= 0 && a.Hours[last].Hour == hour {
		a.Hours[last].Payments++
		a.Hours[last].Amount += amount
		return
	}
	a.Hours = append(a.Hours, HourActivity{Hour: hour, Payments: 1, Amount: amount})
}

// Validate returns ErrInvalidAccount or ErrInvalidAmount.
func (a Activity) Validate() error {
	if _, err := ParseAddress(a.Address); err != nil {
		return err
	}
	if len(a.Hours) == 0 {
		return errorsmod.Wrapf(ErrInvalidAmount, "expected activity of %s, got none", a.Address)
	}
	for i, one := range a.Hours {
		if one.Hour == 0 || i > 0 && a.Hours[i-1].Hour >= one.Hour || a.Hours[0].Hour+MaxWindowHours < one.Hour {
			return errorsmod.Wrapf(ErrInvalidAmount, "expected hours of %s in ascending order within %d, got %d", a.Address, MaxWindowHours, one.Hour)
		}
		// A day's payments of one account sum to at most MaxLimit, so that no two days overflow.
		if one.Payments == 0 || one.Amount > MaxLimit.Uint64() {
			return errorsmod.Wrapf(ErrInvalidAmount, "expected payments of %s of at most %s yen, got %d of %d", a.Address, MaxLimit, one.Payments, one.Amount)
		}
	}
	return nil
}

// Validate returns ErrInvalidPolicy.
func (r *ScreeningRules) Validate() error {
	if err := validateBound("amount", r.Amount); err != nil {
		return err
	}
	if len(r.Velocity) > MaxVelocityRules {
		return errorsmod.Wrapf(ErrInvalidPolicy, "expected at most %d velocity rules, got %d", MaxVelocityRules, len(r.Velocity))
	}
	for i, rule := range r.Velocity {
		if i > 0 && r.Velocity[i-1].WindowHours >= rule.WindowHours {
			return errorsmod.Wrapf(ErrInvalidPolicy, "expected velocity rules in ascending order of window without repeats, got %d hours after %d",
				rule.WindowHours, r.Velocity[i-1].WindowHours)
		}
		if err := rule.validate(); err != nil {
			return err
		}
	}
	if r.DecisionTime < minExpiry || r.DecisionTime > maxDecisionTime || r.DecisionTime%time.Second != 0 {
		return errorsmod.Wrapf(ErrInvalidPolicy, "expected decision_time from %s to %s in whole seconds, got %s", minExpiry, maxDecisionTime, r.DecisionTime)
	}
	return nil
}

func (r VelocityRule) validate() error {
	if r.WindowHours > MaxWindowHours {
		return errorsmod.Wrapf(ErrInvalidPolicy, "expected a window of at most %d hours, got %d", MaxWindowHours, r.WindowHours)
	}
	if r.Payments == 1 || r.Payments > maxVelocityPayments {
		return errorsmod.Wrapf(ErrInvalidPolicy, "expected 2 to %d payments of a velocity rule, or 0 for no bound, got %d", maxVelocityPayments, r.Payments)
	}
	if err := validateBound("amount of a velocity rule", r.Amount); err != nil {
		return err
	}
	if r.Payments == 0 && r.Amount.IsZero() {
		return errorsmod.Wrap(ErrInvalidPolicy, "expected a velocity rule with a bound, got none")
	}
	return nil
}

func validateBound(name string, amount math.Int) error {
	if amount.IsNil() || amount.IsNegative() || amount.GT(MaxLimit) {
		return errorsmod.Wrapf(ErrInvalidPolicy, "expected %s of 0 to %s yen, got %s", name, MaxLimit, amount)
	}
	return nil
}

// Validate returns ErrInvalidPolicy, ErrInvalidAccount or ErrInvalidReason.
func (c ListedCounterparty) Validate() error {
	if !idPattern.MatchString(c.Bank) {
		return errorsmod.Wrapf(ErrInvalidPolicy, "expected bank id of 2 to 32 characters (a-z, 0-9, -), got %q", c.Bank)
	}
	for _, address := range []string{c.Address, c.ListedBy} {
		if _, err := ParseAddress(address); err != nil {
			return err
		}
	}
	return ValidateReason(c.Reason)
}
