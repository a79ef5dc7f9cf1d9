package keeper

import (
	"context"
	"errors"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// windUp gives up a zone for good and keeps the state by which its owners are paid. Its light client may have expired or be
// frozen: that the state is true is the members' word.
func (k *Keeper) windUp(ctx sdk.Context, zone types.Zone, height clienttypes.Height, reason string) error {
	if zone.Status != types.ZoneStatusActive && zone.Status != types.ZoneStatusSuspended || zone.TransferChannelId == "" {
		return errorsmod.Wrapf(zonelinktypes.ErrZoneStatus, "expected zone %s active, or suspended with both channels, got %s", zone.Id, zone.Status)
	}
	state, err := k.ibc.ConsensusState(ctx, zone.ConnectionId, height)
	if err != nil {
		return err
	}
	started := types.WindUp{
		Zone: zone.Id, Revision: height.RevisionNumber, Height: height.RevisionHeight, Root: state.Root.GetHash(),
		RootTime: state.Timestamp, DecidedAt: ctx.BlockTime(), Reason: reason, Paid: math.ZeroInt(),
	}
	if err := k.windUps.Set(ctx, zone.Id, started); err != nil {
		return err
	}
	if err := k.setStatus(ctx, zone, types.ZoneStatusWindingUp, reason); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventWindUpStarted{
		Zone: zone.Id, Revision: started.Revision, Height: started.Height, Root: started.Root, Reason: reason,
	})
}

// windingUp returns a zone that is wound up, and by which state. It returns ErrZoneNotFound or ErrZoneStatus.
func (k *Keeper) windingUp(ctx context.Context, id string) (types.Zone, types.WindUp, error) {
	zone, err := k.GetZone(ctx, id)
	if err != nil {
		return zone, types.WindUp{}, err
	}
	if err := zone.CheckWindingUp(); err != nil {
		return zone, types.WindUp{}, err
	}
	started, err := k.windUps.Get(ctx, zone.Id)
	return zone, started, err
}

// dropLink ends a link to a zone that is gone. What of the account is unclaimed there stays with the bank that it has now: the
// yen is in that bank's share, whatever bank the account moves to.
func (k *Keeper) dropLink(ctx context.Context, address sdk.AccAddress, zone string) error {
	woundUp, err := k.windUps.Has(ctx, zone)
	if err != nil {
		return err
	}
	if woundUp {
		if err := k.pinBank(ctx, address, zone); err != nil {
			return err
		}
	}
	return k.changeLink(ctx, address, zone, "", func(link registrytypes.Link, found bool) (registrytypes.Link, error) {
		if !found {
			return link, errorsmod.Wrapf(zonelinktypes.ErrLinkNotFound, "expected a link to zone %s, got none", zone)
		}
		return registrytypes.Link{}, nil
	})
}

// pinBank keeps the bank of an account whose link to a zone that is wound up ends. It returns ErrNotEmpty if it is known that
// yen of the account is left.
func (k *Keeper) pinBank(ctx context.Context, address sdk.AccAddress, zone string) error {
	account, err := k.registry.GetAccount(ctx, address)
	if err != nil {
		return err
	}
	book, err := k.bookOf(ctx, zone, address, account.Bank)
	if err != nil {
		return err
	}
	due, err := k.dueTo(ctx, zone, address, book)
	if err != nil {
		return err
	}
	if due.IsPositive() {
		return errorsmod.Wrapf(zonelinktypes.ErrNotEmpty, "expected nothing of %s left in zone %s, got %s yen; claim it first", address, zone, due)
	}
	return k.windUpBooks.Set(ctx, collections.Join(zone, address), book)
}

// bookOf returns what was proven of an account, nothing for a bank's customer of whom nothing was.
func (k *Keeper) bookOf(ctx context.Context, zone string, address sdk.AccAddress, bank string) (types.WindUpAccount, error) {
	book, err := k.windUpBooks.Get(ctx, collections.Join(zone, address))
	if errors.Is(err, collections.ErrNotFound) {
		return types.WindUpAccount{Zone: zone, Address: address.String(), Bank: bank, Paid: math.ZeroInt()}, nil
	}
	return book, err
}

// dueTo returns what an account is still owed of a zone that is wound up: what it brought there and earned there, less what it
// took out, in yen; below zero if it took out more after the state by which the zone is wound up.
func (k *Keeper) dueTo(ctx context.Context, zone string, address sdk.AccAddress, book types.WindUpAccount) (math.Int, error) {
	if book.Earned == nil {
		return math.ZeroInt(), nil
	}
	brought, err := k.broughtBy(ctx, zone, address)
	return brought.Add(*book.Earned), err
}
