package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

type msgServer struct {
	keeper *Keeper
}

// NewMsgServer returns the module's messages.
func NewMsgServer(keeper *Keeper) types.MsgServer {
	return msgServer{keeper: keeper}
}

// Discharge moves the signer's own yen back to the Financial Zone.
func (s msgServer) Discharge(ctx context.Context, msg *types.MsgDischarge) (*types.MsgDischargeResponse, error) {
	holder, err := registrytypes.ParseAddress(msg.Holder)
	if err != nil {
		return nil, err
	}
	account, err := s.keeper.registry.GetAccount(ctx, holder)
	if err != nil {
		return nil, err
	}
	if err := account.CheckActive(); err != nil {
		return nil, err
	}
	if msg.Amount.Denom != registrytypes.YenDenom && msg.Amount.Denom != s.keeper.YenDenom(ctx) {
		return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidTransfer, "expected denom %s, got %q", registrytypes.YenDenom, msg.Amount.Denom)
	}
	if err := zonelinktypes.ValidateAmount(msg.Amount.Amount); err != nil {
		return nil, err
	}
	sequence, err := s.keeper.Discharge(ctx, holder, msg.Amount.Amount)
	if err != nil {
		return nil, err
	}
	return &types.MsgDischargeResponse{Sequence: sequence}, nil
}
