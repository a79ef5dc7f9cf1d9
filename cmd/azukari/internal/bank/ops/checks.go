package ops

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// checks reads the fields of one row and notes everything that is wrong with them, not only the first.
type checks struct{ faults []*InputError }

func (c *checks) fault(field, format string, arguments ...any) {
	c.faults = append(c.faults, &InputError{field, fmt.Errorf(format, arguments...)})
}

func (c *checks) reference(field, text string) string {
	if deposittypes.ValidateReference(text) != nil {
		c.fault(field, "expected 1 to 64 characters of A-Z a-z 0-9 . _ / -, got %q", text)
	}
	return text
}

func (c *checks) address(field, text string) string {
	if _, err := registrytypes.ParseAddress(text); err != nil {
		c.fault(field, "expected an address as azu1…, got %q", text)
	}
	return text
}

func (c *checks) date(field, text string) businessday.Date {
	date, err := businessday.Parse(text)
	if err != nil {
		c.fault(field, "%w", err)
	}
	return date
}

func (c *checks) oneOf(field, text string, words ...string) string {
	if !slices.Contains(words, text) {
		c.fault(field, "expected %s, got %q", strings.Join(words, " or "), text)
	}
	return text
}

// wholeYen is an amount as people and core ledgers write it: digits, no sign, no separators, no leading zero.
var wholeYen = regexp.MustCompile(`^(0|[1-9][0-9]{0,15})$`)

// amount reads 1 to 10^15 whole yen.
func (c *checks) amount(text string) math.Int {
	amount, ok := math.NewIntFromString(text)
	if !wholeYen.MatchString(text) || !ok || !amount.IsPositive() || amount.GT(registrytypes.MaxLimit) {
		c.fault("amount", "expected whole yen from 1 to %s, digits only, got %q", registrytypes.MaxLimit, text)
		return math.ZeroInt()
	}
	return amount
}

// limit reads a limit of 0 to 10^15 whole yen.
func (c *checks) limit(field, text string) math.Int {
	limit, ok := math.NewIntFromString(text)
	if !wholeYen.MatchString(text) || !ok || limit.GT(registrytypes.MaxLimit) {
		c.fault(field, "expected whole yen from 0 to %s, digits only, got %q", registrytypes.MaxLimit, text)
		return math.ZeroInt()
	}
	return limit
}

// err returns the first fault.
func (c *checks) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	return c.faults[0]
}
