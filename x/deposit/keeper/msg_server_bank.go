package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

// SubmitBatch requests the orders of a batch of the maker's bank.
func (s msgServer) SubmitBatch(ctx context.Context, msg *types.MsgSubmitBatch) (*types.MsgSubmitBatchResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	return s.keeper.submitBatch(ctx, bank, msg)
}

// ApproveBatch carries out what is open of a batch of the checker's bank.
func (s msgServer) ApproveBatch(ctx context.Context, msg *types.MsgApproveBatch) (*types.MsgApproveBatchResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	lines, approved, err := s.keeper.decideBatch(ctx, bank, msg.Batch, decision{
		status: types.OrderStatusApproved, by: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgApproveBatchResponse{Lines: lines, Approved: approved}, event.Emit(ctx, &types.EventBatchApproved{
		Bank: bank, Batch: msg.Batch, Approved: approved, Failed: failed(lines), ApprovedBy: msg.Operator,
	})
}

// RejectBatch refuses what is open of a batch of the checker's bank.
func (s msgServer) RejectBatch(ctx context.Context, msg *types.MsgRejectBatch) (*types.MsgRejectBatchResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReject(msg.RejectCode, msg.Reason); err != nil {
		return nil, err
	}
	lines, rejected, err := s.keeper.decideBatch(ctx, bank, msg.Batch, decision{
		status: types.OrderStatusRejected, by: msg.Operator, code: msg.RejectCode, reason: msg.Reason,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgRejectBatchResponse{Lines: lines, Rejected: rejected}, event.Emit(ctx, &types.EventBatchRejected{
		Bank: bank, Batch: msg.Batch, Rejected: rejected, Failed: failed(lines), RejectedBy: msg.Operator,
		RejectCode: msg.RejectCode, Reason: msg.Reason,
	})
}

func failed(lines []types.LineOutcome) uint32 {
	count := uint32(0)
	for _, line := range lines {
		if !line.Result.Succeeded() {
			count++
		}
	}
	return count
}

// SubmitAttestation stores what the maker's bank declares.
func (s msgServer) SubmitAttestation(
	ctx context.Context, msg *types.MsgSubmitAttestation,
) (*types.MsgSubmitAttestationResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	err = s.keeper.submitAttestation(ctx, types.Attestation{
		Bank: bank, Reference: msg.Reference, AsOf: msg.AsOf, Deposits: msg.Deposits, ReserveAssets: msg.ReserveAssets,
		DocumentHash: msg.DocumentHash, SubmittedBy: msg.Operator, SubmittedAt: sdk.UnwrapSDKContext(ctx).BlockTime(),
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgSubmitAttestationResponse{}, nil
}

// ConfirmAttestation makes an attestation of the checker's bank count.
func (s msgServer) ConfirmAttestation(
	ctx context.Context, msg *types.MsgConfirmAttestation,
) (*types.MsgConfirmAttestationResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.confirmAttestation(ctx, bank, msg.Reference, msg.Operator); err != nil {
		return nil, err
	}
	return &types.MsgConfirmAttestationResponse{}, nil
}

// CountersignAttestation adds an auditor to a confirmed attestation of any bank.
func (s msgServer) CountersignAttestation(
	ctx context.Context, msg *types.MsgCountersignAttestation,
) (*types.MsgCountersignAttestationResponse, error) {
	auditor, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.countersignAttestation(ctx, msg.Bank, msg.Reference, auditor, msg.Operator); err != nil {
		return nil, err
	}
	return &types.MsgCountersignAttestationResponse{}, nil
}

// CloseBusinessDay ends a business date of the checker's bank.
func (s msgServer) CloseBusinessDay(
	ctx context.Context, msg *types.MsgCloseBusinessDay,
) (*types.MsgCloseBusinessDayResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	day, next, err := s.keeper.closeBusinessDay(ctx, bank, msg.Date, msg.Operator)
	if err != nil {
		return nil, err
	}
	return &types.MsgCloseBusinessDayResponse{BusinessDay: day, NextDate: next}, nil
}

// SetCeiling bounds what a bank may owe by issuing.
func (s msgServer) SetCeiling(ctx context.Context, msg *types.MsgSetCeiling) (*types.MsgSetCeilingResponse, error) {
	if err := s.requireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := s.keeper.setCeiling(ctx, types.Ceiling{Bank: msg.Bank, Amount: msg.Amount}); err != nil {
		return nil, err
	}
	return &types.MsgSetCeilingResponse{}, nil
}

// RemoveCeiling lets a bank issue without bound.
func (s msgServer) RemoveCeiling(ctx context.Context, msg *types.MsgRemoveCeiling) (*types.MsgRemoveCeilingResponse, error) {
	if err := s.requireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := s.keeper.removeCeiling(ctx, msg.Bank); err != nil {
		return nil, err
	}
	return &types.MsgRemoveCeilingResponse{}, nil
}

func (s msgServer) requireAuthority(signer string) error {
	if authority := s.keeper.membership.Authority(); signer != authority {
		return types.ErrNotAuthority.Wrapf("expected %s, the members' vote, got %s", authority, signer)
	}
	return nil
}
