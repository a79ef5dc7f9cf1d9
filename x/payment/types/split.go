package types

import (
	"cmp"
	"slices"

	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// MaxBatchLines is how many payments one batch or one split may have.
const MaxBatchLines = 1_000

// MaxWeight is the highest weight of a share: 10^15, so that amounts can be weights.
const MaxWeight uint64 = 1_000_000_000_000_000

// SplitByWeights divides an amount in proportion to weights, by the largest remainder method (Hamilton's): each part is its exact
// share rounded down, and what is left over goes, one unit each, to the parts with the largest remainders, the first in the list
// first among equal ones. The parts have the order of the weights, sum to the amount, and none is a whole unit away from its exact
// share. The amount is 0 to 10^15, each weight 1 to MaxWeight, and there is at least one. It returns ErrInvalidSplit.
func SplitByWeights(amount math.Int, weights []uint64) ([]math.Int, error) {
	if amount.IsNil() || amount.IsNegative() || amount.GT(registrytypes.MaxLimit) {
		return nil, ErrInvalidSplit.Wrapf("expected an amount of 0 to %s, got %s", registrytypes.MaxLimit, amount)
	}
	if len(weights) == 0 {
		return nil, ErrInvalidSplit.Wrap("expected at least one weight, got none")
	}
	total := math.ZeroInt()
	for i, weight := range weights {
		if weight == 0 || weight > MaxWeight {
			return nil, ErrInvalidSplit.Wrapf("weights[%d]: expected 1 to %d, got %d", i, MaxWeight, weight)
		}
		total = total.Add(math.NewIntFromUint64(weight))
	}
	parts := make([]math.Int, len(weights))
	remainders := make([]math.Int, len(weights))
	byRemainder := make([]int, len(weights))
	left := amount
	for i, weight := range weights {
		exact := amount.Mul(math.NewIntFromUint64(weight))
		parts[i], remainders[i], byRemainder[i] = exact.Quo(total), exact.Mod(total), i
		left = left.Sub(parts[i])
	}
	slices.SortFunc(byRemainder, func(a, b int) int {
		return cmp.Or(remainders[b].BigInt().Cmp(remainders[a].BigInt()), cmp.Compare(a, b))
	})
	// The remainders sum to left times the total, and each is below the total: more parts have one than units are left.
	for _, i := range byRemainder[:left.Uint64()] {
		parts[i] = parts[i].AddRaw(1)
	}
	return parts, nil
}

// Weights returns the weights of the shares, in their order.
func (m *MsgPaySplit) Weights() []uint64 {
	weights := make([]uint64, len(m.Shares))
	for i, share := range m.Shares {
		weights[i] = share.Weight
	}
	return weights
}

// Validate checks what the payments of the split do not check themselves. It returns ErrInvalidSplit, or the errors of a payment for
// its amount and its references.
func (m *MsgPaySplit) Validate() error {
	if err := ValidateAmount(m.Amount); err != nil {
		return err
	}
	if len(m.Shares) == 0 || len(m.Shares) > MaxBatchLines {
		return ErrInvalidSplit.Wrapf("expected 1 to %d shares, got %d", MaxBatchLines, len(m.Shares))
	}
	payees := make(map[string]int, len(m.Shares))
	for i, share := range m.Shares {
		if first, found := payees[share.Payee]; found {
			return ErrInvalidSplit.Wrapf("shares[%d]: expected each payee once, got that of shares[%d]; add up the weights", i, first)
		}
		payees[share.Payee] = i
	}
	if m.Reference != "" {
		if err := validateShortReference(m.Reference, MaxScheduleReference, ErrInvalidSplit); err != nil {
			return err
		}
	}
	return validateDetails(m.Reference, m.Invoice, m.MemoHash)
}
