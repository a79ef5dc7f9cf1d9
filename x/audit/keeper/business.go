package keeper

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// businessZone checks the laws of a Business Zone.
type businessZone struct {
	common
	link types.BusinessKeeper
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
	return append(findings, packets, lawOwners(all, yen)), nil
}

// lawPackets recomputes law 6 for the discharges in flight.
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
	channel := link.TransferChannelId
	return z.lawTransfers(ctx, types.SubjectWholeZone, channel, records[channel], records.elsewhere(channel)), nil
}

// coverage is the Financial Zone's business: the yen here is a voucher, and its deposits are attested there.
func (businessZone) coverage(ctx sdk.Context) ([]types.Coverage, error) {
	return nil, types.ErrNoDeposits.Wrapf("expected the Financial Zone, got %s; ask a node there", ctx.ChainID())
}
