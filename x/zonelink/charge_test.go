package zonelink_test

import (
	"testing"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/zones"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

func TestChargeAndDischarge(t *testing.T) {
	w := charged(t)
	w.RequireLaws()
	require.EqualValues(t, 900_000, w.Financial.Balance(w.aoi))
	require.EqualValues(t, 100_000, w.share(w.financialCtx(), bankA))
	require.Zero(t, w.share(w.financialCtx(), bankB))

	t.Log("in flight, a charge is in the escrow and in the share")
	require.NoError(t, w.Charge(w.aoi, retail, 5_000))
	require.EqualValues(t, 105_000, w.share(w.financialCtx(), bankA))
	response, err := w.queries.Transfers(w.financialCtx(), &financialtypes.QueryTransfersRequest{})
	require.NoError(t, err)
	require.Len(t, response.Transfers, 1)
	require.Equal(t, w.aoi.String(), response.Transfers[0].Account)
	require.Equal(t, bankA, response.Transfers[0].Bank)
	w.RequireLaws()
	w.Settle()
	require.EqualValues(t, 105_000, w.zone.Balance(w.aoi))
	w.RequireLaws()

	t.Log("and comes home by either name")
	_, err = w.zone.Send(w.aoi.PrivKey(), &businesstypes.MsgDischarge{Holder: w.aoi.String(), Amount: w.zone.Yen(4_000)})
	require.NoError(t, err)
	require.NoError(t, w.Discharge(w.zone, w.aoi, 1_000))
	inFlight, err := w.businessQueries.Transfers(w.businessCtx(), &businesstypes.QueryTransfersRequest{})
	require.NoError(t, err)
	require.Len(t, inFlight.Transfers, 2)
	w.RequireLaws()
	w.Settle()
	require.EqualValues(t, 100_000, w.zone.Balance(w.aoi))
	require.EqualValues(t, 900_000, w.Financial.Balance(w.aoi))
	require.EqualValues(t, 100_000, w.share(w.financialCtx(), bankA))
	w.RequireLaws()

	t.Log("a share of nothing is not kept")
	require.NoError(t, w.Discharge(w.zone, w.aoi, 100_000))
	w.Settle()
	zone, err := w.queries.Zone(w.financialCtx(), &financialtypes.QueryZoneRequest{Id: retail})
	require.NoError(t, err)
	require.Empty(t, zone.Shares)
	require.True(t, zone.Escrow.IsZero())
	w.RequireLaws()
}

func TestChargeRefuses(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	for name, test := range map[string]struct {
		holder string
		zone   string
		amount sdk.Coin
		want   error
	}{
		"an unknown zone":        {w.aoi.String(), "nowhere", zones.Yen(1), types.ErrZoneNotFound},
		"no link":                {w.rin.String(), retail, zones.Yen(1), types.ErrLinkNotFound},
		"another coin":           {w.aoi.String(), retail, sdk.NewInt64Coin("points", 1), types.ErrInvalidTransfer},
		"nothing":                {w.aoi.String(), retail, zones.Yen(0), types.ErrInvalidTransfer},
		"all, by ICS-20":         {w.aoi.String(), retail, sdk.NewCoin("jpy", transfertypes.UnboundedSpendLimit()), types.ErrInvalidTransfer},
		"more than there is":     {w.aoi.String(), retail, zones.Yen(900_001), sdkerrors.ErrInsufficientFunds},
		"an unknown account":     {w.Keys.Holder("nobody").String(), retail, zones.Yen(1), registrytypes.ErrAccountNotFound},
		"no amount":              {w.aoi.String(), retail, sdk.Coin{Denom: "jpy"}, types.ErrInvalidTransfer},
		"more than is thinkable": {w.aoi.String(), retail, zones.Yen(1_000_000_000_000_001), types.ErrInvalidTransfer},
	} {
		t.Run(name, func(t *testing.T) {
			cached, _ := ctx.CacheContext()
			_, err := w.msgs.Charge(cached, &financialtypes.MsgCharge{Holder: test.holder, Zone: test.zone, Amount: test.amount})
			require.ErrorIs(t, err, test.want)
		})
	}
}

func TestChargeNeedsAnActiveLink(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	charge := &financialtypes.MsgCharge{Holder: w.aoi.String(), Zone: retail, Amount: zones.Yen(1)}
	require.NoError(t, w.unlink(w.aoi.String())(ctx))
	_, err := w.msgs.Charge(ctx, charge)
	require.ErrorIs(t, err, types.ErrLinkStatus)
}

func TestMsgTransferMeetsTheSameChecks(t *testing.T) {
	w := charged(t)
	now := uint64(w.Clock.Now.UnixNano())
	for name, test := range map[string]struct {
		change func(*transfertypes.MsgTransfer)
		want   error
	}{
		"to another":        {func(m *transfertypes.MsgTransfer) { m.Receiver = w.ken.String() }, types.ErrInvalidTransfer},
		"with a memo":       {func(m *transfertypes.MsgTransfer) { m.Memo = "hop" }, types.ErrInvalidTransfer},
		"without a timeout": {func(m *transfertypes.MsgTransfer) { m.TimeoutTimestamp = 0 }, types.ErrInvalidTransfer},
		"for ever":          {func(m *transfertypes.MsgTransfer) { m.TimeoutTimestamp = 1 << 63 }, types.ErrInvalidTransfer},
		"without a link": {func(m *transfertypes.MsgTransfer) {
			m.Sender, m.Receiver = w.rin.String(), w.rin.String()
		}, types.ErrLinkNotFound},
		"on no channel":          {func(m *transfertypes.MsgTransfer) { m.SourceChannel = "channel-9" }, channeltypes.ErrChannelNotFound},
		"of an unknown trace":    {func(m *transfertypes.MsgTransfer) { m.Token.Denom = "ibc/" + zeros }, transfertypes.ErrTraceNotFound},
		"as it should be":        {func(*transfertypes.MsgTransfer) {}, nil},
		"with a height as well":  {func(m *transfertypes.MsgTransfer) { m.TimeoutHeight = clienttypes.NewHeight(1, 1_000_000) }, nil},
		"of all that one has":    {func(m *transfertypes.MsgTransfer) { m.Token.Amount = transfertypes.UnboundedSpendLimit() }, nil},
		"with a timeout gone by": {func(m *transfertypes.MsgTransfer) { m.TimeoutTimestamp = 1 }, channeltypes.ErrTimeoutElapsed},
	} {
		t.Run(name, func(t *testing.T) {
			msg := transfertypes.NewMsgTransfer(transfertypes.PortID, w.link.Financial.Transfer, zones.Yen(10),
				w.aoi.String(), w.aoi.String(), clienttypes.ZeroHeight(), now+uint64(10*time.Minute), "")
			test.change(msg)
			ctx := w.financialCtx()
			_, err := w.Financial.App.IBC.Transfer.Transfer(ctx, msg)
			require.ErrorIs(t, err, test.want)
		})
	}
}

const zeros = "0000000000000000000000000000000000000000000000000000000000000000"

func TestSendPacketKnowsItsChannel(t *testing.T) {
	w := charged(t)
	data := transferData("jpy", "1", w.aoi, w.aoi, "")
	timeout := types.TimeoutAfter(w.financialCtx(), time.Minute)
	for _, channel := range []string{"channel-9", w.link.Financial.Zonelink} {
		_, err := w.keeper.SendPacket(w.financialCtx(), nil, transfertypes.PortID, channel, clienttypes.ZeroHeight(), timeout, data)
		require.ErrorIs(t, err, types.ErrWrongChannel)
	}
	data = transferData(w.yenPath(), "1", w.aoi, w.aoi, "")
	_, err := w.business.SendPacket(w.businessCtx(), nil, transfertypes.PortID, "channel-9", clienttypes.ZeroHeight(), timeout, data)
	require.ErrorIs(t, err, types.ErrWrongChannel)

	t.Log("the middleware adds nothing to the version")
	for keeper, ctx := range map[porttypes.ICS4Wrapper]sdk.Context{w.keeper: w.financialCtx(), w.business: w.businessCtx()} {
		version, found := keeper.GetAppVersion(ctx, transfertypes.PortID, w.link.Financial.Transfer)
		require.True(t, found)
		require.Equal(t, transfertypes.Version, version)
		err := keeper.WriteAcknowledgement(ctx, nil, w.homecoming(1, nil), types.NewRefusal(types.ErrWrongChannel))
		require.Error(t, err, "acknowledgements are for IBC's core to write")
	}

	t.Log("only the transfer module has the capability of the channel")
	_, err = w.keeper.SendPacket(w.financialCtx(), nil, transfertypes.PortID, w.link.Financial.Transfer, clienttypes.ZeroHeight(), timeout, transferData("jpy", "1", w.aoi, w.aoi, ""))
	require.ErrorIs(t, err, channeltypes.ErrChannelCapabilityNotFound)
	_, err = w.business.SendPacket(w.businessCtx(), nil, transfertypes.PortID, w.link.Business.Transfer, clienttypes.ZeroHeight(), timeout, data)
	require.ErrorIs(t, err, channeltypes.ErrChannelCapabilityNotFound)
}

func TestDischargeRefuses(t *testing.T) {
	w := charged(t)
	for name, test := range map[string]struct {
		holder string
		amount sdk.Coin
		want   error
	}{
		"another coin":       {w.aoi.String(), sdk.NewInt64Coin("points", 1), types.ErrInvalidTransfer},
		"nothing":            {w.aoi.String(), zones.Yen(0), types.ErrInvalidTransfer},
		"more than there is": {w.aoi.String(), zones.Yen(100_001), sdkerrors.ErrInsufficientFunds},
		"an unknown account": {w.rin.String(), zones.Yen(1), registrytypes.ErrAccountNotFound},
		"no address":         {"retail", zones.Yen(1), registrytypes.ErrInvalidAccount},
		"as it should be":    {w.aoi.String(), zones.Yen(1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.businessMsgs.Discharge(w.businessCtx(), &businesstypes.MsgDischarge{Holder: test.holder, Amount: test.amount})
			require.ErrorIs(t, err, test.want)
		})
	}
	t.Run("a raw transfer to another", func(t *testing.T) {
		_, err := w.zone.App.IBC.Transfer.Transfer(w.businessCtx(), transfertypes.NewMsgTransfer(
			transfertypes.PortID, w.link.Business.Transfer, w.zone.Yen(10), w.aoi.String(), w.ken.String(), clienttypes.ZeroHeight(),
			types.TimeoutAfter(w.businessCtx(), time.Minute), ""))
		require.ErrorIs(t, err, types.ErrInvalidTransfer)
	})
	t.Run("a raw transfer without a timeout", func(t *testing.T) {
		_, err := w.zone.App.IBC.Transfer.Transfer(w.businessCtx(), transfertypes.NewMsgTransfer(
			transfertypes.PortID, w.link.Business.Transfer, w.zone.Yen(10), w.aoi.String(), w.aoi.String(), clienttypes.NewHeight(1, 1_000_000), 0, ""))
		require.ErrorIs(t, err, types.ErrInvalidTransfer)
	})
	t.Run("before the channel is open", func(t *testing.T) {
		early := unlinked(t)
		_, err := early.business.Discharge(early.businessCtx(), early.aoi.Address(), zones.Yen(1).Amount)
		require.ErrorIs(t, err, types.ErrNotConnected)
	})
}

// What is not a charge is refused by an error acknowledgement, and leaves nothing behind.
func TestBusinessZoneRefusesReceipts(t *testing.T) {
	w := charged(t)
	good := transferData("jpy", "1", w.aoi, w.aoi, "")
	for name, test := range map[string]struct {
		change func(*channeltypes.Packet)
		want   string
	}{
		"another channel":    {func(p *channeltypes.Packet) { p.DestinationChannel = "channel-9" }, "zonelink/4"},
		"another coin":       {func(p *channeltypes.Packet) { p.Data = transferData("points", "1", w.aoi, w.aoi, "") }, "zonelink/6"},
		"its own yen":        {func(p *channeltypes.Packet) { p.Data = transferData(w.yenPath(), "1", w.aoi, w.aoi, "") }, "zonelink/6"},
		"another receiver":   {func(p *channeltypes.Packet) { p.Data = transferData("jpy", "1", w.aoi, w.ken, "") }, "zonelink/6"},
		"a memo":             {func(p *channeltypes.Packet) { p.Data = transferData("jpy", "1", w.aoi, w.aoi, "x") }, "zonelink/6"},
		"an unknown account": {func(p *channeltypes.Packet) { p.Data = transferData("jpy", "1", w.rin, w.rin, "") }, "registry/7"},
		"as it should be":    {func(*channeltypes.Packet) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.businessCtx()
			packet := w.outbound(77, good)
			test.change(&packet)
			acknowledgement := receive(ctx, w.businessYen, packet)
			if test.want == "" {
				require.True(t, acknowledgement.Success(), acknowledgement)
				keepertest.RequireEvent(t, ctx, &businesstypes.EventChargeReceived{
					Address: w.aoi.String(), Bank: bankA, Amount: w.zone.Yen(1), Sequence: 77,
				})
				return
			}
			require.Contains(t, acknowledgement.GetError(), test.want+": ")
			require.Empty(t, ctx.EventManager().Events())
		})
	}
}

func TestFinancialZoneRefusesReceipts(t *testing.T) {
	w := charged(t)
	require.NoError(t, w.Charge(w.aoi, retail, 50))
	yen := w.yenPath()
	good := transferData(yen, "1", w.aoi, w.aoi, "")
	for name, test := range map[string]struct {
		change func(*channeltypes.Packet)
		want   string
	}{
		"another channel":      {func(p *channeltypes.Packet) { p.DestinationChannel = "channel-9" }, "zonelink/4"},
		"the zonelink channel": {func(p *channeltypes.Packet) { p.DestinationChannel = w.link.Financial.Zonelink }, "zonelink/4"},
		"the zone's own coin":  {func(p *channeltypes.Packet) { p.Data = transferData("points", "1", w.aoi, w.aoi, "") }, "zonelink/6"},
		"yen of another":       {func(p *channeltypes.Packet) { p.Data = transferData("jpy", "1", w.aoi, w.aoi, "") }, "zonelink/6"},
		"yen by a longer way":  {func(p *channeltypes.Packet) { p.Data = transferData("transfer/channel-9/"+yen, "1", w.aoi, w.aoi, "") }, "zonelink/6"},
		"another receiver":     {func(p *channeltypes.Packet) { p.Data = transferData(yen, "1", w.aoi, w.ken, "") }, "zonelink/6"},
		"a memo":               {func(p *channeltypes.Packet) { p.Data = transferData(yen, "1", w.aoi, w.aoi, "{}") }, "zonelink/6"},
		"an unknown account": {func(p *channeltypes.Packet) {
			p.Data = transferData(yen, "1", w.Keys.Holder("x"), w.Keys.Holder("x"), "")
		}, "registry/7"},
		"no share":              {func(p *channeltypes.Packet) { p.Data = transferData(yen, "1", w.ken, w.ken, "") }, "zonelink/13"},
		"above the share":       {func(p *channeltypes.Packet) { p.Data = transferData(yen, "100051", w.aoi, w.aoi, "") }, "zonelink/13"},
		"what is in flight yet": {func(p *channeltypes.Packet) { p.Data = transferData(yen, "100001", w.aoi, w.aoi, "") }, "zonelink/13"},
		"all that has settled":  {func(p *channeltypes.Packet) { p.Data = transferData(yen, "100000", w.aoi, w.aoi, "") }, ""},
		"without a link":        {func(p *channeltypes.Packet) { p.Data = transferData(yen, "1", w.rin, w.rin, "") }, ""},
		"as it should be":       {func(*channeltypes.Packet) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.financialCtx()
			packet := w.homecoming(77, good)
			test.change(&packet)
			acknowledgement := receive(ctx, w.yen, packet)
			if test.want == "" {
				require.True(t, acknowledgement.Success(), acknowledgement)
				return
			}
			require.Contains(t, acknowledgement.GetError(), test.want+": ")
			require.Empty(t, ctx.EventManager().Events())
			require.EqualValues(t, 100_050, w.share(ctx, bankA))
		})
	}
}

func TestDischargeLandsInAFrozenAccountButNotInAClosedOne(t *testing.T) {
	w := charged(t)
	packet := w.homecoming(77, transferData(w.yenPath(), "1", w.aoi, w.aoi, ""))
	w.Freeze(bankA, w.aoi)
	ctx := w.financialCtx()
	require.True(t, receive(ctx, w.yen, packet).Success())
	require.Equal(t, registrytypes.AccountStatusFrozen, w.account(ctx, w.aoi).Status)
	keepertest.RequireEvent(t, ctx, &financialtypes.EventDischargeReceived{
		Zone: retail, Address: w.aoi.String(), Bank: bankA, Amount: zones.Yen(1), Sequence: 77,
	})

	empty := w.Keys.Holder("empty")
	w.OpenAccount(bankA, empty, zones.Unlimited())
	operator := w.Keys.Operator(bankA, maker)
	w.Financial.MustSend(operator.PrivKey(), &registrytypes.MsgCloseAccount{Operator: operator.String(), Address: empty.String(), Reason: "moved"})
	packet.Data = transferData(w.yenPath(), "1", empty, empty, "")
	require.Contains(t, receive(w.financialCtx(), w.yen, packet).GetError(), "registry/11: ")
}
