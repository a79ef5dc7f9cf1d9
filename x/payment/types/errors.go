package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module.
var (
	// ErrInvalidRecall is returned for a value that no recall may have.
	ErrInvalidRecall = errorsmod.Register(ModuleName, 2, "invalid recall")
	// ErrReferenceUsed is returned when the bank has used the reference before, whatever became of that recall.
	ErrReferenceUsed = errorsmod.Register(ModuleName, 3, "reference already used")
	// ErrRecallNotFound is returned when the bank has no recall with the reference.
	ErrRecallNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.NotFound, "recall not found")
	// ErrPaymentRecalled is returned when the payment has a recall that waits or has been returned.
	ErrPaymentRecalled = errorsmod.Register(ModuleName, 5, "payment already recalled")
	// ErrRecallStatus is returned when the recall has come too far, or not far enough, for what is asked.
	ErrRecallStatus = errorsmod.Register(ModuleName, 6, "wrong recall status")
	// ErrRecallExpired is returned when the recall's time is over.
	ErrRecallExpired = errorsmod.Register(ModuleName, 7, "recall has expired")
	// ErrNotPayee is returned when somebody acts for a payee who is neither that payee nor its bank.
	ErrNotPayee = errorsmod.Register(ModuleName, 8, "not the payee or its bank")
	// ErrSameOperator is returned when the requester of a recall tries to return it.
	ErrSameOperator = errorsmod.Register(ModuleName, 9, "requester may not return")
	// ErrInvalidGenesis is returned for a genesis that the module cannot have exported.
	ErrInvalidGenesis = errorsmod.Register(ModuleName, 10, "invalid genesis")
)
