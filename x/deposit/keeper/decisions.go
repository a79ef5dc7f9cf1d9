package keeper

import (
	"context"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// orderAccount decodes an address and returns its account.
func (k *Keeper) orderAccount(ctx context.Context, account string) (registrytypes.Account, sdk.AccAddress, error) {
	address, err := registrytypes.ParseAddress(account)
	if err != nil {
		return registrytypes.Account{}, nil, err
	}
	registered, err := k.registry.GetAccount(ctx, address)
	return registered, address, err
}

// request takes the hold of a redeem order and stores a new order. It sets the order's hold id.
func (k *Keeper) request(ctx context.Context, holder sdk.AccAddress, order *types.Order) error {
	if err := k.requireUnused(ctx, order.Bank, order.Reference); err != nil {
		return err
	}
	if order.Kind == types.OrderKindRedeem {
		id, err := k.hold.Place(ctx, holder, order.Amount, types.RedeemPurpose(order.Reference))
		if err != nil {
			return err
		}
		order.HoldId = id
	}
	if err := k.addOrder(ctx, *order); err != nil {
		return err
	}
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventOrderRequested{
		Bank: order.Bank, Reference: order.Reference, Kind: order.Kind,
		Account: order.Account, Amount: order.Amount, RequestedBy: order.RequestedBy,
	})
}

// decidableOrder returns an order that the checker may decide: an open one that somebody else requested.
func (k *Keeper) decidableOrder(ctx context.Context, bank, reference, checker string) (types.Order, error) {
	order, err := k.GetOrder(ctx, bank, reference)
	if err != nil {
		return types.Order{}, err
	}
	if !order.IsOpen() {
		return types.Order{}, types.ErrOrderDecided.Wrapf("%s: expected status %s, got %s by %s; request a new order",
			order.Name(), types.OrderStatusRequested, order.Status, order.DecidedBy)
	}
	if order.RequestedBy == checker {
		return types.Order{}, types.ErrSameOperator.Wrapf("%s: expected another checker than the requester, got %s",
			order.Name(), checker)
	}
	return order, nil
}

// approve turns the money of an open order and books it.
func (k *Keeper) approve(ctx context.Context, order types.Order, checker string) error {
	account, address, err := k.orderAccount(ctx, order.Account)
	if err != nil {
		return err
	}
	// The order is on the bank's own books: approved for an account of another bank it would leave that bank's liability wrong.
	if err := requireBank(account, order.Bank); err != nil {
		return err
	}
	if err := k.turn(ctx, address, order); err != nil {
		return err
	}
	if err := k.decideOrder(ctx, order, decided(ctx, order, types.OrderStatusApproved, checker, "")); err != nil {
		return err
	}
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventOrderApproved{
		Bank: order.Bank, Reference: order.Reference, Kind: order.Kind,
		Account: order.Account, Amount: order.Amount, ApprovedBy: checker,
	})
}

// reject closes an open order. A redeem order's yen goes back to its holder, frozen or not.
func (k *Keeper) reject(ctx context.Context, order types.Order, checker, reason string) error {
	if order.Kind == types.OrderKindRedeem {
		if err := k.hold.Release(ctx, order.HoldId); err != nil {
			return err
		}
	}
	if err := k.decideOrder(ctx, order, decided(ctx, order, types.OrderStatusRejected, checker, reason)); err != nil {
		return err
	}
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventOrderRejected{
		Bank: order.Bank, Reference: order.Reference, Kind: order.Kind,
		Account: order.Account, Amount: order.Amount, RejectedBy: checker, Reason: reason,
	})
}

// turn moves the yen of an order and books it with the bank.
func (k *Keeper) turn(ctx context.Context, holder sdk.AccAddress, order types.Order) error {
	switch order.Kind {
	case types.OrderKindIssue:
		return k.issue(ctx, holder, order)
	case types.OrderKindRedeem:
		return k.redeem(ctx, order)
	case types.OrderKindUnspecified:
	}
	return fmt.Errorf("%s: expected kind issue or redeem, got %s", order.Name(), order.Kind)
}

func (k *Keeper) issue(ctx context.Context, holder sdk.AccAddress, order types.Order) error {
	coins := sdk.NewCoins(order.Amount)
	if err := k.bankKeeper.MintCoins(ctx, types.ModuleName, coins); err != nil {
		return err
	}
	issuing := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: registrytypes.CauseIssue, Owner: holder})
	if err := k.bankKeeper.SendCoinsFromModuleToAccount(issuing, types.ModuleName, holder, coins); err != nil {
		return err
	}
	return k.updateBook(ctx, order.Bank, func(book *types.BankBook) {
		book.Issued = book.Issued.Add(order.Amount.Amount)
		book.Liability = book.Liability.Add(order.Amount.Amount)
	})
}

func (k *Keeper) redeem(ctx context.Context, order types.Order) error {
	if err := k.hold.CaptureToModule(ctx, order.HoldId, types.ModuleName); err != nil {
		return err
	}
	if err := k.bankKeeper.BurnCoins(ctx, types.ModuleName, sdk.NewCoins(order.Amount)); err != nil {
		return err
	}
	return k.updateBook(ctx, order.Bank, func(book *types.BankBook) {
		book.Redeemed = book.Redeemed.Add(order.Amount.Amount)
		book.Liability = book.Liability.Sub(order.Amount.Amount)
	})
}

// decided returns the order as the checker's decision leaves it. Its hold, if it had one, is gone.
func decided(ctx context.Context, order types.Order, status types.OrderStatus, checker, reason string) types.Order {
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	order.Status = status
	order.DecidedBy = checker
	order.DecidedAt = &now
	order.Reason = reason
	order.HoldId = 0
	return order
}
