package base

import (
	"context"
	"strings"
	"sync"

	"github.com/cosmos/gogoproto/grpc"
	ibcante "github.com/cosmos/ibc-go/v8/modules/core/ante"
	ibckeeper "github.com/cosmos/ibc-go/v8/modules/core/keeper"
	googlegrpc "google.golang.org/grpc"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	channelService = "ibc.core.channel.v1.Msg"
	// openings begins the names of the messages that make a capability.
	openings = "ChannelOpen"
)

// capabilityLock guards the Go map of ibc-go's capabilities, which has no lock of its own. A block that opens a channel writes it. Checks
// of a relayer's packets read it, and may run while the block is executed; see nodeconfig.Performance.
type capabilityLock struct{ sync.RWMutex }

// services registers services of messages so that those of channels hold the lock while they are carried out.
func (l *capabilityLock) services(router grpc.Server) grpc.Server { return lockedMessages{router, l} }

type lockedMessages struct {
	grpc.Server

	lock *capabilityLock
}

// RegisterService implements grpc.Server.
func (m lockedMessages) RegisterService(service *googlegrpc.ServiceDesc, handler any) {
	if service.ServiceName != channelService {
		m.Server.RegisterService(service, handler)
		return
	}
	locked := *service
	locked.Methods = make([]googlegrpc.MethodDesc, len(service.Methods))
	for i, method := range service.Methods {
		locked.Methods[i] = googlegrpc.MethodDesc{MethodName: method.MethodName, Handler: m.locked(method)}
	}
	m.Server.RegisterService(&locked, handler)
}

func (m lockedMessages) locked(method googlegrpc.MethodDesc) methodHandler {
	lock := m.lock.RLocker()
	if strings.HasPrefix(method.MethodName, openings) {
		lock = m.lock
	}
	return func(srv any, ctx context.Context, decode func(any) error, interceptor googlegrpc.UnaryServerInterceptor) (any, error) {
		lock.Lock()
		defer lock.Unlock()
		return method.Handler(srv, ctx, decode, interceptor)
	}
}

// relayDecorator is ibc-go's, which tries a relayer's packets out when they come into the mempool.
type relayDecorator struct {
	inner ibcante.RedundantRelayDecorator
	lock  *capabilityLock
}

func newRelayDecorator(core *ibckeeper.Keeper, lock *capabilityLock) relayDecorator {
	return relayDecorator{ibcante.NewRedundantRelayDecorator(core), lock}
}

// AnteHandle implements sdk.AnteDecorator.
func (d relayDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	ctx, err := d.tryOut(ctx, tx, simulate)
	if err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}

func (d relayDecorator) tryOut(ctx sdk.Context, tx sdk.Tx, simulate bool) (sdk.Context, error) {
	d.lock.RLock()
	defer d.lock.RUnlock()
	return d.inner.AnteHandle(ctx, tx, simulate, func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) { return ctx, nil })
}
