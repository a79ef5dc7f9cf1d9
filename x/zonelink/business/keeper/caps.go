package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// ReceiveCapUpdate puts newer caps into force and returns the revision in force after that. A bank that has gone further
// than its new cap pays nobody at another bank until it has received enough. It also works on a suspended link.
func (k *Keeper) ReceiveCapUpdate(ctx context.Context, channelID string, update zonelinktypes.CapUpdate) (uint64, error) {
	if err := k.checkZonelinkChannel(ctx, channelID); err != nil {
		return 0, err
	}
	state, err := k.reportState.Get(ctx)
	if err != nil {
		return 0, err
	}
	if update.Revision <= state.CapRevision {
		return state.CapRevision, nil
	}
	if err := k.setCaps(ctx, update.Caps); err != nil {
		return 0, err
	}
	state.CapRevision = update.Revision
	// The Financial Zone learns from a report from when on the zone goes by the new caps.
	state.Version++
	if err := k.reportState.Set(ctx, state); err != nil {
		return 0, err
	}
	return state.CapRevision, event.Emit(ctx, &types.EventCapsApplied{Revision: update.Revision, Caps: update.Caps})
}

func (k *Keeper) setCaps(ctx context.Context, caps []zonelinktypes.BankCap) error {
	if err := k.caps.Clear(ctx, nil); err != nil {
		return err
	}
	for _, bankCap := range caps {
		if err := k.caps.Set(ctx, bankCap.Bank, bankCap); err != nil {
			return err
		}
	}
	return nil
}

// checkZonelinkChannel returns ErrWrongChannel unless a packet came over the link's own channel.
func (k *Keeper) checkZonelinkChannel(ctx context.Context, channelID string) error {
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return err
	}
	if channelID != zone.ZonelinkChannelId {
		return errorsmod.Wrapf(zonelinktypes.ErrWrongChannel, "expected zonelink channel %q, got %s", zone.ZonelinkChannelId, channelID)
	}
	return nil
}

// allCaps returns the caps in force, in ascending order of bank.
func (k *Keeper) allCaps(ctx context.Context) ([]zonelinktypes.BankCap, error) {
	var caps []zonelinktypes.BankCap
	err := k.caps.Walk(ctx, nil, func(_ string, bankCap zonelinktypes.BankCap) (bool, error) {
		caps = append(caps, bankCap)
		return false, nil
	})
	return caps, err
}
