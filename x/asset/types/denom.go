package types

import (
	"regexp"
	"strings"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// DenomPrefix begins the denom of every asset, and of nothing else: vouchers of IBC begin with "ibc/".
const DenomPrefix = "asset/"

var (
	// Ids of classes: 2 to 32 characters. No slash, so that every denom reads in one way.
	classPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)
	// Ids of units: 1 to 64 characters, so that the longest denom has 103 of the 128 that x/bank allows.
	unitPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
)

// ClassDenom returns the denom of a class's fungible units.
func ClassDenom(class string) string {
	return DenomPrefix + class
}

// UnitDenom returns the denom of a unique unit.
func UnitDenom(class, unit string) string {
	return ClassDenom(class) + "/" + unit
}

// UnitCoin returns a unique unit as a coin.
func UnitCoin(class, unit string) sdk.Coin {
	return sdk.NewInt64Coin(UnitDenom(class, unit), 1)
}

// IsAsset says whether a denom is that of an asset.
func IsAsset(denom string) bool {
	return strings.HasPrefix(denom, DenomPrefix)
}

// ParseDenom returns the class of an asset's denom and, of a unique unit, its id.
// It returns ErrInvalidOperation for the denom of anything else.
func ParseDenom(denom string) (class, unit string, err error) {
	rest, found := strings.CutPrefix(denom, DenomPrefix)
	class, unit, unique := strings.Cut(rest, "/")
	if !found || !classPattern.MatchString(class) || unique && !unitPattern.MatchString(unit) {
		return "", "", ErrInvalidOperation.Wrapf("expected a denom such as %s or %s, got %q",
			ClassDenom("points"), UnitDenom("ticket", "A-12"), denom)
	}
	return class, unit, nil
}
