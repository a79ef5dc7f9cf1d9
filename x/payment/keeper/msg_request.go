package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// RequestPayment asks a payer to pay.
func (s msgServer) RequestPayment(ctx context.Context, msg *types.MsgRequestPayment) (*types.MsgRequestPaymentResponse, error) {
	request := types.PaymentRequest{
		Payee: msg.Payee, Reference: msg.Reference, Payer: msg.Payer, Amount: msg.Amount, Invoice: msg.Invoice, MemoHash: msg.MemoHash,
		Partial: msg.Partial, ExpiresAt: msg.ExpiresAt, Status: types.PaymentRequestStatusOpen, RequestedAt: blockTime(ctx),
	}
	if err := request.Validate(); err != nil {
		return nil, err
	}
	payee, err := s.activeAndOpen(ctx, msg.Payee, msg.Payer)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.requestPayment(ctx, payee, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestPaymentResponse{}, nil
}

// PayRequest pays a request, whole or in part.
func (s msgServer) PayRequest(ctx context.Context, msg *types.MsgPayRequest) (*types.MsgPayRequestResponse, error) {
	payer, payee, request, err := s.requestTo(ctx, msg.Payer, msg.Payee, msg.Request)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReference(msg.Reference); err != nil {
		return nil, err
	}
	if err := types.ValidateAmount(msg.Amount); err != nil {
		return nil, err
	}
	after, result, err := s.keeper.payRequest(ctx, request, types.Payment{
		Payer: payer, Payee: payee, Amount: msg.Amount, Reference: msg.Reference, Invoice: request.Invoice, MemoHash: request.MemoHash,
		MaxFee: msg.MaxFee, Method: types.PaymentMethodRequest, Consented: true,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgPayRequestResponse{Fee: result.Fee, Left: after.Left()}, nil
}

// RejectRequest rejects what is left of a request.
func (s msgServer) RejectRequest(ctx context.Context, msg *types.MsgRejectRequest) (*types.MsgRejectRequestResponse, error) {
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	_, _, request, err := s.requestTo(ctx, msg.Payer, msg.Payee, msg.Request)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.rejectRequest(ctx, request, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRejectRequestResponse{}, nil
}

// CancelRequest takes back what is left of a request.
func (s msgServer) CancelRequest(ctx context.Context, msg *types.MsgCancelRequest) (*types.MsgCancelRequestResponse, error) {
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	payee, err := registrytypes.ParseAddress(msg.Payee)
	if err != nil {
		return nil, err
	}
	request, err := s.keeper.openRequest(ctx, payee, msg.Request)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.cancelRequest(ctx, request, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgCancelRequestResponse{}, nil
}

// requestTo returns an open request to the payer who acts on it.
func (s msgServer) requestTo(
	ctx context.Context, payer, payee, reference string,
) (payerAddress, payeeAddress sdk.AccAddress, request types.PaymentRequest, err error) {
	if payerAddress, payeeAddress, err = partiesOf(payer, payee); err != nil {
		return nil, nil, request, err
	}
	if request, err = s.keeper.openRequest(ctx, payeeAddress, reference); err != nil {
		return nil, nil, request, err
	}
	if request.Payer != payer {
		return nil, nil, request, types.ErrNotParty.Wrapf("%s: expected its payer %s, got %s", request.Name(), request.Payer, payer)
	}
	return payerAddress, payeeAddress, request, nil
}

// activeAndOpen checks that the account that signed is active, and that the others may take part one day: they are not closed. It
// returns the address of the first.
func (s msgServer) activeAndOpen(ctx context.Context, signer string, others ...string) (sdk.AccAddress, error) {
	account, err := s.account(ctx, signer)
	if err != nil {
		return nil, err
	}
	if err := account.CheckActive(); err != nil {
		return nil, err
	}
	for _, bech32 := range others {
		other, err := s.account(ctx, bech32)
		if err != nil {
			return nil, errorsmod.Wrap(err, "counterparty")
		}
		if err := other.CheckNotClosed(); err != nil {
			return nil, errorsmod.Wrap(err, "counterparty")
		}
	}
	return registrytypes.ParseAddress(signer)
}
