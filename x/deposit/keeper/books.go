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

// GetBook returns what a bank has issued, redeemed and owes, or ErrBookNotFound if it has neither issued nor been paid.
func (k *Keeper) GetBook(ctx context.Context, bank string) (types.BankBook, error) {
	book, err := k.books.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return types.BankBook{}, types.ErrBookNotFound.Wrapf("expected a bank that has issued yen or been paid some, got %q", bank)
	}
	return book, err
}

// RecordFlow books that yen passed from a customer of one bank to a customer of another: what the payer's bank owed,
// the payee's bank owes. Amount is in yen and positive. ErrInvalidFlow for anything else, ErrLiabilityTooLow if
// the payer's bank owes less than that.
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
	if err := k.updateBook(ctx, payerBank, func(book *types.BankBook) { book.Liability = book.Liability.Sub(amount) }); err != nil {
		return err
	}
	if err := k.updateBook(ctx, payeeBank, func(book *types.BankBook) { book.Liability = book.Liability.Add(amount) }); err != nil {
		return err
	}
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventFlowRecorded{
		PayerBank: payerBank, PayeeBank: payeeBank, Amount: sdk.NewCoin(registrytypes.YenDenom, amount),
	})
}

// updateBook changes one bank's book, starting from an empty one, and refuses a liability below zero.
func (k *Keeper) updateBook(ctx context.Context, bank string, change func(*types.BankBook)) error {
	book, err := k.books.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		book = types.NewBook(bank)
	} else if err != nil {
		return err
	}
	before := book.Liability
	change(&book)
	if book.Liability.IsNegative() {
		return types.ErrLiabilityTooLow.Wrapf("expected %s to owe at least 0 afterwards, got %s after %s; check the laws of money",
			bank, book.Liability, before)
	}
	return k.books.Set(ctx, bank, book)
}
