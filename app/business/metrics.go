package business

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/metrics"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	businesskeeper "github.com/azukari-network/azukari/x/zonelink/business/keeper"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

var (
	limitGauge      = metrics.NewGauge("zonelink", "limit_yen", "How far what the bank's customers sent to other banks' may exceed what they received.", "bank")
	reservedGauge   = metrics.NewGauge("zonelink", "reserved_yen", "What confirmed trades of the bank's customers will send to other banks'.", "bank")
	roomGauge       = metrics.NewGauge("zonelink", "room_yen", "What the bank's customers may still send to other banks'.", "bank")
	unreportedGauge = metrics.NewGauge("zonelink", "unreported_flow_changes", "Changes of flows that the Financial Zone has not acknowledged.")
	linkedGauge     = metrics.NewGauge("zonelink", "linked", "1 while the zone is linked to the Financial Zone, else 0.")
	overdueGauge    = metrics.NewGauge("asset", "expiry_overdue_seconds", "How long the oldest units whose time is over wait for their destruction; 0 if none do.")
	suspendedGauge  = metrics.NewGauge("zonelink", "suspended", "1 while the link to the Financial Zone is suspended, else 0.")
)

// readers lists what a Business Zone shows beside what every zone shows.
func (app *App) readers() []metrics.Reader {
	return []metrics.Reader{
		app.MeasureYen(app.Zonelink.YenDenom),
		{Module: assettypes.ModuleName, Read: app.measureAssets, Gauges: []metrics.Gauge{overdueGauge}},
		{Module: zonelinktypes.ModuleName, Read: app.measureLink, Gauges: []metrics.Gauge{
			limitGauge, reservedGauge, roomGauge, unreportedGauge, linkedGauge, suspendedGauge,
		}},
	}
}

func (app *App) measureAssets(ctx sdk.Context, set metrics.Set) error {
	oldest, found, err := app.Asset.OldestExpiry(ctx)
	if err != nil {
		return err
	}
	overdue := 0.0
	if found {
		overdue = max(ctx.BlockTime().Sub(oldest).Seconds(), 0)
	}
	set(overdueGauge, overdue)
	return nil
}

func (app *App) measureLink(ctx sdk.Context, set metrics.Set) error {
	financial, err := app.Zonelink.FinancialZone(ctx)
	if err != nil {
		return err
	}
	set(linkedGauge, metrics.Truth(financial.ZonelinkChannelId != "" && financial.TransferChannelId != ""))
	set(suspendedGauge, metrics.Truth(financial.Suspended))
	caps, err := businesskeeper.NewQueryServer(app.Zonelink).Caps(ctx, &businesstypes.QueryCapsRequest{})
	if err != nil {
		return err
	}
	set(unreportedGauge, float64(caps.ReportState.Version-caps.ReportState.AcknowledgedVersion))
	for _, bank := range caps.Banks {
		set(limitGauge, metrics.Yen(bank.Limit), bank.Bank)
		set(reservedGauge, metrics.Yen(bank.Reserved), bank.Bank)
		set(roomGauge, metrics.Yen(bank.Room), bank.Bank)
	}
	return nil
}
