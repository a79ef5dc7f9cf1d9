package keeper

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	assettypes "github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/audit/types"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// balances is every coin of the zone by where it is, from one walk over all balances.
type balances struct {
	// banks is yen in registered accounts, by account bank.
	banks sums
	// escrows is yen in the escrows of ICS-20 channels, by Business Zone.
	escrows sums
	// held is what the hold module has, by denom.
	held sums
	// assets is units of assets wherever they are, by denom; owners the bytes of an address that has some. Of a unique unit there
	// is one such address.
	assets sums
	owners map[string]string
	// reserves is settlement money by the bytes of its address.
	reserves sums
	// ended is yen in registered accounts that are closed or unlinked; it is counted in banks too.
	ended math.Int
	// modules is yen in module accounts other than hold.
	modules math.Int
	// strangers is yen at addresses that are none of the above.
	strangers math.Int
	// misplaced is what law 7 forbids.
	misplaced types.Violations
}

// total returns all yen.
func (b balances) total(yen string) math.Int {
	return b.banks.total().Add(b.escrows.total()).Add(b.held.of(yen)).Add(b.modules).Add(b.strangers)
}

// balances walks all balances. escrows maps the address bytes of each escrow to its Business Zone.
func (c common) balances(ctx context.Context, yen string, escrows map[string]string) (balances, error) {
	result := balances{
		banks: sums{}, escrows: sums{}, held: sums{}, assets: sums{}, owners: map[string]string{}, reserves: sums{},
		ended: math.ZeroInt(), modules: math.ZeroInt(), strangers: math.ZeroInt(),
	}
	var failed error
	c.bank.IterateAllBalances(ctx, func(address sdk.AccAddress, coin sdk.Coin) bool {
		failed = c.place(ctx, &result, address, coin, yen, escrows)
		return failed != nil
	})
	return result, failed
}

// place adds one balance to where it belongs.
func (c common) place(
	ctx context.Context, result *balances, address sdk.AccAddress, coin sdk.Coin, yen string, escrows map[string]string,
) error {
	if assettypes.IsAsset(coin.Denom) {
		result.assets.add(coin.Denom, coin.Amount)
		result.owners[coin.Denom] = string(address)
	}
	module, isModule := c.modules[string(address)]
	if module == holdtypes.ModuleName {
		result.held.add(coin.Denom, coin.Amount)
		return nil
	}
	if coin.Denom == clearingtypes.ReserveDenom {
		result.reserves.add(string(address), coin.Amount)
	}
	if coin.Denom != yen {
		return nil
	}
	if zone, isEscrow := escrows[string(address)]; isEscrow {
		result.escrows.add(zone, coin.Amount)
		return nil
	}
	if isModule {
		result.modules = result.modules.Add(coin.Amount)
		result.misplaced.Require(false, "expected no yen of module %s, got %s", module, coin)
		return nil
	}
	account, registered, err := c.owner(ctx, address)
	if err != nil {
		return err
	}
	if !registered {
		result.strangers = result.strangers.Add(coin.Amount)
		result.misplaced.Require(false, "expected a registered account, got %s with %s", address, coin)
		return nil
	}
	result.banks.add(account.Bank, coin.Amount)
	switch account.Status {
	case registrytypes.AccountStatusActive, registrytypes.AccountStatusFrozen:
	case registrytypes.AccountStatusClosed, registrytypes.AccountStatusUnlinked, registrytypes.AccountStatusUnspecified,
		registrytypes.AccountStatusApplied, registrytypes.AccountStatusOpen:
		result.ended = result.ended.Add(coin.Amount)
		result.misplaced.Require(false, "expected no yen of %s account %s, got %s", account.Status, address, coin)
	}
	return nil
}
