package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module.
var (
	// ErrInvalidDocument is returned for a hash or a label that no document may have, and for too many or too few documents.
	ErrInvalidDocument = errorsmod.Register(ModuleName, 2, "invalid document")
	// ErrNotNotary is returned when the signer may not notarize.
	ErrNotNotary = errorsmod.Register(ModuleName, 3, "not a notary")
	// ErrNotarizationNotFound is returned when the notary has not notarized the document.
	ErrNotarizationNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.NotFound, "notarization not found")
	// ErrInvalidGenesis is returned for a genesis that the module cannot have exported.
	ErrInvalidGenesis = errorsmod.Register(ModuleName, 5, "invalid genesis")
)
