package zones_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/zones"
)

// paymentsPerTransaction keeps a test transaction within its gas.
const paymentsPerTransaction = 500

// The Financial Zone's work for a Business Zone does not grow with what is paid there: however many payments between banks lie
// between two reports, it is one transaction with the same gas.
func TestWorkDoesNotGrowWithPayments(t *testing.T) {
	n := zones.NewLinked(t, zones.Manifest(2, "retail"))
	retail, link := n.Business[0], n.Links[0]
	aoi, ken := n.Keys.Account("bank-a", 0), n.Keys.Account("bank-b", 0)
	n.LinkAccount("bank-a", aoi, "retail", zones.LinkLimits(100_000_000))
	n.LinkAccount("bank-b", ken, "retail", zones.LinkLimits(100_000_000))
	require.NoError(t, n.Charge(aoi, "retail", 900_000))
	n.Rest()
	// The first report also makes the pair of banks known.
	require.NoError(t, retail.Pay(aoi, ken, 100_000))
	n.Rest()

	gas := map[int]int64{}
	counts := []int{100, 1_000, 10_000}
	for _, payments := range counts {
		for left := payments; left > 0; left -= paymentsPerTransaction {
			var messages []sdk.Msg
			for range min(left, paymentsPerTransaction) {
				messages = append(messages, banktypes.NewMsgSend(aoi.Address(), ken.Address(), sdk.NewCoins(retail.Yen(1))))
			}
			retail.Block(retail.Sign(aoi.PrivKey(), messages...))
			require.Zero(t, retail.Results[0].Code, retail.Results[0].Log)
			n.Financial.Block()
			link.Business.Drop() // reports on the way: the last one has all
		}
		n.Clock.Advance(1)
		before := n.Financial.App.LastBlockHeight()
		require.NoError(t, retail.Pay(aoi, ken, 1))
		for link.Business.Deliver(link.Financial) == 0 {
			n.Blocks()
		}
		result := n.Financial.Results[0]
		require.Zero(t, result.Code, result.Log)
		gas[payments] = result.GasUsed
		t.Logf("%d payments: 1 transaction, %d gas, %d blocks on the Financial Zone", payments, result.GasUsed, n.Financial.App.LastBlockHeight()-before)
		n.Rest()
	}
	for _, payments := range counts[1:] {
		require.InEpsilon(t, gas[counts[0]], gas[payments], 0.02, "gas of a report of %d payments", payments)
	}
	n.RequireLaws()
}
