package keeper

import (
	"bytes"
	"context"
	"slices"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
)

type msgServer struct {
	keeper *Keeper
}

var _ types.MsgServer = msgServer{}

// NewMsgServer returns the module's message service.
func NewMsgServer(keeper *Keeper) types.MsgServer {
	return msgServer{keeper: keeper}
}

// CreateTrade proposes terms to their parties.
func (s msgServer) CreateTrade(ctx context.Context, msg *types.MsgCreateTrade) (*types.MsgCreateTradeResponse, error) {
	if err := s.checkActive(ctx, "creator", msg.Creator); err != nil {
		return nil, err
	}
	creator, err := registrytypes.ParseAddress(msg.Creator)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.checkUnused(ctx, creator, msg.Reference); err != nil {
		return nil, err
	}
	trade, err := s.keeper.create(ctx, msg.Creator, msg.Reference, msg.Terms)
	if err != nil {
		return nil, err
	}
	return &types.MsgCreateTradeResponse{Id: trade.Id, TermsHash: trade.TermsHash}, nil
}

// ConfirmTrade agrees to the exact terms as a party.
func (s msgServer) ConfirmTrade(ctx context.Context, msg *types.MsgConfirmTrade) (*types.MsgConfirmTradeResponse, error) {
	trade, err := s.keeper.proposed(ctx, msg.Creator, msg.Reference)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(msg.TermsHash, trade.TermsHash) {
		return nil, types.ErrTermsMismatch.Wrapf("%s: expected the hash %X of its terms, got %X; read them again", trade.Name(), trade.TermsHash, msg.TermsHash)
	}
	address, party, err := s.keeper.party(ctx, trade, msg.Party)
	if err != nil {
		return nil, err
	}
	if party.ConfirmedAt != nil {
		return nil, types.ErrPartyConfirmed.Wrapf("%s: expected a first confirmation of %s, got another", trade.Name(), msg.Party)
	}
	after, err := s.keeper.confirm(ctx, trade, address, party)
	if err != nil {
		return nil, err
	}
	return &types.MsgConfirmTradeResponse{Status: after.Status}, nil
}

// CancelTrade takes a trade back before its last party has confirmed.
func (s msgServer) CancelTrade(ctx context.Context, msg *types.MsgCancelTrade) (*types.MsgCancelTradeResponse, error) {
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	trade, err := s.keeper.proposed(ctx, msg.Creator, msg.Reference)
	if err != nil {
		return nil, err
	}
	if msg.Signer != trade.Creator {
		_, party, err := s.keeper.party(ctx, trade, msg.Signer)
		if err != nil {
			return nil, err
		}
		if party.ConfirmedAt == nil {
			return nil, types.ErrNotParty.Wrapf("%s: expected its creator or a party that has confirmed, got %s; refuse it instead", trade.Name(), msg.Signer)
		}
	}
	why := &types.EventTradeCancelled{
		TradeId: trade.Id, Creator: trade.Creator, Reference: trade.Reference, CancelledBy: msg.Signer, Reason: msg.Reason,
	}
	if err := s.keeper.giveBack(ctx, trade, types.TradeStatusCancelled, msg.Signer, msg.Reason, why); err != nil {
		return nil, err
	}
	return &types.MsgCancelTradeResponse{}, nil
}

// RefuseTrade says no as a party that has not confirmed.
func (s msgServer) RefuseTrade(ctx context.Context, msg *types.MsgRefuseTrade) (*types.MsgRefuseTradeResponse, error) {
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	trade, err := s.keeper.proposed(ctx, msg.Creator, msg.Reference)
	if err != nil {
		return nil, err
	}
	_, party, err := s.keeper.party(ctx, trade, msg.Party)
	if err != nil {
		return nil, err
	}
	if party.ConfirmedAt != nil {
		return nil, types.ErrPartyConfirmed.Wrapf("%s: expected a party that has not confirmed, got %s; cancel it instead", trade.Name(), msg.Party)
	}
	why := &types.EventTradeRefused{
		TradeId: trade.Id, Creator: trade.Creator, Reference: trade.Reference, Party: msg.Party, Reason: msg.Reason,
	}
	if err := s.keeper.giveBack(ctx, trade, types.TradeStatusRefused, msg.Party, msg.Reason, why); err != nil {
		return nil, err
	}
	return &types.MsgRefuseTradeResponse{}, nil
}

// AbortTrade ends a trade as its agent, until it settles.
func (s msgServer) AbortTrade(ctx context.Context, msg *types.MsgAbortTrade) (*types.MsgAbortTradeResponse, error) {
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	trade, err := s.ofAgent(ctx, msg.Creator, msg.Reference, msg.Agent)
	if err != nil {
		return nil, err
	}
	why := &types.EventTradeAborted{
		TradeId: trade.Id, Creator: trade.Creator, Reference: trade.Reference, Agent: msg.Agent, Reason: msg.Reason,
	}
	if err := s.keeper.giveBack(ctx, trade, types.TradeStatusAborted, msg.Agent, msg.Reason, why); err != nil {
		return nil, err
	}
	return &types.MsgAbortTradeResponse{}, nil
}

// ReleaseTrade gives the agent's word.
func (s msgServer) ReleaseTrade(ctx context.Context, msg *types.MsgReleaseTrade) (*types.MsgReleaseTradeResponse, error) {
	trade, err := s.ofAgent(ctx, msg.Creator, msg.Reference, msg.Agent)
	if err != nil {
		return nil, err
	}
	if !trade.AgentReleases {
		return nil, types.ErrNotAgent.Wrapf("%s: expected terms that ask for a release, got others; nothing to do", trade.Name())
	}
	if trade.ReleasedAt != nil {
		return nil, types.ErrConditionMet.Wrapf("%s: expected a first release, got another", trade.Name())
	}
	if err := s.checkActive(ctx, "agent", msg.Agent); err != nil {
		return nil, err
	}
	after, err := s.keeper.release(ctx, trade)
	if err != nil {
		return nil, err
	}
	return &types.MsgReleaseTradeResponse{Status: after.Status}, nil
}

// PresentDocument presents a document that the terms ask for.
func (s msgServer) PresentDocument(ctx context.Context, msg *types.MsgPresentDocument) (*types.MsgPresentDocumentResponse, error) {
	trade, err := s.keeper.open(ctx, msg.Creator, msg.Reference)
	if err != nil {
		return nil, err
	}
	position := slices.IndexFunc(trade.Documents, func(one types.RequiredDocument) bool { return one.Document.Name == msg.Name })
	if position < 0 {
		return nil, types.ErrDocumentRefused.Wrapf("%s: expected a document of its terms, got %q", trade.Name(), msg.Name)
	}
	required := trade.Documents[position]
	if msg.Presenter != required.Document.Presenter {
		return nil, types.ErrDocumentRefused.Wrapf("%s: expected %q from %s, got it from %s",
			trade.Name(), msg.Name, required.Document.Presenter, msg.Presenter)
	}
	if !bytes.Equal(msg.Hash, required.Document.Hash) {
		return nil, types.ErrDocumentRefused.Wrapf("%s: expected %q with the hash %X, got %X; present the document that was agreed on",
			trade.Name(), msg.Name, required.Document.Hash, msg.Hash)
	}
	if required.PresentedAt != nil {
		return nil, types.ErrConditionMet.Wrapf("%s: expected a first presentation of %q, got another", trade.Name(), msg.Name)
	}
	if err := s.checkActive(ctx, "presenter", msg.Presenter); err != nil {
		return nil, err
	}
	after, err := s.keeper.present(ctx, trade, position)
	if err != nil {
		return nil, err
	}
	return &types.MsgPresentDocumentResponse{Status: after.Status}, nil
}

// ofAgent returns an open trade whose agent signs.
func (s msgServer) ofAgent(ctx context.Context, creator, reference, agent string) (types.Trade, error) {
	trade, err := s.keeper.open(ctx, creator, reference)
	if err != nil {
		return types.Trade{}, err
	}
	if trade.Agent == "" || trade.Agent != agent {
		return types.Trade{}, types.ErrNotAgent.Wrapf("%s: expected its agent %q, got %s", trade.Name(), trade.Agent, agent)
	}
	return trade, nil
}

// checkActive checks that who brings a trade further may act. What only gives back is open to frozen accounts, too.
func (s msgServer) checkActive(ctx context.Context, who, account string) error {
	address, err := registrytypes.ParseAddress(account)
	if err != nil {
		return err
	}
	_, err = s.keeper.registry.ActiveBank(ctx, address)
	return errorsmod.Wrap(err, who)
}
