package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// request is an order that somebody asks for.
type request struct {
	kind    types.OrderKind
	account string
	amount  sdk.Coin
	// reference is the requester's own.
	reference string
	requester string
	// bank is that of the maker who asks; empty if the holder asks.
	bank string
	// batch is the id of the batch that the request is a line of; empty if it is none.
	batch string
}

// request checks a request, takes the hold of a redeem order and stores the order.
func (k *Keeper) request(ctx context.Context, r request) (types.Order, error) {
	account, address, err := k.orderAccount(ctx, r.account)
	if err != nil {
		return types.Order{}, err
	}
	if err := r.validate(); err != nil {
		return types.Order{}, err
	}
	if err := k.mayRequest(ctx, r, account, address); err != nil {
		return types.Order{}, err
	}
	order, err := k.newOrder(ctx, r, account)
	if err != nil {
		return types.Order{}, err
	}
	if err := k.requireUnused(ctx, order.Bank, order.Reference); err != nil {
		return types.Order{}, err
	}
	if order.Kind == types.OrderKindRedeem {
		order.HoldId, err = k.hold.Place(ctx, address, order.Amount, types.RedeemPurpose(order.Reference))
		if err != nil {
			return types.Order{}, err
		}
	}
	if err := k.insertOrder(ctx, order); err != nil {
		return types.Order{}, err
	}
	return order, event.Emit(ctx, &types.EventOrderRequested{
		Bank: order.Bank, Reference: order.Reference, Kind: order.Kind, Account: order.Account, Amount: order.Amount,
		RequestedBy: order.RequestedBy, Status: order.Status, BusinessDate: order.BusinessDate, Batch: order.Batch,
	})
}

func (r request) validate() error {
	if err := types.ValidateKind(r.kind); err != nil {
		return err
	}
	if err := types.ValidateReference(r.reference); err != nil {
		return err
	}
	return types.ValidateAmount(r.amount)
}

// mayRequest checks that the requester may ask this of the account now.
func (k *Keeper) mayRequest(ctx context.Context, r request, account registrytypes.Account, address sdk.AccAddress) error {
	if r.bank == "" {
		if err := k.requireRoom(ctx, account, address); err != nil {
			return err
		}
	} else if err := requireBank(account, r.bank); err != nil {
		return err
	}
	if err := account.CheckActive(); err != nil {
		return err
	}
	// Yen may always become a deposit again; a paused bank makes no new yen.
	if r.kind == types.OrderKindIssue {
		return k.registry.CheckBankOperating(ctx, account.Bank)
	}
	return nil
}

// newOrder returns the order as it is before it gets its hold.
func (k *Keeper) newOrder(ctx context.Context, r request, account registrytypes.Account) (types.Order, error) {
	date, err := k.businessDate(ctx, account.Bank)
	if err != nil {
		return types.Order{}, err
	}
	order := types.Order{
		Bank: account.Bank, Reference: r.reference, Kind: r.kind, Account: account.Address, Amount: r.amount,
		Status: types.OrderStatusRequested, RequestedBy: r.requester,
		RequestedAt: sdk.UnwrapSDKContext(ctx).BlockTime(), BusinessDate: date, Batch: r.batch,
	}
	if order.ByHolder() {
		order.Reference = types.HolderReference(account.Address, r.reference)
	} else if order.Kind == types.OrderKindIssue {
		// A maker asks for yen because the deposit was debited.
		order.Status = types.OrderStatusDebited
	}
	return order, nil
}

// orderAccount decodes an address and returns its account.
func (k *Keeper) orderAccount(ctx context.Context, account string) (registrytypes.Account, sdk.AccAddress, error) {
	address, err := registrytypes.ParseAddress(account)
	if err != nil {
		return registrytypes.Account{}, nil, err
	}
	registered, err := k.registry.GetAccount(ctx, address)
	return registered, address, err
}

func requireBank(account registrytypes.Account, bank string) error {
	if account.Bank != bank {
		return registrytypes.ErrWrongBank.Wrapf("expected an account of %s, got %s of %s", bank, account.Address, account.Bank)
	}
	return nil
}
