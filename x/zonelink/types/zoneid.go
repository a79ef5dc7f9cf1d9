package types

import (
	"regexp"

	errorsmod "cosmossdk.io/errors"
)

var zoneIDPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)

// ValidateZoneID returns ErrInvalidZone unless an id is one that a zone may have.
func ValidateZoneID(id string) error {
	if !zoneIDPattern.MatchString(id) {
		return errorsmod.Wrapf(ErrInvalidZone, "expected id of 2 to 32 characters (a-z, 0-9, -), got %q", id)
	}
	return nil
}
