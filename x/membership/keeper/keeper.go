// Package keeper holds the state of the consortium and answers for it.
package keeper

import (
	"context"
	"errors"
	"fmt"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	"cosmossdk.io/collections"
	"cosmossdk.io/collections/indexes"
	"cosmossdk.io/core/address"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/x/membership/types"
)

// Keeper holds the module's state.
type Keeper struct {
	addressCodec  address.Codec
	accountKeeper types.AccountKeeper
	authority     string
	cdc           codec.Codec
	// router is set once by the app after construction: its handlers need this keeper.
	router types.MessageRouter
	// Set once by the app after construction, because those modules need this one themselves.
	operatorGuard types.OperatorGuard
	removalGuards []types.RemovalGuard

	schema        collections.Schema
	params        collections.Item[types.Params]
	organizations collections.Map[string, types.Organization]
	operators     *collections.IndexedMap[sdk.AccAddress, types.Operator, operatorIndexes]
	validators    *collections.IndexedMap[[]byte, types.Validator, validatorIndexes]
	// consensusValidators is what consensus was told last.
	consensusValidators collections.Map[[]byte, types.Validator]
	// changedKeys are the consensus keys written since consensus was told last.
	changedKeys       collections.KeySet[[]byte]
	removedValidators collections.Map[[]byte, types.RemovedValidator]
	historicalHeaders collections.Map[int64, cmtproto.Header]
	proposals         collections.Map[uint64, types.Proposal]
	nextProposalID    collections.Sequence
	// votes maps (proposal, organization) to the vote.
	votes collections.Map[collections.Pair[uint64, string], types.Vote]
	// openProposals lists proposals that are voted on as (Unix time of expiry in nanoseconds, id).
	openProposals collections.KeySet[collections.Pair[int64, uint64]]
	nodes         *collections.IndexedMap[string, types.Node, nodeIndexes]
	// powerChanges maps block times, as Unix nanoseconds, to the power that consensus was told to change.
	powerChanges collections.Map[int64, int64]
	// missedBlocks maps consensus keys to the blocks of the current window that they did not sign.
	missedBlocks collections.Map[[]byte, uint32]
	// lastVotes are the organizations of keys that vote on the next block and on none after it.
	lastVotes    collections.KeySet[string]
	certificates *collections.IndexedMap[string, types.Certificate, certificateIndexes]
}

// operatorIndexes find operators by their organization.
type operatorIndexes struct {
	organization *indexes.Multi[string, sdk.AccAddress, types.Operator]
}

// IndexesList lists the indexes for collections.
func (i operatorIndexes) IndexesList() []collections.Index[sdk.AccAddress, types.Operator] {
	return []collections.Index[sdk.AccAddress, types.Operator]{i.organization}
}

// nodeIndexes find nodes by their organization.
type nodeIndexes struct {
	organization *indexes.Multi[string, string, types.Node]
}

// IndexesList lists the indexes for collections.
func (i nodeIndexes) IndexesList() []collections.Index[string, types.Node] {
	return []collections.Index[string, types.Node]{i.organization}
}

// certificateIndexes find certificates by their organization.
type certificateIndexes struct {
	organization *indexes.Multi[string, string, types.Certificate]
}

// IndexesList lists the indexes for collections.
func (i certificateIndexes) IndexesList() []collections.Index[string, types.Certificate] {
	return []collections.Index[string, types.Certificate]{i.organization}
}

// validatorIndexes find validators by their organization.
type validatorIndexes struct {
	organization *indexes.Multi[string, []byte, types.Validator]
}

// IndexesList lists the indexes for collections.
func (i validatorIndexes) IndexesList() []collections.Index[[]byte, types.Validator] {
	return []collections.Index[[]byte, types.Validator]{i.organization}
}

// NewKeeper builds a keeper. It panics if the collections' schema or the permission table is malformed.
func NewKeeper(cdc codec.Codec, storeService corestore.KVStoreService, accountKeeper types.AccountKeeper) *Keeper {
	if err := types.ValidatePermissions(types.Permissions()); err != nil {
		panic(err)
	}
	addressCodec := accountKeeper.AddressCodec()
	authority, err := addressCodec.BytesToString(authtypes.NewModuleAddress(types.ModuleName))
	if err != nil {
		panic(fmt.Errorf("encode the authority's address: %w", err))
	}

	sb := collections.NewSchemaBuilder(storeService)
	k := &Keeper{
		addressCodec:  addressCodec,
		accountKeeper: accountKeeper,
		authority:     authority,
		cdc:           cdc,

		params: collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		organizations: collections.NewMap(sb, types.OrganizationsPrefix, "organizations",
			collections.StringKey, codec.CollValue[types.Organization](cdc)),
		operators: collections.NewIndexedMap(sb, types.OperatorsPrefix, "operators",
			sdk.AccAddressKey, codec.CollValue[types.Operator](cdc),
			operatorIndexes{indexes.NewMulti(sb, types.OperatorsOrganizationPrefix, "operators_by_organization",
				collections.StringKey, sdk.AccAddressKey,
				func(_ sdk.AccAddress, operator types.Operator) (string, error) { return operator.Organization, nil })}),
		validators: collections.NewIndexedMap(sb, types.ValidatorsPrefix, "validators",
			collections.BytesKey, codec.CollValue[types.Validator](cdc),
			validatorIndexes{indexes.NewMulti(sb, types.ValidatorsOrganizationPrefix, "validators_by_organization",
				collections.StringKey, collections.BytesKey,
				func(_ []byte, validator types.Validator) (string, error) { return validator.Organization, nil })}),
		consensusValidators: collections.NewMap(sb, types.ConsensusValidatorsPrefix, "consensus_validators",
			collections.BytesKey, codec.CollValue[types.Validator](cdc)),
		changedKeys: collections.NewKeySet(sb, types.ChangedKeysPrefix, "changed_keys", collections.BytesKey),
		removedValidators: collections.NewMap(sb, types.RemovedValidatorsPrefix, "removed_validators",
			collections.BytesKey, codec.CollValue[types.RemovedValidator](cdc)),
		historicalHeaders: collections.NewMap(sb, types.HistoricalHeadersPrefix, "historical_headers",
			collections.Int64Key, codec.CollValue[cmtproto.Header](cdc)),
		proposals: collections.NewMap(sb, types.ProposalsPrefix, "proposals",
			collections.Uint64Key, codec.CollValue[types.Proposal](cdc)),
		nextProposalID: collections.NewSequence(sb, types.NextProposalIDPrefix, "next_proposal_id"),
		votes: collections.NewMap(sb, types.VotesPrefix, "votes",
			collections.PairKeyCodec(collections.Uint64Key, collections.StringKey), codec.CollValue[types.Vote](cdc)),
		openProposals: collections.NewKeySet(sb, types.OpenProposalsPrefix, "open_proposals",
			collections.PairKeyCodec(collections.Int64Key, collections.Uint64Key)),
	}
	k.nodes = collections.NewIndexedMap(sb, types.NodesPrefix, "nodes", collections.StringKey, codec.CollValue[types.Node](cdc),
		nodeIndexes{indexes.NewMulti(sb, types.NodesOrganizationPrefix, "nodes_by_organization",
			collections.StringKey, collections.StringKey,
			func(_ string, node types.Node) (string, error) { return node.Organization, nil })})
	k.powerChanges = collections.NewMap(sb, types.PowerChangesPrefix, "power_changes", collections.Int64Key, collections.Int64Value)
	k.missedBlocks = collections.NewMap(sb, types.MissedBlocksPrefix, "missed_blocks", collections.BytesKey, collections.Uint32Value)
	k.lastVotes = collections.NewKeySet(sb, types.LastVotesPrefix, "last_votes", collections.StringKey)
	k.certificates = collections.NewIndexedMap(sb, types.CertificatesPrefix, "certificates",
		collections.StringKey, codec.CollValue[types.Certificate](cdc),
		certificateIndexes{indexes.NewMulti(sb, types.CertificatesByMemberPrefix, "certificates_by_organization",
			collections.StringKey, collections.StringKey,
			func(_ string, certificate types.Certificate) (string, error) { return certificate.Organization, nil })})
	k.schema, err = sb.Build()
	if err != nil {
		panic(fmt.Errorf("build the membership schema: %w", err))
	}
	return k
}

// SetRouter says who handles the messages of proposals. It panics on a second call.
func (k *Keeper) SetRouter(router types.MessageRouter) {
	if k.router != nil {
		panic("membership: router set twice")
	}
	k.router = router
}

// SetGuards says who refuses addresses as operators, and who may still have something of an organization that is to be
// removed; they are asked in this order. It panics on a second call.
func (k *Keeper) SetGuards(operators types.OperatorGuard, removals ...types.RemovalGuard) {
	if k.operatorGuard != nil {
		panic("membership: guards set twice")
	}
	k.operatorGuard, k.removalGuards = operators, removals
}

// Authority returns the bech32 address of the module account. Messages that the members have voted for come from it;
// nobody holds a key for it.
func (k *Keeper) Authority() string {
	return k.authority
}

// GetOrganization returns the organization with an id, or ErrOrganizationNotFound.
func (k *Keeper) GetOrganization(ctx context.Context, id string) (types.Organization, error) {
	organization, err := k.organizations.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Organization{}, types.ErrOrganizationNotFound.Wrapf("expected the id of an organization, got %q", id)
	}
	return organization, err
}

// IterateOrganizations calls visit with every organization in ascending order of id, until it returns stop or an error,
// which is returned. The visitor must not write organizations.
func (k *Keeper) IterateOrganizations(
	ctx context.Context, visit func(organization types.Organization) (stop bool, err error),
) error {
	return k.organizations.Walk(ctx, nil, func(_ string, organization types.Organization) (bool, error) {
		return visit(organization)
	})
}

// GetOperator returns the operator at an address, or ErrNotOperator.
func (k *Keeper) GetOperator(ctx context.Context, address sdk.AccAddress) (types.Operator, error) {
	operator, err := k.operators.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Operator{}, types.ErrNotOperator.Wrapf("expected the address of an operator, got %s", address)
	}
	return operator, err
}
