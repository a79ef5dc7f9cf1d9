package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/clearing/types"
)

// UpdateParams replaces the parameters, by decision of the members.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if err := s.requireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.keeper.setParams(ctx, msg.Params)
}

// SetHolidays changes the calendar, by decision of the members.
func (s msgServer) SetHolidays(ctx context.Context, msg *types.MsgSetHolidays) (*types.MsgSetHolidaysResponse, error) {
	if err := s.requireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	return &types.MsgSetHolidaysResponse{}, s.keeper.setHolidays(ctx, msg.Add, msg.Remove)
}

// SetNetDebitCap sets how far a bank's position may go below zero, by decision of the members.
func (s msgServer) SetNetDebitCap(ctx context.Context, msg *types.MsgSetNetDebitCap) (*types.MsgSetNetDebitCapResponse, error) {
	if err := s.requireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := types.ValidateOptionalCap(msg.Cap); err != nil {
		return nil, err
	}
	if err := s.keeper.requireBank(ctx, msg.Bank); err != nil {
		return nil, err
	}
	return &types.MsgSetNetDebitCapResponse{}, s.keeper.changeCap(ctx, msg.Bank, func(participant *types.Participant) {
		participant.NetDebitCap = msg.Cap
	})
}

// SetLossSharingKey replaces the weights by which banks share a loss, by decision of the members.
func (s msgServer) SetLossSharingKey(ctx context.Context, msg *types.MsgSetLossSharingKey) (*types.MsgSetLossSharingKeyResponse, error) {
	if err := s.requireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := types.ValidateLossShares(msg.Shares); err != nil {
		return nil, err
	}
	return &types.MsgSetLossSharingKeyResponse{}, s.keeper.setLossShares(ctx, msg.Shares)
}

// ReinstateBank lets a failed bank's customers pay others again, by decision of the members.
func (s msgServer) ReinstateBank(ctx context.Context, msg *types.MsgReinstateBank) (*types.MsgReinstateBankResponse, error) {
	if err := s.requireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	return &types.MsgReinstateBankResponse{}, s.keeper.reinstate(ctx, msg.Bank, msg.WriteOff)
}

// requireAuthority refuses a decision of the members that does not come from them.
func (s msgServer) requireAuthority(signer string) error {
	if authority := s.keeper.membership.Authority(); signer != authority {
		return types.ErrNotAuthority.Wrapf("expected %s, got %q; the members decide by vote", authority, signer)
	}
	return nil
}
