//go:build bench

package main

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	"github.com/azukari-network/azukari/testutil/devnet"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

const (
	// benchPayers pay at the same time by each gateway, so many orders each: one for each call of a thousand.
	benchPayers = 4_000
	benchOrders = 8
	benchCall   = 1_000
)

// TestGatewayThroughput measures what an order costs at a gateway, and how many orders one gateway and two of them carry: real gateways,
// four validators, orders of 4,000 payers for each gateway, in calls of 1,000 that wait for their outcomes.
func TestGatewayThroughput(t *testing.T) {
	manifest := devnet.DefaultManifest()
	manifest.Name = "gateway-throughput"
	manifest.BlockTimeMS = 1_000
	manifest.Financial = devnet.FinancialManifest{ChainID: "financial-1", Banks: 4, ValidatorsPerBank: 1, Listeners: 0}
	manifest.Zones = nil
	manifest.Accounts = devnet.AccountsManifest{PerBank: 2 * benchPayers, BalanceYen: 1_000_000}
	network := devnet.Start(t, manifest)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	gateways := []*gatewayProcess{openGateway(t, network, "bank-a"), openGateway(t, network, "bank-b")}
	for _, one := range gateways {
		one.token = one.newToken(t, "load", 1_000_000, 1_000_000)
		one.start(t)
	}
	nonce := uint64(0)
	for count := 1; count <= len(gateways); count++ {
		calls := make([][]*gatewaypb.SubmitOrdersRequest, count*benchPayers/benchCall)
		for i := range calls {
			calls[i] = callsOf(t, network, i, nonce)
		}
		nonce += benchOrders
		used := cpuOfAll(ctx, t, gateways[:count])
		begin := time.Now()
		var group sync.WaitGroup
		for i, requests := range calls {
			group.Go(func() { bringAll(ctx, t, gateways[i%count], requests) })
		}
		group.Wait()
		took, orders := time.Since(begin), count*benchPayers*benchOrders
		used = cpuOfAll(ctx, t, gateways[:count]) - used
		fmt.Printf("%d gateways: %d orders paid in %.1f s, %.0f a second; %.0f µs of a gateway's processor per order\n",
			count, orders, took.Seconds(), float64(orders)/took.Seconds(), used*1e6/float64(orders))
	}
}

// callsOf are the calls of one sender: a thousand payers, each with one order in each call.
func callsOf(t *testing.T, network *devnet.Network, sender int, nonce uint64) []*gatewaypb.SubmitOrdersRequest {
	t.Helper()
	calls := make([]*gatewaypb.SubmitOrdersRequest, benchOrders)
	for n := range calls {
		calls[n] = &gatewaypb.SubmitOrdersRequest{Wait: 30 * time.Second}
		for i := range benchCall {
			calls[n].Orders = append(calls[n].Orders, signed(t, network, sender*benchCall+i, n+1, func(order *paymenttypes.PaymentOrder) {
				order.Nonce += nonce
			}))
		}
	}
	return calls
}

// bringAll makes one call after the other.
func bringAll(ctx context.Context, t *testing.T, gateway *gatewayProcess, calls []*gatewaypb.SubmitOrdersRequest) {
	t.Helper()
	for _, call := range calls {
		answer, err := gateway.client.SubmitOrders(as(ctx, gateway.token), call)
		if err != nil {
			t.Errorf("call: %v", err)
			return
		}
		for _, result := range answer.Orders {
			if outcome := result.Outcome; outcome == nil || outcome.Status != gatewaypb.OrderStatusPaid {
				t.Errorf("expected a paid order, got %s", &result)
				return
			}
		}
	}
}

// cpuOfAll is the processor time in seconds that gateways have used, as their own figures say.
func cpuOfAll(ctx context.Context, t *testing.T, gateways []*gatewayProcess) (total float64) {
	t.Helper()
	for _, one := range gateways {
		found, err := scrapeFamilies(ctx, "http://"+one.metrics)
		require.NoError(t, err)
		require.Contains(t, found, "process_cpu_seconds_total")
		total += found["process_cpu_seconds_total"].GetMetric()[0].GetCounter().GetValue()
	}
	return total
}
