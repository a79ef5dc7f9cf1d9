package verify

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

func n(amount int64) math.Int { return math.NewInt(amount) }

// lawful is a snapshot in which every yen is accounted for: bank-a issued 1000 and redeemed 100, paid 50 to bank-b,
// and has 300 in retail, of which 40 are on the way there and 20 on the way back; 30 are held. Its customers there have paid
// 7 more to those of bank-b than they got, which retail has not reported yet.
func lawful() Snapshot {
	return Snapshot{
		Supply: n(900), Held: n(30),
		Banks: []BankFigures{
			{Bank: "bank-a", Issued: n(1000), Redeemed: n(100), FlowsIn: n(0), FlowsOut: n(50), Liability: n(850), Balances: n(520), Holds: n(30)},
			{Bank: "bank-b", Issued: n(0), Redeemed: n(0), FlowsIn: n(50), FlowsOut: n(0), Liability: n(50), Balances: n(50), Holds: n(0)},
		},
		Zones: []ZoneFigures{{Zone: "retail", Escrow: n(300), Answered: true, Vouchers: n(240), Banks: []ZoneBankFigures{
			{
				Bank: "bank-a", Share: n(300), Balances: n(228), Holds: n(5), Charges: n(40), Discharges: n(20),
				Out: n(10), In: n(3), Reserved: n(8),
			},
			{
				Bank: "bank-b", Share: n(0), Balances: n(7), Holds: n(0), Charges: n(0), Discharges: n(0),
				Out: n(3), In: n(10), Reserved: n(0),
			},
		}}},
	}
}

func broken(checks []Check) []string {
	var subjects []string
	for _, check := range checks {
		if !check.Holds {
			subjects = append(subjects, check.Subject)
		}
	}
	return subjects
}

func TestReconcileLawful(t *testing.T) {
	checks := Reconcile(lawful())
	require.Empty(t, broken(checks))
	require.Equal(t, "issued 1,000 − redeemed 100 + flows in 0 − flows out 50 (850) = liability 850 = "+
		"balances 520 + holds 30 + share in retail 300 (850)", checks[0].String())
	require.False(t, checks[0].Empty())
	require.Equal(t, "escrow 300 = vouchers 240 + charges in flight 40 + discharges in flight 20 (300) = shares 300", checks[3].String())
	require.Equal(t, "expected 0 = nobody 0", checks[len(checks)-1].String())
	require.True(t, checks[len(checks)-1].Empty())
	require.True(t, atMost(8, "idle", []Term{plus("used", math.ZeroInt())}, []Term{plus("slice", math.NewInt(7))}).Empty())
	require.False(t, atMost(8, "used", []Term{plus("used", math.OneInt())}, []Term{plus("slice", math.NewInt(7))}).Empty())
}

func TestReconcileFindsEveryMissingYen(t *testing.T) {
	one := n(1)
	for _, test := range []struct {
		name   string
		change func(*Snapshot)
		want   []string
	}{
		{"supply", func(s *Snapshot) { s.Supply = s.Supply.Add(one) }, []string{"all yen"}},
		{"issued", func(s *Snapshot) { s.Banks[0].Issued = n(1001) }, []string{"bank-a"}},
		{"redeemed", func(s *Snapshot) { s.Banks[0].Redeemed = n(99) }, []string{"bank-a"}},
		{"flow", func(s *Snapshot) { s.Banks[1].FlowsIn = n(51) }, []string{"bank-b"}},
		{"liability", func(s *Snapshot) { s.Banks[0].Liability = n(849) }, []string{"bank-a", "all yen"}},
		{"balance", func(s *Snapshot) { s.Banks[0].Balances = n(519) }, []string{"bank-a", "all yen"}},
		{"hold", func(s *Snapshot) { s.Banks[0].Holds = n(29) }, []string{"bank-a"}},
		{"hold module", func(s *Snapshot) { s.Held = n(31) }, []string{"all yen"}},
		{"escrow", func(s *Snapshot) { s.Zones[0].Escrow = n(299) }, []string{"all yen", "retail"}},
		{"vouchers", func(s *Snapshot) { s.Zones[0].Vouchers = n(239) }, []string{"retail"}},
		{"share", func(s *Snapshot) { s.Zones[0].Banks[0].Share = n(301) }, []string{"bank-a", "retail", "bank-a in retail"}},
		{"in flight", func(s *Snapshot) { s.Zones[0].Banks[0].Charges = n(0) }, []string{"retail", "bank-a in retail"}},
		{"flow not reported", func(s *Snapshot) { s.Zones[0].Banks[1].In = n(11) }, []string{"bank-b in retail"}},
		{"over the slice", func(s *Snapshot) { s.Zones[0].Banks[0].Reserved = n(6) }, []string{"slice of bank-a in retail"}},
		{"report of what was never paid", func(s *Snapshot) {
			s.Zones[0].Excess = []financialtypes.ZoneFlow{{PayerBank: "bank-b", PayeeBank: "bank-a", Total: one}}
		}, []string{"reports of retail"}},
		{"account of nobody", func(s *Snapshot) {
			s.Zones[0].Misplaced = []Misplaced{{Address: "azu1x", Here: "bank-a"}}
		}, []string{"owners in retail"}},
		{"another bank's share", func(s *Snapshot) {
			s.Zones[0].Banks[0].Share, s.Zones[0].Banks[1].Share = n(299), n(1)
		}, []string{"bank-a", "bank-b", "bank-a in retail", "bank-b in retail"}},
		{"stranger", func(s *Snapshot) {
			s.Strangers = []Balance{{Zone: "retail", Address: "azu1x", Amount: one}}
		}, []string{"yen of strangers"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			snapshot := lawful()
			test.change(&snapshot)
			require.Equal(t, test.want, broken(Reconcile(snapshot)))
		})
	}
}

func TestReconcileHoldsForAnyLawfulBank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) math.Int { return n(rapid.Int64Range(0, 1_000_000).Draw(t, name)) }
		balances, holds, share := draw("balances"), draw("holds"), draw("share")
		redeemed, out := draw("redeemed"), draw("out")
		liability := balances.Add(holds).Add(share)
		snapshot := Snapshot{
			Supply: liability, Held: holds,
			Banks: []BankFigures{{
				Bank: "bank-a", Issued: liability.Add(redeemed).Add(out), Redeemed: redeemed, FlowsIn: n(0), FlowsOut: out,
				Liability: liability, Balances: balances, Holds: holds,
			}},
			Zones: []ZoneFigures{{Zone: "retail", Escrow: share, Answered: true, Vouchers: share, Banks: []ZoneBankFigures{
				{
					Bank: "bank-a", Share: share, Balances: share, Holds: n(0), Charges: n(0), Discharges: n(0),
					Out: n(0), In: n(0), Reserved: n(0),
				},
			}}},
		}
		require.Empty(t, broken(Reconcile(snapshot)))
	})
}
