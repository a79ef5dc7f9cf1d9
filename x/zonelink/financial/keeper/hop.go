package keeper

import (
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

type hopKey struct{}

// goOn sends yen that has just landed in its owner's account on to another zone. If it cannot, it stays where it is: the
// discharge has succeeded.
func (k *Keeper) goOn(ctx sdk.Context, from types.Zone, discharge zonelinktypes.YenPacket, hop zonelinktypes.Hop) error {
	cached, write := branch.Begin(ctx)
	err := k.sendHop(sdk.UnwrapSDKContext(cached), from.Id, discharge, hop)
	if err == nil {
		write()
		return nil
	}
	refusal := zonelinktypes.NewRefusal(err)
	return event.Emit(ctx, &types.EventHopStayed{
		FromZone: from.Id, Zone: hop.Zone, Payer: discharge.Account.String(), Payee: hop.Payee, Amount: yenCoin(discharge.Amount),
		Reason: refusal.GetError(),
	})
}

// sendHop pays the payee in another zone: a payment on the Financial Zone by the payer's limits here and a flow between the
// banks, whose yen lands there.
func (k *Keeper) sendHop(ctx sdk.Context, from string, discharge zonelinktypes.YenPacket, hop zonelinktypes.Hop) error {
	payeeAddress, err := registrytypes.ParseAddress(hop.Payee)
	if err != nil {
		return err
	}
	if hop.Zone == from {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidTransfer, "expected another zone than %s, got the same; pay there", from)
	}
	if payeeAddress.Equals(discharge.Account) {
		_, err := k.Charge(ctx, discharge.Account, hop.Zone, discharge.Amount)
		return err
	}
	payer, err := k.registry.GetAccount(ctx, discharge.Account)
	if err != nil {
		return err
	}
	payee, err := k.registry.GetAccount(ctx, payeeAddress)
	if err != nil {
		return err
	}
	if err := k.registry.AdmitPayment(ctx, discharge.Account, payeeAddress, yenCoin(discharge.Amount)); err != nil {
		return err
	}
	if payer.Bank != payee.Bank {
		if err := k.clearing.RecordFlow(ctx, payer.Bank, payee.Bank, discharge.Amount); err != nil {
			return err
		}
	}
	sequence, err := k.transferTo(ctx.WithValue(hopKey{}, payee), from, hop.Zone, discharge.Account, payeeAddress, discharge.Amount)
	if err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventHopSent{
		FromZone: from, Zone: hop.Zone, Payer: payer.Address, Payee: payee.Address, PayerBank: payer.Bank, PayeeBank: payee.Bank,
		Amount: yenCoin(discharge.Amount), Sequence: sequence,
	})
}

// transferTo sends the second leg of a hop, through the transfer module and so through SendPacket.
func (k *Keeper) transferTo(ctx sdk.Context, from, zoneID string, payer, payee sdk.AccAddress, amount math.Int) (uint64, error) {
	zone, err := k.GetZone(ctx, zoneID)
	if err != nil {
		return 0, err
	}
	if err := zone.CheckActive(); err != nil {
		return 0, err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return 0, err
	}
	memo, err := zonelinktypes.HopMemo{From: from}.Encode()
	if err != nil {
		return 0, err
	}
	response, err := k.transfer.Transfer(ctx, &transfertypes.MsgTransfer{
		SourcePort: transfertypes.PortID, SourceChannel: zone.TransferChannelId, Token: yenCoin(amount),
		Sender: payer.String(), Receiver: payee.String(), Memo: memo,
		TimeoutTimestamp: zonelinktypes.TimeoutAfter(ctx, params.PacketTimeout),
	})
	if err != nil {
		return 0, err
	}
	return response.Sequence, nil
}

// hopPayee returns the account that gets the yen of the packet that is being sent, if that is the second leg of a hop. Only
// sendHop says so: a memo that a holder wrote is refused.
func hopPayee(ctx sdk.Context) (registrytypes.Account, bool) {
	payee, ok := ctx.Value(hopKey{}).(registrytypes.Account)
	return payee, ok
}
