package keeper_test

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"
	pruningtypes "cosmossdk.io/store/pruning/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/asset/types"
)

const benchUnits = 1_000_000

// BenchmarkExpiry is what a million units that expire at the same moment cost a block, until the last of them is gone: coupons of a
// million holders, numbered tickets that end with their class, and such that each have their own expiry and a history. One iteration is
// the begin of one block and destroys 1,000 of them, so that -benchtime 1000x destroys all. Blocks are committed to LevelDB, as a node
// does, outside of the time. "longest-ms" is the longest begin of a block.
func BenchmarkExpiry(b *testing.B) {
	for _, bench := range []struct {
		name         string
		kind         types.ClassKind
		history, own bool
	}{
		{"coupons", types.ClassKindFungible, false, false},
		{"tickets", types.ClassKindUnique, false, false},
		{"dated-tickets-with-history", types.ClassKindUnique, true, true},
	} {
		b.Run(bench.name, func(b *testing.B) {
			db, err := dbm.NewGoLevelDB("bench", b.TempDir(), nil)
			require.NoError(b, err)
			defer func() { require.NoError(b, db.Close()) }()
			s := newSuiteOn(b, db)
			s.MultiStore.SetPruning(pruningtypes.NewPruningOptions(pruningtypes.PruningEverything))
			s.fill(b, bench.kind, bench.history, bench.own)

			var longest, total time.Duration
			for b.Loop() {
				// As the app runs a block: on a cache of the multistore that is written before the commit.
				cache := s.MultiStore.CacheMultiStore()
				ctx := s.Ctx.WithMultiStore(cache).WithEventManager(sdk.NewEventManager())
				start := b.Elapsed()
				require.NoError(b, s.assets.DestroyExpired(ctx))
				took := b.Elapsed() - start
				b.StopTimer()
				longest, total = max(longest, took), total+took
				cache.Write()
				s.Commit()
				s.NextBlock(time.Second)
				b.StartTimer()
			}
			gone := benchUnits - s.book(b, "class").Supply().Int64()
			b.ReportMetric(float64(longest.Microseconds())/1_000, "longest-ms")
			b.ReportMetric(float64(total.Microseconds())/float64(gone), "µs/unit")
			b.ReportMetric(float64(gone), "units")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// fill gives a unit each to a million accounts, as a genesis does: what expiry reads is there, the registry's part is not.
func (s *suite) fill(b *testing.B, kind types.ClassKind, history, own bool) {
	b.Helper()
	now := s.Ctx.BlockTime()
	later := now.Add(time.Hour)
	class := types.Class{Id: "class", Kind: kind, Issuer: s.street, Rules: free(), History: history, CreatedAt: now}
	if !own {
		class.Rules.ExpiresAt = &later
	}
	state := types.GenesisState{Classes: []types.ClassState{{
		Class: class, Metadata: metadata, Book: book(benchUnits, 0, 0, 0),
	}}}
	for i := range benchUnits {
		holder := make(sdk.AccAddress, 20)
		binary.BigEndian.PutUint64(holder, uint64(i+1)*0x9e3779b97f4a7c15)
		s.Account.SetAccount(s.Ctx, s.Account.NewAccountWithAddress(s.Ctx, holder))
		denom := types.ClassDenom("class")
		if kind == types.ClassKindUnique {
			unit := types.Unit{Class: "class", Id: fmt.Sprintf("%07d", i), Status: types.UnitStatusLive, Holder: holder.String()}
			denom = unit.Denom()
			state.Units = append(state.Units, types.UnitState{Unit: unit})
			last := &state.Units[len(state.Units)-1]
			if own {
				last.Unit.ExpiresAt = &later
			}
			if history {
				last.Unit.HistoryLength = 1
				last.History = []types.Custody{{Sequence: 1, Kind: types.CustodyKindIssued, To: holder.String(), At: now}}
			}
			require.NoError(b, s.Bank.Supply.Set(s.Ctx, denom, math.OneInt()))
		}
		require.NoError(b, s.Bank.Balances.Set(s.Ctx, collections.Join(holder, denom), math.OneInt()))
		if i%50_000 == 0 {
			s.Commit()
		}
	}
	if kind == types.ClassKindFungible {
		require.NoError(b, s.Bank.Supply.Set(s.Ctx, types.ClassDenom("class"), math.NewInt(benchUnits)))
	}
	require.NoError(b, s.assets.InitGenesis(s.Ctx, state))
	s.Commit()
	s.NextBlock(time.Hour)
}
