package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// GetRequest returns a request of a bank. It returns types.ErrRequestNotFound if the bank never used the reference.
func (k *Keeper) GetRequest(ctx context.Context, bank, reference string) (types.AccountRequest, error) {
	request, err := k.requests.Get(ctx, collections.Join(bank, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.AccountRequest{}, errorsmod.Wrapf(types.ErrRequestNotFound, "expected a request of bank %s, got reference %q", bank, reference)
	}
	return request, err
}

// newRequest returns a request that waits for its decision, or why it can never be made.
func (k *Keeper) newRequest(ctx context.Context, request types.AccountRequest) (types.AccountRequest, error) {
	request.RequestedAt = sdk.UnwrapSDKContext(ctx).BlockTime()
	request.Status = types.RequestStatusRequested
	if err := request.Validate(); err != nil {
		return types.AccountRequest{}, err
	}
	used, err := k.requests.Has(ctx, collections.Join(request.Bank, request.Reference))
	if err != nil {
		return types.AccountRequest{}, err
	}
	if used {
		return types.AccountRequest{}, errorsmod.Wrapf(types.ErrReferenceUsed,
			"expected a reference that bank %s has not used, got %q; choose a new one", request.Bank, request.Reference)
	}
	return request, nil
}

// addRequest stores a new request and tells of it.
func (k *Keeper) addRequest(ctx context.Context, request types.AccountRequest) error {
	if err := k.insertRequest(ctx, request); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventRequestMade{
		Bank: request.Bank, Reference: request.Reference, Kind: request.Kind, Account: request.Account, Operator: request.RequestedBy,
	})
}

func (k *Keeper) insertRequest(ctx context.Context, request types.AccountRequest) error {
	if err := k.requestsByStatus.Set(ctx, collections.Join3(request.Bank, int32(request.Status), request.Reference)); err != nil {
		return err
	}
	if request.Account != "" {
		address, err := types.ParseAddress(request.Account)
		if err != nil {
			return err
		}
		if err := k.requestsByAccount.Set(ctx, collections.Join3(address, request.Bank, request.Reference)); err != nil {
			return err
		}
	}
	return k.requests.Set(ctx, collections.Join(request.Bank, request.Reference), request)
}

// decidable returns an open request that the operator may decide: one that somebody else of its bank made, and whose kind
// its role decides.
func (k *Keeper) decidable(ctx context.Context, by decider, reference string) (types.AccountRequest, error) {
	request, err := k.GetRequest(ctx, by.bank, reference)
	if err != nil {
		return types.AccountRequest{}, err
	}
	if !request.IsOpen() {
		return types.AccountRequest{}, errorsmod.Wrapf(types.ErrRequestDecided,
			"expected request %s of bank %s undecided, got %s by %s; make a new request", reference, by.bank, request.Status, request.DecidedBy)
	}
	if request.RequestedBy == by.operator {
		return types.AccountRequest{}, errorsmod.Wrapf(types.ErrSameOperator,
			"expected another operator than %s, who made request %s", by.operator, reference)
	}
	return request, by.checkRole(request.Kind)
}

// decide stores the decision of a request and tells of it.
func (k *Keeper) decide(ctx context.Context, request types.AccountRequest, by decider, status types.RequestStatus, reason string) error {
	old := collections.Join3(request.Bank, int32(request.Status), request.Reference)
	if err := k.requestsByStatus.Remove(ctx, old); err != nil {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	request.Status, request.DecidedBy, request.DecidedAt, request.RejectionReason = status, by.operator, &now, reason
	if err := k.insertRequest(ctx, request); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventRequestDecided{
		Bank: request.Bank, Reference: request.Reference, Kind: request.Kind, Account: request.Account,
		Status: status, Reason: reason, Operator: by.operator,
	})
}

// approve carries out a request.
func (k *Keeper) approve(ctx context.Context, by decider, reference string) error {
	request, err := k.decidable(ctx, by, reference)
	if err != nil {
		return err
	}
	if err := k.execute(ctx, request, by.operator); err != nil {
		return err
	}
	return k.decide(ctx, request, by, types.RequestStatusApproved, "")
}

// execute does what a request asks, if the registry still allows it.
func (k *Keeper) execute(ctx context.Context, request types.AccountRequest, approver string) error {
	switch request.Kind {
	case types.RequestKindPolicy:
		return k.executePolicy(ctx, request, approver)
	case types.RequestKindUnpause:
		return k.executeUnpause(ctx, request, approver)
	case types.RequestKindUnlist:
		return k.executeUnlist(ctx, request, approver)
	case types.RequestKindMove:
		return k.openMove(ctx, request)
	case types.RequestKindOpen, types.RequestKindLimits, types.RequestKindUnfreeze, types.RequestKindReleaseAmount,
		types.RequestKindApprovals, types.RequestKindOrderKeys, types.RequestKindUnspecified:
	}
	address, account, err := k.accountOf(ctx, request.Bank, request.Account)
	if err != nil {
		return err
	}
	why := change{operator: approver, reference: request.Reference, reason: request.Reason}
	switch request.Kind {
	case types.RequestKindOpen:
		return k.executeOpen(ctx, address, account, why)
	case types.RequestKindLimits:
		return k.setLimits(ctx, address, account, request.GetLimits().GetLimits(), why)
	case types.RequestKindUnfreeze:
		return k.executeUnfreeze(ctx, address, account, why)
	case types.RequestKindReleaseAmount:
		return k.releaseAmount(ctx, address, account, request.GetRelease().GetOrderReference(), why)
	case types.RequestKindOrderKeys:
		return k.announceOrderKeys(ctx, address, account, request.GetOrderKeys().GetOrderKeys(), why)
	case types.RequestKindApprovals:
		return k.setApprovals(ctx, address, account, request.GetApprovals().GetApprovals(), why)
	case types.RequestKindPolicy, types.RequestKindUnpause, types.RequestKindUnlist, types.RequestKindMove, types.RequestKindUnspecified:
	}
	return errorsmod.Wrapf(types.ErrInvalidRequest, "expected a kind of request, got %s", request.Kind)
}

// reject refuses a request. The address of an application is free again.
func (k *Keeper) reject(ctx context.Context, by decider, reference, reason string) error {
	request, err := k.decidable(ctx, by, reference)
	if err != nil {
		return err
	}
	if request.Kind == types.RequestKindOpen {
		address, account, err := k.accountOf(ctx, request.Bank, request.Account)
		if err != nil {
			return err
		}
		why := change{kind: types.ChangeKindRejected, operator: by.operator, reference: reference, reason: reason}
		if err := k.setStatus(ctx, address, account, types.AccountStatusClosed, why); err != nil {
			return err
		}
	}
	return k.decide(ctx, request, by, types.RequestStatusRejected, reason)
}

func (k *Keeper) executePolicy(ctx context.Context, request types.AccountRequest, approver string) error {
	policy := *request.GetPolicy()
	if err := k.setPolicy(ctx, request.Bank, policy); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventBankPolicyChanged{
		Bank: request.Bank, Policy: &policy, Reference: request.Reference, Operator: approver,
	})
}

func (k *Keeper) executeUnpause(ctx context.Context, request types.AccountRequest, approver string) error {
	if err := k.unpause(ctx, request.Bank); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventBankUnpaused{Bank: request.Bank, Reason: request.Reason, Operator: approver})
}
