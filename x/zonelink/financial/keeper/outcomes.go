package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// SettleAccountUpdate processes the outcome of an AccountUpdate. Nothing that the zone says makes it fail, and it does
// not ask whether the zone is suspended: the packet is done with either way. What a zone says that is wound up changes
// nothing any more.
func (k *Keeper) SettleAccountUpdate(
	ctx sdk.Context, channelID string, sequence uint64, update zonelinktypes.AccountUpdate, outcome zonelinktypes.Outcome,
) error {
	address, err := registrytypes.ParseAddress(update.Address)
	if err != nil {
		return err
	}
	zone, err := k.zoneByChannel(ctx, channelID)
	if err != nil {
		return err
	}
	if zone.IsGone() {
		return nil
	}
	if err := k.applyOutcome(ctx, zone.Id, address, update, outcome); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAccountUpdateSettled{
		Zone: zone.Id, Address: update.Address, Revision: update.Revision, Sequence: sequence, Error: outcome.Failure(),
	})
}

// applyOutcome moves the sync, and by the newest packet alone the link: packets pass each other, and an older one says
// nothing of the state that counts.
func (k *Keeper) applyOutcome(
	ctx context.Context, zone string, address sdk.AccAddress, update zonelinktypes.AccountUpdate, outcome zonelinktypes.Outcome,
) error {
	sync, err := k.syncs.Get(ctx, collections.Join(zone, address))
	if errors.Is(err, collections.ErrNotFound) {
		// The link has ended meanwhile.
		return nil
	}
	if err != nil {
		return err
	}
	newest := update.Revision == sync.SentRevision
	if outcome.Failure() == "" {
		// A zone cannot know more than it was sent, whatever it says.
		sync.AcknowledgedRevision = max(sync.AcknowledgedRevision, min(outcome.Revision, sync.SentRevision))
		if newest {
			sync.Failures = 0
		}
		if err := k.setSync(ctx, address, sync); err != nil {
			return err
		}
		if newest {
			return k.linkApplied(ctx, zone, address, update.Linked)
		}
		return nil
	}
	if !newest {
		return nil
	}
	if !update.Linked && !outcome.TimedOut {
		// The zone's answer to the question, not a failure: the link goes on.
		return k.moveLink(ctx, zone, address, registrytypes.LinkStatusUnlinking, registrytypes.LinkStatusActive, outcome.Refusal)
	}
	return k.retryLater(ctx, zone, address)
}

// linkApplied moves a link that waited for the zone.
func (k *Keeper) linkApplied(ctx context.Context, zone string, address sdk.AccAddress, linked bool) error {
	if linked {
		return k.moveLink(ctx, zone, address, registrytypes.LinkStatusPending, registrytypes.LinkStatusActive, "")
	}
	return k.moveLink(ctx, zone, address, registrytypes.LinkStatusUnlinking, registrytypes.LinkStatusUnspecified, "")
}

// moveLink gives a link another status, or removes it, unless it is not, or no longer, in the first one.
func (k *Keeper) moveLink(
	ctx context.Context, zone string, address sdk.AccAddress, from, to registrytypes.LinkStatus, reason string,
) error {
	account, err := k.registry.GetAccount(ctx, address)
	if err != nil {
		return err
	}
	if link, found := linkTo(account, zone); !found || link.Status != from {
		return nil
	}
	return k.changeLink(ctx, address, zone, reason, func(link registrytypes.Link, _ bool) (registrytypes.Link, error) {
		link.Status = to
		return link, nil
	})
}
