package types_test

import (
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/settlement/types"
)

var ann, bob, cho = keepertest.Address("ann").String(), keepertest.Address("bob").String(), keepertest.Address("cho").String()

func leg(from, to, denom string, amount int64) types.Leg {
	return types.Leg{From: from, To: to, Amount: sdk.NewInt64Coin(denom, amount)}
}

// The hash is what other programs compute, and differs with everything that the parties agree on.
func TestTermsHash(t *testing.T) {
	terms := types.Terms{
		Legs: []types.Leg{leg(ann, bob, "asset/bond", 10), leg(bob, ann, "ibc/00", 1_000)}, Deadline: time.Unix(1_800_000_000, 0).UTC(),
	}
	hash := func(terms types.Terms, chain, creator, reference string) string {
		sum, err := terms.Hash(chain, creator, reference)
		require.NoError(t, err)
		return hex.EncodeToString(sum)
	}
	want := hash(terms, "retail-1", ann, "T-1")
	require.Equal(t, vector, want)
	at := time.Unix(1_700_000_000, 0).UTC()
	for name, other := range map[string]string{
		"chain":      hash(terms, "retail-2", ann, "T-1"),
		"creator":    hash(terms, "retail-1", bob, "T-1"),
		"reference":  hash(terms, "retail-1", ann, "T-2"),
		"order":      hash(types.Terms{Legs: []types.Leg{terms.Legs[1], terms.Legs[0]}, Deadline: terms.Deadline}, "retail-1", ann, "T-1"),
		"amount":     hash(types.Terms{Legs: []types.Leg{leg(ann, bob, "asset/bond", 11), terms.Legs[1]}, Deadline: terms.Deadline}, "retail-1", ann, "T-1"),
		"deadline":   hash(types.Terms{Legs: terms.Legs, Deadline: terms.Deadline.Add(1)}, "retail-1", ann, "T-1"),
		"value date": hash(types.Terms{Legs: terms.Legs, Deadline: terms.Deadline, SettleAt: &at}, "retail-1", ann, "T-1"),
		"agent":      hash(types.Terms{Legs: terms.Legs, Deadline: terms.Deadline, Agent: cho}, "retail-1", ann, "T-1"),
		"release":    hash(types.Terms{Legs: terms.Legs, Deadline: terms.Deadline, AgentReleases: true}, "retail-1", ann, "T-1"),
		"memo":       hash(types.Terms{Legs: terms.Legs, Deadline: terms.Deadline, MemoHash: []byte{1}}, "retail-1", ann, "T-1"),
		"documents":  hash(types.Terms{Legs: terms.Legs, Deadline: terms.Deadline, Documents: []types.Document{{Name: "a"}}}, "retail-1", ann, "T-1"),
	} {
		require.NotEqual(t, want, other, name)
	}
}

// Whatever the legs: everybody can deliver in their order with what was set aside and what came before, nobody sets aside more than
// needed, and the legs come together again.
func TestSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var names []string
		for i := range 5 {
			names = append(names, keepertest.Address(fmt.Sprintf("party-%d", i)).String())
		}
		var legs []types.Leg
		for range rapid.IntRange(1, 40).Draw(t, "legs") {
			from, to := rapid.SampledFrom(names).Draw(t, "from"), rapid.SampledFrom(names).Draw(t, "to")
			if from != to {
				denom := rapid.SampledFrom([]string{"asset/bond", "ibc/00"}).Draw(t, "denom")
				legs = append(legs, leg(from, to, denom, rapid.Int64Range(1, 50).Draw(t, "amount")))
			}
		}
		sides := types.Sides(legs)
		require.Equal(t, fmt.Sprint(legs), fmt.Sprint(types.Legs(sides)))

		have := map[string]int64{}
		lowest := map[string]int64{}
		held := map[string]int64{}
		incoming := map[string]int64{}
		for _, side := range sides {
			for _, one := range side.Held() {
				sum := math.ZeroInt()
				for _, delivery := range one.Deliveries {
					sum = sum.Add(delivery.Held().Amount)
				}
				require.Equal(t, one.Amount.Amount.String(), sum.String())
				held[side.Party.Address+one.Amount.Denom] = one.Amount.Amount.Int64()
			}
		}
		for _, leg := range legs {
			from, to, amount := leg.From+leg.Amount.Denom, leg.To+leg.Amount.Denom, leg.Amount.Amount.Int64()
			have[from] -= amount
			lowest[from] = min(lowest[from], have[from])
			have[to] += amount
			if types.IsYen(leg.Amount.Denom) {
				incoming[leg.To] += amount
			}
		}
		for key, low := range lowest {
			require.Equal(t, -low, held[key], "exactly what is missing on the way")
		}
		for _, side := range sides {
			require.Equal(t, incoming[side.Party.Address], side.Party.IncomingYen.Int64())
		}
	})
}

func TestTradeStatusWords(t *testing.T) {
	seen := map[string]bool{}
	for status := range types.TradeStatus_name {
		word := types.TradeStatus(status).Word()
		require.False(t, seen[word], word)
		seen[word] = true
	}
	require.Equal(t, "settled", types.TradeStatusSettled.Word())
	require.Equal(t, "unspecified", types.TradeStatus(99).Word())
}

// A ready trade has no deadline any more; an overdue one is nobody's to act on.
func TestTradeReadiness(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	trade := types.Trade{Status: types.TradeStatusConfirmed, Deadline: now, AgentReleases: true, Documents: []types.RequiredDocument{{}}}
	require.False(t, trade.IsReady())
	require.True(t, trade.IsOverdue(now))
	require.False(t, trade.IsOverdue(now.Add(-1)))
	trade.ReleasedAt = &now
	require.False(t, trade.IsReady())
	trade.Documents[0].PresentedAt = &now
	require.True(t, trade.IsReady())
	require.False(t, trade.IsOverdue(now.Add(time.Hour)))
	require.True(t, trade.IsDue(now))
	trade.SettleAt = &now
	require.True(t, trade.IsDue(now))
	require.False(t, trade.IsDue(now.Add(-1)))
	trade.Status = types.TradeStatusProposed
	require.False(t, trade.IsReady())
}

// vector was computed from the words of AgreedTerms by another program; a change of it would make programs confirm other terms
// than they read.
const vector = "8be2cef272224a23a294936ba70ad61af2aab376af916fd9324cd251f68864fc"
