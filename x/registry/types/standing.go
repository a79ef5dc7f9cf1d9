package types

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"cosmossdk.io/collections/codec"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Standing is the part of an account that payments read, and, of the payer, write: one short record, so that a payment
// with all its checks costs little more than the bare movement of coins. The rest of the account is AccountDetails.
type Standing struct {
	Bank   string
	Status AccountStatus
	Kind   AccountKind
	// Replica says that the account is a Business Zone's: no bank's rules apply to it there.
	Replica bool
	// OwnLimits says that Limits apply, and not the tier of the bank.
	OwnLimits bool
	Limits    Bounds
	// Linked is the sum of the links' day limits, in yen.
	Linked uint64
	// Hour is the hour of Japan time of the last payment, and Spent the yen paid in its day. Both are 0 before the first.
	Hour  uint64
	Spent uint64
	// Frozen is the sum of what orders forbid to spend, in yen.
	Frozen uint64
	// Threshold is the amount from which on a payment needs approvals, in yen; 0 for none.
	Threshold uint64
	// Consent says that payments to the account wait for its holder's consent, as ConsentSource knows.
	Consent bool
	// Nonces are those of the account's payment orders. x/payment rules over them; they are here because a payment reads and writes
	// the standing anyway.
	Nonces OrderNonces
	// Keys are those of its payment orders, in ascending order of their ids, and stay encoded until one is asked for.
	Keys OrderKeys
}

// OrderNonceBytes is the size of the window of used nonces.
const OrderNonceBytes = 16

// OrderNonces says which nonces of payment orders an account has used. All is 0 before the first order.
type OrderNonces struct {
	// Highest is the highest nonce used.
	Highest uint64
	// Window has bit i, counted from the lowest bit of the first byte, set if the nonce Highest - i is used.
	Window [OrderNonceBytes]byte
	// Height is that of the block of the account's last order, and Count its orders in that block.
	Height uint64
	Count  uint32
}

// LimitsUnder returns the limits in force under the rules of the account's bank.
func (s Standing) LimitsUnder(rules Rules) Bounds {
	if s.OwnLimits {
		return s.Limits
	}
	return rules.Tier(s.Kind)
}

// DayLimit returns what the account may pay in one Japan-time day in this zone, in yen: its day limit less those of its
// links. A tier that was lowered below them leaves nothing.
func (s Standing) DayLimit(limits Bounds) uint64 {
	if s.Linked > limits.PerDay {
		return 0
	}
	return limits.PerDay - s.Linked
}

// SpentOn returns the yen paid in the Japan-time day of an hour.
func (s Standing) SpentOn(hour uint64) uint64 {
	if s.Hour/hoursPerDay != hour/hoursPerDay {
		return 0
	}
	return s.Spent
}

// Count adds a payment at an hour of Japan time.
func (s *Standing) Count(hour, amount uint64) {
	s.Spent = s.SpentOn(hour) + amount
	s.Hour = hour
}

// CheckActive returns nil for an active account, else ErrAccountFrozen, ErrAccountClosed, ErrAccountUnlinked or
// ErrAccountNotActive.
func (s Standing) CheckActive(address sdk.AccAddress) error {
	if s.Status == AccountStatusActive {
		return nil
	}
	return errNotActive(address.String(), s.Bank, s.Status)
}

// CheckNotClosed returns ErrAccountClosed for a closed account, else nil.
func (s Standing) CheckNotClosed(address sdk.AccAddress) error {
	if s.Status == AccountStatusClosed {
		return errClosed(address.String())
	}
	return nil
}

// The flags of an encoded standing.
const (
	standingReplica = 1 << iota
	standingOwnLimits
	standingLinked
	standingSpent
	standingFrozen
	standingThreshold
	standingConsent
	standingNonces
	standingKeys
	standingFlagsEnd
)

// StandingValue encodes a Standing as: status and kind, one byte each; flags; the bank's id after its length; and then, with flags and
// lengths, unsigned varints: the three own limits, the day limits of links, hour and yen of the last payment, the frozen yen, the
// threshold of approvals, the nonces of orders (highest, height, count, and the window after its length, without the zeros at its end),
// and the keys of orders after their length, each group only if its flag (2, 4, 8, 16, 32, 128, 256) is set. Flag 1 marks a replica,
// flag 64 an account that wants to consent to payments. Equal standings have equal bytes.
var StandingValue codec.ValueCodec[Standing] = standingCodec{}

type standingCodec struct{}

func (standingCodec) Encode(s Standing) ([]byte, error) {
	if s.Status < 0 || s.Status > 0xff || s.Kind < 0 || s.Kind > 0xff {
		return nil, fmt.Errorf("encode standing: expected status and kind of one byte each, got %d and %d", s.Status, s.Kind)
	}
	var flags uint64
	if s.Replica {
		flags |= standingReplica
	}
	if s.OwnLimits {
		flags |= standingOwnLimits
	}
	if s.Linked > 0 {
		flags |= standingLinked
	}
	if s.Hour > 0 {
		flags |= standingSpent
	}
	if s.Frozen > 0 {
		flags |= standingFrozen
	}
	if s.Threshold > 0 {
		flags |= standingThreshold
	}
	if s.Consent {
		flags |= standingConsent
	}
	if s.Nonces.Highest > 0 {
		flags |= standingNonces
	}
	if len(s.Keys) > 0 {
		flags |= standingKeys
	}
	out := make([]byte, 0, 96+len(s.Keys))
	out = append(out, byte(s.Status), byte(s.Kind))
	out = binary.AppendUvarint(out, flags)
	out = binary.AppendUvarint(out, uint64(len(s.Bank)))
	out = append(out, s.Bank...)
	if s.OwnLimits {
		out = appendBounds(out, s.Limits)
	}
	if s.Linked > 0 {
		out = binary.AppendUvarint(out, s.Linked)
	}
	if s.Hour > 0 {
		out = binary.AppendUvarint(out, s.Hour)
		out = binary.AppendUvarint(out, s.Spent)
	}
	if s.Frozen > 0 {
		out = binary.AppendUvarint(out, s.Frozen)
	}
	if s.Threshold > 0 {
		out = binary.AppendUvarint(out, s.Threshold)
	}
	if s.Nonces.Highest > 0 {
		out = s.Nonces.appendTo(out)
	}
	if len(s.Keys) > 0 {
		out = binary.AppendUvarint(out, uint64(len(s.Keys)))
		out = append(out, s.Keys...)
	}
	return out, nil
}

func (n OrderNonces) appendTo(out []byte) []byte {
	out = binary.AppendUvarint(out, n.Highest)
	out = binary.AppendUvarint(out, n.Height)
	out = binary.AppendUvarint(out, uint64(n.Count))
	window := bytes.TrimRight(n.Window[:], "\x00")
	out = append(out, byte(len(window))) // #nosec G115 -- at most OrderNonceBytes
	return append(out, window...)
}

func (standingCodec) Decode(raw []byte) (Standing, error) {
	r := reader{rest: raw}
	s := Standing{Status: AccountStatus(r.byte()), Kind: AccountKind(r.byte())}
	flags := r.uvarint()
	s.Bank = r.text()
	s.Replica = flags&standingReplica != 0
	s.Consent = flags&standingConsent != 0
	if flags&standingOwnLimits != 0 {
		s.OwnLimits, s.Limits = true, r.bounds()
	}
	if flags&standingLinked != 0 {
		s.Linked = r.uvarint()
	}
	if flags&standingSpent != 0 {
		s.Hour, s.Spent = r.uvarint(), r.uvarint()
	}
	if flags&standingFrozen != 0 {
		s.Frozen = r.uvarint()
	}
	if flags&standingThreshold != 0 {
		s.Threshold = r.uvarint()
	}
	if flags&standingNonces != 0 {
		s.Nonces = r.orderNonces()
	}
	if flags&standingKeys != 0 {
		s.Keys = OrderKeys(r.text())
	}
	if flags >= standingFlagsEnd {
		r.broken = true
	}
	return s, r.err("standing", raw)
}

func (standingCodec) EncodeJSON(s Standing) ([]byte, error) { return json.Marshal(s) }

func (standingCodec) DecodeJSON(raw []byte) (s Standing, err error) {
	err = json.Unmarshal(raw, &s)
	return s, err
}

func (standingCodec) Stringify(s Standing) string { return fmt.Sprintf("%+v", s) }

func (standingCodec) ValueType() string { return "azukari/registry/standing" }

func errNotActive(address, bank string, status AccountStatus) error {
	switch status {
	case AccountStatusFrozen:
		return errorsmod.Wrapf(ErrAccountFrozen, "expected account %s active, got frozen; ask bank %s", address, bank)
	case AccountStatusUnlinked:
		return errorsmod.Wrapf(ErrAccountUnlinked, "expected account %s active, got unlinked; request a link on the Financial Zone", address)
	case AccountStatusApplied:
		return errorsmod.Wrapf(ErrAccountNotActive, "expected account %s active, got applied; wait for bank %s to approve it", address, bank)
	case AccountStatusOpen:
		return errorsmod.Wrapf(ErrAccountNotActive, "expected account %s active, got open; its holder activates it first", address)
	case AccountStatusActive, AccountStatusClosed, AccountStatusUnspecified:
	}
	return errClosed(address)
}

func errClosed(address string) error {
	return errorsmod.Wrapf(ErrAccountClosed, "expected account %s open, got closed; a closed account never opens again", address)
}
