package cli

import (
	"errors"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/ops"
)

// Exit codes of the command.
const (
	exitFailed    = 1
	exitUsage     = 2
	exitPartly    = 3
	exitUncertain = 4
)

// exitError is an error with the exit code that it ends the command with.
type exitError struct {
	code int
	err  error
}

// Error implements error.
func (e *exitError) Error() string { return ops.Line(e.err) }

// Unwrap implements errors.Unwrap.
func (e *exitError) Unwrap() error { return e.err }

// ExitCode is what the process ends with.
func (e *exitError) ExitCode() int { return e.code }

// usage marks an error of the command line, the profile or an input file.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{exitUsage, err}
}

// partly marks that the work was done, but not for all lines.
func partly(err error) error { return &exitError{exitPartly, err} }

// coded gives the exit code to an error of the work.
func coded(err error) error {
	var known *exitError
	var input *ops.InputError
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.As(err, &input):
		return usage(err)
	case ops.IsUncertain(err):
		return &exitError{exitUncertain, err}
	default:
		return &exitError{exitFailed, err}
	}
}
