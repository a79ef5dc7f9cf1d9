package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/registry/types"
)

// CheckBankOperating returns types.ErrBankPaused while a bank is paused.
func (k *Keeper) CheckBankOperating(ctx context.Context, bank string) error {
	paused, err := k.pausedBanks.Has(ctx, bank)
	if err != nil {
		return err
	}
	if paused {
		return types.ErrBankPaused.Wrapf("expected %s to operate, got a pause", bank)
	}
	return nil
}

// SetBankPaused pauses a bank or ends its pause.
func (k *Keeper) SetBankPaused(ctx context.Context, bank string, paused bool) error {
	if paused {
		return k.pausedBanks.Set(ctx, bank)
	}
	return k.pausedBanks.Remove(ctx, bank)
}
