package keeper

import (
	"context"
	"errors"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// GetZone returns a zone by its id. It returns ErrZoneNotFound if there is none.
func (k *Keeper) GetZone(ctx context.Context, id string) (types.Zone, error) {
	zone, err := k.zones.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Zone{}, errorsmod.Wrapf(zonelinktypes.ErrZoneNotFound, "expected the id of a registered zone, got %q", id)
	}
	return zone, err
}

// Zones returns all zones in ascending order of id.
func (k *Keeper) Zones(ctx context.Context) ([]types.Zone, error) {
	var zones []types.Zone
	err := k.zones.Walk(ctx, nil, func(_ string, zone types.Zone) (bool, error) {
		zones = append(zones, zone)
		return false, nil
	})
	return zones, err
}

// IsEscrow says whether an address holds the yen of a zone. It panics if the store cannot be read: an escrow that is
// taken for an account could be paid.
func (k *Keeper) IsEscrow(ctx context.Context, address sdk.AccAddress) bool {
	found := false
	err := k.zones.Walk(ctx, nil, func(_ string, zone types.Zone) (bool, error) {
		found = zone.TransferChannelId != "" && escrowOf(zone.TransferChannelId).Equals(address)
		return found, nil
	})
	if err != nil {
		panic(err)
	}
	return found
}

func escrowOf(transferChannelID string) sdk.AccAddress {
	return transfertypes.GetEscrowAddress(transfertypes.PortID, transferChannelID)
}

// zoneByChannel returns the zone that has the channel. It returns ErrWrongChannel if none has it.
func (k *Keeper) zoneByChannel(ctx context.Context, channelID string) (types.Zone, error) {
	id, err := k.zonesByChannel.Get(ctx, channelID)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Zone{}, errorsmod.Wrapf(zonelinktypes.ErrWrongChannel, "expected the channel of a zone, got %s", channelID)
	}
	if err != nil {
		return types.Zone{}, err
	}
	return k.GetZone(ctx, id)
}

// zoneByTransferChannel returns the zone whose ICS-20 channel it is. It returns ErrWrongChannel if it is none's.
func (k *Keeper) zoneByTransferChannel(ctx context.Context, channelID string) (types.Zone, error) {
	zone, err := k.zoneByChannel(ctx, channelID)
	if err == nil && zone.TransferChannelId != channelID {
		err = errorsmod.Wrapf(zonelinktypes.ErrWrongChannel, "expected transfer channel %s of zone %s, got %s", zone.TransferChannelId, zone.Id, channelID)
	}
	return zone, err
}

// findZone returns the first zone that fits, in ascending order of id. Handshakes are rare and zones few.
func (k *Keeper) findZone(ctx context.Context, fits func(types.Zone) bool) (zone types.Zone, found bool, err error) {
	err = k.zones.Walk(ctx, nil, func(_ string, candidate types.Zone) (bool, error) {
		if fits(candidate) {
			zone, found = candidate, true
		}
		return found, nil
	})
	return zone, found, err
}

// setStatus stores the zone with a new status and tells why.
func (k *Keeper) setStatus(ctx context.Context, zone types.Zone, status types.ZoneStatus, reason string) error {
	told := &types.EventZoneStatusChanged{Zone: zone.Id, OldStatus: zone.Status, NewStatus: status, Reason: reason}
	zone.Status = status
	if err := k.zones.Set(ctx, zone.Id, zone); err != nil {
		return err
	}
	return event.Emit(ctx, told)
}
