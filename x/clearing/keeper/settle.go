package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/internal/overlay"
)

// RecordFlow settles yen that passes from a customer of one bank to a customer of another: in reserve at once, or in the
// banks' positions, as the parameters say; and books it with x/deposit. Amount is in yen and positive.
//
// It returns ErrInvalidFlow, ErrBankStopped if the payer's bank has failed, ErrInsufficientLiquidity if it can settle the
// amount neither way, and x/deposit's errors. A caller that survives an error must have called in a cached context.
func (k *Keeper) RecordFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error {
	if err := checkFlow(payerBank, payeeBank, amount); err != nil {
		return err
	}
	cycle, err := k.openNumber.Get(ctx)
	if err != nil {
		return err
	}
	settledBy, err := k.settle(ctx, cycle, payerBank, payeeBank, amount)
	if err != nil {
		return err
	}
	return k.bookFlow(ctx, cycle, payerBank, payeeBank, amount, settledBy)
}

// RecordReservedFlow settles yen that has passed between customers of two banks already, in the banks' positions and
// whatever room the payer's bank has: a Business Zone reports what was paid within the slice that was set aside for it, or a
// flow is booked back. It asks neither for the mode nor for the bank's status, and returns ErrInvalidFlow and x/deposit's
// errors only. Amount is in yen and positive.
func (k *Keeper) RecordReservedFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error {
	if err := checkFlow(payerBank, payeeBank, amount); err != nil {
		return err
	}
	cycle, err := k.openNumber.Get(ctx)
	if err != nil {
		return err
	}
	if err := k.movePositions(ctx, cycle, payerBank, payeeBank, amount); err != nil {
		return err
	}
	return k.bookFlow(ctx, cycle, payerBank, payeeBank, amount, types.SettledByPosition)
}

func checkFlow(payerBank, payeeBank string, amount math.Int) error {
	if payerBank == "" || payeeBank == "" || payerBank == payeeBank || amount.IsNil() || !amount.IsPositive() {
		return errorsmod.Wrapf(types.ErrInvalidFlow,
			"expected a positive amount between two banks, got %s from %q to %q", amount, payerBank, payeeBank)
	}
	return nil
}

// bookFlow keeps a flow that was settled, tells it, and has the payee bank's queue looked at.
func (k *Keeper) bookFlow(
	ctx context.Context, cycle uint64, payerBank, payeeBank string, amount math.Int, settledBy types.SettledBy,
) error {
	if err := k.addFlow(ctx, cycle, payerBank, payeeBank, amount, settledBy); err != nil {
		return err
	}
	if err := k.markDirty(ctx, payeeBank); err != nil {
		return err
	}
	if session := overlay.Of(ctx); session != nil {
		session.AtEnd(k, k.tellFlows)
	} else if err := tellFlow(ctx, cycle, payerBank, payeeBank, amount, settledBy); err != nil {
		return err
	}
	return k.deposit.RecordFlow(ctx, payerBank, payeeBank, amount)
}

func tellFlow(ctx context.Context, cycle uint64, payerBank, payeeBank string, amount math.Int, settledBy types.SettledBy) error {
	return event.Emit(ctx, &types.EventFlowSettled{
		Cycle: cycle, PayerBank: payerBank, PayeeBank: payeeBank, Amount: amount, SettledBy: settledBy,
	})
}

// tellFlows tells what has passed between banks in a session: of a thousand orders one event for each pair of banks and way.
func (k *Keeper) tellFlows(ctx context.Context, session *overlay.Session) error {
	type flowKey = collections.Triple[uint64, string, string]
	return k.flows.Changes(session, func(key flowKey, before, after types.CycleFlow) error {
		if before.Cycle == 0 {
			before = types.NewCycleFlow(key.K1(), key.K2(), key.K3())
		}
		if passed := after.ByReserve.Sub(before.ByReserve); passed.IsPositive() {
			if err := tellFlow(ctx, key.K1(), key.K2(), key.K3(), passed, types.SettledByReserve); err != nil {
				return err
			}
		}
		if passed := after.ByPosition.Sub(before.ByPosition); passed.IsPositive() {
			return tellFlow(ctx, key.K1(), key.K2(), key.K3(), passed, types.SettledByPosition)
		}
		return nil
	})
}

// settle moves reserve or positions, and says which.
func (k *Keeper) settle(ctx context.Context, cycle uint64, payerBank, payeeBank string, amount math.Int) (types.SettledBy, error) {
	if batch := offsetOf(ctx); batch != nil {
		settledBy := batch.settledBy(amount)
		if settledBy == types.SettledByReserve {
			batch.moveReserve(payerBank, payeeBank, amount)
			return settledBy, nil
		}
		return settledBy, k.movePositions(ctx, cycle, payerBank, payeeBank, amount)
	}
	settledBy, err := k.choose(ctx, cycle, payerBank, payeeBank, amount)
	if err != nil {
		return settledBy, err
	}
	if settledBy == types.SettledByReserve {
		return settledBy, k.pay(ctx, payerBank, payeeBank, amount)
	}
	return settledBy, k.movePositions(ctx, cycle, payerBank, payeeBank, amount)
}

// choose says how a flow can be settled now, or returns ErrBankStopped or ErrInsufficientLiquidity. It changes nothing.
func (k *Keeper) choose(ctx context.Context, cycle uint64, payerBank, payeeBank string, amount math.Int) (types.SettledBy, error) {
	payer, err := k.participant(ctx, payerBank)
	if err != nil {
		return types.SettledByUnspecified, err
	}
	if payer.IsFailed() {
		return types.SettledByUnspecified, errorsmod.Wrapf(types.ErrBankStopped,
			"expected a bank that settles, got %s, which has failed to; pay from an account at another bank", payerBank)
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return types.SettledByUnspecified, err
	}
	gross, net := waysOf(params, amount)
	reserve := math.ZeroInt()
	if gross {
		if reserve = k.Reserve(ctx, payerBank); reserve.GTE(amount) {
			return types.SettledByReserve, nil
		}
	}
	if !net {
		return types.SettledByUnspecified, errorsmod.Wrapf(types.ErrInsufficientLiquidity,
			"expected a reserve of %s of at least %s yen for a payment to a customer of %s, got %s; queue the payment, pay less, or ask %s",
			payerBank, amount, payeeBank, reserve, payerBank)
	}
	room, err := k.roomOf(ctx, params, cycle, payer)
	if err != nil {
		return types.SettledByUnspecified, err
	}
	if amount.LTE(room.headroom()) {
		return types.SettledByPosition, nil
	}
	return types.SettledByUnspecified, errorsmod.Wrapf(types.ErrInsufficientLiquidity,
		"expected %s to settle %s yen to a customer of %s, got reserve %s, position %s, owed %s, cap %s and %s of it set aside for zones; "+
			"queue the payment, pay less, or ask %s",
		payerBank, amount, payeeBank, reserve, room.position, room.owed, room.cap, room.reserved, payerBank)
}

// waysOf says in which ways a flow of an amount may be settled.
func waysOf(params types.Params, amount math.Int) (gross, net bool) {
	if amount.GTE(params.LargeValueThreshold) || params.Mode == types.SettlementModeGross {
		return true, false
	}
	return params.Mode == types.SettlementModeHybrid, true
}

// room is what a bank's position may still do, in yen.
type room struct {
	position, owed, cap math.Int
	// reserved is what Business Zones may still send on their own.
	reserved math.Int
}

// headroom is how much more the bank can send in positions. It is below zero if the cap was lowered below the debit,
// or if a close has paid out what a zone may still count on.
func (r room) headroom() math.Int {
	return r.cap.Add(r.position).Sub(r.owed).Sub(r.reserved)
}

func (k *Keeper) roomOf(ctx context.Context, params types.Params, cycle uint64, bank types.Participant) (room, error) {
	position, err := k.position(ctx, cycle, bank.Bank)
	if err != nil {
		return room{}, err
	}
	pledge := math.ZeroInt()
	if params.PledgeRatioPercent > 0 {
		pledge = k.Pledge(ctx, bank.Bank)
	}
	reserved := math.ZeroInt()
	if k.zones != nil {
		if reserved, err = k.zones.ReservedFor(ctx, bank.Bank); err != nil {
			return room{}, err
		}
	}
	return room{position: position.Net(), owed: bank.Owed, cap: bank.Cap(params, pledge), reserved: reserved}, nil
}

// movePositions moves an amount from the payer bank's position to the payee bank's.
func (k *Keeper) movePositions(ctx context.Context, cycle uint64, payerBank, payeeBank string, amount math.Int) error {
	payer, err := k.position(ctx, cycle, payerBank)
	if err != nil {
		return err
	}
	payer.Sent = payer.Sent.Add(amount)
	if err := k.positions.Set(ctx, collections.Join(cycle, payerBank), payer); err != nil {
		return err
	}
	payee, err := k.position(ctx, cycle, payeeBank)
	if err != nil {
		return err
	}
	payee.Received = payee.Received.Add(amount)
	return k.positions.Set(ctx, collections.Join(cycle, payeeBank), payee)
}

func (k *Keeper) addFlow(
	ctx context.Context, cycle uint64, payerBank, payeeBank string, amount math.Int, settledBy types.SettledBy,
) error {
	key := collections.Join3(cycle, payerBank, payeeBank)
	flow, err := k.flows.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		flow = types.NewCycleFlow(cycle, payerBank, payeeBank)
	} else if err != nil {
		return err
	}
	if settledBy == types.SettledByReserve {
		flow.ByReserve = flow.ByReserve.Add(amount)
	} else {
		flow.ByPosition = flow.ByPosition.Add(amount)
	}
	return k.flows.Set(ctx, key, flow)
}

func (k *Keeper) position(ctx context.Context, cycle uint64, bank string) (types.CyclePosition, error) {
	position, err := k.positions.Get(ctx, collections.Join(cycle, bank))
	if errors.Is(err, collections.ErrNotFound) {
		return types.NewCyclePosition(cycle, bank), nil
	}
	return position, err
}

func (k *Keeper) participant(ctx context.Context, bank string) (types.Participant, error) {
	participant, err := k.participants.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return types.NewParticipant(bank), nil
	}
	return participant, err
}

// updateParticipant changes one bank's record, starting from that of a bank without one.
func (k *Keeper) updateParticipant(ctx context.Context, bank string, change func(*types.Participant)) error {
	participant, err := k.participant(ctx, bank)
	if err != nil {
		return err
	}
	change(&participant)
	return k.participants.Set(ctx, bank, participant)
}
