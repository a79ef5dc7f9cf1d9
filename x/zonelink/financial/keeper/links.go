package keeper

import (
	"context"
	"slices"
	"strings"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// requestLink adds a link that waits for the account bank.
func (k *Keeper) requestLink(ctx context.Context, holder sdk.AccAddress, zone string) error {
	return k.changeLink(ctx, holder, zone, "", func(link registrytypes.Link, found bool) (registrytypes.Link, error) {
		if found {
			return link, errorsmod.Wrapf(zonelinktypes.ErrLinkExists, "expected no link to zone %s, got one that is %s", zone, link.Status)
		}
		zero := math.ZeroInt()
		return registrytypes.Link{
			Zone:   zone,
			Status: registrytypes.LinkStatusRequested,
			Limits: registrytypes.Limits{PerPayment: zero, PerDay: zero, Balance: zero},
		}, nil
	})
}

// approveLink grants a requested link; it becomes active when the zone knows the account.
func (k *Keeper) approveLink(ctx context.Context, address sdk.AccAddress, zone string, limits registrytypes.Limits) error {
	to, err := k.GetZone(ctx, zone)
	if err != nil {
		return err
	}
	if to.IsGone() {
		return errorsmod.Wrapf(zonelinktypes.ErrZoneStatus, "expected zone %s to last, got %s; reject the link", zone, to.Status)
	}
	return k.changeLink(ctx, address, zone, "", func(link registrytypes.Link, found bool) (registrytypes.Link, error) {
		if err := checkLink(link, found, zone, registrytypes.LinkStatusRequested); err != nil {
			return link, err
		}
		link.Status = registrytypes.LinkStatusPending
		link.Limits = limits
		return link, nil
	})
}

// rejectLink removes a requested link.
func (k *Keeper) rejectLink(ctx context.Context, address sdk.AccAddress, zone, reason string) error {
	return k.changeLink(ctx, address, zone, reason, func(link registrytypes.Link, found bool) (registrytypes.Link, error) {
		if err := checkLink(link, found, zone, registrytypes.LinkStatusRequested); err != nil {
			return link, err
		}
		return registrytypes.Link{}, nil
	})
}

// setLinkLimits replaces the limits of a link that the zone knows or will know, and tells both old and new ones.
func (k *Keeper) setLinkLimits(ctx context.Context, address sdk.AccAddress, zone, operator string, limits registrytypes.Limits) error {
	told := &types.EventLinkLimitsChanged{Zone: zone, Address: address.String(), NewLimits: limits, Operator: operator}
	err := k.changeLink(ctx, address, zone, "", func(link registrytypes.Link, found bool) (registrytypes.Link, error) {
		if err := checkLink(link, found, zone, registrytypes.LinkStatusPending, registrytypes.LinkStatusActive); err != nil {
			return link, err
		}
		told.OldLimits = link.Limits
		link.Limits = limits
		return link, nil
	})
	if err != nil {
		return err
	}
	return event.Emit(ctx, told)
}

// unlink asks the zone to end a link. A request that the bank has not answered simply goes, and so does every link to a zone
// that is wound up: it is asked nothing any more.
func (k *Keeper) unlink(ctx context.Context, address sdk.AccAddress, zone string) error {
	to, err := k.GetZone(ctx, zone)
	if err != nil {
		return err
	}
	if to.IsGone() {
		return k.dropLink(ctx, address, zone)
	}
	return k.changeLink(ctx, address, zone, "", func(link registrytypes.Link, found bool) (registrytypes.Link, error) {
		if err := checkLink(link, found, zone,
			registrytypes.LinkStatusRequested, registrytypes.LinkStatusPending, registrytypes.LinkStatusActive); err != nil {
			return link, err
		}
		if link.Status == registrytypes.LinkStatusRequested {
			return registrytypes.Link{}, nil
		}
		link.Status = registrytypes.LinkStatusUnlinking
		return link, nil
	})
}

// changeLink replaces the link of an account to one zone by what change returns, where a link without status means none,
// and tells a new status. Whoever no longer has a link is forgotten by the queue of the zone, too.
func (k *Keeper) changeLink(
	ctx context.Context, address sdk.AccAddress, zone, reason string,
	change func(link registrytypes.Link, found bool) (registrytypes.Link, error),
) error {
	told := &types.EventLinkStatusChanged{Zone: zone, Address: address.String(), Reason: reason}
	err := k.registry.UpdateLinks(ctx, address, func(account registrytypes.Account) ([]registrytypes.Link, error) {
		links := slices.Clone(account.Links)
		position, found := slices.BinarySearchFunc(links, zone, compareZone)
		var link registrytypes.Link
		if found {
			link = links[position]
			links = slices.Delete(links, position, position+1)
		}
		changed, err := change(link, found)
		if err != nil {
			return nil, err
		}
		told.OldStatus, told.NewStatus = link.Status, changed.Status
		if changed.Status != registrytypes.LinkStatusUnspecified {
			links = slices.Insert(links, position, changed)
		}
		return links, nil
	})
	if err != nil {
		return err
	}
	if told.NewStatus == registrytypes.LinkStatusUnspecified {
		if err := k.forgetSync(ctx, zone, address); err != nil {
			return err
		}
	}
	if told.OldStatus == told.NewStatus {
		return nil
	}
	return event.Emit(ctx, told)
}

// linkTo returns the account's link to a zone.
func linkTo(account registrytypes.Account, zone string) (registrytypes.Link, bool) {
	position, found := slices.BinarySearchFunc(account.Links, zone, compareZone)
	if !found {
		return registrytypes.Link{}, false
	}
	return account.Links[position], true
}

func compareZone(link registrytypes.Link, zone string) int {
	return strings.Compare(link.Zone, zone)
}

// checkLink returns ErrLinkNotFound or ErrLinkStatus unless there is a link in one of the statuses.
func checkLink(link registrytypes.Link, found bool, zone string, statuses ...registrytypes.LinkStatus) error {
	if !found {
		return errorsmod.Wrapf(zonelinktypes.ErrLinkNotFound, "expected a link to zone %s, got none; request one", zone)
	}
	if !slices.Contains(statuses, link.Status) {
		return errorsmod.Wrapf(zonelinktypes.ErrLinkStatus, "expected the link to zone %s in %v, got %s", zone, statuses, link.Status)
	}
	return nil
}
