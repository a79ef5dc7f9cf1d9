package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/moneytest"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// A payment waits for its payee in a hold of its own: without one of the two the law is broken.
func TestWaitingPaymentsHaveTheirHolds(t *testing.T) {
	waiting := func(id uint64, payer, payee string, at time.Time) paymenttypes.WaitingPayment {
		return paymenttypes.WaitingPayment{
			Id: id, Payer: payer, Payee: payee, Amount: moneytest.Yen(70), Method: paymenttypes.PaymentMethodDirect,
			PaidAt: at, ExpiresAt: at.Add(time.Hour), Fee: math.NewInt(5), FeePayer: paymenttypes.FeePayerPayer,
		}
	}
	tests := map[string]struct {
		change func(w world, g *paymenttypes.GenesisState, payer, payee string)
		says   string
	}{
		"sound": {func(world, *paymenttypes.GenesisState, string, string) {}, ""},
		"payment gone": {
			func(_ world, g *paymenttypes.GenesisState, _, _ string) { g.WaitingPayments = nil },
			"expected an open order, recall, payment or trade for hold 1",
		},
		"another amount": {
			func(_ world, g *paymenttypes.GenesisState, _, _ string) {
				g.WaitingPayments[0].Amount = moneytest.Yen(71)
			},
			"expected hold 1 to be 76jpy",
		},
		"without the fee": {
			func(_ world, g *paymenttypes.GenesisState, _, _ string) {
				g.WaitingPayments[0] = g.WaitingPayments[0].WithoutFee()
			},
			"expected hold 1 to be 70jpy",
		},
		"another payee": {
			func(_ world, g *paymenttypes.GenesisState, payer, _ string) { g.WaitingPayments[0].Payee = payer },
			"expected hold 1 to be 75jpy",
		},
		"hold gone": {
			func(w world, g *paymenttypes.GenesisState, payer, payee string) {
				g.WaitingPayments = append(g.WaitingPayments, waiting(2, payer, payee, w.Ctx.BlockTime()))
			},
			"expected hold 2 of waiting payment 2",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil, "alpha")
			payer, payee := w.Open(t, "alpha", "payer"), w.Open(t, "alpha", "payee")
			w.Issue(t, "alpha", payer, 100, "opening")
			g := paymenttypes.DefaultGenesis()
			g.WaitingPayments = []paymenttypes.WaitingPayment{waiting(1, payer, payee, w.Ctx.BlockTime())}
			owner, err := registrytypes.ParseAddress(payer)
			require.NoError(t, err)
			id, err := w.Hold.PlaceUntil(w.Ctx, owner, g.WaitingPayments[0].Held(), paymenttypes.ConsentPurpose(payee), g.WaitingPayments[0].ExpiresAt)
			require.NoError(t, err)
			require.Equal(t, holdtypes.Hold{
				Id: 1, Owner: payer, Amount: moneytest.Yen(75), Purpose: "consent/" + payee, ExpiresAt: &g.WaitingPayments[0].ExpiresAt,
			}, mustHold(t, w, id))
			test.change(w, g, payer, payee)
			require.NoError(t, w.payment.InitGenesis(w.Ctx, *g))

			laws, err := w.audit.Check(w.Ctx)
			require.NoError(t, err)
			if test.says == "" {
				require.NoError(t, laws.Err())
				require.Equal(t, map[string]int64{"waiting_payments_count": 1, "consent_holds_count": 1}, figures(t, laws, "6 consents"))
				return
			}
			require.Equal(t, []string{"6 consents"}, broken(laws))
			require.ErrorContains(t, laws.Err(), test.says)
		})
	}
}

func mustHold(t *testing.T, w world, id uint64) holdtypes.Hold {
	t.Helper()
	hold, err := w.Hold.Get(w.Ctx, id)
	require.NoError(t, err)
	return hold
}
