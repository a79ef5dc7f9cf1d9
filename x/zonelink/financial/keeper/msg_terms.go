package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// SetZoneTerms replaces a bank's terms for one zone.
func (s msgServer) SetZoneTerms(ctx context.Context, msg *types.MsgSetZoneTerms) (*types.MsgSetZoneTermsResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := zonelinktypes.ValidateSlice("slice", msg.Slice); err != nil {
		return nil, err
	}
	if err := zonelinktypes.ValidateSlice("ceiling", msg.Ceiling); err != nil {
		return nil, err
	}
	zone, err := s.keeper.GetZone(ctx, msg.Zone)
	if err != nil {
		return nil, err
	}
	there, err := s.keeper.bankIn(ctx, zone.Id, bank.Id)
	if err != nil {
		return nil, err
	}
	there.Slice, there.Ceiling, there.Paused = msg.Slice, msg.Ceiling, msg.Paused
	if err := s.keeper.setBank(ctx, there); err != nil {
		return nil, err
	}
	if err := s.keeper.capsDue.Set(ctx, zone.Id); err != nil {
		return nil, err
	}
	return &types.MsgSetZoneTermsResponse{}, event.Emit(ctx, &types.EventZoneTermsSet{
		Zone: zone.Id, Bank: bank.Id, Slice: msg.Slice, Ceiling: msg.Ceiling, Paused: msg.Paused, Operator: msg.Operator,
	})
}
