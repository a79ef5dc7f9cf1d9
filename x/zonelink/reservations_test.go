package zonelink_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/keepertest"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// reserve sets yen of aoi aside that ken is to get, as a confirmed trade does, and returns the hold.
func (w *world) reserve(yen int64) uint64 {
	w.t.Helper()
	ctx := w.zone.Ctx()
	require.NoError(w.t, w.business.ReserveFlow(ctx, bankA, bankB, math.NewInt(yen)))
	hold, err := w.zone.App.Hold.Place(ctx, w.aoi.Address(), w.zone.Yen(yen), "settlement/1")
	require.NoError(w.t, err)
	w.zone.Block()
	return hold
}

// settleHold gives ken what was set aside, as a settlement does.
func (w *world) settleHold(hold uint64, yen int64) {
	w.t.Helper()
	require.NoError(w.t, w.zone.App.Hold.Settle(w.zone.Ctx(), hold, bankA, holdtypes.SettledPayout{
		Payout: holdtypes.Payout{Payee: w.ken.Address(), Amount: w.zone.Yen(yen)}, PayeeBank: bankB,
	}))
	w.zone.Block()
}

func (w *world) freeHold(hold uint64, yen int64) {
	w.t.Helper()
	require.NoError(w.t, w.zone.App.Hold.Release(w.zone.Ctx(), hold))
	require.NoError(w.t, w.business.FreeFlow(w.zone.Ctx(), bankA, bankB, math.NewInt(yen)))
	w.zone.Block()
}

// lowerSlice lets bank-a give less to retail, without relaying it.
func (w *world) lowerSlice(yen int64) {
	w.t.Helper()
	compliance := w.Keys.Operator(bankA, membershiptypes.RoleCompliance)
	slice := math.NewInt(yen)
	w.Financial.MustSend(compliance.PrivKey(), &financialtypes.MsgSetZoneTerms{Operator: compliance.String(), Zone: retail, Slice: &slice})
}

// revisions returns the revision of the caps in force in retail, and the one that its reports name.
func (w *world) revisions() (inForce, reported uint64) {
	w.t.Helper()
	response, err := w.businessQueries.Caps(w.businessCtx(), &businesstypes.QueryCapsRequest{})
	require.NoError(w.t, err)
	return response.ReportState.CapRevision, response.ReportState.ReportedCapRevision
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

// A slice that is lowered below what is used and reserved binds new payments at once; but the Financial Zone is told only when it
// fits, because from then on it would refuse what was promised.
func TestLoweredSliceWaitsForReservedFlows(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(w *world, hold uint64)
		sent int64
	}{
		"settled": {func(w *world, hold uint64) { w.settleHold(hold, 600) }, 900},
		"freed":   {func(w *world, hold uint64) { w.freeHold(hold, 600) }, 300},
	} {
		t.Run(name, func(t *testing.T) {
			w := charged(t)
			w.setSlice(bankA, 1_000)
			free := w.headroom()
			require.NoError(t, w.zone.Pay(w.aoi, w.ken, 300))
			hold := w.reserve(600)
			before, reported := w.revisions()
			require.Equal(t, before, reported)

			for _, lower := range []int64{400, 899, 100} {
				w.lowerSlice(lower)
				w.Rest()
				inForce, reported := w.revisions()
				require.Greater(t, inForce, before)
				require.Equal(t, before, reported, "what is reserved does not fit under %d", lower)
				require.Zero(t, w.room(bankA))
				require.ErrorIs(t, w.zone.Pay(w.aoi, w.ken, 1), types.ErrOverSlice)
				require.ErrorIs(t, w.business.ReserveFlow(w.businessCtx(), bankA, bankB, math.NewInt(1)), types.ErrOverSlice)
				require.Equal(t, free, w.headroom(), "the room stays set aside")
				w.requireStatus(w.financialCtx(), financialtypes.ZoneStatusActive)
				w.RequireLaws()
			}
			require.NoError(t, w.Discharge(w.zone, w.ken, 1), "discharges bring the same report")
			w.Rest()

			test.end(w, hold)
			w.Rest()
			w.requireStatus(w.financialCtx(), financialtypes.ZoneStatusActive)
			inForce, reported := w.revisions()
			require.Equal(t, inForce, reported)
			require.Equal(t, math.NewInt(test.sent).String(), w.position(bankA).Sent.String())
			// All of the slice that is neither sent nor within the 100 that are left.
			require.Equal(t, free+1_000-max(test.sent, 100), w.headroom())
			w.RequireLaws()
		})
	}
}

// Under a slice that is lowered but still large enough, reports name the new caps at once.
func TestLoweredSliceThatFits(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	free := w.headroom()
	hold := w.reserve(600)
	w.lowerSlice(600)
	w.Rest()
	inForce, reported := w.revisions()
	require.Equal(t, inForce, reported)
	require.Equal(t, free+400, w.headroom())
	w.settleHold(hold, 600)
	w.Rest()
	w.requireStatus(w.financialCtx(), financialtypes.ZoneStatusActive)
	require.Equal(t, "600", w.position(bankA).Sent.String())
	w.RequireLaws()
}

// Whatever the bank does with its own cap, and whatever others send, what was reserved reaches the books.
func TestReservedFlowReachesTheBooksOfABankThatLoweredItsCap(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	hold := w.reserve(1_000)
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
	w.settleHold(hold, 1_000)
	w.Rest()
	w.requireStatus(w.financialCtx(), financialtypes.ZoneStatusActive)
	cleared, err := w.Financial.Financial.Clearing.Position(w.financialCtx(), bankA)
	require.NoError(t, err)
	require.Equal(t, "-1000", cleared.Position.String())
	require.EqualValues(t, 1_000, w.zone.Balance(w.ken))
	require.Equal(t, registrytypes.AccountStatusFrozen, w.replica(w.businessCtx(), w.ken).Status)
	w.RequireLaws()
}

// guard needs one account.
type guard struct{ holder devnet.Key }

func (g guard) MayUnlink(_ context.Context, address sdk.AccAddress) error {
	if address.Equals(g.holder.Address()) {
		return types.ErrNotEmpty.Wrap("expected nothing, got something")
	}
	return nil
}

// An unlink asks who else needs the account here.
func TestUnlinkAsksGuards(t *testing.T) {
	w := charged(t)
	ctx := w.businessCtx()
	w.business.SetUnlinkGuards(guard{w.ken})
	require.Panics(t, func() { w.business.SetUnlinkGuards(guard{}) })
	unlink := func(holder devnet.Key) string {
		account := w.account(w.financialCtx(), holder)
		account.Revision += 10
		update := types.NewAccountUpdate(account, registrytypes.Link{Status: unlinking, Limits: account.Limits})
		return receive(ctx, w.businessAccounts, w.update(update)).GetError()
	}
	require.Contains(t, unlink(w.ken), "zonelink/14: ")
	require.Empty(t, unlink(w.rin))
}
