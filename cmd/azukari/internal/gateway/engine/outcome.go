package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

const (
	bundleURL    = "/azukari.payment.v1.MsgExecuteOrders"
	refusedEvent = "azukari.payment.v1.EventOrderRefused"
	// messageIndex is the attribute by which the SDK says which message of a transaction emitted an event.
	messageIndex = "msg_index"
)

// IsBundle says quickly whether the bytes of a transaction can be those of a bundle.
func IsBundle(raw []byte) bool { return bytes.Contains(raw, []byte(bundleURL)) }

// hashOf is the name of a transaction.
func hashOf(raw []byte) string { return fmt.Sprintf("%X", sha256.Sum256(raw)) }

// carried is one order of a bundle in a block and what became of it.
type carried struct {
	order   paymenttypes.PaymentOrder
	outcome gatewaypb.OrderOutcome
	// decided says that the order used up its nonce.
	decided bool
}

// bundlesOf returns the bundles of a transaction by the places of their messages.
func bundlesOf(raw []byte) (map[int]*paymenttypes.MsgExecuteOrders, error) {
	if !IsBundle(raw) {
		return nil, nil //nolint:nilnil // none
	}
	var tx txtypes.TxRaw
	if err := tx.Unmarshal(raw); err != nil {
		return nil, err
	}
	var body txtypes.TxBody
	if err := body.Unmarshal(tx.BodyBytes); err != nil {
		return nil, err
	}
	found := map[int]*paymenttypes.MsgExecuteOrders{}
	for i, message := range body.Messages {
		if message.TypeUrl != bundleURL {
			continue
		}
		found[i] = &paymenttypes.MsgExecuteOrders{}
		if err := found[i].Unmarshal(message.Value); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// outcomes returns what became of the orders of bundles in a transaction that a block carried out.
func outcomes(height int64, tx nodeclient.BlockTx, bundles map[int]*paymenttypes.MsgExecuteOrders) ([]carried, error) {
	var data sdk.TxMsgData
	if err := data.Unmarshal(tx.Data); err != nil {
		return nil, err
	}
	var all []carried
	var refused map[place]refusal
	hash := hashOf(tx.Raw)
	for at, message := range bundles {
		if at >= len(data.MsgResponses) {
			return nil, fmt.Errorf("expected an answer to message %d, got %d answers", at, len(data.MsgResponses))
		}
		var answer paymenttypes.MsgExecuteOrdersResponse
		if err := answer.Unmarshal(data.MsgResponses[at].Value); err != nil {
			return nil, err
		}
		if len(answer.Results) != len(message.Orders) {
			return nil, fmt.Errorf("expected %d results, got %d", len(message.Orders), len(answer.Results))
		}
		for i, result := range answer.Results {
			order := message.Orders[i].Order
			outcome := gatewaypb.OrderOutcome{
				Payer: sdk.AccAddress(order.Payer).String(), Nonce: order.Nonce, Status: gatewaypb.OrderStatusPaid,
				NonceUsed: true, HoldId: result.HoldId, Height: height, TxHash: hash,
			}
			switch {
			case result.Code != 0:
				if refused == nil {
					var err error
					if refused, err = refusals(tx); err != nil {
						return nil, err
					}
				}
				why := refused[place{at, i}]
				outcome.Status, outcome.NonceUsed = gatewaypb.OrderStatusRefused, why.nonceUsed
				outcome.Codespace, outcome.Code, outcome.Error = result.Codespace, result.Code, why.text
			case result.HoldId != 0:
				outcome.Status = gatewaypb.OrderStatusHeld
			}
			all = append(all, carried{order: order, outcome: outcome, decided: outcome.NonceUsed})
		}
	}
	return all, nil
}

// place is a message of a transaction and an order of its bundle.
type place struct{ message, order int }

// refusal is why an order was refused, and whether for good.
type refusal struct {
	text      string
	nonceUsed bool
}

// refusals reads EventOrderRefused of a transaction.
func refusals(tx nodeclient.BlockTx) (map[place]refusal, error) {
	events, err := tx.Events()
	if err != nil {
		return nil, err
	}
	found := map[place]refusal{}
	for _, event := range events {
		if event.Type != refusedEvent {
			continue
		}
		var at place
		var why refusal
		for _, attribute := range event.Attributes {
			into := map[string]any{"index": &at.order, "error": &why.text, "nonce_used": &why.nonceUsed, messageIndex: &at.message}[attribute.Key]
			if into == nil {
				continue
			}
			if err := json.Unmarshal([]byte(attribute.Value), into); err != nil {
				return nil, fmt.Errorf("%s of %s: expected JSON, got %q", attribute.Key, event.Type, attribute.Value)
			}
		}
		found[at] = why
	}
	return found, nil
}
