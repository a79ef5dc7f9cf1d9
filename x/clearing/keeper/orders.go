package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/event"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// GetReserveOrder returns the reserve order of an organization with that reference, or ErrOrderNotFound.
func (k *Keeper) GetReserveOrder(ctx context.Context, organization, reference string) (types.ReserveOrder, error) {
	order, err := k.reserveOrders.Get(ctx, collections.Join(organization, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.ReserveOrder{}, types.ErrOrderNotFound.Wrapf(
			"expected a reserve order of %s, got reference %q; list its orders for those in use", organization, reference)
	}
	return order, err
}

// requestOrder stores a new order for a checker to decide.
func (k *Keeper) requestOrder(ctx context.Context, order types.ReserveOrder) error {
	used, err := k.reserveOrders.Has(ctx, collections.Join(order.Organization, order.Reference))
	if err != nil {
		return err
	}
	if used {
		return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used, got %s; choose a new one",
			order.Organization, order.Reference)
	}
	if err := k.storeOrder(ctx, order); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventReserveRequested{
		Organization: order.Organization, Reference: order.Reference, Kind: order.Kind, Bank: order.Bank,
		Amount: order.Amount, ObligationId: order.ObligationId, RequestedBy: order.RequestedBy,
	})
}

// decidableOrder returns an open order that an operator of an organization may decide: a pledge is decided by the bank
// itself, all else by the settlement agent, and nothing by who requested it.
func (k *Keeper) decidableOrder(
	ctx context.Context, decider membershiptypes.Organization, operator, organization, reference string,
) (types.ReserveOrder, error) {
	order, err := k.GetReserveOrder(ctx, organization, reference)
	if err != nil {
		return types.ReserveOrder{}, err
	}
	if order.Kind == types.ReserveOrderKindPledge {
		err = requireOrganization(decider, order.Bank, order.Name())
	} else {
		err = requireSettlementAgent(decider, order.Name())
	}
	if err != nil {
		return types.ReserveOrder{}, err
	}
	if !order.IsOpen() {
		return types.ReserveOrder{}, types.ErrOrderDecided.Wrapf("%s: expected status %s, got %s by %s; request a new order",
			order.Name(), types.ReserveOrderStatusRequested, order.Status, order.DecidedBy)
	}
	if order.RequestedBy == operator {
		return types.ReserveOrder{}, types.ErrSameOperator.Wrapf(
			"%s: expected another checker than the requester, got %s", order.Name(), operator)
	}
	return order, nil
}

// carryOut does what an order asks for.
func (k *Keeper) carryOut(ctx context.Context, order types.ReserveOrder) error {
	switch order.Kind {
	case types.ReserveOrderKindIssue:
		if err := k.issue(ctx, order.Amount); err != nil {
			return err
		}
		if err := k.distribute(ctx, order.Bank, order.Amount); err != nil {
			return err
		}
	case types.ReserveOrderKindRedeem:
		if err := k.requireNoDebt(ctx, order.Bank); err != nil {
			return err
		}
		if err := k.requireReserve(ctx, order.Bank, order.Amount); err != nil {
			return err
		}
		return k.redeem(ctx, order.Bank, order.Amount)
	case types.ReserveOrderKindPledge:
		if err := k.requireReserve(ctx, order.Bank, order.Amount); err != nil {
			return err
		}
		if err := k.move(ctx, types.ReserveAddress(order.Bank), types.PledgeAddress(order.Bank), order.Amount); err != nil {
			return err
		}
	case types.ReserveOrderKindRelease:
		if err := k.releasePledge(ctx, order); err != nil {
			return err
		}
	case types.ReserveOrderKindConfirm:
		obligation, err := k.openObligation(ctx, order.ObligationId)
		if err != nil {
			return err
		}
		return k.confirmObligation(ctx, obligation)
	case types.ReserveOrderKindUnspecified:
		fallthrough
	default:
		return types.ErrInvalidOrder.Wrapf("%s: expected a kind, got %s", order.Name(), order.Kind)
	}
	return k.markDirty(ctx, order.Bank)
}

// releasePledge turns collateral into reserve, unless it covers what the bank owes in the cycle or in obligations.
func (k *Keeper) releasePledge(ctx context.Context, order types.ReserveOrder) error {
	if err := k.requireNoDebt(ctx, order.Bank); err != nil {
		return err
	}
	pledge := k.Pledge(ctx, order.Bank)
	if pledge.LT(order.Amount) {
		return types.ErrInsufficientReserve.Wrapf("expected %s to have pledged %s yen, got %s", order.Bank, order.Amount, pledge)
	}
	if err := k.move(ctx, types.PledgeAddress(order.Bank), types.ReserveAddress(order.Bank), order.Amount); err != nil {
		return err
	}
	room, err := k.roomNow(ctx, order.Bank)
	if err != nil {
		return err
	}
	if room.headroom().IsNegative() {
		return types.ErrPledgeNeeded.Wrapf("expected a pledge of %s that covers its position of %s, got %s left, which makes its cap %s; wait for the close",
			order.Bank, room.position, pledge.Sub(order.Amount), room.cap)
	}
	return nil
}

// requireNoDebt keeps money with a bank that has failed or has open obligations: it is needed for them.
func (k *Keeper) requireNoDebt(ctx context.Context, bank string) error {
	participant, err := k.participant(ctx, bank)
	if err != nil {
		return err
	}
	if participant.IsFailed() || participant.Owed.IsPositive() {
		return types.ErrBankInDebt.Wrapf("expected %s active without open obligations, got %s owing %s yen; settle them first",
			bank, participant.Status, participant.Owed)
	}
	return nil
}

// decideOrder replaces an open order by the same order with its decision.
func (k *Keeper) decideOrder(
	ctx context.Context, order types.ReserveOrder, status types.ReserveOrderStatus, checker, reason string,
) error {
	if err := k.ordersByStatus.Remove(ctx, orderStatusKey(order)); err != nil {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	order.Status, order.DecidedBy, order.DecidedAt, order.Reason = status, checker, &now, reason
	return k.storeOrder(ctx, order)
}

// storeOrder writes an order and its index entry.
func (k *Keeper) storeOrder(ctx context.Context, order types.ReserveOrder) error {
	if err := k.ordersByStatus.Set(ctx, orderStatusKey(order)); err != nil {
		return err
	}
	return k.reserveOrders.Set(ctx, collections.Join(order.Organization, order.Reference), order)
}

func orderStatusKey(order types.ReserveOrder) collections.Triple[string, int32, string] {
	return collections.Join3(order.Organization, int32(order.Status), order.Reference)
}

func requireOrganization(organization membershiptypes.Organization, want, what string) error {
	if organization.Id != want {
		return types.ErrWrongOrganization.Wrapf("%s: expected an operator of %s, got one of %s", what, want, organization.Id)
	}
	return nil
}

func requireSettlementAgent(organization membershiptypes.Organization, what string) error {
	if organization.Kind != membershiptypes.OrganizationKindSettlementAgent {
		return types.ErrWrongOrganization.Wrapf("%s: expected an operator of the settlement agent, got one of %s", what, organization.Id)
	}
	return nil
}

// requireBank refuses an id that is not that of a bank among the members, so that no reserve ends where nobody can use it.
func (k *Keeper) requireBank(ctx context.Context, id string) error {
	organization, err := k.membership.GetOrganization(ctx, id)
	if err != nil && !errors.Is(err, membershiptypes.ErrOrganizationNotFound) {
		return err
	}
	if err != nil || organization.Kind != membershiptypes.OrganizationKindBank {
		return types.ErrNotBank.Wrapf("expected the id of a bank among the members, got %q", id)
	}
	return nil
}
