package base

import (
	"context"
	"errors"

	"github.com/cosmos/gogoproto/grpc"
	"github.com/spf13/cast"
	googlegrpc "google.golang.org/grpc"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/nodeconfig"
)

// mustChooseStore returns the store that the node's configuration names, nil for the SDK's own.
func mustChooseStore(options Options) *commitstore.Store {
	store, err := commitstore.Choose(
		cast.ToString(options.AppOptions.Get(nodeconfig.KeyStateStore)), cast.ToString(options.AppOptions.Get(flags.FlagHome)),
		options.DB, options.Logger.With("module", "state"),
		commitstore.Options{LogBytes: cast.ToInt64(options.AppOptions.Get(nodeconfig.KeyStateLog)) << 20},
	)
	if err != nil {
		panic(err)
	}
	return store
}

// withStore puts a store into an application before its other options are applied, which are the store's too.
func withStore(store *commitstore.Store, options []func(*baseapp.BaseApp)) []func(*baseapp.BaseApp) {
	if store == nil {
		return options
	}
	return append([]func(*baseapp.BaseApp){func(app *baseapp.BaseApp) {
		app.SetCMS(store)
		// The SDK does so for its own store alone.
		app.SetPrecommiter(func(ctx sdk.Context) { store.SetCommitTime(ctx.BlockTime()) })
	}}, options...)
}

// Close ends the application: its store, its database and its snapshots.
func (app *App) Close() error {
	if app.store == nil {
		return app.BaseApp.Close()
	}
	return errors.Join(app.store.Close(), app.BaseApp.Close())
}

// queryServices registers the services of queries so that one at a past height sees the time of that height's block. The SDK sees
// to it for its own store alone.
func (app *App) queryServices() grpc.Server {
	if app.store == nil {
		return app.GRPCQueryRouter()
	}
	return timedQueries{app.GRPCQueryRouter(), app.store}
}

type timedQueries struct {
	router grpc.Server
	store  *commitstore.Store
}

// RegisterService implements grpc.Server.
func (q timedQueries) RegisterService(service *googlegrpc.ServiceDesc, handler any) {
	timed := *service
	timed.Methods = make([]googlegrpc.MethodDesc, len(service.Methods))
	for i, method := range service.Methods {
		timed.Methods[i] = googlegrpc.MethodDesc{MethodName: method.MethodName, Handler: q.timed(method.Handler)}
	}
	q.router.RegisterService(&timed, handler)
}

type methodHandler = func(srv any, ctx context.Context, decode func(any) error, interceptor googlegrpc.UnaryServerInterceptor) (any, error)

// timed sets the time in the innermost place, where the height's context is known.
func (q timedQueries) timed(method methodHandler) methodHandler {
	return func(srv any, ctx context.Context, decode func(any) error, outer googlegrpc.UnaryServerInterceptor) (any, error) {
		return method(srv, ctx, decode, func(ctx context.Context, request any, info *googlegrpc.UnaryServerInfo, handler googlegrpc.UnaryHandler) (any, error) {
			inner := func(ctx context.Context, request any) (any, error) { return handler(q.at(ctx), request) }
			if outer == nil {
				return inner(ctx, request)
			}
			return outer(ctx, request, info, inner)
		})
	}
}

func (q timedQueries) at(ctx context.Context) context.Context {
	var at sdk.Context
	switch known := ctx.(type) {
	case sdk.Context:
		at = known
	default:
		var ok bool
		if at, ok = ctx.Value(sdk.SdkContextKey).(sdk.Context); !ok {
			return ctx
		}
	}
	info, err := q.store.GetCommitInfo(at.BlockHeight())
	if err != nil || at.BlockHeight() == q.store.LatestVersion() {
		return ctx // the newest has its header's time
	}
	at = at.WithBlockTime(info.Timestamp)
	if _, bare := ctx.(sdk.Context); bare {
		return at
	}
	return context.WithValue(ctx, sdk.SdkContextKey, at)
}
