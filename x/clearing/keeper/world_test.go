package keeper_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/clearing/keeper"
	"github.com/azukari-network/azukari/x/clearing/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	alpha, beta, delta, gamma = "alpha", "beta", "delta", "gamma"

	agent = moneytest.SettlementAgent
	// wealth is what each bank's customer begins with.
	wealth = 900_000_000
)

var fourBanks = []string{alpha, beta, delta, gamma}

// world is banks with one customer each, who is rich, and the settlement agent.
type world struct {
	*moneytest.World
	t       testing.TB
	queries types.QueryServer
	// holder maps a bank to its customer's address.
	holder map[string]string
	orders int
}

// newWorld builds four banks with a cap of 1,000 and payments that settle gross from 1,000,000 on, unless change says
// otherwise.
func newWorld(t testing.TB, change func(*types.GenesisState)) *world {
	t.Helper()
	return newWorldOf(t, fourBanks, change)
}

func newWorldOf(t testing.TB, banks []string, change func(*types.GenesisState)) *world {
	t.Helper()
	state := types.DefaultGenesis()
	state.Params.DefaultNetDebitCap = math.NewInt(1_000)
	state.Params.LargeValueThreshold = math.NewInt(1_000_000)
	if change != nil {
		change(state)
	}
	require.NoError(t, state.Validate())
	w := &world{
		World: moneytest.New(t, moneytest.Options{Banks: banks, Clearing: state}), t: t, holder: map[string]string{},
	}
	w.queries = keeper.NewQueryServer(w.Clearing)
	for _, bank := range banks {
		w.holder[bank] = w.Open(t, bank, bank+"/holder")
		w.Issue(t, bank, w.holder[bank], wealth, "opening")
	}
	w.NextBlock(time.Second)
	return w
}

func inMode(mode types.SettlementMode) func(*types.GenesisState) {
	return func(state *types.GenesisState) { state.Params.Mode = mode }
}

// pay has a bank's customer pay another bank's.
func (w *world) pay(from, to string, amount int64) error {
	return w.Pay(w.holder[from], w.holder[to], amount)
}

func (w *world) mustPay(from, to string, amount int64) {
	w.t.Helper()
	require.NoError(w.t, w.pay(from, to, amount))
}

// request has an organization's maker ask for a reserve order, and returns its reference.
func (w *world) request(organization string, kind types.ReserveOrderKind, bank string, amount int64) (string, error) {
	w.orders++
	reference := fmt.Sprintf("order-%d", w.orders)
	return reference, w.Do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.RequestReserve(ctx, &types.MsgRequestReserve{
			Operator: moneytest.Operator(organization, "maker"), Kind: kind, Bank: bank, Amount: math.NewInt(amount), Reference: reference,
		})
		return err
	})
}

// approve has a checker of one organization approve another's order.
func (w *world) approve(decider, organization, reference string) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.ApproveReserve(ctx, &types.MsgApproveReserve{
			Operator: moneytest.Operator(decider, "checker"), Organization: organization, Reference: reference,
		})
		return err
	})
}

// issue gives a bank reserve.
func (w *world) issue(bank string, amount int64) {
	w.t.Helper()
	reference, err := w.request(agent, types.ReserveOrderKindIssue, bank, amount)
	require.NoError(w.t, err)
	require.NoError(w.t, w.approve(agent, agent, reference))
}

// pledge has a bank pledge reserve.
func (w *world) pledge(bank string, amount int64) {
	w.t.Helper()
	reference, err := w.request(bank, types.ReserveOrderKindPledge, bank, amount)
	require.NoError(w.t, err)
	require.NoError(w.t, w.approve(bank, bank, reference))
}

// position is a bank's position in the open cycle.
func (w *world) position(bank string) types.BankPosition {
	w.t.Helper()
	position, err := w.Clearing.Position(w.Ctx, bank)
	require.NoError(w.t, err)
	return position
}

// requireReserves asserts the banks' reserves, in the order of fourBanks.
func (w *world) requireReserves(want ...int64) {
	w.t.Helper()
	for i, yen := range want {
		bank := fourBanks[i]
		require.Equal(w.t, yen, w.Clearing.Reserve(w.Ctx, bank).Int64(), "reserve of %s", bank)
	}
}

// requirePositions asserts the banks' positions in the open cycle, in the order of fourBanks.
func (w *world) requirePositions(want ...int64) {
	w.t.Helper()
	for i, yen := range want {
		bank := fourBanks[i]
		require.Equal(w.t, yen, w.position(bank).Position.Int64(), "position of %s", bank)
	}
}

func (w *world) supply() int64 { return w.Bank.GetSupply(w.Ctx, types.ReserveDenom).Amount.Int64() }

// begin starts a block at a time.
func (w *world) begin(at time.Time) {
	w.t.Helper()
	w.NextBlock(at.Sub(w.Ctx.BlockTime()))
	require.NoError(w.t, w.Hold.ReleaseExpired(w.Ctx))
	require.NoError(w.t, w.Clearing.BeginBlock(w.Ctx))
}

// later starts a block after some time.
func (w *world) later(wait time.Duration) {
	w.t.Helper()
	w.begin(w.Ctx.BlockTime().Add(wait))
}

// end ends a block.
func (w *world) end() {
	w.t.Helper()
	require.NoError(w.t, w.Clearing.EndBlock(w.Ctx))
}

// close starts the block at the open cycle's cut-off and returns the cycle as it closed.
func (w *world) close() types.Cycle {
	w.t.Helper()
	open, err := w.Clearing.OpenCycle(w.Ctx)
	require.NoError(w.t, err)
	w.begin(open.ScheduledFor)
	closed, err := w.Clearing.GetCycle(w.Ctx, open.Number)
	require.NoError(w.t, err)
	require.False(w.t, closed.IsOpen())
	return closed
}

// obligations returns all obligations there are.
func (w *world) obligations() []types.Obligation {
	w.t.Helper()
	var all []types.Obligation
	require.NoError(w.t, w.Clearing.IterateObligations(w.Ctx, func(obligation types.Obligation) (bool, error) {
		all = append(all, obligation)
		return false, nil
	}))
	return all
}

// do runs a message that must succeed.
func (w *world) do(message func(ctx context.Context) error) {
	w.t.Helper()
	require.NoError(w.t, w.Do(message))
}

// authority sends a decision of the members.
func (w *world) setCap(bank string, amount int64) {
	w.t.Helper()
	w.do(func(ctx context.Context) error {
		bound := math.NewInt(amount)
		_, err := w.ClearingMsgs.SetNetDebitCap(ctx, &types.MsgSetNetDebitCap{Authority: w.Authority, Bank: bank, Cap: &bound})
		return err
	})
}

func (w *world) setParams(change func(*types.Params)) error {
	response, err := w.queries.Params(w.Ctx, &types.QueryParamsRequest{})
	require.NoError(w.t, err)
	change(&response.Params)
	return w.Do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.UpdateParams(ctx, &types.MsgUpdateParams{Authority: w.Authority, Params: response.Params})
		return err
	})
}

func (w *world) setKey(shares ...types.LossShare) {
	w.t.Helper()
	w.do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.SetLossSharingKey(ctx, &types.MsgSetLossSharingKey{Authority: w.Authority, Shares: shares})
		return err
	})
}

// queue has a bank's customer queue a payment to another bank's, for an hour, and returns its id.
func (w *world) queue(from, to string, amount int64) uint64 {
	w.t.Helper()
	w.orders++
	id, err := w.tryQueue(&types.MsgQueuePayment{
		Payer: w.holder[from], Payee: w.holder[to], Amount: moneytest.Yen(amount),
		Reference: fmt.Sprintf("payment-%d", w.orders), ExpiresAt: w.Ctx.BlockTime().Add(time.Hour),
	})
	require.NoError(w.t, err)
	return id
}

func (w *world) tryQueue(msg *types.MsgQueuePayment) (uint64, error) {
	var id uint64
	return id, w.Do(func(ctx context.Context) error {
		response, err := w.ClearingMsgs.QueuePayment(ctx, msg)
		if err == nil {
			id = response.Id
		}
		return err
	})
}

// waiting returns the ids of the payments that wait for a bank, the next first.
func (w *world) waiting(bank string) []uint64 {
	w.t.Helper()
	response, err := w.queries.Queue(w.Ctx, &types.QueryQueueRequest{Bank: bank})
	require.NoError(w.t, err)
	ids := []uint64{}
	for _, payment := range response.Payments {
		ids = append(ids, payment.Id)
	}
	return ids
}

func (w *world) account(bank string) sdk.AccAddress {
	address, err := registrytypes.ParseAddress(w.holder[bank])
	require.NoError(w.t, err)
	return address
}

func amount(yen int64) math.Int { return math.NewInt(yen) }

// manyBanks returns the ids of so many banks, ascending.
func manyBanks(count int) []string {
	banks := make([]string, count)
	for i := range banks {
		banks[i] = fmt.Sprintf("bank-%03d", i)
	}
	return banks
}
