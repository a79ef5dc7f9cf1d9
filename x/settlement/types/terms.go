package types

import (
	"crypto/sha256"
	"math"
	"strings"
	"time"

	errorsmod "cosmossdk.io/errors"
	sdkmath "cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// MaxLegs is how many legs a trade may have.
	MaxLegs = 1_000
	// MaxDocuments is how many documents a trade may ask for.
	MaxDocuments = 16
	// MaxDuration is the longest time from a trade's creation to its deadline.
	MaxDuration = 90 * 24 * time.Hour
	// MaxLegsPerBlock is how many legs of trades settle by their time in one block, and how many end by their deadline: about 250 and
	// 150 ms of work. The largest trade fits.
	MaxLegsPerBlock = MaxLegs

	// assetPrefix begins the denom of everything but yen that a trade may move.
	assetPrefix = "asset/"
	// termsDomain keeps the hash of terms apart from all other hashes.
	termsDomain = "azukari/settlement/terms/v1\n"
)

// MaxUnits is the most units of an asset in one leg: far above all supplies, far below an overflow of a sum.
var MaxUnits = sdkmath.NewIntWithDecimal(1, 30)

// Deadlines are kept in nanoseconds, which must fit an int64: up to the year 2262.
var maxDeadline = time.Unix(0, math.MaxInt64)

// IsYen says whether a denom of a leg is yen; every other is an asset's.
func IsYen(denom string) bool { return !strings.HasPrefix(denom, assetPrefix) }

// Hash returns what the parties of a trade confirm, 32 bytes: see AgreedTerms.
func (t Terms) Hash(chainID, creator, reference string) ([]byte, error) {
	agreed := AgreedTerms{ChainId: chainID, Creator: creator, Reference: reference, Terms: t}
	raw, err := agreed.Marshal()
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(append([]byte(termsDomain), raw...))
	return hash[:], nil
}

// Validate checks terms that are proposed at a time. It returns ErrInvalidTrade, with the first fault found.
func (t Terms) Validate(at time.Time) error {
	if err := t.validateTimes(at); err != nil {
		return err
	}
	if err := t.validateLegs(); err != nil {
		return err
	}
	if err := t.validateAgent(); err != nil {
		return err
	}
	if len(t.Documents) > MaxDocuments {
		return ErrInvalidTrade.Wrapf("expected at most %d documents, got %d", MaxDocuments, len(t.Documents))
	}
	names := make(map[string]bool, len(t.Documents))
	for i, document := range t.Documents {
		if err := document.validate(); err != nil {
			return errorsmod.Wrapf(err, "documents[%d]", i)
		}
		if names[document.Name] {
			return ErrInvalidTrade.Wrapf("documents[%d]: expected a name of its own, got %q again", i, document.Name)
		}
		names[document.Name] = true
	}
	if len(t.MemoHash) != 0 && len(t.MemoHash) != sha256.Size {
		return ErrInvalidTrade.Wrapf("expected a memo_hash of %d bytes or none, got %d", sha256.Size, len(t.MemoHash))
	}
	return nil
}

func (t Terms) validateTimes(at time.Time) error {
	if !t.Deadline.After(at) || t.Deadline.After(at.Add(MaxDuration)) || t.Deadline.After(maxDeadline) {
		return ErrInvalidTrade.Wrapf("expected a deadline after %s by at most %d days, got %s",
			text(at), MaxDuration/(24*time.Hour), text(t.Deadline))
	}
	if t.SettleAt != nil && (!t.SettleAt.After(at) || !t.SettleAt.Before(t.Deadline)) {
		return ErrInvalidTrade.Wrapf("expected settle_at after %s and before the deadline %s, got %s; leave it out to settle at once",
			text(at), text(t.Deadline), text(*t.SettleAt))
	}
	return nil
}

// route is what makes a leg one of its kind.
type route struct{ from, to, denom string }

func (t Terms) validateLegs() error {
	if len(t.Legs) == 0 || len(t.Legs) > MaxLegs {
		return ErrInvalidTrade.Wrapf("expected 1 to %d legs, got %d", MaxLegs, len(t.Legs))
	}
	yen := ""
	routes := make(map[route]int, len(t.Legs))
	for i, leg := range t.Legs {
		if err := leg.validate(); err != nil {
			return errorsmod.Wrapf(err, "legs[%d]", i)
		}
		one := route{leg.From, leg.To, leg.Amount.Denom}
		if first, taken := routes[one]; taken {
			return ErrInvalidTrade.Wrapf("legs[%d]: expected one leg of a denom from one party to another, got that of legs[%d] again; add them up", i, first)
		}
		routes[one] = i
		if !IsYen(leg.Amount.Denom) {
			continue
		}
		if yen != "" && yen != leg.Amount.Denom {
			return ErrInvalidTrade.Wrapf("legs[%d]: expected %s or an asset, got %s", i, yen, leg.Amount.Denom)
		}
		yen = leg.Amount.Denom
	}
	return nil
}

func (l Leg) validate() error {
	for _, party := range []struct{ name, address string }{{"from", l.From}, {"to", l.To}} {
		if _, err := registrytypes.ParseAddress(party.address); err != nil {
			return ErrInvalidTrade.Wrapf("%s: %s", party.name, err)
		}
	}
	if l.From == l.To {
		return ErrInvalidTrade.Wrapf("expected another receiver than the deliverer, got %s", l.To)
	}
	if err := sdk.ValidateDenom(l.Amount.Denom); err != nil {
		return ErrInvalidTrade.Wrapf("amount: %s", err)
	}
	most := MaxUnits
	if IsYen(l.Amount.Denom) {
		most = registrytypes.MaxLimit
	}
	if l.Amount.Amount.IsNil() || !l.Amount.Amount.IsPositive() || l.Amount.Amount.GT(most) {
		return ErrInvalidTrade.Wrapf("expected an amount of 1 to %s, got %s", most, l.Amount)
	}
	return nil
}

// validateAgent checks that the agent, if there is one, is above the parties.
func (t Terms) validateAgent() error {
	if t.Agent == "" {
		if t.AgentReleases {
			return ErrInvalidTrade.Wrap("expected an agent that releases, got none")
		}
		return nil
	}
	if _, err := registrytypes.ParseAddress(t.Agent); err != nil {
		return ErrInvalidTrade.Wrapf("agent: %s", err)
	}
	for i, leg := range t.Legs {
		if leg.From == t.Agent || leg.To == t.Agent {
			return ErrInvalidTrade.Wrapf("expected an agent who is no party, got %s of legs[%d]", t.Agent, i)
		}
	}
	return nil
}

func (d Document) validate() error {
	if err := registrytypes.ValidateReference(d.Name); err != nil {
		return ErrInvalidTrade.Wrapf("name: %s", err)
	}
	if len(d.Hash) != sha256.Size {
		return ErrInvalidTrade.Wrapf("expected a hash of %d bytes, got %d", sha256.Size, len(d.Hash))
	}
	if _, err := registrytypes.ParseAddress(d.Presenter); err != nil {
		return ErrInvalidTrade.Wrapf("presenter: %s", err)
	}
	return nil
}

func text(at time.Time) string { return at.UTC().Format(time.RFC3339) }
