package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// GetAccountMove returns a move. It returns types.ErrMoveNotFound if the new bank never used the reference for one.
func (k *Keeper) GetAccountMove(ctx context.Context, newBank, reference string) (types.AccountMove, error) {
	move, err := k.moves.Get(ctx, collections.Join(newBank, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.AccountMove{}, errorsmod.Wrapf(types.ErrMoveNotFound, "expected a move to bank %s, got reference %q", newBank, reference)
	}
	return move, err
}

// checkMove checks an account that another bank wants, and the limits that it shall have there.
func (k *Keeper) checkMove(ctx context.Context, newBank, target string, own *types.Limits) (types.Account, error) {
	_, account, err := k.account(ctx, target)
	if err != nil {
		return types.Account{}, err
	}
	if account.Bank == newBank {
		return types.Account{}, errorsmod.Wrapf(types.ErrInvalidMove, "expected an account of another bank than %s, got %s", newBank, target)
	}
	if account.Kind == types.AccountKindBankOwn {
		return types.Account{}, errorsmod.Wrapf(types.ErrInvalidMove, "expected an account of a customer, got %s of bank %s itself", target, account.Bank)
	}
	if err := account.CheckActive(); err != nil {
		return types.Account{}, err
	}
	_, err = k.checkLimits(ctx, newBank, account.Kind, own)
	return account, err
}

// openMove begins a move for which the new bank has maker and checker.
func (k *Keeper) openMove(ctx context.Context, request types.AccountRequest) error {
	terms := request.GetMove()
	account, err := k.checkMove(ctx, request.Bank, request.Account, terms.GetLimits())
	if err != nil {
		return err
	}
	params, err := k.GetParams(ctx)
	if err != nil {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	move := types.AccountMove{
		NewBank: request.Bank, Reference: request.Reference, Account: request.Account, OldBank: account.Bank,
		IdentityHash: terms.IdentityHash, Limits: terms.Limits, Status: types.MoveStatusOpen, OpenedAt: now,
		SilenceAt: now.Add(params.MoveAcknowledgement), ExpiresAt: now.Add(params.MoveExpiry), Amount: math.ZeroInt(),
	}
	if err := k.insertMove(ctx, move); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventMoveOpened{
		Address: move.Account, OldBank: move.OldBank, NewBank: move.NewBank, Reference: move.Reference,
		SilenceAt: move.SilenceAt, ExpiresAt: move.ExpiresAt,
	})
}

// insertMove stores a move, and when it ends if it is open.
func (k *Keeper) insertMove(ctx context.Context, move types.AccountMove) error {
	if move.IsOpen() {
		if err := k.addDeadline(ctx, move.ExpiresAt, deadlineMove, joinKey(move.NewBank, move.Reference)); err != nil {
			return err
		}
	}
	return k.moves.Set(ctx, collections.Join(move.NewBank, move.Reference), move)
}

// endMove stores a move that is open no more.
func (k *Keeper) endMove(ctx context.Context, move types.AccountMove, status types.MoveStatus) error {
	move.Status = status
	if err := k.removeDeadline(ctx, move.ExpiresAt, deadlineMove, joinKey(move.NewBank, move.Reference)); err != nil {
		return err
	}
	return k.insertMove(ctx, move)
}

// currentMove returns a move that can still be completed.
func (k *Keeper) currentMove(ctx context.Context, newBank, reference string) (types.AccountMove, error) {
	move, err := k.GetAccountMove(ctx, newBank, reference)
	if err != nil {
		return types.AccountMove{}, err
	}
	if !move.IsOpen() {
		return types.AccountMove{}, errorsmod.Wrapf(types.ErrMoveEnded, "expected move %s to bank %s open, got %s", reference, newBank, move.Status)
	}
	if now := sdk.UnwrapSDKContext(ctx).BlockTime(); !now.Before(move.ExpiresAt) {
		return types.AccountMove{}, errorsmod.Wrapf(types.ErrMoveEnded, "expected move %s to bank %s before %s, got %s", reference, newBank, move.ExpiresAt, now)
	}
	return move, nil
}

// holdersMove returns an open move of the holder's own account.
func (k *Keeper) holdersMove(ctx context.Context, holder, newBank, reference string) (types.AccountMove, error) {
	move, err := k.currentMove(ctx, newBank, reference)
	if err == nil && move.Account != holder {
		err = errorsmod.Wrapf(types.ErrNotPartOfMove, "expected the holder of %s, got %s", move.Account, holder)
	}
	return move, err
}

func (k *Keeper) consentMove(ctx context.Context, holder, newBank, reference string) error {
	move, err := k.holdersMove(ctx, holder, newBank, reference)
	if err != nil {
		return err
	}
	if move.Consented {
		return errorsmod.Wrapf(types.ErrMoveAgreed, "expected no consent of %s yet, got one", holder)
	}
	move.Consented = true
	if err := k.insertMove(ctx, move); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventMoveConsented{Address: move.Account, NewBank: newBank, Reference: reference})
}

func (k *Keeper) acknowledgeMove(ctx context.Context, bank, operator, newBank, reference string) error {
	move, err := k.currentMove(ctx, newBank, reference)
	if err != nil {
		return err
	}
	if bank != move.OldBank {
		return errorsmod.Wrapf(types.ErrNotPartOfMove, "expected bank %s, which has the account, got %s", move.OldBank, bank)
	}
	if move.AcknowledgedBy != "" {
		return errorsmod.Wrapf(types.ErrMoveAgreed, "expected no word of bank %s yet, got that of %s", bank, move.AcknowledgedBy)
	}
	move.AcknowledgedBy = operator
	if err := k.insertMove(ctx, move); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventMoveAcknowledged{Address: move.Account, NewBank: newBank, Reference: reference, Operator: operator})
}

// refuseMove ends a move: the new bank may at any time, the old one until it has said yes or its time is over.
func (k *Keeper) refuseMove(ctx context.Context, bank, operator, newBank, reference, reason string) error {
	move, err := k.currentMove(ctx, newBank, reference)
	if err != nil {
		return err
	}
	switch bank {
	case move.NewBank:
	case move.OldBank:
		if move.AcknowledgedBy != "" || isSilent(ctx, move) {
			return errorsmod.Wrapf(types.ErrMoveAgreed, "expected a refusal of bank %s before its word and before %s, got none; ask the holder to decline", bank, move.SilenceAt)
		}
	default:
		return errorsmod.Wrapf(types.ErrNotPartOfMove, "expected bank %s or %s, got %s", move.OldBank, move.NewBank, bank)
	}
	return k.refuse(ctx, move, operator, reason)
}

func (k *Keeper) declineMove(ctx context.Context, holder, newBank, reference, reason string) error {
	move, err := k.holdersMove(ctx, holder, newBank, reference)
	if err != nil {
		return err
	}
	return k.refuse(ctx, move, holder, reason)
}

func (k *Keeper) refuse(ctx context.Context, move types.AccountMove, operator, reason string) error {
	move.RefusalReason = reason
	if err := k.endMove(ctx, move, types.MoveStatusRefused); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventMoveRefused{
		Address: move.Account, NewBank: move.NewBank, Reference: move.Reference, Reason: reason, Operator: operator,
	})
}

// expireMove ends a move whose time is over.
func (k *Keeper) expireMove(ctx context.Context, newBank, reference string) error {
	move, err := k.GetAccountMove(ctx, newBank, reference)
	if err != nil {
		return err
	}
	if err := k.endMove(ctx, move, types.MoveStatusExpired); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventMoveExpired{Address: move.Account, NewBank: newBank, Reference: reference})
}

// isSilent says whether the time of the old bank's say is over.
func isSilent(ctx context.Context, move types.AccountMove) bool {
	return !sdk.UnwrapSDKContext(ctx).BlockTime().Before(move.SilenceAt)
}

// completeMove moves an account: all that it has becomes the new bank's debt, for which the old bank settles like for a
// payment of that amount.
func (k *Keeper) completeMove(ctx context.Context, newBank, operator, reference string) error {
	move, err := k.currentMove(ctx, newBank, reference)
	if err != nil {
		return err
	}
	if !move.Consented {
		return errorsmod.Wrapf(types.ErrMoveNotAgreed, "expected the consent of %s, got none; wait for it", move.Account)
	}
	if move.AcknowledgedBy == "" && !isSilent(ctx, move) {
		return errorsmod.Wrapf(types.ErrMoveNotAgreed, "expected the word of bank %s or its silence until %s, got neither; wait for it", move.OldBank, move.SilenceAt)
	}
	account, err := k.checkMove(ctx, newBank, move.Account, move.Limits)
	if err != nil {
		return err
	}
	if account.Bank != move.OldBank {
		return errorsmod.Wrapf(types.ErrMoveEnded, "expected account %s at bank %s, got it at %s", move.Account, move.OldBank, account.Bank)
	}
	address, err := types.ParseAddress(move.Account)
	if err != nil {
		return err
	}
	for _, bank := range []string{move.OldBank, move.NewBank} {
		if err := k.CheckBankOperating(ctx, bank); err != nil {
			return err
		}
	}
	if err := k.checkNothingElsewhere(ctx, address, account); err != nil {
		return err
	}
	move.Amount = k.bankKeeper.GetBalance(ctx, address, k.yen.YenDenom(ctx)).Amount
	if err := k.changeBank(ctx, address, account, move, operator); err != nil {
		return err
	}
	if err := k.endMove(ctx, move, types.MoveStatusCompleted); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAccountMoved{
		Address: move.Account, OldBank: move.OldBank, NewBank: newBank, Reference: reference, Amount: move.Amount, Operator: operator,
	})
}

// changeBank gives an account to the new bank and settles for what it has.
func (k *Keeper) changeBank(ctx context.Context, address sdk.AccAddress, account types.Account, move types.AccountMove, operator string) error {
	if move.Amount.IsPositive() {
		if err := k.recordFlow(ctx, move.OldBank, move.NewBank, move.Amount); err != nil {
			return err
		}
	}
	if err := k.cancelPendingKeys(ctx, address, "the account moves to another bank"); err != nil {
		return err
	}
	limits, err := k.checkLimits(ctx, move.NewBank, account.Kind, move.Limits)
	if err != nil {
		return err
	}
	account.Bank, account.IdentityHash = move.NewBank, move.IdentityHash
	account.Limits, account.TierLimits = limits.Limits(), move.Limits == nil
	return k.save(ctx, address, account, change{kind: types.ChangeKindMoved, operator: operator, reference: move.Reference})
}
