package report_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/clearing/keeper"
	"github.com/azukari-network/azukari/x/clearing/report"
	"github.com/azukari-network/azukari/x/clearing/types"
)

// node answers queries as a node does, without the network between.
type node struct {
	*moneytest.World
	queries types.QueryServer
	calls   int
	err     error
}

func (n *node) CycleReport(
	_ context.Context, in *types.QueryCycleReportRequest, _ ...grpc.CallOption,
) (*types.QueryCycleReportResponse, error) {
	n.calls++
	if n.err != nil {
		return nil, n.err
	}
	return n.queries.CycleReport(n.Ctx, in)
}

func newNode(t *testing.T, banks ...string) *node {
	t.Helper()
	w := moneytest.New(t, moneytest.Options{Banks: banks})
	return &node{World: w, queries: keeper.NewQueryServer(w.Clearing)}
}

func (n *node) flow(t *testing.T, payer, payee string, yen int64) {
	t.Helper()
	require.NoError(t, n.Clearing.RecordFlow(n.Ctx, payer, payee, math.NewInt(yen)))
}

// settled is a cycle in which alpha owed 100 and had 40 left, and beta and gamma paid each other, beta from its reserve.
func settled(t *testing.T) *node {
	t.Helper()
	n := newNode(t, "alpha", "beta", "gamma")
	for _, bank := range []string{"alpha", "beta", "gamma"} {
		n.Issue(t, bank, n.Open(t, bank, bank), 1_000, "opening")
	}
	_, err := n.ClearingMsgs.RequestReserve(n.Ctx, &types.MsgRequestReserve{
		Operator: moneytest.Operator(moneytest.SettlementAgent, "maker"), Kind: types.ReserveOrderKindIssue, Bank: "alpha",
		Amount: math.NewInt(90), Reference: "r",
	})
	require.NoError(t, err)
	_, err = n.ClearingMsgs.ApproveReserve(n.Ctx, &types.MsgApproveReserve{
		Operator: moneytest.Operator(moneytest.SettlementAgent, "checker"), Organization: moneytest.SettlementAgent, Reference: "r",
	})
	require.NoError(t, err)
	n.flow(t, "alpha", "beta", 50) // from the reserve
	n.flow(t, "alpha", "gamma", 100)
	n.flow(t, "gamma", "beta", 30)
	n.flow(t, "beta", "gamma", 20)
	open, err := n.Clearing.OpenCycle(n.Ctx)
	require.NoError(t, err)
	n.NextBlock(open.ScheduledFor.Sub(n.Ctx.BlockTime()))
	require.NoError(t, n.Clearing.BeginBlock(n.Ctx))
	return n
}

const wantCSV = `record,cycle,business_date,bank,counterparty,by_position,by_reserve,sent,received,net,moved,left,obligation,amount,status,due_at,loss_of
cycle,1,2026-04-01,,,130,,,,100,40,60,,,,,
bank,1,2026-04-01,alpha,,,,100,0,-100,-40,-60,,,,,
bank,1,2026-04-01,beta,,,,0,30,30,12,18,,,,,
bank,1,2026-04-01,gamma,,,,30,100,70,28,42,,,,,
flow,1,2026-04-01,alpha,beta,0,50,,,,,,,,,,
flow,1,2026-04-01,alpha,gamma,100,0,,,,,,,,,,
flow,1,2026-04-01,beta,gamma,0,20,,,,,,,,,,
flow,1,2026-04-01,gamma,beta,30,0,,,,,,,,,,
pair,1,2026-04-01,alpha,beta,,,,,0,,,,,,,
pair,1,2026-04-01,alpha,gamma,,,,,-100,,,,,,,
pair,1,2026-04-01,beta,gamma,,,,,30,,,,,,,
debt,1,2026-04-01,alpha,beta,,,,,,,,1,18,OBLIGATION_STATUS_OPEN,2026-04-01T02:30:00Z,0
debt,1,2026-04-01,alpha,gamma,,,,,,,,1,42,OBLIGATION_STATUS_OPEN,2026-04-01T02:30:00Z,0
`

func TestReport(t *testing.T) {
	n := settled(t)
	got, err := report.Fetch(context.Background(), n, 1, nil)
	require.NoError(t, err)

	var table bytes.Buffer
	require.NoError(t, report.WriteCSV(&table, got))
	require.Equal(t, strings.ReplaceAll(wantCSV, "\n", "\r\n"), table.String())
	rows, err := csv.NewReader(&table).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 14)

	var object bytes.Buffer
	require.NoError(t, report.WriteJSON(&object, got))
	var reread report.Report
	require.NoError(t, json.Unmarshal(object.Bytes(), &reread))
	require.Equal(t, got, reread)
	require.Equal(t, "2026-04-01T00:30:00Z", reread.ClosedAt)
	require.Equal(t, []report.Pair{
		{Bank: "alpha", Counterparty: "beta", Net: "0"},
		{Bank: "alpha", Counterparty: "gamma", Net: "-100"},
		{Bank: "beta", Counterparty: "gamma", Net: "30"},
	}, reread.Pairs)
}

func TestReportOfAnOpenCycle(t *testing.T) {
	n := settled(t)
	got, err := report.Fetch(context.Background(), n, 2, nil)
	require.NoError(t, err)
	require.Empty(t, got.ClosedAt)
	var object bytes.Buffer
	require.NoError(t, report.WriteJSON(&object, got))
	require.Contains(t, object.String(), `"flows": []`)
	require.NotContains(t, object.String(), "closed_at")
}

// A pair in which only the bank of the higher id paid is netted from the lower id too.
func TestPairWithOneDirection(t *testing.T) {
	flow := types.NewCycleFlow(1, "beta", "alpha")
	flow.ByPosition = math.NewInt(7)
	got := report.New(types.NewCycle(1, time.Unix(0, 0), time.Unix(60, 0)), nil, []types.CycleFlow{flow}, nil)
	require.Equal(t, []report.Pair{{Bank: "alpha", Counterparty: "beta", Net: "7"}}, got.Pairs)
}

func TestReportIsReadInPages(t *testing.T) {
	banks := []string{}
	for i := range 26 {
		banks = append(banks, "bank-"+string(rune('a'+i)))
	}
	n := newNode(t, banks...)
	for _, payer := range banks {
		n.Issue(t, payer, n.Open(t, payer, payer), 1_000, "opening")
	}
	for _, payer := range banks {
		for _, payee := range banks {
			if payer != payee {
				n.flow(t, payer, payee, 1)
			}
		}
	}
	var seen []uint64
	got, err := report.Fetch(context.Background(), n, 1, func(done, total uint64) { seen = append(seen, done, total) })
	require.NoError(t, err)
	require.Len(t, got.Flows, 26*25)
	require.Len(t, got.Pairs, 26*25/2)
	require.Equal(t, 2, n.calls)
	require.Equal(t, []uint64{500, 650, 650, 650}, seen)

	n.err = errors.New("node is gone")
	_, err = report.Fetch(context.Background(), n, 1, nil)
	require.ErrorIs(t, err, n.err)
}
