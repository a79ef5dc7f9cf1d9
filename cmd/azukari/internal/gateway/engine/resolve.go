package engine

import (
	"context"
	"strings"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// resolve finds the outcome of orders that the zone refused without using their nonces, and of expired ones. No copy of them is on
// its way, and every block since they were taken has been read: what their nonces were used by came before that. An order of which
// nodes do not answer stays open, for the next block.
func (e *Engine) resolve(ctx context.Context, orders []*order, height int64) (ended []end) {
	for _, one := range orders {
		outcome, err := e.decide(ctx, one, height)
		if err != nil {
			e.log.Debug("outcome not found; asked again", "payer", one.entry.Outcome.Payer, "nonce", one.entry.Outcome.Nonce, "error", err)
			continue
		}
		outcome.AcceptedAt = one.entry.Outcome.AcceptedAt
		ended = append(ended, end{one, outcome})
	}
	return ended
}

func (e *Engine) decide(ctx context.Context, one *order, height int64) (gatewaypb.OrderOutcome, error) {
	order := one.entry.Order.Order
	payer := sdk.AccAddress(order.Payer)
	nonces, err := e.zone.Nonces(ctx, payer, height)
	if err != nil {
		return gatewaypb.OrderOutcome{}, err
	}
	if _, err := nonces.Use(order.Nonce); !errorsmod.IsOf(err, paymenttypes.ErrNonceUsed) {
		if one.refusal != nil && !isExpiry(*one.refusal) {
			return *one.refusal, nil
		}
		codespace, code, _ := errorsmod.ABCIInfo(paymenttypes.ErrOrderExpired, false)
		return gatewaypb.OrderOutcome{
			Payer: payer.String(), Nonce: order.Nonce, Status: gatewaypb.OrderStatusExpired, Codespace: codespace, Code: code,
			Error: paymenttypes.ErrOrderExpired.Wrapf("not paid by Unix time %d: sign a new one", order.ExpiresAt).Error(), Height: height,
		}, nil
	}
	return e.found(ctx, one)
}

func isExpiry(outcome gatewaypb.OrderOutcome) bool {
	return outcome.Codespace == paymenttypes.ModuleName && outcome.Code == paymenttypes.ErrOrderExpired.ABCICode()
}

// found looks up in the index of transactions what used the nonce of an order.
func (e *Engine) found(ctx context.Context, one *order) (gatewaypb.OrderOutcome, error) {
	order := one.entry.Order.Order
	payer := sdk.AccAddress(order.Payer)
	blocks, err := e.zone.Find(ctx, payer, order.Nonce)
	if err != nil {
		return gatewaypb.OrderOutcome{}, err
	}
	for _, block := range blocks {
		for _, tx := range block.Txs {
			bundles, err := bundlesOf(tx.Raw)
			if err != nil || tx.Code != 0 {
				continue
			}
			all, err := outcomes(block.Height, tx, bundles)
			if err != nil {
				return gatewaypb.OrderOutcome{}, err
			}
			for _, done := range all {
				if !done.decided || keyOf(done.order) != one.key {
					continue
				}
				if digestOf(done.order) != one.digest {
					return usedByOther(done.outcome), nil
				}
				return done.outcome, nil
			}
		}
	}
	codespace, code, _ := errorsmod.ABCIInfo(paymenttypes.ErrNonceUsed, false)
	return gatewaypb.OrderOutcome{
		Payer: payer.String(), Nonce: order.Nonce, Status: gatewaypb.OrderStatusNonceUsed, Codespace: codespace, Code: code, NonceUsed: true,
		Error: paymenttypes.ErrNonceUsed.Wrap("or a much higher one, and the nodes of this gateway find no transaction that did: look at the payer's statement").Error(),
	}, nil
}

// statusWord names a status in metrics.
func statusWord(status gatewaypb.OrderStatus) string {
	return strings.ToLower(strings.TrimPrefix(status.String(), "ORDER_STATUS_"))
}
