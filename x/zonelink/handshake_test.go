package zonelink_test

import (
	"testing"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesskeeper "github.com/azukari-network/azukari/x/zonelink/business/keeper"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

const unordered = channeltypes.UNORDERED

func TestHandshakes(t *testing.T) {
	w := unlinked(t)
	w.link = w.Connect(w.zone)
	fz, bz := w.link.Financial, w.link.Business
	open := func(from, to *zones.End, port, version string, order channeltypes.Order) error {
		_, _, err := zones.OpenChannel(from, to, port, version, order)
		return err
	}

	t.Log("refused before the zonelink channel")
	require.ErrorIs(t, open(fz, bz, transfertypes.PortID, transfertypes.Version, unordered), types.ErrInvalidHandshake)
	require.ErrorIs(t, open(bz, fz, types.PortID, types.Version, unordered), types.ErrInvalidHandshake)
	require.ErrorIs(t, open(fz, bz, types.PortID, "azukari-zonelink-2", unordered), types.ErrInvalidHandshake)
	require.ErrorIs(t, open(fz, bz, types.PortID, types.Version, channeltypes.ORDERED), types.ErrInvalidHandshake)
	require.ErrorIs(t, w.Charge(w.aoi, retail, 1), types.ErrZoneNotActive)
	require.Empty(t, w.business.YenDenom(w.businessCtx()))

	t.Log("the zonelink channel opens once")
	var err error
	fz.Zonelink, bz.Zonelink, err = zones.OpenChannel(fz, bz, types.PortID, types.Version, unordered)
	require.NoError(t, err)
	require.ErrorIs(t, open(fz, bz, types.PortID, types.Version, unordered), types.ErrChannelExists)
	zone, err := w.keeper.GetZone(w.financialCtx(), retail)
	require.NoError(t, err)
	require.Equal(t, financialtypes.Zone{
		Id: retail, ChainId: w.zone.ChainID, Status: financialtypes.ZoneStatusRegistered,
		ConnectionId: fz.Connection, ZonelinkChannelId: fz.Zonelink, ValidatorsHash: zone.ValidatorsHash,
	}, zone)
	require.Len(t, zone.ValidatorsHash, 32)

	t.Log("then the transfer channel, once")
	require.ErrorIs(t, open(bz, fz, transfertypes.PortID, transfertypes.Version, unordered), types.ErrInvalidHandshake)
	require.ErrorIs(t, open(fz, bz, transfertypes.PortID, "ics20-2", unordered), types.ErrInvalidHandshake)
	fz.Transfer, bz.Transfer, err = zones.OpenChannel(fz, bz, transfertypes.PortID, transfertypes.Version, unordered)
	require.NoError(t, err)
	require.ErrorIs(t, open(fz, bz, transfertypes.PortID, transfertypes.Version, unordered), types.ErrChannelExists)
	zone, err = w.keeper.GetZone(w.financialCtx(), retail)
	require.NoError(t, err)
	require.NoError(t, zone.CheckActive())
	require.Equal(t, fz.Transfer, zone.TransferChannelId)

	t.Log("the Business Zone knows yen now, by a name that people can read")
	link, err := w.business.FinancialZone(w.businessCtx())
	require.NoError(t, err)
	require.Equal(t, businesstypes.FinancialZone{
		ConnectionId: bz.Connection, ZonelinkChannelId: bz.Zonelink, TransferChannelId: bz.Transfer,
	}, link)
	metadata, found := w.zone.App.Bank.GetDenomMetaData(w.businessCtx(), link.YenDenom())
	require.True(t, found)
	require.NoError(t, metadata.Validate())
	require.Equal(t, "Yen", metadata.Name)
	require.Equal(t, "JPY", metadata.Symbol)
	require.Len(t, metadata.DenomUnits, 1)
	require.Zero(t, metadata.DenomUnits[0].Exponent)

	t.Log("and nobody's account sits at the escrow")
	escrow := transfertypes.GetEscrowAddress(transfertypes.PortID, fz.Transfer)
	require.True(t, w.keeper.IsEscrow(w.financialCtx(), escrow))
	require.False(t, w.keeper.IsEscrow(w.financialCtx(), w.aoi.Address()))
}

func TestHandshakeNeedsTheClientOfARegisteredZone(t *testing.T) {
	w := unlinked(t)
	w.link = w.Connect(w.zone)
	ctx := w.financialCtx()
	clients := w.Financial.App.IBC.Core.ClientKeeper
	require.NoError(t, w.keeper.CheckZonelinkConnection(ctx, w.link.Financial.Connection))
	require.Error(t, w.keeper.CheckZonelinkConnection(ctx, "connection-9"))

	clients.SetClientState(ctx, w.link.Financial.Client, &ibctm.ClientState{ChainId: "stranger-1"})
	require.ErrorIs(t, w.keeper.CheckZonelinkConnection(ctx, w.link.Financial.Connection), types.ErrInvalidHandshake)
	require.ErrorIs(t, w.keeper.CheckZonelinkConnection(ctx, exported.LocalhostConnectionID), types.ErrInvalidHandshake, "no Tendermint client")

	ctx = w.businessCtx()
	require.NoError(t, w.business.CheckZonelinkConnection(ctx, w.link.Business.Connection))
	w.zone.App.IBC.Core.ClientKeeper.SetClientState(ctx, w.link.Business.Client, &ibctm.ClientState{ChainId: "stranger-1"})
	require.ErrorIs(t, w.business.CheckZonelinkConnection(ctx, w.link.Business.Connection), types.ErrInvalidHandshake)
}

// A chain that claims the right chain id, with validators of its own, gets no channel on either side.
func TestHandshakeNeedsThePinnedValidators(t *testing.T) {
	w := unlinked(t)
	w.link = w.Connect(w.zone)
	other := &ibctm.ConsensusState{
		Timestamp: w.Clock.Now, Root: commitmenttypes.NewMerkleRoot([]byte("root")), NextValidatorsHash: make([]byte, 32),
	}
	for _, end := range []struct {
		zone  *zones.Zone
		side  *zones.End
		check func(sdk.Context, string) error
	}{{w.Financial, w.link.Financial, w.keeper.CheckZonelinkConnection}, {w.zone, w.link.Business, w.business.CheckZonelinkConnection}} {
		ctx := w.scratch(end.zone)
		require.NoError(t, end.check(ctx, end.side.Connection))
		clients := end.zone.App.IBC.Core.ClientKeeper
		state, found := clients.GetClientState(ctx, end.side.Client)
		require.True(t, found)

		t.Log("a later header with other validators is what the old ones have decided")
		clients.SetClientConsensusState(ctx, end.side.Client, state.GetLatestHeight().Increment(), other)
		require.NoError(t, end.check(ctx, end.side.Connection))

		t.Log("a first one is another chain")
		store := clients.ClientStore(ctx, end.side.Client)
		ibctm.IterateConsensusStateAscending(store, func(height exported.Height) bool {
			clients.SetClientConsensusState(ctx, end.side.Client, height, other)
			return true
		})
		err := end.check(ctx, end.side.Connection)
		require.ErrorIs(t, err, types.ErrInvalidHandshake)
		require.ErrorContains(t, err, "expected a light client that was made to trust validators")
	}
}

// Two handshakes may be under way at once. The first that comes through wins, the second is refused.
func TestSecondHandshakeIsRefusedAtItsEnd(t *testing.T) {
	w := linked(t)
	for _, port := range []string{types.PortID, transfertypes.PortID} {
		late := channeltypes.Channel{State: channeltypes.OPEN, ConnectionHops: []string{w.link.Financial.Connection}}
		ctx := w.financialCtx()
		w.Financial.App.IBC.Core.ChannelKeeper.SetChannel(ctx, port, "channel-9", late)
		module := map[string]porttypes.IBCModule{types.PortID: w.accounts, transfertypes.PortID: w.yen}[port]
		version := map[string]string{types.PortID: types.Version, transfertypes.PortID: transfertypes.Version}[port]
		require.ErrorIs(t, module.OnChanOpenAck(ctx, port, "channel-9", "channel-9", version), types.ErrChannelExists)

		late.ConnectionHops[0] = w.link.Business.Connection
		ctx = w.businessCtx()
		w.zone.App.IBC.Core.ChannelKeeper.SetChannel(ctx, port, "channel-9", late)
		module = map[string]porttypes.IBCModule{types.PortID: w.businessAccounts, transfertypes.PortID: w.businessYen}[port]
		require.ErrorIs(t, module.OnChanOpenConfirm(ctx, port, "channel-9"), types.ErrChannelExists)
		require.ErrorIs(t, module.OnChanOpenConfirm(ctx, port, "channel-10"), types.ErrInvalidHandshake)
	}
}

func TestNoAccountAtTheEscrow(t *testing.T) {
	w := unlinked(t)
	w.link = w.Connect(w.zone)
	_, _, err := zones.OpenChannel(w.link.Financial, w.link.Business, types.PortID, types.Version, unordered)
	require.NoError(t, err)

	// Nobody has the key of that address, but a bank could apply for an account with it before the channel exists.
	limits := zones.Unlimited()
	escrow := transfertypes.GetEscrowAddress(transfertypes.PortID, "channel-1")
	maker := w.Keys.Operator(bankA, membershiptypes.RoleMaker)
	w.Financial.MustSend(maker.PrivKey(), &registrytypes.MsgApplyAccount{
		Operator: maker.String(), Reference: "escrow", Address: escrow.String(), Kind: registrytypes.AccountKindIndividual,
		IdentityHash: make([]byte, 32), Limits: &limits,
	})
	_, _, err = zones.OpenChannel(w.link.Financial, w.link.Business, transfertypes.PortID, transfertypes.Version, unordered)
	require.ErrorIs(t, err, registrytypes.ErrReservedAddress)
}

func TestEscrowCannotBecomeAnAccount(t *testing.T) {
	w := linked(t)
	limits := zones.Unlimited()
	escrow := transfertypes.GetEscrowAddress(transfertypes.PortID, w.link.Financial.Transfer)
	maker := w.Keys.Operator(bankA, membershiptypes.RoleMaker)
	_, err := w.Financial.Send(maker.PrivKey(), &registrytypes.MsgApplyAccount{
		Operator: maker.String(), Reference: "escrow", Address: escrow.String(), Kind: registrytypes.AccountKindIndividual,
		IdentityHash: make([]byte, 32), Limits: &limits,
	})
	require.ErrorIs(t, err, registrytypes.ErrReservedAddress)
}

func TestUpgradesAreRefused(t *testing.T) {
	w := linked(t)
	for port, channel := range map[string]string{types.PortID: w.link.Financial.Zonelink, transfertypes.PortID: w.link.Financial.Transfer} {
		_, err := w.Financial.App.IBC.Core.ChannelUpgradeInit(w.financialCtx(), &channeltypes.MsgChannelUpgradeInit{
			PortId: port, ChannelId: channel, Signer: w.Financial.App.Authority(),
			Fields: channeltypes.NewUpgradeFields(unordered, []string{w.link.Financial.Connection}, types.Version),
		})
		require.ErrorIs(t, err, porttypes.ErrInvalidRoute)
		require.ErrorContains(t, err, "upgrade route not found")
	}
}

func TestCloseInitIsRefused(t *testing.T) {
	w := linked(t)
	for port, channel := range map[string]string{types.PortID: w.link.Financial.Zonelink, transfertypes.PortID: w.link.Financial.Transfer} {
		_, err := w.Financial.App.IBC.Core.ChannelCloseInit(w.financialCtx(), channeltypes.NewMsgChannelCloseInit(port, channel, ""))
		require.ErrorIs(t, err, types.ErrInvalidHandshake)
	}
	for port, channel := range map[string]string{types.PortID: w.link.Business.Zonelink, transfertypes.PortID: w.link.Business.Transfer} {
		_, err := w.zone.App.IBC.Core.ChannelCloseInit(w.businessCtx(), channeltypes.NewMsgChannelCloseInit(port, channel, ""))
		require.ErrorIs(t, err, types.ErrInvalidHandshake)
	}
}

func TestCloseConfirmSuspends(t *testing.T) {
	w := linked(t)
	for name, module := range map[string]porttypes.IBCModule{w.link.Financial.Zonelink: w.accounts, w.link.Financial.Transfer: w.yen} {
		ctx := w.financialCtx()
		require.NoError(t, module.OnChanCloseConfirm(ctx, "", "channel-9"), "the loser of two handshakes")
		require.Empty(t, ctx.EventManager().Events())
		require.NoError(t, module.OnChanCloseConfirm(ctx, "", name))
		keepertest.RequireEvent(t, ctx, &financialtypes.EventZoneStatusChanged{
			Zone: retail, OldStatus: financialtypes.ZoneStatusActive, NewStatus: financialtypes.ZoneStatusSuspended,
			Reason: "the zone closed a channel",
		})
		requireOnce(t, ctx, func() error { return module.OnChanCloseConfirm(ctx, "", name) })
	}
	for name, module := range map[string]porttypes.IBCModule{w.link.Business.Zonelink: w.businessAccounts, w.link.Business.Transfer: w.businessYen} {
		ctx := w.businessCtx()
		require.NoError(t, module.OnChanCloseConfirm(ctx, "", "channel-9"))
		require.Empty(t, ctx.EventManager().Events())
		require.NoError(t, module.OnChanCloseConfirm(ctx, "", name))
		keepertest.RequireEvent(t, ctx, &businesstypes.EventLinkSuspended{ChannelId: name})
		requireOnce(t, ctx, func() error { return module.OnChanCloseConfirm(ctx, "", name) })
	}
}

// requireOnce asserts that a repetition changes nothing.
func requireOnce(t *testing.T, ctx sdk.Context, again func() error) {
	t.Helper()
	events := len(ctx.EventManager().Events())
	require.NoError(t, again())
	require.Len(t, ctx.EventManager().Events(), events)
}

func TestNoYenBeforeGenesis(t *testing.T) {
	fixture := keepertest.New(t, keepertest.Options{Stores: []string{types.StoreKey}})
	service := runtime.NewKVStoreService(fixture.Keys[types.StoreKey])
	keeper := businesskeeper.NewKeeper(fixture.Codec, service, types.IBC{}, nil, nil, fixture.Bank)
	require.Empty(t, keeper.YenDenom(fixture.Ctx))
}
