package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/moneytest"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// screened is a zone in which one payment of 700 yen waits for alpha's compliance, and one of 50 was returned.
func screened(t *testing.T) genesis {
	t.Helper()
	w := newWorld(t, nil, "alpha", "beta")
	alice, bob := w.Open(t, "alpha", "alice"), w.Open(t, "beta", "bob")
	w.Issue(t, "alpha", alice, 1_000, "i1")
	_, err := w.RegistryMsgs.RequestPolicy(w.Ctx, &registrytypes.MsgRequestPolicy{
		Operator: moneytest.Operator("alpha", "maker"), Reference: "p1", Reason: "board", Policy: registrytypes.BankPolicy{
			Screening: &registrytypes.ScreeningRules{Amount: math.NewInt(50), DecisionTime: time.Hour},
		},
	})
	require.NoError(t, err)
	_, err = w.RegistryMsgs.ApproveRequest(w.Ctx, &registrytypes.MsgApproveRequest{Operator: moneytest.Operator("alpha", "checker"), Reference: "p1"})
	require.NoError(t, err)
	require.NoError(t, w.Pay(alice, bob, 50))
	require.NoError(t, w.Pay(alice, bob, 700))
	_, err = w.RegistryMsgs.ReturnPayment(w.Ctx, &registrytypes.MsgReturnPayment{
		Operator: moneytest.Operator("alpha", "compliance"), Id: 1, Reason: "why not",
	})
	require.NoError(t, err)
	return w.export(t)
}

func TestScreenedPaymentsHold(t *testing.T) {
	w := newWorld(t, nil, "alpha", "beta")
	w.load(t, screened(t))
	laws, err := w.audit.Check(w.Ctx)
	require.NoError(t, err)
	require.NoError(t, laws.Err())
	require.Equal(t, map[string]int64{"waiting": 700, "screening_holds": 700}, figures(t, laws, "6 screening"))
}

func TestCorruptScreeningIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		corrupt func(g *genesis)
		says    string
	}{
		"amount": {func(g *genesis) { g.registry.ScreenedPayments[1].Amount = math.OneInt() }, "expected hold 2 to be 1 yen of "},
		"gone":   {func(g *genesis) { g.registry.ScreenedPayments = nil }, "expected a screened payment for hold 2 of "},
		"hold gone": {
			func(g *genesis) { g.registry.ScreenedPayments[0].Status = registrytypes.ScreeningStatusWaiting },
			"expected hold 1 of a screened payment, got none",
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := screened(t)
			test.corrupt(&g)
			w := newWorld(t, nil, "alpha", "beta")
			w.load(t, g)
			laws, err := w.audit.Check(w.Ctx)
			require.NoError(t, err)
			require.Equal(t, []string{"6 screening"}, broken(laws))
			require.ErrorContains(t, laws.Err(), test.says)
		})
	}
}
