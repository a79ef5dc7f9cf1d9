package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

var (
	// ErrLawBroken is returned when the state of a node breaks a law of money.
	ErrLawBroken = errorsmod.Register(ModuleName, 2, "law of money broken")
	// ErrNoDeposits is returned when a Business Zone is asked what stands behind its yen.
	ErrNoDeposits = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.Unimplemented, "zone has no deposits")
)
