package keeper

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// IssueAmounts gives new fungible units to accounts: to all of them or to none.
func (s msgServer) IssueAmounts(ctx context.Context, msg *types.MsgIssueAmounts) (*types.MsgIssueAmountsResponse, error) {
	class, signer, err := s.keeper.managedClass(ctx, msg.Manager, msg.Class, types.RightIssue)
	if err != nil {
		return nil, err
	}
	if err := checkBatch(class, types.ClassKindFungible, len(msg.Lines), msg.Reference); err != nil {
		return nil, err
	}
	grants, total, err := s.keeper.amountGrants(ctx, class, msg.Lines)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.checkIssue(ctx, class, total); err != nil {
		return nil, err
	}
	return &types.MsgIssueAmountsResponse{}, s.issue(ctx, class, signer, grants, total, msg.Reference)
}

// IssueUnits gives new unique units to accounts: all of them or none.
func (s msgServer) IssueUnits(ctx context.Context, msg *types.MsgIssueUnits) (*types.MsgIssueUnitsResponse, error) {
	class, signer, err := s.keeper.managedClass(ctx, msg.Manager, msg.Class, types.RightIssue)
	if err != nil {
		return nil, err
	}
	if err := checkBatch(class, types.ClassKindUnique, len(msg.Lines), msg.Reference); err != nil {
		return nil, err
	}
	total := math.NewInt(int64(len(msg.Lines)))
	if err := s.keeper.checkIssue(ctx, class, total); err != nil {
		return nil, err
	}
	grants, err := s.keeper.newUnits(withStatement(ctx, types.Statement{Reference: msg.Reference}), class, msg.Lines)
	if err != nil {
		return nil, err
	}
	return &types.MsgIssueUnitsResponse{}, s.issue(ctx, class, signer, grants, total, msg.Reference)
}

func checkBatch(class types.Class, kind types.ClassKind, lines int, reference string) error {
	if err := class.CheckKind(kind); err != nil {
		return err
	}
	if err := types.ValidateLineCount(lines); err != nil {
		return err
	}
	return types.Statement{Reference: reference}.Validate()
}

func (s msgServer) issue(
	ctx context.Context, class types.Class, signer sdk.AccAddress, grants []grant, total math.Int, reference string,
) error {
	if err := s.keeper.remember(ctx, signer, types.Operation{
		Reference: reference, Kind: types.OperationKindIssue, Amount: sdk.NewCoins(sdk.NewCoin(types.ClassDenom(class.Id), total)),
	}); err != nil {
		return err
	}
	return s.keeper.issue(ctx, class, total, grants, signer.String(), reference)
}

// Transfer gives units to another account.
func (s msgServer) Transfer(ctx context.Context, msg *types.MsgTransfer) (*types.MsgTransferResponse, error) {
	holder, _, err := s.keeper.activeAccount(ctx, msg.Holder)
	if err != nil {
		return nil, err
	}
	recipient, err := registrytypes.ParseAddress(msg.Recipient)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateCoins(msg.Amount); err != nil {
		return nil, err
	}
	statement := types.Statement{Reference: msg.Reference, Note: msg.Note, DocumentHash: msg.DocumentHash}
	if err := statement.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.remember(ctx, holder, types.Operation{
		Reference: msg.Reference, Kind: types.OperationKindTransfer, Counterparty: msg.Recipient, Amount: msg.Amount,
		DocumentHash: msg.DocumentHash,
	}); err != nil {
		return nil, err
	}
	// SendRestriction checks the rules, as for a plain transfer.
	if err := s.keeper.bankKeeper.SendCoins(withStatement(ctx, statement), holder, recipient, msg.Amount); err != nil {
		return nil, err
	}
	return &types.MsgTransferResponse{}, event.Emit(ctx, &types.EventUnitsTransferred{
		Holder: msg.Holder, Recipient: msg.Recipient, Amount: msg.Amount, Reference: msg.Reference, DocumentHash: msg.DocumentHash,
	})
}

// RedeemUnits hands units in.
func (s msgServer) RedeemUnits(ctx context.Context, msg *types.MsgRedeemUnits) (*types.MsgRedeemUnitsResponse, error) {
	holder, _, err := s.keeper.activeAccount(ctx, msg.Holder)
	if err != nil {
		return nil, err
	}
	assets, err := s.keeper.assetsOf(ctx, msg.Amount)
	if err != nil {
		return nil, err
	}
	statement := types.Statement{Reference: msg.Reference, Note: msg.Note, DocumentHash: msg.DocumentHash}
	if err := statement.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.checkRedeem(ctx, holder, assets); err != nil {
		return nil, err
	}
	if err := s.keeper.remember(ctx, holder, types.Operation{
		Reference: msg.Reference, Kind: types.OperationKindRedemption, Amount: msg.Amount, DocumentHash: msg.DocumentHash,
	}); err != nil {
		return nil, err
	}
	if err := s.keeper.destroy(withStatement(ctx, statement), holder, assets, registrytypes.CauseHandIn, redeemed); err != nil {
		return nil, err
	}
	return &types.MsgRedeemUnitsResponse{}, event.Emit(ctx, &types.EventUnitsRedeemed{
		Holder: msg.Holder, Amount: msg.Amount, Reference: msg.Reference, DocumentHash: msg.DocumentHash,
	})
}

// RecallUnits takes units back from a holder.
func (s msgServer) RecallUnits(ctx context.Context, msg *types.MsgRecallUnits) (*types.MsgRecallUnitsResponse, error) {
	signer, _, err := s.keeper.activeAccount(ctx, msg.Manager)
	if err != nil {
		return nil, err
	}
	holder, err := registrytypes.ParseAddress(msg.Holder)
	if err != nil {
		return nil, err
	}
	assets, err := s.keeper.assetsOf(ctx, msg.Amount)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	statement := types.Statement{Reference: msg.Reference, Note: msg.Reason}
	if err := statement.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.checkRecall(ctx, signer, holder, assets); err != nil {
		return nil, err
	}
	if err := s.keeper.remember(ctx, signer, types.Operation{
		Reference: msg.Reference, Kind: types.OperationKindRecall, Counterparty: msg.Holder, Amount: msg.Amount,
	}); err != nil {
		return nil, err
	}
	if err := s.keeper.destroy(withStatement(ctx, statement), holder, assets, registrytypes.CauseRevoke, recalled); err != nil {
		return nil, err
	}
	return &types.MsgRecallUnitsResponse{}, event.Emit(ctx, &types.EventUnitsRecalled{
		Holder: msg.Holder, Amount: msg.Amount, By: msg.Manager, Reason: msg.Reason, Reference: msg.Reference,
	})
}

// AnnotateUnit adds a note to a unit's history.
func (s msgServer) AnnotateUnit(ctx context.Context, msg *types.MsgAnnotateUnit) (*types.MsgAnnotateUnitResponse, error) {
	signer, _, err := s.keeper.activeAccount(ctx, msg.Signer)
	if err != nil {
		return nil, err
	}
	class, err := s.keeper.GetClass(ctx, msg.Class)
	if err != nil {
		return nil, err
	}
	unit, err := s.keeper.liveUnit(ctx, msg.Class, msg.Unit)
	if err != nil {
		return nil, err
	}
	if msg.Signer != unit.Holder {
		if err := s.keeper.checkRight(ctx, class, signer, types.RightIssue); err != nil {
			return nil, err
		}
	}
	if !class.History {
		return nil, types.ErrRuleForbids.Wrapf("expected a class that keeps the history of its units, got %s", class.Id)
	}
	statement := types.Statement{Note: msg.Note, DocumentHash: msg.DocumentHash}
	if err := statement.Validate(); err != nil {
		return nil, err
	}
	if msg.Note == "" && len(msg.DocumentHash) == 0 {
		return nil, types.ErrInvalidOperation.Wrap("expected a note or the hash of a document, got neither")
	}
	entry := types.Custody{Kind: types.CustodyKindNoted, From: unit.Holder, To: msg.Signer}
	if err := s.keeper.storeUnit(withStatement(ctx, statement), class, unit, entry); err != nil {
		return nil, err
	}
	return &types.MsgAnnotateUnitResponse{}, event.Emit(ctx, &types.EventUnitAnnotated{
		Class: msg.Class, Unit: msg.Unit, By: msg.Signer, Note: msg.Note, DocumentHash: msg.DocumentHash,
	})
}
