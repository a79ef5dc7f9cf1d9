package keeper

import (
	"context"

	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

var _ porttypes.ICS4Wrapper = (*Keeper)(nil)

// SendPacket implements porttypes.ICS4Wrapper for the transfer keeper. Only a charge passes, yen of an active account to
// itself, and the second leg of a hop, to another account; in an active zone to which the link of the account that gets it is
// active, within what the members and its bank want there, with a timeout by time. The transfer keeper has put the yen
// into the escrow by now; an error takes all of it back with the transaction. It returns ErrWrongChannel,
// ErrZoneNotActive, ErrInvalidTransfer, ErrLinkNotFound, ErrLinkStatus, ErrPaused, ErrCeiling, ErrRateLimit, or the registry's
// errors.
func (k *Keeper) SendPacket(
	ctx sdk.Context, capability *capabilitytypes.Capability, sourcePort, sourceChannel string,
	timeoutHeight clienttypes.Height, timeoutTimestamp uint64, data []byte,
) (uint64, error) {
	zone, err := k.zoneByTransferChannel(ctx, sourceChannel)
	if err != nil {
		return 0, err
	}
	charge, err := zonelinktypes.ParseYenPacket(data, registrytypes.YenDenom)
	if err != nil {
		return 0, err
	}
	payee, hopping := hopPayee(ctx)
	if !hopping {
		if err := charge.CheckPlain(); err != nil {
			return 0, err
		}
	}
	if err := zonelinktypes.CheckTimeout(ctx, timeoutTimestamp); err != nil {
		return 0, err
	}
	if err := zone.CheckActive(); err != nil {
		return 0, err
	}
	account, err := k.registry.GetAccount(ctx, charge.Account)
	if err != nil {
		return 0, err
	}
	if err := account.CheckActive(); err != nil {
		return 0, err
	}
	transfer := zonelinktypes.Transfer{ChannelId: sourceChannel, Account: account.Address, Bank: account.Bank, Amount: charge.Amount}
	receiver := account
	if hopping {
		receiver, transfer.Payee, transfer.PayeeBank = payee, payee.Address, payee.Bank
	}
	link, found := linkTo(receiver, zone.Id)
	if err := checkLink(link, found, zone.Id, registrytypes.LinkStatusActive); err != nil {
		return 0, err
	}
	if err := k.admitCharge(ctx, zone, receiver.Bank, charge.Amount); err != nil {
		return 0, err
	}
	sequence, err := k.ibc.Channels.SendPacket(ctx, capability, sourcePort, sourceChannel, timeoutHeight, timeoutTimestamp, data)
	if err != nil {
		return 0, err
	}
	if err := k.bookCharge(ctx, zone.Id, receiver.Bank, charge.Amount); err != nil {
		return 0, err
	}
	transfer.Sequence = sequence
	if err := k.transfers.Add(ctx, transfer); err != nil {
		return 0, err
	}
	if hopping {
		return sequence, nil // sendHop tells of it
	}
	return sequence, event.Emit(ctx, &types.EventChargeSent{
		Zone: zone.Id, Address: account.Address, Bank: account.Bank, Amount: yenCoin(charge.Amount), Sequence: sequence,
	})
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

// Charge sends an account's own yen to a zone, through the transfer module and so through SendPacket.
func (k *Keeper) Charge(ctx context.Context, holder sdk.AccAddress, zoneID string, amount math.Int) (sequence uint64, err error) {
	zone, err := k.GetZone(ctx, zoneID)
	if err != nil {
		return 0, err
	}
	// Before the first handshake there is no channel that the transfer module could name in its error.
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
		Token:            yenCoin(amount),
		Sender:           holder.String(),
		Receiver:         holder.String(),
		TimeoutTimestamp: zonelinktypes.TimeoutAfter(ctx, params.PacketTimeout),
	})
	if err != nil {
		return 0, err
	}
	return response.Sequence, nil
}

// CheckReceipt implements yen.Ledger: a discharge is refused unless it is yen coming home, to an account that is not
// closed, from an active zone, within the bank's settled share there, once the flows in its memo are applied.
func (k *Keeper) CheckReceipt(ctx sdk.Context, packet channeltypes.Packet) (zonelinktypes.YenPacket, error) {
	zone, err := k.zoneByTransferChannel(ctx, packet.DestinationChannel)
	if err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	denom := transfertypes.GetPrefixedDenom(packet.SourcePort, packet.SourceChannel, registrytypes.YenDenom)
	discharge, err := zonelinktypes.ParseYenPacket(packet.Data, denom)
	if err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	if err := discharge.CheckOwn(); err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	memo, err := zonelinktypes.ParseDischargeMemo(discharge.Memo)
	if err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	if err := zone.CheckActive(); err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	// What the yen was paid with must be known before it is looked for in a bank's share.
	if memo.Report != nil {
		if _, err := k.takeReport(ctx, zone, *memo.Report); err != nil {
			return zonelinktypes.YenPacket{}, err
		}
	}
	account, err := k.registry.GetAccount(ctx, discharge.Account)
	if err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	if err := account.CheckNotClosed(); err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	if err := k.admitDischarge(ctx, zone, discharge.Amount); err != nil {
		return zonelinktypes.YenPacket{}, err
	}
	return discharge, k.checkDischarge(ctx, zone.Id, account.Bank, discharge.Amount)
}

// BookReceipt implements yen.Ledger: a discharge leaves the share of the account's bank, and the first leg of a hop goes on.
func (k *Keeper) BookReceipt(ctx sdk.Context, packet channeltypes.Packet, discharge zonelinktypes.YenPacket) error {
	zone, err := k.zoneByTransferChannel(ctx, packet.DestinationChannel)
	if err != nil {
		return err
	}
	account, err := k.registry.GetAccount(ctx, discharge.Account)
	if err != nil {
		return err
	}
	if err := k.bookDischarge(ctx, zone.Id, account.Bank, discharge.Amount); err != nil {
		return err
	}
	if err := k.bring(ctx, zone.Id, discharge.Account, discharge.Amount.Neg()); err != nil {
		return err
	}
	err = event.Emit(ctx, &types.EventDischargeReceived{
		Zone: zone.Id, Address: account.Address, Bank: account.Bank, Amount: yenCoin(discharge.Amount), Sequence: packet.Sequence,
	})
	if err != nil {
		return err
	}
	memo, err := zonelinktypes.ParseDischargeMemo(discharge.Memo)
	if err != nil || memo.Hop == nil {
		return err
	}
	return k.goOn(ctx, zone, discharge, *memo.Hop)
}

// Settle implements yen.Ledger: the zone has credited a charge. It returns ErrWindingUp for a zone that is wound up.
func (k *Keeper) Settle(ctx sdk.Context, channelID string, sequence uint64) error {
	zone, err := k.zoneByTransferChannel(ctx, channelID)
	if err != nil {
		return err
	}
	if err := zone.CheckOutcomes(); err != nil {
		return err
	}
	return k.settle(ctx, zone, sequence)
}

func (k *Keeper) settle(ctx sdk.Context, zone types.Zone, sequence uint64) error {
	charge, err := k.transfers.Take(ctx, zone.TransferChannelId, sequence)
	if err != nil {
		return err
	}
	if err := k.settleCharge(ctx, zone.Id, charge.ShareBank(), charge.Amount); err != nil {
		return err
	}
	receiver, err := registrytypes.ParseAddress(charge.Receiver())
	if err != nil {
		return err
	}
	if err := k.bring(ctx, zone.Id, receiver, charge.Amount); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventChargeSettled{
		Zone: zone.Id, Address: charge.Account, Bank: charge.Bank, Amount: yenCoin(charge.Amount), Sequence: sequence, Payee: charge.Payee,
	})
}

// Refund implements yen.Ledger: the zone has not credited a charge. It asks for no status, limit or suspension, and goes
// by the bank that the account had when it was charged. It returns ErrWindingUp for a zone that is wound up.
func (k *Keeper) Refund(ctx sdk.Context, channelID string, sequence uint64, reason string) error {
	zone, err := k.zoneByTransferChannel(ctx, channelID)
	if err != nil {
		return err
	}
	if err := zone.CheckOutcomes(); err != nil {
		return err
	}
	_, err = k.refund(ctx, zone, sequence, reason)
	return err
}

// refund books that a charge comes back, and returns it; the coins are for the caller to move.
func (k *Keeper) refund(ctx sdk.Context, zone types.Zone, sequence uint64, reason string) (zonelinktypes.Transfer, error) {
	charge, err := k.transfers.Take(ctx, zone.TransferChannelId, sequence)
	if err != nil {
		return charge, err
	}
	if err := k.refundCharge(ctx, zone.Id, charge.ShareBank(), charge.Amount); err != nil {
		return charge, err
	}
	if charge.ShareBank() != charge.Bank {
		// The exact reverse of the flow of the hop.
		if err := k.clearing.RecordReservedFlow(ctx, charge.ShareBank(), charge.Bank, charge.Amount); err != nil {
			return charge, err
		}
	}
	return charge, event.Emit(ctx, &types.EventChargeRefunded{
		Zone: zone.Id, Address: charge.Account, Bank: charge.Bank, Amount: yenCoin(charge.Amount), Sequence: sequence, Reason: reason,
		Payee: charge.Payee,
	})
}

func yenCoin(amount math.Int) sdk.Coin {
	return sdk.NewCoin(registrytypes.YenDenom, amount)
}
