package types

import (
	"cmp"

	errorsmod "cosmossdk.io/errors"
)

// DefaultGenesis returns a genesis without orders.
func DefaultGenesis() *GenesisState {
	return &GenesisState{}
}

// Validate checks each entry, that each list is in strictly ascending order of its key, so that there is exactly one
// genesis for one state, and what one entry says of another. Whether orders, books and balances agree is for the laws of
// money.
func (m GenesisState) Validate() error {
	checks := []error{
		validateList("orders", m.Orders, func(o Order) key { return key{o.Bank, o.Reference} }),
		m.validateUniqueness(),
		validateList("books", m.Books, func(b BankBook) key { return key{b.Bank} }),
		validateList("flows", m.Flows, func(f Flow) key { return key{f.PayerBank, f.PayeeBank} }),
		validateList("batches", m.Batches, func(b GenesisBatch) key { return key{b.Batch.Bank, b.Batch.Id} }),
		m.validateBatchOrders(),
		validateList("ceilings", m.Ceilings, func(c Ceiling) key { return key{c.Bank} }),
		validateList("attestations", m.Attestations, func(a Attestation) key { return key{a.Bank, a.Reference} }),
		validateList("business_days", m.BusinessDays, func(d BusinessDay) key { return key{d.Bank, d.Date} }),
		m.validateDays(),
	}
	for _, err := range checks {
		if err != nil {
			return err
		}
	}
	return nil
}

// key is what a list is ordered by.
type key [2]string

func (k key) String() string {
	if k[1] == "" {
		return k[0]
	}
	return k[0] + "/" + k[1]
}

// validateList checks each entry of a list and their order.
func validateList[T interface{ Validate() error }](name string, list []T, keyOf func(T) key) error {
	for i, entry := range list {
		if err := entry.Validate(); err != nil {
			return errorsmod.Wrapf(err, "%s[%d]", name, i)
		}
		if i == 0 {
			continue
		}
		before, after := keyOf(list[i-1]), keyOf(entry)
		if cmp.Or(cmp.Compare(before[0], after[0]), cmp.Compare(before[1], after[1])) >= 0 {
			return ErrInvalidGenesis.Wrapf("%s[%d]: expected ascending order, got %s after %s", name, i, after, before)
		}
	}
	return nil
}

// validateUniqueness checks that no two orders name the same hold, where the second decision would find it gone, and that
// no debit in a core ledger counts for two orders.
func (m GenesisState) validateUniqueness() error {
	holders := make(map[uint64]string, len(m.Orders))
	references := make(map[key]struct{}, len(m.Orders))
	for _, order := range m.Orders {
		references[key{order.Bank, order.Reference}] = struct{}{}
	}
	for i, order := range m.Orders {
		if order.HoldId != 0 {
			if other, taken := holders[order.HoldId]; taken {
				return ErrInvalidGenesis.Wrapf("orders[%d]: expected a hold of its own, got hold %d of %s", i, order.HoldId, other)
			}
			holders[order.HoldId] = order.Name()
		}
		if order.CoreReference != "" {
			debit := key{order.Bank, order.CoreReference}
			if _, taken := references[debit]; taken {
				return ErrInvalidGenesis.Wrapf("orders[%d]: expected a core reference of its own, got %s", i, debit)
			}
			references[debit] = struct{}{}
		}
	}
	return nil
}

// validateBatchOrders checks that orders and batches name each other: each order of a batch is the one that an accepted
// line of it left, and each accepted line left one.
func (m GenesisState) validateBatchOrders() error {
	ordered := map[key]key{}
	for _, order := range m.Orders {
		if order.Batch != "" {
			ordered[key{order.Bank, order.Reference}] = key{order.Bank, order.Batch}
		}
	}
	for i, batch := range m.Batches {
		id := key{batch.Batch.Bank, batch.Batch.Id}
		for _, line := range batch.Lines {
			if !line.Submission.Succeeded() {
				continue
			}
			reference := key{id[0], line.Order.Reference}
			if ordered[reference] != id {
				return ErrInvalidGenesis.Wrapf("batches[%d]: expected an order %s of it for line %d, got none", i, reference, line.Number)
			}
			delete(ordered, reference)
		}
	}
	for i, order := range m.Orders {
		if _, left := ordered[key{order.Bank, order.Reference}]; left {
			return ErrInvalidGenesis.Wrapf("orders[%d]: expected a line of batch %s, got none", i, order.Batch)
		}
	}
	return nil
}

// validateDays checks that each bank with business days has a book, that a book's own date is later than its days, and
// that no day after the newest close is closed.
func (m GenesisState) validateDays() error {
	books := make(map[string]BankBook, len(m.Books))
	for _, book := range m.Books {
		books[book.Bank] = book
	}
	closed := map[key]bool{}
	for i, day := range m.BusinessDays {
		book, found := books[day.Bank]
		if !found {
			return ErrInvalidGenesis.Wrapf("business_days[%d]: expected a book of %s, got none", i, day.Bank)
		}
		if book.Date != "" && day.Date >= book.Date {
			return ErrInvalidGenesis.Wrapf("business_days[%d]: expected a date before %s, the book's, got %s", i, book.Date, day.Date)
		}
		if day.ClosedAt != nil && day.Date > book.ClosedThrough {
			return ErrInvalidGenesis.Wrapf("business_days[%d]: expected no close after %q, got one of %s", i, book.ClosedThrough, day.Date)
		}
		closed[key{day.Bank, day.Date}] = day.ClosedAt != nil
	}
	for i, book := range m.Books {
		if book.ClosedThrough != "" && !closed[key{book.Bank, book.ClosedThrough}] {
			return ErrInvalidGenesis.Wrapf("books[%d]: expected a closed business day %s, got none", i, book.ClosedThrough)
		}
	}
	return nil
}
