package engine

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/journal"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

func TestMain(m *testing.M) {
	address.Configure()
	os.Exit(m.Run())
}

// life is one life of a gateway on a zone, from its start to its end without warning.
type life struct {
	*Engine
	end func()
}

func start(t *testing.T, zone Zone, path string, change func(*Config)) life {
	t.Helper()
	metrics := NewMetrics()
	book, open, err := journal.Open(path, metrics.Committed)
	require.NoError(t, err)
	config := Config{
		BundleOrders: 40, BundleBytes: 100_000, BundleWait: time.Millisecond, BundlesInFlight: 4, OpenOrders: 10_000, OrderGas: 1_000,
		Poll: time.Millisecond, Keep: time.Hour,
	}
	if change != nil {
		change(&config)
	}
	engine, err := New(t.Context(), config, zone, book, open, metrics, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := engine.Run(ctx); ctx.Err() == nil {
			t.Errorf("engine: %v", err)
		}
	}()
	var once sync.Once
	end := func() {
		once.Do(func() {
			cancel()
			<-ended
			require.NoError(t, book.Close())
		})
	}
	t.Cleanup(end)
	return life{engine, end}
}

func shop() Sender {
	return Sender{Name: "shop", OpenOrders: 1_000, Rate: rate.NewLimiter(rate.Inf, 1)}
}

// until makes blocks until something is so.
func (z *testZone) until(t *testing.T, done func() bool) {
	t.Helper()
	require.Eventually(t, func() bool {
		z.block()
		return done()
	}, 30*time.Second, 2*time.Millisecond)
}

// Whatever fails, and however often the gateway is killed: every order that was taken has an outcome, it is the zone's, and no order
// is carried out twice.
func TestNoOrderIsLostNorHasTwoOutcomes(t *testing.T) {
	for seed := range int64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			const payers, nonces = 8, 25
			zone := newTestZone(seed)
			zone.faults = true
			path := filepath.Join(t.TempDir(), "journal.db")
			one := start(t, zone, path, nil)
			taken := map[string]paymenttypes.SignedPaymentOrder{}
			for nonce := uint64(1); nonce <= nonces; nonce++ {
				var orders []paymenttypes.SignedPaymentOrder
				for i := range payers {
					amount, expires := uint64(i+1), uint64(zone.now.Unix())+10_000
					switch (uint64(i) + nonce) % 7 {
					case 3:
						amount = 5_000 // more than anybody has
					case 5:
						expires = uint64(zone.now.Unix()) + nonce%3
					}
					orders = append(orders, testOrder(testPayer(i), nonce, amount, expires))
				}
				if nonce%4 == 0 {
					zone.bring(orders[:payers/2]...)
				}
				for i, receipt := range one.Take(t.Context(), shop(), orders) {
					if receipt.Err == nil {
						taken[keyOf(orders[i].Order)] = orders[i]
					} else {
						require.ErrorIs(t, receipt.Err, paymenttypes.ErrOrderExpired)
					}
				}
				zone.block()
				if nonce%6 == 0 {
					one.end()
					one = start(t, zone, path, nil)
				}
			}
			zone.until(t, func() bool { return one.Open() == 0 })
			require.Greater(t, len(taken), payers*nonces/2)
			for key, order := range taken {
				receipt, err := one.Outcome(shop(), order.Order.Payer, order.Order.Nonce)
				require.NoError(t, err)
				outcome := receipt.Wait(t.Context())
				require.LessOrEqual(t, zone.decided[key], 1)
				switch outcome.Status {
				case gatewaypb.OrderStatusPaid:
					require.Equal(t, 1, zone.paid[key])
				case gatewaypb.OrderStatusRefused:
					require.Zero(t, zone.paid[key])
					require.Equal(t, outcome.NonceUsed, zone.decided[key] == 1)
					require.Contains(t, outcome.Error, "insufficient funds")
				case gatewaypb.OrderStatusExpired:
					require.Zero(t, zone.decided[key])
				case gatewaypb.OrderStatusUnspecified, gatewaypb.OrderStatusPending, gatewaypb.OrderStatusHeld, gatewaypb.OrderStatusNonceUsed:
					t.Errorf("order %d of %s: %s", order.Order.Nonce, outcome.Payer, outcome.String())
				}
			}
		})
	}
}

// What was paid before the gateway had the order is found in the index, by whichever order the nonce was used.
func TestNonceUsedBefore(t *testing.T) {
	zone := newTestZone(1)
	expires := uint64(zone.now.Unix()) + 10_000
	same, other := testOrder(testPayer(1), 1, 5, expires), testOrder(testPayer(2), 1, 5, expires)
	zone.bring(same, other)
	zone.block()
	for range 3 {
		zone.block()
	}
	one := start(t, zone, filepath.Join(t.TempDir(), "journal.db"), nil)
	mine := testOrder(testPayer(2), 1, 6, expires)
	receipts := one.Take(t.Context(), shop(), []paymenttypes.SignedPaymentOrder{same, mine})
	require.NoError(t, receipts[0].Err)
	require.NoError(t, receipts[1].Err)
	zone.until(t, func() bool { return one.Open() == 0 })
	paid, refused := receipts[0].Wait(t.Context()), receipts[1].Wait(t.Context())
	require.Equal(t, gatewaypb.OrderStatusPaid, paid.Status)
	require.EqualValues(t, 1, paid.Height)
	require.Equal(t, gatewaypb.OrderStatusRefused, refused.Status)
	require.True(t, refused.NonceUsed)
	require.Contains(t, refused.Error, "another order of the payer")
	require.Equal(t, 1, zone.paid[keyOf(same.Order)])
}

// The same order is the same order; another one with its nonce is a conflict while the first stands, and not after it has expired.
func TestTake(t *testing.T) {
	zone := newTestZone(1)
	zone.block()
	one := start(t, zone, filepath.Join(t.TempDir(), "journal.db"), func(c *Config) { c.BundleWait = time.Hour })
	zone.until(t, func() bool { height, _ := one.Health(); return height > 1 })
	expires := uint64(zone.now.Unix()) + 5
	order, other := testOrder(testPayer(1), 1, 5, expires), testOrder(testPayer(1), 1, 6, expires+10_000)
	take := func(sender Sender, order paymenttypes.SignedPaymentOrder) Receipt {
		return one.Take(t.Context(), sender, []paymenttypes.SignedPaymentOrder{order})[0]
	}
	receipt := take(shop(), order)
	require.NoError(t, receipt.Err)
	now, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, gatewaypb.OrderStatusPending, receipt.Wait(now).Status)
	require.NoError(t, take(shop(), order).Err)
	require.Equal(t, 1, one.Open())
	require.ErrorIs(t, take(shop(), other).Err, ErrConflict)
	full := shop()
	full.OpenOrders = 1
	require.ErrorIs(t, take(full, testOrder(testPayer(1), 2, 5, expires)).Err, ErrQuota)
	stranger := order
	stranger.Order.PublicKey = testPayer(2).PubKey().Bytes()
	stranger.Order.Nonce = 7
	require.ErrorIs(t, take(shop(), stranger).Err, paymenttypes.ErrBadSignature)
	_, err := one.Outcome(Sender{Name: "other"}, sdk.AccAddress(order.Order.Payer), 1)
	require.ErrorIs(t, err, ErrNotFound)

	zone.until(t, func() bool { return one.Open() == 0 })
	require.Equal(t, gatewaypb.OrderStatusExpired, receipt.Wait(t.Context()).Status)
	require.Equal(t, gatewaypb.OrderStatusExpired, take(shop(), order).Wait(t.Context()).Status, "the same order again")
	require.NoError(t, take(shop(), other).Err, "nobody can bring the first one any more")
	limited, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	require.Equal(t, 1, one.Close(limited), "what is open stays")
	require.ErrorIs(t, take(shop(), testOrder(testPayer(1), 3, 5, expires+10_000)).Err, ErrBusy)
}

// Bundles have each payer's orders by their nonces, at most as many as the zone takes of one payer, and no second bundle of a payer
// goes out before the first one is in a block.
func TestBundles(t *testing.T) {
	zone := newTestZone(1)
	zone.block()
	one := start(t, zone, filepath.Join(t.TempDir(), "journal.db"), func(c *Config) { c.BundleWait = 20 * time.Millisecond })
	expires := uint64(zone.now.Unix()) + 10_000
	var orders []paymenttypes.SignedPaymentOrder
	for nonce := uint64(12); nonce > 0; nonce-- {
		orders = append(orders, testOrder(testPayer(1), nonce, 5, expires), testOrder(testPayer(2), nonce*1_000_000, 5, expires))
	}
	for _, receipt := range one.Take(t.Context(), shop(), orders) {
		require.NoError(t, receipt.Err)
	}
	pooled := func() int {
		zone.mu.Lock()
		defer zone.mu.Unlock()
		return len(zone.mempool)
	}
	require.Eventually(t, func() bool { return pooled() == 1 }, 10*time.Second, time.Millisecond)
	require.Len(t, zone.mempool[0].orders, 20, "ten of each payer")
	last := map[string]uint64{}
	for _, signed := range zone.mempool[0].orders {
		require.Greater(t, signed.Order.Nonce, last[string(signed.Order.Payer)])
		last[string(signed.Order.Payer)] = signed.Order.Nonce
	}
	require.Never(t, func() bool { return pooled() > 1 }, 100*time.Millisecond, 10*time.Millisecond)
	zone.until(t, func() bool { return one.Open() == 0 })
}
