package zones_test

import (
	"fmt"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/zones"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const (
	// mempoolTransactionBytes is the largest transaction that a node with CometBFT's defaults takes.
	mempoolTransactionBytes = 1 << 20
	accountsOfBatch         = 250
)

// A batch of 1,000 lines, issue and redeem orders of many accounts, is one transaction; it and its approval fit one block of
// the real application under the devnet's consensus parameters.
func TestBatchOfThousandLinesInOneBlock(t *testing.T) {
	manifest := zones.Manifest(1, "retail")
	manifest.Accounts.PerBank = accountsOfBatch
	n := zones.New(t, manifest)
	zone := n.Financial
	maker, checker := n.Keys.Operator("bank-a", membershiptypes.RoleMaker), n.Keys.Operator("bank-a", membershiptypes.RoleChecker)

	batch := &deposittypes.MsgSubmitBatch{Operator: maker.String(), Batch: "2026-04-01/salary"}
	for i := range deposittypes.MaxBatchLines {
		line := deposittypes.BatchOrder{
			Kind: deposittypes.OrderKindIssue, Account: n.Keys.Account("bank-a", i%accountsOfBatch).String(),
			Amount: zones.Yen(200), Reference: fmt.Sprintf("2026-04-01/salary/%04d", i),
		}
		if i%4 == 3 {
			line.Kind, line.Amount = deposittypes.OrderKindRedeem, zones.Yen(50)
		}
		batch.Lines = append(batch.Lines, line)
	}
	submission := zone.Sign(maker.PrivKey(), batch)
	require.Less(t, len(submission), mempoolTransactionBytes)
	approval := zone.Sign(checker.PrivKey(), &deposittypes.MsgApproveBatch{Operator: checker.String(), Batch: batch.Batch})
	before := supply(n)
	zone.Block(submission, approval)
	require.Len(t, zone.Results, 2)

	var submitted deposittypes.MsgSubmitBatchResponse
	decode(t, zone.Results[0], &submitted)
	require.Len(t, submitted.Lines, deposittypes.MaxBatchLines)
	require.EqualValues(t, deposittypes.MaxBatchLines, submitted.Accepted)
	var approved deposittypes.MsgApproveBatchResponse
	decode(t, zone.Results[1], &approved)
	require.EqualValues(t, deposittypes.MaxBatchLines, approved.Approved)
	require.EqualValues(t, 750*200-250*50, supply(n)-before)
	n.RequireLaws()

	params := zone.App.GetConsensusParams(zone.Ctx())
	require.LessOrEqual(t, zone.Results[0].GasUsed+zone.Results[1].GasUsed, params.Block.MaxGas)
	t.Logf("1,000 lines: %d bytes; gas %d to submit, %d to approve, of %d of a block",
		len(submission), zone.Results[0].GasUsed, zone.Results[1].GasUsed, params.Block.MaxGas)

	// The bank's file again: nothing changes, and the answer is the same.
	repeated := zone.MustSend(maker.PrivKey(), batch)
	var again deposittypes.MsgSubmitBatchResponse
	decode(t, repeated, &again)
	require.True(t, again.RepeatedSubmission)
	require.Equal(t, submitted.Lines, again.Lines)
	require.EqualValues(t, 750*200-250*50, supply(n)-before)
}

func supply(n *zones.Network) int64 {
	return n.Financial.App.Bank.GetSupply(n.Financial.Ctx(), zones.Yen(0).Denom).Amount.Int64()
}

// decode reads the response of a transaction's one message.
func decode(t *testing.T, result *abci.ExecTxResult, response interface{ Unmarshal([]byte) error }) {
	t.Helper()
	require.True(t, result.IsOK(), result.Log)
	var data sdk.TxMsgData
	require.NoError(t, data.Unmarshal(result.Data))
	require.Len(t, data.MsgResponses, 1)
	require.NoError(t, response.Unmarshal(data.MsgResponses[0].Value))
}
