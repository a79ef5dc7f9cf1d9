package types

import errorsmod "cosmossdk.io/errors"

// ErrLawBroken is returned when the state of a node breaks a law of money.
var ErrLawBroken = errorsmod.Register(ModuleName, 2, "law of money broken")
