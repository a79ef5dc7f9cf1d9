package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/notary/types"
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

// Notarize implements types.MsgServer.
func (s msgServer) Notarize(ctx context.Context, msg *types.MsgNotarize) (*types.MsgNotarizeResponse, error) {
	notary, organization, err := s.keeper.notaryOf(ctx, msg)
	if err != nil {
		return nil, err
	}
	hashes, err := types.ParseDocuments(msg.Documents)
	if err != nil {
		return nil, err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	response := &types.MsgNotarizeResponse{}
	for i, document := range msg.Documents {
		stands, err := s.keeper.notarizations.Has(ctx, collections.Join(notary, hashes[i]))
		if err != nil {
			return nil, err
		}
		if stands {
			continue
		}
		if err := s.keeper.add(ctx, types.Notarization{
			Notary: msg.Notary, Hash: document.Hash, Label: document.Label, Organization: organization,
			Time: sdkCtx.BlockTime(), Height: sdkCtx.BlockHeight(),
		}); err != nil {
			return nil, err
		}
		if err := event.Emit(ctx, &types.EventDocumentNotarized{
			Notary: msg.Notary, Hash: document.Hash, Label: document.Label, Organization: organization,
		}); err != nil {
			return nil, err
		}
		response.Recorded++
	}
	return response, nil
}

// notaryOf returns the notary of a message, and the organization for which it acts if it is an operator.
func (k *Keeper) notaryOf(ctx context.Context, msg *types.MsgNotarize) (notary sdk.AccAddress, organization string, err error) {
	if notary, err = registrytypes.ParseAddress(msg.Notary); err != nil {
		return nil, "", err
	}
	admitted, err := k.registry.IsAdmitted(ctx, notary)
	if err != nil || admitted {
		return notary, "", err
	}
	acts, err := k.membership.Authorize(ctx, msg.Notary, msg)
	if errors.Is(err, membershiptypes.ErrNotOperator) {
		return nil, "", types.ErrNotNotary.Wrapf("expected the holder of an open account or an operator, got %s", msg.Notary)
	}
	return notary, acts.Id, err
}
