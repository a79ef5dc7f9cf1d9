package zonelink_test

import (
	"context"
	"testing"
	"time"

	"github.com/cosmos/ibc-go/v8/modules/apps/transfer"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	"github.com/azukari-network/azukari/x/zonelink/business"
	businesskeeper "github.com/azukari-network/azukari/x/zonelink/business/keeper"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	"github.com/azukari-network/azukari/x/zonelink/financial"
	financialkeeper "github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

var zeroHeight = clienttypes.ZeroHeight()

const (
	bankA  = "bank-a"
	bankB  = "bank-b"
	retail = "retail"
)

// world is a Financial Zone with two banks and the Business Zone "retail", linked, in real applications. Two ways lead
// into it: transactions and packets through the network, and the keepers themselves on a context of the last committed
// state, whose writes are thrown away.
type world struct {
	*zones.Network
	t testing.TB

	zone *zones.Zone // retail
	link *zones.Link
	// aoi and rin bank at bank-a, ken at bank-b. Each has a million yen.
	aoi, rin, ken devnet.Key

	// confirmed is ken's word on the trade of reserve.
	confirmed *settlementtypes.MsgConfirmTrade

	keeper  *financialkeeper.Keeper
	msgs    financialtypes.MsgServer
	queries financialtypes.QueryServer
	// yen is the Financial Zone's end of the ICS-20 channel, accounts that of the zonelink channel.
	yen, accounts porttypes.IBCModule

	business        *businesskeeper.Keeper
	businessMsgs    businesstypes.MsgServer
	businessQueries businesstypes.QueryServer
	// businessYen and businessAccounts are the Business Zone's ends.
	businessYen, businessAccounts porttypes.IBCModule
}

// unlinked returns the world before its first handshake.
func unlinked(t testing.TB) *world {
	t.Helper()
	return wrap(t, zones.New(t, zones.Manifest(2, retail)))
}

// linked returns the world with its channels open.
func linked(t testing.TB) *world {
	t.Helper()
	return wrap(t, zones.NewLinked(t, zones.Manifest(2, retail)))
}

// charged returns the world with aoi and ken linked to retail, and 100,000 yen of aoi there.
func charged(t testing.TB) *world {
	t.Helper()
	w := linked(t)
	w.LinkAccount(bankA, w.aoi, retail, zones.LinkLimits(1_000_000))
	w.LinkAccount(bankB, w.ken, retail, zones.LinkLimits(1_000_000))
	require.NoError(t, w.Charge(w.aoi, retail, 100_000))
	w.Settle()
	require.EqualValues(t, 100_000, w.zone.Balance(w.aoi))
	return w
}

func wrap(t testing.TB, n *zones.Network) *world {
	t.Helper()
	keeper, businessKeeper := n.Financial.Financial.Zonelink, n.Business[0].Business.Zonelink
	w := &world{
		Network: n, t: t, zone: n.Business[0],
		aoi: n.Keys.Account(bankA, 0), rin: n.Keys.Account(bankA, 1), ken: n.Keys.Account(bankB, 0),
		keeper: keeper, msgs: financialkeeper.NewMsgServer(keeper), queries: financialkeeper.NewQueryServer(keeper),
		yen:      financial.NewTransferMiddleware(transfer.NewIBCModule(n.Financial.App.IBC.Transfer), keeper),
		accounts: financial.NewIBCModule(keeper),
		business: businessKeeper, businessMsgs: businesskeeper.NewMsgServer(businessKeeper),
		businessQueries:  businesskeeper.NewQueryServer(businessKeeper),
		businessYen:      business.NewTransferMiddleware(transfer.NewIBCModule(n.Business[0].App.IBC.Transfer), businessKeeper),
		businessAccounts: business.NewIBCModule(businessKeeper),
	}
	if len(n.Links) > 0 {
		w.link = n.Links[0]
	}
	return w
}

// financialCtx returns a context of the Financial Zone's next block, whose writes are thrown away.
func (w *world) financialCtx() sdk.Context { return w.scratch(w.Financial) }

// businessCtx returns a context of the Business Zone's next block, whose writes are thrown away.
func (w *world) businessCtx() sdk.Context { return w.scratch(w.zone) }

func (w *world) scratch(zone *zones.Zone) sdk.Context {
	ctx, _ := zone.Ctx().CacheContext()
	return ctx.WithBlockTime(w.Clock.Now.Add(time.Second)).WithEventManager(sdk.NewEventManager())
}

// account returns an account as the Financial Zone knows it.
func (w *world) account(ctx context.Context, holder devnet.Key) registrytypes.Account {
	w.t.Helper()
	account, err := w.Financial.App.Registry.GetAccount(ctx, holder.Address())
	require.NoError(w.t, err)
	return account
}

// replica returns an account as the Business Zone knows it.
func (w *world) replica(ctx context.Context, holder devnet.Key) registrytypes.Account {
	w.t.Helper()
	account, err := w.zone.App.Registry.GetAccount(ctx, holder.Address())
	require.NoError(w.t, err)
	return account
}

// linkStatus returns the status of a holder's link to retail, unspecified if there is none.
func (w *world) linkStatus(ctx context.Context, holder devnet.Key) registrytypes.LinkStatus {
	w.t.Helper()
	for _, link := range w.account(ctx, holder).Links {
		if link.Zone == retail {
			return link.Status
		}
	}
	return registrytypes.LinkStatusUnspecified
}

// share returns a bank's share in retail, in yen.
func (w *world) share(ctx context.Context, bank string) int64 {
	w.t.Helper()
	amount := math.ZeroInt()
	require.NoError(w.t, w.keeper.IterateShares(ctx, func(share financialtypes.Share) (bool, error) {
		if share.Bank == bank {
			amount = share.Amount
		}
		return false, nil
	}))
	return amount.Int64()
}

// transferData returns ICS-20 packet data.
func transferData(denom, amount string, from, to devnet.Key, memo string) []byte {
	return transfertypes.NewFungibleTokenPacketData(denom, amount, from.String(), to.String(), memo).GetBytes()
}

// homecoming returns a packet as retail would send it for a discharge.
func (w *world) homecoming(sequence uint64, data []byte) channeltypes.Packet {
	packet := channeltypes.Packet{
		Sequence: sequence, Data: data,
		SourcePort: transfertypes.PortID, SourceChannel: w.link.Business.Transfer,
		DestinationPort: transfertypes.PortID, DestinationChannel: w.link.Financial.Transfer,
	}
	return packet
}

// outbound returns a packet as the Financial Zone would send it for a charge.
func (w *world) outbound(sequence uint64, data []byte) channeltypes.Packet {
	return channeltypes.Packet{
		Sequence: sequence, Data: data,
		SourcePort: transfertypes.PortID, SourceChannel: w.link.Financial.Transfer,
		DestinationPort: transfertypes.PortID, DestinationChannel: w.link.Business.Transfer,
	}
}

// yenPath is the denom of the Financial Zone's yen in packets from retail.
func (w *world) yenPath() string {
	return transfertypes.GetPrefixedDenom(transfertypes.PortID, w.link.Business.Transfer, registrytypes.YenDenom)
}

// receive gives a packet to a channel's end as IBC's core does: what is written counts if the acknowledgement is a
// success.
func receive(ctx sdk.Context, module porttypes.IBCModule, packet channeltypes.Packet) *channeltypes.Acknowledgement {
	cached, write := ctx.CacheContext()
	acknowledgement, ok := module.OnRecvPacket(cached, packet, nil).(channeltypes.Acknowledgement)
	if !ok {
		panic("expected a channeltypes.Acknowledgement")
	}
	if acknowledgement.Success() {
		write()
	}
	return &acknowledgement
}

// suspend closes a channel from the Financial Zone's point of view, for good.
func (w *world) suspend() {
	w.t.Helper()
	require.NoError(w.t, w.accounts.OnChanCloseConfirm(w.Financial.Ctx(), "", w.link.Financial.Zonelink))
	w.Financial.Block()
}

// receiveKept gives a packet to a channel's end as IBC's core does, and returns the error acknowledgement of a refusal after
// which what was written stays.
func receiveKept(ctx sdk.Context, module porttypes.IBCModule, packet channeltypes.Packet) []byte {
	acknowledgement := module.OnRecvPacket(ctx, packet, nil)
	if !acknowledgement.Success() {
		panic("expected a refusal that keeps what was written, got one that does not")
	}
	return acknowledgement.Acknowledgement()
}
