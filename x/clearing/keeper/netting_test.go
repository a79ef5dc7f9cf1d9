package keeper_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/x/clearing/types"
)

// reference nets raw payments on paper, with nothing of the module's code: plain integers, and shares by comparing
// fractions.
type reference struct {
	banks    []string
	reserve  map[string]int64
	pledge   map[string]int64
	payments []rawPayment
}

type rawPayment struct {
	from, to string
	yen      int64
}

type debt struct {
	debtor    string
	amount    int64
	creditors map[string]int64
}

// share splits a total in proportion to parts: whole yen first, then one by one to whoever is furthest below its exact part.
func share(total int64, parts []int64) []int64 {
	sum := int64(0)
	for _, part := range parts {
		sum += part
	}
	shares := make([]int64, len(parts))
	missing := make([]*big.Rat, len(parts))
	left := total
	for i, part := range parts {
		exact := new(big.Rat).Mul(big.NewRat(total, 1), big.NewRat(part, sum))
		whole := new(big.Int).Quo(exact.Num(), exact.Denom())
		shares[i] = whole.Int64()
		missing[i] = new(big.Rat).Sub(exact, new(big.Rat).SetInt(whole))
		left -= shares[i]
	}
	for ; left > 0; left-- {
		furthest := 0
		for i := range parts {
			if missing[i].Cmp(missing[furthest]) > 0 {
				furthest = i
			}
		}
		shares[furthest]++
		missing[furthest] = big.NewRat(-1, 1)
	}
	return shares
}

// nets sums up raw payments by bank.
func (r *reference) nets() map[string]int64 {
	nets := map[string]int64{}
	for _, payment := range r.payments {
		nets[payment.from] -= payment.yen
		nets[payment.to] += payment.yen
	}
	return nets
}

// settle pays nets from reserves and returns the debts that are left.
func (r *reference) settle(nets map[string]int64) []debt {
	var owed, left []int64
	var creditors []string
	came := int64(0)
	short := map[string]int64{}
	for _, bank := range r.banks {
		switch net := nets[bank]; {
		case net < 0:
			paid := min(-net, r.reserve[bank])
			r.reserve[bank] -= paid
			came += paid
			short[bank] = -net - paid
		case net > 0:
			creditors, owed = append(creditors, bank), append(owed, net)
		}
	}
	if len(creditors) == 0 {
		return nil
	}
	for i, got := range share(came, owed) {
		r.reserve[creditors[i]] += got
		left = append(left, owed[i]-got)
	}
	var debts []debt
	for _, bank := range r.banks {
		if short[bank] == 0 {
			continue
		}
		one := debt{debtor: bank, amount: short[bank], creditors: map[string]int64{}}
		for i, part := range share(short[bank], left) {
			left[i] -= part
			if part > 0 {
				one.creditors[creditors[i]] = part
			}
		}
		debts = append(debts, one)
	}
	return debts
}

func (w *world) reference() *reference {
	r := &reference{banks: fourBanks, reserve: map[string]int64{}, pledge: map[string]int64{}}
	for _, bank := range fourBanks {
		r.reserve[bank] = w.Clearing.Reserve(w.Ctx, bank).Int64()
		r.pledge[bank] = w.Clearing.Pledge(w.Ctx, bank).Int64()
	}
	return r
}

// requireAs asserts that reserves and open obligations are those of the reference.
func (w *world) requireAs(t require.TestingT, r *reference, debts []debt) {
	for _, bank := range fourBanks {
		require.Equal(t, r.reserve[bank], w.Clearing.Reserve(w.Ctx, bank).Int64(), "reserve of %s", bank)
		require.Equal(t, r.pledge[bank], w.Clearing.Pledge(w.Ctx, bank).Int64(), "pledge of %s", bank)
	}
	var open []debt
	for _, obligation := range w.obligations() {
		if !obligation.IsOpen() {
			continue
		}
		one := debt{debtor: obligation.Debtor, amount: obligation.Amount.Int64(), creditors: map[string]int64{}}
		for _, credit := range obligation.Creditors {
			one.creditors[credit.Bank] = credit.Amount.Int64()
		}
		open = append(open, one)
	}
	require.Equal(t, debts, open)
}

// graph draws payments between banks, and pays those that go through.
func (w *world) graph(r *rapid.T) []rawPayment {
	var done []rawPayment
	for range rapid.IntRange(0, 25).Draw(r, "payments") {
		payment := rawPayment{
			from: rapid.SampledFrom(fourBanks).Draw(r, "from"), to: rapid.SampledFrom(fourBanks).Draw(r, "to"),
			yen: rapid.Int64Range(1, 700).Draw(r, "yen"),
		}
		if payment.from == payment.to {
			continue
		}
		if err := w.pay(payment.from, payment.to, payment.yen); err != nil {
			require.ErrorIs(r, err, types.ErrInsufficientLiquidity)
			continue
		}
		done = append(done, payment)
	}
	return done
}

// Whatever the payments and the reserves: positions, reserves and obligations after the close are those of the reference,
// sums are exact, and no reserve comes or goes.
func TestNettingAgainstReference(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, inMode(types.SettlementModeNet))
		for _, bank := range fourBanks {
			if yen := rapid.Int64Range(0, 900).Draw(r, bank); yen > 0 {
				w.issue(bank, yen)
			}
		}
		supply := w.supply()
		paper := w.reference()
		paper.payments = w.graph(r)
		nets := paper.nets()
		for _, bank := range fourBanks {
			require.Equal(r, nets[bank], w.position(bank).Position.Int64())
		}
		debts := paper.settle(nets)
		closed := w.close()
		w.requireAs(r, paper, debts)
		require.Equal(r, supply, w.supply())

		credit, owed, gross := int64(0), int64(0), int64(0)
		for _, net := range nets {
			credit += max(net, 0)
		}
		for _, one := range debts {
			owed += one.amount
		}
		for _, payment := range paper.payments {
			gross += payment.yen
		}
		require.Equal(r, []int64{gross, credit, credit - owed, owed}, []int64{
			closed.Gross.Int64(), closed.Net.Int64(), closed.ReserveMoved.Int64(), closed.Obligations.Int64(),
		})
	})
}

// waterfall is the reference for obligations in default: debtor's reserve and pledge, then the key, or the creditors.
func (r *reference) waterfall(debts []debt, key, claims map[string]int64) []debt {
	failed := map[string]bool{}
	var after []debt
	for _, one := range debts {
		if r.reserve[one.debtor] >= one.amount {
			r.reserve[one.debtor] -= one.amount
			for bank, yen := range one.creditors {
				r.reserve[bank] += yen
			}
			continue
		}
		failed[one.debtor] = true
		own := r.reserve[one.debtor]
		r.reserve[one.debtor] = 0
		collateral := min(r.pledge[one.debtor], one.amount-own)
		r.pledge[one.debtor] -= collateral
		creditors := slices.DeleteFunc(slices.Clone(r.banks), func(bank string) bool { return one.creditors[bank] == 0 })
		credits := make([]int64, len(creditors))
		for i, bank := range creditors {
			credits[i] = one.creditors[bank]
		}
		unpaid := map[string]int64{}
		for i, got := range share(own+collateral, credits) {
			r.reserve[creditors[i]] += got
			unpaid[creditors[i]] = credits[i] - got
		}
		loss := one.amount - own - collateral
		if loss == 0 {
			continue
		}
		bears := unpaid
		survivors := slices.DeleteFunc(slices.Clone(r.banks), func(bank string) bool { return key[bank] == 0 || failed[bank] })
		if len(survivors) > 0 {
			weights := make([]int64, len(survivors))
			for i, bank := range survivors {
				weights[i] = key[bank]
			}
			bears = map[string]int64{}
			for i, part := range share(loss, weights) {
				bears[survivors[i]] = part
			}
		}
		nets := map[string]int64{}
		for _, bank := range r.banks {
			nets[bank] = unpaid[bank] - bears[bank]
			if bears[bank] > 0 {
				claims[one.debtor+" owes "+bank] += bears[bank]
			}
		}
		after = append(after, r.settle(nets)...)
	}
	return after
}

// Whatever banks leave unpaid, the waterfall is that of the reference, every creditor gets all that there is, and the
// customers' yen stays where it is.
func TestFailureAgainstReference(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, inMode(types.SettlementModeNet))
		key := map[string]int64{}
		var shares []types.LossShare
		for _, bank := range fourBanks {
			if yen := rapid.Int64Range(0, 500).Draw(r, "reserve of "+bank); yen > 0 {
				w.issue(bank, yen)
				if part := rapid.Int64Range(0, yen).Draw(r, "pledge of "+bank); part > 0 {
					w.pledge(bank, part)
				}
			}
			if weight := rapid.Uint32Range(0, 4).Draw(r, "weight of "+bank); weight > 0 {
				key[bank] = int64(weight)
				shares = append(shares, types.LossShare{Bank: bank, Weight: weight})
			}
		}
		w.setKey(shares...)
		supply := w.supply()
		paper := w.reference()
		paper.payments = w.graph(r)
		debts := paper.settle(paper.nets())
		w.close()
		yen := map[string]int64{}
		for _, bank := range fourBanks {
			yen[bank] = w.Balance(w.holder[bank])
		}
		if rapid.Bool().Draw(r, "more reserve before it is due") {
			w.issue(alpha, 300)
			paper.reserve[alpha] += 300
			supply += 300
		}
		claims := map[string]int64{}
		after := paper.waterfall(debts, key, claims)
		w.later(due)
		w.requireAs(r, paper, after)
		require.Equal(r, claims, w.claims())
		require.Equal(r, supply, w.supply())
		for _, bank := range fourBanks {
			require.Equal(r, yen[bank], w.Balance(w.holder[bank]))
		}
		for range 5 { // to the end of the chain, whatever it is
			w.later(due)
		}
		for _, bank := range fourBanks {
			require.True(r, w.position(bank).Owed.IsZero())
		}
		require.Equal(r, supply, w.supply())
		state, err := w.Clearing.ExportGenesis(w.Ctx)
		require.NoError(r, err)
		require.NoError(r, state.Validate())
	})
}

// A close reads and writes rows of banks only: its work does not grow with the pairs of banks that have paid each other.
func TestCloseCostsBanksNotPairs(t *testing.T) {
	cost := func(pairs int) uint64 {
		banks := manyBanks(20)
		w := newWorldOf(t, banks, func(state *types.GenesisState) {
			state.Params.Mode, state.Params.DefaultNetDebitCap = types.SettlementModeNet, types.MaxAmount
		})
		for _, bank := range banks {
			w.issue(bank, 1_000_000)
		}
		// The same net of each bank, through few pairs or many: each pays so many banks behind it, and is paid by as many.
		for i, bank := range banks {
			for step := 1; step <= pairs; step++ {
				w.mustPay(bank, banks[(i+step)%len(banks)], int64(1_000/pairs))
			}
			w.mustPay(bank, banks[(i+1)%len(banks)], int64(i)+1)
		}
		before := w.Ctx.GasMeter().GasConsumed()
		require.EqualValues(t, 20, w.close().Banks)
		return w.Ctx.GasMeter().GasConsumed() - before
	}
	few, many := cost(1), cost(10)
	require.InDelta(t, few, many, float64(few)/100)
}
