package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module.
var (
	// ErrInvalidOrder is returned for an amount, a reference or a reason that no order may have.
	ErrInvalidOrder = errorsmod.Register(ModuleName, 2, "invalid order")
	// ErrReferenceUsed is returned when the bank has used the reference before, whatever became of that order.
	ErrReferenceUsed = errorsmod.Register(ModuleName, 3, "reference already used")
	// ErrOrderNotFound is returned when the bank has no order with the reference.
	ErrOrderNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.NotFound, "order not found")
	// ErrOrderDecided is returned when the order has been approved or rejected before.
	ErrOrderDecided = errorsmod.Register(ModuleName, 5, "order already decided")
	// ErrSameOperator is returned when the requester of an order tries to decide it.
	ErrSameOperator = errorsmod.Register(ModuleName, 6, "requester may not decide")
	// ErrBookNotFound is returned when a bank has neither issued yen nor been paid any.
	ErrBookNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.NotFound, "book not found")
	// ErrInvalidFlow is returned for a flow that is not a positive amount between two banks.
	ErrInvalidFlow = errorsmod.Register(ModuleName, 8, "invalid flow")
	// ErrLiabilityTooLow is returned when a bank would owe less than nothing: a law of money is broken.
	ErrLiabilityTooLow = errorsmod.Register(ModuleName, 9, "liability too low")
	// ErrInvalidGenesis is returned for a genesis that the module cannot have exported.
	ErrInvalidGenesis = errorsmod.Register(ModuleName, 10, "invalid genesis")
)
