package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// setParams puts validated parameters into force. The collector of fees must be an active account now; what becomes of it later
// is for each payment to find out.
func (k *Keeper) setParams(ctx context.Context, params types.Params) error {
	if !params.Fees.IsFree() {
		collector, err := registrytypes.ParseAddress(params.Fees.Collector)
		if err != nil {
			return err
		}
		account, err := k.registry.GetAccount(ctx, collector)
		if err != nil {
			return errorsmod.Wrap(err, "collector")
		}
		if err := account.CheckActive(); err != nil {
			return errorsmod.Wrap(err, "collector")
		}
	}
	if err := k.params.Set(ctx, params); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventParamsChanged{Params: params})
}
