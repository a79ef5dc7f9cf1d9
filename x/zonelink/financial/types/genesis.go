package types

import (
	"bytes"
	"cmp"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// DefaultGenesis returns a genesis without zones.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}

// Validate checks every entry, the order of every list, and that the lists agree: each share, transfer and sync belongs
// to a zone, no bank has more yen in flight to a zone than its share there, and accounts have brought what has settled of all
// shares. It returns ErrInvalidParams,
// ErrInvalidZone or ErrInvalidGenesis.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	zones, err := g.validateZones()
	if err != nil {
		return err
	}
	shares, err := g.validateShares(zones)
	if err != nil {
		return err
	}
	if err := g.validateTransfers(shares); err != nil {
		return err
	}
	if err := g.validateBrought(zones, shares); err != nil {
		return err
	}
	if err := g.validateWindUps(zones); err != nil {
		return err
	}
	if err := g.validateSyncs(zones); err != nil {
		return err
	}
	return g.validateFlows(zones)
}

// validateZones returns the zones by id.
func (g GenesisState) validateZones() (map[string]Zone, error) {
	zones := make(map[string]Zone, len(g.Zones))
	takenBy := map[string]string{}
	for i, zone := range g.Zones {
		if err := zone.Validate(); err != nil {
			return nil, err
		}
		if i > 0 && g.Zones[i-1].Id >= zone.Id {
			return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"expected zones in ascending order of id without repeats, got %s after %s", zone.Id, g.Zones[i-1].Id)
		}
		unique := append([]string{"chain id " + zone.ChainId}, zone.Channels()...)
		if zone.ConnectionId != "" {
			unique = append(unique, zone.ConnectionId)
		}
		for _, name := range unique {
			if other, taken := takenBy[name]; taken {
				return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "zone %s: expected %s of its own, got that of zone %s", zone.Id, name, other)
			}
			takenBy[name] = zone.Id
		}
		zones[zone.Id] = zone
	}
	return zones, nil
}

// place is where something of a bank's is: the zone, or its ICS-20 channel, and the bank.
type place struct {
	zone, bank string
}

// validateShares returns the shares by place.
func (g GenesisState) validateShares(zones map[string]Zone) (map[place]math.Int, error) {
	shares := make(map[place]math.Int, len(g.Shares))
	for i, share := range g.Shares {
		zone, known := zones[share.Zone]
		if !known || zone.TransferChannelId == "" {
			return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "share of %q: expected a zone with a transfer channel, got %q", share.Bank, share.Zone)
		}
		if share.Bank == "" {
			return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "share in zone %s: expected a bank, got none", share.Zone)
		}
		if share.Amount.IsNil() || !share.Amount.IsPositive() {
			return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "share of %s in zone %s: expected 1 yen or more, got %s", share.Bank, share.Zone, share.Amount)
		}
		if i > 0 && cmp.Or(cmp.Compare(g.Shares[i-1].Zone, share.Zone), cmp.Compare(g.Shares[i-1].Bank, share.Bank)) >= 0 {
			return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"expected shares in ascending order of zone, then bank, without repeats, got %s/%s after %s/%s",
				share.Zone, share.Bank, g.Shares[i-1].Zone, g.Shares[i-1].Bank)
		}
		shares[place{zone.TransferChannelId, share.Bank}] = share.Amount
	}
	return shares, nil
}

// validateTransfers takes every transfer out of its share, so that a refund always finds its yen there.
func (g GenesisState) validateTransfers(shares map[place]math.Int) error {
	if err := zonelinktypes.ValidateTransfers(g.Transfers); err != nil {
		return err
	}
	for _, transfer := range g.Transfers {
		at := place{transfer.ChannelId, transfer.ShareBank()}
		left, known := shares[at]
		if !known || left.LT(transfer.Amount) {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"transfer %s/%d: expected a share of %s that covers all its transfers there, got too small a share",
				transfer.ChannelId, transfer.Sequence, transfer.ShareBank())
		}
		shares[at] = left.Sub(transfer.Amount)
	}
	return nil
}

func (g GenesisState) validateSyncs(zones map[string]Zone) error {
	for i, sync := range g.AccountSyncs {
		if _, known := zones[sync.Zone]; !known {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "account sync of %s: expected a zone of the genesis, got %q", sync.Address, sync.Zone)
		}
		if err := sync.Validate(); err != nil {
			return err
		}
		if i == 0 {
			continue
		}
		before := g.AccountSyncs[i-1]
		// Order is by the bytes of the address; its bech32 text sorts otherwise.
		order := bytes.Compare(sdk.MustAccAddressFromBech32(before.Address), sdk.MustAccAddressFromBech32(sync.Address))
		if cmp.Or(cmp.Compare(before.Zone, sync.Zone), order) >= 0 {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"expected account syncs in ascending order of zone, then address bytes, without repeats, got %s/%s after %s/%s",
				sync.Zone, sync.Address, before.Zone, before.Address)
		}
	}
	return nil
}
