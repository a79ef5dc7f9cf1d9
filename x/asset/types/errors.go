package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module.
var (
	// ErrInvalidClass is returned for a class, rules or metadata that no class may have.
	ErrInvalidClass = errorsmod.Register(ModuleName, 2, "invalid class")
	// ErrInvalidUnit is returned for a unit that no class may have.
	ErrInvalidUnit = errorsmod.Register(ModuleName, 3, "invalid unit")
	// ErrInvalidOperation is returned for amounts, lines, notes and hashes that no operation may have.
	ErrInvalidOperation = errorsmod.Register(ModuleName, 4, "invalid operation")
	// ErrClassExists is returned when there is, or was, a class with the id.
	ErrClassExists = errorsmod.Register(ModuleName, 5, "class already exists")
	// ErrClassNotFound is returned when there is no class with the id.
	ErrClassNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.NotFound, "class not found")
	// ErrUnitExists is returned when the class has a unit with the id or, with history, has had one.
	ErrUnitExists = errorsmod.Register(ModuleName, 7, "unit already exists")
	// ErrUnitNotFound is returned when the class has no such unit.
	ErrUnitNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.NotFound, "unit not found")
	// ErrNotEntitled is returned when the signer is neither the issuer nor a manager with the right.
	ErrNotEntitled = errorsmod.Register(ModuleName, 9, "not entitled")
	// ErrNotOffered is returned when a class is not offered to who accepts it.
	ErrNotOffered = errorsmod.Register(ModuleName, 10, "class not offered")
	// ErrRuleFixed is returned for a change of a rule on which holders rely.
	ErrRuleFixed = errorsmod.Register(ModuleName, 11, "rule is fixed")
	// ErrRuleForbids is returned for what the rules of the class do not allow.
	ErrRuleForbids = errorsmod.Register(ModuleName, 12, "rules of the class forbid it")
	// ErrNotEligible is returned when an account may not receive units of the class.
	ErrNotEligible = errorsmod.Register(ModuleName, 13, "account may not hold the class")
	// ErrFrozen is returned when a class, a holder or a unit is frozen.
	ErrFrozen = errorsmod.Register(ModuleName, 14, "units are frozen")
	// ErrNotFrozen is returned when there is no freeze to end.
	ErrNotFrozen = errorsmod.Register(ModuleName, 15, "units are not frozen")
	// ErrExpired is returned when the time of a class or unit is over, or would be over too early.
	ErrExpired = errorsmod.Register(ModuleName, 16, "units have expired")
	// ErrOverCap is returned when there would be more units than the cap of the class.
	ErrOverCap = errorsmod.Register(ModuleName, 17, "more units than the cap")
	// ErrReferenceUsed is returned when the signer has used the reference before.
	ErrReferenceUsed = errorsmod.Register(ModuleName, 18, "reference already used")
	// ErrOperationNotFound is returned when the signer has not used the reference.
	ErrOperationNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 19, codes.NotFound, "operation not found")
	// ErrStaysHere is returned for a movement out of the zone, or into another module: an asset never becomes anything else.
	ErrStaysHere = errorsmod.Register(ModuleName, 20, "assets stay in their zone")
	// ErrInvalidGenesis is returned for a genesis that the module cannot have exported.
	ErrInvalidGenesis = errorsmod.Register(ModuleName, 21, "invalid genesis")
)
