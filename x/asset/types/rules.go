package types

import (
	"slices"
	"time"

	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Complete returns the rules with a cap of 0 where a message left it out.
func (r Rules) Complete() Rules {
	if r.Cap.IsNil() {
		r.Cap = math.ZeroInt()
	}
	return r
}

// Validate checks rules by themselves. It returns ErrInvalidClass.
func (r Rules) Validate() error {
	for i, kind := range r.HolderKinds {
		if err := registrytypes.ValidateKind(kind); err != nil {
			return ErrInvalidClass.Wrapf("holder kinds: %s", err)
		}
		if i > 0 && kind <= r.HolderKinds[i-1] {
			return ErrInvalidClass.Wrapf("expected holder kinds in ascending order, got %s after %s", kind, r.HolderKinds[i-1])
		}
	}
	switch r.Transfers {
	case TransfersNone, TransfersIssuer, TransfersFree:
	case TransfersUnspecified:
		return ErrInvalidClass.Wrap("expected transfers none, issuer or free, got nothing; say between whom units move")
	default:
		return ErrInvalidClass.Wrapf("expected transfers none, issuer or free, got %s", r.Transfers)
	}
	if r.Cap.IsNil() || r.Cap.IsNegative() || r.Cap.GT(MaxSupply) {
		return ErrInvalidClass.Wrapf("expected a cap of 1 to %s, or 0 for none, got %s", MaxSupply, r.Cap)
	}
	return validateExpiry(ErrInvalidClass, r.ExpiresAt)
}

func validateExpiry(refusal refusal, expiry *time.Time) error {
	if expiry != nil && (expiry.Unix() <= 0 || expiry.After(maxExpiry)) {
		return refusal.Wrapf("expected an expiry from 1970 to 2262, got %s", expiry)
	}
	return nil
}

// CanChange says whether the class declared a rule changeable.
func (c Class) CanChange(name RuleName) bool {
	return slices.Contains(c.Changeable, name)
}

// CheckChange checks the rules that an issuer wants in place of a class's, and which of them stay changeable: what the class did
// not declare changeable may only be loosened. It returns ErrInvalidClass or ErrRuleFixed.
func (c Class) CheckChange(next Rules, changeable []RuleName) error {
	if err := next.Validate(); err != nil {
		return err
	}
	if err := validateChangeable(changeable); err != nil {
		return err
	}
	for _, name := range changeable {
		if !c.CanChange(name) {
			return ErrRuleFixed.Wrapf("expected no more changeable rules than class %s had, got %s", c.Id, name)
		}
	}
	old := c.Rules
	for _, change := range []struct {
		name    RuleName
		loosens bool
		how     string
	}{
		{RuleNameHolders, loosensHolders(old, next), "more kinds or all, and the allow list off"},
		{RuleNameTransfers, next.Transfers >= old.Transfers, "from none to issuer to free"},
		{RuleNameFreezable, old.Freezable || !next.Freezable, "from true to false"},
		{RuleNameRecallable, old.Recallable || !next.Recallable, "from true to false"},
		{RuleNameCap, lowersCap(old.Cap, next.Cap), "down"},
		{RuleNameExpiry, laterExpiry(old.ExpiresAt, next.ExpiresAt), "later or to none"},
	} {
		if !change.loosens && !c.CanChange(change.name) {
			return ErrRuleFixed.Wrapf("expected %s of class %s to change %s only, got %s; the class did not declare it changeable",
				change.name, c.Id, change.how, next.String())
		}
	}
	return nil
}

func loosensHolders(old, next Rules) bool {
	if next.AllowList && !old.AllowList {
		return false
	}
	if len(next.HolderKinds) == 0 {
		return true
	}
	if len(old.HolderKinds) == 0 {
		return false
	}
	for _, kind := range old.HolderKinds {
		if !slices.Contains(next.HolderKinds, kind) {
			return false
		}
	}
	return true
}

// lowersCap says whether a cap protects holders as well as before: a new one, or one that is not above the old one.
func lowersCap(old, next math.Int) bool {
	return old.IsZero() || next.IsPositive() && next.LTE(old)
}

func laterExpiry(old, next *time.Time) bool {
	return next == nil || old != nil && !next.Before(*old)
}

// NewBook returns the book of a class without units.
func NewBook() Book {
	return Book{Issued: math.ZeroInt(), Redeemed: math.ZeroInt(), Recalled: math.ZeroInt(), Expired: math.ZeroInt()}
}

// Supply returns the units that there are.
func (b Book) Supply() math.Int {
	return b.Issued.Sub(b.Redeemed).Sub(b.Recalled).Sub(b.Expired)
}

// Validate checks that no more units ended than were issued. It returns ErrInvalidGenesis.
func (b Book) Validate() error {
	for _, amount := range []math.Int{b.Issued, b.Redeemed, b.Recalled, b.Expired} {
		if amount.IsNil() || amount.IsNegative() {
			return ErrInvalidGenesis.Wrapf("expected amounts of 0 or more in a book, got %s", b.String())
		}
	}
	if b.Supply().IsNegative() {
		return ErrInvalidGenesis.Wrapf("expected no more units ended than were issued, got %s", b.String())
	}
	return nil
}
