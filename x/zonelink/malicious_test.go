package zonelink_test

import (
	"strconv"
	"strings"
	"testing"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// A zone that lies: each test sends the Financial Zone what no honest zone sends. Whatever it is, the escrow stays the sum of
// the shares, and nobody outside the zone has more or less yen.

// report returns a flow report, as a packet, of what bank-a's customers paid to bank-b's.
func (w *world) report(version uint64, flows ...types.Flow) channeltypes.Packet {
	w.t.Helper()
	return w.reportPacket(types.FlowReport{Version: version, Height: 9, Flows: flows})
}

func (w *world) reportPacket(report types.FlowReport) channeltypes.Packet {
	w.t.Helper()
	data, err := types.EncodeFlowReport(report)
	require.NoError(w.t, err)
	return channeltypes.Packet{
		Sequence: report.Version, Data: data,
		SourcePort: types.PortID, SourceChannel: w.link.Business.Zonelink,
		DestinationPort: types.PortID, DestinationChannel: w.link.Financial.Zonelink,
	}
}

func flow(payer, payee string, total int64) types.Flow {
	return types.Flow{PayerBank: payer, PayeeBank: payee, Total: math.NewInt(total)}
}

// requireUntouched asserts that a zone got nothing out of the Financial Zone.
func (w *world) requireUntouched(ctx sdk.Context) {
	w.t.Helper()
	w.requireShares(w.t, ctx)
	require.EqualValues(w.t, 100_000, w.share(ctx, bankA))
	require.Zero(w.t, w.share(ctx, bankB))
	require.EqualValues(w.t, 4_000_000, w.Financial.App.Bank.GetSupply(ctx, "jpy").Amount.Int64())
	escrow := transfertypes.GetEscrowAddress(transfertypes.PortID, w.link.Financial.Transfer)
	require.EqualValues(w.t, 100_000, w.Financial.App.Bank.GetBalance(ctx, escrow, "jpy").Amount.Int64())
}

func TestForgedReportsSuspendTheZone(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	for name, test := range map[string]struct {
		report types.FlowReport
		reason string
	}{
		"over the slice":      {types.FlowReport{Version: 50, Flows: []types.Flow{flow(bankA, bankB, 1_001)}}, "at most 1000 yen more than received, got 1001"},
		"without a slice":     {types.FlowReport{Version: 50, Flows: []types.Flow{flow(bankB, bankA, 1)}}, "bank-b to have sent at most 0 yen more than received, got 1"},
		"a bank that is none": {types.FlowReport{Version: 50, Flows: []types.Flow{flow(bankA, "moon", 1)}}, `flows between banks, got one of "moon"`},
		"caps of tomorrow":    {types.FlowReport{Version: 50, CapRevision: 999}, "at most, got 999"},
		"all the money":       {types.FlowReport{Version: 50, Flows: []types.Flow{{PayerBank: bankA, PayeeBank: bankB, Total: types.MaxTotal}}}, "at most"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.financialCtx()
			test.report.Height = 9
			refused := receiveKept(ctx, w.accounts, w.reportPacket(test.report))
			require.Contains(t, string(refused), "zonelink/21: ")
			w.requireUntouched(ctx)
			w.requireStatus(ctx, financialtypes.ZoneStatusSuspended)
			response, err := w.queries.ZonePositions(ctx, &financialtypes.QueryZonePositionsRequest{Zone: retail})
			require.NoError(t, err)
			require.Equal(t, test.report.Version, response.RefusedReport.Report.Version, "kept for inquiry")
			require.Contains(t, response.RefusedReport.Reason, test.reason)
			keepertest.RequireEvent(t, ctx, &financialtypes.EventReportRefused{Zone: retail, Version: 50, Reason: response.RefusedReport.Reason})
		})
	}
}

func TestReportOfYenThatIsNotThereSuspendsTheZone(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	refused := receiveKept(ctx, w.accounts, w.report(50, flow(bankA, bankB, 100_001)))
	require.Contains(t, string(refused), "zonelink/21: ")
	w.requireStatus(ctx, financialtypes.ZoneStatusSuspended)
	w.requireUntouched(ctx)
}

func TestTotalsThatFallSuspendTheZone(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	require.True(t, receive(ctx, w.accounts, w.report(50, flow(bankA, bankB, 100))).Success())
	refused := receiveKept(ctx, w.accounts, w.report(51, flow(bankA, bankB, 99)))
	require.Contains(t, string(refused), "zonelink/21: ")
	w.requireStatus(ctx, financialtypes.ZoneStatusSuspended)
	require.EqualValues(t, 100, w.share(ctx, bankB))
}

func TestForgedPacketsChangeNothing(t *testing.T) {
	w := charged(t)
	valid := w.report(50, flow(bankA, bankB, 10)).Data
	update, err := types.EncodeCapUpdate(types.CapUpdate{Revision: 99})
	require.NoError(t, err)
	encode := func(report types.FlowReport) []byte {
		data, err := types.EncodeFlowReport(report)
		require.NoError(t, err)
		return data
	}
	for name, data := range map[string][]byte{
		"nothing":            {},
		"noise":              []byte("\xff\xfe report"),
		"cut off":            valid[:len(valid)-1],
		"a field too many":   append(append([]byte{}, valid...), 0x78, 0x01),
		"a cap update":       update,
		"version 0":          encode(types.FlowReport{Height: 9}),
		"no height":          encode(types.FlowReport{Version: 50}),
		"a bank with itself": encode(types.FlowReport{Version: 50, Height: 9, Flows: []types.Flow{flow(bankA, bankA, 1)}}),
		"a repeated flow":    encode(types.FlowReport{Version: 50, Height: 9, Flows: []types.Flow{flow(bankA, bankB, 1), flow(bankA, bankB, 1)}}),
		"less than zero":     encode(types.FlowReport{Version: 50, Height: 9, Flows: []types.Flow{flow(bankA, bankB, -1)}}),
		"a huge amount": encode(types.FlowReport{Version: 50, Height: 9, Flows: []types.Flow{{
			PayerBank: bankA, PayeeBank: bankB, Total: math.NewIntWithDecimal(1, 70),
		}}}),
		"no UTF-8":    encode(types.FlowReport{Version: 50, Height: 9, Flows: []types.Flow{flow(bankA, "b\xff\xfe", 1)}}),
		"a long name": encode(types.FlowReport{Version: 50, Height: 9, Flows: []types.Flow{flow(bankA, strings.Repeat("b", 33), 1)}}),
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.financialCtx()
			packet := w.report(50)
			packet.Data = data
			require.Contains(t, receive(ctx, w.accounts, packet).GetError(), "zonelink/5: ")
			w.requireUntouched(ctx)
			w.requireStatus(ctx, financialtypes.ZoneStatusActive)
		})
	}
}

func TestReplayedDischargeBringsItsFlowsOnce(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	memo, err := types.DischargeMemo{Report: &types.FlowReport{Version: 50, Height: 9, Flows: []types.Flow{flow(bankA, bankB, 60)}}}.Encode()
	require.NoError(t, err)
	packet := w.homecoming(7, transferData(w.yenPath(), "20", w.ken, w.ken, memo))
	for range 3 {
		require.True(t, receive(ctx, w.yen, packet).Success())
	}
	// Only IBC's core knows that it is the same packet; without it each takes out of the same 60 yen.
	require.Zero(t, w.share(ctx, bankB))
	require.Contains(t, receive(ctx, w.yen, packet).GetError(), "zonelink/13: ")
	require.EqualValues(t, 99_940, w.share(ctx, bankA))
	w.requireShares(t, ctx)
}

func TestOverCapFlowsInAMemoSuspendTheZone(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	ctx := w.financialCtx()
	memo, err := types.DischargeMemo{Report: &types.FlowReport{Version: 50, Height: 9, Flows: []types.Flow{flow(bankA, bankB, 1_001)}}}.Encode()
	require.NoError(t, err)
	refused := receiveKept(ctx, w.yen, w.homecoming(7, transferData(w.yenPath(), "5", w.ken, w.ken, memo)))
	require.Contains(t, string(refused), "zonelink/21: ")
	w.requireStatus(ctx, financialtypes.ZoneStatusSuspended)
	w.requireUntouched(ctx)
	require.EqualValues(t, 1_000_000, w.Financial.App.Bank.GetBalance(ctx, w.ken.Address(), "jpy").Amount.Int64())
}

func TestReportsOnAWrongChannelAreRefused(t *testing.T) {
	w := charged(t)
	for _, channel := range []string{"channel-9", w.link.Financial.Transfer} {
		ctx := w.financialCtx()
		packet := w.report(50, flow(bankA, bankB, 10))
		packet.DestinationChannel = channel
		require.Contains(t, receive(ctx, w.accounts, packet).GetError(), "zonelink/4: ")
		w.requireUntouched(ctx)
	}
}

func TestForgedMemosAreRefused(t *testing.T) {
	w := charged(t)
	for name, memo := range map[string]string{
		"deep":             strings.Repeat(`{"report":`, 100_000),
		"long":             strings.Repeat(" ", types.MaxMemoLength+1),
		"empty object":     `{}`,
		"an unknown field": `{"forward":{"receiver":"x"}}`,
		"spaces":           `{"hop": {"zone":"energy","payee":"x"}}`,
		"a repeated field": `{"hop":{"zone":"a","payee":"x"},"hop":{"zone":"energy","payee":"x"}}`,
		"two documents":    `{"hop":{"zone":"energy","payee":"x"}}{}`,
		"a number":         `{"report":{"version":1,"height":"1","cap_revision":"0","flows":[]}}`,
		"not numbers":      `{"report":{"version":"one","height":"1","cap_revision":"0","flows":[]}}`,
		"no amount":        `{"report":{"version":"1","height":"1","cap_revision":"0","flows":[["bank-a","bank-b","x"]]}}`,
		"a huge amount":    `{"report":{"version":"1","height":"1","cap_revision":"0","flows":[["bank-a","bank-b","` + strings.Repeat("9", 70) + `"]]}}`,
		"no UTF-8":         "{\"hop\":{\"zone\":\"\xff\xfe\",\"payee\":\"x\"}}",
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.financialCtx()
			refused := receive(ctx, w.yen, w.homecoming(7, transferData(w.yenPath(), "5", w.aoi, w.aoi, memo)))
			require.Contains(t, refused.GetError(), "zonelink/6: ")
			w.requireUntouched(ctx)
			w.requireStatus(ctx, financialtypes.ZoneStatusActive)
		})
	}
}

func TestHugeAndOddAmountsAreRefused(t *testing.T) {
	w := charged(t)
	for _, amount := range []string{"1000000000000001", strings.Repeat("9", 80), strconv.FormatInt(-1, 10), "1e3", "\xff"} {
		ctx := w.financialCtx()
		refused := receive(ctx, w.yen, w.homecoming(7, transferData(w.yenPath(), amount, w.aoi, w.aoi, "")))
		require.Contains(t, refused.GetError(), "zonelink/6: ", amount)
		w.requireUntouched(ctx)
	}
}
