package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// GetBook returns what a bank has issued, redeemed and owes, or ErrBookNotFound if it has neither issued, nor been paid,
// nor closed a business date.
func (k *Keeper) GetBook(ctx context.Context, bank string) (types.BankBook, error) {
	book, err := k.books.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return types.BankBook{}, types.ErrBookNotFound.Wrapf("expected a bank that has issued yen or been paid some, got %q", bank)
	}
	return book, err
}

// RecordFlow books that yen passed from a customer of one bank to a customer of another: what the payer's bank owed,
// the payee's bank owes. Amount is in yen and positive. ErrInvalidFlow for anything else, ErrLiabilityTooLow if
// the payer's bank owes less than that. Ceilings do not stand against it: the payee's bank has not asked for it.
func (k *Keeper) RecordFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error {
	flow := types.Flow{PayerBank: payerBank, PayeeBank: payeeBank, Amount: amount}
	if err := flow.Validate(); err != nil {
		return err
	}
	key := collections.Join(payerBank, payeeBank)
	total, err := k.flows.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		total = math.ZeroInt()
	} else if err != nil {
		return err
	}
	if err := k.flows.Set(ctx, key, total.Add(amount)); err != nil {
		return err
	}
	if err := k.updateBook(ctx, payerBank, func(book *types.BankBook) { book.FlowOut(amount) }); err != nil {
		return err
	}
	return k.updateBook(ctx, payeeBank, func(book *types.BankBook) { book.FlowIn(amount) })
}

// issue mints yen for a holder, unless its bank is paused or at its ceiling.
func (k *Keeper) issue(ctx context.Context, holder sdk.AccAddress, order types.Order, amount sdk.Coin) error {
	if err := k.registry.CheckBankOperating(ctx, order.Bank); err != nil {
		return err
	}
	if err := k.checkCeiling(ctx, order.Bank, amount.Amount); err != nil {
		return err
	}
	coins := sdk.NewCoins(amount)
	if err := k.bankKeeper.MintCoins(ctx, types.ModuleName, coins); err != nil {
		return err
	}
	issuing := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: registrytypes.CauseIssue, Owner: holder})
	if err := k.bankKeeper.SendCoinsFromModuleToAccount(issuing, types.ModuleName, holder, coins); err != nil {
		return err
	}
	return k.updateBook(ctx, order.Bank, func(book *types.BankBook) { book.Issue(amount.Amount) })
}

// redeem burns what was approved of a hold and gives the rest of it back.
func (k *Keeper) redeem(ctx context.Context, order types.Order, amount, rest sdk.Coin) error {
	if err := k.hold.CapturePartToModule(ctx, order.HoldId, amount, types.ModuleName); err != nil {
		return err
	}
	if rest.IsPositive() {
		if err := k.hold.Release(ctx, order.HoldId); err != nil {
			return err
		}
	}
	if err := k.bankKeeper.BurnCoins(ctx, types.ModuleName, sdk.NewCoins(amount)); err != nil {
		return err
	}
	return k.updateBook(ctx, order.Bank, func(book *types.BankBook) { book.Redeem(amount.Amount) })
}

// bookOrNew returns the book of a bank, an empty one if it has none yet.
func (k *Keeper) bookOrNew(ctx context.Context, bank string) (types.BankBook, error) {
	book, err := k.books.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return types.NewBook(bank), nil
	}
	return book, err
}

// updateBook changes one bank's book on its current business date, and refuses a liability below zero.
func (k *Keeper) updateBook(ctx context.Context, bank string, change func(*types.BankBook)) error {
	book, err := k.bookOrNew(ctx, bank)
	if err != nil {
		return err
	}
	date, err := book.CurrentDate(sdk.UnwrapSDKContext(ctx).BlockTime())
	if err != nil {
		return err
	}
	if book.Date != date {
		if err := k.endDate(ctx, &book); err != nil {
			return err
		}
		book.Date = date
	}
	before := book.Liability
	change(&book)
	if book.Liability.IsNegative() {
		return types.ErrLiabilityTooLow.Wrapf("expected %s to owe at least 0 afterwards, got %s after %s; check the laws of money",
			bank, book.Liability, before)
	}
	return k.books.Set(ctx, bank, book)
}
