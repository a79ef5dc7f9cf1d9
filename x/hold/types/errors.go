package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module. Wrapped ones say what was expected, what was got, and what to do.
var (
	// ErrHoldNotFound is an id that was never given or whose hold has ended.
	ErrHoldNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.NotFound, "hold not found")
	// ErrInvalidHold is a field of a hold that is out of its range.
	ErrInvalidHold = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.InvalidArgument, "invalid hold")
	// ErrInvalidPayout is a capture that pays nobody, in another denom, or more than is left.
	ErrInvalidPayout = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.InvalidArgument, "invalid payout")
	// ErrHoldExpired is the capture of a hold whose time is over, whether or not it has gone back to its owner yet.
	ErrHoldExpired = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.FailedPrecondition, "hold has expired")
)
