package chain

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// ledgerNode is a node that knows one account and takes its transactions in sequence.
type ledgerNode struct {
	*fakeNode
	mu       sync.Mutex
	sequence uint64 // in the mempool's eyes
	stated   uint64 // committed
	got      [][]byte
	refuse   *RPCError
	operator *membershiptypes.Operator
}

func newLedgerNode(t *testing.T) *ledgerNode {
	t.Helper()
	n := &ledgerNode{fakeNode: newFakeNode(t), sequence: 5, stated: 5}
	n.on("abci_query", n.query)
	n.on("broadcast_tx_sync", n.broadcast)
	return n
}

func (n *ledgerNode) query(params map[string]any) (any, *RPCError) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var value []byte
	var err error
	switch params["path"] {
	case accountQuery:
		value, err = (&authtypes.QueryAccountInfoResponse{Info: &authtypes.BaseAccount{AccountNumber: 11, Sequence: n.stated}}).Marshal()
	case membershipQuery + "Operator":
		if n.operator == nil {
			return map[string]any{"response": map[string]any{"code": 22, "codespace": "sdk", "log": "no such operator", "height": "7"}}, nil
		}
		value, err = (&membershiptypes.QueryOperatorResponse{Operator: *n.operator}).Marshal()
	}
	if err != nil {
		return nil, &RPCError{Message: err.Error()}
	}
	return map[string]any{"response": map[string]any{"code": 0, "height": "7", "value": value}}, nil
}

func (n *ledgerNode) broadcast(params map[string]any) (any, *RPCError) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.refuse != nil {
		return nil, n.refuse
	}
	raw, err := base64.StdEncoding.DecodeString(params["tx"].(string))
	if err != nil {
		return nil, &RPCError{Message: err.Error()}
	}
	var tx txtypes.TxRaw
	var auth txtypes.AuthInfo
	if tx.Unmarshal(raw) != nil || auth.Unmarshal(tx.AuthInfoBytes) != nil {
		return nil, &RPCError{Message: "no transaction"}
	}
	if got := auth.SignerInfos[0].Sequence; got != n.sequence {
		return map[string]any{"code": 32, "codespace": "sdk", "log": fmt.Sprintf("account sequence mismatch, expected %d, got %d: incorrect account sequence", n.sequence, got)}, nil
	}
	n.sequence++
	n.got = append(n.got, raw)
	return map[string]any{"code": 0}, nil
}

func oneMessage(t *testing.T, signer string) []*codectypes.Any {
	t.Helper()
	packed, err := codectypes.NewAnyWithValue(&channeltypes.MsgTimeout{Signer: signer})
	require.NoError(t, err)
	return []*codectypes.Any{packed}
}

func unnoted(TxRef) error { return nil }

func TestSendSignsInSequence(t *testing.T) {
	node := newLedgerNode(t)
	c := testClient(t, node.URL)
	for want := uint64(5); want < 8; want++ {
		ref, err := c.Send(t.Context(), oneMessage(t, c.Address()), 1_000, unnoted)
		require.NoError(t, err)
		require.Equal(t, want, ref.Sequence)
	}
	require.Equal(t, 1, node.count("abci_query"), "the account is asked for once")

	var tx txtypes.TxRaw
	require.NoError(t, tx.Unmarshal(node.got[2]))
	var auth txtypes.AuthInfo
	require.NoError(t, auth.Unmarshal(tx.AuthInfoBytes))
	require.Empty(t, auth.Fee.Amount, "no fee")
	require.EqualValues(t, 1_000, auth.Fee.GasLimit)
	doc, err := (&txtypes.SignDoc{BodyBytes: tx.BodyBytes, AuthInfoBytes: tx.AuthInfoBytes, ChainId: testChainID, AccountNumber: 11}).Marshal()
	require.NoError(t, err)
	require.True(t, c.key.private.PubKey().VerifySignature(doc, tx.Signatures[0]))
}

func TestSendCorrectsItsSequence(t *testing.T) {
	node := newLedgerNode(t)
	node.sequence = 9 // four of ours are in the mempool already
	c := testClient(t, node.URL)
	var noted []uint64
	ref, err := c.Send(t.Context(), oneMessage(t, c.Address()), 1, func(ref TxRef) error { noted = append(noted, ref.Sequence); return nil })
	require.NoError(t, err)
	require.EqualValues(t, 9, ref.Sequence)
	require.Equal(t, []uint64{5, 9}, noted, "a note before each broadcast")

	node.sequence, node.stated = 6, 6 // the node has lost its mempool
	c.ForgetSequence()
	ref, err = c.Send(t.Context(), oneMessage(t, c.Address()), 1, unnoted)
	require.NoError(t, err)
	require.EqualValues(t, 6, ref.Sequence)
}

func TestSendRefused(t *testing.T) {
	for _, tc := range []struct {
		name, data string
		want       error
	}{
		{"too large", "Tx too large. Max size is 1048576, but got 2000000", ErrTooLarge},
		{"body too large", "error reading request body: http: request body too large", ErrTooLarge},
		{"mempool full", "mempool is full: number of txs 5000 (max: 5000)", ErrMempoolFull},
		{"unknown", "timed out waiting", ErrUncertain},
		{"known already", "tx already exists in cache", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			node := newLedgerNode(t)
			node.refuse = &RPCError{Code: -32603, Message: "Internal error", Data: tc.data}
			c := testClient(t, node.URL)
			_, err := c.Send(t.Context(), oneMessage(t, c.Address()), 1, unnoted)
			require.ErrorIs(t, err, tc.want)
		})
	}
	c := testClient(t, nobody)
	_, err := c.Send(t.Context(), oneMessage(t, c.Address()), 1, unnoted)
	require.ErrorIs(t, err, ErrUnreachable)
	require.NotErrorIs(t, err, ErrUncertain, "nothing was sent")
}

func TestAdmission(t *testing.T) {
	node := newLedgerNode(t)
	c := testClient(t, node.URL)
	require.ErrorContains(t, c.CheckAdmission(t.Context()), "to be an operator, got a stranger; admit it as an operator in role relayer on fz-1")
	node.operator = &membershiptypes.Operator{Address: c.Address(), Roles: []membershiptypes.Role{membershiptypes.RoleAuditor}}
	require.ErrorContains(t, c.CheckAdmission(t.Context()), "in role relayer, got roles [ROLE_AUDITOR]")
	node.operator.Roles = append(node.operator.Roles, membershiptypes.RoleRelayer)
	require.NoError(t, c.CheckAdmission(t.Context()))
}

func TestQueryData(t *testing.T) {
	params := abciParams("/a.B/C", []byte{0xAB}, 12, true)
	require.Equal(t, map[string]any{"path": "/a.B/C", "data": hex.EncodeToString([]byte{0xAB}), "height": "12", "prove": true}, params)
}
