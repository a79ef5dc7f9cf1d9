package financial

import (
	"context"
	"errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/metrics"
	clearingkeeper "github.com/azukari-network/azukari/x/clearing/keeper"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialkeeper "github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

var (
	liabilityGauge = metrics.NewGauge("deposit", "liability_yen", "What the bank owes its depositors by its book.", "bank")
	issuedGauge    = metrics.NewGauge("deposit", "issued_yen", "What the bank ever issued.", "bank")
	redeemedGauge  = metrics.NewGauge("deposit", "redeemed_yen", "What the bank ever redeemed.", "bank")
	ceilingGauge   = metrics.NewGauge("deposit", "ceiling_yen", "The most that the bank may owe by issuing; absent without a ceiling.", "bank")

	positionGauge   = metrics.NewGauge("clearing", "position_yen", "The bank's position in the open cycle: below zero it owes the others.", "bank")
	capGauge        = metrics.NewGauge("clearing", "cap_yen", "How far below zero the bank's position may go, what it owes and gives to zones included.", "bank")
	headroomGauge   = metrics.NewGauge("clearing", "headroom_yen", "What the bank's customers may still pay to other banks' in positions.", "bank")
	owedGauge       = metrics.NewGauge("clearing", "owed_yen", "The bank's open obligations.", "bank")
	reserveGauge    = metrics.NewGauge("clearing", "reserve_yen", "The bank's reserve.", "bank")
	pledgeGauge     = metrics.NewGauge("clearing", "pledge_yen", "The bank's pledge.", "bank")
	queuedGauge     = metrics.NewGauge("clearing", "queued_payments", "Payments that wait for the bank's headroom.", "bank")
	failedGauge     = metrics.NewGauge("clearing", "bank_failed", "1 if the bank has failed, else 0.", "bank")
	cutoffGauge     = metrics.NewGauge("clearing", "cutoff_timestamp_seconds", "Unix time of the open cycle's cut-off.")
	cycleGauge      = metrics.NewGauge("clearing", "cycle", "Number of the open cycle.")
	zoneStatusGauge = metrics.NewGauge("zonelink", "zone_status", "1 for the zone's status: registered, active, suspended, closed, winding_up; else 0.", "zone", "status")
	pausedGauge     = metrics.NewGauge("zonelink", "zone_paused", "1 while the zone is paused, else 0.", "zone")
	shareGauge      = metrics.NewGauge("zonelink", "share_yen", "Part of the bank's liability that is in the zone.", "zone", "bank")
	sliceGauge      = metrics.NewGauge("zonelink", "slice_yen", "What the bank gives to the zone: how far its customers may pay other banks' there.", "zone", "bank")
	grantedGauge    = metrics.NewGauge("zonelink", "granted_yen", "How much of the slice the zone was granted.", "zone", "bank")
	reportGauge     = metrics.NewGauge("zonelink", "report_height", "Height in the zone of its newest flow report.", "zone")
	refusedGauge    = metrics.NewGauge("zonelink", "refused_report", "1 while a report of the zone is refused and waits for the members, else 0.", "zone")
)

// readers lists what the Financial Zone shows beside what every zone shows.
func (app *App) readers() []metrics.Reader {
	return []metrics.Reader{
		app.MeasureYen(func(context.Context) string { return registrytypes.YenDenom }),
		{Module: deposittypes.ModuleName, Read: app.measureDeposits, Gauges: []metrics.Gauge{liabilityGauge, issuedGauge, redeemedGauge, ceilingGauge}},
		{Module: clearingtypes.ModuleName, Read: app.measureClearing, Gauges: []metrics.Gauge{
			positionGauge, capGauge, headroomGauge, owedGauge, reserveGauge, pledgeGauge, queuedGauge, failedGauge, cutoffGauge, cycleGauge,
		}},
		{Module: zonelinktypes.ModuleName, Read: app.measureZones, Gauges: []metrics.Gauge{
			zoneStatusGauge, pausedGauge, shareGauge, sliceGauge, grantedGauge, reportGauge, refusedGauge,
		}},
	}
}

func (app *App) measureDeposits(ctx sdk.Context, set metrics.Set) error {
	return app.Deposit.IterateBooks(ctx, func(book deposittypes.BankBook) (bool, error) {
		set(liabilityGauge, metrics.Yen(book.Liability), book.Bank)
		set(issuedGauge, metrics.Yen(book.Issued), book.Bank)
		set(redeemedGauge, metrics.Yen(book.Redeemed), book.Bank)
		ceiling, err := app.Deposit.GetCeiling(ctx, book.Bank)
		switch {
		case errors.Is(err, deposittypes.ErrCeilingNotFound):
			return false, nil
		case err != nil:
			return true, err
		}
		set(ceilingGauge, metrics.Yen(ceiling.Amount), book.Bank)
		return false, nil
	})
}

func (app *App) measureClearing(ctx sdk.Context, set metrics.Set) error {
	cycle, err := app.Clearing.OpenCycle(ctx)
	if err != nil {
		return err
	}
	set(cycleGauge, float64(cycle.Number))
	set(cutoffGauge, float64(cycle.ScheduledFor.Unix()))
	positions, err := clearingkeeper.NewQueryServer(app.Clearing).Positions(ctx, &clearingtypes.QueryPositionsRequest{})
	if err != nil {
		return err
	}
	for _, position := range positions.Positions {
		set(positionGauge, metrics.Yen(position.Position), position.Bank)
		set(capGauge, metrics.Yen(position.Cap), position.Bank)
		set(headroomGauge, metrics.Yen(position.Headroom), position.Bank)
		set(owedGauge, metrics.Yen(position.Owed), position.Bank)
		set(reserveGauge, metrics.Yen(position.Reserve), position.Bank)
		set(pledgeGauge, metrics.Yen(position.Pledge), position.Bank)
		set(queuedGauge, float64(position.QueuedCount), position.Bank)
		set(failedGauge, metrics.Truth(position.Status == clearingtypes.BankStatusFailed), position.Bank)
	}
	return nil
}

func (app *App) measureZones(ctx sdk.Context, set metrics.Set) error {
	zones, err := app.Zonelink.Zones(ctx)
	if err != nil {
		return err
	}
	server := financialkeeper.NewQueryServer(app.Zonelink)
	for _, zone := range zones {
		for _, shown := range zoneStatuses {
			set(zoneStatusGauge, metrics.Truth(zone.Status == shown.status), zone.Id, shown.name)
		}
		set(pausedGauge, metrics.Truth(zone.Paused), zone.Id)
		positions, err := server.ZonePositions(ctx, &financialtypes.QueryZonePositionsRequest{Zone: zone.Id})
		if err != nil {
			return err
		}
		set(reportGauge, float64(positions.Reports.Height), zone.Id)
		set(refusedGauge, metrics.Truth(positions.RefusedReport != nil), zone.Id)
		for _, position := range positions.Positions {
			set(shareGauge, metrics.Yen(position.Share), zone.Id, position.Bank)
			set(sliceGauge, metrics.Yen(position.Slice), zone.Id, position.Bank)
			set(grantedGauge, metrics.Yen(position.Granted), zone.Id, position.Bank)
		}
	}
	return nil
}

// zoneStatuses are those that a zone can have, by the name in the label.
var zoneStatuses = []struct {
	status financialtypes.ZoneStatus
	name   string
}{
	{financialtypes.ZoneStatusRegistered, "registered"},
	{financialtypes.ZoneStatusActive, "active"},
	{financialtypes.ZoneStatusSuspended, "suspended"},
	{financialtypes.ZoneStatusClosed, "closed"},
	{financialtypes.ZoneStatusWindingUp, "winding_up"},
}
