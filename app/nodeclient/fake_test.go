package nodeclient

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/base/encoding"
)

const chainID = "financial-1"

// chain is what the nodes of a test agree on.
type chain struct {
	mu       sync.Mutex
	height   int64
	sequence uint64
	// included are transactions by hash, with their codes.
	included map[string]uint32
	// received are the bytes of every transaction that reached a node, in order.
	received [][]byte
}

// testNode speaks CometBFT's RPC and gRPC as a node does, as far as the client asks.
type testNode struct {
	authtypes.UnimplementedQueryServer
	txtypes.UnimplementedServiceServer

	chain *chain
	id    string
	// broadcast decides what happens to a transaction: the code of the answer, or no answer at all.
	broadcast func(raw []byte) (code uint32, log string, answers bool)
	where     Node
}

func newTestNode(t *testing.T, shared *chain, id string) *testNode {
	t.Helper()
	n := &testNode{chain: shared, id: id}
	n.broadcast = func([]byte) (uint32, string, bool) { return 0, "", true }
	web := httptest.NewServer(http.HandlerFunc(n.serveRPC))
	t.Cleanup(web.Close)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer(grpc.ForceServerCodec(codec.NewProtoCodec(testEncoding().InterfaceRegistry).GRPCCodec()))
	authtypes.RegisterQueryServer(server, n)
	txtypes.RegisterServiceServer(server, n)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	n.where = Node{GRPC: listener.Addr().String(), RPC: web.URL}
	return n
}

func testEncoding() encoding.Config {
	config := encoding.Make()
	authtypes.RegisterInterfaces(config.InterfaceRegistry)
	banktypes.RegisterInterfaces(config.InterfaceRegistry)
	return config
}

// dead is a node that does not run.
func dead(t *testing.T) Node {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	return Node{GRPC: address, RPC: "http://" + address}
}

func (n *testNode) serveRPC(w http.ResponseWriter, r *http.Request) {
	var request struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params struct {
			Tx string `json:"tx"`
		} `json:"params"`
	}
	if json.NewDecoder(r.Body).Decode(&request) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	answer := func(result string) {
		_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, request.ID, result)
	}
	n.chain.mu.Lock()
	defer n.chain.mu.Unlock()
	switch request.Method {
	case "status":
		answer(fmt.Sprintf(`{"node_info":{"network":%q},"sync_info":{"latest_block_height":"%d"}}`, n.id, n.chain.height))
		n.chain.height++
	case "broadcast_tx_sync":
		raw, err := base64.StdEncoding.DecodeString(request.Params.Tx)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		n.chain.received = append(n.chain.received, raw)
		code, log, answers := n.broadcast(raw)
		switch {
		case !answers:
			hijack(w)
		case strings.HasPrefix(log, "rpc: "):
			_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"error":{"code":-32603,"message":"Internal error","data":%q}}`, request.ID, log)
		default:
			answer(fmt.Sprintf(`{"code":%d,"codespace":"sdk","log":%q,"hash":"00"}`, code, log))
		}
	}
}

// hijack ends the connection without an answer.
func hijack(w http.ResponseWriter) {
	if connection, _, err := w.(http.Hijacker).Hijack(); err == nil {
		_ = connection.Close()
	}
}

func (n *testNode) AccountInfo(context.Context, *authtypes.QueryAccountInfoRequest) (*authtypes.QueryAccountInfoResponse, error) {
	n.chain.mu.Lock()
	defer n.chain.mu.Unlock()
	return &authtypes.QueryAccountInfoResponse{Info: &authtypes.BaseAccount{AccountNumber: 7, Sequence: n.chain.sequence}}, nil
}

func (n *testNode) GetTx(_ context.Context, request *txtypes.GetTxRequest) (*txtypes.GetTxResponse, error) {
	n.chain.mu.Lock()
	defer n.chain.mu.Unlock()
	code, found := n.chain.included[request.Hash]
	if !found {
		return nil, status.Error(codes.NotFound, "tx not found")
	}
	return &txtypes.GetTxResponse{TxResponse: &sdk.TxResponse{TxHash: request.Hash, Code: code, Codespace: "sdk", Height: 5, RawLog: "failed to execute message; message index: 0: no money\nstack"}}, nil
}

// key signs with a key of the test.
type key struct{ private *secp256k1.PrivKey }

func newKey(name string) key { return key{secp256k1.GenPrivKeyFromSecret([]byte(name))} }

func (k key) Address() sdk.AccAddress                { return sdk.AccAddress(k.private.PubKey().Address()) }
func (k key) PubKey() cryptotypes.PubKey             { return k.private.PubKey() }
func (k key) SignBytes(bytes []byte) ([]byte, error) { return k.private.Sign(bytes) }

func payment(from sdk.AccAddress) sdk.Msg {
	return banktypes.NewMsgSend(from, from, sdk.NewCoins(sdk.NewInt64Coin("jpy", 1)))
}
