package receipt

import "fmt"

// Exit codes. A failure without a code of its own ends with 1.
const (
	exitUsage     = 2
	exitNotProven = 3
)

// exitError is an error with the exit code that it ends the command with.
type exitError struct {
	error

	code int
}

// ExitCode is what the process ends with.
func (e *exitError) ExitCode() int { return e.code }

// Unwrap implements errors.Unwrap.
func (e *exitError) Unwrap() error { return e.error }

func usage(format string, args ...any) error {
	return &exitError{fmt.Errorf(format, args...), exitUsage}
}
