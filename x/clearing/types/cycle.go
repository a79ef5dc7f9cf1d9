package types

import (
	"fmt"
	"time"

	"cosmossdk.io/math"
)

// NewCycle returns a cycle without content.
func NewCycle(number uint64, openedAt, scheduledFor time.Time) Cycle {
	return Cycle{
		Number: number, OpenedAt: openedAt, ScheduledFor: scheduledFor, BusinessDate: BusinessDate(scheduledFor),
		Gross: math.ZeroInt(), Net: math.ZeroInt(), ReserveMoved: math.ZeroInt(), Obligations: math.ZeroInt(),
	}
}

// IsOpen says whether flows still enter the cycle.
func (m Cycle) IsOpen() bool {
	return m.ClosedAt == nil
}

// Validate checks a cycle by itself.
func (m Cycle) Validate() error {
	if m.Number == 0 {
		return ErrInvalidGenesis.Wrap("expected cycle number 1 or more, got 0")
	}
	if m.OpenedAt.IsZero() || !m.ScheduledFor.After(m.OpenedAt) {
		return ErrInvalidGenesis.Wrapf("cycle %d: expected a cut-off after it opened at %s, got %s", m.Number, m.OpenedAt, m.ScheduledFor)
	}
	if date := BusinessDate(m.ScheduledFor); m.BusinessDate != date {
		return ErrInvalidGenesis.Wrapf("cycle %d: expected business date %s, got %q", m.Number, date, m.BusinessDate)
	}
	if m.ClosedAt != nil && m.ClosedAt.Before(m.ScheduledFor) {
		return ErrInvalidGenesis.Wrapf("cycle %d: expected it closed at %s or later, got %s", m.Number, m.ScheduledFor, m.ClosedAt)
	}
	for _, total := range []struct {
		name   string
		amount math.Int
	}{{"gross", m.Gross}, {"net", m.Net}, {"reserve_moved", m.ReserveMoved}, {"obligations", m.Obligations}} {
		if err := validateTotal(fmt.Sprintf("cycle %d: %s", m.Number, total.name), total.amount); err != nil {
			return err
		}
	}
	return nil
}

// NewCyclePosition returns the position of a bank without flows.
func NewCyclePosition(cycle uint64, bank string) CyclePosition {
	return CyclePosition{
		Cycle: cycle, Bank: bank,
		Sent: math.ZeroInt(), Received: math.ZeroInt(), Moved: math.ZeroInt(), Left: math.ZeroInt(),
	}
}

// Net returns the position: what the bank is owed in the cycle, below zero what it owes.
func (m CyclePosition) Net() math.Int {
	return m.Received.Sub(m.Sent)
}

// Validate checks a position by itself.
func (m CyclePosition) Validate() error {
	name := fmt.Sprintf("position of %s in cycle %d", m.Bank, m.Cycle)
	if m.Bank == "" {
		return ErrInvalidGenesis.Wrapf("%s: expected a bank, got none", name)
	}
	if err := validateTotal(name+": sent", m.Sent); err != nil {
		return err
	}
	if err := validateTotal(name+": received", m.Received); err != nil {
		return err
	}
	if err := validateSigned(name+": moved", m.Moved); err != nil {
		return err
	}
	return validateSigned(name+": left", m.Left)
}

// NewCycleFlow returns the flow between two banks before any yen has passed.
func NewCycleFlow(cycle uint64, payerBank, payeeBank string) CycleFlow {
	return CycleFlow{
		Cycle: cycle, PayerBank: payerBank, PayeeBank: payeeBank, ByPosition: math.ZeroInt(), ByReserve: math.ZeroInt(),
	}
}

// Validate checks a flow by itself.
func (m CycleFlow) Validate() error {
	name := fmt.Sprintf("flow from %s to %s in cycle %d", m.PayerBank, m.PayeeBank, m.Cycle)
	if m.PayerBank == "" || m.PayeeBank == "" || m.PayerBank == m.PayeeBank {
		return ErrInvalidGenesis.Wrapf("%s: expected two different banks", name)
	}
	if err := validateTotal(name+": by_position", m.ByPosition); err != nil {
		return err
	}
	if err := validateTotal(name+": by_reserve", m.ByReserve); err != nil {
		return err
	}
	if m.ByPosition.IsZero() && m.ByReserve.IsZero() {
		return ErrInvalidGenesis.Wrapf("%s: expected an amount, got none", name)
	}
	return nil
}
