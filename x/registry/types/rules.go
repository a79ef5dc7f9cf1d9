package types

import (
	"encoding/json"
	"fmt"

	"cosmossdk.io/collections/codec"
)

// kinds are the kinds of account, in ascending order.
var kinds = [...]AccountKind{AccountKindIndividual, AccountKindBusiness, AccountKindBankOwn}

// Rules are a bank's policy and pause as payments read them, in one short record.
type Rules struct {
	Paused      bool
	PauseReason string
	// HasTier says which kinds have a tier; in the order of kinds.
	HasTier [len(kinds)]bool
	Tiers   [len(kinds)]Bounds
}

// RulesOf returns a bank's state that has been validated.
func RulesOf(state BankState) Rules {
	rules := Rules{Paused: state.Paused, PauseReason: state.PauseReason}
	for _, tier := range state.Policy.Tiers {
		rules.HasTier[tier.Kind-1], rules.Tiers[tier.Kind-1] = true, BoundsOf(tier.Limits)
	}
	return rules
}

// State returns the rules as messages and queries show them.
func (r Rules) State(bank string) BankState {
	state := BankState{Bank: bank, Paused: r.Paused, PauseReason: r.PauseReason, Policy: BankPolicy{Tiers: []Tier{}}}
	for i, kind := range kinds {
		if r.HasTier[i] {
			state.Policy.Tiers = append(state.Policy.Tiers, Tier{Kind: kind, Limits: r.Tiers[i].Limits()})
		}
	}
	return state
}

// Tier returns the limits of accounts of a kind without limits of their own. Without a tier they may nothing.
func (r Rules) Tier(kind AccountKind) Bounds {
	if ValidateKind(kind) != nil {
		return Bounds{}
	}
	return r.Tiers[kind-1]
}

// rulesPaused is the flag of a paused bank. The flags above it say which kinds have a tier.
const rulesPaused = 1

// RulesValue encodes Rules as: one byte of flags; of each kind that has a tier, by its flag (2, 4, 8), three unsigned
// varints; and if the bank is paused, flag 1, the reason. Equal rules have equal bytes.
var RulesValue codec.ValueCodec[Rules] = rulesCodec{}

type rulesCodec struct{}

func (rulesCodec) Encode(r Rules) ([]byte, error) {
	var flags byte
	if r.Paused {
		flags |= rulesPaused
	}
	for i := range kinds {
		if r.HasTier[i] {
			flags |= rulesPaused << (i + 1)
		}
	}
	out := append(make([]byte, 0, 64), flags)
	for i := range kinds {
		if r.HasTier[i] {
			out = appendBounds(out, r.Tiers[i])
		}
	}
	if r.Paused {
		out = append(out, r.PauseReason...)
	}
	return out, nil
}

func (rulesCodec) Decode(raw []byte) (Rules, error) {
	in := reader{rest: raw}
	flags := in.byte()
	var r Rules
	for i := range kinds {
		if flags&(rulesPaused<<(i+1)) != 0 {
			r.HasTier[i], r.Tiers[i] = true, in.bounds()
		}
	}
	if flags&rulesPaused != 0 {
		r.Paused, r.PauseReason = true, string(in.bytes(len(in.rest)))
	}
	if flags >= rulesPaused<<(len(kinds)+1) {
		in.broken = true
	}
	return r, in.err("rules", raw)
}

func (rulesCodec) EncodeJSON(r Rules) ([]byte, error) { return json.Marshal(r) }

func (rulesCodec) DecodeJSON(raw []byte) (r Rules, err error) {
	err = json.Unmarshal(raw, &r)
	return r, err
}

func (rulesCodec) Stringify(r Rules) string { return fmt.Sprintf("%+v", r) }

func (rulesCodec) ValueType() string { return "azukari/registry/rules" }
