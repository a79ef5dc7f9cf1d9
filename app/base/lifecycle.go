package base

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"

	abci "github.com/cometbft/cometbft/abci/types"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	reflectionv1 "cosmossdk.io/api/cosmos/reflection/v1"

	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
)

// Finish registers the modules in their orders, mounts the stores and, if asked, loads the last state. It panics on
// wiring errors, which no configuration can cause. The application's own decorators stand behind the common ones.
func (app *App) Finish(modules []module.AppModule, orders Orders, laws LawChecker, loadLatest bool, decorators ...sdk.AnteDecorator) {
	app.laws = laws
	app.ModuleManager = module.NewManager(modules...)
	app.BasicManager = module.NewBasicManagerFromManager(app.ModuleManager, nil)
	app.BasicManager.RegisterLegacyAminoCodec(app.Encoding.Amino)
	app.BasicManager.RegisterInterfaces(app.Encoding.InterfaceRegistry)
	orders.apply(app.ModuleManager)

	app.Membership.SetRouter(app.MsgServiceRouter())
	app.configurator = module.NewConfigurator(app.Encoding.Codec, app.capabilities.services(app.MsgServiceRouter()), app.queryServices())
	if err := app.ModuleManager.RegisterServices(app.configurator); err != nil {
		panic(fmt.Errorf("register module services: %w", err))
	}
	autocliv1.RegisterQueryServer(app.GRPCQueryRouter(), runtimeservices.NewAutoCLIQueryService(app.ModuleManager.Modules))
	reflection, err := runtimeservices.NewReflectionService()
	if err != nil {
		panic(fmt.Errorf("build reflection service: %w", err))
	}
	reflectionv1.RegisterReflectionServiceServer(app.GRPCQueryRouter(), reflection)

	app.MountKVStores(app.keys)
	app.MountMemoryStores(app.memKeys)
	app.SetInitChainer(app.initChainer)
	preBlock := answering(app.ModuleManager.PreBlock)
	app.SetPreBlocker(func(ctx sdk.Context, _ *abci.RequestFinalizeBlock) (*sdk.ResponsePreBlock, error) {
		return preBlock(ctx)
	})
	app.SetBeginBlocker(answering(app.ModuleManager.BeginBlock))
	app.SetEndBlocker(answering(app.ModuleManager.EndBlock))
	app.SetAnteHandler(app.anteHandler(decorators...))
	app.SetIDPeerFilter(app.filterPeer)

	if !loadLatest {
		return
	}
	if err := app.LoadLatestVersion(); err != nil {
		panic(fmt.Errorf("load the last committed state: %w", err))
	}
}

// answering turns the panic of a step of a block into its error, which ends the node with its reason. Under optimistic execution the
// block runs in a goroutine of the SDK's, where a panic would end the process before its peers have what they lack.
func answering[R any](step func(sdk.Context) (R, error)) func(sdk.Context) (R, error) {
	return func(ctx sdk.Context) (result R, err error) {
		defer func() {
			if cause := recover(); cause != nil {
				ctx.Logger().Error("a block cannot be executed", "panic", cause, "stack", string(debug.Stack()))
				err = fmt.Errorf("%v", cause)
			}
		}()
		return step(ctx)
	}
}

// initChainer builds the first state. A genesis that is malformed, contradicts itself or breaks a law of money is
// refused with one line that says so; nothing is committed then.
func (app *App) initChainer(ctx sdk.Context, request *abci.RequestInitChain) (response *abci.ResponseInitChain, err error) {
	// Modules of the SDK and of ibc-go report bad genesis by panic; people should read a line, not a stack trace.
	defer func() {
		if cause := recover(); cause != nil {
			response, err = nil, refused(fmt.Errorf("%v", cause))
		}
	}()
	var genesis map[string]json.RawMessage
	if err := json.Unmarshal(request.AppStateBytes, &genesis); err != nil {
		return nil, refused(fmt.Errorf("expected app_state as a JSON object of modules: %w", err))
	}
	if err := app.ValidateGenesis(genesis); err != nil {
		return nil, refused(err)
	}
	if err := app.Upgrade.SetModuleVersionMap(ctx, app.ModuleManager.GetVersionMap()); err != nil {
		return nil, err
	}
	response, err = app.ModuleManager.InitGenesis(ctx, app.Encoding.Codec, genesis)
	if err != nil {
		return nil, refused(err)
	}
	app.makeModuleAccounts(ctx)
	laws, err := app.laws.Check(ctx)
	if err != nil {
		return nil, refused(err)
	}
	if err := laws.Err(); err != nil {
		return nil, refused(err)
	}
	return response, nil
}

// makeModuleAccounts makes the accounts of modules before anything can reach their addresses: x/bank would make an ordinary
// account for the first coins sent to one, and x/auth panics when it then asks for the module's.
func (app *App) makeModuleAccounts(ctx sdk.Context) {
	for _, name := range app.moduleAccounts {
		app.Account.GetModuleAccount(ctx, name)
	}
}

// refused says in one line why the node does not start. The text is taken from Error: with %w, registered errors would
// add the source line at which they were wrapped.
func refused(err error) error {
	return errors.New("genesis refused: " + err.Error() + ": correct app_state in genesis.json")
}

// ValidateGenesis checks each module's genesis by itself, and that no module of the genesis is unknown.
func (app *App) ValidateGenesis(genesis map[string]json.RawMessage) error {
	var unknown []error
	for _, name := range sortedKeys(genesis) {
		if _, known := app.BasicManager[name]; !known {
			unknown = append(unknown, fmt.Errorf("expected only modules of %s, got %q", app.Name(), name))
		}
	}
	if err := errors.Join(unknown...); err != nil {
		return err
	}
	return app.BasicManager.ValidateGenesis(app.Encoding.Codec, app.Encoding.TxConfig, genesis)
}

// DefaultGenesis returns the genesis of every module without content: no members, no validators, no accounts.
func (app *App) DefaultGenesis() map[string]json.RawMessage {
	return app.BasicManager.DefaultGenesis(app.Encoding.Codec)
}
