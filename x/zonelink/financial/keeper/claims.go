package keeper

import (
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// reasonNotReceived is the reason of a refund that a proof of absence brings about.
const reasonNotReceived = "not received by the zone that is wound up"

// claimant is an account in a zone that is wound up.
type claimant struct {
	address sdk.AccAddress
	book    types.WindUpAccount
}

// claimAccount counts what an account has and has brought, once, and pays it what it is due. It returns ErrAlreadyClaimed if
// that is nothing any more.
func (k *Keeper) claimAccount(ctx sdk.Context, zone types.Zone, root []byte, claim types.AccountClaim) (math.Int, error) {
	owner, err := k.claimant(ctx, zone.Id, claim.Address)
	if err != nil {
		return math.Int{}, err
	}
	if owner.book.Earned != nil {
		return k.payRest(ctx, zone, owner)
	}
	channel, err := k.ibc.CounterpartyChannel(ctx, zone.TransferChannelId)
	if err != nil {
		return math.Int{}, err
	}
	balance, err := types.ProvenBalance(root, channel, owner.address, claim.Balance)
	if err != nil {
		return math.Int{}, err
	}
	brought, err := types.ProvenBrought(root, owner.address, claim.Brought)
	if err != nil {
		return math.Int{}, err
	}
	earned := balance.Sub(brought)
	owner.book.Earned = &earned
	err = event.Emit(ctx, &types.EventAccountProven{
		Zone: zone.Id, Address: owner.book.Address, Bank: owner.book.Bank, Balance: balance, Brought: brought,
	})
	if err != nil {
		return math.Int{}, err
	}
	return k.payOut(ctx, zone, owner)
}

// payRest pays what a bank's share did not cover before.
func (k *Keeper) payRest(ctx sdk.Context, zone types.Zone, owner claimant) (math.Int, error) {
	due, err := k.dueTo(ctx, zone.Id, owner.address, owner.book)
	if err != nil {
		return math.Int{}, err
	}
	if !due.IsPositive() {
		return math.Int{}, errorsmod.Wrapf(zonelinktypes.ErrAlreadyClaimed, "expected yen of %s left in zone %s, got none; it was paid %s yen",
			owner.address, zone.Id, owner.book.Paid)
	}
	return k.payOut(ctx, zone, owner)
}

// claimHold counts a hold for its owner, once, and pays it. The owner's balance is proven before: what the account took out
// after the state by which the zone is wound up must come off all that it had.
func (k *Keeper) claimHold(ctx sdk.Context, zone types.Zone, root []byte, claim types.HoldClaim) (math.Int, error) {
	key := collections.Join(zone.Id, claim.Id)
	counted, err := k.windUpHolds.Has(ctx, key)
	if err != nil {
		return math.Int{}, err
	}
	if counted {
		return math.Int{}, errorsmod.Wrapf(zonelinktypes.ErrAlreadyClaimed, "expected a hold that was not counted, got hold %d of zone %s", claim.Id, zone.Id)
	}
	channel, err := k.ibc.CounterpartyChannel(ctx, zone.TransferChannelId)
	if err != nil {
		return math.Int{}, err
	}
	hold, err := types.ProvenHold(root, channel, claim)
	if err != nil {
		return math.Int{}, err
	}
	owner, err := k.claimant(ctx, zone.Id, hold.Owner)
	if err != nil {
		return math.Int{}, err
	}
	if owner.book.Earned == nil {
		return math.Int{}, errorsmod.Wrapf(zonelinktypes.ErrNotProven, "expected the account %s of hold %d proven, got none; claim it first", hold.Owner, hold.Id)
	}
	earned := owner.book.Earned.Add(hold.Amount.Amount)
	owner.book.Earned = &earned
	if err := k.windUpHolds.Set(ctx, key); err != nil {
		return math.Int{}, err
	}
	if err := event.Emit(ctx, &types.EventHoldProven{Zone: zone.Id, Id: hold.Id, Owner: hold.Owner, Amount: hold.Amount.Amount}); err != nil {
		return math.Int{}, err
	}
	return k.payOut(ctx, zone, owner)
}

// claimCharge settles a charge in flight by what the zone did with it: refunded if it had not arrived or was refused, else
// brought by the account that got it there.
func (k *Keeper) claimCharge(ctx sdk.Context, zone types.Zone, root []byte, claim types.ChargeClaim) (math.Int, error) {
	channel, err := k.ibc.CounterpartyChannel(ctx, zone.TransferChannelId)
	if err != nil {
		return math.Int{}, err
	}
	if err := types.VerifyCharge(root, channel, claim); err != nil {
		return math.Int{}, err
	}
	reason := reasonNotReceived
	if len(claim.Acknowledgement) > 0 {
		var envelope channeltypes.Acknowledgement
		if err := transfertypes.ModuleCdc.UnmarshalJSON(claim.Acknowledgement, &envelope); err != nil {
			return math.Int{}, errorsmod.Wrapf(zonelinktypes.ErrInvalidClaim, "expected an ICS-20 acknowledgement, got %d other bytes", len(claim.Acknowledgement))
		}
		refused, isRefused := envelope.Response.(*channeltypes.Acknowledgement_Error)
		if !isRefused {
			if err := k.settle(ctx, zone, claim.Sequence); err != nil {
				return math.Int{}, err
			}
			return math.ZeroInt(), k.chargeClaimed(ctx, zone, claim.Sequence)
		}
		reason = zonelinktypes.RefusalReason(refused.Error)
	}
	charge, err := k.refund(ctx, zone, claim.Sequence, reason)
	if err != nil {
		return math.Int{}, err
	}
	payer, err := registrytypes.ParseAddress(charge.Account)
	if err != nil {
		return math.Int{}, err
	}
	if err := k.unescrow(ctx, zone, payer, charge.Amount); err != nil {
		return math.Int{}, err
	}
	return charge.Amount, k.chargeClaimed(ctx, zone, claim.Sequence)
}

// chargeClaimed ends the packet of a charge, and applies flows that waited for it.
func (k *Keeper) chargeClaimed(ctx sdk.Context, zone types.Zone, sequence uint64) error {
	if err := k.ibc.ForgetTransfer(ctx, zone.TransferChannelId, sequence); err != nil {
		return err
	}
	_, err := k.applyProvenFlows(ctx, zone.Id)
	return err
}

// claimant returns an account that may be paid. A module's own address is no account. It returns the registry's errors.
func (k *Keeper) claimant(ctx sdk.Context, zone, text string) (claimant, error) {
	address, err := registrytypes.ParseAddress(text)
	if err != nil {
		return claimant{}, err
	}
	account, err := k.registry.GetAccount(ctx, address)
	if err != nil {
		return claimant{}, err
	}
	if err := account.CheckNotClosed(); err != nil {
		return claimant{}, err
	}
	book, err := k.bookOf(ctx, zone, address, account.Bank)
	if err == nil && book.Bank != account.Bank {
		// Its yen is in the share of the bank that it had, and no flow brought it to the new one.
		err = errorsmod.Wrapf(registrytypes.ErrWrongBank, "expected an account of %s, out of whose share in zone %s it is paid, got one of %s",
			book.Bank, zone, account.Bank)
	}
	return claimant{address: address, book: book}, err
}

// payOut pays an account what it is due as far as its bank's share reaches, and keeps its book. It returns
// ErrInsufficientShare if that is nothing.
func (k *Keeper) payOut(ctx sdk.Context, zone types.Zone, owner claimant) (math.Int, error) {
	due, err := k.dueTo(ctx, zone.Id, owner.address, owner.book)
	if err != nil {
		return math.Int{}, err
	}
	key := collections.Join(zone.Id, owner.address)
	if !due.IsPositive() {
		return math.ZeroInt(), k.windUpBooks.Set(ctx, key, owner.book)
	}
	settled, err := k.settledShare(ctx, zone.Id, owner.book.Bank)
	if err != nil {
		return math.Int{}, err
	}
	if !settled.IsPositive() {
		return math.Int{}, errorsmod.Wrapf(zonelinktypes.ErrInsufficientShare,
			"expected %s yen for %s in the share of %s in zone %s, got %s; prove flows and charges first, if some are left", due, owner.address, owner.book.Bank, zone.Id, settled)
	}
	amount := math.MinInt(due, settled)
	if err := k.bookDischarge(ctx, zone.Id, owner.book.Bank, amount); err != nil {
		return math.Int{}, err
	}
	if err := k.bring(ctx, zone.Id, owner.address, amount.Neg()); err != nil {
		return math.Int{}, err
	}
	owner.book.Paid = owner.book.Paid.Add(amount)
	if err := k.windUpBooks.Set(ctx, key, owner.book); err != nil {
		return math.Int{}, err
	}
	started, err := k.windUps.Get(ctx, zone.Id)
	if err != nil {
		return math.Int{}, err
	}
	started.Paid = started.Paid.Add(amount)
	if err := k.windUps.Set(ctx, zone.Id, started); err != nil {
		return math.Int{}, err
	}
	if err := k.unescrow(ctx, zone, owner.address, amount); err != nil {
		return math.Int{}, err
	}
	return amount, event.Emit(ctx, &types.EventClaimPaid{
		Zone: zone.Id, Address: owner.book.Address, Bank: owner.book.Bank, Amount: yenCoin(amount), Left: due.Sub(amount),
	})
}

// unescrow moves yen out of a zone's escrow to its owner, as the transfer module does for a refund.
func (k *Keeper) unescrow(ctx sdk.Context, zone types.Zone, owner sdk.AccAddress, amount math.Int) error {
	refunding := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: registrytypes.CauseRefund})
	yen := yenCoin(amount)
	if err := k.bankKeeper.SendCoins(refunding, escrowOf(zone.TransferChannelId), owner, sdk.NewCoins(yen)); err != nil {
		return err
	}
	k.transfer.SetTotalEscrowForDenom(ctx, k.transfer.GetTotalEscrowForDenom(ctx, yen.Denom).Sub(yen))
	return nil
}
