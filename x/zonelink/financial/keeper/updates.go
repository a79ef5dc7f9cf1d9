package keeper

import (
	"context"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// SendAccountUpdates sends the newest state of changed accounts to each active zone, at most UpdatesPerBlock to each.
// What a suspended zone is due waits. An update that cannot be sent, because the zone's light client has expired, for
// example, counts as failed and is tried again later: a broken zone never stops the chain.
func (k *Keeper) SendAccountUpdates(ctx sdk.Context) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	zones, err := k.Zones(ctx)
	if err != nil {
		return err
	}
	for _, zone := range zones {
		if zone.Status != types.ZoneStatusActive {
			continue
		}
		addresses, err := k.due(ctx, zone.Id, ctx.BlockTime(), params.UpdatesPerBlock)
		if err != nil {
			return err
		}
		for _, address := range addresses {
			cached, write := branch.Begin(ctx)
			if err := k.sendAccountUpdate(sdk.UnwrapSDKContext(cached), params, zone, address); err != nil {
				ctx.Logger().Error("account update not sent",
					"module", zonelinktypes.ModuleName, "zone", zone.Id, "address", address.String(), "error", err)
				if err := k.retryLater(ctx, zone.Id, address); err != nil {
					return err
				}
				continue
			}
			write()
		}
	}
	return nil
}

func (k *Keeper) sendAccountUpdate(ctx sdk.Context, params types.Params, zone types.Zone, address sdk.AccAddress) error {
	account, err := k.registry.GetAccount(ctx, address)
	if err != nil {
		return err
	}
	link, found := linkTo(account, zone.Id)
	if !found {
		return errorsmod.Wrapf(zonelinktypes.ErrLinkNotFound, "expected a link of %s to zone %s, got none", address, zone.Id)
	}
	update := zonelinktypes.NewAccountUpdate(account, link)
	digest, err := update.Digest()
	if err != nil {
		return err
	}
	data, err := zonelinktypes.EncodeAccountUpdate(update)
	if err != nil {
		return err
	}
	capability, err := k.ibc.ChannelCapability(ctx, zone.ZonelinkChannelId)
	if err != nil {
		return err
	}
	timeout := zonelinktypes.TimeoutAfter(ctx, params.PacketTimeout)
	sequence, err := k.ibc.Channels.SendPacket(
		ctx, capability, zonelinktypes.PortID, zone.ZonelinkChannelId, clienttypes.ZeroHeight(), timeout, data)
	if err != nil {
		return err
	}
	sync, err := k.GetSync(ctx, zone.Id, address)
	if err != nil {
		return err
	}
	sync.Dirty = false
	sync.SentRevision = update.Revision
	sync.SentDigest = digest
	if err := k.setSync(ctx, address, sync); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAccountUpdateSent{Zone: zone.Id, Address: update.Address, Revision: update.Revision, Sequence: sequence})
}

// retryLater puts an account back into the queue of a zone, with a longer wait after each failure in a row.
func (k *Keeper) retryLater(ctx context.Context, zone string, address sdk.AccAddress) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	sync, err := k.GetSync(ctx, zone, address)
	if err != nil {
		return err
	}
	sync.Failures++
	sync.Dirty = true
	sync.NotBefore = sdk.UnwrapSDKContext(ctx).BlockTime().Add(params.Backoff(sync.Failures))
	return k.setSync(ctx, address, sync)
}
