package types

import (
	"bytes"
	"cmp"
	"fmt"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// DefaultGenesis returns a genesis without classes.
func DefaultGenesis() *GenesisState {
	return &GenesisState{}
}

// Validate checks every entry, that lists are in strictly ascending order, so that there is exactly one genesis for one state, and
// that units, histories and books agree. Whether the coins of x/bank agree, too, is for the laws of money. It returns
// ErrInvalidGenesis or the errors of the entries.
func (g GenesisState) Validate() error {
	classes := make(map[string]ClassState, len(g.Classes))
	for i, state := range g.Classes {
		if err := state.validate(); err != nil {
			return fmt.Errorf("classes[%d]: %w", i, err)
		}
		if i > 0 && state.Class.Id <= g.Classes[i-1].Class.Id {
			return ErrInvalidGenesis.Wrapf("classes[%d]: expected ascending ids, got %s after %s", i, state.Class.Id, g.Classes[i-1].Class.Id)
		}
		classes[state.Class.Id] = state
	}
	live := map[string]int64{}
	for i, state := range g.Units {
		if err := state.validate(classes); err != nil {
			return fmt.Errorf("units[%d]: %w", i, err)
		}
		if i > 0 && compareUnits(g.Units[i-1].Unit, state.Unit) >= 0 {
			return ErrInvalidGenesis.Wrapf("units[%d]: expected ascending (class, id), got %s after %s", i, state.Unit.Denom(), g.Units[i-1].Unit.Denom())
		}
		if state.Unit.IsLive() {
			live[state.Unit.Class]++
		}
	}
	for i, state := range g.Classes {
		if state.Class.Kind != ClassKindUnique {
			continue
		}
		if supply := state.Book.Supply(); !supply.Equal(math.NewInt(live[state.Class.Id])) {
			return ErrInvalidGenesis.Wrapf("classes[%d]: expected %s live units of %s, as its book says, got %d", i, supply, state.Class.Id, live[state.Class.Id])
		}
	}
	return g.validateOperations()
}

func compareUnits(a, b Unit) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Id, b.Id))
}

func (s ClassState) validate() error {
	if err := s.Class.Validate(); err != nil {
		return err
	}
	if err := s.Metadata.Validate(); err != nil {
		return err
	}
	if err := s.Book.Validate(); err != nil {
		return err
	}
	most := MaxSupply
	if s.Class.Rules.Cap.IsPositive() {
		most = s.Class.Rules.Cap
	}
	if supply := s.Book.Supply(); supply.GT(most) {
		return ErrInvalidGenesis.Wrapf("expected at most %s units of %s, got %s", most, s.Class.Id, supply)
	}
	var managers, frozen []string
	for _, manager := range s.Managers {
		if err := manager.Validate(); err != nil {
			return err
		}
		if len(manager.Rights) == 0 || manager.Account == s.Class.Issuer {
			return ErrInvalidGenesis.Wrapf("expected managers with rights beside the issuer of %s, got %s", s.Class.Id, manager.String())
		}
		managers = append(managers, manager.Account)
	}
	for _, holder := range s.FrozenHolders {
		if err := holder.Freeze.Validate(); err != nil {
			return err
		}
		frozen = append(frozen, holder.Account)
	}
	for _, list := range [][]string{managers, s.Allowed, frozen} {
		if err := validateAddresses(list); err != nil {
			return err
		}
	}
	return nil
}

func validateAddresses(list []string) error {
	var before sdk.AccAddress
	for _, text := range list {
		address, err := registrytypes.ParseAddress(text)
		if err != nil {
			return ErrInvalidGenesis.Wrap(err.Error())
		}
		if bytes.Compare(before, address) >= 0 {
			return ErrInvalidGenesis.Wrapf("expected accounts in ascending order of address bytes, without repeats, got %s", text)
		}
		before = address
	}
	return nil
}

func (s UnitState) validate(classes map[string]ClassState) error {
	if err := s.Unit.Validate(); err != nil {
		return err
	}
	state, found := classes[s.Unit.Class]
	if !found || state.Class.Kind != ClassKindUnique {
		return ErrInvalidGenesis.Wrapf("expected a unit of a class of unique units, got %s", s.Unit.Denom())
	}
	if !state.Class.History && !s.Unit.IsLive() {
		return ErrInvalidGenesis.Wrapf("expected nothing left of units of %s that ended, got %s", s.Unit.Class, s.Unit.Id)
	}
	if !state.Class.History && len(s.History) > 0 || state.Class.History && len(s.History) == 0 || uint64(len(s.History)) != s.Unit.HistoryLength {
		return ErrInvalidGenesis.Wrapf("unit %s: expected a history of %d entries, got %d", s.Unit.Denom(), s.Unit.HistoryLength, len(s.History))
	}
	if len(s.History) == 0 {
		return nil
	}
	return s.validateHistory()
}

// validateHistory checks that the entries lead from the issue to where the unit is.
func (s UnitState) validateHistory() error {
	holder := ""
	status := UnitStatusLive
	for i, entry := range s.History {
		if err := entry.Validate(); err != nil {
			return fmt.Errorf("unit %s: %w", s.Unit.Denom(), err)
		}
		follows := entry.Sequence == uint64(i)+1 && entry.From == holder && status == UnitStatusLive && (i > 0) == (entry.Kind != CustodyKindIssued)
		if !follows {
			return ErrInvalidGenesis.Wrapf("unit %s: expected entry %d to go on from %q, got %s", s.Unit.Denom(), i+1, holder, entry.String())
		}
		switch entry.Kind {
		case CustodyKindIssued, CustodyKindTransferred, CustodyKindSettled:
			holder = entry.To
		case CustodyKindRedeemed:
			status = UnitStatusRedeemed
		case CustodyKindRecalled:
			status = UnitStatusRecalled
		case CustodyKindExpired:
			status = UnitStatusExpired
		case CustodyKindNoted, CustodyKindUnspecified:
		}
	}
	if holder != s.Unit.Holder || status != s.Unit.Status {
		return ErrInvalidGenesis.Wrapf("unit %s: expected %s and %s, as its history says, got %s and %s",
			s.Unit.Denom(), holder, status, s.Unit.Holder, s.Unit.Status)
	}
	return nil
}

func (g GenesisState) validateOperations() error {
	var before Operation
	var signerBefore sdk.AccAddress
	for i, operation := range g.Operations {
		if err := operation.Validate(); err != nil {
			return fmt.Errorf("operations[%d]: %w", i, err)
		}
		signer, err := registrytypes.ParseAddress(operation.Signer)
		if err != nil {
			return fmt.Errorf("operations[%d]: %w", i, err)
		}
		if cmp.Or(bytes.Compare(signerBefore, signer), cmp.Compare(before.Reference, operation.Reference)) >= 0 {
			return ErrInvalidGenesis.Wrapf("operations[%d]: expected ascending (address bytes of the signer, reference), got %s %s after %s %s",
				i, operation.Signer, operation.Reference, before.Signer, before.Reference)
		}
		before, signerBefore = operation, signer
	}
	return nil
}
