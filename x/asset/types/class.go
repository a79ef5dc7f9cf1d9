package types

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// MaxNameLength is the longest name of a class in bytes.
	MaxNameLength = 64
	// MaxDescriptionLength is the longest description of a class in bytes.
	MaxDescriptionLength = 512
	// MaxURILength is the longest uri in bytes.
	MaxURILength = 256
	// HashLength is the length of a SHA-256 in bytes.
	HashLength = 32
)

// MaxSupply is the most units of one class at any time.
var MaxSupply = math.NewInt(1_000_000_000_000_000)

// Expiries are kept by their Unix time in nanoseconds, which must fit an int64: up to the year 2262.
var maxExpiry = time.Unix(0, 1<<63-1)

var symbolPattern = regexp.MustCompile(`^[A-Za-z0-9.-]{1,16}$`)

// Validate checks a class by itself. It returns ErrInvalidClass.
func (c Class) Validate() error {
	if !classPattern.MatchString(c.Id) {
		return ErrInvalidClass.Wrapf("expected an id of 2 to 32 characters of a-z 0-9 -, the first a letter, got %q", c.Id)
	}
	switch c.Kind {
	case ClassKindFungible, ClassKindUnique:
	case ClassKindUnspecified:
		return ErrInvalidClass.Wrap("expected kind fungible or unique, got none")
	default:
		return ErrInvalidClass.Wrapf("expected kind fungible or unique, got %s", c.Kind)
	}
	if c.History && c.Kind != ClassKindUnique {
		return ErrInvalidClass.Wrap("expected a history of unique units only, got one of fungible units")
	}
	if _, err := registrytypes.ParseAddress(c.Issuer); err != nil {
		return ErrInvalidClass.Wrapf("issuer: %s", err)
	}
	if c.OfferedTo != "" {
		if _, err := registrytypes.ParseAddress(c.OfferedTo); err != nil {
			return ErrInvalidClass.Wrapf("offered to: %s", err)
		}
	}
	if c.Freeze != nil {
		if err := c.Freeze.Validate(); err != nil {
			return err
		}
	}
	if err := validateChangeable(c.Changeable); err != nil {
		return err
	}
	return c.Rules.Validate()
}

func validateChangeable(names []RuleName) error {
	for i, name := range names {
		if name < RuleNameHolders || name > RuleNameMetadata {
			return ErrInvalidClass.Wrapf("expected names of rules from %s to %s, got %s", RuleNameHolders, RuleNameMetadata, name)
		}
		if i > 0 && name <= names[i-1] {
			return ErrInvalidClass.Wrapf("expected changeable rules in ascending order, got %s after %s", name, names[i-1])
		}
	}
	return nil
}

// IsExpired says whether the time of all units is over at a block time.
func (c Class) IsExpired(now time.Time) bool {
	return isOver(c.Rules.ExpiresAt, now)
}

// ExpiryOf returns the unit's own expiry or the class's, whichever is first, or nil for none.
func (c Class) ExpiryOf(unit Unit) *time.Time {
	own, all := unit.ExpiresAt, c.Rules.ExpiresAt
	if own == nil || all != nil && all.Before(*own) {
		return all
	}
	return own
}

// CheckKind returns ErrInvalidOperation unless the class is of a kind.
func (c Class) CheckKind(kind ClassKind) error {
	if c.Kind != kind {
		return ErrInvalidOperation.Wrapf("expected class %s of kind %s, got %s", c.Id, kind, c.Kind)
	}
	return nil
}

func isOver(expiry *time.Time, now time.Time) bool {
	return expiry != nil && !now.Before(*expiry)
}

// Validate checks metadata. It returns ErrInvalidClass.
func (m Metadata) Validate() error {
	if err := checkText(ErrInvalidClass, "name", m.Name, 1, MaxNameLength); err != nil {
		return err
	}
	if strings.TrimSpace(m.Name) == "" {
		return ErrInvalidClass.Wrapf("expected a name that people can read, got %q", m.Name)
	}
	if !symbolPattern.MatchString(m.Symbol) {
		return ErrInvalidClass.Wrapf("expected a symbol of 1 to 16 characters of A-Z a-z 0-9 . -, got %q", m.Symbol)
	}
	if err := checkText(ErrInvalidClass, "description", m.Description, 0, MaxDescriptionLength); err != nil {
		return err
	}
	if err := checkText(ErrInvalidClass, "uri", m.Uri, 0, MaxURILength); err != nil {
		return err
	}
	return checkHash(ErrInvalidClass, "uri hash", m.UriHash)
}

// Validate checks who froze something, and why. It returns ErrInvalidClass.
func (f Freeze) Validate() error {
	if _, err := registrytypes.ParseAddress(f.By); err != nil {
		return ErrInvalidClass.Wrapf("freeze: %s", err)
	}
	if err := registrytypes.ValidateReason(f.Reason); err != nil {
		return ErrInvalidClass.Wrapf("freeze: %s", err)
	}
	return nil
}

// Validate checks a manager. It returns ErrInvalidClass.
func (m Manager) Validate() error {
	if _, err := registrytypes.ParseAddress(m.Account); err != nil {
		return ErrInvalidClass.Wrapf("manager: %s", err)
	}
	for i, right := range m.Rights {
		if right < RightIssue || right > RightAccept {
			return ErrInvalidClass.Wrapf("expected rights from %s to %s, got %s", RightIssue, RightAccept, right)
		}
		if i > 0 && right <= m.Rights[i-1] {
			return ErrInvalidClass.Wrapf("expected rights in ascending order, got %s after %s", right, m.Rights[i-1])
		}
	}
	return nil
}

// Has says whether the manager has a right.
func (m Manager) Has(right Right) bool {
	return slices.Contains(m.Rights, right)
}

// refusal is a registered error.
type refusal interface {
	Wrapf(format string, args ...any) error
}

func checkText(refusal refusal, what, text string, shortest, longest int) error {
	if len(text) < shortest || len(text) > longest || !utf8.ValidString(text) {
		return refusal.Wrapf("expected a %s of %d to %d bytes of UTF-8, got %d", what, shortest, longest, len(text))
	}
	return nil
}

func checkHash(refusal refusal, what string, hash []byte) error {
	if len(hash) != 0 && len(hash) != HashLength {
		return refusal.Wrapf("expected no %s or one of %d bytes, got %d", what, HashLength, len(hash))
	}
	return nil
}
