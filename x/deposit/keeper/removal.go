package keeper

import (
	"context"
	"errors"

	"github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

var _ membershiptypes.RemovalGuard = (*Keeper)(nil)

// MayRemove refuses to remove a bank that still owes yen: its depositors would have a claim on nobody. It returns
// membershiptypes.ErrOrganizationInUse.
func (k *Keeper) MayRemove(ctx context.Context, organization string) error {
	book, err := k.GetBook(ctx, organization)
	if errors.Is(err, types.ErrBookNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !book.Liability.IsZero() {
		return membershiptypes.ErrOrganizationInUse.Wrapf("expected %s to owe nothing, got %s yen: let its customers redeem or move first",
			organization, book.Liability)
	}
	return nil
}
