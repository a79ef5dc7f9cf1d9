package server

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/journal"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/ops"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
)

// counting is a bank whose answers say how often it did something.
type counting struct {
	bankpb.UnimplementedBankServer

	done atomic.Int64
	fail error
}

func (c *counting) ReturnRecall(_ context.Context, request *bankpb.ReturnRecallRequest) (*bankpb.RecallResponse, error) {
	if c.fail != nil {
		return nil, c.fail
	}
	time.Sleep(10 * time.Millisecond)
	return &bankpb.RecallResponse{
		Recall: &bankpb.BankRecall{Reference: request.Reference}, TxHash: fmt.Sprint(c.done.Add(1)),
	}, nil
}

func (c *counting) ListRecalls(context.Context, *bankpb.ListRecallsRequest) (*bankpb.ListRecallsResponse, error) {
	c.done.Add(1)
	return &bankpb.ListRecallsResponse{}, nil
}

// serve runs a server on a journal until the test or stop ends it. The connection is that of any Go program: it knows
// nothing of the SDK's codec.
func serve(t *testing.T, bank bankpb.BankServer, path string) (conn *grpc.ClientConn, stop func()) {
	t.Helper()
	calls, err := journal.Open(path)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	s, err := New(ctx, profile.Profile{Service: profile.Service{Listen: "127.0.0.1:0"}}, encoding.Make(), bank, calls)
	require.NoError(t, err)
	var out strings.Builder
	s.Announce(&out, "bank-a")
	require.Equal(t, "serving bank-a at "+s.Address()+"; end it with Ctrl-C\n", out.String())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	conn, err = grpc.NewClient(s.Address(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		require.NoError(t, conn.Close())
		cancel()
		require.NoError(t, <-ended)
		require.NoError(t, calls.Close())
	}
	t.Cleanup(stop)
	return conn, stop
}

func TestIdempotency(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	bank := &counting{}
	conn, stop := serve(t, bank, path)
	client := bankpb.NewBankClient(conn)
	call := func(key, reference string) (string, error) {
		answer, err := client.ReturnRecall(t.Context(), &bankpb.ReturnRecallRequest{IdempotencyKey: key, PayerBank: "bank-b", Reference: reference})
		if err != nil {
			return "", err
		}
		require.Equal(t, reference, answer.Recall.Reference)
		return answer.TxHash, nil
	}

	// Many at once with one key are one.
	var group errgroup.Group
	for range 10 {
		group.Go(func() error {
			answer, err := call("k-1", "R-1")
			if err == nil && answer != "1" {
				return fmt.Errorf("expected answer 1, got %s", answer)
			}
			return err
		})
	}
	require.NoError(t, group.Wait())

	_, err := call("k-1", "R-2")
	require.Equal(t, codes.AlreadyExists, status.Code(err), err)
	answer, err := call("k-2", "R-1")
	require.NoError(t, err)
	require.Equal(t, "2", answer, "another key is another call")
	for _, key := range []string{"", "a b", "ä", strings.Repeat("k", 129)} {
		_, err = call(key, "R-1")
		require.Equal(t, codes.InvalidArgument, status.Code(err), err)
	}

	// After a restart too.
	stop()
	conn, _ = serve(t, bank, path)
	client = bankpb.NewBankClient(conn)
	answer, err = call("k-1", "R-1")
	require.NoError(t, err)
	require.Equal(t, "1", answer)
	_, err = call("k-1", "R-2")
	require.Equal(t, codes.AlreadyExists, status.Code(err))
	require.Equal(t, int64(2), bank.done.Load())
}

// What failed was not done, and may be done with the same key.
func TestFailuresAreNotRemembered(t *testing.T) {
	bank := &counting{}
	conn, _ := serve(t, bank, filepath.Join(t.TempDir(), "journal.db"))
	client := bankpb.NewBankClient(conn)
	for _, test := range []struct {
		fail error
		want codes.Code
	}{
		{&ops.InputError{Field: "amount", Err: fmt.Errorf("expected whole yen")}, codes.InvalidArgument},
		{fmt.Errorf("send: %w", nodeclient.ErrUnreachable), codes.Unavailable},
		{fmt.Errorf("send: %w", nodeclient.ErrOutcomeUnknown), codes.Unavailable},
		{&nodeclient.TxError{Codespace: "payment", Code: 6, Log: "wrong status"}, codes.FailedPrecondition},
		{status.Error(codes.NotFound, "no such account"), codes.NotFound},
		{fmt.Errorf("another account"), codes.FailedPrecondition},
	} {
		bank.fail = test.fail
		_, err := client.ReturnRecall(t.Context(), &bankpb.ReturnRecallRequest{IdempotencyKey: "k", Reference: "R"})
		require.Equal(t, test.want, status.Code(err), err)
	}
	bank.fail = nil
	answer, err := client.ReturnRecall(t.Context(), &bankpb.ReturnRecallRequest{IdempotencyKey: "k", Reference: "R"})
	require.NoError(t, err)
	require.Equal(t, "1", answer.TxHash)
}

func TestReadsHealthAndReflection(t *testing.T) {
	bank := &counting{}
	conn, _ := serve(t, bank, filepath.Join(t.TempDir(), "journal.db"))
	client := bankpb.NewBankClient(conn)
	for range 2 {
		_, err := client.ListRecalls(t.Context(), &bankpb.ListRecallsRequest{})
		require.NoError(t, err)
	}
	require.Equal(t, int64(2), bank.done.Load(), "reads are done each time")

	answer, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{})
	require.NoError(t, err)
	require.Equal(t, healthpb.HealthCheckResponse_SERVING, answer.Status)

	stream, err := reflectionpb.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context())
	require.NoError(t, err)
	require.NoError(t, stream.Send(&reflectionpb.ServerReflectionRequest{
		MessageRequest: &reflectionpb.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: "azukari.bank.v1.Bank"},
	}))
	reflected, err := stream.Recv()
	require.NoError(t, err)
	require.NotEmpty(t, reflected.GetFileDescriptorResponse().GetFileDescriptorProto(), reflected)
}

func TestListensOnLoopbackOnlyWithoutTLS(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", "10.0.0.1:9190", ":9190"} {
		_, err := New(t.Context(), profile.Profile{Service: profile.Service{Listen: listen}}, encoding.Make(), &counting{}, nil)
		require.ErrorContains(t, err, "expected a loopback address without tls")
	}
	_, err := New(t.Context(), profile.Profile{Service: profile.Service{Listen: "0.0.0.0:0", TLS: &profile.TLS{Certificate: "c", Key: "k"}}}, encoding.Make(), &counting{}, nil)
	require.ErrorContains(t, err, "service: tls: expected certificate, key, and the authority of the clients")
}
