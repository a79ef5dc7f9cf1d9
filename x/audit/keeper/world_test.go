package keeper_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	capabilitykeeper "github.com/cosmos/ibc-go/modules/capability/keeper"
	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channelkeeper "github.com/cosmos/ibc-go/v8/modules/core/04-channel/keeper"
	portkeeper "github.com/cosmos/ibc-go/v8/modules/core/05-port/keeper"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/audit/keeper"
	"github.com/azukari-network/azukari/x/audit/types"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	depositkeeper "github.com/azukari-network/azukari/x/deposit/keeper"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	paymentkeeper "github.com/azukari-network/azukari/x/payment/keeper"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialkeeper "github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// channel is this zone's end of the ICS-20 channel, whichever zone it is.
const channel = "channel-1"

var escrow = transfertypes.GetEscrowAddress(transfertypes.PortID, channel)

// world is a Financial Zone with everything that the audit reads.
type world struct {
	*moneytest.World

	payment  *paymentkeeper.Keeper
	links    *financialkeeper.Keeper
	channels channelkeeper.Keeper
	audit    *keeper.Keeper
}

type recorder func(deposit *depositkeeper.Keeper) registrytypes.FlowRecorder

// newWorld builds an empty world in which flows, if given, books the payments between banks.
func newWorld(t *testing.T, flows recorder, banks ...string) world {
	t.Helper()
	w := world{World: moneytest.New(t, moneytest.Options{
		Banks:        banks,
		Stores:       []string{capabilitytypes.StoreKey, exported.StoreKey, paymenttypes.StoreKey, zonelinktypes.StoreKey},
		MemoryStores: []string{capabilitytypes.MemStoreKey},
		Reserved:     []sdk.AccAddress{escrow},
		Flows:        flows,
	})}
	ibc := newIBC(w.World)
	w.channels = ibc.channels
	w.links = financialkeeper.NewKeeper(w.Codec, runtime.NewKVStoreService(w.Keys[zonelinktypes.StoreKey]),
		ibc.linkSide, w.Registry, w.Membership, w.Clearing, w.Bank)
	w.payment = paymentkeeper.NewKeeper(w.Codec, runtime.NewKVStoreService(w.Keys[paymenttypes.StoreKey]),
		w.Bank, w.Registry, w.Hold, w.Membership)
	require.NoError(t, w.payment.InitGenesis(w.Ctx, *paymenttypes.DefaultGenesis()))
	w.audit = keeper.NewFinancialKeeper(w.Bank, w.Account, w.Registry, w.Hold, w.channels, w.Deposit, w.Clearing, w.payment, w.links)
	return w
}

// ibcCore is what the modules under test use of IBC, as real as it is without light clients.
type ibcCore struct {
	channels channelkeeper.Keeper
	linkSide zonelinktypes.IBC
}

func newIBC(w *moneytest.World) ibcCore {
	capabilities := capabilitykeeper.NewKeeper(w.Codec, w.Keys[capabilitytypes.StoreKey], w.MemKeys[capabilitytypes.MemStoreKey])
	core := capabilities.ScopeToModule(exported.ModuleName)
	link := capabilities.ScopeToModule(zonelinktypes.ModuleName)
	capabilities.Seal()
	capabilities.InitMemStore(w.Ctx)
	ports := portkeeper.NewKeeper(core)
	channels := channelkeeper.NewKeeper(w.Codec, w.Keys[exported.StoreKey], nil, nil, &ports, core)
	return ibcCore{channels: channels, linkSide: zonelinktypes.NewIBC(channels, nil, &ports, link, nil)}
}

// genesis is all state that the audit reads.
type genesis struct {
	bank     *banktypes.GenesisState
	registry *registrytypes.GenesisState
	hold     *holdtypes.GenesisState
	deposit  deposittypes.GenesisState
	clearing clearingtypes.GenesisState
	payment  paymenttypes.GenesisState
	links    *financialtypes.GenesisState
	// commitments are the sequences of the packets in flight on the ICS-20 channel.
	commitments []uint64
}

// load writes a genesis into an empty world. It does not validate: what it loads may be corrupt.
func (w world) load(t *testing.T, g genesis) {
	t.Helper()
	w.Bank.InitGenesis(w.Ctx, g.bank)
	require.NoError(t, w.Registry.InitGenesis(w.Ctx, *g.registry))
	require.NoError(t, w.Hold.InitGenesis(w.Ctx, *g.hold))
	require.NoError(t, w.Deposit.InitGenesis(w.Ctx, g.deposit))
	require.NoError(t, w.Clearing.InitGenesis(w.Ctx, g.clearing))
	require.NoError(t, w.payment.InitGenesis(w.Ctx, g.payment))
	for _, sequence := range g.commitments {
		w.channels.SetPacketCommitment(w.Ctx, transfertypes.PortID, channel, sequence, []byte{1})
	}
	require.NoError(t, w.links.InitGenesis(w.Ctx, *g.links))
}

// export reads the genesis of the money modules back; its zone links are the defaults.
func (w world) export(t *testing.T) genesis {
	t.Helper()
	g := genesis{bank: w.Bank.ExportGenesis(w.Ctx), links: financialtypes.DefaultGenesis()}
	var err error
	g.registry, err = w.Registry.ExportGenesis(w.Ctx)
	require.NoError(t, err)
	g.hold, err = w.Hold.ExportGenesis(w.Ctx)
	require.NoError(t, err)
	g.deposit, err = w.Deposit.ExportGenesis(w.Ctx)
	require.NoError(t, err)
	g.clearing, err = w.Clearing.ExportGenesis(w.Ctx)
	require.NoError(t, err)
	g.payment, err = w.payment.ExportGenesis(w.Ctx)
	require.NoError(t, err)
	return g
}

// people are the accounts of a sound world.
type people struct {
	alice, adam, bob, closed string
}

// sound returns the genesis of a zone in which something of everything has happened and every law holds. Customers of
// alpha have 990 yen: alice 490, of which 40 are held in hold 3, adam 200, and 300 in zone retail, of which 100 are
// still in flight. Customers of beta have 60 yen, all of them bob's, of which 10 are held in hold 4 for a recall; beta has closed
// its first date.
func sound(t *testing.T) (genesis, people) {
	t.Helper()
	w := newWorld(t, nil, "alpha", "beta")
	p := people{
		alice: w.Open(t, "alpha", "alice"), adam: w.Open(t, "alpha", "adam"),
		bob: w.Open(t, "beta", "bob"), closed: w.Open(t, "alpha", "closed"),
	}
	require.NoError(t, w.Close("alpha", p.closed))
	w.Issue(t, "alpha", p.alice, 1000, "i1")
	w.Issue(t, "beta", p.bob, 100, "i1")
	require.NoError(t, w.Pay(p.alice, p.adam, 200))
	require.NoError(t, w.Pay(p.alice, p.bob, 30))
	require.NoError(t, w.Pay(p.bob, p.alice, 50))
	require.NoError(t, w.RequestRedeem(p.alice, 50, "r1"))
	part := moneytest.Yen(30)
	_, err := w.DepositMsgs.Approve(w.Ctx, &deposittypes.MsgApprove{
		Operator: moneytest.Operator("alpha", "checker"), Reference: deposittypes.HolderReference(p.alice, "r1"),
		Amount: &part, RejectCode: deposittypes.RejectCodeLimit, Reason: "limit of the day",
	})
	require.NoError(t, err)
	_, err = w.DepositMsgs.CloseBusinessDay(w.Ctx, &deposittypes.MsgCloseBusinessDay{
		Operator: moneytest.Operator("beta", "checker"), Date: deposittypes.DateOf(w.Ctx.BlockTime()),
	})
	require.NoError(t, err)
	require.NoError(t, w.RequestRedeem(p.bob, 20, "r1"))
	require.NoError(t, w.Approve("beta", deposittypes.HolderReference(p.bob, "r1")))
	line := deposittypes.BatchOrder{Kind: deposittypes.OrderKindIssue, Account: p.adam, Amount: moneytest.Yen(7), Reference: "i2"}
	third, other := line, line
	third.Reference, other.Account = "i3", p.bob
	_, err = w.DepositMsgs.SubmitBatch(w.Ctx, &deposittypes.MsgSubmitBatch{
		Operator: moneytest.Operator("alpha", "maker"), Batch: "b1", Lines: []deposittypes.BatchOrder{line, third, other},
	})
	require.NoError(t, err)
	require.NoError(t, w.Reject("alpha", "i3"))
	require.NoError(t, w.RequestRedeem(p.alice, 40, "r2"))
	w.recall(t, p.alice, p.bob, 10)
	require.NoError(t, w.Freeze("alpha", p.adam))
	charging := registrytypes.WithCause(w.Ctx, registrytypes.Cause{Kind: registrytypes.CauseCharge})
	require.NoError(t, w.Bank.SendCoins(charging, sdk.MustAccAddressFromBech32(p.alice), escrow, sdk.NewCoins(moneytest.Yen(300))))

	g := w.export(t)
	g.commitments = []uint64{7}
	g.links.Zones = []financialtypes.Zone{
		{Id: "energy", ChainId: "energy-1", Status: financialtypes.ZoneStatusRegistered},
		{
			Id: "retail", ChainId: "retail-1", Status: financialtypes.ZoneStatusActive, ConnectionId: "connection-0",
			ZonelinkChannelId: "channel-0", TransferChannelId: channel,
		},
	}
	g.links.Shares = []financialtypes.Share{{Zone: "retail", Bank: "alpha", Amount: math.NewInt(300)}}
	g.links.Transfers = []zonelinktypes.Transfer{
		{ChannelId: channel, Sequence: 7, Account: p.alice, Bank: "alpha", Amount: math.NewInt(100)},
	}
	g.links.Brought = []financialtypes.Brought{{Zone: "retail", Address: p.alice, Amount: math.NewInt(200)}}
	require.NoError(t, g.links.Validate())
	return g, p
}

// recall has alpha ask for a payment back, to which the payee consents.
func (w world) recall(t *testing.T, payer, payee string, amount int64) {
	t.Helper()
	server := paymentkeeper.NewMsgServer(w.payment)
	_, err := server.RequestRecall(w.Ctx, &paymenttypes.MsgRequestRecall{
		Operator: moneytest.Operator("alpha", "maker"), Reference: "c1", Payer: payer, Payee: payee, Amount: moneytest.Yen(amount),
		TxHash: bytes.Repeat([]byte{9}, 32), Reason: "sent twice", ExpiresAt: w.Ctx.BlockTime().Add(time.Hour),
	})
	require.NoError(t, err)
	_, err = server.ConsentRecall(w.Ctx, &paymenttypes.MsgConsentRecall{Payee: payee, PayerBank: "alpha", Reference: "c1"})
	require.NoError(t, err)
}

// loaded returns a world with the genesis in it.
func loaded(t *testing.T, g genesis) world {
	t.Helper()
	w := newWorld(t, nil, "alpha", "beta")
	w.load(t, g)
	w.NextBlock(time.Second)
	return w
}

// broken returns the subjects of the findings that do not hold, as "law subject".
func broken(laws types.QueryLawsResponse) []string {
	names := []string{}
	for _, finding := range laws.Findings {
		if !finding.Holds {
			names = append(names, name(finding))
		}
	}
	return names
}

func name(finding types.Finding) string {
	return fmt.Sprintf("%d %s", finding.Law, finding.Subject)
}

// figures returns the figures of one finding as text, in their order.
func figures(t *testing.T, laws types.QueryLawsResponse, finding string) map[string]int64 {
	t.Helper()
	for _, candidate := range laws.Findings {
		if name(candidate) == finding {
			result := map[string]int64{}
			for _, figure := range candidate.Figures {
				result[figure.Name] = figure.Amount.Int64()
			}
			return result
		}
	}
	require.Failf(t, "no such finding", "expected %s, got %v", finding, laws.Findings)
	return nil
}
