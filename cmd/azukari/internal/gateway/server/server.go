// Package server lets senders bring payment orders over gRPC and REST.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	gogogateway "github.com/cosmos/gogogateway"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/reflection"
	reflectionpb "google.golang.org/grpc/reflection/grpc_reflection_v1"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
)

const (
	headerTimeout = 5 * time.Second
	// stopGrace is how long answers may take when the server ends; who waits for an outcome hears that it is pending.
	stopGrace = 5 * time.Second
	// maxRequestBytes admits 1,000 orders of REST.
	maxRequestBytes = 4 << 20
)

// Listeners are where a gateway serves; nil ones it does not.
type Listeners struct{ GRPC, REST net.Listener }

// Listen opens the listeners at addresses; an empty one is none.
func Listen(ctx context.Context, grpcAddress, restAddress string) (Listeners, error) {
	var opened Listeners
	for _, one := range []struct {
		name, address string
		into          *net.Listener
	}{{"grpc", grpcAddress, &opened.GRPC}, {"rest", restAddress, &opened.REST}} {
		if one.address == "" {
			continue
		}
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", one.address)
		if err != nil {
			return Listeners{}, errors.Join(fmt.Errorf("%s: expected %s free to listen on: %w", one.name, one.address, err), opened.Close())
		}
		*one.into = listener
	}
	return opened, nil
}

// Close closes them.
func (l Listeners) Close() error {
	var errs []error
	for _, one := range []net.Listener{l.GRPC, l.REST} {
		if one != nil {
			errs = append(errs, one.Close())
		}
	}
	return errors.Join(errs...)
}

// Serve answers senders until the context ends; then it takes no more calls and waits a moment for those under way. secured is nil for
// plain text.
func Serve(ctx context.Context, listeners Listeners, secured *tls.Config, gateway gatewaypb.GatewayServer) error {
	group, ctx := errgroup.WithContext(ctx)
	if listeners.GRPC != nil {
		group.Go(func() error { return serveGRPC(ctx, listeners.GRPC, secured, gateway) })
	}
	if listeners.REST != nil {
		handler, err := Handler(ctx, gateway)
		if err != nil {
			return err
		}
		group.Go(func() error { return serveREST(ctx, listeners.REST, secured, handler) })
	}
	return group.Wait()
}

func serveGRPC(ctx context.Context, listener net.Listener, secured *tls.Config, gateway gatewaypb.GatewayServer) error {
	options := []grpc.ServerOption{
		grpc.ForceServerCodec(codec.NewProtoCodec(codectypes.NewInterfaceRegistry()).GRPCCodec()), grpc.MaxRecvMsgSize(maxRequestBytes),
	}
	if secured != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(secured)))
	}
	server := grpc.NewServer(options...)
	gatewaypb.RegisterGatewayServer(server, gateway)
	reflectionpb.RegisterServerReflectionServer(server, reflection.NewServerV1(reflection.ServerOptions{
		Services: server, DescriptorResolver: gogoproto.HybridResolver,
	}))
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	late := time.AfterFunc(stopGrace, server.Stop)
	server.GracefulStop()
	late.Stop()
	return <-ended
}

// Handler is the gateway as REST, by the routes of its proto file.
func Handler(ctx context.Context, gateway gatewaypb.GatewayServer) (http.Handler, error) {
	mux := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &gogogateway.JSONPb{EmitDefaults: true, OrigName: true}),
		// The header authorization is handed on in any case, others are nobody's business.
		runtime.WithIncomingHeaderMatcher(func(string) (string, bool) { return "", false }),
	)
	err := gatewaypb.RegisterGatewayHandlerServer(ctx, mux, gateway)
	return http.MaxBytesHandler(mux, maxRequestBytes), err
}

func serveREST(ctx context.Context, listener net.Listener, secured *tls.Config, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout, TLSConfig: secured}
	if secured != nil {
		listener = tls.NewListener(listener, secured)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	err := server.Shutdown(stopping)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
