package ante_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	protov2 "google.golang.org/protobuf/proto"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/payment/ante"
	"github.com/azukari-network/azukari/x/payment/types"
)

// transaction is one of messages without signatures.
type transaction []sdk.Msg

func (t transaction) GetMsgs() []sdk.Msg                  { return t }
func (transaction) GetMsgsV2() ([]protov2.Message, error) { return nil, nil }

// listener is a Verifier that counts what it is given.
type listener struct {
	orders int
	err    error
}

func (l *listener) VerifyAhead(ctx context.Context, orders []types.SignedPaymentOrder) error {
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(1_000, "verification")
	l.orders += len(orders)
	return l.err
}

// Orders are verified once, when their bundle first comes into the mempool, and at nobody's cost.
func TestOrdersAreVerifiedAhead(t *testing.T) {
	base := keepertest.New(t, keepertest.Options{}).Ctx
	tx := transaction{
		&types.MsgExecuteOrders{Orders: make([]types.SignedPaymentOrder, 3)}, &banktypes.MsgSend{},
		&types.MsgExecuteOrders{Orders: make([]types.SignedPaymentOrder, 2)},
	}
	broken := errors.New("broken store")
	for name, check := range map[string]struct {
		ctx      sdk.Context
		simulate bool
		err      error
		want     int
	}{
		"mempool":       {ctx: base.WithIsCheckTx(true), want: 5},
		"mempool again": {ctx: base.WithIsReCheckTx(true)},
		"block":         {ctx: base.WithExecMode(sdk.ExecModeFinalize)},
		"proposal":      {ctx: base.WithExecMode(sdk.ExecModeProcessProposal)},
		"simulation":    {ctx: base.WithIsCheckTx(true), simulate: true},
		"broken store":  {ctx: base.WithIsCheckTx(true), err: broken, want: 3},
	} {
		t.Run(name, func(t *testing.T) {
			heard := &listener{err: check.err}
			ctx := check.ctx.WithGasMeter(storetypes.NewGasMeter(10))
			called := false
			_, err := ante.NewVerifyAheadDecorator(heard).AnteHandle(ctx, tx, check.simulate,
				func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) {
					called = true
					return ctx, nil
				})
			require.ErrorIs(t, err, check.err)
			require.Equal(t, check.err == nil, called)
			require.Equal(t, check.want, heard.orders)
			require.Zero(t, ctx.GasMeter().GasConsumed())
		})
	}
}
