package keeper_test

import (
	"encoding/binary"
	"math/rand"
	"slices"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"
	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

const (
	// benchAccounts is how many accounts each of two banks has.
	benchAccounts = 50_000
	benchBlock    = 1_000 // payments per block
	warmAccounts  = 200
)

// benchSend is one keeper-level way to move yen.
type benchSend struct {
	name    string
	send    func(ctx sdk.Context, from, to sdk.AccAddress, coins sdk.Coins) error
	payees  []sdk.AccAddress
	run     time.Duration
	commit  time.Duration
	gas     uint64
	samples []time.Duration
}

// BenchmarkPayment compares a payment with all checks of the registry with a bare send of x/bank, on one IAVL multistore
// in LevelDB as the app has it, block by block in turn. "µs" is the time of the send itself, "commit-µs" its share of the
// commit of a block of 1,000, ratios are of the whole. Must: ratio and gas-ratio of full at most 1.5.
func BenchmarkPayment(b *testing.B) {
	for _, temperature := range []struct {
		name     string
		accounts int
	}{{"cold", benchAccounts}, {"warm", warmAccounts}} {
		b.Run(temperature.name, func(b *testing.B) { benchmarkPayments(b, temperature.accounts) })
	}
}

func benchmarkPayments(b *testing.B, busy int) {
	b.Helper()
	db, err := dbm.NewGoLevelDB("bench", b.TempDir(), nil)
	require.NoError(b, err)
	defer func() { require.NoError(b, db.Close()) }()
	s := newBareSuiteOn(b, db)
	s.registry.SetYen(types.FixedYen(types.YenDenom))
	s.registry.SetFlowRecorder(s)
	own, other := s.fill(b)
	s.MultiStore.Commit()

	ways := []*benchSend{
		{name: "bare", send: func(ctx sdk.Context, from, to sdk.AccAddress, coins sdk.Coins) error {
			return s.Bare.SendCoins(ctx, from, to, coins)
		}, payees: own},
		{name: "full", send: func(ctx sdk.Context, from, to sdk.AccAddress, coins sdk.Coins) error {
			return s.Bank.SendCoins(ctx, from, to, coins)
		}, payees: own},
		{name: "cross", send: func(ctx sdk.Context, from, to sdk.AccAddress, coins sdk.Coins) error {
			return s.Bank.SendCoins(ctx, from, to, coins)
		}, payees: other},
	}
	random := rand.New(rand.NewSource(1))
	coins := sdk.NewCoins(yen(3))
	blocks := 0
	b.ResetTimer()
	for b.Loop() {
		for _, way := range ways {
			way.block(b, s, random, own[:busy], way.payees[:busy], coins)
		}
		blocks++
	}
	per := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1_000 / float64(blocks*benchBlock) }
	bare := ways[0]
	for _, way := range ways {
		b.ReportMetric(per(way.run), way.name+"-µs")
		b.ReportMetric(per(way.commit), way.name+"-commit-µs")
		b.ReportMetric(float64(way.gas)/float64(blocks*benchBlock), way.name+"-gas")
		if way != bare {
			slices.Sort(way.samples)
			slices.Sort(bare.samples)
			b.ReportMetric(float64(way.run)/float64(bare.run), way.name+"-ratio")
			b.ReportMetric(float64(way.samples[len(way.samples)/2])/float64(bare.samples[len(bare.samples)/2]), way.name+"-median-ratio")
			b.ReportMetric(float64(way.run+way.commit)/float64(bare.run+bare.commit), way.name+"-committed-ratio")
			b.ReportMetric(float64(way.gas)/float64(bare.gas), way.name+"-gas-ratio")
		}
	}
	b.ReportMetric(0, "ns/op")
}

func (w *benchSend) block(
	b *testing.B, s *suite, random *rand.Rand, payers, payees []sdk.AccAddress, coins sdk.Coins,
) {
	b.Helper()
	s.NextBlock(time.Second)
	// As the app runs a block: on a cache of the multistore that is written before the commit.
	cache := s.MultiStore.CacheMultiStore()
	blockCtx := s.Ctx.WithMultiStore(cache)
	for range benchBlock {
		from, to := payers[random.Intn(len(payers))], payees[random.Intn(len(payees))]
		// As a transaction runs: on a cache that is written when it succeeds, with a meter of its own.
		ctx, write := blockCtx.WithGasMeter(storetypes.NewInfiniteGasMeter()).CacheContext()
		start := b.Elapsed()
		err := w.send(ctx, from, to, coins)
		write()
		took := b.Elapsed() - start
		w.run += took
		w.samples = append(w.samples, took)
		if err != nil {
			b.Fatal(err)
		}
		w.gas += ctx.GasMeter().GasConsumed()
	}
	s.flows = nil
	start := b.Elapsed()
	cache.Write()
	s.MultiStore.Commit()
	w.commit += b.Elapsed() - start
}

// fill registers benchAccounts accounts at bank A and as many at bank B, each with a million yen.
func (s *suite) fill(t testing.TB) (own, other []sdk.AccAddress) {
	t.Helper()
	state := types.DefaultGenesis()
	for i := range 2 * benchAccounts {
		address := make(sdk.AccAddress, 20)
		binary.BigEndian.PutUint64(address, uint64(i)*0x9e3779b97f4a7c15)
		bank := bankA
		if i%2 == 1 {
			bank = bankB
			other = append(other, address)
		} else {
			own = append(own, address)
		}
		account := benchAccount(address, bank)
		state.Accounts = append(state.Accounts, account)
		require.NoError(t, s.Bank.Balances.Set(s.Ctx, collections.Join(address, types.YenDenom), math.NewInt(1_000_000)))
	}
	require.NoError(t, s.registry.InitGenesis(s.Ctx, *state))
	return own, other
}

func benchAccount(address sdk.AccAddress, bank string) types.Account {
	return types.Account{
		Address: address.String(), Bank: bank, Status: types.AccountStatusActive, Kind: types.AccountKindIndividual,

		IdentityHash: make([]byte, types.IdentityHashLength), Limits: limits(1_000_000, 5_000_000, 50_000_000), Revision: 1, Activated: true,
		OrderKeys: []types.OrderKey{{Id: "phone", Type: types.OrderKeyTypeSecp256r1, PublicKey: make([]byte, 33)}},
	}
}
