package zonelink_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/zones"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// Hops to a zone that dies: one that arrived is its payee's, one that did not comes back to its payer, and its flow with it.
func TestHopsToAZoneThatIsWoundUp(t *testing.T) {
	w := wrap(t, zones.NewLinked(t, zones.Manifest(2, retail, "energy")))
	energy := w.Business[1]
	w.LinkAccount(bankA, w.aoi, retail, zones.LinkLimits(50_000))
	w.LinkAccount(bankB, w.ken, "energy", zones.LinkLimits(50_000))
	require.NoError(t, w.Charge(w.ken, "energy", 1_000))
	w.Settle()
	hop := func(amount int64) {
		_, err := energy.Send(w.ken.PrivKey(), &businesstypes.MsgHop{
			Holder: w.ken.String(), Amount: zones.Yen(amount), Zone: retail, Payee: w.aoi.String(),
		})
		require.NoError(t, err)
		w.Links[1].Business.Deliver(w.Links[1].Financial)
	}
	hop(300)
	w.link.Financial.Deliver(w.link.Business)
	hop(200)
	var sequences []uint64
	require.NoError(t, w.keeper.IterateTransfers(w.Financial.Ctx(), func(transfer types.Transfer) (bool, error) {
		sequences = append(sequences, transfer.Sequence)
		return false, nil
	}))
	require.Len(t, sequences, 2)
	// owed is what customers of bank-b have paid to bank-a's, less what came back.
	owed := func() int64 {
		net := int64(0)
		require.NoError(t, w.Financial.Financial.Deposit.IterateFlows(w.Financial.Ctx(), func(flow deposittypes.Flow) (bool, error) {
			if flow.PayerBank == bankB {
				net += flow.Amount.Int64()
			} else {
				net -= flow.Amount.Int64()
			}
			return false, nil
		}))
		return net
	}
	require.EqualValues(t, 500, owed())
	height := w.link.Financial.ShowState(w.link.Business)
	w.windUp(height)
	proofs := w.at(height)
	require.EqualValues(t, 500, w.share(w.Financial.Ctx(), bankA))

	require.Equal(t, []int64{0, 200}, w.mustClaim(
		chargeClaim(sequences[0], success, proofs.answer(sequences[0])),
		chargeClaim(sequences[1], nil, proofs.receipt(sequences[1])),
	))
	require.EqualValues(t, 999_200, w.Financial.Balance(w.ken), "200 came back, 500 stay in energy")
	require.EqualValues(t, 300, owed())
	require.Equal(t, []int64{300}, w.mustClaim(proofs.account(w.aoi)))
	require.EqualValues(t, 1_000_300, w.Financial.Balance(w.aoi))
	require.Zero(t, w.escrow())
}
