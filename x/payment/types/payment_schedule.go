package types

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	errorsmod "cosmossdk.io/errors"
)

const (
	// MaxScheduleReference is the longest reference of a schedule, and of a split: with a slash and a number behind it, it is the
	// reference of a payment.
	MaxScheduleReference = 48
	// MaxScheduleCount is how many payments a schedule may have.
	MaxScheduleCount = 10_000
	// MaxScheduleAhead is how far ahead the first payment may be, and how far behind it the last.
	MaxScheduleAhead = 3_660 * day
	// MaxSchedules is how many active schedules an account may have.
	MaxSchedules = 100
	// MaxScheduledPaymentsPerBlock is how many scheduled payments are tried in one block. Those that wait for their turn are tried
	// in the next blocks, the oldest first.
	MaxScheduledPaymentsPerBlock = 200
	// MaxScheduleAttempts is how often one payment is tried, all on one day of Japan time.
	MaxScheduleAttempts = 4
	// ScheduleRetryAfter is the time from one try to the next.
	ScheduleRetryAfter = 2 * time.Hour
	// MaxScheduleFailures is how many failures a schedule remembers.
	MaxScheduleFailures = 32
)

// NumberedReference returns the reference of the n-th payment of a schedule or a split, counted from 1.
func NumberedReference(reference string, number int) string {
	return reference + "/" + strconv.Itoa(number)
}

// Word returns the status as people write it, such as "active".
func (s ScheduleStatus) Word() string {
	switch s {
	case ScheduleStatusActive:
		return "active"
	case ScheduleStatusCompleted:
		return "completed"
	case ScheduleStatusCancelled:
		return "cancelled"
	case ScheduleStatusUnspecified:
	}
	return "unspecified"
}

// Name returns how errors name the schedule.
func (m Schedule) Name() string {
	return fmt.Sprintf("schedule %s of %s", m.Reference, m.Payer)
}

// DueAt returns when the n-th payment is due, counted from 1.
func (m Schedule) DueAt(number uint32) time.Time { return m.Every.After(m.FirstAt, number-1) }

// Has says whether the schedule has an n-th payment, counted from 1.
func (m Schedule) Has(number uint32) bool {
	if m.Every == PeriodUnspecified {
		return number == 1
	}
	if m.Count > 0 && number > m.Count {
		return false
	}
	return m.EndsAt == nil || m.DueAt(number).Before(*m.EndsAt)
}

// WithPaid returns the schedule after its next payment was made.
func (m Schedule) WithPaid() Schedule {
	after := m
	after.Paid++
	return after.advance()
}

// WithFailure returns the schedule after its next payment was tried in vain at a block time. It is tried again two hours later, up to
// four times on one day of Japan time; then it has failed, and the next payment waits for its own time. A hopeless one is not tried
// again, and none behind it: the schedule is completed. The schedule itself stays as it is.
func (m Schedule) WithFailure(now time.Time, codespace string, code uint32, hopeless bool) (after Schedule, again bool) {
	m.Attempts++
	retry := now.Add(ScheduleRetryAfter)
	if !hopeless && m.Attempts < MaxScheduleAttempts && PeriodDay.Number(retry) == PeriodDay.Number(now) {
		m.NextAt = retry
		return m, true
	}
	failure := ScheduleFailure{Number: m.Next, At: now, Codespace: codespace, Code: code, Attempts: m.Attempts}
	m.Failures = append(slices.Clone(m.Failures), failure)
	if len(m.Failures) > MaxScheduleFailures {
		m.Failures = m.Failures[1:]
	}
	m.Failed++
	after = m.advance()
	if hopeless {
		after.Status = ScheduleStatusCompleted
	}
	return after, false
}

// advance returns the schedule with its next payment behind it.
func (m Schedule) advance() Schedule {
	m.Next++
	m.Attempts = 0
	if !m.Has(m.Next) {
		m.Status = ScheduleStatusCompleted
		return m
	}
	m.NextAt = m.DueAt(m.Next)
	return m
}

// Validate checks that the schedule is one that the module can have written. It returns ErrInvalidSchedule, or the registry's
// errors for addresses and references.
func (m Schedule) Validate() error {
	if err := validateShortReference(m.Reference, MaxScheduleReference, ErrInvalidSchedule); err != nil {
		return err
	}
	if err := m.validatePayment(); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	if err := m.validateSeries(); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	return errorsmod.Wrap(m.validateProgress(), m.Name())
}

func (m Schedule) validatePayment() error {
	if err := validateParties(m.Payer, m.Payee, ErrInvalidSchedule); err != nil {
		return err
	}
	if err := ValidateAmount(m.Amount); err != nil {
		return err
	}
	if err := validateDetails(m.Reference, m.Invoice, m.MemoHash); err != nil {
		return err
	}
	return validateUnits("max_fee", m.MaxFee, 0, ErrInvalidSchedule)
}

// validateSeries checks that the payments have times, and an end within MaxScheduleAhead.
func (m Schedule) validateSeries() error {
	if !m.FirstAt.After(m.ScheduledAt) || m.FirstAt.After(m.ScheduledAt.Add(MaxScheduleAhead)) {
		return ErrInvalidSchedule.Wrapf("expected first_at after %s and at most 3660 days later, got %s", text(m.ScheduledAt), text(m.FirstAt))
	}
	if err := validateTime("first_at", m.FirstAt.Add(2*MaxScheduleAhead), ErrInvalidSchedule); err != nil {
		return err
	}
	latest := m.FirstAt.Add(MaxScheduleAhead)
	if m.EndsAt != nil && (!m.EndsAt.After(m.FirstAt) || m.EndsAt.After(latest)) {
		return ErrInvalidSchedule.Wrapf("expected ends_at after %s and at most 3660 days later, got %s", text(m.FirstAt), text(*m.EndsAt))
	}
	if m.Every == PeriodUnspecified {
		if m.Count > 1 || m.EndsAt != nil {
			return ErrInvalidSchedule.Wrapf("expected a single payment without end, got a count of %d; say every day, week or month", m.Count)
		}
		return nil
	}
	if !m.Every.isKnown() {
		return ErrInvalidSchedule.Wrapf("expected a day, a week or a month, got %s", m.Every)
	}
	if m.Count == 0 && m.EndsAt == nil {
		return ErrInvalidSchedule.Wrap("expected a count or an end of repeated payments, got neither")
	}
	if m.Count > MaxScheduleCount || m.DueAt(max(m.Count, 1)).After(latest) {
		return ErrInvalidSchedule.Wrapf("expected payments for at most 3660 days, got %d, one every %s", m.Count, m.Every.Word())
	}
	return nil
}

// validateProgress checks how far the schedule has come.
func (m Schedule) validateProgress() error {
	if m.Next == 0 || m.Next > MaxScheduleCount+1 || uint64(m.Paid)+uint64(m.Failed) != uint64(m.Next)-1 || m.Next > 1 && !m.Has(m.Next-1) {
		return ErrInvalidSchedule.Wrapf("expected a next payment behind those that were paid or failed, got %d after %d and %d", m.Next, m.Paid, m.Failed)
	}
	switch m.Status {
	case ScheduleStatusActive:
		if !m.Has(m.Next) {
			return ErrInvalidSchedule.Wrapf("expected an active schedule to have payment %d, got none", m.Next)
		}
	case ScheduleStatusCompleted, ScheduleStatusCancelled:
	case ScheduleStatusUnspecified:
		return ErrInvalidSchedule.Wrap("expected a status, got none")
	default:
		return ErrInvalidSchedule.Wrapf("expected a known status, got %d", m.Status)
	}
	if err := validateTime("next_at", m.NextAt, ErrInvalidSchedule); err != nil {
		return err
	}
	if m.Attempts >= MaxScheduleAttempts || m.Status == ScheduleStatusActive && !m.isDueRight() {
		return ErrInvalidSchedule.Wrapf("expected payment %d at its time or at that of the next try, got %s after %d tries", m.Next, text(m.NextAt), m.Attempts)
	}
	return m.validateFailures()
}

// isDueRight says whether the next payment is at its own time or, once it was tried, after it.
func (m Schedule) isDueRight() bool {
	due := m.DueAt(m.Next)
	return m.Attempts == 0 && m.NextAt.Equal(due) || m.Attempts > 0 && m.NextAt.After(due)
}

func (m Schedule) validateFailures() error {
	if len(m.Failures) != min(int(m.Failed), MaxScheduleFailures) {
		return ErrInvalidSchedule.Wrapf("expected the last failures of %d, got %d", m.Failed, len(m.Failures))
	}
	for i, failure := range m.Failures {
		if failure.Number == 0 || failure.Number >= m.Next || i > 0 && failure.Number <= m.Failures[i-1].Number {
			return ErrInvalidSchedule.Wrapf("failures[%d]: expected an ascending number below %d, got %d", i, m.Next, failure.Number)
		}
		if failure.Codespace == "" || failure.Code == 0 || failure.Attempts == 0 || failure.Attempts > MaxScheduleAttempts {
			return ErrInvalidSchedule.Wrapf("failures[%d]: expected a registered error and 1 to %d tries, got %s %d after %d",
				i, MaxScheduleAttempts, failure.Codespace, failure.Code, failure.Attempts)
		}
		if err := validateTime("at", failure.At, ErrInvalidSchedule); err != nil {
			return errorsmod.Wrapf(err, "failures[%d]", i)
		}
	}
	return nil
}
