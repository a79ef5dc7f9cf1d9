package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

type msgServer struct {
	keeper *Keeper
}

var _ types.MsgServer = msgServer{}

// NewMsgServer returns the module's message service.
func NewMsgServer(keeper *Keeper) types.MsgServer {
	return msgServer{keeper: keeper}
}

// RequestRecall records that a maker asks for a payment of an account of its own bank back.
func (s msgServer) RequestRecall(ctx context.Context, msg *types.MsgRequestRecall) (*types.MsgRequestRecallResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	payer, err := s.account(ctx, msg.Payer)
	if err != nil {
		return nil, err
	}
	payee, err := s.account(ctx, msg.Payee)
	if err != nil {
		return nil, err
	}
	recall := types.Recall{
		PayerBank: bank, Reference: msg.Reference, Payer: msg.Payer, Payee: msg.Payee, PayeeBank: payee.Bank,
		Amount: msg.Amount, TxHash: msg.TxHash, MessageIndex: msg.MessageIndex, ExpiresAt: msg.ExpiresAt,
	}.With(step(ctx, types.RecallStatusRequested, msg.Operator, msg.Reason))
	if err := recall.Validate(); err != nil {
		return nil, err
	}
	if payer.Bank != bank {
		return nil, registrytypes.ErrWrongBank.Wrapf("expected a payer of bank %s, got %s of bank %s; ask that bank",
			bank, payer.Address, payer.Bank)
	}
	// Neither can take part any more; a frozen one may be unfrozen in time.
	for _, party := range []registrytypes.Account{payer, payee} {
		if err := party.CheckNotClosed(); err != nil {
			return nil, err
		}
	}
	if err := s.keeper.request(ctx, recall); err != nil {
		return nil, err
	}
	return &types.MsgRequestRecallResponse{}, nil
}

// CancelRecall takes back a request of the maker's own bank.
func (s msgServer) CancelRecall(ctx context.Context, msg *types.MsgCancelRecall) (*types.MsgCancelRecallResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	recall, err := s.keeper.live(ctx, bank, msg.Reference, types.RecallStatusRequested)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.cancel(ctx, recall, msg.Operator, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgCancelRecallResponse{}, nil
}

// ConsentRecall holds the payee's yen for the return.
func (s msgServer) ConsentRecall(ctx context.Context, msg *types.MsgConsentRecall) (*types.MsgConsentRecallResponse, error) {
	recall, err := s.keeper.live(ctx, msg.PayerBank, msg.Reference, types.RecallStatusRequested)
	if err != nil {
		return nil, err
	}
	if msg.Payee != recall.Payee {
		return nil, types.ErrNotPayee.Wrapf("%s: expected the payee %s, got %s", recall.Name(), recall.Payee, msg.Payee)
	}
	payee, err := s.account(ctx, msg.Payee)
	if err != nil {
		return nil, err
	}
	hold, err := s.keeper.consent(ctx, recall, payee)
	if err != nil {
		return nil, err
	}
	return &types.MsgConsentRecallResponse{HoldId: hold}, nil
}

// RefuseRecall ends a recall for the payee or its bank.
func (s msgServer) RefuseRecall(ctx context.Context, msg *types.MsgRefuseRecall) (*types.MsgRefuseRecallResponse, error) {
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	recall, err := s.keeper.live(ctx, msg.PayerBank, msg.Reference, types.RecallStatusRequested, types.RecallStatusConsented)
	if err != nil {
		return nil, err
	}
	payee, err := s.account(ctx, recall.Payee)
	if err != nil {
		return nil, err
	}
	if msg.Signer != recall.Payee {
		if err := s.requirePayeeBank(ctx, recall, payee, msg.Signer, msg); err != nil {
			return nil, err
		}
	}
	if err := s.keeper.refuse(ctx, recall, payee, msg.Signer, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRefuseRecallResponse{}, nil
}

// ReturnRecall pays the held yen back to the payer.
func (s msgServer) ReturnRecall(ctx context.Context, msg *types.MsgReturnRecall) (*types.MsgReturnRecallResponse, error) {
	recall, err := s.keeper.live(ctx, msg.PayerBank, msg.Reference, types.RecallStatusConsented)
	if err != nil {
		return nil, err
	}
	payee, err := s.account(ctx, recall.Payee)
	if err != nil {
		return nil, err
	}
	if err := s.requirePayeeBank(ctx, recall, payee, msg.Operator, msg); err != nil {
		return nil, err
	}
	if msg.Operator == recall.RequestedBy() {
		return nil, types.ErrSameOperator.Wrapf("%s: expected another checker than the requester, got %s", recall.Name(), msg.Operator)
	}
	if err := s.keeper.giveBack(ctx, recall, payee, msg.Operator); err != nil {
		return nil, err
	}
	return &types.MsgReturnRecallResponse{}, nil
}

// requirePayeeBank checks that an operator acts for the payee's present bank.
func (s msgServer) requirePayeeBank(
	ctx context.Context, recall types.Recall, payee registrytypes.Account, operator string, msg sdk.Msg,
) error {
	bank, err := s.bankOf(ctx, operator, msg)
	if err != nil {
		return err
	}
	if bank != payee.Bank {
		return types.ErrNotPayee.Wrapf("%s: expected an operator of bank %s of the payee, got %s of %s",
			recall.Name(), payee.Bank, operator, bank)
	}
	return nil
}

// bankOf returns the bank for which an operator signs the message.
func (s msgServer) bankOf(ctx context.Context, signer string, msg sdk.Msg) (string, error) {
	organization, err := s.keeper.membership.Authorize(ctx, signer, msg)
	if err != nil {
		return "", err
	}
	// One spelling per address, because signers are compared as strings.
	if _, err := registrytypes.ParseAddress(signer); err != nil {
		return "", err
	}
	return organization.Id, nil
}

func (s msgServer) account(ctx context.Context, bech32 string) (registrytypes.Account, error) {
	address, err := registrytypes.ParseAddress(bech32)
	if err != nil {
		return registrytypes.Account{}, err
	}
	return s.keeper.registry.GetAccount(ctx, address)
}
