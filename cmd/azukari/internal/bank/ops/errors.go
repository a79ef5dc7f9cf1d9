package ops

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/x/payment/types"
)

// InputError is a value that cannot be: nothing was sent.
type InputError struct {
	Field string
	Err   error
}

// Error names the field.
func (e *InputError) Error() string {
	if e.Field == "" {
		return e.Err.Error()
	}
	return e.Field + ": " + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *InputError) Unwrap() error { return e.Err }

func badInput(field string, err error) error { return &InputError{field, err} }

func badInputf(field, format string, arguments ...any) error {
	return badInput(field, fmt.Errorf(format, arguments...))
}

// IsUncertain says whether an error leaves open what became of the work: do it again.
func IsUncertain(err error) bool {
	for _, uncertain := range []error{
		nodeclient.ErrUnreachable, nodeclient.ErrOutcomeUnknown, nodeclient.ErrNotIncluded,
		context.DeadlineExceeded, context.Canceled,
	} {
		if errors.Is(err, uncertain) {
			return true
		}
	}
	code := status.Code(err)
	return code == codes.Unavailable || code == codes.DeadlineExceeded
}

// Status returns an error as a gRPC service returns it.
func Status(err error) error {
	var input *InputError
	var refused *nodeclient.TxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &input):
		return status.Error(codes.InvalidArgument, err.Error())
	case errors.Is(err, context.Canceled):
		return status.Error(codes.Canceled, err.Error())
	case IsUncertain(err):
		return status.Error(codes.Unavailable, err.Error())
	case errors.As(err, &refused):
		return status.Error(codes.FailedPrecondition, err.Error())
	}
	if known, ok := status.FromError(err); ok {
		return known.Err()
	}
	return status.Error(codes.FailedPrecondition, err.Error())
}

// Line returns an error in one line: the words of a node without what gRPC puts in front of them.
func Line(err error) string {
	var wrapped interface{ GRPCStatus() *status.Status }
	text := err.Error()
	if errors.As(err, &wrapped) {
		known := wrapped.GRPCStatus()
		text = strings.Replace(text, "rpc error: code = "+known.Code().String()+" desc = ", "", 1)
	}
	text, _, _ = strings.Cut(text, "\n")
	return text
}

// recallNotFound says of a query's error whether there is no such recall.
func recallNotFound(err error) bool {
	return errors.Is(err, types.ErrRecallNotFound) || status.Code(err) == codes.NotFound
}
