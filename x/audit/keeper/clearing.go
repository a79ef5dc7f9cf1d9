package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
)

// lawClearing recomputes law 5 from the flows between banks, and what the reserves must be from orders and obligations.
func (z financialZone) lawClearing(ctx sdk.Context, all balances) ([]types.Finding, error) {
	open, err := z.clearing.OpenCycle(ctx)
	if err != nil {
		return nil, err
	}
	flows, err := z.clearingFlows(ctx)
	if err != nil {
		return nil, err
	}
	cycles, err := z.clearingCycles(ctx, flows)
	if err != nil {
		return nil, err
	}
	obligations, err := z.clearingObligations(ctx)
	if err != nil {
		return nil, err
	}
	booked, err := z.lawFlows(ctx, flows)
	if err != nil {
		return nil, err
	}
	closed, err := z.lawClosedCycles(ctx, cycles, obligations)
	if err != nil {
		return nil, err
	}
	owed, err := z.lawObligations(ctx, obligations)
	if err != nil {
		return nil, err
	}
	reserves, err := z.lawReserves(ctx, all)
	if err != nil {
		return nil, err
	}
	return []types.Finding{lawOpenCycle(open.Number, cycles), booked, closed, owed, reserves}, nil
}

// bankInCycle names a bank in a cycle in findings, and is the key of sums by both.
func bankInCycle(cycle uint64, bank string) string {
	return fmt.Sprintf("%s in cycle %d", bank, cycle)
}

// clearingFlows is what flows between banks say.
type clearingFlows struct {
	// sent and received are the flows settled in positions, by bank and cycle.
	sent, received sums
	// pairs is every flow of all cycles, by payer bank and payee bank.
	pairs sums
}

func (z financialZone) clearingFlows(ctx context.Context) (clearingFlows, error) {
	flows := clearingFlows{sent: sums{}, received: sums{}, pairs: sums{}}
	err := z.clearing.IterateFlows(ctx, func(flow clearingtypes.CycleFlow) (bool, error) {
		flows.sent.add(bankInCycle(flow.Cycle, flow.PayerBank), flow.ByPosition)
		flows.received.add(bankInCycle(flow.Cycle, flow.PayeeBank), flow.ByPosition)
		flows.pairs.add(flow.PayerBank+" to "+flow.PayeeBank, flow.ByPosition.Add(flow.ByReserve))
		return false, nil
	})
	return flows, err
}

// clearingCycles is what positions say, cycle by cycle.
type clearingCycles struct {
	// net, moved and left are the sums over all banks of each cycle, which must be zero.
	net, moved, left map[uint64]math.Int
	// credit, paid and short are the sums of what is above zero in each.
	credit, paid, short map[uint64]math.Int
	// debts is what each bank had left to pay at a close, by bank and cycle.
	debts sums
	// misstated is what positions say against flows, for the open cycle and for closed ones.
	misstated map[uint64]types.Violations
}

func (z financialZone) clearingCycles(ctx context.Context, flows clearingFlows) (clearingCycles, error) {
	cycles := clearingCycles{
		net: map[uint64]math.Int{}, moved: map[uint64]math.Int{}, left: map[uint64]math.Int{},
		credit: map[uint64]math.Int{}, paid: map[uint64]math.Int{}, short: map[uint64]math.Int{},
		debts: sums{}, misstated: map[uint64]types.Violations{},
	}
	stated := clearingFlows{sent: sums{}, received: sums{}}
	cycleOf := map[string]uint64{}
	err := z.clearing.IteratePositions(ctx, func(position clearingtypes.CyclePosition) (bool, error) {
		number, name := position.Cycle, bankInCycle(position.Cycle, position.Bank)
		stated.sent.add(name, position.Sent)
		stated.received.add(name, position.Received)
		cycleOf[name] = number
		net := position.Net()
		addTo(cycles.net, number, net)
		addTo(cycles.moved, number, position.Moved)
		addTo(cycles.left, number, position.Left)
		addTo(cycles.credit, number, math.MaxInt(net, math.ZeroInt()))
		addTo(cycles.paid, number, math.MaxInt(position.Moved, math.ZeroInt()))
		addTo(cycles.short, number, math.MaxInt(position.Left, math.ZeroInt()))
		if position.Left.IsNegative() {
			cycles.debts.add(name, position.Left.Neg())
		}
		return false, nil
	})
	if err != nil {
		return cycles, err
	}
	for _, name := range keysOf(stated.sent, flows.sent, flows.received) {
		violations := cycles.misstated[cycleOf[name]]
		violations.Require(stated.sent.of(name).Equal(flows.sent.of(name)),
			"expected %s to have sent %s, the sum of its flows, got %s", name, flows.sent.of(name), stated.sent.of(name))
		violations.Require(stated.received.of(name).Equal(flows.received.of(name)),
			"expected %s to have received %s, the sum of its flows, got %s", name, flows.received.of(name), stated.received.of(name))
		cycles.misstated[cycleOf[name]] = violations
	}
	return cycles, nil
}

// lawOpenCycle judges law 5 for the open cycle: positions are the flows so far, and their sum is zero.
func lawOpenCycle(number uint64, cycles clearingCycles) types.Finding {
	violations := cycles.misstated[number]
	// A flow of a bank without a position has no cycle to be found under.
	if without := cycles.misstated[0]; without.String() != "" {
		violations.Require(false, "%s", without)
	}
	net := amountOf(cycles.net, number)
	violations.Require(net.IsZero(), "expected positions that sum to 0, got %s", net)
	return types.NewFinding(types.LawClearing, types.SubjectOpenCycle, violations,
		types.NewFigure("credit_positions", amountOf(cycles.credit, number)),
		types.NewFigure("positions", net),
	)
}

// lawClosedCycles judges law 5 for every closed cycle: positions are reserve that moved and obligations, and what one bank
// paid or owes another got or is owed.
func (z financialZone) lawClosedCycles(ctx context.Context, cycles clearingCycles, obligations clearingObligations) (types.Finding, error) {
	var violations types.Violations
	count, moved, left := 0, math.ZeroInt(), math.ZeroInt()
	err := z.clearing.IterateCycles(ctx, func(cycle clearingtypes.Cycle) (bool, error) {
		number := cycle.Number
		if cycle.IsOpen() {
			return true, nil
		}
		count++
		moved, left = moved.Add(cycle.ReserveMoved), left.Add(cycle.Obligations)
		misstated := cycles.misstated[number]
		violations.Require(misstated.String() == "", "%s", misstated)
		for _, sum := range []struct {
			name  string
			total math.Int
		}{
			{"positions", amountOf(cycles.net, number)},
			{"reserve moves", amountOf(cycles.moved, number)},
			{"obligations", amountOf(cycles.left, number)},
		} {
			violations.Require(sum.total.IsZero(), "expected %s of cycle %d that sum to 0, got %s", sum.name, number, sum.total)
		}
		credit, paid, short := amountOf(cycles.credit, number), amountOf(cycles.paid, number), amountOf(cycles.short, number)
		violations.Require(credit.Equal(paid.Add(short)),
			"expected credit positions of cycle %d of %s, reserve moved and obligations, got %s", number, paid.Add(short), credit)
		violations.Require(cycle.Net.Equal(credit) && cycle.ReserveMoved.Equal(paid) && cycle.Obligations.Equal(short),
			"expected cycle %d to be %s = %s + %s, got %s = %s + %s",
			number, credit, paid, short, cycle.Net, cycle.ReserveMoved, cycle.Obligations)
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	for _, name := range keysOf(cycles.debts, obligations.fromCloses) {
		violations.Require(cycles.debts.of(name).Equal(obligations.fromCloses.of(name)),
			"expected an obligation of %s of %s, what it had left to pay, got %s",
			name, cycles.debts.of(name), obligations.fromCloses.of(name))
	}
	return types.NewFinding(types.LawClearing, types.SubjectClosedCycles, violations,
		types.NewFigure("closed_count", math.NewInt(int64(count))),
		types.NewFigure("reserve_moved", moved),
		types.NewFigure("obligations", left),
	), nil
}

// lawFlows judges that each flow in the banks' books was settled between them, and each that was settled is in the books.
func (z financialZone) lawFlows(ctx context.Context, flows clearingFlows) (types.Finding, error) {
	booked := sums{}
	err := z.deposit.IterateFlows(ctx, func(flow deposittypes.Flow) (bool, error) {
		booked.add(flow.PayerBank+" to "+flow.PayeeBank, flow.Amount)
		return false, nil
	})
	if err != nil {
		return types.Finding{}, err
	}
	var violations types.Violations
	for _, pair := range keysOf(booked, flows.pairs) {
		violations.Require(booked.of(pair).Equal(flows.pairs.of(pair)),
			"expected flows from %s of %s settled, got %s", pair, booked.of(pair), flows.pairs.of(pair))
	}
	return types.NewFinding(types.LawClearing, types.SubjectFlows, violations,
		types.NewFigure("booked", booked.total()),
		types.NewFigure("settled", flows.pairs.total()),
	), nil
}

func addTo(totals map[uint64]math.Int, key uint64, amount math.Int) {
	totals[key] = amountOf(totals, key).Add(amount)
}

func amountOf(totals map[uint64]math.Int, key uint64) math.Int {
	if total, found := totals[key]; found {
		return total
	}
	return math.ZeroInt()
}
