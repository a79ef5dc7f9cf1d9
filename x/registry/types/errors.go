package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module. Wrapped ones say what was expected, what was got, and what to do.
var (
	// ErrInvalidAccount is a field of an account that is out of its range.
	ErrInvalidAccount = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.InvalidArgument, "invalid account")
	// ErrInvalidLimits is a limit out of its range.
	ErrInvalidLimits = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.InvalidArgument, "invalid limits")
	// ErrInvalidOrderKey is an order key that could never verify a payment order safely.
	ErrInvalidOrderKey = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.InvalidArgument, "invalid order key")
	// ErrInvalidLinks is a list of links that contradicts itself or the account's limits.
	ErrInvalidLinks = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.InvalidArgument, "invalid links")
	// ErrInvalidReason is a reason of the wrong length or encoding.
	ErrInvalidReason = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.InvalidArgument, "invalid reason")
	// ErrAccountNotFound is an address that no bank ever registered.
	ErrAccountNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.NotFound, "account not found")
	// ErrAccountExists is a second registration of an address.
	ErrAccountExists = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.AlreadyExists, "account exists")
	// ErrAccountFrozen is a payment from or to a frozen account, or a second freeze.
	ErrAccountFrozen = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.FailedPrecondition, "account is frozen")
	// ErrAccountNotFrozen is an unfreeze of an account that is not frozen.
	ErrAccountNotFrozen = errorsmod.RegisterWithGRPCCode(ModuleName, 10, codes.FailedPrecondition, "account is not frozen")
	// ErrAccountClosed is any use of a closed account.
	ErrAccountClosed = errorsmod.RegisterWithGRPCCode(ModuleName, 11, codes.FailedPrecondition, "account is closed")
	// ErrAccountUnlinked is a payment from or to an account whose link to this Business Zone has ended.
	ErrAccountUnlinked = errorsmod.RegisterWithGRPCCode(ModuleName, 12, codes.FailedPrecondition, "account is not linked to this zone")
	// ErrAccountInUse is the closing of an account of which something is left.
	ErrAccountInUse = errorsmod.RegisterWithGRPCCode(ModuleName, 13, codes.FailedPrecondition, "account is in use")
	// ErrWrongBank is a bank that acts on another bank's account.
	ErrWrongBank = errorsmod.RegisterWithGRPCCode(ModuleName, 14, codes.PermissionDenied, "account belongs to another bank")
	// ErrReservedAddress is an address that belongs to a module, to an IBC escrow or to an operator.
	ErrReservedAddress = errorsmod.RegisterWithGRPCCode(ModuleName, 15, codes.InvalidArgument, "address is reserved")
	// ErrNotRegistered is a payer or a payee that is no registered account.
	ErrNotRegistered = errorsmod.RegisterWithGRPCCode(ModuleName, 16, codes.FailedPrecondition, "address is not a registered account")
	// ErrCauseMissing is a movement from or to a module or an escrow without its cause.
	ErrCauseMissing = errorsmod.RegisterWithGRPCCode(ModuleName, 17, codes.FailedPrecondition, "coin movement has no cause")
	// ErrLimitPerPayment is a payment above the payer's limit per payment.
	ErrLimitPerPayment = errorsmod.RegisterWithGRPCCode(ModuleName, 18, codes.FailedPrecondition, "limit per payment exceeded")
	// ErrLimitPerDay is a payment above what the payer has left for the Japan-time day.
	ErrLimitPerDay = errorsmod.RegisterWithGRPCCode(ModuleName, 19, codes.FailedPrecondition, "limit per day exceeded")
	// ErrLimitBalance is a payment that would lift the payee above its limit of balance.
	ErrLimitBalance = errorsmod.RegisterWithGRPCCode(ModuleName, 20, codes.FailedPrecondition, "limit of balance exceeded")
	// ErrNoFlowRecorder is a payment between banks in a zone that keeps no books between them.
	ErrNoFlowRecorder = errorsmod.RegisterWithGRPCCode(ModuleName, 21, codes.Unimplemented, "payments between banks are not possible in this zone")
	// ErrBankPaused is what a paused bank or its customers may not do.
	ErrBankPaused = errorsmod.RegisterWithGRPCCode(ModuleName, 200, codes.FailedPrecondition, "bank is paused")
)
