package zonelink_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/keepertest"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// reserve lets aoi confirm a trade in which ken is to get yen, which waits for ken's word.
func (w *world) reserve(yen int64, settleAt *time.Time) {
	w.t.Helper()
	terms := settlementtypes.Terms{
		Legs:     []settlementtypes.Leg{{From: w.aoi.String(), To: w.ken.String(), Amount: w.zone.Yen(yen)}},
		Deadline: w.Clock.Now.Add(24 * time.Hour), SettleAt: settleAt,
	}
	w.zone.MustSend(w.aoi.PrivKey(),
		&settlementtypes.MsgCreateTrade{Creator: w.aoi.String(), Reference: "T", Terms: terms}, w.confirmation(w.aoi, terms))
	w.confirmed = w.confirmation(w.ken, terms)
}

func (w *world) confirmation(party devnet.Key, terms settlementtypes.Terms) *settlementtypes.MsgConfirmTrade {
	w.t.Helper()
	hash, err := terms.Hash(w.zone.ChainID, w.aoi.String(), "T")
	require.NoError(w.t, err)
	return &settlementtypes.MsgConfirmTrade{Party: party.String(), Creator: w.aoi.String(), Reference: "T", TermsHash: hash}
}

// settleTrade lets ken confirm the trade.
func (w *world) settleTrade() {
	w.t.Helper()
	w.zone.MustSend(w.ken.PrivKey(), w.confirmed)
}

// cancelTrade lets aoi take the trade back.
func (w *world) cancelTrade() {
	w.t.Helper()
	w.zone.MustSend(w.aoi.PrivKey(), &settlementtypes.MsgCancelTrade{
		Signer: w.aoi.String(), Creator: w.aoi.String(), Reference: "T", Reason: "too late",
	})
}

// lowerSlice lets bank-a give less to retail, without relaying it.
func (w *world) lowerSlice(yen int64) {
	w.t.Helper()
	compliance := w.Keys.Operator(bankA, membershiptypes.RoleCompliance)
	slice := math.NewInt(yen)
	w.Financial.MustSend(compliance.PrivKey(), &financialtypes.MsgSetZoneTerms{Operator: compliance.String(), Zone: retail, Slice: &slice})
}

// Room that is reserved is left free by payments, and goes when it is used or given back.
func TestReservedRoom(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	ctx := w.businessCtx()
	yen := func(amount int64) math.Int { return math.NewInt(amount) }
	require.NoError(t, w.business.ReserveFlow(ctx, bankA, bankB, yen(600)))
	keepertest.RequireEvent(t, ctx, &businesstypes.EventFlowReserved{PayerBank: bankA, PayeeBank: bankB, Amount: yen(600)})
	require.ErrorIs(t, w.business.ReserveFlow(ctx, bankA, bankB, yen(401)), types.ErrOverSlice)
	require.ErrorIs(t, w.business.RecordFlow(ctx, bankA, bankB, yen(401)), types.ErrOverSlice)
	require.NoError(t, w.business.RecordFlow(ctx, bankA, bankB, yen(400)))
	use := func() businesstypes.BankUse {
		response, err := w.businessQueries.Caps(ctx, &businesstypes.QueryCapsRequest{})
		require.NoError(t, err)
		require.Equal(t, bankA, response.Banks[0].Bank)
		return response.Banks[0]
	}
	require.Equal(t, "600", use().Reserved.String())
	require.Equal(t, "0", use().Room.String())
	require.NoError(t, w.business.RecordReservedFlow(ctx, bankA, bankB, yen(250)))
	require.NoError(t, w.business.FreeFlow(ctx, bankA, bankB, yen(50)))
	keepertest.RequireEvent(t, ctx, &businesstypes.EventFlowFreed{PayerBank: bankA, PayeeBank: bankB, Amount: yen(50)})
	require.Equal(t, "300", use().Reserved.String())
	require.Equal(t, "650", use().Sent.String())
	require.Equal(t, "50", use().Room.String())
	require.ErrorIs(t, w.business.RecordReservedFlow(ctx, bankA, bankB, yen(301)), types.ErrNotReserved)
	require.ErrorIs(t, w.business.FreeFlow(ctx, bankA, bankB, yen(301)), types.ErrNotReserved)
	require.ErrorIs(t, w.business.FreeFlow(ctx, bankB, bankA, yen(1)), types.ErrNotReserved)

	t.Log("over a closed link nothing is reserved, but what was is counted")
	require.NoError(t, w.business.ChannelClosed(ctx, w.link.Business.Transfer))
	require.ErrorIs(t, w.business.ReserveFlow(ctx, bankA, bankB, yen(1)), types.ErrNotConnected)
	require.NoError(t, w.business.RecordReservedFlow(ctx, bankA, bankB, yen(300)))
	require.Equal(t, "950", use().Sent.String())
}

// A slice that is lowered below what is used and reserved binds new payments at once, and sets all free but what is reserved: the
// zone reports what it has promised, and the Financial Zone does not refuse it.
func TestLoweredSliceLeavesReservedFlows(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(w *world)
		sent int64
	}{
		"settled": {(*world).settleTrade, 900},
		"freed":   {(*world).cancelTrade, 300},
	} {
		t.Run(name, func(t *testing.T) {
			w := charged(t)
			w.setSlice(bankA, 1_000)
			free := w.headroom()
			require.NoError(t, w.zone.Pay(w.aoi, w.ken, 300))
			w.reserve(600, nil)
			for _, lower := range []int64{400, 899, 100} {
				w.lowerSlice(lower)
				w.Rest()
				require.Zero(t, w.room(bankA))
				require.ErrorIs(t, w.zone.Pay(w.aoi, w.ken, 1), types.ErrOverSlice)
				require.ErrorIs(t, w.business.ReserveFlow(w.businessCtx(), bankA, bankB, math.NewInt(1)), types.ErrOverSlice)
				require.Equal(t, "600", w.position(bankA).Reserved.String())
				require.Equal(t, free+100, w.headroom(), "all but what is sent and reserved")
				w.requireStatus(w.financialCtx(), financialtypes.ZoneStatusActive)
				w.RequireLaws()
			}
			t.Log("what comes in lowers what is promised, and lets it be sent again; a discharge tells the same as a report")
			require.NoError(t, w.zone.Pay(w.ken, w.aoi, 50))
			require.NoError(t, w.Discharge(w.zone, w.aoi, 1))
			w.link.Business.Deliver(w.link.Financial)
			require.Equal(t, "600", w.position(bankA).Reserved.String())
			require.Zero(t, w.room(bankA))
			w.Rest()

			test.end(w)
			w.Rest()
			w.requireStatus(w.financialCtx(), financialtypes.ZoneStatusActive)
			require.Equal(t, math.NewInt(test.sent).String(), w.position(bankA).Sent.String())
			require.Equal(t, "0", w.position(bankA).Reserved.String())
			require.Equal(t, free+1_000-(test.sent-50), w.headroom())
			w.RequireLaws()
		})
	}
}

// Under a slice that is lowered but still large enough nothing is promised beyond it.
func TestLoweredSliceThatFits(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	free := w.headroom()
	w.reserve(600, nil)
	w.lowerSlice(600)
	w.Rest()
	require.Equal(t, free+400, w.headroom())
	w.settleTrade()
	w.Rest()
	w.requireStatus(w.financialCtx(), financialtypes.ZoneStatusActive)
	require.Equal(t, "600", w.position(bankA).Sent.String())
	w.RequireLaws()
}

// A zone that lies about what it has promised gets no more room than it ever had.
func TestPromisesAreBounded(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	revision := func(ctx sdk.Context) uint64 {
		response, err := w.queries.ZonePositions(ctx, &financialtypes.QueryZonePositionsRequest{Zone: retail})
		require.NoError(t, err)
		return response.Reports.CapRevision
	}
	w.lowerSlice(100)
	ctx := w.financialCtx()
	report := types.FlowReport{
		Version: 99, Height: 9, CapRevision: revision(ctx), Promised: []types.BankCap{{Bank: bankA, Limit: types.MaxTotal}},
	}
	_, err := w.keeper.ReceiveFlowReport(ctx, w.link.Financial.Zonelink, report)
	require.NoError(t, err)
	over := report
	over.Version, over.Flows = 100, []types.Flow{{PayerBank: bankA, PayeeBank: bankB, Total: math.NewInt(1_001)}}
	refused, _ := ctx.CacheContext()
	_, err = w.keeper.ReceiveFlowReport(refused, w.link.Financial.Zonelink, over)
	require.ErrorIs(t, err, types.ErrReportRefused)
	over.Flows[0].Total = math.NewInt(1_000)
	_, err = w.keeper.ReceiveFlowReport(ctx, w.link.Financial.Zonelink, over)
	require.NoError(t, err)
	for name, promised := range map[string][]types.BankCap{
		"twice":    {{Bank: bankA, Limit: math.NewInt(1)}, {Bank: bankA, Limit: math.NewInt(1)}},
		"too much": {{Bank: bankA, Limit: types.MaxTotal.AddRaw(1)}},
		"no bank":  {{Limit: math.NewInt(1)}},
	} {
		require.ErrorIs(t, (&types.FlowReport{Version: 1, Height: 1, Promised: promised}).Validate(), types.ErrInvalidPacket, name)
	}
}

// Whatever the bank does with its own cap, and whatever others send, what was reserved reaches the books.
func TestReservedFlowReachesTheBooksOfABankThatLoweredItsCap(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	at := w.Clock.Now.Add(time.Hour)
	w.reserve(1_000, &at)
	w.settleTrade()
	compliance := w.Keys.Operator(bankA, membershiptypes.RoleCompliance)
	nothing := math.ZeroInt()
	w.Financial.MustSend(compliance.PrivKey(), &clearingtypes.MsgSetOwnCap{Operator: compliance.String(), Cap: &nothing})
	for range 12 {
		w.Blocks()
	}
	w.Rest()
	require.Zero(t, w.room(bankA))
	w.Freeze(bankB, w.ken)
	w.Rest()
	require.Zero(t, w.zone.Balance(w.ken))
	w.Clock.Advance(time.Hour)
	w.Rest()
	w.requireStatus(w.financialCtx(), financialtypes.ZoneStatusActive)
	cleared, err := w.Financial.Financial.Clearing.Position(w.financialCtx(), bankA)
	require.NoError(t, err)
	require.Equal(t, "-1000", cleared.Position.String())
	require.EqualValues(t, 1_000, w.zone.Balance(w.ken))
	require.Equal(t, registrytypes.AccountStatusFrozen, w.replica(w.businessCtx(), w.ken).Status)
	w.RequireLaws()
}
