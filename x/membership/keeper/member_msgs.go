package keeper

import (
	"context"
	"slices"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/membership/types"
)

// InviteOrganization stores an organization that may accept.
func (s msgServer) InviteOrganization(ctx context.Context, msg *types.MsgInviteOrganization) (*types.MsgInviteOrganizationResponse, error) {
	if err := s.keeper.RequireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	invited := types.Organization{Id: msg.Id, Name: msg.Name, Kind: msg.Kind, Status: types.OrganizationStatusInvited}
	if err := s.keeper.invite(ctx, invited, msg.Representative); err != nil {
		return nil, err
	}
	return &types.MsgInviteOrganizationResponse{}, nil
}

// AcceptInvitation makes an invited organization a member.
func (s msgServer) AcceptInvitation(ctx context.Context, msg *types.MsgAcceptInvitation) (*types.MsgAcceptInvitationResponse, error) {
	organization, err := s.keeper.Authorize(ctx, msg.Representative, msg)
	if err != nil {
		return nil, err
	}
	err = s.keeper.setStatus(ctx, organization, types.OrganizationStatusActive, "", types.OrganizationStatusInvited)
	if err != nil {
		return nil, err
	}
	return &types.MsgAcceptInvitationResponse{}, nil
}

// DeclineInvitation ends an invitation.
func (s msgServer) DeclineInvitation(ctx context.Context, msg *types.MsgDeclineInvitation) (*types.MsgDeclineInvitationResponse, error) {
	organization, err := s.keeper.Authorize(ctx, msg.Representative, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := requireStatus(organization, types.OrganizationStatusInvited); err != nil {
		return nil, err
	}
	if err := s.keeper.remove(ctx, organization, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgDeclineInvitationResponse{}, nil
}

// SuspendOrganization takes an active organization's rights.
func (s msgServer) SuspendOrganization(ctx context.Context, msg *types.MsgSuspendOrganization) (*types.MsgSuspendOrganizationResponse, error) {
	organization, err := s.decided(ctx, msg.Authority, msg.Id, msg.Reason)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.requireOtherPower(ctx, organization.Id); err != nil {
		return nil, err
	}
	err = s.keeper.setStatus(ctx, organization, types.OrganizationStatusSuspended, msg.Reason, types.OrganizationStatusActive)
	if err != nil {
		return nil, err
	}
	return &types.MsgSuspendOrganizationResponse{}, nil
}

// ReinstateOrganization gives a suspended organization its rights back.
func (s msgServer) ReinstateOrganization(ctx context.Context, msg *types.MsgReinstateOrganization) (*types.MsgReinstateOrganizationResponse, error) {
	organization, err := s.decided(ctx, msg.Authority, msg.Id, msg.Reason)
	if err != nil {
		return nil, err
	}
	err = s.keeper.setStatus(ctx, organization, types.OrganizationStatusActive, msg.Reason, types.OrganizationStatusSuspended)
	if err != nil {
		return nil, err
	}
	return &types.MsgReinstateOrganizationResponse{}, nil
}

// RemoveOrganization ends an organization's membership.
func (s msgServer) RemoveOrganization(ctx context.Context, msg *types.MsgRemoveOrganization) (*types.MsgRemoveOrganizationResponse, error) {
	organization, err := s.decided(ctx, msg.Authority, msg.Id, msg.Reason)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.remove(ctx, organization, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRemoveOrganizationResponse{}, nil
}

// Leave ends the membership of the representative's organization.
func (s msgServer) Leave(ctx context.Context, msg *types.MsgLeave) (*types.MsgLeaveResponse, error) {
	organization, err := s.keeper.Authorize(ctx, msg.Representative, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.remove(ctx, organization, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgLeaveResponse{}, nil
}

// AppointRepresentative gives an organization another representative.
func (s msgServer) AppointRepresentative(ctx context.Context, msg *types.MsgAppointRepresentative) (*types.MsgAppointRepresentativeResponse, error) {
	if err := s.keeper.RequireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	organization, err := s.keeper.GetOrganization(ctx, msg.Organization)
	if err != nil {
		return nil, err
	}
	err = requireStatus(organization,
		types.OrganizationStatusInvited, types.OrganizationStatusActive, types.OrganizationStatusSuspended)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.addRepresentative(ctx, organization.Id, msg.Address); err != nil {
		return nil, err
	}
	return &types.MsgAppointRepresentativeResponse{}, nil
}

// SetOperator writes an operator of the representative's own organization.
func (s msgServer) SetOperator(ctx context.Context, msg *types.MsgSetOperator) (*types.MsgSetOperatorResponse, error) {
	organization, err := s.keeper.Authorize(ctx, msg.Representative, msg)
	if err != nil {
		return nil, err
	}
	roles := slices.Clone(msg.Roles)
	slices.Sort(roles)
	operator := types.Operator{Address: msg.Address, Organization: organization.Id, Roles: roles}
	if err := s.keeper.setOperator(ctx, operator); err != nil {
		return nil, err
	}
	return &types.MsgSetOperatorResponse{}, nil
}

// SetValidator admits a validator or changes its power.
func (s msgServer) SetValidator(ctx context.Context, msg *types.MsgSetValidator) (*types.MsgSetValidatorResponse, error) {
	if err := s.keeper.RequireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := s.keeper.SetValidator(ctx, msg.Validator); err != nil {
		return nil, err
	}
	return &types.MsgSetValidatorResponse{}, nil
}

// RemoveValidator takes a validator out.
func (s msgServer) RemoveValidator(ctx context.Context, msg *types.MsgRemoveValidator) (*types.MsgRemoveValidatorResponse, error) {
	if err := s.keeper.RequireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := s.keeper.RemoveValidator(ctx, msg.ConsensusKey); err != nil {
		return nil, err
	}
	return &types.MsgRemoveValidatorResponse{}, nil
}

// RotateValidatorKey moves a validator's power to a new key of the same organization.
func (s msgServer) RotateValidatorKey(ctx context.Context, msg *types.MsgRotateValidatorKey) (*types.MsgRotateValidatorKeyResponse, error) {
	organization, err := s.keeper.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	chainID := sdk.UnwrapSDKContext(ctx).ChainID()
	if err := types.ValidateRotation(chainID, organization.Id, msg.OldKey, msg.NewKey, msg.Proof); err != nil {
		return nil, err
	}
	if err := s.keeper.rotate(ctx, organization.Id, msg.OldKey, msg.NewKey); err != nil {
		return nil, err
	}
	return &types.MsgRotateValidatorKeyResponse{}, nil
}

// RegisterNode admits a node of the operator's organization.
func (s msgServer) RegisterNode(ctx context.Context, msg *types.MsgRegisterNode) (*types.MsgRegisterNodeResponse, error) {
	organization, err := s.keeper.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	node := types.Node{Id: msg.NodeId, Organization: organization.Id, Moniker: msg.Moniker, Address: msg.Address}
	if err := s.keeper.admit(ctx, node); err != nil {
		return nil, err
	}
	return &types.MsgRegisterNodeResponse{}, nil
}

// UnregisterNode dismisses a node of the operator's organization.
func (s msgServer) UnregisterNode(ctx context.Context, msg *types.MsgUnregisterNode) (*types.MsgUnregisterNodeResponse, error) {
	organization, err := s.keeper.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	node, err := s.keeper.ownNode(ctx, organization.Id, msg.NodeId)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.dismiss(ctx, node); err != nil {
		return nil, err
	}
	return &types.MsgUnregisterNodeResponse{}, nil
}

// RegisterCertificate admits a client certificate of the operator's organization.
func (s msgServer) RegisterCertificate(ctx context.Context, msg *types.MsgRegisterCertificate) (*types.MsgRegisterCertificateResponse, error) {
	organization, err := s.keeper.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	certificate := types.Certificate{
		Fingerprint: msg.Fingerprint, Organization: organization.Id, Name: msg.Name, ExpiresAt: msg.ExpiresAt,
	}
	if err := s.keeper.registerCertificate(ctx, certificate); err != nil {
		return nil, err
	}
	return &types.MsgRegisterCertificateResponse{}, nil
}

// RevokeCertificate refuses a client certificate of the operator's organization for good.
func (s msgServer) RevokeCertificate(ctx context.Context, msg *types.MsgRevokeCertificate) (*types.MsgRevokeCertificateResponse, error) {
	organization, err := s.keeper.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.revokeCertificate(ctx, organization.Id, msg.Fingerprint); err != nil {
		return nil, err
	}
	return &types.MsgRevokeCertificateResponse{}, nil
}

// decided returns the organization on which the members have decided.
func (s msgServer) decided(ctx context.Context, authority, id, reason string) (types.Organization, error) {
	if err := s.keeper.RequireAuthority(authority); err != nil {
		return types.Organization{}, err
	}
	if err := types.ValidateReason(reason); err != nil {
		return types.Organization{}, err
	}
	return s.keeper.GetOrganization(ctx, id)
}
