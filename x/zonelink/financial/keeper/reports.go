package keeper

import (
	"context"
	"errors"
	"maps"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

const reasonReport = "sent a flow report that was refused"

// ReceiveFlowReport applies what a zone says has passed between banks there, and returns the version known after that: a
// report that is not newer changes nothing. It returns ErrWrongChannel, ErrZoneNotActive, ErrChargesUnsettled, with which
// nothing has changed; or ErrReportRefused, with which the zone is suspended and the report kept.
func (k *Keeper) ReceiveFlowReport(ctx sdk.Context, channelID string, report zonelinktypes.FlowReport) (uint64, error) {
	zone, err := k.zoneByChannel(ctx, channelID)
	if err != nil {
		return 0, err
	}
	if channelID != zone.ZonelinkChannelId {
		return 0, errorsmod.Wrapf(zonelinktypes.ErrWrongChannel, "expected zonelink channel %s of zone %s, got %s", zone.ZonelinkChannelId, zone.Id, channelID)
	}
	if err := zone.CheckActive(); err != nil {
		return 0, err
	}
	return k.takeReport(ctx, zone, report)
}

// takeReport applies a report of an active zone, or refuses it and suspends the zone. With every other error nothing has
// changed.
func (k *Keeper) takeReport(ctx sdk.Context, zone types.Zone, report zonelinktypes.FlowReport) (version uint64, err error) {
	reports, err := k.reportsOf(ctx, zone.Id)
	if err != nil || report.Version <= reports.Version {
		return reports.Version, err
	}
	cached, write := branch.Begin(ctx)
	err = k.applyReport(sdk.UnwrapSDKContext(cached), zone.Id, reports, report, false)
	if err == nil {
		write()
		return report.Version, nil
	}
	if errors.Is(err, zonelinktypes.ErrReportRefused) {
		return 0, errors.Join(err, k.refuseReport(ctx, zone, report, err))
	}
	return 0, err
}

// refuseReport keeps a report that an honest zone cannot have sent, and suspends the zone.
func (k *Keeper) refuseReport(ctx sdk.Context, zone types.Zone, report zonelinktypes.FlowReport, refusal error) error {
	kept := types.RefusedReport{Zone: zone.Id, Report: report, Reason: refusal.Error(), RefusedAt: ctx.BlockTime()}
	if err := k.refused.Set(ctx, zone.Id, kept); err != nil {
		return err
	}
	if err := k.setStatus(ctx, zone, types.ZoneStatusSuspended, reasonReport); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventReportRefused{Zone: zone.Id, Version: report.Version, Reason: kept.Reason})
}

// movement is what one bank's customers sent and received between two reports, in yen.
type movement struct {
	sent, received math.Int
}

// applyReport applies the difference between a newer report and what was applied before. Only one that the members accept
// may go beyond the limits of banks; none may go beyond what the zone holds.
func (k *Keeper) applyReport(ctx sdk.Context, zone string, reports types.ZoneReports, report zonelinktypes.FlowReport, accepted bool) error {
	if report.CapRevision > reports.CapRevision {
		return errorsmod.Wrapf(zonelinktypes.ErrReportRefused, "expected caps of revision %d at most, got %d", reports.CapRevision, report.CapRevision)
	}
	passed, err := k.applyFlows(ctx, zone, report.Flows, accepted)
	if err != nil {
		return err
	}
	if err := k.acceptVersion(ctx, reports, report); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventFlowsReported{
		Zone: zone, Version: report.Version, Height: report.Height, CapRevision: report.CapRevision, Amount: passed,
	})
}

// applyFlows applies the difference between totals and what was applied before: to totals and shares of the zone, and to what
// the banks owe each other. It returns how many yen have passed. Totals that depend on each other must come together.
func (k *Keeper) applyFlows(ctx sdk.Context, zone string, flows []zonelinktypes.Flow, accepted bool) (math.Int, error) {
	changes, err := k.changes(ctx, zone, flows)
	if err != nil {
		return math.Int{}, err
	}
	movements := map[string]movement{}
	passed := math.ZeroInt()
	for _, change := range changes {
		payer, payee := movementOf(movements, change.PayerBank), movementOf(movements, change.PayeeBank)
		payer.sent, payee.received = payer.sent.Add(change.Total), payee.received.Add(change.Total)
		movements[change.PayerBank], movements[change.PayeeBank] = payer, payee
		passed = passed.Add(change.Total)
	}
	for _, bank := range slices.Sorted(maps.Keys(movements)) {
		if err := k.moveBank(ctx, zone, bank, movements[bank], accepted); err != nil {
			return math.Int{}, err
		}
	}
	for _, change := range changes {
		if err := k.clearing.RecordReservedFlow(ctx, change.PayerBank, change.PayeeBank, change.Total); err != nil {
			return math.Int{}, err
		}
	}
	return passed, nil
}

func movementOf(movements map[string]movement, bank string) movement {
	if known, found := movements[bank]; found {
		return known
	}
	return movement{sent: math.ZeroInt(), received: math.ZeroInt()}
}

// changes stores totals and returns by how much they have grown, in their order.
func (k *Keeper) changes(ctx context.Context, zone string, flows []zonelinktypes.Flow) ([]zonelinktypes.Flow, error) {
	var changes []zonelinktypes.Flow
	for _, flow := range flows {
		key := collections.Join3(zone, flow.PayerBank, flow.PayeeBank)
		known, err := k.flows.Get(ctx, key)
		if errors.Is(err, collections.ErrNotFound) {
			known = types.ZoneFlow{Zone: zone, PayerBank: flow.PayerBank, PayeeBank: flow.PayeeBank, Total: math.ZeroInt()}
		} else if err != nil {
			return nil, err
		}
		if flow.Total.LT(known.Total) {
			return nil, errorsmod.Wrapf(zonelinktypes.ErrReportRefused, "expected at least %s yen from %s to %s, as reported before, got %s",
				known.Total, flow.PayerBank, flow.PayeeBank, flow.Total)
		}
		if flow.Total.Equal(known.Total) {
			continue
		}
		change := flow
		change.Total = flow.Total.Sub(known.Total)
		changes = append(changes, change)
		known.Total = flow.Total
		if err := k.flows.Set(ctx, key, known); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// checkBank returns ErrReportRefused unless the id is a bank's.
func (k *Keeper) checkBank(ctx context.Context, id string) error {
	organization, err := k.membership.GetOrganization(ctx, id)
	if errors.Is(err, membershiptypes.ErrOrganizationNotFound) || err == nil && organization.Kind != membershiptypes.OrganizationKindBank {
		return errorsmod.Wrapf(zonelinktypes.ErrReportRefused, "expected flows between banks, got one of %q", id)
	}
	return err
}

// moveBank checks what one bank's customers sent and received, and books it in the bank's share and totals.
func (k *Keeper) moveBank(ctx context.Context, zone, id string, moved movement, accepted bool) error {
	if err := k.checkBank(ctx, id); err != nil {
		return err
	}
	bank, err := k.bankIn(ctx, zone, id)
	if err != nil {
		return err
	}
	cycle, err := k.clearing.OpenCycleNumber(ctx)
	if err != nil {
		return err
	}
	after := bank.Book(cycle, moved.sent, moved.received)
	// A bank beyond a limit that was lowered meanwhile may come back towards it, and no further away.
	if after.Net().GT(bank.LimitMax) && after.Net().GT(bank.Net()) && !accepted {
		return errorsmod.Wrapf(zonelinktypes.ErrReportRefused,
			"expected %s to have sent at most %s yen more than received, got %s", id, bank.LimitMax, after.Net())
	}
	if err := k.join(ctx, zone, id); err != nil {
		return err
	}
	if err := k.moveShare(ctx, zone, id, moved); err != nil {
		return err
	}
	return k.setBank(ctx, after)
}

// moveShare moves a bank's share by what was sent and received. A share below zero is a lie. One that is smaller than the
// bank's charges in flight is not, but it must wait: they can still come back, and a refund never fails.
func (k *Keeper) moveShare(ctx context.Context, zone, bank string, moved movement) error {
	key := collections.Join(zone, bank)
	share, err := amountAt(ctx, k.shares, key)
	if err != nil {
		return err
	}
	left := share.Add(moved.received).Sub(moved.sent)
	if left.IsNegative() {
		return errorsmod.Wrapf(zonelinktypes.ErrReportRefused,
			"expected customers of %s to have sent at most %s yen since the last report, got %s", bank, share.Add(moved.received), moved.sent)
	}
	unsettled, err := amountAt(ctx, k.unsettled, key)
	if err != nil {
		return err
	}
	if left.LT(unsettled) && left.LT(share) {
		return errorsmod.Wrapf(zonelinktypes.ErrChargesUnsettled,
			"expected %s yen of %s left in zone %s for charges in flight, got %s; report again once they have settled", unsettled, bank, zone, left)
	}
	if left.IsZero() {
		return k.shares.Remove(ctx, key)
	}
	return k.shares.Set(ctx, key, left)
}

// acceptVersion keeps how far a zone has reported. Once it goes by the newest caps, older and more generous ones set nothing
// aside any more, but what the zone has promised under them; and never more than they did.
func (k *Keeper) acceptVersion(ctx context.Context, reports types.ZoneReports, report zonelinktypes.FlowReport) error {
	reports.Version, reports.Height = report.Version, report.Height
	reports.ReportedCapRevision = max(reports.ReportedCapRevision, report.CapRevision)
	if err := k.reports.Set(ctx, reports.Zone, reports); err != nil {
		return err
	}
	if report.CapRevision < reports.CapRevision {
		return nil
	}
	banks, err := k.banksOf(ctx, reports.Zone)
	if err != nil {
		return err
	}
	promised := make(map[string]math.Int, len(report.Promised))
	for _, one := range report.Promised {
		promised[one.Bank] = one.Limit
	}
	for _, bank := range banks {
		limitMax := bank.Limit
		if promise, found := promised[bank.Bank]; found {
			limitMax = math.MinInt(math.MaxInt(limitMax, promise), bank.LimitMax)
		}
		if bank.LimitMax.Equal(limitMax) {
			continue
		}
		bank.LimitMax = limitMax
		if err := k.setBank(ctx, bank); err != nil {
			return err
		}
	}
	return nil
}
