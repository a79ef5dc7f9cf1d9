package types

import "cmp"

// validateProducts checks the rows of payment products, and that each payment that waits has its record, if it has a reference, and
// each such record its payment. Whether payments that wait and holds agree is for the laws of money.
func (m GenesisState) validateProducts() error {
	err := ascending("requests", m.Requests, PaymentRequest.Validate, func(a, b PaymentRequest) int {
		return compareReferences(a.Payee, a.Reference, b.Payee, b.Reference)
	})
	if err != nil {
		return err
	}
	err = ascending("mandates", m.Mandates, Mandate.Validate, func(a, b Mandate) int {
		return compareReferences(a.Payer, a.Reference, b.Payer, b.Reference)
	})
	if err != nil {
		return err
	}
	err = ascending("schedules", m.Schedules, Schedule.Validate, func(a, b Schedule) int {
		return compareReferences(a.Payer, a.Reference, b.Payer, b.Reference)
	})
	if err != nil {
		return err
	}
	err = ascending("consents", m.Consents, Consent.Validate, func(a, b Consent) int {
		return compareAddresses(a.Account, b.Account)
	})
	if err != nil {
		return err
	}
	err = ascending("waiting_payments", m.WaitingPayments, WaitingPayment.Validate, func(a, b WaitingPayment) int {
		return cmp.Compare(a.Id, b.Id)
	})
	if err != nil {
		return err
	}
	return m.validateWaiting()
}

func (m GenesisState) validateWaiting() error {
	recorded := make(map[uint64]PaymentRecord)
	for i, record := range m.Payments {
		if record.Status != PaymentStatusWaiting {
			continue
		}
		if other, taken := recorded[record.HoldId]; taken {
			return ErrInvalidGenesis.Wrapf("payments[%d]: expected a hold of its own, got hold %d of %s", i, record.HoldId, other.Name())
		}
		recorded[record.HoldId] = record
	}
	for i, payment := range m.WaitingPayments {
		if payment.Reference == "" {
			continue
		}
		record, found := recorded[payment.Id]
		if !found || record.Payer != payment.Payer || record.Payee != payment.Payee || record.Reference != payment.Reference ||
			!record.Amount.Equal(payment.Amount) {
			return ErrInvalidGenesis.Wrapf("waiting_payments[%d]: expected the record of payment %s of %s to wait in hold %d", i, payment.Reference, payment.Payer, payment.Id)
		}
		delete(recorded, payment.Id)
	}
	if len(recorded) > 0 {
		return ErrInvalidGenesis.Wrapf("expected a waiting payment for each record that waits, got %d records more", len(recorded))
	}
	return nil
}
