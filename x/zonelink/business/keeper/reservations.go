package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

var _ registrytypes.ReservedFlowRecorder = (*Keeper)(nil)

// ReserveFlow sets room aside in the payer bank's cap for yen that a trade will bring from its customers to another bank's. It
// returns ErrNotConnected or ErrOverSlice. Exactly one of RecordReservedFlow and FreeFlow ends it.
func (k *Keeper) ReserveFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error {
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return err
	}
	if err := zone.CheckActive(); err != nil {
		return err
	}
	payer, err := k.bankTotal(ctx, payerBank)
	if err != nil {
		return err
	}
	if err := k.checkSlice(ctx, payer, payeeBank, amount); err != nil {
		return err
	}
	payer.Reserved = payer.Reserved.Add(amount)
	if err := k.bankTotals.Set(ctx, payerBank, payer); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventFlowReserved{PayerBank: payerBank, PayeeBank: payeeBank, Amount: amount})
}

// FreeFlow gives room back that a trade will not use. The Financial Zone hears of it by a report if it was promised beyond the cap.
func (k *Keeper) FreeFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error {
	payer, err := k.unreserve(ctx, payerBank, amount)
	if err != nil {
		return err
	}
	bankCap, err := k.capOf(ctx, payerBank)
	if err != nil {
		return err
	}
	if roomOf(bankCap, payer).LT(amount) {
		if err := k.nextVersion(ctx); err != nil {
			return err
		}
	}
	if err := k.bankTotals.Set(ctx, payerBank, payer); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventFlowFreed{PayerBank: payerBank, PayeeBank: payeeBank, Amount: amount})
}

// RecordReservedFlow implements registrytypes.ReservedFlowRecorder: it counts yen for which ReserveFlow set room aside, whatever
// became of the cap and of the link since. Over a link that was closed nothing can be reported any more, but a wind-up reads
// the totals.
func (k *Keeper) RecordReservedFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error {
	payer, err := k.unreserve(ctx, payerBank, amount)
	if err != nil {
		return err
	}
	return k.countFlow(ctx, payer, payeeBank, amount)
}

// nextVersion makes a report due.
func (k *Keeper) nextVersion(ctx context.Context) error {
	state, err := k.reportState.Get(ctx)
	if err != nil {
		return err
	}
	state.Version++
	return k.reportState.Set(ctx, state)
}

// unreserve returns a bank's totals with less reserved, without storing them.
func (k *Keeper) unreserve(ctx context.Context, bank string, amount math.Int) (types.BankTotal, error) {
	total, err := k.bankTotal(ctx, bank)
	if err != nil {
		return types.BankTotal{}, err
	}
	if amount.GT(total.Reserved) {
		return types.BankTotal{}, errorsmod.Wrapf(zonelinktypes.ErrNotReserved,
			"expected at most %s yen, what is reserved for %s, got %s", total.Reserved, bank, amount)
	}
	total.Reserved = total.Reserved.Sub(amount)
	return total, nil
}

// roomOf returns how much more a bank's customers may send or reserve; below zero if the cap was lowered below what is used
// and reserved.
func roomOf(bankCap zonelinktypes.BankCap, total types.BankTotal) math.Int {
	return bankCap.Room(total.Sent, total.Received).Sub(total.Reserved)
}

// promised returns how far banks go beyond the caps in force, because trades were confirmed under older ones. The Financial Zone
// would refuse their flows otherwise, as soon as it hears by which caps the zone goes now.
func (k *Keeper) promised(ctx context.Context) ([]zonelinktypes.BankCap, error) {
	var promised []zonelinktypes.BankCap
	err := k.bankTotals.Walk(ctx, nil, func(bank string, total types.BankTotal) (bool, error) {
		if !total.Reserved.IsPositive() {
			return false, nil
		}
		bankCap, err := k.capOf(ctx, bank)
		if err != nil {
			return true, err
		}
		if roomOf(bankCap, total).IsNegative() {
			promised = append(promised, zonelinktypes.BankCap{Bank: bank, Limit: total.Sent.Sub(total.Received).Add(total.Reserved)})
		}
		return false, nil
	})
	return promised, err
}

// reservedFlows returns what is reserved, in ascending order of bank.
func (k *Keeper) reservedFlows(ctx context.Context) ([]types.ReservedFlow, error) {
	var reserved []types.ReservedFlow
	err := k.IterateReserved(ctx, func(one types.ReservedFlow) (bool, error) {
		reserved = append(reserved, one)
		return false, nil
	})
	return reserved, err
}

// IterateReserved visits what is reserved in ascending order of bank, until it is told to stop.
func (k *Keeper) IterateReserved(ctx context.Context, visit func(types.ReservedFlow) (stop bool, err error)) error {
	return k.bankTotals.Walk(ctx, nil, func(bank string, total types.BankTotal) (bool, error) {
		if !total.Reserved.IsPositive() {
			return false, nil
		}
		return visit(types.ReservedFlow{Bank: bank, Amount: total.Reserved})
	})
}
