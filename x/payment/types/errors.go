package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module.
var (
	// ErrInvalidRecall is returned for a value that no recall may have.
	ErrInvalidRecall = errorsmod.Register(ModuleName, 2, "invalid recall")
	// ErrReferenceUsed is returned when the bank has used the reference of a recall before, or the payer that of a payment,
	// whatever became of it.
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
	// ErrInvalidPayment is returned for a value that no payment may have.
	ErrInvalidPayment = errorsmod.Register(ModuleName, 11, "invalid payment")
	// ErrPaymentNotFound is returned when the payer has no recorded payment with the reference.
	ErrPaymentNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 12, codes.NotFound, "payment not found")
	// ErrFeeTooHigh is returned when the zone's fee is more than the payer agreed to.
	ErrFeeTooHigh = errorsmod.Register(ModuleName, 13, "fee higher than agreed")
	// ErrInvalidParams is returned for parameters out of range.
	ErrInvalidParams = errorsmod.Register(ModuleName, 14, "invalid parameters")
	// ErrInvalidOrder is returned for a value that no payment order may have.
	ErrInvalidOrder = errorsmod.Register(ModuleName, 15, "invalid payment order")
	// ErrNonceUsed is returned for an order whose nonce is used, or too old to tell.
	ErrNonceUsed = errorsmod.Register(ModuleName, 16, "nonce already used")
	// ErrOrderExpired is returned for an order whose time is over.
	ErrOrderExpired = errorsmod.Register(ModuleName, 17, "payment order has expired")
	// ErrBadSignature is returned for an order that the payer's key has not signed as it is, for this zone.
	ErrBadSignature = errorsmod.Register(ModuleName, 18, "bad signature of a payment order")
	// ErrTooManyOrders is returned for more orders than a bundle, a payer or a gateway may have.
	ErrTooManyOrders = errorsmod.Register(ModuleName, 19, "too many payment orders")
)
