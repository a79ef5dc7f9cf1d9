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

	// ErrInvalidBatch is a batch without lines or with too many.
	ErrInvalidBatch = errorsmod.RegisterWithGRPCCode(ModuleName, 40, codes.InvalidArgument, "invalid batch")
	// ErrInvalidSplit is a split without payees, with too many, with one twice, or with a weight out of its range.
	ErrInvalidSplit = errorsmod.RegisterWithGRPCCode(ModuleName, 41, codes.InvalidArgument, "invalid split")
	// ErrInvalidPaymentRequest is a field of a payment request that is out of its range.
	ErrInvalidPaymentRequest = errorsmod.RegisterWithGRPCCode(ModuleName, 42, codes.InvalidArgument, "invalid payment request")
	// ErrPaymentRequestNotFound is a reference that the payee never used for a request.
	ErrPaymentRequestNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 43, codes.NotFound, "payment request not found")
	// ErrPaymentRequestEnded is an action on a request that was paid, rejected or cancelled, or whose time is over.
	ErrPaymentRequestEnded = errorsmod.RegisterWithGRPCCode(ModuleName, 44, codes.FailedPrecondition, "payment request has ended")
	// ErrPaymentRequestAmount is a payment of another amount than the request admits.
	ErrPaymentRequestAmount = errorsmod.RegisterWithGRPCCode(ModuleName, 45, codes.FailedPrecondition, "payment request admits another amount")
	// ErrInvalidMandate is a field of a mandate that is out of its range.
	ErrInvalidMandate = errorsmod.RegisterWithGRPCCode(ModuleName, 46, codes.InvalidArgument, "invalid mandate")
	// ErrMandateNotFound is a reference that the payer never used for a mandate.
	ErrMandateNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 47, codes.NotFound, "mandate not found")
	// ErrMandateStatus is a pull under a mandate that has ended or not started, or a second end.
	ErrMandateStatus = errorsmod.RegisterWithGRPCCode(ModuleName, 48, codes.FailedPrecondition, "mandate does not stand")
	// ErrMandateCap is a pull of more than a cap of the mandate leaves.
	ErrMandateCap = errorsmod.RegisterWithGRPCCode(ModuleName, 49, codes.FailedPrecondition, "mandate cap exceeded")
	// ErrInvalidSchedule is a field of a schedule that is out of its range.
	ErrInvalidSchedule = errorsmod.RegisterWithGRPCCode(ModuleName, 50, codes.InvalidArgument, "invalid schedule")
	// ErrScheduleNotFound is a reference that the payer never used for a schedule.
	ErrScheduleNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 51, codes.NotFound, "schedule not found")
	// ErrScheduleEnded is the end of a schedule that was completed or cancelled.
	ErrScheduleEnded = errorsmod.RegisterWithGRPCCode(ModuleName, 52, codes.FailedPrecondition, "schedule has ended")
	// ErrTooManySchedules is one more schedule of an account that has as many active ones as it may.
	ErrTooManySchedules = errorsmod.RegisterWithGRPCCode(ModuleName, 53, codes.ResourceExhausted, "too many schedules")
	// ErrInvalidConsent is a field of a consent or of a waiting payment that is out of its range.
	ErrInvalidConsent = errorsmod.RegisterWithGRPCCode(ModuleName, 54, codes.InvalidArgument, "invalid consent")
	// ErrConsentNotFound is an account to which payments do not wait.
	ErrConsentNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 55, codes.NotFound, "payments do not wait for consent")
	// ErrWaitingPaymentNotFound is an id that no payment has that waits for its payee's consent.
	ErrWaitingPaymentNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 56, codes.NotFound, "waiting payment not found")
	// ErrNotParty is a message by anybody but the payer or the payee that it needs.
	ErrNotParty = errorsmod.RegisterWithGRPCCode(ModuleName, 57, codes.PermissionDenied, "not a party to it")
	// ErrNotRefundable is a refund of more than is left of the payment, or of one that the payee does not have.
	ErrNotRefundable = errorsmod.RegisterWithGRPCCode(ModuleName, 58, codes.FailedPrecondition, "payment cannot be refunded so")
	// ErrPaymentPanicked is a scheduled payment during which the node panicked; nothing of it stays.
	ErrPaymentPanicked = errorsmod.RegisterWithGRPCCode(ModuleName, 59, codes.Internal, "payment panicked")
	// ErrFeeMissing is returned for a payment of yen past the module while the zone takes fees.
	ErrFeeMissing = errorsmod.Register(ModuleName, 60, "fee missing")
)
