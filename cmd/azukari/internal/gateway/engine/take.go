package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/time/rate"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

var (
	// ErrConflict is an order whose payer's nonce the gateway has for another order.
	ErrConflict = errors.New("nonce taken by another order")
	// ErrQuota is an order of a sender that has brought too many.
	ErrQuota = errors.New("over quota")
	// ErrBusy is an order that the gateway cannot take now.
	ErrBusy = errors.New("gateway takes no orders now")
	// ErrNotFound is an order that the gateway does not have.
	ErrNotFound = errors.New("order not found")
)

// Sender is who brings orders to the gateway.
type Sender struct {
	Name string
	// OpenOrders bounds its orders without an outcome.
	OpenOrders int
	// Rate bounds its new orders per second.
	Rate *rate.Limiter
}

// Take takes orders of a sender: they are on disk when it returns. Each is taken or refused by itself. The same order again is
// the same order, whoever brings it.
func (e *Engine) Take(ctx context.Context, sender Sender, orders []paymenttypes.SignedPaymentOrder) []Receipt {
	receipts := make([]Receipt, len(orders))
	fresh := make([]int, 0, len(orders))
	for i, signed := range orders {
		known, err := e.known(signed.Order)
		if err == nil && known == nil {
			err = e.admissible(sender, signed)
		}
		switch {
		case err != nil:
			receipts[i].Err = err
		case known != nil:
			receipts[i] = *known
		default:
			fresh = append(fresh, i)
		}
	}
	for i, err := range e.verify(ctx, orders, fresh) {
		receipts[i].Err = err
	}
	fresh = slices.DeleteFunc(fresh, func(i int) bool { return receipts[i].Err != nil })
	e.insert(sender, orders, fresh, receipts)
	for i := range receipts {
		receipts[i] = receipts[i].onDisk(ctx)
		if err := receipts[i].Err; err != nil {
			e.metrics.rejected.WithLabelValues(reasonOf(err)).Inc()
		}
	}
	return receipts
}

// known returns the receipt of an order that the gateway has, nil of one that it does not have, and ErrConflict if it has another
// one in its place.
func (e *Engine) known(order paymenttypes.PaymentOrder) (*Receipt, error) {
	e.mu.Lock()
	one := e.open[keyOf(order)]
	e.mu.Unlock()
	if one != nil {
		return receiptOf(one, order)
	}
	entry, err := e.journal.Get(order.Payer, order.Nonce)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBusy, err)
	}
	if entry == nil || !stands(entry.Outcome) && digestOf(entry.Order.Order) != digestOf(order) || mayComeAgain(entry.Outcome) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	if digestOf(entry.Order.Order) != digestOf(order) {
		return nil, conflict(order)
	}
	return &Receipt{outcome: entry.Outcome}, nil
}

// stands says whether nobody can bring another order with the nonce.
func stands(outcome gatewaypb.OrderOutcome) bool {
	return outcome.Status == gatewaypb.OrderStatusPending || outcome.NonceUsed
}

// mayComeAgain says whether the same order may be brought again, because its nonce is free and its time not over.
func mayComeAgain(outcome gatewaypb.OrderOutcome) bool {
	return outcome.Status == gatewaypb.OrderStatusRefused && !outcome.NonceUsed
}

func receiptOf(one *order, order paymenttypes.PaymentOrder) (*Receipt, error) {
	if one.digest != digestOf(order) {
		return nil, conflict(order)
	}
	outcome := one.entry.Outcome
	return &Receipt{order: one, outcome: gatewaypb.OrderOutcome{
		Payer: outcome.Payer, Nonce: outcome.Nonce, Status: gatewaypb.OrderStatusPending, AcceptedAt: outcome.AcceptedAt,
	}}, nil
}

func conflict(order paymenttypes.PaymentOrder) error {
	return fmt.Errorf("%w: expected the order that this gateway has of %s with nonce %d, got one with other content: sign it with another nonce",
		ErrConflict, sdk.AccAddress(order.Payer), order.Nonce)
}

// admissible checks what needs neither the zone nor a signature: room, the sender's quota, shape and expiry.
func (e *Engine) admissible(sender Sender, signed paymenttypes.SignedPaymentOrder) error {
	order := signed.Order
	if err := order.Validate(e.yen); err != nil {
		return err
	}
	if order.Nonce == 0 {
		return paymenttypes.ErrInvalidOrder.Wrap("expected a nonce of 1 or more, got 0")
	}
	if len(signed.Signature) != paymenttypes.SignatureLength {
		return paymenttypes.ErrBadSignature.Wrapf("expected %d bytes, got %d", paymenttypes.SignatureLength, len(signed.Signature))
	}
	e.mu.Lock()
	now, closing, open, ofSender := e.lastTime, e.closing, len(e.open), e.bySender[sender.Name]
	e.mu.Unlock()
	if err := order.CheckTime(now); err != nil {
		return err
	}
	switch {
	case closing:
		return fmt.Errorf("%w: it ends; send the order to another gateway, or again", ErrBusy)
	case open >= e.config.OpenOrders:
		return fmt.Errorf("%w: expected at most %d orders without an outcome, got one more; send it again", ErrBusy, e.config.OpenOrders)
	case ofSender >= sender.OpenOrders:
		return fmt.Errorf("%w: expected at most %d orders of %s without an outcome, got one more; wait for outcomes", ErrQuota, sender.OpenOrders, sender.Name)
	case !sender.Rate.Allow():
		return fmt.Errorf("%w: expected at most %g new orders of %s per second, got one more; send it again", ErrQuota, float64(sender.Rate.Limit()), sender.Name)
	}
	return nil
}

// verify checks keys and signatures of the orders at some places, together, and returns the errors by place. What fails with a key
// from the cache is tried once more with the key that the registry has now.
func (e *Engine) verify(ctx context.Context, orders []paymenttypes.SignedPaymentOrder, places []int) map[int]error {
	failed := map[int]error{}
	for _, cached := range []bool{true, false} {
		var checks []paymenttypes.SignatureCheck
		var of, again []int
		for _, i := range places {
			delete(failed, i)
			order := orders[i].Order
			key, err := e.keys.key(ctx, order, cached)
			if err != nil {
				failed[i] = err
				continue
			}
			checks = append(checks, paymenttypes.SignatureCheck{
				Type: key.Type, Key: key.PublicKey, Message: order.SignBytes(e.zone.ChainID(), e.yen), Signature: orders[i].Signature,
			})
			of = append(of, i)
		}
		for j, valid := range paymenttypes.VerifySignatures(checks) {
			if i := of[j]; !valid {
				failed[i] = paymenttypes.ErrBadSignature.Wrapf("expected the signature of key %q of %s over the order as it is, for chain %s",
					orders[i].Order.KeyId, sdk.AccAddress(orders[i].Order.Payer), e.zone.ChainID())
				again = append(again, i)
			}
		}
		if places = again; len(places) == 0 {
			break
		}
	}
	return failed
}

// insert writes the orders at some places down and queues them.
func (e *Engine) insert(sender Sender, orders []paymenttypes.SignedPaymentOrder, places []int, receipts []Receipt) {
	var entries []*gatewaypb.JournalEntry
	var made []*order
	now := time.Now()
	e.mu.Lock()
	for _, i := range places {
		signed := orders[i]
		if one := e.open[keyOf(signed.Order)]; one != nil { // it came twice at once
			known, err := receiptOf(one, signed.Order)
			if err != nil {
				receipts[i].Err = err
				continue
			}
			receipts[i] = *known
			continue
		}
		entry := &gatewaypb.JournalEntry{Sender: sender.Name, Order: signed, Since: e.scanned, Outcome: gatewaypb.OrderOutcome{
			Payer: sdk.AccAddress(signed.Order.Payer).String(), Nonce: signed.Order.Nonce, Status: gatewaypb.OrderStatusPending, AcceptedAt: now.UTC(),
		}}
		one := newOrder(entry)
		e.open[one.key] = one
		e.bySender[sender.Name]++
		entries, made = append(entries, entry), append(made, one)
		receipts[i] = Receipt{order: one, outcome: entry.Outcome}
	}
	e.mu.Unlock()
	err := e.journal.Put(entries...)
	e.mu.Lock()
	for _, one := range made {
		if one.failed = err; err != nil {
			e.forget(one)
		} else {
			e.enqueue(one, now)
			e.metrics.accepted.WithLabelValues(sender.Name).Inc()
		}
		close(one.written)
	}
	e.metrics.open.Set(float64(len(e.open)))
	e.mu.Unlock()
	e.signal()
}

// forget drops an order from the open ones. The lock is held.
func (e *Engine) forget(one *order) {
	delete(e.open, one.key)
	if e.bySender[one.entry.Sender]--; e.bySender[one.entry.Sender] == 0 {
		delete(e.bySender, one.entry.Sender)
	}
}
