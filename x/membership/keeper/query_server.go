package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/membership/types"
)

type queryServer struct {
	keeper *Keeper
}

// NewQueryServer returns the module's query service.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper}
}

// Params returns the module's parameters.
func (q queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := q.keeper.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryParamsResponse{Params: params}, nil
}

// Organization returns one organization with its operators and validators, or ErrOrganizationNotFound.
func (q queryServer) Organization(ctx context.Context, req *types.QueryOrganizationRequest) (*types.QueryOrganizationResponse, error) {
	organization, err := q.keeper.GetOrganization(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	operators, err := q.keeper.operatorsOf(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	validators, err := q.keeper.validatorsOf(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryOrganizationResponse{Organization: organization, Operators: operators, Validators: validators}, nil
}

// Organizations lists organizations in ascending order of id.
func (q queryServer) Organizations(ctx context.Context, req *types.QueryOrganizationsRequest) (*types.QueryOrganizationsResponse, error) {
	organizations, page, err := query.CollectionPaginate(ctx, q.keeper.organizations, req.Pagination,
		func(_ string, organization types.Organization) (types.Organization, error) { return organization, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryOrganizationsResponse{Organizations: organizations, Pagination: page}, nil
}

// Operator returns the operator at an address, or ErrNotOperator.
func (q queryServer) Operator(ctx context.Context, req *types.QueryOperatorRequest) (*types.QueryOperatorResponse, error) {
	address, err := q.keeper.addressCodec.StringToBytes(req.Address)
	if err != nil {
		return nil, sdkerrors.ErrInvalidAddress.Wrapf("address: expected bech32, got %q: %s", req.Address, err)
	}
	operator, err := q.keeper.GetOperator(ctx, address)
	if err != nil {
		return nil, err
	}
	return &types.QueryOperatorResponse{Operator: operator}, nil
}

// Validators lists validators in ascending order of consensus key.
func (q queryServer) Validators(ctx context.Context, req *types.QueryValidatorsRequest) (*types.QueryValidatorsResponse, error) {
	validators, page, err := query.CollectionPaginate(ctx, q.keeper.validators, req.Pagination,
		func(_ []byte, validator types.Validator) (types.Validator, error) { return validator, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryValidatorsResponse{Validators: validators, Pagination: page}, nil
}

// Nodes lists admitted nodes in ascending order of id.
func (q queryServer) Nodes(ctx context.Context, req *types.QueryNodesRequest) (*types.QueryNodesResponse, error) {
	nodes, page, err := query.CollectionFilteredPaginate(ctx, q.keeper.nodes, req.Pagination,
		func(id string, node types.Node) (bool, error) {
			if req.Organization != "" && req.Organization != node.Organization {
				return false, nil
			}
			return q.keeper.IsNodeAdmitted(ctx, id)
		},
		func(_ string, node types.Node) (types.Node, error) { return node, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryNodesResponse{Nodes: nodes, Pagination: page}, nil
}

// Certificate returns one client certificate, or ErrCertificateNotFound.
func (q queryServer) Certificate(ctx context.Context, req *types.QueryCertificateRequest) (*types.QueryCertificateResponse, error) {
	certificate, err := q.keeper.GetCertificate(ctx, req.Fingerprint)
	if err != nil {
		return nil, err
	}
	return &types.QueryCertificateResponse{Certificate: certificate}, nil
}

// Certificates lists client certificates in ascending order of fingerprint.
func (q queryServer) Certificates(ctx context.Context, req *types.QueryCertificatesRequest) (*types.QueryCertificatesResponse, error) {
	certificates, page, err := query.CollectionFilteredPaginate(ctx, q.keeper.certificates, req.Pagination,
		func(_ string, certificate types.Certificate) (bool, error) {
			return req.Organization == "" || req.Organization == certificate.Organization, nil
		},
		func(_ string, certificate types.Certificate) (types.Certificate, error) { return certificate, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryCertificatesResponse{Certificates: certificates, Pagination: page}, nil
}

// Proposal returns one proposal, or ErrProposalNotFound.
func (q queryServer) Proposal(ctx context.Context, req *types.QueryProposalRequest) (*types.QueryProposalResponse, error) {
	proposal, err := q.keeper.GetProposal(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryProposalResponse{Proposal: proposal}, nil
}

// Proposals lists proposals in ascending order of id, those with one status or all.
func (q queryServer) Proposals(ctx context.Context, req *types.QueryProposalsRequest) (*types.QueryProposalsResponse, error) {
	proposals, page, err := query.CollectionFilteredPaginate(ctx, q.keeper.proposals, req.Pagination,
		func(_ uint64, proposal types.Proposal) (bool, error) {
			return req.Status == types.ProposalStatusUnspecified || req.Status == proposal.Status, nil
		},
		func(_ uint64, proposal types.Proposal) (types.Proposal, error) { return proposal, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryProposalsResponse{Proposals: proposals, Pagination: page}, nil
}

// Votes lists the votes on one proposal in ascending order of organization.
func (q queryServer) Votes(ctx context.Context, req *types.QueryVotesRequest) (*types.QueryVotesResponse, error) {
	if _, err := q.keeper.GetProposal(ctx, req.Proposal); err != nil {
		return nil, err
	}
	votes, page, err := query.CollectionPaginate(ctx, q.keeper.votes, req.Pagination,
		func(_ collections.Pair[uint64, string], vote types.Vote) (types.Vote, error) { return vote, nil },
		query.WithCollectionPaginationPairPrefix[uint64, string](req.Proposal))
	if err != nil {
		return nil, err
	}
	return &types.QueryVotesResponse{Votes: votes, Pagination: page}, nil
}

// Permissions lists who may send which message, in ascending order of type URL.
func (queryServer) Permissions(context.Context, *types.QueryPermissionsRequest) (*types.QueryPermissionsResponse, error) {
	return &types.QueryPermissionsResponse{Permissions: types.Permissions()}, nil
}

// operatorsOf lists an organization's operators in ascending order of address.
func (k *Keeper) operatorsOf(ctx context.Context, organization string) ([]types.Operator, error) {
	iterator, err := k.operators.Indexes.organization.MatchExact(ctx, organization)
	if err != nil {
		return nil, err
	}
	addresses, err := iterator.PrimaryKeys()
	if err != nil {
		return nil, err
	}
	return collect(addresses, func(address sdk.AccAddress) (types.Operator, error) { return k.operators.Get(ctx, address) })
}

// validatorsOf lists an organization's validators in ascending order of consensus key.
func (k *Keeper) validatorsOf(ctx context.Context, organization string) ([]types.Validator, error) {
	iterator, err := k.validators.Indexes.organization.MatchExact(ctx, organization)
	if err != nil {
		return nil, err
	}
	keys, err := iterator.PrimaryKeys()
	if err != nil {
		return nil, err
	}
	return collect(keys, func(key []byte) (types.Validator, error) { return k.validators.Get(ctx, key) })
}

func collect[K, V any](keys []K, get func(K) (V, error)) ([]V, error) {
	out := make([]V, 0, len(keys))
	for _, key := range keys {
		value, err := get(key)
		if err != nil {
			return nil, err
		}
		out = append(out, value)
	}
	return out, nil
}
