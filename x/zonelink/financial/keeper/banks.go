package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// ReservedFor returns how much of a bank's net debit cap is set aside for payments in all zones, in yen.
func (k *Keeper) ReservedFor(ctx context.Context, bank string) (math.Int, error) {
	reserved, err := k.reserved.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return math.ZeroInt(), nil
	}
	return reserved, err
}

// IterateBanks visits banks in zones in ascending order of zone, then bank, until it is told to stop.
func (k *Keeper) IterateBanks(ctx context.Context, visit func(types.ZoneBank) (stop bool, err error)) error {
	return k.banks.Walk(ctx, nil, func(_ zoneBank, bank types.ZoneBank) (bool, error) { return visit(bank) })
}

// IterateFlows visits reported flows in ascending order of zone, payer bank, payee bank, until it is told to stop.
func (k *Keeper) IterateFlows(ctx context.Context, visit func(types.ZoneFlow) (stop bool, err error)) error {
	return k.flows.Walk(ctx, nil, func(_ zoneFlow, flow types.ZoneFlow) (bool, error) { return visit(flow) })
}

// banksOf returns the banks in one zone, in ascending order.
func (k *Keeper) banksOf(ctx context.Context, zone string) ([]types.ZoneBank, error) {
	var banks []types.ZoneBank
	ofZone := collections.NewPrefixedPairRange[string, string](zone)
	err := k.banks.Walk(ctx, ofZone, func(_ zoneBank, bank types.ZoneBank) (bool, error) {
		banks = append(banks, bank)
		return false, nil
	})
	return banks, err
}

// bankIn returns a bank in a zone, new if it is not there yet.
func (k *Keeper) bankIn(ctx context.Context, zone, bank string) (types.ZoneBank, error) {
	known, err := k.banks.Get(ctx, collections.Join(zone, bank))
	if errors.Is(err, collections.ErrNotFound) {
		return types.NewZoneBank(zone, bank), nil
	}
	return known, err
}

// join makes a bank one of a zone's, which has its caps reviewed, if it is not yet.
func (k *Keeper) join(ctx context.Context, zone, bank string) error {
	known, err := k.banks.Has(ctx, collections.Join(zone, bank))
	if err != nil || known {
		return err
	}
	if err := k.banks.Set(ctx, collections.Join(zone, bank), types.NewZoneBank(zone, bank)); err != nil {
		return err
	}
	return k.capsDue.Set(ctx, zone)
}

// setBank stores a bank in a zone and keeps the sum of what is set aside for it.
func (k *Keeper) setBank(ctx context.Context, bank types.ZoneBank) error {
	before, err := k.bankIn(ctx, bank.Zone, bank.Bank)
	if err != nil {
		return err
	}
	if err := k.banks.Set(ctx, collections.Join(bank.Zone, bank.Bank), bank); err != nil {
		return err
	}
	return k.moveReserved(ctx, bank.Bank, bank.Reserved().Sub(before.Reserved()))
}

func (k *Keeper) moveReserved(ctx context.Context, bank string, change math.Int) error {
	if change.IsZero() {
		return nil
	}
	reserved, err := k.ReservedFor(ctx, bank)
	if err != nil {
		return err
	}
	if reserved = reserved.Add(change); reserved.IsZero() {
		err = k.reserved.Remove(ctx, bank)
	} else {
		err = k.reserved.Set(ctx, bank, reserved)
	}
	if err != nil || change.IsPositive() {
		return err
	}
	return k.clearing.RoomGrew(ctx, bank)
}

// reportsOf returns how far a zone's reports and caps have come.
func (k *Keeper) reportsOf(ctx context.Context, zone string) (types.ZoneReports, error) {
	reports, err := k.reports.Get(ctx, zone)
	if errors.Is(err, collections.ErrNotFound) {
		return types.ZoneReports{Zone: zone}, nil
	}
	return reports, err
}
