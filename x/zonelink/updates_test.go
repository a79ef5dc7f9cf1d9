package zonelink_test

import (
	"testing"
	"time"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/zones"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

func (w *world) sync(ctx sdk.Context, holder devnet.Key) financialtypes.AccountSync {
	w.t.Helper()
	sync, err := w.keeper.GetSync(ctx, retail, holder.Address())
	require.NoError(w.t, err)
	return sync
}

// applied returns the acknowledgement of a zone that knows the given revision.
func applied(t *testing.T, revision uint64) []byte {
	t.Helper()
	acknowledgement, err := types.NewAcknowledgement(revision)
	require.NoError(t, err)
	return acknowledgement.Acknowledgement()
}

func refused(err error) []byte { return types.NewRefusal(err).Acknowledgement() }

func TestAccountReachesTheZone(t *testing.T) {
	w := linked(t)
	w.LinkAccount(bankA, w.aoi, retail, zones.LinkLimits(500))
	ctx := w.financialCtx()
	require.Equal(t, active, w.linkStatus(ctx, w.aoi))
	replica := w.replica(w.businessCtx(), w.aoi)
	require.Equal(t, registrytypes.AccountStatusActive, replica.Status)
	require.Equal(t, zones.LinkLimits(500), replica.Limits)
	require.Empty(t, replica.IdentityHash)
	require.Empty(t, replica.Links)

	t.Log("what changes nothing for the zone is not sent: pending became active, so the account is one revision ahead")
	sync := w.sync(ctx, w.aoi)
	require.False(t, sync.Dirty)
	require.Equal(t, replica.Revision, sync.SentRevision)
	require.Equal(t, replica.Revision, sync.AcknowledgedRevision)
	require.Equal(t, replica.Revision+1, w.account(ctx, w.aoi).Revision)

	t.Log("what does is sent at once")
	w.Freeze(bankA, w.aoi)
	require.False(t, w.sync(w.financialCtx(), w.aoi).Dirty)
	w.Settle()
	require.Equal(t, registrytypes.AccountStatusFrozen, w.replica(w.businessCtx(), w.aoi).Status)

	t.Log("and a request that nobody approved is not")
	w.Financial.MustSend(w.rin.PrivKey(), &financialtypes.MsgRequestLink{Holder: w.rin.String(), Zone: retail})
	_, err := w.keeper.GetSync(w.financialCtx(), retail, w.rin.Address())
	require.ErrorIs(t, err, types.ErrSyncNotFound)
}

func TestTimedOutUpdateIsSentAgainAsItIsThen(t *testing.T) {
	w := charged(t)
	w.Freeze(bankA, w.aoi)
	lost := w.link.Financial.Drop()
	require.Len(t, lost, 1)
	before := w.sync(w.financialCtx(), w.aoi)
	w.Clock.Advance(time.Hour)
	require.NoError(t, w.link.Financial.Timeout(w.link.Business, lost[0]))

	sync := w.sync(w.financialCtx(), w.aoi)
	require.True(t, sync.Dirty)
	require.EqualValues(t, 1, sync.Failures)
	require.Equal(t, before.SentRevision, sync.SentRevision)
	require.Equal(t, w.Clock.Now.Add(5*time.Second).UTC(), sync.NotBefore)

	t.Log("not before its time, and with what has changed meanwhile")
	w.Financial.Block()
	require.Empty(t, w.link.Financial.Drop())
	operator := w.Keys.Operator(bankA, maker)
	w.Financial.MustSend(operator.PrivKey(), &financialtypes.MsgSetLinkLimits{
		Operator: operator.String(), Address: w.aoi.String(), Zone: retail, Limits: zones.LinkLimits(7),
	})
	require.Empty(t, w.link.Financial.Drop())
	w.Clock.Advance(10 * time.Second)
	w.zone.Block()
	w.Financial.Block()
	w.Settle()
	replica := w.replica(w.businessCtx(), w.aoi)
	require.Equal(t, registrytypes.AccountStatusFrozen, replica.Status)
	require.Equal(t, zones.LinkLimits(7), replica.Limits)
	sync = w.sync(w.financialCtx(), w.aoi)
	require.False(t, sync.Dirty)
	require.Zero(t, sync.Failures)
}

func TestOnlyTheNewestPacketDecides(t *testing.T) {
	w := linked(t)
	w.Financial.MustSend(w.aoi.PrivKey(), &financialtypes.MsgRequestLink{Holder: w.aoi.String(), Zone: retail})
	operator := w.Keys.Operator(bankA, checker)
	w.Financial.MustSend(operator.PrivKey(), &financialtypes.MsgApproveLink{
		Operator: operator.String(), Address: w.aoi.String(), Zone: retail, Limits: zones.LinkLimits(500),
	})
	w.Freeze(bankA, w.aoi)
	packets := w.link.Financial.Drop()
	require.Len(t, packets, 2)
	older, newest := packets[0], packets[1]
	decoded, err := types.DecodePacket(newest.Data)
	require.NoError(t, err)
	update := decoded.GetAccountUpdate()

	settle := func(ctx sdk.Context, packet channeltypes.Packet, acknowledgement []byte) financialtypes.AccountSync {
		require.NoError(t, w.accounts.OnAcknowledgementPacket(ctx, packet, acknowledgement, nil))
		return w.sync(ctx, w.aoi)
	}
	t.Run("the older fails", func(t *testing.T) {
		ctx := w.financialCtx()
		require.NoError(t, w.accounts.OnTimeoutPacket(ctx, older, nil))
		require.False(t, w.sync(ctx, w.aoi).Dirty)
		keepertest.RequireEvent(t, ctx, &financialtypes.EventAccountUpdateSettled{
			Zone: retail, Address: w.aoi.String(), Revision: update.Revision - 1, Sequence: older.Sequence, Error: types.ReasonTimedOut,
		})
	})
	t.Run("the older arrives", func(t *testing.T) {
		ctx := w.financialCtx()
		sync := settle(ctx, older, applied(t, update.Revision-1))
		require.Equal(t, update.Revision-1, sync.AcknowledgedRevision)
		require.Equal(t, pending, w.linkStatus(ctx, w.aoi))
	})
	t.Run("the newest arrives, then the older", func(t *testing.T) {
		ctx := w.financialCtx()
		settle(ctx, newest, applied(t, update.Revision))
		require.Equal(t, active, w.linkStatus(ctx, w.aoi))
		sync := settle(ctx, older, applied(t, update.Revision))
		require.Equal(t, update.Revision, sync.AcknowledgedRevision)
		keepertest.RequireEvent(t, ctx, &financialtypes.EventAccountUpdateSettled{
			Zone: retail, Address: w.aoi.String(), Revision: update.Revision, Sequence: newest.Sequence,
		})
	})
	t.Run("a zone that says it knows the future", func(t *testing.T) {
		sync := settle(w.financialCtx(), newest, applied(t, 1<<60))
		require.Equal(t, update.Revision, sync.AcknowledgedRevision)
	})
	for name, answer := range map[string][]byte{"refused": refused(types.ErrInvalidPacket), "unreadable": []byte("?"), "empty": []byte("{}")} {
		t.Run(name, func(t *testing.T) {
			ctx := w.financialCtx()
			sync := settle(ctx, newest, answer)
			require.True(t, sync.Dirty)
			require.EqualValues(t, 1, sync.Failures)
			require.Equal(t, pending, w.linkStatus(ctx, w.aoi))
		})
	}
	t.Run("on no channel of a zone", func(t *testing.T) {
		stray := newest
		stray.SourceChannel = "channel-9"
		require.ErrorIs(t, w.accounts.OnTimeoutPacket(w.financialCtx(), stray, nil), types.ErrWrongChannel)
		stray.Data = nil
		require.ErrorIs(t, w.accounts.OnTimeoutPacket(w.financialCtx(), stray, nil), types.ErrInvalidPacket)
	})
}

func TestZoneAppliesWhatIsNewer(t *testing.T) {
	w := charged(t)
	known := w.replica(w.businessCtx(), w.aoi)
	link := registrytypes.Link{Zone: retail, Status: active, Limits: zones.LinkLimits(1)}
	for name, test := range map[string]struct {
		revision uint64
		link     registrytypes.LinkStatus
		status   registrytypes.AccountStatus
		want     registrytypes.AccountStatus
	}{
		"older":              {known.Revision - 1, active, registrytypes.AccountStatusFrozen, registrytypes.AccountStatusActive},
		"the same":           {known.Revision, active, registrytypes.AccountStatusFrozen, registrytypes.AccountStatusActive},
		"an older unlink":    {known.Revision, unlinking, registrytypes.AccountStatusActive, registrytypes.AccountStatusActive},
		"newer":              {known.Revision + 1, active, registrytypes.AccountStatusFrozen, registrytypes.AccountStatusFrozen},
		"much newer, closed": {known.Revision + 100, active, registrytypes.AccountStatusClosed, registrytypes.AccountStatusClosed},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.businessCtx()
			account := w.account(w.financialCtx(), w.aoi)
			account.Revision, account.Status = test.revision, test.status
			link := link
			link.Status = test.link
			packet := w.update(types.NewAccountUpdate(account, link))
			acknowledgement := receive(ctx, w.businessAccounts, packet)
			outcome := types.DecodeAcknowledgement(acknowledgement.Acknowledgement())
			require.Equal(t, types.Outcome{Revision: max(test.revision, known.Revision)}, outcome)
			require.Equal(t, test.want, w.replica(ctx, w.aoi).Status)
		})
	}

	t.Run("an unlink before the first update", func(t *testing.T) {
		ctx := w.businessCtx()
		account := w.account(w.financialCtx(), w.rin)
		account.Revision = 3
		require.True(t, receive(ctx, w.businessAccounts, w.update(types.NewAccountUpdate(account, registrytypes.Link{Status: unlinking, Limits: zones.LinkLimits(1)}))).Success())
		require.Equal(t, registrytypes.AccountStatusUnlinked, w.replica(ctx, w.rin).Status)
		account.Revision = 2
		require.True(t, receive(ctx, w.businessAccounts, w.update(types.NewAccountUpdate(account, link))).Success())
		require.Equal(t, registrytypes.AccountStatusUnlinked, w.replica(ctx, w.rin).Status, "the late one does not bring it back")
	})
}

func TestZonelinkChannelRefusesPackets(t *testing.T) {
	w := charged(t)
	good := w.update(types.NewAccountUpdate(w.account(w.financialCtx(), w.aoi), registrytypes.Link{Status: active, Limits: zones.LinkLimits(1)}))

	malformed := good
	malformed.Data = []byte("{}")
	require.Contains(t, receive(w.businessCtx(), w.businessAccounts, malformed).GetError(), "zonelink/5: ")
	stray := good
	stray.DestinationChannel = "channel-9"
	require.Contains(t, receive(w.businessCtx(), w.businessAccounts, stray).GetError(), "zonelink/4: ")
	require.Contains(t, receive(w.financialCtx(), w.accounts, good).GetError(), "zonelink/5: ", "zones do not write accounts")

	require.ErrorIs(t, w.businessAccounts.OnAcknowledgementPacket(w.businessCtx(), good, nil, nil), types.ErrInvalidPacket)
	require.ErrorIs(t, w.businessAccounts.OnTimeoutPacket(w.businessCtx(), good, nil), types.ErrInvalidPacket)
}

func TestUpdatesPerBlockAreBounded(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	state, err := w.keeper.ExportGenesis(ctx)
	require.NoError(t, err)
	state.Params.UpdatesPerBlock = 1
	require.NoError(t, w.keeper.InitGenesis(ctx, *state))
	for _, holder := range []devnet.Key{w.aoi, w.ken} {
		account := w.account(ctx, holder)
		account.Status = registrytypes.AccountStatusFrozen
		require.NoError(t, w.keeper.AccountChanged(ctx, account))
		require.NoError(t, w.keeper.AccountChanged(ctx, account), "twice is once")
	}
	waiting := func() int {
		count := 0
		for _, holder := range []devnet.Key{w.aoi, w.ken} {
			if w.sync(ctx, holder).Dirty {
				count++
			}
		}
		return count
	}
	require.Equal(t, 2, waiting())
	require.NoError(t, w.keeper.SendAccountUpdates(ctx))
	require.Equal(t, 1, waiting())
	require.NoError(t, w.keeper.SendAccountUpdates(ctx))
	require.Equal(t, 0, waiting())
	require.NoError(t, w.keeper.SendAccountUpdates(ctx))
}

// A light client that nobody updated in time lets nothing pass. The zone waits, the chain goes on.
func TestExpiredClientNeverStopsTheChain(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	ctx = ctx.WithBlockTime(ctx.BlockTime().Add(30 * 24 * time.Hour))
	account := w.account(ctx, w.aoi)
	account.Status = registrytypes.AccountStatusFrozen
	require.NoError(t, w.keeper.AccountChanged(ctx, account))
	for failures := uint32(1); failures <= 3; failures++ {
		require.NoError(t, w.keeper.SendAccountUpdates(ctx))
		sync := w.sync(ctx, w.aoi)
		require.True(t, sync.Dirty)
		require.Equal(t, failures, sync.Failures)
		require.Equal(t, ctx.BlockTime().Add(5*time.Second<<(failures-1)).UTC(), sync.NotBefore)
		ctx = ctx.WithBlockTime(sync.NotBefore)
	}
	require.Empty(t, ctx.EventManager().Events())
}
