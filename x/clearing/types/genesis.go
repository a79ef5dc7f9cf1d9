package types

import (
	"bytes"
	"cmp"
	"fmt"

	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// DefaultGenesis returns a genesis without reserves and without holidays, whose first cycle opens with the zone.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams(), NextPaymentId: 1}
}

// Validate checks each entry, that each list is in strictly ascending order, so that there is exactly one genesis for one
// state, and that entries agree that refer to each other. Whether they agree with reserves is for the laws of money.
func (m GenesisState) Validate() error {
	checks := []func() error{
		m.Params.Validate, m.validateCalendar, m.validateBanks, m.validateCycles, m.validatePositions, m.validateFlows,
		m.validateOrders, m.validateObligations, m.validateClaims, m.validateQueue, m.validateReferences,
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (m GenesisState) validateCalendar() error {
	closed := make(map[int64]bool, len(m.Holidays))
	days := make([]int64, len(m.Holidays))
	for i, date := range m.Holidays {
		day, err := ParseDate(date)
		if err != nil {
			return fmt.Errorf("holidays[%d]: %w", i, err)
		}
		days[i], closed[day] = day, true
	}
	if err := ascending("holidays", days, cmp.Compare[int64]); err != nil {
		return err
	}
	calendar := Calendar{CutOffs: m.Params.CutOffs, IsHoliday: func(day int64) (bool, error) { return closed[day], nil }}
	for _, day := range days {
		if err := calendar.CheckRun(day); err != nil {
			return err
		}
	}
	return nil
}

func (m GenesisState) validateBanks() error {
	if err := ascending("reserve_banks", m.ReserveBanks, cmp.Compare[string]); err != nil {
		return err
	}
	for i, participant := range m.Participants {
		if err := participant.Validate(); err != nil {
			return fmt.Errorf("participants[%d]: %w", i, err)
		}
	}
	err := ascending("participants", m.Participants, func(a, b Participant) int { return cmp.Compare(a.Bank, b.Bank) })
	if err != nil {
		return err
	}
	return ValidateLossShares(m.LossSharingKey)
}

func (m GenesisState) validateCycles() error {
	for i, cycle := range m.Cycles {
		if err := cycle.Validate(); err != nil {
			return fmt.Errorf("cycles[%d]: %w", i, err)
		}
		if cycle.Number != uint64(i)+1 {
			return ErrInvalidGenesis.Wrapf("cycles[%d]: expected number %d, got %d", i, i+1, cycle.Number)
		}
		if last := i == len(m.Cycles)-1; cycle.IsOpen() != last {
			return ErrInvalidGenesis.Wrapf("cycles[%d]: expected only the last cycle open, got closed_at %v", i, cycle.ClosedAt)
		}
	}
	return nil
}

func (m GenesisState) validatePositions() error {
	for i, position := range m.Positions {
		if err := position.Validate(); err != nil {
			return fmt.Errorf("positions[%d]: %w", i, err)
		}
		if err := m.requireCycle(position.Cycle); err != nil {
			return fmt.Errorf("positions[%d]: %w", i, err)
		}
	}
	return ascending("positions", m.Positions, func(a, b CyclePosition) int {
		return cmp.Or(cmp.Compare(a.Cycle, b.Cycle), cmp.Compare(a.Bank, b.Bank))
	})
}

func (m GenesisState) validateFlows() error {
	for i, flow := range m.Flows {
		if err := flow.Validate(); err != nil {
			return fmt.Errorf("flows[%d]: %w", i, err)
		}
		if err := m.requireCycle(flow.Cycle); err != nil {
			return fmt.Errorf("flows[%d]: %w", i, err)
		}
	}
	return ascending("flows", m.Flows, func(a, b CycleFlow) int {
		return cmp.Or(cmp.Compare(a.Cycle, b.Cycle), cmp.Compare(a.PayerBank, b.PayerBank), cmp.Compare(a.PayeeBank, b.PayeeBank))
	})
}

func (m GenesisState) validateOrders() error {
	for i, order := range m.ReserveOrders {
		if err := order.Validate(); err != nil {
			return fmt.Errorf("reserve_orders[%d]: %w", i, err)
		}
		if order.ObligationId > uint64(len(m.Obligations)) {
			return ErrInvalidGenesis.Wrapf("reserve_orders[%d]: expected an obligation from 1 to %d, got %d", i, len(m.Obligations), order.ObligationId)
		}
	}
	return ascending("reserve_orders", m.ReserveOrders, func(a, b ReserveOrder) int {
		return cmp.Or(cmp.Compare(a.Organization, b.Organization), cmp.Compare(a.Reference, b.Reference))
	})
}

// validateObligations also checks that each bank owes the sum of its open obligations.
func (m GenesisState) validateObligations() error {
	owed := map[string]math.Int{}
	for i, obligation := range m.Obligations {
		if err := obligation.Validate(); err != nil {
			return fmt.Errorf("obligations[%d]: %w", i, err)
		}
		if obligation.Id != uint64(i)+1 {
			return ErrInvalidGenesis.Wrapf("obligations[%d]: expected id %d, got %d", i, i+1, obligation.Id)
		}
		if err := m.requireCycle(obligation.Cycle); err != nil {
			return fmt.Errorf("obligations[%d]: %w", i, err)
		}
		if obligation.LossOf >= obligation.Id {
			return ErrInvalidGenesis.Wrapf("obligations[%d]: expected the loss of an earlier obligation, got %d", i, obligation.LossOf)
		}
		if !obligation.IsOpen() {
			continue
		}
		sum, found := owed[obligation.Debtor]
		if !found {
			sum = math.ZeroInt()
		}
		owed[obligation.Debtor] = sum.Add(obligation.Amount)
	}
	for i, participant := range m.Participants {
		sum, found := owed[participant.Bank]
		if !found {
			sum = math.ZeroInt()
		}
		if !participant.Owed.Equal(sum) {
			return ErrInvalidGenesis.Wrapf("participants[%d]: expected %s to owe %s, the sum of its open obligations, got %s",
				i, participant.Bank, sum, participant.Owed)
		}
		delete(owed, participant.Bank)
	}
	if len(owed) > 0 {
		return ErrInvalidGenesis.Wrapf("expected a participant for each bank with open obligations, got %d banks without", len(owed))
	}
	return nil
}

func (m GenesisState) validateClaims() error {
	for i, claim := range m.Claims {
		if err := claim.Validate(); err != nil {
			return fmt.Errorf("claims[%d]: %w", i, err)
		}
	}
	return ascending("claims", m.Claims, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.Debtor, b.Debtor), cmp.Compare(a.Creditor, b.Creditor))
	})
}

func (m GenesisState) validateQueue() error {
	if m.NextPaymentId == 0 {
		return ErrInvalidGenesis.Wrap("expected next_payment_id 1 or more, got 0")
	}
	ids, holds, banks := map[uint64]bool{}, map[uint64]bool{}, map[string]bool{}
	for i, payment := range m.Queue {
		if err := payment.Validate(); err != nil {
			return fmt.Errorf("queue[%d]: %w", i, err)
		}
		if payment.Id >= m.NextPaymentId || ids[payment.Id] || holds[payment.HoldId] {
			return ErrInvalidGenesis.Wrapf("queue[%d]: expected an id below %d and a hold of its own, got id %d and hold %d",
				i, m.NextPaymentId, payment.Id, payment.HoldId)
		}
		ids[payment.Id], holds[payment.HoldId], banks[payment.Bank] = true, true, true
	}
	err := ascending("queue", m.Queue, func(a, b QueuedPayment) int {
		return cmp.Or(cmp.Compare(a.Bank, b.Bank), cmp.Compare(a.Id, b.Id))
	})
	if err != nil {
		return err
	}
	for i, bank := range m.DirtyBanks {
		if !banks[bank] {
			return ErrInvalidGenesis.Wrapf("dirty_banks[%d]: expected a bank with queued payments, got %q", i, bank)
		}
	}
	return ascending("dirty_banks", m.DirtyBanks, cmp.Compare[string])
}

func (m GenesisState) validateReferences() error {
	type used struct {
		payer     []byte
		reference string
	}
	references := make([]used, len(m.PaymentReferences))
	for i, reference := range m.PaymentReferences {
		payer, err := registrytypes.ParseAddress(reference.Payer)
		if err != nil {
			return fmt.Errorf("payment_references[%d]: %w", i, err)
		}
		if err := ValidateReference(reference.Reference); err != nil {
			return fmt.Errorf("payment_references[%d]: %w", i, err)
		}
		if reference.Id >= m.NextPaymentId {
			return ErrInvalidGenesis.Wrapf("payment_references[%d]: expected an id below %d, got %d", i, m.NextPaymentId, reference.Id)
		}
		references[i] = used{payer: payer, reference: reference.Reference}
	}
	return ascending("payment_references", references, func(a, b used) int {
		return cmp.Or(bytes.Compare(a.payer, b.payer), cmp.Compare(a.reference, b.reference))
	})
}

func (m GenesisState) requireCycle(number uint64) error {
	if number == 0 || number > uint64(len(m.Cycles)) {
		return ErrInvalidGenesis.Wrapf("expected a cycle from 1 to %d, got %d", len(m.Cycles), number)
	}
	return nil
}

// ascending checks that a list has no entry twice and is in order.
func ascending[T any](name string, list []T, compare func(a, b T) int) error {
	for i := 1; i < len(list); i++ {
		if compare(list[i-1], list[i]) >= 0 {
			return ErrInvalidGenesis.Wrapf("%s[%d]: expected ascending order without repeats, got %v after %v", name, i, list[i], list[i-1])
		}
	}
	return nil
}
