package zonelink_test

import (
	"testing"
	"time"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/zones"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

func TestUnlink(t *testing.T) {
	w := charged(t)
	ask := func() {
		w.Financial.MustSend(w.aoi.PrivKey(), &financialtypes.MsgUnlink{Signer: w.aoi.String(), Address: w.aoi.String(), Zone: retail})
		require.Equal(t, unlinking, w.linkStatus(w.financialCtx(), w.aoi))
		w.Settle()
	}
	t.Log("refused while yen is left, and the account goes on")
	ask()
	require.Equal(t, active, w.linkStatus(w.financialCtx(), w.aoi))
	require.Equal(t, registrytypes.AccountStatusActive, w.replica(w.businessCtx(), w.aoi).Status)
	require.Zero(t, w.sync(w.financialCtx(), w.aoi).Failures)
	require.NoError(t, w.Charge(w.aoi, retail, 1))
	w.Settle()

	t.Log("refused while a discharge is in flight")
	require.NoError(t, w.Discharge(w.zone, w.aoi, 100_001))
	home := w.link.Business.Drop()
	ask()
	require.Equal(t, active, w.linkStatus(w.financialCtx(), w.aoi))
	w.Clock.Advance(time.Hour)
	require.NoError(t, w.link.Business.Timeout(w.link.Financial, home[0]))
	require.NoError(t, w.Discharge(w.zone, w.aoi, 100_001))
	w.Settle()

	t.Log("done when nothing is left")
	ask()
	require.Equal(t, none, w.linkStatus(w.financialCtx(), w.aoi))
	require.Equal(t, registrytypes.AccountStatusUnlinked, w.replica(w.businessCtx(), w.aoi).Status)
	_, err := w.keeper.GetSync(w.financialCtx(), retail, w.aoi.Address())
	require.ErrorIs(t, err, types.ErrSyncNotFound)
	require.NoError(t, w.keeper.MayClose(w.financialCtx(), w.account(w.financialCtx(), w.aoi)))

	t.Log("a charge that was under way comes back")
	late := receive(w.businessCtx(), w.businessYen, w.outbound(77, transferData("jpy", "1", w.aoi, w.aoi, "")))
	require.Contains(t, late.GetError(), "registry/12: ")

	t.Log("and may begin anew")
	w.LinkAccount(bankA, w.aoi, retail, zones.LinkLimits(9))
	require.Equal(t, registrytypes.AccountStatusActive, w.replica(w.businessCtx(), w.aoi).Status)
	require.NoError(t, w.Charge(w.aoi, retail, 1))
	w.Settle()
	w.RequireLaws()
}

func TestUnlinkIsRefusedWithReason(t *testing.T) {
	w := charged(t)
	w.Financial.MustSend(w.aoi.PrivKey(), &financialtypes.MsgUnlink{Signer: w.aoi.String(), Address: w.aoi.String(), Zone: retail})
	packet := w.link.Financial.Drop()[0]
	ctx := w.financialCtx()

	t.Log("a timeout only asks again")
	timedOut, _ := ctx.CacheContext()
	require.NoError(t, w.accounts.OnTimeoutPacket(timedOut, packet, nil))
	require.Equal(t, unlinking, w.linkStatus(timedOut, w.aoi))
	require.True(t, w.sync(timedOut, w.aoi).Dirty)

	require.NoError(t, w.accounts.OnAcknowledgementPacket(ctx, packet, refused(types.ErrNotEmpty), nil))
	keepertest.RequireEvent(t, ctx, &financialtypes.EventLinkStatusChanged{
		Zone: retail, Address: w.aoi.String(), OldStatus: unlinking, NewStatus: active,
		Reason: "zonelink/14: account still has coins, holds, discharges, confirmed trades or issued assets in the zone",
	})
	require.True(t, w.sync(ctx, w.aoi).Dirty, "the zone is told that the link goes on")

	t.Log("what comes after the link has gone changes nothing")
	gone := w.financialCtx()
	require.NoError(t, w.accounts.OnAcknowledgementPacket(gone, packet, applied(t, 100), nil))
	require.Equal(t, none, w.linkStatus(gone, w.aoi))
	require.NoError(t, w.accounts.OnAcknowledgementPacket(gone, packet, refused(types.ErrNotEmpty), nil))
	require.Equal(t, none, w.linkStatus(gone, w.aoi))
}

func TestUnlinkIsRefusedWhileHeld(t *testing.T) {
	w := charged(t)
	ctx := w.businessCtx()
	_, err := w.zone.App.Hold.Place(ctx, w.aoi.Address(), w.zone.Yen(100_000), "trade/1")
	require.NoError(t, err)
	account := w.account(w.financialCtx(), w.aoi)
	account.Revision += 10
	update := types.NewAccountUpdate(account, registrytypes.Link{Status: unlinking, Limits: zones.LinkLimits(1)})
	require.Contains(t, receive(ctx, w.businessAccounts, w.update(update)).GetError(), "zonelink/14: ")
}

// update returns the packet that carries an update to retail.
func (w *world) update(update types.AccountUpdate) channeltypes.Packet {
	w.t.Helper()
	data, err := types.EncodeAccountUpdate(update)
	require.NoError(w.t, err)
	return channeltypes.Packet{Sequence: 77, Data: data, DestinationPort: types.PortID, DestinationChannel: w.link.Business.Zonelink}
}
