package zonelink_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/zones"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// success is the acknowledgement of the transfer module.
var success = []byte(`{"result":"AQ=="}`)

func TestChargeAboveTheBalanceLimitComesBack(t *testing.T) {
	w := charged(t)
	limits := zones.LinkLimits(1_000_000)
	limits.Balance = math.NewInt(100_500)
	operator := w.Keys.Operator(bankA, maker)
	w.Financial.MustSend(operator.PrivKey(), &financialtypes.MsgSetLinkLimits{
		Operator: operator.String(), Address: w.aoi.String(), Zone: retail, Limits: limits,
	})
	w.Settle()
	require.NoError(t, w.Charge(w.aoi, retail, 501))
	w.Settle()
	require.EqualValues(t, 900_000, w.Financial.Balance(w.aoi))
	require.EqualValues(t, 100_000, w.zone.Balance(w.aoi))
	require.EqualValues(t, 100_000, w.share(w.financialCtx(), bankA))
	w.RequireLaws()

	t.Log("the acknowledgement names the reason")
	acknowledgement := receive(w.businessCtx(), w.businessYen, w.outbound(77, transferData("jpy", "501", w.aoi, w.aoi, "")))
	require.Equal(t, "registry/20: limit of balance exceeded", acknowledgement.GetError())
}

func TestChargeTimesOut(t *testing.T) {
	w := charged(t)
	require.NoError(t, w.Charge(w.aoi, retail, 700))
	packets := w.link.Financial.Drop()
	require.Len(t, packets, 1)
	require.Error(t, w.link.Financial.Timeout(w.link.Business, packets[0]), "before its time")

	t.Log("back to a frozen account, from a suspended zone")
	w.Freeze(bankA, w.aoi)
	w.suspend()
	w.Clock.Advance(time.Hour)
	require.NoError(t, w.link.Financial.Timeout(w.link.Business, packets[0]))
	require.EqualValues(t, 900_000, w.Financial.Balance(w.aoi))
	require.EqualValues(t, 100_000, w.share(w.financialCtx(), bankA))
	w.RequireLaws()
	require.ErrorIs(t, w.yen.OnTimeoutPacket(w.financialCtx(), packets[0], nil), types.ErrTransferNotFound, "once")
}

func TestDischargeTimesOut(t *testing.T) {
	w := charged(t)
	require.NoError(t, w.Discharge(w.zone, w.aoi, 700))
	packets := w.link.Business.Drop()
	require.Len(t, packets, 1)
	w.Freeze(bankA, w.aoi)
	w.Settle()
	require.Equal(t, registrytypes.AccountStatusFrozen, w.replica(w.businessCtx(), w.aoi).Status)
	w.Clock.Advance(time.Hour)
	require.NoError(t, w.link.Business.Timeout(w.link.Financial, packets[0]))
	require.EqualValues(t, 100_000, w.zone.Balance(w.aoi))
	w.RequireLaws()
	require.ErrorIs(t, w.businessYen.OnTimeoutPacket(w.businessCtx(), packets[0], nil), types.ErrTransferNotFound, "once")
}

// An honest zone meets a refusal when a discharge overtakes the acknowledgement of the charge that it lives on.
func TestRefusedDischargeComesBack(t *testing.T) {
	w := charged(t)
	require.NoError(t, w.Charge(w.aoi, retail, 500))
	w.link.Financial.Deliver(w.link.Business)
	require.EqualValues(t, 100_500, w.zone.Balance(w.aoi))
	late := w.link.Business.Drop() // loses the acknowledgement
	require.Empty(t, late)

	require.NoError(t, w.Discharge(w.zone, w.aoi, 100_500))
	w.Settle()
	require.EqualValues(t, 100_500, w.zone.Balance(w.aoi), "refunded")
	require.EqualValues(t, 899_500, w.Financial.Balance(w.aoi))
	require.EqualValues(t, 100_500, w.share(w.financialCtx(), bankA))
	inFlight, err := w.businessQueries.Transfers(w.businessCtx(), &businesstypes.QueryTransfersRequest{})
	require.NoError(t, err)
	require.Empty(t, inFlight.Transfers)
}

func TestOutcomesOfACharge(t *testing.T) {
	w := charged(t)
	require.NoError(t, w.Charge(w.aoi, retail, 500))
	packet := w.link.Financial.Drop()[0]
	refunded := func(reason string) *financialtypes.EventChargeRefunded {
		return &financialtypes.EventChargeRefunded{
			Zone: retail, Address: w.aoi.String(), Bank: bankA, Amount: zones.Yen(500), Sequence: packet.Sequence, Reason: reason,
		}
	}

	t.Run("success", func(t *testing.T) {
		ctx := w.financialCtx()
		require.NoError(t, w.yen.OnAcknowledgementPacket(ctx, packet, success, nil))
		keepertest.RequireEvent(t, ctx, &financialtypes.EventChargeSettled{
			Zone: retail, Address: w.aoi.String(), Bank: bankA, Amount: zones.Yen(500), Sequence: packet.Sequence,
		})
		require.EqualValues(t, 100_500, w.share(ctx, bankA))
		require.ErrorIs(t, w.yen.OnAcknowledgementPacket(ctx, packet, success, nil), types.ErrTransferNotFound)
	})
	t.Run("refusal", func(t *testing.T) {
		ctx := w.financialCtx()
		refusal := types.NewRefusal(registrytypes.ErrLimitBalance).Acknowledgement()
		require.NoError(t, w.yen.OnAcknowledgementPacket(ctx, packet, refusal, nil))
		keepertest.RequireEvent(t, ctx, refunded("registry/20: limit of balance exceeded"))
		require.EqualValues(t, 100_000, w.share(ctx, bankA))
		require.ErrorIs(t, w.yen.OnAcknowledgementPacket(ctx, packet, refusal, nil), types.ErrTransferNotFound)
	})
	t.Run("timeout", func(t *testing.T) {
		ctx := w.financialCtx()
		require.NoError(t, w.yen.OnTimeoutPacket(ctx, packet, nil))
		keepertest.RequireEvent(t, ctx, refunded(types.ReasonTimedOut))
	})
	t.Run("nonsense", func(t *testing.T) {
		require.ErrorIs(t, w.yen.OnAcknowledgementPacket(w.financialCtx(), packet, []byte("yes"), nil), types.ErrInvalidTransfer)
	})
	t.Run("on no channel of a zone", func(t *testing.T) {
		stray := packet
		stray.SourceChannel = "channel-9"
		require.ErrorIs(t, w.yen.OnTimeoutPacket(w.financialCtx(), stray, nil), types.ErrWrongChannel)
		require.ErrorIs(t, w.yen.OnAcknowledgementPacket(w.financialCtx(), stray, success, nil), types.ErrWrongChannel)
	})
}

func TestOutcomesOfADischarge(t *testing.T) {
	w := charged(t)
	require.NoError(t, w.Discharge(w.zone, w.aoi, 500))
	packet := w.link.Business.Drop()[0]

	t.Run("success", func(t *testing.T) {
		ctx := w.businessCtx()
		require.NoError(t, w.businessYen.OnAcknowledgementPacket(ctx, packet, success, nil))
		keepertest.RequireEvent(t, ctx, &businesstypes.EventDischargeSettled{
			Address: w.aoi.String(), Bank: bankA, Amount: w.zone.Yen(500), Sequence: packet.Sequence,
		})
		require.ErrorIs(t, w.businessYen.OnAcknowledgementPacket(ctx, packet, success, nil), types.ErrTransferNotFound)
	})
	t.Run("refusal", func(t *testing.T) {
		ctx := w.businessCtx()
		refusal := types.NewRefusal(types.ErrInsufficientShare).Acknowledgement()
		require.NoError(t, w.businessYen.OnAcknowledgementPacket(ctx, packet, refusal, nil))
		keepertest.RequireEvent(t, ctx, &businesstypes.EventDischargeRefunded{
			Address: w.aoi.String(), Bank: bankA, Amount: w.zone.Yen(500), Sequence: packet.Sequence,
			Reason: "zonelink/13: bank's settled share in the zone too small",
		})
		require.EqualValues(t, 100_000, w.zone.App.Bank.GetBalance(ctx, w.aoi.Address(), w.zone.Yen(0).Denom).Amount.Int64())
	})
}

func TestSuspendedZone(t *testing.T) {
	w := charged(t)
	w.suspend()
	require.ErrorIs(t, w.Charge(w.aoi, retail, 1), types.ErrZoneNotActive)
	require.ErrorIs(t, w.request(retail)(w.financialCtx()), types.ErrZoneNotActive)

	t.Log("a raw transfer, too")
	timeout := types.TimeoutAfter(w.financialCtx(), time.Minute)
	_, err := w.keeper.SendPacket(w.financialCtx(), nil, "transfer", w.link.Financial.Transfer, zeroHeight, timeout, transferData("jpy", "1", w.aoi, w.aoi, ""))
	require.ErrorIs(t, err, types.ErrZoneNotActive)

	t.Log("discharges come back")
	require.NoError(t, w.Discharge(w.zone, w.aoi, 100))
	w.Settle()
	require.EqualValues(t, 100_000, w.zone.Balance(w.aoi))
	require.Contains(t, receive(w.financialCtx(), w.yen, w.homecoming(77, transferData(w.yenPath(), "1", w.aoi, w.aoi, ""))).GetError(), "zonelink/9: ")

	t.Log("changes of accounts wait")
	w.Freeze(bankA, w.aoi)
	w.Financial.Block()
	sync, err := w.keeper.GetSync(w.financialCtx(), retail, w.aoi.Address())
	require.NoError(t, err)
	require.True(t, sync.Dirty)
	require.Zero(t, sync.Failures)
	w.RequireLaws()
}

func TestSuspendedLinkOfABusinessZone(t *testing.T) {
	w := charged(t)
	ctx := w.businessCtx()
	require.NoError(t, w.businessAccounts.OnChanCloseConfirm(ctx, "", w.link.Business.Zonelink))
	_, err := w.businessMsgs.Discharge(ctx, &businesstypes.MsgDischarge{Holder: w.aoi.String(), Amount: zones.Yen(1)})
	require.ErrorIs(t, err, types.ErrNotConnected)
	refused := receive(ctx, w.businessYen, w.outbound(77, transferData("jpy", "1", w.aoi, w.aoi, "")))
	require.Contains(t, refused.GetError(), "zonelink/16: ")
}
