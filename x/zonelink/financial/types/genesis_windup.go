package types

import (
	"bytes"
	"cmp"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// validateBrought checks that accounts have brought into each zone what has settled of the shares there: payments inside the
// zone move yen between accounts and banks, but bring none.
func (g GenesisState) validateBrought(zones map[string]Zone, settled map[place]math.Int) error {
	sums := map[string]math.Int{}
	for at, amount := range settled {
		sums[at.zone] = sumOf(sums, at.zone).Add(amount)
	}
	for i, brought := range g.Brought {
		zone := zones[brought.Zone]
		if zone.TransferChannelId == "" {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "brought by %s: expected a zone with a transfer channel, got %q", brought.Address, brought.Zone)
		}
		if brought.Amount.IsNil() || brought.Amount.IsZero() {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "brought by %s: expected an amount, got %s", brought.Address, brought.Amount)
		}
		var before Brought
		if i > 0 {
			before = g.Brought[i-1]
		}
		if err := checkAscending(before.Zone, before.Address, brought.Zone, brought.Address); err != nil {
			return err
		}
		sums[zone.TransferChannelId] = sumOf(sums, zone.TransferChannelId).Sub(brought.Amount)
	}
	for _, zone := range g.Zones {
		if rest := sumOf(sums, zone.TransferChannelId); !rest.IsZero() {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"zone %s: expected accounts to have brought all shares but charges in flight, got %s yen less", zone.Id, rest)
		}
	}
	return nil
}

func sumOf(sums map[string]math.Int, key string) math.Int {
	if sum, found := sums[key]; found {
		return sum
	}
	return math.ZeroInt()
}

// checkAscending checks the order by zone, then address bytes; the bech32 text of addresses sorts otherwise. The one before
// is empty for the first.
func checkAscending(zoneBefore, addressBefore, zone, text string) error {
	address, err := registrytypes.ParseAddress(text)
	if err != nil {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "zone %s: %s", zone, err)
	}
	if addressBefore == "" {
		return nil
	}
	order := bytes.Compare(sdk.MustAccAddressFromBech32(addressBefore), address)
	if cmp.Or(cmp.Compare(zoneBefore, zone), order) >= 0 {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
			"expected accounts in ascending order of zone, then address bytes, without repeats, got %s/%s after %s/%s", zone, text, zoneBefore, addressBefore)
	}
	return nil
}

// validateWindUps checks that there is a wind-up for each zone that is wound up, and what was proven for no others.
func (g GenesisState) validateWindUps(zones map[string]Zone) error {
	woundUp := map[string]bool{}
	for i, started := range g.WindUps {
		if !zones[started.Zone].IsGone() || i > 0 && g.WindUps[i-1].Zone >= started.Zone {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected wind-ups of zones that are gone in ascending order, got %q", started.Zone)
		}
		if len(started.Root) == 0 || started.Height == 0 || started.Paid.IsNil() || started.Paid.IsNegative() {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "wind-up of zone %s: expected a root, a height, and 0 or more yen paid, got %X, %d and %s",
				started.Zone, started.Root, started.Height, started.Paid)
		}
		woundUp[started.Zone] = true
	}
	for _, zone := range g.Zones {
		if zone.Status == ZoneStatusWindingUp && !woundUp[zone.Id] {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "zone %s: expected its wind-up, got none", zone.Id)
		}
	}
	if err := g.validateWindUpAccounts(woundUp); err != nil {
		return err
	}
	for i, hold := range g.WindUpHolds {
		if !woundUp[hold.Zone] || hold.Id == 0 {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected holds of zones that are wound up, got %d of %q", hold.Id, hold.Zone)
		}
		if i > 0 && cmp.Or(cmp.Compare(g.WindUpHolds[i-1].Zone, hold.Zone), cmp.Compare(g.WindUpHolds[i-1].Id, hold.Id)) >= 0 {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected holds in ascending order of zone, then id, without repeats, got %s/%d at %d", hold.Zone, hold.Id, i)
		}
	}
	for i, flow := range g.ProvenFlows {
		total := zonelinktypes.Flow{PayerBank: flow.PayerBank, PayeeBank: flow.PayeeBank, Total: flow.Total}
		if err := total.Validate(); err != nil || !woundUp[flow.Zone] {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected proven flows of zones that are wound up, got %s→%s of %q", flow.PayerBank, flow.PayeeBank, flow.Zone)
		}
		if i > 0 && compareZoneFlows(g.ProvenFlows[i-1], flow) >= 0 {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected proven flows in ascending order without repeats, got %s/%s→%s at %d",
				flow.Zone, flow.PayerBank, flow.PayeeBank, i)
		}
	}
	return nil
}

func (g GenesisState) validateWindUpAccounts(woundUp map[string]bool) error {
	paid := map[string]math.Int{}
	for i, book := range g.WindUpAccounts {
		if !woundUp[book.Zone] || book.Bank == "" || book.Paid.IsNil() || book.Paid.IsNegative() {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "account %s: expected a zone that is wound up, a bank, and 0 or more yen paid, got %q, %q and %s",
				book.Address, book.Zone, book.Bank, book.Paid)
		}
		var before WindUpAccount
		if i > 0 {
			before = g.WindUpAccounts[i-1]
		}
		if err := checkAscending(before.Zone, before.Address, book.Zone, book.Address); err != nil {
			return err
		}
		paid[book.Zone] = sumOf(paid, book.Zone).Add(book.Paid)
	}
	for _, started := range g.WindUps {
		if sum := sumOf(paid, started.Zone); !started.Paid.Equal(sum) {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "wind-up of zone %s: expected %s yen paid, the sum of its accounts, got %s", started.Zone, sum, started.Paid)
		}
	}
	return nil
}
