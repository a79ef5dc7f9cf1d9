package types

import (
	"slices"

	"cosmossdk.io/math"
)

// Allocate shares a total by weights, to the yen: each gets its part rounded down, and the yen that are left go one by one
// to the largest remainders, of equal ones to the first. The shares sum to the total exactly. If the total is at most the
// sum of the weights, no share is above its weight. Total and weights are 0 or more, and some weight is positive.
func Allocate(total math.Int, weights []math.Int) []math.Int {
	sum := Sum(weights)
	shares := make([]math.Int, len(weights))
	remainders := make([]math.Int, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, weight := range weights {
		product := total.Mul(weight)
		shares[i] = product.Quo(sum)
		remainders[i] = product.Sub(shares[i].Mul(sum))
		order[i] = i
		left = left.Sub(shares[i])
	}
	if left.IsZero() {
		return shares
	}
	slices.SortStableFunc(order, func(a, b int) int { return remainders[b].BigInt().Cmp(remainders[a].BigInt()) })
	// Fewer yen are left than there are remainders above zero, because the remainders sum to left × sum.
	for _, i := range order[:left.Int64()] {
		shares[i] = shares[i].AddRaw(1)
	}
	return shares
}

// Sum adds amounts up.
func Sum(amounts []math.Int) math.Int {
	sum := math.ZeroInt()
	for _, amount := range amounts {
		sum = sum.Add(amount)
	}
	return sum
}
