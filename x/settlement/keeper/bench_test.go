package keeper_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"
	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	assettypes "github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/settlement/types"
)

// buyers is with how many parties ann trades in the largest trade: two legs each, bonds for yen of another bank.
const buyers = types.MaxLegs / 2

// offering is the largest trade, of ann with 500 customers of beta.
type offering struct {
	*suite
	buyers []string
	rounds int
}

func newOffering(t testing.TB) *offering {
	t.Helper()
	o := &offering{suite: newSuite(t)}
	for i := range buyers {
		buyer := o.Open(t, "beta", fmt.Sprintf("buyer-%d", i))
		o.Charge(t, buyer, 1_000_000)
		o.buyers = append(o.buyers, buyer)
	}
	require.NoError(t, o.issue(&assettypes.MsgIssueAmounts{
		Manager: o.ann, Class: "bond", Lines: []assettypes.AmountLine{{Account: o.ann, Amount: math.NewInt(1_000_000_000)}},
	}))
	o.Commit()
	return o
}

// offer lets each buyer take a bond for 10 yen.
func (o *offering) offer(settleIn time.Duration) (reference string, terms types.Terms) {
	o.rounds++
	terms = types.Terms{Deadline: o.Ctx.BlockTime().Add(time.Hour)}
	if settleIn > 0 {
		at := o.Ctx.BlockTime().Add(settleIn)
		terms.SettleAt = &at
	}
	for _, buyer := range o.buyers {
		terms.Legs = append(terms.Legs, leg(o.ann, buyer, bonds(1)), leg(buyer, o.ann, yen(10)))
	}
	return fmt.Sprintf("round-%d", o.rounds), terms
}

// measured is what messages of one kind took.
type measured struct {
	gas     uint64
	elapsed time.Duration
}

// measure runs one message under a gas meter and adds what it took to a measurement.
func (o *offering) measure(b *testing.B, into *measured, run func() error) {
	b.Helper()
	plain := o.Ctx
	o.Ctx = plain.WithGasMeter(storetypes.NewInfiniteGasMeter()).WithEventManager(sdk.NewEventManager())
	began := b.Elapsed()
	require.NoError(b, run())
	into.elapsed += b.Elapsed() - began
	into.gas += o.Ctx.GasMeter().GasConsumed()
	o.Ctx = plain
}

// report prints the mean of a measurement: milliseconds, and gas if it is a message's.
func (m measured) report(b *testing.B, name string) {
	b.Helper()
	b.ReportMetric(float64(m.elapsed.Microseconds())/1_000/float64(b.N), name+"-ms")
	if m.gas > 0 {
		b.ReportMetric(float64(m.gas)/float64(b.N), name+"-gas")
	}
}

// The largest trade, from the proposal to the end, settled by the last confirmation, by its time, and expired.
func BenchmarkThousandLegs(b *testing.B) {
	b.Run("settled", func(b *testing.B) {
		o := newOffering(b)
		var create, confirm, last measured
		b.ResetTimer()
		for range b.N {
			reference, terms := o.offer(0)
			o.measure(b, &create, func() error { return o.create(reference, terms) })
			for _, buyer := range o.buyers {
				o.measure(b, &confirm, func() error { return o.confirm(buyer, reference) })
			}
			o.measure(b, &last, func() error { return o.confirm(o.ann, reference) })
			o.requireStatus(b, reference, types.TradeStatusSettled)
			o.Commit()
		}
		create.report(b, "create")
		confirm.report(b, "confirm-all")
		last.report(b, "last")
	})
	for name, test := range map[string]struct {
		settleIn time.Duration
		status   types.TradeStatus
	}{"by-time": {time.Minute, types.TradeStatusSettled}, "expired": {0, types.TradeStatusExpired}} {
		b.Run(name, func(b *testing.B) {
			o := newOffering(b)
			var block measured
			b.ResetTimer()
			for range b.N {
				reference, terms := o.offer(test.settleIn)
				require.NoError(b, o.create(reference, terms))
				require.NoError(b, o.confirm(o.ann, reference))
				for _, buyer := range o.buyers[1:] {
					require.NoError(b, o.confirm(buyer, reference))
				}
				if test.settleIn > 0 {
					require.NoError(b, o.confirm(o.buyers[0], reference))
				}
				o.Commit()
				o.NextBlock(time.Hour)
				o.measure(b, &block, func() error { return o.module.BeginBlock(o.Ctx) })
				block.gas = 0 // a block's begin has no meter
				o.requireStatus(b, reference, test.status)
				o.Commit()
			}
			block.report(b, "begin-block")
		})
	}
}
