package keeper

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// common is what the laws of both kinds of zone read.
type common struct {
	bank     types.BankKeeper
	registry types.RegistryKeeper
	hold     types.HoldKeeper
	payment  types.PaymentKeeper
	channels types.ChannelKeeper
	// modules maps the address bytes of every module account to the module's name.
	modules map[string]string
}

func newCommon(
	bank types.BankKeeper, account types.AccountKeeper, registry types.RegistryKeeper, hold types.HoldKeeper, payment types.PaymentKeeper,
	channels types.ChannelKeeper,
) common {
	modules := map[string]string{}
	for name, permissions := range account.GetModulePermissions() {
		modules[string(permissions.GetAddress())] = name
	}
	return common{bank: bank, registry: registry, hold: hold, payment: payment, channels: channels, modules: modules}
}

// owner returns the account of an address, and whether there is one.
func (c common) owner(ctx context.Context, address sdk.AccAddress) (registrytypes.Account, bool, error) {
	account, err := c.registry.GetAccount(ctx, address)
	if errors.Is(err, registrytypes.ErrAccountNotFound) {
		return registrytypes.Account{}, false, nil
	}
	return account, err == nil, err
}

// ownerOf is owner for an address as state writes it.
func (c common) ownerOf(ctx context.Context, text string) (registrytypes.Account, bool, error) {
	address, err := sdk.AccAddressFromBech32(text)
	if err != nil {
		return registrytypes.Account{}, false, fmt.Errorf("expected an address in state, got %q: %w", text, err)
	}
	return c.owner(ctx, address)
}

// sums adds amounts up by key.
type sums map[string]math.Int

func (s sums) add(key string, amount math.Int) {
	s[key] = s.of(key).Add(amount)
}

// of returns the sum of a key, zero if nothing was added.
func (s sums) of(key string) math.Int {
	if sum, found := s[key]; found {
		return sum
	}
	return math.ZeroInt()
}

func (s sums) total() math.Int {
	total := math.ZeroInt()
	for _, sum := range s {
		total = total.Add(sum)
	}
	return total
}

// keysOf returns every key of the given sums once, in ascending order.
func keysOf(all ...sums) []string {
	keys := map[string]struct{}{}
	for _, one := range all {
		for key := range one {
			keys[key] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}
