package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// SendRestriction refuses payments of yen past this module, such as x/bank's MsgSend, while the zone takes fees: they would get around
// them. It never changes the recipient. It returns types.ErrFeeMissing.
func (k *Keeper) SendRestriction(ctx context.Context, _, to sdk.AccAddress, amount sdk.Coins) (sdk.AccAddress, error) {
	if cause := registrytypes.CauseOf(ctx); cause.Kind != registrytypes.CausePayment || cause.TakesFee {
		return to, nil
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	yen := k.registry.YenDenom(ctx)
	if params.Fees.IsFree() || yen == "" || !amount.AmountOf(yen).IsPositive() {
		return to, nil
	}
	return nil, types.ErrFeeMissing.Wrapf("expected a payment by the payment module, because this zone takes a fee, got a plain one of %s; pay with MsgPay", amount)
}
