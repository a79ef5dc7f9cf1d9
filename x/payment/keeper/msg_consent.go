package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// SetConsent says whether payments to one's account wait.
func (s msgServer) SetConsent(ctx context.Context, msg *types.MsgSetConsent) (*types.MsgSetConsentResponse, error) {
	account, err := s.activeAndOpen(ctx, msg.Account)
	if err != nil {
		return nil, err
	}
	if msg.Needed {
		consent := types.Consent{Account: msg.Account, DecisionTime: msg.DecisionTime, AllowedPayers: msg.AllowedPayers}
		if err := consent.Validate(); err != nil {
			return nil, err
		}
		err = s.keeper.setConsent(ctx, consent)
	} else {
		if msg.DecisionTime != 0 || len(msg.AllowedPayers) > 0 {
			return nil, types.ErrInvalidConsent.Wrapf("expected no decision_time and no allowed_payers without consent, got %s and %d; leave them out",
				msg.DecisionTime, len(msg.AllowedPayers))
		}
		err = s.keeper.dropConsent(ctx, account)
	}
	if err != nil {
		return nil, err
	}
	return &types.MsgSetConsentResponse{}, event.Emit(ctx, &types.EventConsentSet{
		Account: msg.Account, Needed: msg.Needed, DecisionTime: msg.DecisionTime, AllowedPayers: msg.AllowedPayers,
	})
}

// AcceptPayment takes a payment that waits.
func (s msgServer) AcceptPayment(ctx context.Context, msg *types.MsgAcceptPayment) (*types.MsgAcceptPaymentResponse, error) {
	payment, err := s.waitingFor(ctx, msg.Payee, msg.Id)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.accept(ctx, payment); err != nil {
		return nil, err
	}
	return &types.MsgAcceptPaymentResponse{}, nil
}

// RefusePayment sends a payment that waits back. It never fails once the payment is found, frozen or not.
func (s msgServer) RefusePayment(ctx context.Context, msg *types.MsgRefusePayment) (*types.MsgRefusePaymentResponse, error) {
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	payment, err := s.waitingFor(ctx, msg.Payee, msg.Id)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.refusePayment(ctx, payment, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRefusePaymentResponse{}, nil
}

// CancelPayment takes back, as the payer, a payment that waits.
func (s msgServer) CancelPayment(ctx context.Context, msg *types.MsgCancelPayment) (*types.MsgCancelPaymentResponse, error) {
	payment, err := s.keeper.GetWaitingPayment(ctx, msg.Id)
	if err != nil {
		return nil, err
	}
	if msg.Payer != payment.Payer {
		return nil, types.ErrNotParty.Wrapf("%s: expected its payer %s, got %s", payment.Name(), payment.Payer, msg.Payer)
	}
	if err := s.keeper.cancelPayment(ctx, payment); err != nil {
		return nil, err
	}
	return &types.MsgCancelPaymentResponse{}, nil
}

// waitingFor returns a payment that waits for the payee who decides on it.
func (s msgServer) waitingFor(ctx context.Context, payee string, id uint64) (types.WaitingPayment, error) {
	payment, err := s.keeper.GetWaitingPayment(ctx, id)
	if err != nil {
		return types.WaitingPayment{}, err
	}
	if payee != payment.Payee {
		return types.WaitingPayment{}, types.ErrNotParty.Wrapf("%s: expected its payee, got %s", payment.Name(), payee)
	}
	return payment, nil
}
