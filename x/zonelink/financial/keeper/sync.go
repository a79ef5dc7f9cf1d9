package keeper

import (
	"bytes"
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// AccountChanged implements registrytypes.AccountHooks: every zone to which the account has a link that its bank
// approved is due the new state, unless it would see no difference.
func (k *Keeper) AccountChanged(ctx context.Context, account registrytypes.Account) error {
	address, err := registrytypes.ParseAddress(account.Address)
	if err != nil {
		return err
	}
	for _, link := range account.Links {
		if link.Status == registrytypes.LinkStatusRequested {
			continue
		}
		if err := k.markDirty(ctx, address, zonelinktypes.NewAccountUpdate(account, link), link.Zone); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) markDirty(ctx context.Context, address sdk.AccAddress, update zonelinktypes.AccountUpdate, zone string) error {
	sync, err := k.syncs.Get(ctx, collections.Join(zone, address))
	if errors.Is(err, collections.ErrNotFound) {
		sync = types.AccountSync{Zone: zone, Address: address.String()}
	} else if err != nil {
		return err
	}
	// What waits already, for its turn or out of backoff, will be sent as it is then.
	if sync.Dirty {
		return nil
	}
	digest, err := update.Digest()
	if err != nil {
		return err
	}
	if bytes.Equal(digest, sync.SentDigest) {
		return nil
	}
	sync.Dirty = true
	sync.NotBefore = sdk.UnwrapSDKContext(ctx).BlockTime()
	return k.setSync(ctx, address, sync)
}

// GetSync returns how far an account's state has reached a zone. It returns ErrSyncNotFound if nothing was ever due.
func (k *Keeper) GetSync(ctx context.Context, zone string, address sdk.AccAddress) (types.AccountSync, error) {
	sync, err := k.syncs.Get(ctx, collections.Join(zone, address))
	if errors.Is(err, collections.ErrNotFound) {
		return types.AccountSync{}, errorsmod.Wrapf(zonelinktypes.ErrSyncNotFound,
			"expected an account with an approved link to zone %q, got %s", zone, address)
	}
	return sync, err
}

// setSync stores a sync and its place in the zone's queue.
func (k *Keeper) setSync(ctx context.Context, address sdk.AccAddress, sync types.AccountSync) error {
	if err := k.dequeue(ctx, sync.Zone, address); err != nil {
		return err
	}
	if sync.Dirty {
		if err := k.queue.Set(ctx, collections.Join3(sync.Zone, sync.NotBefore.UnixNano(), address)); err != nil {
			return err
		}
	} else {
		sync.NotBefore = time.Time{}
	}
	return k.syncs.Set(ctx, collections.Join(sync.Zone, address), sync)
}

// forgetSync removes what is kept of an account without a link.
func (k *Keeper) forgetSync(ctx context.Context, zone string, address sdk.AccAddress) error {
	if err := k.dequeue(ctx, zone, address); err != nil {
		return err
	}
	return k.syncs.Remove(ctx, collections.Join(zone, address))
}

// dequeue takes an account out of the queue, if it is there.
func (k *Keeper) dequeue(ctx context.Context, zone string, address sdk.AccAddress) error {
	old, err := k.syncs.Get(ctx, collections.Join(zone, address))
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil || !old.Dirty {
		return err
	}
	return k.queue.Remove(ctx, collections.Join3(zone, old.NotBefore.UnixNano(), address))
}

// due returns who must be sent to a zone now: at most limit accounts, those first that have waited longest.
func (k *Keeper) due(ctx context.Context, zone string, now time.Time, limit uint32) ([]sdk.AccAddress, error) {
	var addresses []sdk.AccAddress
	ranger := collections.NewPrefixedTripleRange[string, int64, sdk.AccAddress](zone)
	err := k.queue.Walk(ctx, ranger, func(key collections.Triple[string, int64, sdk.AccAddress]) (bool, error) {
		if key.K2() > now.UnixNano() {
			return true, nil
		}
		addresses = append(addresses, key.K3())
		return uint32(len(addresses)) == limit, nil //nolint:gosec // no longer than limit
	})
	return addresses, err
}
