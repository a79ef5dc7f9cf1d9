package nodeclient

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
)

func newChain() *chain { return &chain{height: 10, included: map[string]uint32{}} }

func newTestClient(t *testing.T, nodes ...Node) *Client {
	t.Helper()
	client, err := New(Config{ChainID: chainID, Nodes: nodes, Encoding: testEncoding()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// include puts each transaction that reaches the node into a block, with a code.
func (n *testNode) include(code uint32) {
	n.broadcast = func(raw []byte) (uint32, string, bool) {
		n.chain.included[fmt.Sprintf("%X", sha256.Sum256(raw))] = code
		n.chain.sequence++
		return 0, "", true
	}
}

func send(t *testing.T, client *Client) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	signer := newKey("a")
	_, err := client.Send(ctx, signer, payment(signer.Address()))
	return err
}

func TestSend(t *testing.T) {
	shared := newChain()
	one := newTestNode(t, shared, chainID)
	one.include(0)
	client := newTestClient(t, dead(t), one.where)
	require.NoError(t, send(t, client))
	require.NoError(t, send(t, client))
	require.Len(t, shared.received, 2)
	for i, raw := range shared.received {
		tx, err := testEncoding().TxConfig.TxDecoder()(raw)
		require.NoError(t, err)
		signatures, err := tx.(authsigning.Tx).GetSignaturesV2()
		require.NoError(t, err)
		require.Equal(t, uint64(i), signatures[0].Sequence)
		require.Positive(t, tx.(interface{ GetTimeoutHeight() uint64 }).GetTimeoutHeight())
	}
}

func TestRefusals(t *testing.T) {
	shared := newChain()
	one := newTestNode(t, shared, chainID)
	client := newTestClient(t, one.where)

	one.broadcast = func([]byte) (uint32, string, bool) { return sdkerrors.ErrUnauthorized.ABCICode(), "not you", true }
	err := send(t, client)
	require.ErrorIs(t, err, sdkerrors.ErrUnauthorized)
	var refused *TxError
	require.True(t, errors.As(err, &refused))
	require.Zero(t, refused.Height)

	one.include(sdkerrors.ErrInsufficientFunds.ABCICode())
	err = send(t, client)
	require.ErrorIs(t, err, sdkerrors.ErrInsufficientFunds)
	require.EqualError(t, err, "no money (sdk 5)")

	one.broadcast = func([]byte) (uint32, string, bool) { return 0, "rpc: mempool is full", true }
	require.ErrorContains(t, send(t, client), "mempool is full")
}

// A sequence that somebody else has used is asked anew, and again while the node that takes transactions is behind the one that
// tells the sequence; not for ever.
func TestUsedSequence(t *testing.T) {
	shared := newChain()
	one := newTestNode(t, shared, chainID)
	one.include(0)
	client := newTestClient(t, one.where)
	require.NoError(t, send(t, client))
	shared.sequence = 9
	behind := 3
	include := one.broadcast
	one.broadcast = func(raw []byte) (uint32, string, bool) {
		if behind > 0 {
			behind--
			return sdkerrors.ErrWrongSequence.ABCICode(), "account sequence mismatch", true
		}
		return include(raw)
	}
	require.NoError(t, send(t, client))
	require.Len(t, shared.received, 1+3+1)

	one.broadcast = func([]byte) (uint32, string, bool) { return sdkerrors.ErrWrongSequence.ABCICode(), "mismatch", true }
	require.ErrorIs(t, send(t, client), sdkerrors.ErrWrongSequence)
	require.Len(t, shared.received, 1+3+1+8)
}

// A node takes a transaction and its answer gets lost: it is never signed a second time, whatever the next node says.
func TestLostAnswer(t *testing.T) {
	for name, second := range map[string]func([]byte) (uint32, string, bool){
		"next has it":           func([]byte) (uint32, string, bool) { return 0, "rpc: tx already exists in cache", true },
		"next has a later one":  func([]byte) (uint32, string, bool) { return sdkerrors.ErrWrongSequence.ABCICode(), "mismatch", true },
		"next takes it":         func([]byte) (uint32, string, bool) { return 0, "", true },
		"next does not answer ": func([]byte) (uint32, string, bool) { return 0, "", false },
	} {
		t.Run(name, func(t *testing.T) {
			shared := newChain()
			one, two := newTestNode(t, shared, chainID), newTestNode(t, shared, chainID)
			one.include(0)
			include := one.broadcast
			one.broadcast = func(raw []byte) (uint32, string, bool) {
				include(raw)
				return 0, "", false
			}
			two.broadcast = second
			require.NoError(t, send(t, newTestClient(t, one.where, two.where)))
			for _, raw := range shared.received {
				require.Equal(t, shared.received[0], raw, "the same bytes")
			}
		})
	}
}

// A transaction that nobody included by its timeout height never will be: the caller may sign again.
func TestNotIncluded(t *testing.T) {
	shared := newChain()
	one := newTestNode(t, shared, chainID)
	client := newTestClient(t, one.where)
	client.timeoutBlocks = 3
	require.ErrorIs(t, send(t, client), ErrNotIncluded)

	client.timeoutBlocks = 1_000_000
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	signer := newKey("a")
	_, err := client.Send(ctx, signer, payment(signer.Address()))
	require.ErrorIs(t, err, ErrOutcomeUnknown)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestNodes(t *testing.T) {
	shared := newChain()
	other := newTestNode(t, shared, "other-1")
	err := send(t, newTestClient(t, dead(t), other.where))
	require.ErrorIs(t, err, ErrWrongChain)
	require.Empty(t, shared.received)

	err = send(t, newTestClient(t, dead(t), dead(t)))
	require.ErrorIs(t, err, ErrUnreachable)
	require.ErrorContains(t, err, "start it or correct the addresses")

	_, err = New(Config{})
	require.ErrorContains(t, err, "expected at least one node")
	_, err = New(Config{Nodes: []Node{{GRPC: "127.0.0.1:1", RPC: "::"}}, Encoding: testEncoding()})
	require.ErrorContains(t, err, "connect to ::")
}

// A node that has just started has blocks but no state to answer from: a query goes to the next one.
func TestUnavailable(t *testing.T) {
	for text, want := range map[string]bool{
		"invalid height: context did not contain latest block height in either check state or finalize block state (4)": true,
		"account not found": false,
	} {
		require.Equal(t, want, unavailable(status.Error(codes.Unknown, text)), text)
	}
	require.True(t, unavailable(status.Error(codes.Unavailable, "connection refused")))
	require.False(t, unavailable(nil))
}
