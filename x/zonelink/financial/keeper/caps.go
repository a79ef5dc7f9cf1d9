package keeper

import (
	"context"
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// CapReviewBlocks is after how many blocks the caps of all zones are reviewed, because room in positions, a bank's cap or
// the open cycle may have changed. What changes in this module has them reviewed in the same block.
const CapReviewBlocks = 10

// SendCapUpdates reviews how far banks may go in each active zone, and sends it the caps that it does not know. One that
// cannot be sent counts as failed and is tried again later: a broken zone never stops the chain.
func (k *Keeper) SendCapUpdates(ctx sdk.Context) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	zones, err := k.Zones(ctx)
	if err != nil {
		return err
	}
	for _, zone := range zones {
		if zone.Status != types.ZoneStatusActive {
			continue
		}
		if err := k.reviewCaps(ctx, params, zone.Id); err != nil {
			return err
		}
		reports, err := k.reportsOf(ctx, zone.Id)
		if err != nil {
			return err
		}
		if !reports.Dirty || ctx.BlockTime().Before(reports.NotBefore) {
			continue
		}
		cached, write := branch.Begin(ctx)
		if err := k.sendCapUpdate(sdk.UnwrapSDKContext(cached), params, zone, reports); err != nil {
			ctx.Logger().Error("cap update not sent", "module", zonelinktypes.ModuleName, "zone", zone.Id, "error", err)
			if err := k.capsLater(ctx, params, reports); err != nil {
				return err
			}
			continue
		}
		write()
	}
	return nil
}

// reviewCaps sets how far each bank may go in a zone, if it is due. The caps get a new revision if one of them changes.
func (k *Keeper) reviewCaps(ctx sdk.Context, params types.Params, zone string) error {
	due, err := k.capsDue.Has(ctx, zone)
	if err != nil {
		return err
	}
	if !due && ctx.BlockHeight()%CapReviewBlocks != 0 {
		return nil
	}
	if err := k.capsDue.Remove(ctx, zone); err != nil {
		return err
	}
	cycle, err := k.clearing.OpenCycleNumber(ctx)
	if err != nil {
		return err
	}
	banks, err := k.banksOf(ctx, zone)
	if err != nil {
		return err
	}
	changed := false
	for _, bank := range banks {
		limit, err := k.limitOf(ctx, bank, cycle, params.DefaultSlice)
		if err != nil {
			return err
		}
		if limit.Equal(bank.Limit) {
			continue
		}
		bank.Limit, bank.LimitMax = limit, math.MaxInt(bank.LimitMax, limit)
		if err := k.setBank(ctx, bank); err != nil {
			return err
		}
		changed = true
	}
	if !changed {
		return nil
	}
	reports, err := k.reportsOf(ctx, zone)
	if err != nil {
		return err
	}
	reports.CapRevision++
	// News does not wait for the backoff of what it replaces.
	reports.Dirty, reports.NotBefore = true, ctx.BlockTime()
	return k.reports.Set(ctx, zone, reports)
}

// limitOf returns how far sent may exceed received for a bank in a zone: what is settled and the bank's slice, as far as
// there is room in the bank's position. It is lowered at once and raised only within that room.
func (k *Keeper) limitOf(ctx context.Context, bank types.ZoneBank, cycle uint64, defaultSlice math.Int) (math.Int, error) {
	headroom, failed, err := k.clearing.Headroom(ctx, bank.Bank)
	if err != nil {
		return math.Int{}, err
	}
	if failed {
		// As on the Financial Zone, its customers pay nobody at another bank any more.
		return math.MinInt(bank.Limit, bank.Net()), nil
	}
	limit := bank.Limit
	wanted := bank.Settled(cycle).Add(bank.SliceOr(defaultSlice))
	switch {
	case wanted.LT(limit):
		limit = wanted
	case wanted.GT(limit) && !headroom.IsNegative():
		// What an older cap still sets aside can be given again without taking room.
		reach := math.MaxInt(bank.LimitMax, bank.Net()).Add(headroom)
		limit = math.MaxInt(limit, math.MinInt(wanted, reach))
	}
	if !headroom.IsNegative() {
		return limit, nil
	}
	slack, err := k.slackOf(ctx, bank.Bank)
	if err != nil {
		return math.Int{}, err
	}
	if deficit := headroom.Add(slack).Neg(); deficit.IsPositive() {
		// The bank's cap was lowered: give back what the zone has not used, as far as that helps.
		limit = math.MinInt(limit, math.MaxInt(bank.Net(), bank.Limit.Sub(deficit)))
	}
	return limit, nil
}

// slackOf returns what caps that were lowered already will set free once their zones report.
func (k *Keeper) slackOf(ctx context.Context, bank string) (math.Int, error) {
	zones, err := k.Zones(ctx)
	if err != nil {
		return math.Int{}, err
	}
	slack := math.ZeroInt()
	for _, zone := range zones {
		there, err := k.bankIn(ctx, zone.Id, bank)
		if err != nil {
			return math.Int{}, err
		}
		slack = slack.Add(there.Slack())
	}
	return slack, nil
}

func (k *Keeper) sendCapUpdate(ctx sdk.Context, params types.Params, zone types.Zone, reports types.ZoneReports) error {
	banks, err := k.banksOf(ctx, zone.Id)
	if err != nil {
		return err
	}
	update := zonelinktypes.CapUpdate{Revision: reports.CapRevision}
	for _, bank := range banks {
		update.Caps = append(update.Caps, zonelinktypes.BankCap{Bank: bank.Bank, Limit: bank.Limit})
	}
	data, err := zonelinktypes.EncodeCapUpdate(update)
	if err != nil {
		return err
	}
	capability, err := k.ibc.ChannelCapability(ctx, zone.ZonelinkChannelId)
	if err != nil {
		return err
	}
	timeout := zonelinktypes.TimeoutAfter(ctx, params.PacketTimeout)
	sequence, err := k.ibc.Channels.SendPacket(
		ctx, capability, zonelinktypes.PortID, zone.ZonelinkChannelId, clienttypes.ZeroHeight(), timeout, data)
	if err != nil {
		return err
	}
	reports.Dirty, reports.NotBefore = false, time.Time{}
	if err := k.reports.Set(ctx, zone.Id, reports); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventCapsSent{Zone: zone.Id, Revision: update.Revision, Sequence: sequence})
}

// capsLater makes the newest caps due again, with a longer wait after each failure in a row.
func (k *Keeper) capsLater(ctx sdk.Context, params types.Params, reports types.ZoneReports) error {
	reports.Failures++
	reports.Dirty, reports.NotBefore = true, ctx.BlockTime().Add(params.Backoff(reports.Failures))
	return k.reports.Set(ctx, reports.Zone, reports)
}

// SettleCapUpdate processes the outcome of a cap update. Nothing that the zone says makes it fail. That it has arrived sets
// nothing free: only a report says from when on the zone goes by it. What a zone says that is wound up changes nothing.
func (k *Keeper) SettleCapUpdate(
	ctx sdk.Context, channelID string, sequence uint64, update zonelinktypes.CapUpdate, outcome zonelinktypes.Outcome,
) error {
	zone, err := k.zoneByChannel(ctx, channelID)
	if err != nil || zone.IsGone() {
		return err
	}
	reports, err := k.reportsOf(ctx, zone.Id)
	if err != nil {
		return err
	}
	if update.Revision == reports.CapRevision {
		if outcome.Failure() == "" {
			reports.Failures = 0
			err = k.reports.Set(ctx, zone.Id, reports)
		} else {
			var params types.Params
			if params, err = k.params.Get(ctx); err == nil {
				err = k.capsLater(ctx, params, reports)
			}
		}
		if err != nil {
			return err
		}
	}
	return event.Emit(ctx, &types.EventCapsSettled{Zone: zone.Id, Revision: update.Revision, Sequence: sequence, Error: outcome.Failure()})
}
