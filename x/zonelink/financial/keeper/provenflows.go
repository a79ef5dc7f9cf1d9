package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// proveFlows keeps proven totals and applies all that are there, if they go together. It says whether they did.
func (k *Keeper) proveFlows(ctx sdk.Context, zone types.Zone, root []byte, flows []types.FlowProof) (applied bool, err error) {
	for _, flow := range flows {
		total, err := types.ProvenFlow(root, flow)
		if err != nil {
			return false, err
		}
		for _, bank := range []string{flow.PayerBank, flow.PayeeBank} {
			if err := k.checkBank(ctx, bank); err != nil {
				return false, errorsmod.Wrap(zonelinktypes.ErrInvalidClaim, err.Error())
			}
		}
		key := collections.Join3(zone.Id, flow.PayerBank, flow.PayeeBank)
		known, err := k.flows.Get(ctx, key)
		if err != nil && !errors.Is(err, collections.ErrNotFound) {
			return false, err
		}
		// What was reported after the state by which the zone is wound up has been settled between the banks.
		if err == nil && known.Total.GTE(total) {
			continue
		}
		if err := k.provenFlows.Set(ctx, key, total); err != nil {
			return false, err
		}
	}
	return k.applyProvenFlows(ctx, zone.Id)
}

// applyProvenFlows applies proven totals as the members' acceptance of a report does, beyond slices, too: they are in a state
// that the members trust. If a share would fall below zero, or below charges in flight, totals or charges are missing that
// it depends on, and all of them wait.
func (k *Keeper) applyProvenFlows(ctx sdk.Context, zone string) (applied bool, err error) {
	waiting, err := k.waitingFlows(ctx, zone)
	if err != nil || len(waiting) == 0 {
		return err == nil, err
	}
	flows := make([]zonelinktypes.Flow, len(waiting))
	for i, flow := range waiting {
		flows[i] = zonelinktypes.Flow{PayerBank: flow.PayerBank, PayeeBank: flow.PayeeBank, Total: flow.Total}
	}
	cached, write := branch.Begin(ctx)
	passed, err := k.applyFlows(sdk.UnwrapSDKContext(cached), zone, flows, true)
	if errors.Is(err, zonelinktypes.ErrReportRefused) || errors.Is(err, zonelinktypes.ErrChargesUnsettled) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, flow := range waiting {
		if err := k.provenFlows.Remove(cached, collections.Join3(zone, flow.PayerBank, flow.PayeeBank)); err != nil {
			return false, err
		}
	}
	if err := event.Emit(cached, &types.EventFlowsProven{Zone: zone, Amount: passed}); err != nil {
		return false, err
	}
	write()
	return true, nil
}

// waitingFlows returns proven totals that are not applied, in ascending order of payer bank, then payee bank.
func (k *Keeper) waitingFlows(ctx context.Context, zone string) ([]types.ZoneFlow, error) {
	var waiting []types.ZoneFlow
	ofZone := collections.NewPrefixedTripleRange[string, string, string](zone)
	err := k.provenFlows.Walk(ctx, ofZone, func(key zoneFlow, total math.Int) (bool, error) {
		waiting = append(waiting, types.ZoneFlow{Zone: zone, PayerBank: key.K2(), PayeeBank: key.K3(), Total: total})
		return false, nil
	})
	return waiting, err
}

func (k *Keeper) hasProvenFlows(ctx context.Context, zone string) (bool, error) {
	waiting, err := k.waitingFlows(ctx, zone)
	return len(waiting) > 0, err
}
