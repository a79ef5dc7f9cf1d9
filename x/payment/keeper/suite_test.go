package keeper_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/runtime"

	"github.com/azukari-network/azukari/testutil/moneytest"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/payment"
	"github.com/azukari-network/azukari/x/payment/keeper"
	"github.com/azukari-network/azukari/x/payment/types"
)

// hash is the transaction of the payment that recalls are about.
var hash = bytes.Repeat([]byte{0xAB}, 32)

// suite is two banks with a customer each. Ann of alpha paid bob of beta 300 yen by mistake.
type suite struct {
	*moneytest.World

	keeper   *keeper.Keeper
	msgs     types.MsgServer
	queries  types.QueryServer
	module   payment.AppModule
	ann, bob string
}

func newSuite(t testing.TB) *suite {
	t.Helper()
	s := newEmpty(t)
	s.ann, s.bob = s.Open(t, "alpha", "ann"), s.Open(t, "beta", "bob")
	s.Issue(t, "alpha", s.ann, 1_000, "opening")
	require.NoError(t, s.Pay(s.ann, s.bob, 300))
	return s
}

func newEmpty(t testing.TB) *suite {
	t.Helper()
	s := &suite{World: moneytest.New(t, moneytest.Options{Banks: []string{"alpha", "beta"}, Stores: []string{types.StoreKey}})}
	s.keeper = keeper.NewKeeper(s.Codec, runtime.NewKVStoreService(s.Keys[types.StoreKey]), s.Bank, s.Registry, s.Hold, s.Membership)
	s.Hold.AddExpiryRoutes(holdtypes.ExpiryRoute{Prefix: types.RecallPurposePrefix, Handler: s.keeper})
	require.NoError(t, s.keeper.InitGenesis(s.Ctx, *types.DefaultGenesis()))
	s.msgs, s.queries = keeper.NewMsgServer(s.keeper), keeper.NewQueryServer(s.keeper)
	s.module = payment.NewAppModule(s.Codec, s.keeper)
	return s
}

func (s *suite) requestOf(reference string, amount int64) *types.MsgRequestRecall {
	return &types.MsgRequestRecall{
		Operator: moneytest.Operator("alpha", "maker"), Reference: reference, Payer: s.ann, Payee: s.bob,
		Amount: moneytest.Yen(amount), TxHash: hash, Reason: "sent twice", ExpiresAt: s.Ctx.BlockTime().Add(24 * time.Hour),
	}
}

func (s *suite) request(msg *types.MsgRequestRecall) error {
	return s.Do(func(ctx context.Context) error { _, err := s.msgs.RequestRecall(ctx, msg); return err })
}

func (s *suite) cancel(operator, reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CancelRecall(ctx, &types.MsgCancelRecall{Operator: operator, Reference: reference, Reason: "a mistake"})
		return err
	})
}

func (s *suite) consent(payee, reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.ConsentRecall(ctx, &types.MsgConsentRecall{Payee: payee, PayerBank: "alpha", Reference: reference})
		return err
	})
}

func (s *suite) refuse(signer, reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.RefuseRecall(ctx, &types.MsgRefuseRecall{
			Signer: signer, PayerBank: "alpha", Reference: reference, Reason: "goods were sent",
		})
		return err
	})
}

func (s *suite) giveBack(operator, reference string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.ReturnRecall(ctx, &types.MsgReturnRecall{Operator: operator, PayerBank: "alpha", Reference: reference})
		return err
	})
}

// stored returns a recall of alpha as it is stored.
func (s *suite) stored(t testing.TB, reference string) types.Recall {
	t.Helper()
	recall, err := s.keeper.GetRecall(s.Ctx, "alpha", reference)
	require.NoError(t, err)
	return recall
}

// shown returns the status of a recall of alpha as queries show it.
func (s *suite) shown(t testing.TB, reference string) types.RecallStatus {
	t.Helper()
	response, err := s.queries.Recall(s.Ctx, &types.QueryRecallRequest{PayerBank: "alpha", Reference: reference})
	require.NoError(t, err)
	return response.Recall.Status
}
