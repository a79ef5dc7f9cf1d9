package types

import (
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Validate checks one entry of a history by itself. It returns ErrInvalidUnit.
func (c Custody) Validate() error {
	from, to := true, true
	switch c.Kind {
	case CustodyKindIssued:
		from = false
	case CustodyKindTransferred, CustodyKindSettled, CustodyKindNoted:
	case CustodyKindRedeemed, CustodyKindRecalled, CustodyKindExpired:
		to = false
	case CustodyKindUnspecified:
		return ErrInvalidUnit.Wrapf("entry %d: expected a kind, got none", c.Sequence)
	default:
		return ErrInvalidUnit.Wrapf("entry %d: expected a known kind, got %s", c.Sequence, c.Kind)
	}
	for _, end := range []struct {
		wanted  bool
		address string
	}{{from, c.From}, {to, c.To}} {
		if !end.wanted {
			if end.address != "" {
				return ErrInvalidUnit.Wrapf("entry %d: expected one address of kind %s, got %s and %s", c.Sequence, c.Kind, c.From, c.To)
			}
			continue
		}
		if _, err := registrytypes.ParseAddress(end.address); err != nil {
			return ErrInvalidUnit.Wrapf("entry %d: %s", c.Sequence, err)
		}
	}
	if c.Height < 0 {
		return ErrInvalidUnit.Wrapf("entry %d: expected a height of 0 or more, got %d", c.Sequence, c.Height)
	}
	if c.Reference != "" {
		if err := registrytypes.ValidateReference(c.Reference); err != nil {
			return ErrInvalidUnit.Wrapf("entry %d: %s", c.Sequence, err)
		}
	}
	if err := checkText(ErrInvalidUnit, "note", c.Note, 0, MaxNoteLength); err != nil {
		return err
	}
	return checkHash(ErrInvalidUnit, "document hash", c.DocumentHash)
}
