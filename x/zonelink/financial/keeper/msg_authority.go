package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// RegisterZone makes a Business Zone known, by decision of the members.
func (s msgServer) RegisterZone(ctx context.Context, msg *types.MsgRegisterZone) (*types.MsgRegisterZoneResponse, error) {
	if err := s.requireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	zone := types.Zone{Id: msg.Zone, ChainId: msg.ChainId, Status: types.ZoneStatusRegistered, Limits: msg.Limits, ValidatorsHash: msg.ValidatorsHash}
	if err := zone.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgRegisterZoneResponse{}, s.keeper.registerZone(ctx, zone)
}

// SetZoneLimits bounds what a zone may hold and what may pass, by decision of the members.
func (s msgServer) SetZoneLimits(ctx context.Context, msg *types.MsgSetZoneLimits) (*types.MsgSetZoneLimitsResponse, error) {
	zone, err := s.decide(ctx, msg.Authority, msg.Zone)
	if err != nil {
		return nil, err
	}
	if err := msg.Limits.Validate(); err != nil {
		return nil, err
	}
	zone.Limits = msg.Limits
	if err := s.keeper.zones.Set(ctx, zone.Id, zone); err != nil {
		return nil, err
	}
	return &types.MsgSetZoneLimitsResponse{}, event.Emit(ctx, &types.EventZoneLimitsSet{Zone: zone.Id, Limits: msg.Limits})
}

// PauseZone stops charges and hops to a zone, or lets them go on, by decision of the members.
func (s msgServer) PauseZone(ctx context.Context, msg *types.MsgPauseZone) (*types.MsgPauseZoneResponse, error) {
	zone, err := s.decide(ctx, msg.Authority, msg.Zone)
	if err != nil {
		return nil, err
	}
	zone.Paused = msg.Paused
	if err := s.keeper.zones.Set(ctx, zone.Id, zone); err != nil {
		return nil, err
	}
	return &types.MsgPauseZoneResponse{}, event.Emit(ctx, &types.EventZonePaused{Zone: zone.Id, Paused: msg.Paused})
}

// SuspendZone stops all that a zone sends and is sent, by decision of the members.
func (s msgServer) SuspendZone(ctx context.Context, msg *types.MsgSuspendZone) (*types.MsgSuspendZoneResponse, error) {
	zone, err := s.decide(ctx, msg.Authority, msg.Zone)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if zone.Status != types.ZoneStatusActive {
		return nil, zonelinktypes.ErrZoneStatus.Wrapf("expected zone %s active, got %s", zone.Id, zone.Status)
	}
	return &types.MsgSuspendZoneResponse{}, s.keeper.setStatus(ctx, zone, types.ZoneStatusSuspended, msg.Reason)
}

// ResumeZone ends a suspension, by decision of the members.
func (s msgServer) ResumeZone(ctx context.Context, msg *types.MsgResumeZone) (*types.MsgResumeZoneResponse, error) {
	zone, err := s.decide(ctx, msg.Authority, msg.Zone)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgResumeZoneResponse{}, s.keeper.resumeZone(sdk.UnwrapSDKContext(ctx), zone, msg.AcceptReport, msg.Reason) //nolint:contextcheck // it is made of ctx
}

// CloseZone ends a zone of which nothing is left, by decision of the members.
func (s msgServer) CloseZone(ctx context.Context, msg *types.MsgCloseZone) (*types.MsgCloseZoneResponse, error) {
	zone, err := s.decide(ctx, msg.Authority, msg.Zone)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgCloseZoneResponse{}, s.keeper.closeZone(sdk.UnwrapSDKContext(ctx), zone, msg.Reason) //nolint:contextcheck // it is made of ctx
}

// UpdateParams replaces the parameters, by decision of the members.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if err := s.requireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, event.Emit(ctx, &types.EventParamsUpdated{Params: msg.Params})
}

// decide returns the zone that the members decide on. Nothing is decided any more on one that is closed.
func (s msgServer) decide(ctx context.Context, authority, id string) (types.Zone, error) {
	if err := s.requireAuthority(authority); err != nil {
		return types.Zone{}, err
	}
	zone, err := s.keeper.GetZone(ctx, id)
	if err == nil && zone.Status == types.ZoneStatusClosed {
		err = zonelinktypes.ErrZoneStatus.Wrapf("expected zone %s open, got %s; register a new one", zone.Id, zone.Status)
	}
	return zone, err
}

// requireAuthority refuses a decision of the members that does not come from them.
func (s msgServer) requireAuthority(signer string) error {
	if authority := s.keeper.membership.Authority(); signer != authority {
		return zonelinktypes.ErrNotAuthority.Wrapf("expected %s, got %q; the members decide by vote", authority, signer)
	}
	return nil
}
