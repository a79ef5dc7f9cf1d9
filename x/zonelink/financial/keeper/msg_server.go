package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

type msgServer struct {
	keeper *Keeper
}

// NewMsgServer returns the module's messages.
func NewMsgServer(keeper *Keeper) types.MsgServer {
	return msgServer{keeper: keeper}
}

// RequestLink asks the account bank for permission to act in a zone.
func (s msgServer) RequestLink(ctx context.Context, msg *types.MsgRequestLink) (*types.MsgRequestLinkResponse, error) {
	holder, err := s.activeHolder(ctx, msg.Holder)
	if err != nil {
		return nil, err
	}
	zone, err := s.keeper.GetZone(ctx, msg.Zone)
	if err != nil {
		return nil, err
	}
	if err := zone.CheckActive(); err != nil {
		return nil, err
	}
	if err := s.keeper.requestLink(ctx, holder, zone.Id); err != nil {
		return nil, err
	}
	return &types.MsgRequestLinkResponse{}, nil
}

// ApproveLink grants a requested link with its limits.
func (s msgServer) ApproveLink(ctx context.Context, msg *types.MsgApproveLink) (*types.MsgApproveLinkResponse, error) {
	address, err := s.accountOfOperator(ctx, msg.Operator, msg, msg.Address)
	if err != nil {
		return nil, err
	}
	if err := msg.Limits.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.approveLink(ctx, address, msg.Zone, msg.Limits); err != nil {
		return nil, err
	}
	return &types.MsgApproveLinkResponse{}, nil
}

// RejectLink refuses a requested link.
func (s msgServer) RejectLink(ctx context.Context, msg *types.MsgRejectLink) (*types.MsgRejectLinkResponse, error) {
	address, err := s.accountOfOperator(ctx, msg.Operator, msg, msg.Address)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.rejectLink(ctx, address, msg.Zone, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRejectLinkResponse{}, nil
}

// SetLinkLimits replaces the limits of a link.
func (s msgServer) SetLinkLimits(ctx context.Context, msg *types.MsgSetLinkLimits) (*types.MsgSetLinkLimitsResponse, error) {
	address, err := s.accountOfOperator(ctx, msg.Operator, msg, msg.Address)
	if err != nil {
		return nil, err
	}
	if err := msg.Limits.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.setLinkLimits(ctx, address, msg.Zone, msg.Operator, msg.Limits); err != nil {
		return nil, err
	}
	return &types.MsgSetLinkLimitsResponse{}, nil
}

// Unlink ends a link, for the holder or for a maker of its bank.
func (s msgServer) Unlink(ctx context.Context, msg *types.MsgUnlink) (*types.MsgUnlinkResponse, error) {
	var address sdk.AccAddress
	var err error
	if msg.Signer == msg.Address {
		address, err = s.activeHolder(ctx, msg.Signer)
	} else {
		address, err = s.accountOfOperator(ctx, msg.Signer, msg, msg.Address)
	}
	if err != nil {
		return nil, err
	}
	if err := s.keeper.unlink(ctx, address, msg.Zone); err != nil {
		return nil, err
	}
	return &types.MsgUnlinkResponse{}, nil
}

// Charge moves the signer's own yen to a zone.
func (s msgServer) Charge(ctx context.Context, msg *types.MsgCharge) (*types.MsgChargeResponse, error) {
	holder, err := s.activeHolder(ctx, msg.Holder)
	if err != nil {
		return nil, err
	}
	if msg.Amount.Denom != registrytypes.YenDenom {
		return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidTransfer, "expected denom %s, got %q", registrytypes.YenDenom, msg.Amount.Denom)
	}
	if err := zonelinktypes.ValidateAmount(msg.Amount.Amount); err != nil {
		return nil, err
	}
	sequence, err := s.keeper.Charge(ctx, holder, msg.Zone, msg.Amount.Amount)
	if err != nil {
		return nil, err
	}
	return &types.MsgChargeResponse{Sequence: sequence}, nil
}

// activeHolder returns the address of the signer if it is an active account.
func (s msgServer) activeHolder(ctx context.Context, signer string) (sdk.AccAddress, error) {
	holder, err := registrytypes.ParseAddress(signer)
	if err != nil {
		return nil, err
	}
	account, err := s.keeper.registry.GetAccount(ctx, holder)
	if err != nil {
		return nil, err
	}
	return holder, account.CheckActive()
}

// accountOfOperator returns the address of an account if the operator may send the message for the account's bank.
func (s msgServer) accountOfOperator(ctx context.Context, operator string, msg sdk.Msg, text string) (sdk.AccAddress, error) {
	organization, err := s.keeper.membership.Authorize(ctx, operator, msg)
	if err != nil {
		return nil, err
	}
	address, err := registrytypes.ParseAddress(text)
	if err != nil {
		return nil, err
	}
	account, err := s.keeper.registry.GetAccount(ctx, address)
	if err != nil {
		return nil, err
	}
	if account.Bank != organization.Id {
		return nil, errorsmod.Wrapf(registrytypes.ErrWrongBank, "expected an account of %s, got %s of %s", organization.Id, account.Address, account.Bank)
	}
	return address, nil
}
