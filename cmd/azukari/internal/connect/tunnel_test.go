package connect

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/reflection"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"github.com/azukari-network/azukari/cmd/internal/mtls"
)

// A stream ends for the client as soon as its connection to the listener is cut.
func TestStreamsEndWithTheirConnection(t *testing.T) {
	key := &p2p.NodeKey{PrivKey: ed25519.GenPrivKey()}
	certificate, err := mtls.NodeCertificate(key)
	require.NoError(t, err)
	calls := grpc.NewServer()
	reflection.Register(calls)
	upstream := httptest.NewUnstartedServer(calls)
	upstream.EnableHTTP2 = true
	upstream.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13}
	upstream.StartTLS()
	defer upstream.Close()

	config := mtls.ClientConfig(certificate)
	mtls.PinNode(config, key.ID())
	open, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- newTunnel(strings.TrimPrefix(upstream.URL, "https://"), config, "f").serve(ctx, open) }()

	conn, err := grpc.NewClient(open.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	limit, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	stream := openStream(t, limit, conn)
	upstream.CloseClientConnections()
	_, err = stream.Recv()
	require.Error(t, err)
	require.NoError(t, limit.Err(), "it does not wait for the client to give up: %s", err)
	require.NotEqual(t, codes.DeadlineExceeded, status.Code(err))

	stream = openStream(t, limit, conn)
	stop()
	require.NoError(t, <-done)
	_, err = stream.Recv()
	require.Error(t, err, "streams end with the tunnel")
	require.NoError(t, limit.Err())
}

// openStream opens a stream in which both sides may go on, and has one answer.
func openStream(t *testing.T, ctx context.Context, conn *grpc.ClientConn) reflectionpb.ServerReflection_ServerReflectionInfoClient {
	t.Helper()
	stream, err := reflectionpb.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, stream.Send(&reflectionpb.ServerReflectionRequest{MessageRequest: &reflectionpb.ServerReflectionRequest_ListServices{}}))
		_, err = stream.Recv()
		require.NoError(t, err)
	}
	return stream
}
