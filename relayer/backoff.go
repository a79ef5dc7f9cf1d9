package relayer

import (
	"context"
	"log/slog"
	"time"
)

const (
	retryFirst = time.Second
	retryMost  = 30 * time.Second
)

// backoff returns how long to wait after attempts failures: first, doubled each time, at most most.
func backoff(attempts int, first, most time.Duration) time.Duration {
	delay := first
	for range attempts - 1 {
		if delay >= most/2 {
			return most
		}
		delay *= 2
	}
	return min(delay, most)
}

// sleep waits; it returns false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// keepTrying calls do until it succeeds, with growing pauses. It returns ctx's error only.
func keepTrying(ctx context.Context, log *slog.Logger, what string, do func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
		err := do(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		delay := backoff(attempt, retryFirst, retryMost)
		log.Warn(what, "err", err, "retry_in", delay)
		if !sleep(ctx, delay) {
			return ctx.Err()
		}
	}
}
