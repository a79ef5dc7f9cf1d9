package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

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
	holder, err := s.spender(ctx, msg.Holder, msg.Amount)
	if err != nil {
		return nil, err
	}
	sequence, err := s.keeper.Discharge(ctx, holder, msg.Amount.Amount)
	if err != nil {
		return nil, err
	}
	return &types.MsgDischargeResponse{Sequence: sequence}, nil
}

// Hop pays an account in another Business Zone.
func (s msgServer) Hop(ctx context.Context, msg *types.MsgHop) (*types.MsgHopResponse, error) {
	holder, err := s.spender(ctx, msg.Holder, msg.Amount)
	if err != nil {
		return nil, err
	}
	if _, err := registrytypes.ParseAddress(msg.Payee); err != nil {
		return nil, err
	}
	if err := zonelinktypes.ValidateZoneID(msg.Zone); err != nil {
		return nil, err
	}
	sequence, err := s.keeper.Hop(ctx, holder, msg.Amount.Amount, zonelinktypes.Hop{Zone: msg.Zone, Payee: msg.Payee})
	if err != nil {
		return nil, err
	}
	return &types.MsgHopResponse{Sequence: sequence}, nil
}

// spender returns the address of an active account that sends an amount of yen away.
func (s msgServer) spender(ctx context.Context, address string, amount sdk.Coin) (sdk.AccAddress, error) {
	holder, err := registrytypes.ParseAddress(address)
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
	if amount.Denom != registrytypes.YenDenom && amount.Denom != s.keeper.YenDenom(ctx) {
		return nil, errorsmod.Wrapf(zonelinktypes.ErrInvalidTransfer, "expected denom %s, got %q", registrytypes.YenDenom, amount.Denom)
	}
	return holder, zonelinktypes.ValidateAmount(amount.Amount)
}
