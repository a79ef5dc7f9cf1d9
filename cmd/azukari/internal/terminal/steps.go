package terminal

import (
	"fmt"
	"io"
	"sync"
	"time"
)

var spinner = []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")

const spinnerInterval = 100 * time.Millisecond

// Steps shows steps one after another, each with a tick or a cross and the seconds it took. It is a
// devnet.Progress.
type Steps struct {
	out  io.Writer
	live bool
}

// NewSteps shows steps on out.
func NewSteps(out io.Writer) *Steps { return &Steps{out: out, live: IsTerminal(out)} }

// Step begins a step; the function that it returns ends it.
func (s *Steps) Step(name string) func(error) {
	begin := time.Now()
	stop := func() {}
	if s.live {
		stop = s.spin(name, begin)
	}
	return func(err error) {
		stop()
		mark := Tick
		if err != nil {
			mark = Cross
		}
		fmt.Fprintf(s.out, "%s %s (%.1f s)\n", mark, name, time.Since(begin).Seconds())
	}
}

// spin turns a wheel in front of the name until it is stopped.
func (s *Steps) spin(name string, begin time.Time) (stop func()) {
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		ticker := time.NewTicker(spinnerInterval)
		defer ticker.Stop()
		for frame := 0; ; frame++ {
			fmt.Fprintf(s.out, "%s%c %s (%.0f s)", ClearLine, spinner[frame%len(spinner)], name, time.Since(begin).Seconds())
			select {
			case <-done:
				fmt.Fprint(s.out, ClearLine)
				return
			case <-ticker.C:
			}
		}
	})
	return func() {
		close(done)
		wait.Wait()
	}
}
