package keeper

import (
	"context"
	"errors"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// registerZone adds a zone. Closed ones keep their ids and chain ids: what they did stays theirs.
func (k *Keeper) registerZone(ctx context.Context, zone types.Zone) error {
	other, taken, err := k.findZone(ctx, func(other types.Zone) bool { return other.Id == zone.Id || other.ChainId == zone.ChainId })
	if err != nil {
		return err
	}
	if taken {
		return errorsmod.Wrapf(zonelinktypes.ErrZoneExists, "expected a new id and chain id, got %s and %s of zone %s (%s)",
			zone.Id, zone.ChainId, other.Id, other.ChainId)
	}
	if err := k.zones.Set(ctx, zone.Id, zone); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventZoneRegistered{Zone: zone.Id, ChainId: zone.ChainId})
}

// resumeZone ends a suspension. The report for which the zone was suspended is accepted or dropped; either way the next one
// is judged as any other.
func (k *Keeper) resumeZone(ctx sdk.Context, zone types.Zone, acceptReport bool, reason string) error {
	if zone.Status != types.ZoneStatusSuspended {
		return errorsmod.Wrapf(zonelinktypes.ErrZoneStatus, "expected zone %s suspended, got %s", zone.Id, zone.Status)
	}
	if err := k.checkChannelsOpen(ctx, zone); err != nil {
		return err
	}
	refused, err := k.refused.Get(ctx, zone.Id)
	found := err == nil
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if acceptReport {
		if !found {
			return errorsmod.Wrapf(zonelinktypes.ErrReportNotFound, "expected a refused report of zone %s, got none; resume it without", zone.Id)
		}
		if err := k.acceptReport(ctx, refused); err != nil {
			return err
		}
	}
	if err := k.refused.Remove(ctx, zone.Id); err != nil {
		return err
	}
	if err := k.capsDue.Set(ctx, zone.Id); err != nil {
		return err
	}
	status := types.ZoneStatusActive
	if zone.TransferChannelId == "" {
		status = types.ZoneStatusRegistered
	}
	return k.setStatus(ctx, zone, status, reason)
}

// acceptReport applies a report that goes beyond a bank's slice. One beyond what the zone holds stays refused.
func (k *Keeper) acceptReport(ctx sdk.Context, refused types.RefusedReport) error {
	reports, err := k.reportsOf(ctx, refused.Zone)
	if err != nil {
		return err
	}
	if err := k.applyReport(ctx, refused.Zone, reports, refused.Report, true); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventReportAccepted{Zone: refused.Zone, Version: refused.Report.Version})
}

// checkChannelsOpen returns ErrZoneStatus for a zone that has closed a channel: nothing passes over that any more.
func (k *Keeper) checkChannelsOpen(ctx sdk.Context, zone types.Zone) error {
	for _, end := range []struct{ port, channel string }{
		{zonelinktypes.PortID, zone.ZonelinkChannelId}, {transfertypes.PortID, zone.TransferChannelId},
	} {
		if end.channel == "" {
			continue
		}
		channel, found := k.ibc.Channels.GetChannel(ctx, end.port, end.channel)
		if !found || channel.State != channeltypes.OPEN {
			return errorsmod.Wrapf(zonelinktypes.ErrZoneStatus, "expected %s/%s of zone %s open, got %s; it stays suspended",
				end.port, end.channel, zone.Id, channel.State)
		}
	}
	return nil
}

// closeZone ends a zone without escrow, links and packets in flight, and sets free what banks had set aside for it.
func (k *Keeper) closeZone(ctx sdk.Context, zone types.Zone, reason string) error {
	if err := k.checkEmpty(ctx, zone); err != nil {
		return err
	}
	banks, err := k.banksOf(ctx, zone.Id)
	if err != nil {
		return err
	}
	for _, bank := range banks {
		bank.Limit, bank.LimitMax = bank.Net(), bank.Net()
		if err := k.setBank(ctx, bank); err != nil {
			return err
		}
	}
	return k.setStatus(ctx, zone, types.ZoneStatusClosed, reason)
}

// checkEmpty returns ErrZoneInUse if anything of a zone is left. What the zone itself still has, vouchers and holds, is never
// more than its escrow.
func (k *Keeper) checkEmpty(ctx sdk.Context, zone types.Zone) error {
	if zone.TransferChannelId != "" {
		if escrow := k.bankKeeper.GetBalance(ctx, escrowOf(zone.TransferChannelId), registrytypes.YenDenom); escrow.IsPositive() {
			return errorsmod.Wrapf(zonelinktypes.ErrZoneInUse, "expected no escrow of zone %s, got %s; let holders discharge first", zone.Id, escrow)
		}
	}
	linked := false
	var address sdk.AccAddress
	err := k.syncs.Walk(ctx, collections.NewPrefixedPairRange[string, sdk.AccAddress](zone.Id), func(key zoneAccount, _ types.AccountSync) (bool, error) {
		linked, address = true, key.K2()
		return true, nil
	})
	if err != nil {
		return err
	}
	if linked {
		return errorsmod.Wrapf(zonelinktypes.ErrZoneInUse, "expected no links to zone %s, got one of %s; unlink it first", zone.Id, address)
	}
	waiting, err := k.hasProvenFlows(ctx, zone.Id)
	if err != nil {
		return err
	}
	if waiting {
		return errorsmod.Wrapf(zonelinktypes.ErrZoneInUse, "expected all proven flows of zone %s applied, got some that wait; prove the others", zone.Id)
	}
	for _, end := range []struct{ port, channel string }{
		{zonelinktypes.PortID, zone.ZonelinkChannelId}, {transfertypes.PortID, zone.TransferChannelId},
	} {
		// What was sent over the zonelink channel of a zone that is wound up may never be answered, and carries no yen.
		if end.channel == "" || end.port == zonelinktypes.PortID && zone.Status == types.ZoneStatusWindingUp {
			continue
		}
		if packets := k.ibc.Channels.GetAllPacketCommitmentsAtChannel(ctx, end.port, end.channel); len(packets) > 0 {
			return errorsmod.Wrapf(zonelinktypes.ErrZoneInUse, "expected no packets to zone %s in flight on %s/%s, got %d; relay them first",
				zone.Id, end.port, end.channel, len(packets))
		}
	}
	return nil
}
