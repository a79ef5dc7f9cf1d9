package types

import "math/big"

// MaxThresholdDenominator keeps thresholds readable.
const MaxThresholdDenominator = 1000

// Validate checks that the share is 1/2 or more and below 1. It returns ErrInvalidParams.
func (t Threshold) Validate() error {
	if t.Denominator == 0 || t.Denominator > MaxThresholdDenominator {
		return ErrInvalidParams.Wrapf("threshold: expected a denominator of 1 to %d, got %d", MaxThresholdDenominator, t.Denominator)
	}
	// Less than a half would let two opposite decisions pass.
	if 2*t.Numerator < t.Denominator || t.Numerator >= t.Denominator {
		return ErrInvalidParams.Wrapf("threshold: expected 1/2 or more and below 1, got %d/%d", t.Numerator, t.Denominator)
	}
	return nil
}

// Reached says whether more than the share of the voters agrees.
func (t Threshold) Reached(tally Tally) bool {
	return uint64(tally.Yes)*uint64(t.Denominator) > uint64(t.Numerator)*uint64(tally.Voters)
}

// OutOfReach says whether so many disagree that the rest cannot reach the share any more.
func (t Threshold) OutOfReach(tally Tally) bool {
	left := Tally{Yes: tally.Voters - min(tally.No, tally.Voters), Voters: tally.Voters}
	return !t.Reached(left)
}

// Above says whether the share is higher than another.
func (t Threshold) Above(other Threshold) bool {
	return big.NewRat(int64(t.Numerator), int64(t.Denominator)).Cmp(big.NewRat(int64(other.Numerator), int64(other.Denominator))) > 0
}

// ThresholdOf returns the share that messages with these type URLs need together: the highest of theirs.
func (p Params) ThresholdOf(urls []string) Threshold {
	highest := Threshold{}
	for i, url := range urls {
		needed := p.DefaultThreshold
		for _, rule := range p.ThresholdRules {
			if rule.MsgTypeUrl == url {
				needed = rule.Threshold
			}
		}
		if i == 0 || needed.Above(highest) {
			highest = needed
		}
	}
	return highest
}
