package devnet

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"
)

// ended is why a network that is not ready never will be, nil if it still may.
func (e Endpoints) ended() error {
	if e.Failure != "" {
		return fmt.Errorf("the devnet did not start: %s", e.Failure)
	}
	if !e.Running() && !e.Supervisor.alive() {
		return errors.New("the devnet has ended: start it with 'azukari devnet up'")
	}
	return nil
}

// Down ends the network in the folder and waits until no process of it is left. The one that supervises it, if any,
// is asked to do so; a detached network is stopped process by process. It returns ErrNoNetwork if there is none, and
// does nothing if it has ended.
func Down(ctx context.Context, dir string) error {
	endpoints, err := ReadEndpoints(dir)
	if err != nil {
		return err
	}
	if !endpoints.Running() && !endpoints.Supervisor.alive() {
		return nil
	}
	if supervisor := endpoints.Supervisor; supervisor.alive() {
		if err := syscall.Kill(supervisor.PID, syscall.SIGTERM); err != nil {
			return fmt.Errorf("stop process %d, which runs the devnet: %w", supervisor.PID, err)
		}
		return poll(ctx, "the devnet to end", func() (bool, error) { return !endpoints.Running(), nil })
	}
	if err := endpoints.signal(syscall.SIGTERM); err != nil {
		return err
	}
	graceful, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	gone := func() (bool, error) { return !endpoints.Running(), nil }
	if poll(graceful, "the devnet to end", gone) != nil {
		if err := endpoints.signal(syscall.SIGKILL); err != nil {
			return err
		}
		killed, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		if err := poll(killed, "the devnet to be killed", gone); err != nil {
			return err
		}
	}
	return markStopped(dir)
}

// markStopped leaves the files and logs, and an endpoints file that says that nothing runs.
func markStopped(dir string) error {
	endpoints, err := ReadEndpoints(dir)
	if err != nil {
		return err
	}
	endpoints.Ready = false
	for i := range endpoints.Zones {
		for j := range endpoints.Zones[i].Nodes {
			endpoints.Zones[i].Nodes[j].PID = 0
		}
	}
	if endpoints.Relayer != nil {
		endpoints.Relayer.PID = 0
	}
	return endpoints.write(dir)
}

func (e Endpoints) signal(signal syscall.Signal) error {
	var errs []error
	for _, process := range e.processes() {
		if err := signalGroup(process.pid, signal); err != nil {
			errs = append(errs, fmt.Errorf("stop %s (process %d): %w", process.name, process.pid, err))
		}
	}
	return errors.Join(errs...)
}
