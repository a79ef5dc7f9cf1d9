package bench

import (
	"math"
	"slices"
	"time"
)

// bestWindow is the length of the stretch that the best rate is of.
const bestWindow = 15 * time.Second

// Latency is percentiles by nearest rank, in seconds.
type Latency struct {
	P50 float64 `json:"p50_s"`
	P95 float64 `json:"p95_s"`
	P99 float64 `json:"p99_s"`
	Max float64 `json:"max_s"`
}

// percentiles sorts what it gets.
func percentiles(took []time.Duration) Latency {
	if len(took) == 0 {
		return Latency{}
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return took[int(math.Ceil(share*float64(len(took))))-1].Seconds()
	}
	return Latency{P50: at(0.50), P95: at(0.95), P99: at(0.99), Max: at(1)}
}

// curve returns the latency within which each percent of the payments stays, from 0 to 100, of sorted latencies.
func curve(took []time.Duration) []float64 {
	values := make([]float64, 101)
	for percent := range values {
		values[percent] = took[max(0, (len(took)*percent+99)/100-1)].Seconds()
	}
	return values
}

// best returns the highest rate, in payments per second, of any stretch from one commit to another, as the client saw them, that is as
// long as the window or just longer. The first stretches begin with the first submission. A load shorter than the window has the rate of
// the whole.
func best(blocks []Block, window time.Duration) float64 {
	commits := append([]Block{{}}, blocks...)
	highest := 0.0
	for first := range commits {
		payments := 0
		for last := first + 1; last < len(commits); last++ {
			payments += commits[last].Payments
			span := commits[last].Seen - commits[first].Seen
			if span < window.Seconds() && (first != 0 || last != len(commits)-1) {
				continue
			}
			if span > 0 {
				highest = max(highest, float64(payments)/span)
			}
			break
		}
	}
	return highest
}

// median of values, the lower one of two in the middle; at is where it is.
func median(values []float64) (middle float64, at int) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		default:
			return 0
		}
	})
	at = order[(len(order)-1)/2]
	return values[at], at
}
