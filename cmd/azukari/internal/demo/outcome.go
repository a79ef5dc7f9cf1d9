package demo

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// Outcome is what became of a task.
type Outcome struct {
	Task Task
	// Reason is OK, or why it was refused.
	Reason Reason
	// Err is the refusal in full; nil if it was carried out.
	Err error
	// Seconds from its begin to its end.
	Seconds float64
}

// AsExpected says whether it became of the task what the file expects.
func (o Outcome) AsExpected() bool { return o.Reason == o.Task.Expect }

// Message is the refusal in one line that names file, row and reason; empty if it was carried out.
func (o Outcome) Message() string {
	if o.Err == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s: %v", o.Task.Source, o.Reason, o.Err)
}

// refusalPattern is codespace, code and text of a zone's refusal.
var refusalPattern = regexp.MustCompile(`^([a-z]+)/(\d{1,9}): `)

// faultError is a row that could not be sent.
type faultError struct{ fault string }

func (e faultError) Error() string { return e.fault }

// newOutcome judges how a task ended.
func newOutcome(task Task, err error, seconds float64) Outcome {
	outcome := Outcome{Task: task, Err: err, Reason: reasonOf(err), Seconds: seconds}
	var fault faultError
	if errors.As(err, &fault) {
		outcome.Reason = Malformed
	}
	return outcome
}

// refundError is a transfer that the other zone refused or never got, and that was refunded.
func refundError(text string) error {
	codespace, code, ok := parseRefusal(text)
	if !ok {
		return fmt.Errorf("refunded: %s", text)
	}
	return fmt.Errorf("refunded: %w", &devnet.TxError{Codespace: codespace, Code: code, Log: text})
}

// parseRefusal reads "registry/20: limit of balance exceeded", the form of a zone's refusal.
func parseRefusal(text string) (codespace string, code uint32, ok bool) {
	matched := refusalPattern.FindStringSubmatch(text)
	if matched == nil {
		return "", 0, false
	}
	if _, err := fmt.Sscan(matched[2], &code); err != nil {
		return "", 0, false
	}
	return matched[1], code, true
}
