// Package statement makes an account's statement of one day from what the bank's node has: every movement of its yen, with
// the balances of the chain before the first and after the last as the proof that none is missing.
package statement

import (
	"fmt"
	"time"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
)

// Kinds of movements.
const (
	// Payment between two accounts.
	Payment = "payment"
	// Issue of yen to the account.
	Issue = "issue"
	// Hold is yen set aside; RedeemHold and RecallHold are holds of redeem orders and recalls.
	Hold       = "hold"
	RedeemHold = "redeem_hold"
	RecallHold = "recall_hold"
	// Release is held yen that came back.
	Release = "release"
	// Capture is yen that came out of another account's hold; RecallReturn out of the hold of a recall.
	Capture      = "capture"
	RecallReturn = "recall_return"
	// Charge and Discharge move yen to and from a Business Zone; ChargeRefund brings back what did not arrive.
	Charge       = "charge"
	ChargeRefund = "charge_refund"
	Discharge    = "discharge"
	// Transfer is a movement with a module that no event of the chain explains.
	Transfer = "transfer"
)

// Movement is yen that came to or left the account.
type Movement struct {
	Height int64
	Time   time.Time
	// TxHash in upper-case hex; empty for what a block did by itself.
	TxHash string
	// Message of the transaction, from 0; -1 for what a block did by itself.
	Message int
	Kind    string
	// Amount in whole yen, below zero for what left.
	Amount math.Int
	// Balance of the account after it.
	Balance math.Int
	// Counterparty is the address of the other side: an account, or a module or escrow.
	Counterparty string
	// Reference of an order or recall, zone of a charge, purpose of a hold.
	Reference string
}

// Day is an account's day.
type Day struct {
	Account string
	Date    businessday.Date
	// First and Last are the heights of the day's blocks; 0 if it has none.
	First, Last int64
	// Opening and Closing are the chain's balances before the first and at the last block.
	Opening, Closing math.Int
	Movements        []Movement
	// Complete says whether the day has ended.
	Complete bool
}

// Balance fills in the balance after each movement, and checks that the movements lead from the opening to the closing
// balance. If they do not, the node has not given all of them, and there is no statement.
func (d *Day) Balance() error {
	balance := d.Opening
	for i, movement := range d.Movements {
		balance = balance.Add(movement.Amount)
		if balance.IsNegative() {
			return fmt.Errorf("expected a balance of %s of 0 or more, got %s after block %d: its node lacks events of the day",
				d.Account, balance, movement.Height)
		}
		d.Movements[i].Balance = balance
	}
	if !balance.Equal(d.Closing) {
		return fmt.Errorf("expected movements of %s on %s from %s to the closing balance %s, got %s: its node lacks events of the day",
			d.Account, d.Date, d.Opening, d.Closing, balance)
	}
	return nil
}

// Totals returns what came and what left, both 0 or more.
func (d *Day) Totals() (in, out math.Int) {
	in, out = math.ZeroInt(), math.ZeroInt()
	for _, movement := range d.Movements {
		if movement.Amount.IsNegative() {
			out = out.Sub(movement.Amount)
		} else {
			in = in.Add(movement.Amount)
		}
	}
	return in, out
}
