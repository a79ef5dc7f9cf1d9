package windup

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	financialkeeper "github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// zoneNode is a node of a Business Zone in this process.
type zoneNode struct {
	zone   *zones.Zone
	events []abci.Event
}

func (n zoneNode) Query(ctx context.Context, request abci.RequestQuery) (*abci.ResponseQuery, error) {
	return n.zone.App.Query(ctx, &request)
}

func (n zoneNode) Answers(_ context.Context, channelID string, sequence uint64) ([][]byte, error) {
	return AnswersIn(n.events, channelID, sequence), nil
}

// conn asks a zone in this process.
type conn struct {
	grpc.ClientConnInterface

	zone *zones.Zone
}

func (c conn) Invoke(ctx context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	data, err := gogoproto.Marshal(args.(gogoproto.Message))
	if err != nil {
		return err
	}
	answer, err := c.zone.App.Query(ctx, &abci.RequestQuery{Path: method, Data: data})
	if err != nil {
		return err
	}
	if answer.Code != 0 {
		return &zones.TxError{Stage: "query", Codespace: answer.Codespace, Code: answer.Code, Log: answer.Log}
	}
	return gogoproto.Unmarshal(answer.Value, reply.(gogoproto.Message))
}

// sender sends as one key to a zone in this process.
type sender struct {
	zone *zones.Zone
	key  devnet.Key
	sent int
}

func (s *sender) Address() string { return s.key.String() }

func (s *sender) Send(_ context.Context, msgs ...sdk.Msg) (*sdk.TxResponse, error) {
	s.sent++
	result, err := s.zone.Send(s.key.PrivKey(), msgs[0].(nodeclient.Weighted).Msg)
	if err != nil {
		refused, _ := err.(*zones.TxError) //nolint:errorlint // Send returns it bare
		return nil, &nodeclient.TxError{Codespace: refused.Codespace, Code: refused.Code, Log: refused.Log}
	}
	return &sdk.TxResponse{Data: hex.EncodeToString(result.Data)}, nil
}

func TestToolPaysAllOwnersOfADeadZone(t *testing.T) {
	const retail, bankA, bankB = "retail", "bank-a", "bank-b"
	n := zones.NewLinked(t, zones.Manifest(2, retail))
	zone, link := n.Business[0], n.Links[0]
	aoi, rin, ken := n.Keys.Account(bankA, 0), n.Keys.Account(bankA, 1), n.Keys.Account(bankB, 0)
	narrow := zones.LinkLimits(100_000)
	narrow.Balance = math.NewInt(10)
	n.LinkAccount(bankA, aoi, retail, zones.LinkLimits(100_000))
	n.LinkAccount(bankA, rin, retail, narrow)
	n.LinkAccount(bankB, ken, retail, zones.LinkLimits(100_000))
	slice := math.NewInt(50_000)
	compliance := n.Keys.Operator(bankA, membershiptypes.RoleCompliance)
	n.Financial.MustSend(compliance.PrivKey(), &financialtypes.MsgSetZoneTerms{Operator: compliance.String(), Zone: retail, Slice: &slice})
	require.NoError(t, n.Charge(aoi, retail, 9_000))
	n.Rest()
	// Nothing of this is known on the Financial Zone when the zone dies.
	require.NoError(t, zone.Pay(aoi, ken, 2_000))
	require.NoError(t, n.Discharge(zone, aoi, 300))
	_, err := zone.App.Hold.Place(zone.Ctx(), aoi.Address(), zone.Yen(400), "test/one")
	require.NoError(t, err)
	require.NoError(t, n.Charge(aoi, retail, 50))
	require.NoError(t, n.Charge(rin, retail, 60))
	link.Financial.Deliver(link.Business)
	node := zoneNode{zone: zone}
	for _, result := range zone.Results {
		node.events = append(node.events, result.Events...)
	}
	require.NoError(t, n.Charge(ken, retail, 7))
	height := link.Financial.ShowState(link.Business)

	keeper := n.Financial.Financial.Zonelink
	queries := conn{zone: n.Financial}
	_, err = Gather(t.Context(), queries, node, retail)
	require.ErrorContains(t, err, "wound up", "only once the members have decided")
	_, err = financialkeeper.NewMsgServer(keeper).WindUpZone(n.Financial.Ctx().WithBlockTime(n.Clock.Now.Add(time.Second)), &financialtypes.MsgWindUpZone{
		Authority: n.Financial.App.Authority(), Zone: retail, Revision: height.RevisionNumber, Height: height.RevisionHeight, Reason: "dead",
	})
	require.NoError(t, err)
	n.Financial.Block()

	plan, err := Gather(t.Context(), queries, node, retail)
	require.NoError(t, err)
	require.Len(t, plan.Charges, 3)
	require.Len(t, plan.Flows, 1)
	require.Len(t, plan.Accounts, 3)
	require.Len(t, plan.Holds, 1)
	relayer := &sender{zone: n.Financial, key: n.Keys.Relayer()}
	var steps []int
	report, err := Claim(t.Context(), relayer, retail, plan, func(done, total int) { steps = append(steps, done, total) })
	require.NoError(t, err)
	require.Zero(t, report.Refused, report.Outcomes)
	require.True(t, report.FlowsApplied)
	require.Equal(t, []int{3, 8, 4, 8, 7, 8, 8, 8}, steps)
	require.Equal(t, "9117", report.Paid.String())
	n.Financial.RequireLaws()
	escrow, err := financialtypes.NewQueryClient(queries).WindUp(t.Context(), &financialtypes.QueryWindUpRequest{Zone: retail})
	require.NoError(t, err)
	require.Equal(t, "0", escrow.Unclaimed.String())
	for holder, want := range map[string]int64{"aoi": 998_000, "rin": 1_000_000, "ken": 1_002_000} {
		key := map[string]devnet.Key{"aoi": aoi, "rin": rin, "ken": ken}[holder]
		require.EqualValues(t, want, n.Financial.Balance(key), holder)
	}

	var text bytes.Buffer
	require.NoError(t, options{output: "table"}.print(&text, report))
	require.Contains(t, text.String(), "flows between banks proven: 1; paid: 9117 yen; refused: 0; left in the escrow: 0 yen\n")
	text.Reset()
	require.NoError(t, options{output: "json"}.print(&text, report))
	var decoded Report
	require.NoError(t, json.Unmarshal(text.Bytes(), &decoded))
	require.Equal(t, report, decoded)

	// Run again there is nothing left to claim, and an old plan is refused.
	again, err := Gather(t.Context(), queries, node, retail)
	require.NoError(t, err)
	require.Equal(t, Plan{}, again)
	report, err = Claim(t.Context(), relayer, retail, plan, func(int, int) {})
	require.NoError(t, err)
	require.Equal(t, 7, report.Refused)
	require.True(t, report.Paid.IsZero())
	text.Reset()
	require.NoError(t, options{output: "table", dryRun: true}.print(&text, plan.preview(retail)))
	require.Contains(t, text.String(), "to be claimed")
}

func TestSplitKeepsWithinATransaction(t *testing.T) {
	size := func(bytes int) int { return bytes }
	require.Empty(t, split([]int{}, size))
	require.Equal(t, [][]int{{batchBytes}, {1, batchBytes - 1}, {1}}, split([]int{batchBytes, 1, batchBytes - 1, 1}, size))
	many := split(make([]int, batchClaims+1), size)
	require.Len(t, many, 2)
	require.Len(t, many[0], batchClaims)
}
