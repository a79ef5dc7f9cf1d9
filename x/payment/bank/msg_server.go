package bank

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
)

// msgServer is x/bank's message server with MsgSend carried out by Keeper.
type msgServer struct {
	banktypes.MsgServer

	keeper Keeper
}

// NewMsgServer returns x/bank's message server, which can be built on x/bank's own keeper only, with MsgSend carried out by ours: with the
// same checks in the same order, errors, state and events.
func NewMsgServer(server banktypes.MsgServer, keeper Keeper) banktypes.MsgServer {
	return msgServer{MsgServer: server, keeper: keeper}
}

// Send implements banktypes.MsgServer.
func (s msgServer) Send(ctx context.Context, msg *banktypes.MsgSend) (*banktypes.MsgSendResponse, error) {
	codec := s.keeper.accounts.AddressCodec()
	from, err := codec.StringToBytes(msg.FromAddress)
	if err != nil {
		return nil, sdkerrors.ErrInvalidAddress.Wrapf("invalid from address: %s", err)
	}
	to, err := codec.StringToBytes(msg.ToAddress)
	if err != nil {
		return nil, sdkerrors.ErrInvalidAddress.Wrapf("invalid to address: %s", err)
	}
	if !msg.Amount.IsValid() || !msg.Amount.IsAllPositive() {
		return nil, errorsmod.Wrap(sdkerrors.ErrInvalidCoins, msg.Amount.String())
	}
	if err := s.keeper.IsSendEnabledCoins(ctx, msg.Amount...); err != nil {
		return nil, err
	}
	if s.keeper.BlockedAddr(to) {
		return nil, errorsmod.Wrapf(sdkerrors.ErrUnauthorized, "%s is not allowed to receive funds", msg.ToAddress)
	}
	if err := s.keeper.SendCoins(ctx, from, to, msg.Amount); err != nil {
		return nil, err
	}
	return &banktypes.MsgSendResponse{}, nil
}
