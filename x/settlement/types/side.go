package types

import (
	"bytes"
	"slices"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Side is one party of a trade with what it delivers.
type Side struct {
	Address    sdk.AccAddress
	Party      Party
	Deliveries []Delivery
}

// holding is what a party has of a denom at one point of the legs.
type holding struct{ party, denom string }

// Sides splits legs that have been validated by party, in ascending order of address bytes. Legs are carried out in their order:
// what earlier legs brought a party it passes on before it touches its own, so that it sets aside only what is missing.
func Sides(legs []Leg) []Side {
	byAddress := make(map[string]*Side, 2*len(legs))
	side := func(address string) *Side {
		known, found := byAddress[address]
		if !found {
			known = &Side{
				Address: sdk.MustAccAddressFromBech32(address), Party: Party{Address: address, IncomingYen: math.ZeroInt()},
			}
			byAddress[address] = known
		}
		return known
	}
	received := make(map[holding]math.Int, len(legs))
	at := func(what holding) math.Int {
		if amount, found := received[what]; found {
			return amount
		}
		return math.ZeroInt()
	}
	for i, leg := range legs {
		own, others := holding{leg.From, leg.Amount.Denom}, holding{leg.To, leg.Amount.Denom}
		passed := math.MinInt(at(own), leg.Amount.Amount)
		received[own] = at(own).Sub(passed)
		received[others] = at(others).Add(leg.Amount.Amount)
		from, to := side(leg.From), side(leg.To)
		from.Deliveries = append(from.Deliveries, Delivery{
			Leg: uint32(i), To: leg.To, Amount: leg.Amount, Passed: passed, // #nosec G115 -- at most MaxLegs
		})
		if IsYen(leg.Amount.Denom) {
			to.Party.IncomingYen = to.Party.IncomingYen.Add(leg.Amount.Amount)
		}
	}
	sides := make([]Side, 0, len(byAddress))
	for _, one := range byAddress {
		sides = append(sides, *one)
	}
	slices.SortFunc(sides, func(a, b Side) int { return bytes.Compare(a.Address, b.Address) })
	return sides
}

// Legs puts the legs of all sides together again, in the order of the terms.
func Legs(sides []Side) []Leg {
	count := 0
	for _, side := range sides {
		count += len(side.Deliveries)
	}
	legs := make([]Leg, count)
	for _, side := range sides {
		for _, delivery := range side.Deliveries {
			legs[delivery.Leg] = Leg{From: side.Party.Address, To: delivery.To, Amount: delivery.Amount}
		}
	}
	return legs
}

// HeldOf is what a party sets aside of one denom.
type HeldOf struct {
	Amount sdk.Coin
	// Deliveries are those that take from it.
	Deliveries []Delivery
}

// Held returns what the party sets aside, one entry of each denom in the order of its deliveries.
func (s Side) Held() []HeldOf {
	var held []HeldOf
	position := make(map[string]int, len(s.Deliveries))
	for _, delivery := range s.Deliveries {
		part := delivery.Held()
		if part.IsZero() {
			continue
		}
		at, found := position[part.Denom]
		if !found {
			position[part.Denom] = len(held)
			held = append(held, HeldOf{Amount: part, Deliveries: []Delivery{delivery}})
			continue
		}
		held[at].Amount = held[at].Amount.Add(part)
		held[at].Deliveries = append(held[at].Deliveries, delivery)
	}
	return held
}

// Held returns the part of the delivery that its deliverer sets aside; it may be zero.
func (d Delivery) Held() sdk.Coin { return d.Amount.SubAmount(d.Passed) }

// Commitment is what one party of an open trade has set aside by its confirmation.
type Commitment struct {
	Trade Trade
	Party Party
	// Held is what its holds are of, in their order.
	Held []HeldOf
	// Reserved is all yen that it delivers to customers of other banks.
	Reserved math.Int
}
