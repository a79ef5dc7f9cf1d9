package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

// businessDate returns the date to which an order of the bank belongs that is requested or decided now.
func (k *Keeper) businessDate(ctx context.Context, bank string) (string, error) {
	book, err := k.bookOrNew(ctx, bank)
	if err != nil {
		return "", err
	}
	return book.CurrentDate(sdk.UnwrapSDKContext(ctx).BlockTime())
}

// endDate stores the end of the book's date, if it has one, and starts a book without a date.
func (k *Keeper) endDate(ctx context.Context, book *types.BankBook) error {
	if book.Date == "" {
		return nil
	}
	if err := k.businessDays.Set(ctx, collections.Join(book.Bank, book.Date), book.EndOfDay()); err != nil {
		return err
	}
	book.Date, book.Day = "", types.NewDayTotals()
	return nil
}

// closeBusinessDay ends a date and all dates before it, and returns its end and the bank's date from now on. Dates that
// passed are closed with what they had at their end, whatever came later.
func (k *Keeper) closeBusinessDay(ctx context.Context, bank, date, checker string) (types.BusinessDay, string, error) {
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	if err := types.ValidateDate(date); err != nil {
		return types.BusinessDay{}, "", err
	}
	if today := types.DateOf(now); date > today {
		return types.BusinessDay{}, "", types.ErrInvalidDate.Wrapf("expected a date up to today in Japan, %s, got %s; close it when it has come", today, date)
	}
	book, err := k.bookOrNew(ctx, bank)
	if err != nil {
		return types.BusinessDay{}, "", err
	}
	if date <= book.ClosedThrough {
		return types.BusinessDay{}, "", types.ErrDateClosed.Wrapf("expected a date after %s, through which %s has closed, got %s",
			book.ClosedThrough, bank, date)
	}
	if book.Date <= date {
		if err := k.endDate(ctx, &book); err != nil {
			return types.BusinessDay{}, "", err
		}
	}
	day, err := k.endOf(ctx, bank, date)
	if err != nil {
		return types.BusinessDay{}, "", err
	}
	if day.OpenOrders, err = k.openCount(ctx, bank, ""); err != nil {
		return types.BusinessDay{}, "", err
	}
	day.ClosedAt, day.ClosedBy = &now, checker
	if err := k.businessDays.Set(ctx, collections.Join(bank, date), day); err != nil {
		return types.BusinessDay{}, "", err
	}
	book.ClosedThrough = date
	if err := k.books.Set(ctx, bank, book); err != nil {
		return types.BusinessDay{}, "", err
	}
	next, err := book.CurrentDate(now)
	if err != nil {
		return types.BusinessDay{}, "", err
	}
	return day, next, event.Emit(ctx, &types.EventBusinessDayClosed{
		Bank: bank, Date: date, Liability: day.Liability, OpenOrders: day.OpenOrders, ClosedBy: checker,
	})
}

// endOf returns the end of a date that is over for the book: as it was stored, or that of a date on which nothing was
// booked, at which the bank owed what it owed at the end of the stored date before.
func (k *Keeper) endOf(ctx context.Context, bank, date string) (types.BusinessDay, error) {
	day, err := k.businessDays.Get(ctx, collections.Join(bank, date))
	if !errors.Is(err, collections.ErrNotFound) {
		return day, err
	}
	day = types.BusinessDay{Bank: bank, Date: date, Liability: math.ZeroInt(), Totals: types.NewDayTotals()}
	before := collections.NewPrefixedPairRange[string, string](bank).EndExclusive(date).Descending()
	err = k.businessDays.Walk(ctx, before, func(_ collections.Pair[string, string], last types.BusinessDay) (bool, error) {
		day.Liability = last.Liability
		return true, nil
	})
	return day, err
}
