package keeper

import (
	"slices"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// businessZone checks the laws of a Business Zone.
type businessZone struct {
	common
	assets types.AssetKeeper
	trades types.SettlementKeeper
	link   types.BusinessKeeper
}

func (z businessZone) findings(ctx sdk.Context) ([]types.Finding, error) {
	yen := z.link.YenDenom(ctx)
	all, err := z.balances(ctx, yen, nil)
	if err != nil {
		return nil, err
	}
	findings, err := z.lawHolds(ctx, all, yen)
	if err != nil {
		return nil, err
	}
	packets, err := z.lawPackets(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := z.lawConsents(ctx)
	if err != nil {
		return nil, err
	}
	classes, err := z.lawAssets(ctx, all)
	if err != nil {
		return nil, err
	}
	trades, err := z.lawTrades(ctx, yen)
	if err != nil {
		return nil, err
	}
	return slices.Concat(findings, []types.Finding{packets, waiting, lawOwners(all, yen)}, classes, trades), nil
}

// lawPackets recomputes law 6 for the discharges in flight, and compares the yen here with what accounts have brought.
func (z businessZone) lawPackets(ctx sdk.Context) (types.Finding, error) {
	link, err := z.link.FinancialZone(ctx)
	if err != nil {
		return types.Finding{}, err
	}
	records := transfers{}
	err = z.link.IterateTransfers(ctx, func(transfer zonelinktypes.Transfer) (bool, error) {
		records.add(transfer)
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	brought := math.ZeroInt()
	err = z.link.IterateBrought(ctx, func(one businesstypes.Brought) (bool, error) {
		brought = brought.Add(one.Amount)
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	channel := link.TransferChannelId
	violations := records.elsewhere(channel)
	if denom := link.YenDenom(); denom != "" {
		supply := z.bank.GetSupply(ctx, denom).Amount
		violations.Require(supply.Equal(brought), "expected a supply of yen of %s, what accounts have brought, got %s", brought, supply)
	}
	return z.lawTransfers(ctx, types.SubjectWholeZone, channel, records[channel], violations), nil
}

// coverage is the Financial Zone's business: the yen here is a voucher, and its deposits are attested there.
func (businessZone) coverage(ctx sdk.Context) ([]types.Coverage, error) {
	return nil, types.ErrNoDeposits.Wrapf("expected the Financial Zone, got %s; ask a node there", ctx.ChainID())
}
