package keeper

import (
	"context"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// financialZone checks the laws of the Financial Zone.
type financialZone struct {
	common
	deposit  types.DepositKeeper
	clearing types.ClearingKeeper
	links    types.FinancialKeeper
}

func (z financialZone) findings(ctx sdk.Context) ([]types.Finding, error) {
	zones, err := z.links.Zones(ctx)
	if err != nil {
		return nil, err
	}
	all, err := z.balances(ctx, registrytypes.YenDenom, escrowsOf(zones))
	if err != nil {
		return nil, err
	}
	shares, err := z.shares(ctx)
	if err != nil {
		return nil, err
	}
	orders, err := z.orders(ctx)
	if err != nil {
		return nil, err
	}
	findings, err := z.lawLiabilities(ctx, all, shares, orders)
	if err != nil {
		return nil, err
	}
	settled, err := z.settled(ctx, zones)
	if err != nil {
		return nil, err
	}
	findings = append(findings, lawEscrow(zones, all, shares, settled)...)
	holds, err := z.lawHolds(ctx, all, registrytypes.YenDenom)
	if err != nil {
		return nil, err
	}
	clearing, err := z.lawClearing(ctx, all)
	if err != nil {
		return nil, err
	}
	once, err := z.lawOnce(ctx, zones, orders)
	if err != nil {
		return nil, err
	}
	findings = append(findings, holds...)
	findings = append(findings, clearing...)
	findings = append(findings, once...)
	findings = append(findings, lawOwners(all, registrytypes.YenDenom))
	caps, err := z.lawCaps(ctx)
	if err != nil {
		return nil, err
	}
	return append(findings, caps...), nil
}

// escrowsOf maps the address bytes of the escrow of each Business Zone that has one to the zone's id.
func escrowsOf(zones []financialtypes.Zone) map[string]string {
	escrows := map[string]string{}
	for _, zone := range zones {
		if zone.TransferChannelId != "" {
			escrows[string(transfertypes.GetEscrowAddress(transfertypes.PortID, zone.TransferChannelId))] = zone.Id
		}
	}
	return escrows
}

// shares is what every bank owes in every Business Zone.
type shares struct {
	banks, zones sums
	// negative has the violations of every zone with a share below zero.
	negative map[string]types.Violations
}

func (z financialZone) shares(ctx context.Context) (shares, error) {
	all := shares{banks: sums{}, zones: sums{}, negative: map[string]types.Violations{}}
	err := z.links.IterateShares(ctx, func(share financialtypes.Share) (bool, error) {
		all.banks.add(share.Bank, share.Amount)
		all.zones.add(share.Zone, share.Amount)
		violations := all.negative[share.Zone]
		violations.Require(!share.Amount.IsNegative(), "expected a share of %s of 0 or more, got %s", share.Bank, share.Amount)
		all.negative[share.Zone] = violations
		return false, nil
	})
	return all, err
}

// settled returns what accounts have brought into each Business Zone, and what is on its way there: together all that is there.
func (z financialZone) settled(ctx context.Context, zones []financialtypes.Zone) (sums, error) {
	zoneOf := map[string]string{}
	for _, zone := range zones {
		zoneOf[zone.TransferChannelId] = zone.Id
	}
	result := sums{}
	err := z.links.IterateBrought(ctx, func(brought financialtypes.Brought) (bool, error) {
		result.add(brought.Zone, brought.Amount)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = z.links.IterateTransfers(ctx, func(transfer zonelinktypes.Transfer) (bool, error) {
		result.add(zoneOf[transfer.ChannelId], transfer.Amount)
		return false, nil
	})
	return result, err
}

// lawEscrow judges law 2: in each Business Zone the escrow is the sum of the banks' shares, and no share is below zero; and it is
// what accounts have brought there and are bringing.
func lawEscrow(zones []financialtypes.Zone, all balances, shares shares, settled sums) []types.Finding {
	known := sums{}
	for _, zone := range zones {
		known.add(zone.Id, math.ZeroInt())
	}
	var findings []types.Finding
	for _, zone := range keysOf(known, shares.zones) {
		escrow, share := all.escrows.of(zone), shares.zones.of(zone)
		violations := shares.negative[zone]
		violations.Require(escrow.Equal(share), "expected an escrow of %s, the sum of shares, got %s", share, escrow)
		violations.Require(escrow.Equal(settled.of(zone)), "expected an escrow of %s, what accounts have brought and are bringing, got %s",
			settled.of(zone), escrow)
		findings = append(findings, types.NewFinding(types.LawEscrow, types.SubjectZone(zone), violations,
			types.NewFigure("escrow", escrow),
			types.NewFigure("shares", share),
			types.NewFigure("brought_and_in_flight", settled.of(zone)),
		))
	}
	return findings
}

// lawPackets recomputes law 6 for the charges in flight to each Business Zone.
func (z financialZone) lawPackets(ctx sdk.Context, zones []financialtypes.Zone) ([]types.Finding, types.Violations, error) {
	records := transfers{}
	err := z.links.IterateTransfers(ctx, func(transfer zonelinktypes.Transfer) (bool, error) {
		records.add(transfer)
		return false, nil
	})
	if err != nil {
		return nil, types.Violations{}, err
	}
	var (
		findings []types.Finding
		channels []string
	)
	for _, zone := range zones {
		channel := zone.TransferChannelId
		channels = append(channels, channel)
		findings = append(findings, z.lawTransfers(ctx, types.SubjectZone(zone.Id), channel, records[channel], types.Violations{}))
	}
	return findings, records.elsewhere(channels...), nil
}
