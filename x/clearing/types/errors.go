package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module. Wrapped ones say what was expected, what was got, and what to do.
var (
	// ErrInsufficientLiquidity is a payment that the payer's bank can settle neither in reserve nor in its position.
	ErrInsufficientLiquidity = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.FailedPrecondition, "insufficient settlement liquidity")
	// ErrBankStopped is a payment to another bank's customer by a customer of a bank that has failed to settle.
	ErrBankStopped = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.FailedPrecondition, "outgoing payments of the bank are stopped")
	// ErrInsufficientReserve is a movement of more reserve than a bank has.
	ErrInsufficientReserve = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.FailedPrecondition, "insufficient reserve")
	// ErrPledgeNeeded is the release of collateral that covers what the bank may or does owe.
	ErrPledgeNeeded = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.FailedPrecondition, "pledge is needed")
	// ErrInvalidFlow is a flow that is not a positive amount between two banks.
	ErrInvalidFlow = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.InvalidArgument, "invalid flow")
	// ErrInvalidOrder is a field of a reserve order out of its range.
	ErrInvalidOrder = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.InvalidArgument, "invalid reserve order")
	// ErrReferenceUsed is a reference that its organization or payer has used before.
	ErrReferenceUsed = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.AlreadyExists, "reference already used")
	// ErrOrderNotFound is a reference that the organization never used for a reserve order.
	ErrOrderNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.NotFound, "reserve order not found")
	// ErrOrderDecided is a second decision on a reserve order.
	ErrOrderDecided = errorsmod.RegisterWithGRPCCode(ModuleName, 10, codes.FailedPrecondition, "reserve order already decided")
	// ErrSameOperator is the requester of an order who tries to decide it.
	ErrSameOperator = errorsmod.RegisterWithGRPCCode(ModuleName, 11, codes.PermissionDenied, "requester may not decide")
	// ErrWrongOrganization is an operator that acts on what is another organization's.
	ErrWrongOrganization = errorsmod.RegisterWithGRPCCode(ModuleName, 12, codes.PermissionDenied, "wrong organization")
	// ErrNotBank is an id that is not that of a bank among the members.
	ErrNotBank = errorsmod.RegisterWithGRPCCode(ModuleName, 13, codes.InvalidArgument, "not a bank")
	// ErrInvalidCap is a net debit cap out of its range.
	ErrInvalidCap = errorsmod.RegisterWithGRPCCode(ModuleName, 14, codes.InvalidArgument, "invalid net debit cap")
	// ErrInvalidParams is a parameter out of its range.
	ErrInvalidParams = errorsmod.RegisterWithGRPCCode(ModuleName, 15, codes.InvalidArgument, "invalid parameters")
	// ErrInvalidCalendar is a date that is none, or a calendar with too long a time without cut-offs.
	ErrInvalidCalendar = errorsmod.RegisterWithGRPCCode(ModuleName, 16, codes.InvalidArgument, "invalid calendar")
	// ErrCycleNotFound is a cycle that has not been opened yet.
	ErrCycleNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 17, codes.NotFound, "cycle not found")
	// ErrObligationNotFound is an id that no obligation has.
	ErrObligationNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 18, codes.NotFound, "obligation not found")
	// ErrObligationEnded is the settlement or confirmation of an obligation that has been met.
	ErrObligationEnded = errorsmod.RegisterWithGRPCCode(ModuleName, 19, codes.FailedPrecondition, "obligation has ended")
	// ErrClaimNotFound is a claim that no bank has on the other.
	ErrClaimNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 20, codes.NotFound, "claim not found")
	// ErrInvalidClaim is a repayment out of its range.
	ErrInvalidClaim = errorsmod.RegisterWithGRPCCode(ModuleName, 21, codes.InvalidArgument, "invalid repayment")
	// ErrBankNotFailed is the reinstatement of a bank that has not failed.
	ErrBankNotFailed = errorsmod.RegisterWithGRPCCode(ModuleName, 22, codes.FailedPrecondition, "bank has not failed")
	// ErrBankInDebt is the reinstatement, or the payout, of a bank that still owes others.
	ErrBankInDebt = errorsmod.RegisterWithGRPCCode(ModuleName, 23, codes.FailedPrecondition, "bank is in debt")
	// ErrInvalidLossShares is a loss-sharing key that contradicts itself.
	ErrInvalidLossShares = errorsmod.RegisterWithGRPCCode(ModuleName, 24, codes.InvalidArgument, "invalid loss-sharing key")
	// ErrInvalidPayment is a field of a queued payment out of its range.
	ErrInvalidPayment = errorsmod.RegisterWithGRPCCode(ModuleName, 25, codes.InvalidArgument, "invalid queued payment")
	// ErrPaymentNotFound is a queued payment that never was or that waits no more.
	ErrPaymentNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 26, codes.NotFound, "queued payment not found")
	// ErrNotPayer is somebody who cancels another's payment.
	ErrNotPayer = errorsmod.RegisterWithGRPCCode(ModuleName, 27, codes.PermissionDenied, "payment of another payer")
	// ErrNotAuthority is a decision of the members that does not come from them.
	ErrNotAuthority = errorsmod.RegisterWithGRPCCode(ModuleName, 28, codes.PermissionDenied, "not the authority")
	// ErrInvalidGenesis is a genesis that the module cannot have exported.
	ErrInvalidGenesis = errorsmod.RegisterWithGRPCCode(ModuleName, 29, codes.InvalidArgument, "invalid genesis")
)
