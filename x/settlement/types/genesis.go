package types

import (
	"crypto/sha256"
	"fmt"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// DefaultGenesis returns a genesis without trades.
func DefaultGenesis() *GenesisState {
	return &GenesisState{NextId: 1}
}

// Validate checks each trade, that ids ascend below next_id, that no creator used a reference twice, and that each hold serves
// one trade. Whether trades, holds and reserved flows agree is for the laws of money. It returns the first fault found.
func (m GenesisState) Validate() error {
	references := make(map[string]uint64, len(m.Trades))
	holds := map[uint64]uint64{}
	var before uint64
	for i, record := range m.Trades {
		trade := record.Trade
		if err := record.validate(); err != nil {
			return fmt.Errorf("trades[%d]: %w", i, err)
		}
		if trade.Id <= before {
			return ErrInvalidGenesis.Wrapf("trades[%d]: expected ids in ascending order, got %d after %d", i, trade.Id, before)
		}
		before = trade.Id
		name := trade.Creator + "/" + trade.Reference
		if other, taken := references[name]; taken {
			return ErrInvalidGenesis.Wrapf("trades[%d]: expected a reference that %s has not used, got that of trade %d", i, trade.Creator, other)
		}
		references[name] = trade.Id
		for _, party := range record.Parties {
			for _, hold := range party.Holds {
				if other, taken := holds[hold]; taken {
					return ErrInvalidGenesis.Wrapf("trades[%d]: expected holds of its own, got hold %d of trade %d", i, hold, other)
				}
				holds[hold] = trade.Id
			}
		}
	}
	if m.NextId <= before {
		return ErrInvalidGenesis.Wrapf("expected next_id above %d, got %d", before, m.NextId)
	}
	return nil
}

// Sides returns the record's parties with what they deliver. It needs a valid record.
func (r TradeRecord) Sides() []Side {
	sides := Sides(r.Legs)
	for i := range sides {
		sides[i].Party = r.Parties[i]
	}
	return sides
}

// validate checks that the record is one that the module can have written.
func (r TradeRecord) validate() error {
	trade := r.Trade
	if _, err := registrytypes.ParseAddress(trade.Creator); err != nil {
		return err
	}
	if err := registrytypes.ValidateReference(trade.Reference); err != nil {
		return err
	}
	if len(trade.TermsHash) != sha256.Size {
		return ErrInvalidGenesis.Wrapf("expected a terms_hash of %d bytes, got %d", sha256.Size, len(trade.TermsHash))
	}
	if err := trade.Terms(r.Legs).Validate(trade.CreatedAt); err != nil {
		return err
	}
	if err := r.validateParties(); err != nil {
		return errorsmod.Wrap(err, trade.Name())
	}
	return errorsmod.Wrap(trade.validateProgress(), trade.Name())
}

// validateParties checks that the parties are those of the legs, and how far each has come.
func (r TradeRecord) validateParties() error {
	sides := Sides(r.Legs)
	confirmed := uint32(0)
	if len(sides) != len(r.Parties) || int(r.Trade.PartiesCount) != len(sides) || int(r.Trade.LegsCount) != len(r.Legs) {
		return ErrInvalidGenesis.Wrapf("expected %d legs and %d parties, got %d and %d, and counts of %d and %d",
			len(r.Legs), len(sides), len(r.Legs), len(r.Parties), r.Trade.LegsCount, r.Trade.PartiesCount)
	}
	for i, party := range r.Parties {
		want := sides[i].Party
		if party.Address != want.Address || party.IncomingYen.IsNil() || !party.IncomingYen.Equal(want.IncomingYen) {
			return ErrInvalidGenesis.Wrapf("parties[%d]: expected %s who gets %s yen, got %s who gets %s",
				i, want.Address, want.IncomingYen, party.Address, party.IncomingYen)
		}
		holds := 0
		if party.ConfirmedAt != nil {
			confirmed++
			holds = len(sides[i].Held())
			if party.Bank == "" {
				return ErrInvalidGenesis.Wrapf("parties[%d]: expected the bank of a party that has confirmed, got none", i)
			}
		}
		if len(party.Holds) != holds {
			return ErrInvalidGenesis.Wrapf("parties[%d]: expected %d holds, got %d", i, holds, len(party.Holds))
		}
	}
	if confirmed != r.Trade.ConfirmedCount {
		return ErrInvalidGenesis.Wrapf("expected %d confirmations, got confirmed_count %d", confirmed, r.Trade.ConfirmedCount)
	}
	return nil
}

// validateProgress checks that status, conditions and end of a trade agree.
func (t Trade) validateProgress() error {
	if t.Id == 0 {
		return ErrInvalidGenesis.Wrap("expected id 1 or more, got 0")
	}
	if _, known := TradeStatus_name[int32(t.Status)]; !known || t.Status == TradeStatusUnspecified {
		return ErrInvalidGenesis.Wrapf("expected a known status, got %s", t.Status)
	}
	if t.ReleasedAt != nil && !t.AgentReleases {
		return ErrInvalidGenesis.Wrap("expected no release that the terms do not ask for, got one")
	}
	complete := t.Missing() == 0
	if needed := t.Status == TradeStatusConfirmed || t.Status == TradeStatusSettled; needed && !complete || t.Status == TradeStatusProposed && complete {
		return ErrInvalidGenesis.Wrapf("expected status and confirmations to agree, got %s with %d missing", t.Status.Word(), t.Missing())
	}
	if t.Status == TradeStatusConfirmed && t.SettleAt == nil && t.IsReady() {
		return ErrInvalidGenesis.Wrap("expected a trade that waits for something, got one that would have settled")
	}
	if t.IsOpen() == (t.EndedAt != nil) {
		return ErrInvalidGenesis.Wrapf("expected the time of its end exactly if it has ended, got %s", t.Status.Word())
	}
	return t.validateEnd()
}

// validateEnd checks who ended a trade, and why.
func (t Trade) validateEnd() error {
	switch t.Status {
	case TradeStatusCancelled, TradeStatusRefused, TradeStatusAborted:
		if _, err := registrytypes.ParseAddress(t.EndedBy); err != nil {
			return err
		}
		return registrytypes.ValidateReason(t.Reason)
	case TradeStatusSettled:
		if t.EndedBy != "" {
			if _, err := registrytypes.ParseAddress(t.EndedBy); err != nil {
				return err
			}
		}
	case TradeStatusProposed, TradeStatusConfirmed, TradeStatusExpired, TradeStatusUnspecified:
		if t.EndedBy != "" {
			return ErrInvalidGenesis.Wrapf("expected nobody who ended a trade that is %s, got %s", t.Status.Word(), t.EndedBy)
		}
	}
	if t.Reason != "" {
		return ErrInvalidGenesis.Wrapf("expected no reason of a trade that is %s, got %q", t.Status.Word(), t.Reason)
	}
	return nil
}
