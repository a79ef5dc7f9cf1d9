package keeper

import (
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/zonelink/business/types"
	"github.com/azukari-network/azukari/x/zonelink/internal/backoff"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// SendFlowReport reports flows that the Financial Zone does not know, at most once in ReportIntervalBlocks. A report that
// cannot be sent counts as failed and is tried again later: a broken link never stops the chain.
func (k *Keeper) SendFlowReport(ctx sdk.Context) error {
	state, err := k.reportState.Get(ctx)
	if err != nil || state.Version == state.AcknowledgedVersion || state.Version == state.SentVersion {
		return err
	}
	zone, err := k.financialZone.Get(ctx)
	if err != nil || zone.CheckActive() != nil {
		return err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	early := state.SentHeight > 0 && ctx.BlockHeight() < state.SentHeight+int64(params.ReportIntervalBlocks)
	if early || ctx.BlockTime().Before(state.NotBefore) {
		return nil
	}
	cached, write := branch.Begin(ctx)
	if err := k.sendFlowReport(sdk.UnwrapSDKContext(cached), params, zone, state); err != nil {
		ctx.Logger().Error("flow report not sent", "module", zonelinktypes.ModuleName, "version", state.Version, "error", err)
		return k.reportLater(ctx, params, state)
	}
	write()
	return nil
}

func (k *Keeper) sendFlowReport(ctx sdk.Context, params types.Params, zone types.FinancialZone, state types.ReportState) error {
	report, err := k.report(ctx, state)
	if err != nil {
		return err
	}
	data, err := zonelinktypes.EncodeFlowReport(report)
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
	state.SentVersion, state.SentHeight = state.Version, ctx.BlockHeight()
	if err := k.reportState.Set(ctx, state); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventFlowReportSent{Version: report.Version, Sequence: sequence})
}

// reportLater makes the newest report due again, with a longer wait after each failure in a row.
func (k *Keeper) reportLater(ctx sdk.Context, params types.Params, state types.ReportState) error {
	state.Failures++
	state.NotBefore = ctx.BlockTime().Add(backoff.Wait(params.BackoffBase, params.BackoffMax, state.Failures))
	state.SentVersion = state.AcknowledgedVersion
	return k.reportState.Set(ctx, state)
}

// SettleFlowReport processes the outcome of a report. Nothing that the Financial Zone says makes it fail.
func (k *Keeper) SettleFlowReport(ctx sdk.Context, sequence uint64, report zonelinktypes.FlowReport, outcome zonelinktypes.Outcome) error {
	state, err := k.reportState.Get(ctx)
	if err != nil {
		return err
	}
	switch newest := report.Version == state.SentVersion; {
	case outcome.Failure() == "":
		// The Financial Zone cannot know more than there is, whatever it says.
		state.AcknowledgedVersion = max(state.AcknowledgedVersion, min(outcome.Revision, state.Version))
		state.SentVersion = max(state.SentVersion, state.AcknowledgedVersion)
		state.Failures, state.NotBefore = 0, time.Time{}
		err = k.reportState.Set(ctx, state)
	case newest:
		params, paramsErr := k.params.Get(ctx)
		if paramsErr != nil {
			return paramsErr
		}
		err = k.reportLater(ctx, params, state)
	}
	if err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventFlowReportSettled{Version: report.Version, Sequence: sequence, Error: outcome.Failure()})
}
