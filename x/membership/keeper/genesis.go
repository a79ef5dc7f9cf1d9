package keeper

import (
	"context"
	"fmt"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/membership/types"
)

// InitGenesis writes a genesis, creates the x/auth accounts of operators that have none, so that they can sign, and
// returns every validator for consensus. It returns what GenesisState.Validate returns.
func (k *Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) ([]abci.ValidatorUpdate, error) {
	if err := gs.Validate(); err != nil {
		return nil, err
	}
	if err := k.params.Set(ctx, gs.Params); err != nil {
		return nil, err
	}
	for _, organization := range gs.Organizations {
		if err := k.organizations.Set(ctx, organization.Id, organization); err != nil {
			return nil, err
		}
	}
	for _, operator := range gs.Operators {
		if err := k.initOperator(ctx, operator); err != nil {
			return nil, err
		}
	}
	for _, validator := range gs.Validators {
		if err := k.validators.Set(ctx, validator.ConsensusKey, validator); err != nil {
			return nil, err
		}
	}
	updates, err := k.initConsensus(ctx)
	if err != nil {
		return nil, err
	}
	for _, removed := range gs.RemovedValidators {
		if err := k.removedValidators.Set(ctx, removed.ConsensusKey, removed); err != nil {
			return nil, err
		}
	}
	for _, proposal := range gs.Proposals {
		if err := k.addProposal(ctx, proposal); err != nil {
			return nil, err
		}
	}
	for _, vote := range gs.Votes {
		if err := k.votes.Set(ctx, collections.Join(vote.Proposal, vote.Organization), vote); err != nil {
			return nil, err
		}
	}
	if err := k.initNetwork(ctx, gs); err != nil {
		return nil, err
	}
	return updates, k.nextProposalID.Set(ctx, gs.NextProposalId)
}

// initConsensus tells consensus of every validator that votes.
func (k *Keeper) initConsensus(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	var voting []types.Validator
	err := k.walkVoting(ctx, func(validator types.Validator) { voting = append(voting, validator) })
	if err != nil {
		return nil, err
	}
	updates := make([]abci.ValidatorUpdate, len(voting))
	for i, validator := range voting {
		if err := k.consensusValidators.Set(ctx, validator.ConsensusKey, validator); err != nil {
			return nil, err
		}
		updates[i] = validator.Update()
	}
	return updates, nil
}

func (k *Keeper) initNetwork(ctx context.Context, gs types.GenesisState) error {
	for _, node := range gs.Nodes {
		if err := k.nodes.Set(ctx, node.Id, node); err != nil {
			return err
		}
	}
	for _, certificate := range gs.Certificates {
		if err := k.certificates.Set(ctx, certificate.Fingerprint, certificate); err != nil {
			return err
		}
	}
	for _, moved := range gs.PowerChanges {
		if err := k.powerChanges.Set(ctx, moved.Time.UnixNano(), moved.Power); err != nil {
			return err
		}
	}
	for _, missed := range gs.MissedBlocks {
		if err := k.missedBlocks.Set(ctx, missed.ConsensusKey, missed.Count); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis reads the genesis back, with the validators' current powers. Past headers are not part of it: the
// exported chain starts with none, and IBC asks only for its own.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	gs := &types.GenesisState{Params: params}
	err = k.organizations.Walk(ctx, nil, func(_ string, organization types.Organization) (bool, error) {
		gs.Organizations = append(gs.Organizations, organization)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.operators.Walk(ctx, nil, func(_ sdk.AccAddress, operator types.Operator) (bool, error) {
		gs.Operators = append(gs.Operators, operator)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.validators.Walk(ctx, nil, func(_ []byte, validator types.Validator) (bool, error) {
		gs.Validators = append(gs.Validators, validator)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.removedValidators.Walk(ctx, nil, func(_ []byte, removed types.RemovedValidator) (bool, error) {
		gs.RemovedValidators = append(gs.RemovedValidators, removed)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	if err := k.exportNetwork(ctx, gs); err != nil {
		return nil, err
	}
	return gs, k.exportProposals(ctx, gs)
}

func (k *Keeper) exportNetwork(ctx context.Context, gs *types.GenesisState) error {
	err := k.nodes.Walk(ctx, nil, func(_ string, node types.Node) (bool, error) {
		organization, err := k.GetOrganization(ctx, node.Organization)
		// A removed organization's nodes wait for its last vote, which the exported chain does without.
		if err == nil && organization.Status != types.OrganizationStatusRemoved {
			gs.Nodes = append(gs.Nodes, node)
		}
		return err != nil, err
	})
	if err != nil {
		return err
	}
	err = k.certificates.Walk(ctx, nil, func(_ string, certificate types.Certificate) (bool, error) {
		gs.Certificates = append(gs.Certificates, certificate)
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.powerChanges.Walk(ctx, nil, func(at, power int64) (bool, error) {
		gs.PowerChanges = append(gs.PowerChanges, types.PowerChange{Time: time.Unix(0, at).UTC(), Power: power})
		return false, nil
	})
	if err != nil {
		return err
	}
	return k.missedBlocks.Walk(ctx, nil, func(key []byte, count uint32) (bool, error) {
		gs.MissedBlocks = append(gs.MissedBlocks, types.MissedBlocks{ConsensusKey: key, Count: count})
		return false, nil
	})
}

func (k *Keeper) exportProposals(ctx context.Context, gs *types.GenesisState) error {
	err := k.proposals.Walk(ctx, nil, func(_ uint64, proposal types.Proposal) (bool, error) {
		gs.Proposals = append(gs.Proposals, proposal)
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.votes.Walk(ctx, nil, func(_ collections.Pair[uint64, string], vote types.Vote) (bool, error) {
		gs.Votes = append(gs.Votes, vote)
		return false, nil
	})
	if err != nil {
		return err
	}
	gs.NextProposalId, err = k.nextProposalID.Peek(ctx)
	return err
}

func (k *Keeper) initOperator(ctx context.Context, operator types.Operator) error {
	address, err := k.addressCodec.StringToBytes(operator.Address)
	if err != nil {
		return fmt.Errorf("operator %s: %w", operator.Address, err)
	}
	// An export carries the accounts themselves, with their sequences, in x/auth's genesis.
	if !k.accountKeeper.HasAccount(ctx, address) {
		k.accountKeeper.SetAccount(ctx, k.accountKeeper.NewAccountWithAddress(ctx, address))
	}
	return k.operators.Set(ctx, address, operator)
}
