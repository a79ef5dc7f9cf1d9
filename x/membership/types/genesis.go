package types

import (
	"bytes"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// DefaultGenesis returns a genesis with default parameters and no members: a zone's founders add themselves.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams(), NextProposalId: 1}
}

// Validate checks every entry, the order of every list, and that entries refer to organizations that exist. It
// returns ErrInvalidGenesis, or the error of the entry.
func (gs GenesisState) Validate() error {
	if err := gs.Params.Validate(); err != nil {
		return err
	}
	if err := gs.validateOrganizations(); err != nil {
		return err
	}
	known := make(map[string]bool, len(gs.Organizations))
	for _, organization := range gs.Organizations {
		known[organization.Id] = true
	}
	if err := gs.validateOperators(known); err != nil {
		return err
	}
	voting, err := gs.validateValidators(known)
	if err != nil {
		return err
	}
	if err := gs.validateRemovedValidators(known, voting); err != nil {
		return err
	}
	if err := gs.validateNetwork(known); err != nil {
		return err
	}
	return gs.validateProposals()
}

func (gs GenesisState) validateNetwork(known map[string]bool) error {
	for i, node := range gs.Nodes {
		if err := node.Validate(); err != nil {
			return err
		}
		if !known[node.Organization] {
			return ErrInvalidGenesis.Wrapf("node %s: expected one of the organizations, got %s", node.Id, node.Organization)
		}
		if i > 0 && node.Id <= gs.Nodes[i-1].Id {
			return ErrInvalidGenesis.Wrapf("nodes: expected ascending ids without repeats, got %s after %s", node.Id, gs.Nodes[i-1].Id)
		}
	}
	for i, certificate := range gs.Certificates {
		if err := certificate.Validate(); err != nil {
			return err
		}
		if !known[certificate.Organization] {
			return ErrInvalidGenesis.Wrapf("certificate %s: expected one of the organizations, got %s", certificate.Fingerprint, certificate.Organization)
		}
		if i > 0 && certificate.Fingerprint <= gs.Certificates[i-1].Fingerprint {
			return ErrInvalidGenesis.Wrapf("certificates: expected ascending fingerprints without repeats, got %s after %s",
				certificate.Fingerprint, gs.Certificates[i-1].Fingerprint)
		}
	}
	for i, change := range gs.PowerChanges {
		if change.Power < 1 || (i > 0 && !change.Time.After(gs.PowerChanges[i-1].Time)) {
			return ErrInvalidGenesis.Wrapf("power_changes: expected positive power at ascending times, got %d at %s", change.Power, change.Time)
		}
	}
	for i, missed := range gs.MissedBlocks {
		if err := validateConsensusKey(missed.ConsensusKey); err != nil {
			return err
		}
		if missed.Count == 0 || (i > 0 && bytes.Compare(missed.ConsensusKey, gs.MissedBlocks[i-1].ConsensusKey) <= 0) {
			return ErrInvalidGenesis.Wrapf("missed_blocks: expected counts of 1 or more by ascending key, got %d of %X", missed.Count, missed.ConsensusKey)
		}
	}
	return nil
}

// validateProposals checks proposals and votes. Their organizations may have left meanwhile.
func (gs GenesisState) validateProposals() error {
	known := make(map[uint64]bool, len(gs.Proposals))
	previous := uint64(0)
	for _, proposal := range gs.Proposals {
		if err := proposal.Validate(); err != nil {
			return err
		}
		if proposal.Id <= previous {
			return ErrInvalidGenesis.Wrapf("proposals: expected ascending ids without repeats, got %d after %d", proposal.Id, previous)
		}
		previous = proposal.Id
		known[proposal.Id] = true
	}
	if gs.NextProposalId <= previous {
		return ErrInvalidGenesis.Wrapf("next_proposal_id: expected more than %d, got %d", previous, gs.NextProposalId)
	}
	for i, vote := range gs.Votes {
		if err := vote.Validate(); err != nil {
			return err
		}
		if !known[vote.Proposal] {
			return ErrInvalidGenesis.Wrapf("votes: expected the id of a proposal, got %d", vote.Proposal)
		}
		if i == 0 {
			continue
		}
		before := gs.Votes[i-1]
		if vote.Proposal < before.Proposal || (vote.Proposal == before.Proposal && vote.Organization <= before.Organization) {
			return ErrInvalidGenesis.Wrapf("votes: expected ascending order without repeats, got %d by %s after %d by %s",
				vote.Proposal, vote.Organization, before.Proposal, before.Organization)
		}
	}
	return nil
}

func (gs GenesisState) validateOrganizations() error {
	for i, organization := range gs.Organizations {
		if err := organization.Validate(); err != nil {
			return err
		}
		if i > 0 && organization.Id <= gs.Organizations[i-1].Id {
			return ErrInvalidGenesis.Wrapf("organizations: expected ascending ids without repeats, got %s after %s",
				organization.Id, gs.Organizations[i-1].Id)
		}
	}
	return nil
}

func (gs GenesisState) validateOperators(known map[string]bool) error {
	var previous sdk.AccAddress
	for i, operator := range gs.Operators {
		if err := operator.Validate(); err != nil {
			return err
		}
		if !known[operator.Organization] {
			return ErrInvalidGenesis.Wrapf("operator %s: expected one of the organizations, got %s", operator.Address, operator.Organization)
		}
		address := sdk.MustAccAddressFromBech32(operator.Address)
		// Order is by the bytes of the address; its bech32 text sorts otherwise.
		if i > 0 && bytes.Compare(address, previous) <= 0 {
			return ErrInvalidGenesis.Wrapf("operators: expected ascending address bytes without repeats, got %s after %s", address, previous)
		}
		previous = address
	}
	return nil
}

// validateValidators returns the set of voting keys.
func (gs GenesisState) validateValidators(known map[string]bool) (map[string]bool, error) {
	if len(gs.Validators) == 0 {
		return nil, ErrInvalidGenesis.Wrap("validators: expected at least one, got none: add the founders' consensus keys")
	}
	active := make(map[string]bool, len(gs.Organizations))
	for _, organization := range gs.Organizations {
		active[organization.Id] = organization.IsActive()
	}
	voting := make(map[string]bool, len(gs.Validators))
	total, powerful := int64(0), false
	for i, validator := range gs.Validators {
		if err := validator.Validate(); err != nil {
			return nil, err
		}
		if !known[validator.Organization] {
			return nil, ErrInvalidGenesis.Wrapf("validator %X: expected one of the organizations, got %s", validator.ConsensusKey, validator.Organization)
		}
		if i > 0 && bytes.Compare(validator.ConsensusKey, gs.Validators[i-1].ConsensusKey) <= 0 {
			return nil, ErrInvalidGenesis.Wrapf("validators: expected ascending consensus keys without repeats, got %X after %X",
				validator.ConsensusKey, gs.Validators[i-1].ConsensusKey)
		}
		// Both terms are at most MaxTotalPower, so the sum cannot wrap around.
		if total += validator.Power; total > MaxTotalPower {
			return nil, ErrTotalPower.Wrapf("expected %d or less, got %d at validator %X", MaxTotalPower, total, validator.ConsensusKey)
		}
		voting[string(validator.ConsensusKey)] = true
		powerful = powerful || active[validator.Organization]
	}
	if !powerful {
		return nil, ErrInvalidGenesis.Wrap("validators: expected at least one of an active organization, got none")
	}
	return voting, nil
}

func (gs GenesisState) validateRemovedValidators(known, voting map[string]bool) error {
	for i, removed := range gs.RemovedValidators {
		if err := removed.Validate(); err != nil {
			return err
		}
		if !known[removed.Organization] {
			return ErrInvalidGenesis.Wrapf("removed validator %X: expected one of the organizations, got %s", removed.ConsensusKey, removed.Organization)
		}
		if voting[string(removed.ConsensusKey)] {
			return ErrInvalidGenesis.Wrapf("removed validator %X: expected a key that does not vote, got a validator's", removed.ConsensusKey)
		}
		if i > 0 && bytes.Compare(removed.ConsensusKey, gs.RemovedValidators[i-1].ConsensusKey) <= 0 {
			return ErrInvalidGenesis.Wrapf("removed_validators: expected ascending consensus keys without repeats, got %X after %X",
				removed.ConsensusKey, gs.RemovedValidators[i-1].ConsensusKey)
		}
	}
	return nil
}
