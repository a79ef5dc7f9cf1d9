package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/codec"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// gatewayProcess is one gateway, and a sender of it.
type gatewayProcess struct {
	home, token         string
	grpc, rest, metrics string
	process             *exec.Cmd
	client              gatewaypb.GatewayClient
}

// gatewayPayers are payers of bank-a, and as many payees of bank-b; each payer has so many orders.
const (
	gatewayPayers = 20
	gatewayOrders = 30
)

// Two gateways carry the same load side by side, one of them killed in the middle and started again, and some orders go to both: each
// order is paid once, each sender hears what became of it, and the sums are right.
func TestGateways(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	manifest := devnet.DefaultManifest()
	manifest.Name = "gateways"
	manifest.BlockTimeMS = 300
	manifest.Financial = devnet.FinancialManifest{ChainID: "financial-1", Banks: 2, ValidatorsPerBank: 1, Listeners: 1}
	manifest.Zones = nil
	manifest.Accounts = devnet.AccountsManifest{PerBank: gatewayPayers, BalanceYen: 1_000_000}
	network := devnet.Start(t, manifest)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()

	a, b := openGateway(t, network, "bank-a"), openGateway(t, network, "bank-b")
	a.start(t)
	b.start(t)
	t.Run("refusals", func(t *testing.T) { a.requireRefusals(ctx, t, network) })
	t.Run("command", func(t *testing.T) { a.requireCommand(ctx, t, network) })

	var group sync.WaitGroup
	outcomes := make([][]gatewaypb.OrderOutcome, gatewayPayers)
	for i := range gatewayPayers {
		group.Go(func() { outcomes[i] = bring(ctx, t, network, i, a, b) })
	}
	// Half of the load is on its way.
	require.Eventually(t, func() bool { return balanceOf(ctx, t, network, "bank-b", 0) > 1_000_000+gatewayOrders/4 }, time.Minute, 20*time.Millisecond)
	require.NoError(t, a.process.Process.Kill())
	require.Error(t, a.process.Wait())
	a.start(t)
	group.Wait()
	paid := 0
	for _, all := range outcomes {
		for _, one := range all {
			require.Equal(t, gatewaypb.OrderStatusPaid, one.Status, one.String())
			require.NotEmpty(t, one.TxHash)
			paid++
		}
	}
	require.Equal(t, gatewayPayers*gatewayOrders, paid)
	for i := range gatewayPayers {
		require.EqualValues(t, 1_000_000-gatewayOrders, balanceOf(ctx, t, network, "bank-a", i)-spentBefore(i), "payer %d", i)
		require.EqualValues(t, 1_000_000+gatewayOrders, balanceOf(ctx, t, network, "bank-b", i), "payee %d", i)
	}
	for _, one := range []*gatewayProcess{a, b} {
		require.Equal(t, http.StatusOK, statusOf(t, "http://"+one.metrics+"/healthz"))
		require.NoError(t, one.process.Process.Signal(os.Interrupt))
		require.NoError(t, one.process.Wait(), "ends in peace")
	}
}

// spentBefore is what requireCommand paid away and got, of a payer.
func spentBefore(i int) int64 {
	switch i {
	case gatewayPayers - 1:
		return -7
	case 0:
		return 7
	}
	return 0
}

// openGateway makes a gateway of a bank with a token.
func openGateway(t *testing.T, network *devnet.Network, bank string) *gatewayProcess {
	t.Helper()
	one := &gatewayProcess{home: filepath.Join(t.TempDir(), "gateway")}
	one.grpc, one.rest, one.metrics = freeAddress(t), freeAddress(t), freeAddress(t)
	operator := filepath.Join(t.TempDir(), "operator")
	require.NoError(t, os.WriteFile(operator, []byte(network.Keys().Operator(bank, membershiptypes.RoleGateway).Mnemonic), 0o600))
	arguments := []string{
		"gateway", "init", "--home", one.home, "--from-key-file", operator, "--grpc", one.grpc, "--rest", one.rest, "--metrics", one.metrics, "--log-format", "json",
	}
	nodes := network.Financial().Nodes()
	for i := range nodes { // the listener first
		where := nodes[len(nodes)-1-i].Endpoints()
		arguments = append(arguments, "--node", where.RPC, "--node-grpc", where.GRPC)
	}
	cmd, _, stderr := command(t, arguments...)
	require.NoError(t, cmd.Run(), stderr.String())
	one.token = one.newToken(t, "app", 10_000, 10_000)
	conn, err := grpc.NewClient(one.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(codec.NewProtoCodec(codecs().InterfaceRegistry).GRPCCodec())))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	one.client = gatewaypb.NewGatewayClient(conn)
	return one
}

func (g *gatewayProcess) newToken(t *testing.T, name string, rate float64, open int) string {
	t.Helper()
	cmd, stdout, stderr := command(t, "gateway", "new-token", "--home", g.home, "--name", name,
		"--orders-per-second", fmt.Sprint(rate), "--open-orders", fmt.Sprint(open))
	require.NoError(t, cmd.Run(), stderr.String())
	return strings.TrimSpace(stdout.String())
}

// start runs the gateway until the test ends, and returns when it is well.
func (g *gatewayProcess) start(t *testing.T) {
	t.Helper()
	cmd, _, _ := command(t, "gateway", "serve", "--home", g.home)
	log, err := os.OpenFile(filepath.Join(g.home, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	cmd.Stderr = log
	require.NoError(t, cmd.Start())
	require.NoError(t, log.Close())
	g.process = cmd
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		if t.Failed() {
			text, err := os.ReadFile(filepath.Join(g.home, "log"))
			t.Logf("log of the gateway at %s: %v\n%.20000s", g.home, err, text)
		}
	})
	require.Eventually(t, func() bool {
		_, body, err := get(t.Context(), "http://"+g.metrics+"/healthz")
		return err == nil && strings.Contains(string(body), `"healthy":true`)
	}, 30*time.Second, 50*time.Millisecond)
}

// as is a context of a sender.
func as(ctx context.Context, token string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
}

// signed is the n-th order of a payer of bank-a over one yen to the payee of bank-b with the same number.
func signed(t *testing.T, network *devnet.Network, i, n int, change func(*paymenttypes.PaymentOrder)) paymenttypes.SignedPaymentOrder {
	t.Helper()
	payer := network.Keys().Account("bank-a", i)
	order := paymenttypes.PaymentOrder{
		Payer: payer.Address(), Payee: network.Keys().Account("bank-b", i).Address(), Amount: 1,
		ExpiresAt: uint64(time.Now().Add(10 * time.Minute).Unix()), Nonce: uint64(n), PublicKey: payer.PubKey().Bytes(),
	}
	if change != nil {
		change(&order)
	}
	signature, err := payer.SignBytes(order.SignBytes("financial-1", registrytypes.YenDenom))
	require.NoError(t, err)
	return paymenttypes.SignedPaymentOrder{Order: order, Signature: signature}
}

// bring sends a payer's orders one after the other, each to one gateway, or to both, until each has an outcome; a gateway that does not
// answer is asked again.
func bring(ctx context.Context, t *testing.T, network *devnet.Network, i int, gateways ...*gatewayProcess) []gatewaypb.OrderOutcome {
	t.Helper()
	var outcomes []gatewaypb.OrderOutcome
	for n := range gatewayOrders {
		request := &gatewaypb.SubmitOrderRequest{Order: signed(t, network, i, n+1, nil), Wait: 20 * time.Second}
		to := gateways[(i+n)%2 : (i+n)%2+1]
		if n%5 == 0 {
			to = gateways
		}
		answers := make([]gatewaypb.OrderOutcome, len(to))
		var group sync.WaitGroup
		for j, one := range to {
			group.Go(func() {
				for ctx.Err() == nil && answers[j].Status <= gatewaypb.OrderStatusPending {
					if answer, err := one.client.SubmitOrder(as(ctx, one.token), request); err == nil {
						answers[j] = answer.Outcome
					} else if status.Code(err) != codes.Unavailable {
						t.Errorf("order %d of payer %d: %v", n, i, err)
						return
					}
				}
			})
		}
		group.Wait()
		for _, answer := range answers[1:] {
			if answers[0].TxHash != answer.TxHash || answers[0].Status != answer.Status {
				t.Errorf("expected the same outcome from both gateways, got %s and %s", &answers[0], &answer)
			}
		}
		outcomes = append(outcomes, answers[0])
	}
	return outcomes
}

func balanceOf(ctx context.Context, t *testing.T, network *devnet.Network, bank string, i int) int64 {
	t.Helper()
	answer, err := banktypes.NewQueryClient(network.Financial().Client().GRPC()).Balance(ctx, &banktypes.QueryBalanceRequest{
		Address: network.Keys().Account(bank, i).String(), Denom: registrytypes.YenDenom,
	})
	require.NoError(t, err)
	return answer.Balance.Amount.Int64()
}
