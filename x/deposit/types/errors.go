package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module.
var (
	// ErrInvalidOrder is returned for an amount, a kind or a reference that no order may have.
	ErrInvalidOrder = errorsmod.Register(ModuleName, 2, "invalid order")
	// ErrReferenceUsed is returned when the bank or the holder has used the reference before, whatever became of that order,
	// and when a debit in the core ledger is to count twice.
	ErrReferenceUsed = errorsmod.Register(ModuleName, 3, "reference already used")
	// ErrOrderNotFound is returned when the bank has no order with the reference.
	ErrOrderNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.NotFound, "order not found")
	// ErrOrderDecided is returned when the order has been approved, rejected or cancelled before.
	ErrOrderDecided = errorsmod.Register(ModuleName, 5, "order already decided")
	// ErrSameOperator is returned when whoever requested or confirmed something tries to decide it.
	ErrSameOperator = errorsmod.Register(ModuleName, 6, "requester may not decide")
	// ErrBookNotFound is returned when a bank has neither issued yen, nor been paid any, nor closed a date.
	ErrBookNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.NotFound, "book not found")
	// ErrInvalidFlow is returned for a flow that is not a positive amount between two banks.
	ErrInvalidFlow = errorsmod.Register(ModuleName, 8, "invalid flow")
	// ErrLiabilityTooLow is returned when a bank would owe less than nothing: a law of money is broken.
	ErrLiabilityTooLow = errorsmod.Register(ModuleName, 9, "liability too low")
	// ErrInvalidGenesis is returned for a genesis that the module cannot have exported.
	ErrInvalidGenesis = errorsmod.Register(ModuleName, 10, "invalid genesis")
	// ErrInvalidReject is returned for a reject code that is missing, unknown or out of place.
	ErrInvalidReject = errorsmod.Register(ModuleName, 11, "invalid reject code")
	// ErrNotDebited is returned when an issue order is to be approved before its deposit was debited.
	ErrNotDebited = errorsmod.Register(ModuleName, 12, "debit not confirmed")
	// ErrNotConfirmable is returned when a debit is to be confirmed of an order that waits for none.
	ErrNotConfirmable = errorsmod.Register(ModuleName, 13, "order waits for no debit")
	// ErrNotCancellable is returned when an order is to be cancelled by somebody else, or after somebody else acted on it.
	ErrNotCancellable = errorsmod.Register(ModuleName, 14, "order may not be cancelled")
	// ErrTooManyOpenOrders is returned when a holder requests more than MaxOpenOrdersOfHolder orders at a time.
	ErrTooManyOpenOrders = errorsmod.Register(ModuleName, 15, "too many open orders")
	// ErrInvalidBatch is returned for a batch that has no lines or too many.
	ErrInvalidBatch = errorsmod.Register(ModuleName, 16, "invalid batch")
	// ErrBatchExists is returned when the bank has submitted other lines under the id before.
	ErrBatchExists = errorsmod.Register(ModuleName, 17, "batch id already used")
	// ErrBatchNotFound is returned when the bank has no batch with the id.
	ErrBatchNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 18, codes.NotFound, "batch not found")
	// ErrBatchDecided is returned when no order of the batch is open.
	ErrBatchDecided = errorsmod.Register(ModuleName, 19, "batch already decided")
	// ErrCeilingExceeded is returned when an issue would lift what a bank owes above its ceiling.
	ErrCeilingExceeded = errorsmod.Register(ModuleName, 20, "ceiling exceeded")
	// ErrInvalidCeiling is returned for a ceiling out of its range, or of something that is no bank.
	ErrInvalidCeiling = errorsmod.Register(ModuleName, 21, "invalid ceiling")
	// ErrCeilingNotFound is returned when a bank may issue without bound.
	ErrCeilingNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 22, codes.NotFound, "ceiling not found")
	// ErrNotAuthority is returned when somebody sends what only the members' vote may decide.
	ErrNotAuthority = errorsmod.Register(ModuleName, 23, "not the authority")
	// ErrInvalidAttestation is returned for an attestation that no bank may submit.
	ErrInvalidAttestation = errorsmod.Register(ModuleName, 24, "invalid attestation")
	// ErrAttestationNotFound is returned when the bank has no such attestation.
	ErrAttestationNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 25, codes.NotFound, "attestation not found")
	// ErrAttestationSigned is returned when an attestation is to be confirmed or countersigned twice, or countersigned before
	// it is confirmed.
	ErrAttestationSigned = errorsmod.Register(ModuleName, 26, "attestation not open for signature")
	// ErrInvalidDate is returned for text that is no date, and for a date that cannot be closed yet.
	ErrInvalidDate = errorsmod.Register(ModuleName, 27, "invalid business date")
	// ErrDateClosed is returned when a date is to be closed that is closed already.
	ErrDateClosed = errorsmod.Register(ModuleName, 28, "business date already closed")
)
