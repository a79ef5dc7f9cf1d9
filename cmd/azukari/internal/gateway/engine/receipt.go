package engine

import (
	"context"
	"errors"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Receipt is an order that was taken, now or before, or the error of one that was not.
type Receipt struct {
	order   *order
	outcome gatewaypb.OrderOutcome
	// Err is ErrConflict, ErrQuota, ErrBusy, what x/payment says of an order that cannot be right, or of a node that does not answer.
	Err error
}

// Wait returns the outcome, or that it is pending when the context ends.
func (r Receipt) Wait(ctx context.Context) gatewaypb.OrderOutcome {
	if r.order == nil {
		return r.outcome
	}
	select {
	case <-r.order.done:
		return *r.order.final
	case <-ctx.Done():
	}
	select {
	case <-r.order.done:
		return *r.order.final
	default:
		return r.outcome
	}
}

// onDisk returns the receipt once its order is on disk.
func (r Receipt) onDisk(ctx context.Context) Receipt {
	if r.order == nil || r.Err != nil {
		return r
	}
	select {
	case <-r.order.written:
	case <-ctx.Done():
		return Receipt{Err: fmt.Errorf("%w: %w", ErrBusy, ctx.Err())}
	}
	if r.order.failed != nil {
		return Receipt{Err: fmt.Errorf("%w: %w", ErrBusy, r.order.failed)}
	}
	return r
}

// Outcome returns the receipt of an order that a sender brought. It returns ErrNotFound.
func (e *Engine) Outcome(sender Sender, payer sdk.AccAddress, nonce uint64) (Receipt, error) {
	order := paymenttypes.PaymentOrder{Payer: payer, Nonce: nonce}
	e.mu.Lock()
	one := e.open[keyOf(order)]
	e.mu.Unlock()
	if one != nil && one.entry.Sender == sender.Name {
		receipt, err := receiptOf(one, one.entry.Order.Order)
		if err != nil {
			return Receipt{}, err
		}
		return *receipt, nil
	}
	entry, err := e.journal.Get(payer, nonce)
	if err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrBusy, err)
	}
	if entry == nil || entry.Sender != sender.Name {
		return Receipt{}, fmt.Errorf("%w: expected an order of %s that %s brought here, with nonce %d, got none", ErrNotFound, payer, sender.Name, nonce)
	}
	return Receipt{outcome: entry.Outcome}, nil
}

// reasonOf names an error in metrics.
func reasonOf(err error) string {
	for reason, known := range map[string]error{
		"conflict": ErrConflict, "quota": ErrQuota, "busy": ErrBusy, "expired": paymenttypes.ErrOrderExpired,
		"signature": paymenttypes.ErrBadSignature, "key": registrytypes.ErrOrderKeyNotFound, "account": registrytypes.ErrAccountNotFound,
	} {
		if errors.Is(err, known) {
			return reason
		}
	}
	return "malformed"
}
