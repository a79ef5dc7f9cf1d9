package keeper

import (
	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// ClaimChannel takes the capability of a zonelink channel whose handshake begins.
func (k *Keeper) ClaimChannel(ctx sdk.Context, capability *capabilitytypes.Capability, channelID string) error {
	return k.ibc.ClaimChannel(ctx, capability, channelID)
}

// CheckZonelinkConnection returns why no zonelink channel may open on a connection: its light client must be that of the
// Financial Zone, and there must be no such channel. It returns ErrInvalidHandshake or ErrChannelExists.
func (k *Keeper) CheckZonelinkConnection(ctx sdk.Context, connectionID string) error {
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	chainID, err := k.ibc.ChainID(ctx, connectionID)
	if err != nil {
		return err
	}
	if chainID != params.FinancialChainId {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidHandshake,
			"expected a connection to the Financial Zone %s, got %s to chain %s", params.FinancialChainId, connectionID, chainID)
	}
	if err := k.ibc.CheckValidators(ctx, connectionID, params.FinancialValidatorsHash); err != nil {
		return err
	}
	if zone.ZonelinkChannelId != "" {
		return errorsmod.Wrapf(zonelinktypes.ErrChannelExists, "expected no zonelink channel, got %s", zone.ZonelinkChannelId)
	}
	return nil
}

// BindZonelinkChannel makes an open channel the zonelink channel, and its connection the only one to the Financial Zone.
// It returns what CheckZonelinkConnection returns.
func (k *Keeper) BindZonelinkChannel(ctx sdk.Context, channelID string) error {
	connectionID, err := k.ibc.ConnectionOf(ctx, zonelinktypes.PortID, channelID)
	if err != nil {
		return err
	}
	if err := k.CheckZonelinkConnection(ctx, connectionID); err != nil {
		return err
	}
	return k.financialZone.Set(ctx, types.FinancialZone{ConnectionId: connectionID, ZonelinkChannelId: channelID})
}

// CheckTransferConnection returns why no ICS-20 channel may open on a connection: it must be that of the zonelink
// channel, and there must be no ICS-20 channel. It returns ErrInvalidHandshake or ErrChannelExists.
func (k *Keeper) CheckTransferConnection(ctx sdk.Context, connectionID string) error {
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return err
	}
	if zone.ConnectionId == "" || zone.ConnectionId != connectionID {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidHandshake,
			"expected connection %q of the zonelink channel, got %s; open the zonelink channel first", zone.ConnectionId, connectionID)
	}
	if zone.TransferChannelId != "" {
		return errorsmod.Wrapf(zonelinktypes.ErrChannelExists, "expected no transfer channel, got %s", zone.TransferChannelId)
	}
	return nil
}

// BindTransferChannel makes an open channel the one that yen comes over. From here on the zone knows yen, with a name
// that people can read. It returns what CheckTransferConnection returns.
func (k *Keeper) BindTransferChannel(ctx sdk.Context, channelID string) error {
	connectionID, err := k.ibc.ConnectionOf(ctx, transfertypes.PortID, channelID)
	if err != nil {
		return err
	}
	if err := k.CheckTransferConnection(ctx, connectionID); err != nil {
		return err
	}
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return err
	}
	zone.TransferChannelId = channelID
	if err := k.financialZone.Set(ctx, zone); err != nil {
		return err
	}
	// The transfer module would learn the trace with the first charge; a discharge before that could not name its yen.
	k.transfer.SetDenomTrace(ctx, zone.YenTrace())
	k.bankKeeper.SetDenomMetaData(ctx, yenMetadata(zone.YenDenom()))
	return event.Emit(ctx, &types.EventLinkOpened{
		ConnectionId:      zone.ConnectionId,
		ZonelinkChannelId: zone.ZonelinkChannelId,
		TransferChannelId: zone.TransferChannelId,
		YenDenom:          zone.YenDenom(),
	})
}

// yenMetadata names the voucher of yen. Base and display must be the same denom: bank's metadata has room for only one
// unit of exponent 0, and yen has no other.
func yenMetadata(denom string) banktypes.Metadata {
	return banktypes.Metadata{
		Description: "Japanese yen: a deposit at the account bank of whoever holds it",
		DenomUnits:  []*banktypes.DenomUnit{{Denom: denom, Exponent: 0, Aliases: []string{registrytypes.YenDenom}}},
		Base:        denom,
		Display:     denom,
		Name:        "Yen",
		Symbol:      "JPY",
	}
}

// ChannelClosed suspends the link when the other end has closed one of its channels.
func (k *Keeper) ChannelClosed(ctx sdk.Context, channelID string) error {
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return err
	}
	if zone.Suspended || channelID != zone.ZonelinkChannelId && channelID != zone.TransferChannelId {
		return nil
	}
	zone.Suspended = true
	if err := k.financialZone.Set(ctx, zone); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventLinkSuspended{ChannelId: channelID})
}
