package types

import (
	"fmt"
	"time"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// MaxMandateReference is the longest reference of a mandate.
	MaxMandateReference = 32
	// MaxPullReference is the longest reference of a pull: behind that of its mandate and a slash it is the payment's.
	MaxPullReference = 31
)

// PullReference returns the reference of the payment that a pull makes.
func PullReference(mandate, pull string) string { return mandate + "/" + pull }

// ValidatePullReference returns the registry's error or ErrInvalidMandate unless the reference is 1 to 31 of its characters.
func ValidatePullReference(reference string) error {
	return validateShortReference(reference, MaxPullReference, ErrInvalidMandate)
}

// Word returns the status as people write it, such as "active".
func (s MandateStatus) Word() string {
	switch s {
	case MandateStatusActive:
		return "active"
	case MandateStatusRevoked:
		return "revoked"
	case MandateStatusCancelled:
		return "cancelled"
	case MandateStatusUnspecified:
	}
	return "unspecified"
}

// Name returns how errors name the mandate.
func (m Mandate) Name() string {
	return fmt.Sprintf("mandate %s of %s", m.Reference, m.Payer)
}

// LeftInPeriod returns what the payee may still pull in the period of a block time, as far as the cap per period goes.
func (m Mandate) LeftInPeriod(now time.Time) math.Int {
	if m.LastPullAt == nil || m.Period.Number(*m.LastPullAt) != m.Period.Number(now) {
		return m.PerPeriod
	}
	return m.PerPeriod.Sub(m.PulledInPeriod)
}

// Left returns what the payee may still pull in all.
func (m Mandate) Left() math.Int { return m.Total.Sub(m.Pulled) }

// CheckLive returns ErrMandateStatus unless the mandate stands, and a block time is between its start and its end.
func (m Mandate) CheckLive(now time.Time) error {
	if m.Status != MandateStatusActive {
		return ErrMandateStatus.Wrapf("%s: expected it active, got %s; ask the payer for a new one", m.Name(), m.Status.Word())
	}
	if m.StartsAt != nil && now.Before(*m.StartsAt) {
		return ErrMandateStatus.Wrapf("%s: expected a pull from %s on, got one at %s; wait", m.Name(), text(*m.StartsAt), text(now))
	}
	if m.EndsAt != nil && !now.Before(*m.EndsAt) {
		return ErrMandateStatus.Wrapf("%s: expected a pull before %s, got one at %s; ask the payer for a new mandate", m.Name(), text(*m.EndsAt), text(now))
	}
	return nil
}

// Pull returns the mandate after a pull at a block time, or ErrMandateStatus or ErrMandateCap if it may not be made.
func (m Mandate) Pull(now time.Time, amount sdk.Coin) (Mandate, error) {
	if err := m.CheckLive(now); err != nil {
		return Mandate{}, err
	}
	if amount.Denom != m.Denom {
		return Mandate{}, ErrMandateCap.Wrapf("%s: expected an amount of %s, got %s", m.Name(), m.Denom, amount)
	}
	leftInPeriod := m.LeftInPeriod(now)
	for _, bound := range []struct {
		name string
		most math.Int
	}{
		{"one pull", m.PerPull}, {"this " + m.Period.Word(), leftInPeriod}, {"all", m.Left()},
	} {
		if amount.Amount.GT(bound.most) {
			return Mandate{}, ErrMandateCap.Wrapf("%s: expected at most %s%s in %s, got %s; pull less or later", m.Name(), bound.most, m.Denom, bound.name, amount)
		}
	}
	m.Pulled = m.Pulled.Add(amount.Amount)
	m.PulledInPeriod = m.PerPeriod.Sub(leftInPeriod).Add(amount.Amount)
	m.LastPullAt = &now
	m.Pulls++
	return m, nil
}

// Ended returns the mandate after its end.
func (m Mandate) Ended(status MandateStatus, at time.Time) Mandate {
	m.Status, m.EndedAt = status, &at
	return m
}

// Validate checks that the mandate is one that the module can have written. It returns ErrInvalidMandate, or the registry's errors
// for addresses and references.
func (m Mandate) Validate() error {
	if err := validateShortReference(m.Reference, MaxMandateReference, ErrInvalidMandate); err != nil {
		return err
	}
	if err := m.validateTerms(); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	return errorsmod.Wrap(m.validatePulls(), m.Name())
}

// validateTerms checks who may pull, how much and when.
func (m Mandate) validateTerms() error {
	if err := validateParties(m.Payer, m.Payee, ErrInvalidMandate); err != nil {
		return err
	}
	if m.Puller != "" {
		if _, err := registrytypes.ParseAddress(m.Puller); err != nil {
			return errorsmod.Wrap(err, "puller")
		}
		if m.Puller == m.Payer || m.Puller == m.Payee {
			return ErrInvalidMandate.Wrapf("expected a puller beside payer and payee, or none, got %s", m.Puller)
		}
	}
	if err := sdk.ValidateDenom(m.Denom); err != nil {
		return ErrInvalidMandate.Wrapf("denom: %s", err)
	}
	for _, cap := range []struct {
		name   string
		amount math.Int
		least  int64
	}{
		{"per_pull", m.PerPull, 1}, {"per_period", m.PerPeriod, 1}, {"total", m.Total, 1}, {"max_fee", m.MaxFee, 0},
	} {
		if err := validateUnits(cap.name, cap.amount, cap.least, ErrInvalidMandate); err != nil {
			return err
		}
	}
	if m.PerPull.GT(m.PerPeriod) || m.PerPeriod.GT(m.Total) {
		return ErrInvalidMandate.Wrapf("expected per_pull <= per_period <= total, got %s, %s and %s", m.PerPull, m.PerPeriod, m.Total)
	}
	if !m.Period.isKnown() {
		return ErrInvalidMandate.Wrapf("expected a period of a day, a week or a month, got %s", m.Period)
	}
	return m.validateTimes()
}

func (m Mandate) validateTimes() error {
	from := m.GrantedAt
	if m.StartsAt != nil {
		if err := validateTime("starts_at", *m.StartsAt, ErrInvalidMandate); err != nil {
			return err
		}
		if m.StartsAt.After(from) {
			from = *m.StartsAt
		}
	}
	if m.EndsAt == nil {
		return nil
	}
	if !m.EndsAt.After(from) {
		return ErrInvalidMandate.Wrapf("expected ends_at after %s, got %s", text(from), text(*m.EndsAt))
	}
	return validateTime("ends_at", *m.EndsAt, ErrInvalidMandate)
}

// validatePulls checks what was pulled and the status.
func (m Mandate) validatePulls() error {
	for _, sum := range []struct {
		name   string
		amount math.Int
		most   math.Int
	}{
		{"pulled", m.Pulled, m.Total}, {"pulled_in_period", m.PulledInPeriod, m.PerPeriod},
	} {
		if sum.amount.IsNil() || sum.amount.IsNegative() || sum.amount.GT(sum.most) {
			return ErrInvalidMandate.Wrapf("expected %s of 0 to %s, got %s", sum.name, sum.most, sum.amount)
		}
	}
	if m.PulledInPeriod.GT(m.Pulled) || (m.LastPullAt != nil) != m.PulledInPeriod.IsPositive() || (m.LastPullAt != nil) != (m.Pulls > 0) {
		return ErrInvalidMandate.Wrapf("expected pulls with a time and sums that fit, got %d pulls, %s in the period and %s in all",
			m.Pulls, m.PulledInPeriod, m.Pulled)
	}
	switch m.Status {
	case MandateStatusActive, MandateStatusRevoked, MandateStatusCancelled:
	case MandateStatusUnspecified:
		return ErrInvalidMandate.Wrap("expected a status, got none")
	default:
		return ErrInvalidMandate.Wrapf("expected a known status, got %d", m.Status)
	}
	if ended := m.EndedAt != nil; ended == (m.Status == MandateStatusActive) {
		return ErrInvalidMandate.Wrapf("expected ended_at exactly of a mandate that ended, got status %s", m.Status.Word())
	}
	return nil
}
