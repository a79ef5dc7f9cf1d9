package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module. Wrapped ones say what was expected, what was got, and what to do.
var (
	// ErrInvalidTrade is a value that no trade may have.
	ErrInvalidTrade = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.InvalidArgument, "invalid trade")
	// ErrReferenceUsed is a second trade of a creator under one reference, whatever became of the first.
	ErrReferenceUsed = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.AlreadyExists, "reference already used")
	// ErrTradeNotFound is a reference that the creator never used.
	ErrTradeNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.NotFound, "trade not found")
	// ErrTradeStatus is a word on a trade that has come too far for it, or not far enough.
	ErrTradeStatus = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.FailedPrecondition, "wrong trade status")
	// ErrTradeExpired is a word on a trade whose deadline is over.
	ErrTradeExpired = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.FailedPrecondition, "trade has expired")
	// ErrNotParty is a word by an account that has none in the trade.
	ErrNotParty = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.PermissionDenied, "not a party of the trade")
	// ErrPartyConfirmed is a second confirmation by one party, or its refusal after it.
	ErrPartyConfirmed = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.FailedPrecondition, "party has confirmed")
	// ErrTermsMismatch is a confirmation of other terms than the trade's.
	ErrTermsMismatch = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.InvalidArgument, "other terms")
	// ErrNotAgent is a word of an agent by somebody else, or one that the terms do not ask for.
	ErrNotAgent = errorsmod.RegisterWithGRPCCode(ModuleName, 10, codes.PermissionDenied, "not the agent of the trade")
	// ErrConditionMet is a release or a document that was given before.
	ErrConditionMet = errorsmod.RegisterWithGRPCCode(ModuleName, 11, codes.AlreadyExists, "condition is met already")
	// ErrDocumentRefused is a document that the terms do not ask for, from another presenter, or with another hash.
	ErrDocumentRefused = errorsmod.RegisterWithGRPCCode(ModuleName, 12, codes.InvalidArgument, "not the document of the terms")
	// ErrBankChanged is a party whose account is at another bank than when coins for it were set aside.
	ErrBankChanged = errorsmod.RegisterWithGRPCCode(ModuleName, 13, codes.FailedPrecondition, "bank of a party has changed")
	// ErrInvalidGenesis is a genesis that the module cannot have exported.
	ErrInvalidGenesis = errorsmod.RegisterWithGRPCCode(ModuleName, 14, codes.InvalidArgument, "invalid genesis")
)
