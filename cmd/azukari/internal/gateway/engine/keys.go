package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"

	sdk "github.com/cosmos/cosmos-sdk/types"

	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// cachedPayers bounds the payers whose keys are remembered: some hundred megabytes.
const cachedPayers = 500_000

// keyCache remembers payers' order keys. A key that was replaced is at worst let through to the zone, which refuses it.
type keyCache struct {
	zone Zone

	mu   sync.Mutex
	keys map[string][]registrytypes.OrderKey
}

func newKeyCache(zone Zone) *keyCache {
	return &keyCache{zone: zone, keys: map[string][]registrytypes.OrderKey{}}
}

// key returns the key that must have signed an order, from memory only if cached. It returns x/payment's ErrBadSignature, the
// registry's ErrAccountNotFound and ErrOrderKeyNotFound, and ErrBusy if no node answers.
func (c *keyCache) key(ctx context.Context, order paymenttypes.PaymentOrder, cached bool) (registrytypes.OrderKey, error) {
	if order.KeyId == "" {
		key := registrytypes.OrderKey{Type: registrytypes.OrderKeyTypeSecp256k1, PublicKey: order.PublicKey}
		return key, order.CheckOwnKey()
	}
	if cached {
		c.mu.Lock()
		known := c.keys[string(order.Payer)]
		c.mu.Unlock()
		if key, found := named(known, order.KeyId); found {
			return key, nil
		}
	}
	payer := sdk.AccAddress(order.Payer)
	keys, err := c.zone.OrderKeys(ctx, payer)
	if errors.Is(err, registrytypes.ErrAccountNotFound) {
		return registrytypes.OrderKey{}, err
	}
	if err != nil {
		return registrytypes.OrderKey{}, fmt.Errorf("%w: keys of %s: %w", ErrBusy, payer, err)
	}
	c.mu.Lock()
	if len(c.keys) >= cachedPayers {
		clear(c.keys)
	}
	c.keys[string(order.Payer)] = keys
	c.mu.Unlock()
	key, found := named(keys, order.KeyId)
	if !found {
		return key, registrytypes.ErrOrderKeyNotFound.Wrapf("expected an order key of %s, got %q; register it with replace-order-keys", payer, order.KeyId)
	}
	return key, nil
}

func named(keys []registrytypes.OrderKey, id string) (registrytypes.OrderKey, bool) {
	for _, key := range keys {
		if key.Id == id {
			return key, true
		}
	}
	return registrytypes.OrderKey{}, false
}
