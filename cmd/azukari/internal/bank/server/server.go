// Package server is the bank operator's tool as a gRPC service: the same work as the commands do, with idempotency keys,
// health and reflection.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"

	"github.com/cosmos/cosmos-sdk/codec"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/journal"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
)

const (
	// stopGrace is how long calls under way may take when the server ends.
	stopGrace = 30 * time.Second
	// maxRequestBytes admits 100,000 lines of orders.
	maxRequestBytes = 64 << 20
)

// Server serves one bank's work.
type Server struct {
	grpc     *grpc.Server
	health   *health.Server
	listener net.Listener
}

// New returns a server that listens at the profile's address. Without TLS it listens on loopback only. It takes no calls
// before Run.
func New(ctx context.Context, one profile.Profile, config encoding.Config, bank bankpb.BankServer, calls *journal.Journal) (*Server, error) {
	options, err := serverOptions(one, config)
	if err != nil {
		return nil, fmt.Errorf("service: %w", err)
	}
	once := &idempotency{calls: calls, running: map[string]*running{}}
	options = append(options, grpc.ChainUnaryInterceptor(statuses, once.intercept), grpc.MaxRecvMsgSize(maxRequestBytes))
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", one.Service.Listen)
	if err != nil {
		return nil, fmt.Errorf("service.listen: %w", err)
	}
	s := &Server{grpc: grpc.NewServer(options...), health: health.NewServer(), listener: listener}
	bankpb.RegisterBankServer(s.grpc, bank)
	healthpb.RegisterHealthServer(s.grpc, s.health)
	reflectionpb.RegisterServerReflectionServer(s.grpc, reflection.NewServerV1(reflection.ServerOptions{
		Services: s.grpc, DescriptorResolver: gogoproto.HybridResolver,
	}))
	return s, nil
}

// Address is host:port of the server.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Run serves until the context ends; then it takes no more calls and waits for those under way.
func (s *Server) Run(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() { ended <- s.grpc.Serve(s.listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.health.Shutdown()
	stopped := make(chan struct{})
	go func() {
		s.grpc.GracefulStop()
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-time.After(stopGrace):
		s.grpc.Stop()
	}
	return <-ended
}

// serverOptions says how clients speak to the server.
func serverOptions(one profile.Profile, config encoding.Config) ([]grpc.ServerOption, error) {
	options := []grpc.ServerOption{grpc.ForceServerCodec(codec.NewProtoCodec(config.InterfaceRegistry).GRPCCodec())}
	if one.Service.TLS == nil {
		host, _, err := net.SplitHostPort(one.Service.Listen)
		if err != nil {
			return nil, err
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, fmt.Errorf("expected a loopback address without tls, got %s: add service.tls to the profile", one.Service.Listen)
		}
		return options, nil
	}
	secured, err := serverTLS(one.Service.TLS)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return append(options, grpc.Creds(credentials.NewTLS(secured))), nil
}

// serverTLS demands a certificate of the clients: without one anybody could send orders.
func serverTLS(files *profile.TLS) (*tls.Config, error) {
	if files.CA == "" || files.Certificate == "" {
		return nil, errors.New("expected certificate, key, and the authority of the clients as ca, got less: add them to the profile")
	}
	pair, err := tls.LoadX509KeyPair(files.Certificate, files.Key)
	if err != nil {
		return nil, err
	}
	authority, err := files.Authority()
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair},
		ClientCAs: authority, ClientAuth: tls.RequireAndVerifyClientCert,
	}, nil
}

// Announce writes where the server listens.
func (s *Server) Announce(out io.Writer, bank string) {
	fmt.Fprintf(out, "serving %s at %s; end it with Ctrl-C\n", bank, s.Address())
}
