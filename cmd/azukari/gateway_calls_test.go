package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	"github.com/azukari-network/azukari/testutil/devnet"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// requireRefusals brings what is not taken, or not paid.
func (g *gatewayProcess) requireRefusals(ctx context.Context, t *testing.T, network *devnet.Network) {
	t.Helper()
	submit := func(token string, order paymenttypes.SignedPaymentOrder) (gatewaypb.OrderOutcome, error) {
		answer, err := g.client.SubmitOrder(as(ctx, token), &gatewaypb.SubmitOrderRequest{Order: order, Wait: 20 * time.Second})
		if err != nil {
			return gatewaypb.OrderOutcome{}, err
		}
		return answer.Outcome, nil
	}
	requireRefused := func(t *testing.T, code codes.Code, says, token string, order paymenttypes.SignedPaymentOrder) {
		t.Helper()
		_, err := submit(token, order)
		require.Equal(t, code, status.Code(err), err)
		require.ErrorContains(t, err, says)
	}
	// Nonces of these orders are from 90 on, of a payer whose load begins at 1.
	const payer = gatewayPayers - 2
	good := signed(t, network, payer, 99, nil)
	requireRefused(t, codes.Unauthenticated, "expected a token of this gateway", "azgw_wrong", good)
	forged := good
	forged.Order.Amount = 1_000
	requireRefused(t, codes.FailedPrecondition, "expected the signature of key", g.token, forged)
	requireRefused(t, codes.InvalidArgument, "expected an amount of 1", g.token, signed(t, network, payer, 99, func(o *paymenttypes.PaymentOrder) { o.Amount = 0 }))
	requireRefused(t, codes.FailedPrecondition, "sign a new one", g.token, signed(t, network, payer, 99, func(o *paymenttypes.PaymentOrder) { o.ExpiresAt = 1 }))
	unknown := func(o *paymenttypes.PaymentOrder) { o.KeyId, o.PublicKey = "phone", nil }
	requireRefused(t, codes.FailedPrecondition, `expected an order key`, g.token, signed(t, network, payer, 99, unknown))

	poor := signed(t, network, payer, 98, func(o *paymenttypes.PaymentOrder) { o.Amount = 5_000_000 })
	first, err := submit(g.token, poor)
	require.NoError(t, err)
	require.Equal(t, gatewaypb.OrderStatusRefused, first.Status)
	require.True(t, first.NonceUsed)
	require.Contains(t, first.Error, "insufficient funds")
	again, err := submit(g.token, poor)
	require.NoError(t, err)
	require.Equal(t, first, again, "the same order again")
	requireRefused(t, codes.AlreadyExists, "got one with other content: sign it with another nonce", g.token, signed(t, network, payer, 98, nil))
	found, err := g.client.GetOutcome(as(ctx, g.token), &gatewaypb.GetOutcomeRequest{Payer: network.Keys().Account("bank-a", payer).String(), Nonce: 98})
	require.NoError(t, err)
	require.Equal(t, first, found.Outcome)

	slow := g.newToken(t, "slow", 0.001, 5)
	time.Sleep(1100 * time.Millisecond) // a gateway looks at its tokens once a second
	_, err = g.client.GetOutcome(as(ctx, slow), &gatewaypb.GetOutcomeRequest{Payer: found.Outcome.Payer, Nonce: 98})
	require.Equal(t, codes.NotFound, status.Code(err), "another sender's: %v", err)
	requireRefused(t, codes.FailedPrecondition, "signature", slow, forged)
	requireRefused(t, codes.ResourceExhausted, "new orders of slow per second", slow, good)
	batch, err := g.client.SubmitOrders(as(ctx, g.token), &gatewaypb.SubmitOrdersRequest{Wait: 20 * time.Second, Orders: []paymenttypes.SignedPaymentOrder{
		forged, poor,
	}})
	require.NoError(t, err)
	require.Equal(t, uint32(codes.FailedPrecondition), batch.Orders[0].Code)
	require.Equal(t, &first, batch.Orders[1].Outcome)
	// It expires after it was taken: nobody can bring it in time, because its nonce is too far ahead.
	late, err := submit(g.token, signed(t, network, payer, 1<<60, nil))
	require.NoError(t, err)
	require.Equal(t, gatewaypb.OrderStatusRefused, late.Status)
	require.False(t, late.NonceUsed)
}

// requireCommand sends an order as people do, twice.
func (g *gatewayProcess) requireCommand(ctx context.Context, t *testing.T, network *devnet.Network) {
	t.Helper()
	const payer = gatewayPayers - 1
	order := signed(t, network, payer, 100, func(o *paymenttypes.PaymentOrder) {
		o.Amount, o.Reference, o.Payee = 7, "P-1", network.Keys().Account("bank-a", 0).Address()
	})
	printed, err := (&jsonpb.Marshaler{OrigName: true}).MarshalToString(&order)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "order.json")
	require.NoError(t, os.WriteFile(path, []byte(printed), 0o600))
	var outcomes [2]string
	for i := range outcomes {
		cmd, stdout, stderr := command(t, "order", "send", "--gateway", "http://"+g.rest, "--token", g.token, path)
		require.NoError(t, cmd.Run(), stderr.String())
		outcomes[i] = stdout.String()
	}
	require.Equal(t, outcomes[0], outcomes[1])
	var outcome struct{ Status, Nonce, TxHash string }
	require.NoError(t, json.Unmarshal([]byte(outcomes[0]), &outcome))
	require.Equal(t, "ORDER_STATUS_PAID", outcome.Status)
	payment, err := paymenttypes.NewQueryClient(network.Financial().Client().GRPC()).Payment(ctx, &paymenttypes.QueryPaymentRequest{
		Payer: network.Keys().Account("bank-a", payer).String(), Reference: "P-1",
	})
	require.NoError(t, err)
	require.EqualValues(t, 7, payment.Payment.Amount.Amount.Int64())
	cmd, _, stderr := command(t, "order", "send", "--gateway", "http://"+g.rest, "--token", "azgw_x", path)
	require.Error(t, cmd.Run())
	require.Contains(t, stderr.String(), "401 Unauthorized: expected a token of this gateway")
}
