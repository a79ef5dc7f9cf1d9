package demo

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Reason is why a row was refused, or OK.
type Reason string

// Reasons that are not an error of a chain.
const (
	OK Reason = "ok"
	// Malformed rows cannot be sent.
	Malformed Reason = "malformed"
	// Other is any reason that a story cannot expect.
	Other Reason = "other"
)

// refusals are the errors of the chains that a story can expect, by the word for them in the files.
var refusals = []struct {
	reason Reason
	err    error
}{
	{"frozen", registrytypes.ErrAccountFrozen},
	{"over_payment_limit", registrytypes.ErrLimitPerPayment},
	{"over_day_limit", registrytypes.ErrLimitPerDay},
	{"over_balance_limit", registrytypes.ErrLimitBalance},
	{"account_exists", registrytypes.ErrAccountExists},
	{"unknown_payee", registrytypes.ErrNotRegistered},
	{"stranger", membershiptypes.ErrStranger},
	{"repeated_reference", deposittypes.ErrReferenceUsed},
	{"over_slice", zonelinktypes.ErrOverSlice},
	{"not_linked", zonelinktypes.ErrLinkNotFound},
	{"insufficient_funds", sdkerrors.ErrInsufficientFunds},
}

// reasonOf finds the word for an error, Other if there is none, OK for nil.
func reasonOf(err error) Reason {
	if err == nil {
		return OK
	}
	for _, refusal := range refusals {
		if errors.Is(err, refusal.err) {
			return refusal.reason
		}
	}
	return Other
}

// parseReason reads the column "expect".
func parseReason(text string) (Reason, error) {
	known := []string{string(OK), string(Malformed)}
	for _, refusal := range refusals {
		if !slices.Contains(known, string(refusal.reason)) {
			known = append(known, string(refusal.reason))
		}
	}
	if !slices.Contains(known, text) {
		return "", fmt.Errorf("expect: expected one of %s, got %q", strings.Join(known, ", "), text)
	}
	return Reason(text), nil
}
