package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/x/asset/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// destroy takes units from a holder and ends them.
func (k *Keeper) destroy(
	ctx context.Context, holder sdk.AccAddress, assets []asset, cause registrytypes.CauseKind, how ending,
) error {
	coins := make(sdk.Coins, len(assets))
	for i, one := range assets {
		coins[i] = one.coin
	}
	taking := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: cause})
	if err := k.bankKeeper.SendCoinsFromAccountToModule(taking, holder, types.ModuleName, coins); err != nil {
		return err
	}
	if err := k.bankKeeper.BurnCoins(ctx, types.ModuleName, coins); err != nil {
		return err
	}
	for _, one := range assets {
		if one.isUnique() {
			if err := k.endUnit(ctx, one.class, one.unit, how); err != nil {
				return err
			}
		}
		if err := k.count(ctx, one.class, func(book *types.Book) { how.count(book, one.coin.Amount) }); err != nil {
			return err
		}
	}
	return nil
}

// checkFree returns x/bank's ErrInsufficientFunds unless an account has the units outside of holds.
func (k *Keeper) checkFree(ctx context.Context, holder sdk.AccAddress, assets []asset) error {
	for _, one := range assets {
		if free := k.bankKeeper.GetBalance(ctx, holder, one.coin.Denom); free.IsLT(one.coin) {
			return sdkerrors.ErrInsufficientFunds.Wrapf("expected at most the %s of %s that are in no hold, got %s", free, holder, one.coin)
		}
	}
	return nil
}

// checkRedeem checks that a holder may hand units in.
func (k *Keeper) checkRedeem(ctx context.Context, holder sdk.AccAddress, assets []asset) error {
	for _, one := range assets {
		if err := k.checkUsable(ctx, one, holder); err != nil {
			return err
		}
	}
	return k.checkFree(ctx, holder, assets)
}

// checkRecall checks that somebody may take units back from a holder, frozen or not.
func (k *Keeper) checkRecall(ctx context.Context, by, holder sdk.AccAddress, assets []asset) error {
	for _, one := range assets {
		if err := k.checkRight(ctx, one.class, by, types.RightRecall); err != nil {
			return err
		}
		if !one.class.Rules.Recallable {
			return types.ErrRuleForbids.Wrapf("expected a recallable class, got %s; its holders keep what they have", one.class.Id)
		}
		if err := checkValid(ctx, one); err != nil {
			return err
		}
	}
	return k.checkFree(ctx, holder, assets)
}
