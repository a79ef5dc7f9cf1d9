package relayer

import (
	"context"
	"slices"
	"sync"

	"github.com/azukari-network/azukari/relayer/chain"
)

// validatorChanges knows the heights of a chain whose headers change its validators. Light clients must see all
// of them: that keeps the keys of removed validators accountable, and each step verifiable.
type validatorChanges struct {
	mu      sync.Mutex
	from    int64 // every height from here on is known
	heights []int64
}

// since begins at a height; what lies before is scanned when a light client needs it.
func (v *validatorChanges) since(height int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.from = height + 1
}

func (v *validatorChanges) note(h chain.Head) {
	if !h.ChangesValidators() {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if at, found := slices.BinarySearch(v.heights, h.Height); !found {
		v.heights = slices.Insert(v.heights, at, h.Height)
	}
}

// between lists the changing heights above after, up to and including upto.
func (v *validatorChanges) between(after, upto int64) []int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []int64
	for _, h := range v.heights {
		if h > after && h <= upto {
			out = append(out, h)
		}
	}
	return out
}

// headers reads the headers of a range of heights.
type headers interface {
	Headers(ctx context.Context, from, to int64) ([]chain.Head, error)
}

// headersPerScan bounds what is in memory while a long range is scanned.
const headersPerScan = 2_000

// scan reads the headers from..to.
func (v *validatorChanges) scan(ctx context.Context, c headers, from, to int64) error {
	for at := from; at <= to; at += headersPerScan {
		list, err := c.Headers(ctx, at, min(at+headersPerScan-1, to))
		if err != nil {
			return err
		}
		for _, h := range list {
			v.note(h)
		}
	}
	return nil
}

// ensure makes every height known that is not below from.
func (v *validatorChanges) ensure(ctx context.Context, c headers, from int64) error {
	v.mu.Lock()
	known := v.from
	v.mu.Unlock()
	if from >= known {
		return nil
	}
	if err := v.scan(ctx, c, from, known-1); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.from = min(v.from, from)
	return nil
}
