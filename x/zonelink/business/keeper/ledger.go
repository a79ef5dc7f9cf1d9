package keeper

import (
	"context"

	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

var _ porttypes.ICS4Wrapper = (*Keeper)(nil)

// SendPacket implements porttypes.ICS4Wrapper for the transfer keeper. Only a discharge passes: yen of an active account
// to itself, with a timeout by time. It leaves with a memo of its own, which tells the Financial Zone what has passed
// between banks until now: the share that it comes out of there is as large as it is here. The transfer keeper has burnt the voucher by now; an error takes all of it back
// with the transaction. It returns ErrNotConnected, ErrWrongChannel, ErrInvalidTransfer, or the registry's errors.
func (k *Keeper) SendPacket(
	ctx sdk.Context, capability *capabilitytypes.Capability, sourcePort, sourceChannel string,
	timeoutHeight clienttypes.Height, timeoutTimestamp uint64, data []byte,
) (uint64, error) {
	zone, err := k.activeZone(ctx, sourceChannel)
	if err != nil {
		return 0, err
	}
	discharge, err := zonelinktypes.ParseYenPacket(data, zone.YenTrace().GetFullDenomPath())
	if err != nil {
		return 0, err
	}
	if err := discharge.CheckPlain(); err != nil {
		return 0, err
	}
	if err := zonelinktypes.CheckTimeout(ctx, timeoutTimestamp); err != nil {
		return 0, err
	}
	account, err := k.registry.GetAccount(ctx, discharge.Account)
	if err != nil {
		return 0, err
	}
	if err := account.CheckActive(); err != nil {
		return 0, err
	}
	hop := hopOf(ctx)
	memo, err := k.memo(ctx, hop)
	if err != nil {
		return 0, err
	}
	if data, err = zonelinktypes.WithMemo(data, memo); err != nil {
		return 0, err
	}
	sequence, err := k.ibc.Channels.SendPacket(ctx, capability, sourcePort, sourceChannel, timeoutHeight, timeoutTimestamp, data)
	if err != nil {
		return 0, err
	}
	if err := k.transfers.Add(ctx, zonelinktypes.Transfer{
		ChannelId: sourceChannel, Sequence: sequence, Account: account.Address, Bank: account.Bank, Amount: discharge.Amount,
	}); err != nil {
		return 0, err
	}
	if err := k.bring(ctx, discharge.Account, discharge.Amount.Neg()); err != nil {
		return 0, err
	}
	told := &types.EventDischargeSent{
		Address: account.Address, Bank: account.Bank, Amount: sdk.NewCoin(zone.YenDenom(), discharge.Amount), Sequence: sequence,
	}
	if hop != nil {
		told.HopZone, told.HopPayee = hop.Zone, hop.Payee
	}
	return sequence, event.Emit(ctx, told)
}

// activeZone returns the link if both its channels are open, and the channel is its ICS-20 channel.
func (k *Keeper) activeZone(ctx context.Context, channelID string) (types.FinancialZone, error) {
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return types.FinancialZone{}, err
	}
	if err := zone.CheckActive(); err != nil {
		return types.FinancialZone{}, err
	}
	if channelID != zone.TransferChannelId {
		return types.FinancialZone{}, errorsmod.Wrapf(zonelinktypes.ErrWrongChannel, "expected transfer channel %s, got %s", zone.TransferChannelId, channelID)
	}
	return zone, nil
}

// WriteAcknowledgement implements porttypes.ICS4Wrapper.
func (k *Keeper) WriteAcknowledgement(
	ctx sdk.Context, capability *capabilitytypes.Capability, packet exported.PacketI, acknowledgement exported.Acknowledgement,
) error {
	return k.ibc.Channels.WriteAcknowledgement(ctx, capability, packet, acknowledgement)
}

// GetAppVersion implements porttypes.ICS4Wrapper. The middleware adds nothing to the version.
func (k *Keeper) GetAppVersion(ctx sdk.Context, portID, channelID string) (string, bool) {
	return k.ibc.Channels.GetAppVersion(ctx, portID, channelID)
}

// Discharge sends an account's own yen to the Financial Zone, through the transfer module and so through SendPacket.
func (k *Keeper) Discharge(ctx context.Context, holder sdk.AccAddress, amount math.Int) (sequence uint64, err error) {
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return 0, err
	}
	// Without a channel there is nothing that the transfer module could name in its error.
	if err := zone.CheckActive(); err != nil {
		return 0, err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return 0, err
	}
	response, err := k.transfer.Transfer(ctx, &transfertypes.MsgTransfer{
		SourcePort:       transfertypes.PortID,
		SourceChannel:    zone.TransferChannelId,
		Token:            sdk.NewCoin(zone.YenDenom(), amount),
		Sender:           holder.String(),
		Receiver:         holder.String(),
		TimeoutTimestamp: zonelinktypes.TimeoutAfter(ctx, params.PacketTimeout),
	})
	if err != nil {
		return 0, err
	}
	return response.Sequence, nil
}

// CheckReceipt implements yen.Ledger: a charge is refused unless it is yen of the Financial Zone for an account that is
// known here: the sender's own, or that of a hop, whose payee does not want to consent to it first. The registry checks status and
// limits when the coins move.
func (k *Keeper) CheckReceipt(ctx sdk.Context, packet channeltypes.Packet) (zonelinktypes.YenPacket, error) {
	if _, err := k.activeZone(ctx, packet.DestinationChannel); err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	charge, err := zonelinktypes.ParseYenPacket(packet.Data, registrytypes.YenDenom)
	if err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	if err := charge.CheckSecondLeg(); err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	if _, err := k.registry.GetAccount(ctx, charge.Receiver()); err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	if charge.Payee != nil {
		// A hop pays another account, and cannot wait for its consent.
		if err := k.registry.CheckConsent(ctx, charge.Account, charge.Payee); err != nil {
			return zonelinktypes.YenPacket{}, err
		}
	}
	return charge, nil
}

// BookReceipt implements yen.Ledger. A hop between banks is no flow of this zone: the Financial Zone has booked it.
func (k *Keeper) BookReceipt(ctx sdk.Context, packet channeltypes.Packet, charge zonelinktypes.YenPacket) error {
	account, err := k.registry.GetAccount(ctx, charge.Receiver())
	if err != nil {
		return err
	}
	if err := k.bring(ctx, charge.Receiver(), charge.Amount); err != nil {
		return err
	}
	told := &types.EventChargeReceived{
		Address: account.Address, Bank: account.Bank, Amount: sdk.NewCoin(k.YenDenom(ctx), charge.Amount), Sequence: packet.Sequence,
	}
	if charge.Payee != nil {
		told.Payer = charge.Account.String()
	}
	return event.Emit(ctx, told)
}

// Settle implements yen.Ledger: the Financial Zone has credited a discharge.
func (k *Keeper) Settle(ctx sdk.Context, channelID string, sequence uint64) error {
	discharge, err := k.transfers.Take(ctx, channelID, sequence)
	if err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventDischargeSettled{
		Address: discharge.Account, Bank: discharge.Bank, Amount: sdk.NewCoin(k.YenDenom(ctx), discharge.Amount), Sequence: sequence,
	})
}

// Refund implements yen.Ledger: the Financial Zone has not credited a discharge. It asks for no status or limit.
func (k *Keeper) Refund(ctx sdk.Context, channelID string, sequence uint64, reason string) error {
	discharge, err := k.transfers.Take(ctx, channelID, sequence)
	if err != nil {
		return err
	}
	account, err := registrytypes.ParseAddress(discharge.Account)
	if err != nil {
		return err
	}
	if err := k.bring(ctx, account, discharge.Amount); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventDischargeRefunded{
		Address: discharge.Account, Bank: discharge.Bank, Amount: sdk.NewCoin(k.YenDenom(ctx), discharge.Amount), Sequence: sequence, Reason: reason,
	})
}
