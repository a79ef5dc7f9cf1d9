package zonelink_test

import (
	"strconv"
	"testing"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// A zone that lies and steals as it likes: it discharges what it never got, and acknowledges, refuses or lets time out
// what it has. The escrow always is the sum of the shares, no share goes below zero, and every refund finds its yen.
func TestAZoneTakesNoMoreThanItsEscrow(t *testing.T) {
	w := charged(t)
	rapid.Check(t, func(t *rapid.T) {
		ctx := w.financialCtx()
		holders := []devnet.Key{w.aoi, w.ken}
		inFlight := map[uint64]channeltypes.Packet{}
		var sequences []uint64
		nextHome := uint64(1000)

		pick := func(t *rapid.T) channeltypes.Packet {
			if len(sequences) == 0 {
				t.Skip("nothing in flight")
			}
			at := rapid.IntRange(0, len(sequences)-1).Draw(t, "which")
			packet := inFlight[sequences[at]]
			sequences = append(sequences[:at], sequences[at+1:]...)
			return packet
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { w.requireShares(t, ctx) },
			"charge": func(t *rapid.T) {
				holder := rapid.SampledFrom(holders).Draw(t, "holder")
				amount := rapid.Int64Range(1, 50_000).Draw(t, "yen")
				cached, write := ctx.CacheContext()
				response, err := w.msgs.Charge(cached, &financialtypes.MsgCharge{Holder: holder.String(), Zone: retail, Amount: zones.Yen(amount)})
				if err != nil {
					return // nothing left
				}
				write()
				packet := w.outbound(response.Sequence, transferData("jpy", strconv.FormatInt(amount, 10), holder, holder, ""))
				inFlight[response.Sequence] = packet
				sequences = append(sequences, response.Sequence)
			},
			"accept": func(t *rapid.T) {
				require.NoError(t, w.yen.OnAcknowledgementPacket(ctx, pick(t), success, nil))
			},
			"refuse": func(t *rapid.T) {
				require.NoError(t, w.yen.OnAcknowledgementPacket(ctx, pick(t), refused(types.ErrNotConnected), nil))
			},
			"time out": func(t *rapid.T) {
				require.NoError(t, w.yen.OnTimeoutPacket(ctx, pick(t), nil))
			},
			"discharge": func(t *rapid.T) {
				holder := rapid.SampledFrom(holders).Draw(t, "holder")
				amount := rapid.Int64Range(1, 200_000).Draw(t, "yen")
				nextHome++
				receive(ctx, w.yen, w.homecoming(nextHome, transferData(w.yenPath(), strconv.FormatInt(amount, 10), holder, holder, "")))
			},
		})
		// Whatever the zone took, all that is in flight can still come back.
		for _, sequence := range sequences {
			require.NoError(t, w.yen.OnTimeoutPacket(ctx, inFlight[sequence], nil))
		}
		w.requireShares(t, ctx)
		require.EqualValues(t, 4_000_000, w.Financial.App.Bank.GetSupply(ctx, "jpy").Amount.Int64())
	})
}

func (w *world) requireShares(t require.TestingT, ctx sdk.Context) {
	sum := math.ZeroInt()
	require.NoError(t, w.keeper.IterateShares(ctx, func(share financialtypes.Share) (bool, error) {
		require.True(t, share.Amount.IsPositive(), share)
		sum = sum.Add(share.Amount)
		return false, nil
	}))
	escrow := transfertypes.GetEscrowAddress(transfertypes.PortID, w.link.Financial.Transfer)
	require.Equal(t, w.Financial.App.Bank.GetBalance(ctx, escrow, "jpy").Amount.String(), sum.String())
	state, err := w.keeper.ExportGenesis(ctx)
	require.NoError(t, err)
	require.NoError(t, state.Validate(), "no bank has more in flight than its share")
}

// Two honest zones, packets lost and delivered at random: nothing is lost, and the laws hold after every step.
func TestHonestZonesKeepTheLaws(t *testing.T) {
	w := charged(t)
	rapid.Check(t, func(t *rapid.T) {
		for range 3 {
			holder := rapid.SampledFrom([]devnet.Key{w.aoi, w.ken}).Draw(t, "holder")
			amount := rapid.Int64Range(1, 20_000).Draw(t, "yen")
			var err error
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				err = w.Charge(holder, retail, amount)
			case 1:
				err = w.Discharge(w.zone, holder, amount)
			case 2:
				w.link.Financial.Deliver(w.link.Business)
			case 3:
				w.link.Business.Deliver(w.link.Financial)
			}
			if err != nil {
				require.ErrorContains(t, err, "insufficient funds")
			}
			w.RequireLaws()
		}
		w.Settle()
		total := int64(0)
		for _, holder := range []devnet.Key{w.aoi, w.ken} {
			total += w.Financial.Balance(holder) + w.zone.Balance(holder)
		}
		require.EqualValues(t, 2_000_000, total)
		w.RequireLaws()
	})
}
