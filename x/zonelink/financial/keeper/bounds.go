package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// admitCharge checks yen that goes to a zone, and is in its escrow already, against what the members and the bank of the
// account that gets it want there, and counts it. It returns ErrPaused, ErrCeiling or ErrRateLimit.
func (k *Keeper) admitCharge(ctx sdk.Context, zone types.Zone, bankID string, amount math.Int) error {
	if zone.Paused {
		return errorsmod.Wrapf(zonelinktypes.ErrPaused, "expected zone %s open for charges, got a pause by the members; wait until they end it", zone.Id)
	}
	bank, err := k.bankIn(ctx, zone.Id, bankID)
	if err != nil {
		return err
	}
	if bank.Paused {
		return errorsmod.Wrapf(zonelinktypes.ErrPaused, "expected zone %s open for customers of %s, got a pause by that bank; ask it", zone.Id, bankID)
	}
	share, err := amountAt(ctx, k.shares, collections.Join(zone.Id, bankID))
	if err != nil {
		return err
	}
	share = share.Add(amount)
	if bank.Ceiling != nil && share.GT(*bank.Ceiling) {
		return errorsmod.Wrapf(zonelinktypes.ErrCeiling, "expected at most %s yen of %s's customers in zone %s, as that bank wants, got %s",
			bank.Ceiling, bankID, zone.Id, share)
	}
	if zone.Limits == nil {
		return nil
	}
	if share.GT(zone.Limits.BankCeiling) {
		return errorsmod.Wrapf(zonelinktypes.ErrCeiling, "expected at most %s yen of %s's customers in zone %s, got %s",
			zone.Limits.BankCeiling, bankID, zone.Id, share)
	}
	escrow := k.bankKeeper.GetBalance(ctx, escrowOf(zone.TransferChannelId), registrytypes.YenDenom).Amount
	if escrow.GT(zone.Limits.Ceiling) {
		return errorsmod.Wrapf(zonelinktypes.ErrCeiling, "expected at most %s yen in zone %s, got %s", zone.Limits.Ceiling, zone.Id, escrow)
	}
	return k.count(ctx, zone.Id, func(throughput *types.Throughput) error {
		return throughput.Charge(*zone.Limits, ctx.BlockTime(), amount)
	})
}

// admitDischarge counts yen that comes home. It returns ErrRateLimit.
func (k *Keeper) admitDischarge(ctx sdk.Context, zone types.Zone, amount math.Int) error {
	if zone.Limits == nil {
		return nil
	}
	return k.count(ctx, zone.Id, func(throughput *types.Throughput) error {
		return throughput.Discharge(*zone.Limits, ctx.BlockTime(), amount)
	})
}

func (k *Keeper) count(ctx context.Context, zone string, pass func(*types.Throughput) error) error {
	throughput, err := k.throughputs.Get(ctx, zone)
	if errors.Is(err, collections.ErrNotFound) {
		throughput = types.NewThroughput(zone)
	} else if err != nil {
		return err
	}
	if err := pass(&throughput); err != nil {
		return err
	}
	return k.throughputs.Set(ctx, zone, throughput)
}
