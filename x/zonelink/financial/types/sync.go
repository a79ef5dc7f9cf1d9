package types

import (
	"crypto/sha256"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Validate checks every field. It returns ErrInvalidGenesis: nothing but a genesis brings syncs from outside.
func (s AccountSync) Validate() error {
	if _, err := registrytypes.ParseAddress(s.Address); err != nil {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "account sync to %s: %s", s.Zone, err)
	}
	if s.AcknowledgedRevision > s.SentRevision {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "account sync %s/%s: expected acknowledged_revision of at most %d, got %d",
			s.Zone, s.Address, s.SentRevision, s.AcknowledgedRevision)
	}
	if sent := s.SentRevision > 0; sent && len(s.SentDigest) != sha256.Size || !sent && len(s.SentDigest) != 0 {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "account sync %s/%s: expected sent_digest of %d bytes once sent, got %d",
			s.Zone, s.Address, sha256.Size, len(s.SentDigest))
	}
	if s.Dirty == s.NotBefore.IsZero() {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "account sync %s/%s: expected not_before while dirty and only then, got %s",
			s.Zone, s.Address, s.NotBefore)
	}
	return nil
}
