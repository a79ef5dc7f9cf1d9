package zonelink_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// room returns how much a bank's customers may send to other banks' in retail now, as retail sees it.
func (w *world) room(bank string) int64 {
	w.t.Helper()
	response, err := w.businessQueries.Caps(w.businessCtx(), &businesstypes.QueryCapsRequest{})
	require.NoError(w.t, err)
	for _, use := range response.Banks {
		if use.Bank == bank {
			return use.Room.Int64()
		}
	}
	return 0
}

// position returns what a bank has in retail, as the Financial Zone sees it.
func (w *world) position(bank string) financialtypes.ZonePosition { //nolint:unparam // any bank has one
	w.t.Helper()
	response, err := w.queries.ZonePositions(w.financialCtx(), &financialtypes.QueryZonePositionsRequest{Zone: retail})
	require.NoError(w.t, err)
	for _, position := range response.Positions {
		if position.Bank == bank {
			return position
		}
	}
	return financialtypes.ZonePosition{}
}

// setSlice lets a bank give a slice of its cap to retail, and relays until retail goes by it.
func (w *world) setSlice(bank string, yen int64) {
	w.t.Helper()
	compliance := w.Keys.Operator(bank, membershiptypes.RoleCompliance)
	slice := math.NewInt(yen)
	w.Financial.MustSend(compliance.PrivKey(), &financialtypes.MsgSetZoneTerms{Operator: compliance.String(), Zone: retail, Slice: &slice})
	w.Rest()
}

// headroom returns how much more bank-a can send in positions.
func (w *world) headroom() int64 {
	w.t.Helper()
	headroom, _, err := w.Financial.Financial.Clearing.Headroom(w.financialCtx(), bankA)
	require.NoError(w.t, err)
	return headroom.Int64()
}

func TestPaymentsBetweenBanksReachTheBooks(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	w.setSlice(bankB, 500)
	free := w.headroom()

	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 700))
	require.EqualValues(t, 300, w.room(bankA))
	require.EqualValues(t, 1_200, w.room(bankB), "what came in may go out again")
	require.EqualValues(t, 100_000, w.share(w.financialCtx(), bankA), "not reported yet")
	require.EqualValues(t, free, w.headroom(), "a payment within the slice takes nothing more")
	w.RequireLaws()

	w.Rest()
	require.EqualValues(t, 99_300, w.share(w.financialCtx(), bankA))
	require.EqualValues(t, 700, w.share(w.financialCtx(), bankB))
	require.EqualValues(t, free, w.headroom(), "nor does its report")
	position := w.position(bankA)
	require.Equal(t, "700", position.Sent.String())
	require.Equal(t, "0", position.Received.String())
	require.Equal(t, "1000", position.Granted.String())
	require.Equal(t, "300", position.Reserved.String())
	cleared, err := w.Financial.Financial.Clearing.Position(w.financialCtx(), bankA)
	require.NoError(t, err)
	require.Equal(t, "-700", cleared.Position.String())
	require.Equal(t, "300", cleared.Reserved.String())
	flows, err := w.queries.ZoneFlows(w.financialCtx(), &financialtypes.QueryZoneFlowsRequest{Zone: retail})
	require.NoError(t, err)
	require.Equal(t, []financialtypes.ZoneFlow{{Zone: retail, PayerBank: bankA, PayeeBank: bankB, Total: math.NewInt(700)}}, flows.Flows)
	w.RequireLaws()

	require.ErrorIs(t, w.zone.Pay(w.aoi, w.ken, 301), types.ErrOverSlice)
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 300))
	require.NoError(t, w.zone.Pay(w.ken, w.aoi, 600))
	require.EqualValues(t, 600, w.room(bankA))
	w.Rest()
	w.RequireLaws()
	require.EqualValues(t, 400, w.share(w.financialCtx(), bankB))
}

// What was received from another bank's customer goes home before any report, because the discharge says where it came
// from.
func TestDischargeBringsItsFlows(t *testing.T) {
	w := charged(t)
	w.Rest()
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 5_000))
	w.link.Business.Drop()
	require.NoError(t, w.Discharge(w.zone, w.ken, 5_000))
	w.link.Business.Deliver(w.link.Financial)
	require.EqualValues(t, 1_005_000, w.Financial.Balance(w.ken))
	require.EqualValues(t, 95_000, w.share(w.financialCtx(), bankA))
	require.Zero(t, w.share(w.financialCtx(), bankB))
	w.RequireLaws()
	w.Rest()
	w.RequireLaws()
}

// A report that timed out is sent again, with what has passed since.
func TestLostReportsAreMadeGood(t *testing.T) {
	w := charged(t)
	w.Rest()
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 10))
	for range 6 {
		w.Blocks()
	}
	lost := w.link.Business.Drop()
	require.Len(t, lost, 1)
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 5))
	lost = append(lost, w.link.Business.Drop()...)
	w.Clock.Advance(time.Duration(w.Manifest.PacketTimeoutSeconds) * time.Second)
	for _, packet := range lost {
		require.NoError(t, w.link.Business.Timeout(w.link.Financial, packet))
	}
	w.Clock.Advance(10 * time.Second)
	w.Rest()
	require.EqualValues(t, 15, w.share(w.financialCtx(), bankB))
	w.RequireLaws()
}

// A repeated, late or reordered report changes nothing.
func TestReportsApplyOnce(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	report := func(version uint64, total int64) types.FlowReport {
		return types.FlowReport{Version: version, Height: 9, Flows: []types.Flow{{PayerBank: bankA, PayeeBank: bankB, Total: math.NewInt(total)}}}
	}
	channel := w.link.Financial.Zonelink
	for _, step := range []struct {
		version uint64
		total   int64
		known   uint64
		share   int64
	}{{10, 100, 10, 100}, {10, 100, 10, 100}, {9, 90, 10, 100}, {1, 5_000, 10, 100}, {12, 130, 12, 130}, {11, 120, 12, 130}, {13, 130, 13, 130}} {
		known, err := w.keeper.ReceiveFlowReport(ctx, channel, report(step.version, step.total))
		require.NoError(t, err)
		require.Equal(t, step.known, known)
		require.Equal(t, step.share, w.share(ctx, bankB))
		require.EqualValues(t, 100_000, w.share(ctx, bankA)+w.share(ctx, bankB))
	}
	keepertest.RequireEvent(t, ctx, &financialtypes.EventFlowsReported{Zone: retail, Version: 12, Height: 9, Amount: math.NewInt(30)})
	_, err := w.keeper.ReceiveFlowReport(ctx, w.link.Financial.Transfer, report(20, 200))
	require.ErrorIs(t, err, types.ErrWrongChannel)
}

// A lowered slice sets room free once a report goes by it, not before, and what passed meanwhile is taken.
func TestLoweredSliceIsFreedByAReport(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	free := w.headroom()
	compliance := w.Keys.Operator(bankA, membershiptypes.RoleCompliance)
	lower := math.NewInt(100)
	w.Financial.MustSend(compliance.PrivKey(), &financialtypes.MsgSetZoneTerms{Operator: compliance.String(), Zone: retail, Slice: &lower})
	require.Equal(t, free, w.headroom(), "retail may not know it yet")
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 900))
	w.link.Financial.Deliver(w.link.Business)
	require.Zero(t, w.room(bankA))
	require.ErrorIs(t, w.zone.Pay(w.aoi, w.ken, 1), types.ErrOverSlice)
	require.Equal(t, free, w.headroom(), "nor reported it")
	w.Rest()
	require.Equal(t, free+100, w.headroom(), "900 are sent, no more is set aside")
	require.NoError(t, w.zone.Pay(w.ken, w.aoi, 850))
	require.EqualValues(t, 50, w.room(bankA))
	w.Rest()
	require.Equal(t, free+900, w.headroom())
	w.RequireLaws()
}

// The slice is granted as far as there is room, and caps in force follow a cap that is lowered.
func TestSlicesStayWithinTheCap(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000_000_000_000_000)
	granted := w.position(bankA).Granted
	require.Zero(t, w.headroom())
	require.Equal(t, "1000000000000", granted.String(), "all of the cap")
	compliance := w.Keys.Operator(bankA, membershiptypes.RoleCompliance)
	lower := math.NewInt(600)
	w.Financial.MustSend(compliance.PrivKey(), &clearingtypes.MsgSetOwnCap{Operator: compliance.String(), Cap: &lower})
	for range keeper.CapReviewBlocks {
		w.Blocks()
	}
	w.Rest()
	require.Equal(t, "600", w.position(bankA).Granted.String())
	require.Zero(t, w.headroom())
}

func TestSetZoneTermsRefuses(t *testing.T) {
	w := charged(t)
	compliance := w.Keys.Operator(bankA, membershiptypes.RoleCompliance).String()
	minus := math.NewInt(-1)
	for name, test := range map[string]struct {
		msg  financialtypes.MsgSetZoneTerms
		want error
	}{
		"a maker":      {financialtypes.MsgSetZoneTerms{Operator: w.Keys.Operator(bankA, maker).String(), Zone: retail}, membershiptypes.ErrRoleMissing},
		"another zone": {financialtypes.MsgSetZoneTerms{Operator: compliance, Zone: "moon"}, types.ErrZoneNotFound},
		"below zero":   {financialtypes.MsgSetZoneTerms{Operator: compliance, Zone: retail, Slice: &minus}, types.ErrInvalidTerms},
		"ceiling":      {financialtypes.MsgSetZoneTerms{Operator: compliance, Zone: retail, Ceiling: &minus}, types.ErrInvalidTerms},
		"right":        {financialtypes.MsgSetZoneTerms{Operator: compliance, Zone: retail, Paused: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.financialCtx()
			_, err := w.msgs.SetZoneTerms(ctx, &test.msg)
			require.ErrorIs(t, err, test.want)
			if test.want == nil {
				keepertest.RequireEvent(t, ctx, &financialtypes.EventZoneTermsSet{Zone: retail, Bank: bankA, Paused: true, Operator: compliance})
			}
		})
	}
}

// Any share below a bank's charges in flight is refused for now, because a refund never fails; nobody is suspended for it.
func TestReportWaitsForChargesToSettle(t *testing.T) {
	w := charged(t)
	require.NoError(t, w.Charge(w.aoi, retail, 50))
	ctx := w.financialCtx()
	spend := func(total int64) error {
		_, err := w.keeper.ReceiveFlowReport(ctx, w.link.Financial.Zonelink, types.FlowReport{
			Version: 99, Height: 9, Flows: []types.Flow{{PayerBank: bankA, PayeeBank: bankB, Total: math.NewInt(total)}},
		})
		return err
	}
	require.ErrorIs(t, spend(100_001), types.ErrChargesUnsettled)
	w.requireStatus(ctx, financialtypes.ZoneStatusActive)
	require.NoError(t, spend(100_000))
}

func (w *world) requireStatus(ctx sdk.Context, status financialtypes.ZoneStatus) {
	w.t.Helper()
	zone, err := w.keeper.GetZone(ctx, retail)
	require.NoError(w.t, err)
	require.Equal(w.t, status, zone.Status)
}
