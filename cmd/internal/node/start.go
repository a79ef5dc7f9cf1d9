package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	cmtnode "github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/rpc/client/local"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/cosmos-sdk/server/api"
	serverlog "github.com/cosmos/cosmos-sdk/server/log"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/cosmos/cosmos-sdk/telemetry"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/nodeconfig"
)

const (
	flagListener   = "listener"
	flagValidator  = "validator"
	flagGRPCOnly   = "grpc-only"   // the SDK's
	flagTraceStore = "trace-store" // the SDK's
)

// startOptions make the SDK's start command run a node in our way. The SDK's own handler keeps consensus to itself; this one
// keeps it at hand, because the watcher drops peers and the filter asks whether the node has caught up.
func startOptions() server.StartCmdOptions {
	return server.StartCmdOptions{
		AddFlags: func(cmd *cobra.Command) {
			cmd.Flags().Bool(flagListener, false, "Follow the zone without ever signing, and insist on the profile of a listener")
			cmd.Flags().Bool(flagValidator, false, "Insist on the profile of a validator: nothing is open to other machines but p2p")
			cmd.MarkFlagsMutuallyExclusive(flagListener, flagValidator)
		},
		StartCommandHandler: run,
	}
}

// runner is one run of a node.
type runner struct {
	*server.Context
	client   client.Context
	config   nodeconfig.App
	listener bool
	app      *base.App
	signer   cmttypes.PrivValidator
	executor executor
	copier   *copier
}

// run runs a node until a signal ends it.
func run(
	serverContext *server.Context, clientContext client.Context, create servertypes.AppCreator, withComet bool, options server.StartCmdOptions,
) (err error) {
	if !withComet {
		return errors.New("expected consensus in the node's own process, got --with-comet=false: a node that only runs the application cannot drop peers")
	}
	config, err := nodeconfig.ReadApp(func(into any) error { return serverContext.Viper.Unmarshal(into) })
	if err != nil {
		return err
	}
	r := &runner{
		Context: serverContext, client: clientContext, config: config, listener: serverContext.Viper.GetBool(flagListener),
	}
	if err := r.checkConfig(); err != nil {
		return err
	}
	letGo, err := setMemory(r.config.Performance, r.Logger)
	if err != nil {
		return err
	}
	defer letGo()
	trace, err := r.openTrace()
	if err != nil {
		return err
	}
	if trace != nil {
		defer func() { err = errors.Join(err, trace.Close()) }()
	}
	db, err := options.DBOpener(r.Config.RootDir, server.GetAppDBBackend(r.Viper))
	if err != nil {
		return err
	}
	created := create(r.Logger, db, trace, r.Viper)
	defer func() { err = errors.Join(err, created.Close()) }()
	app, ok := created.(*base.App)
	if !ok {
		return fmt.Errorf("expected an application of ours, got %T", created)
	}
	r.app, r.executor = app, newExecutor()
	r.copier = newCopier(r.Config.RootDir, db, r.executor)
	if !r.Viper.GetBool(flagGRPCOnly) {
		if r.signer, err = r.newSigner(); err != nil {
			return err
		}
	}
	return r.serve()
}

// checkConfig refuses a configuration that lets strangers in or does not fit the profile.
func (r *runner) checkConfig() error {
	files := nodeconfig.Files{Comet: r.Config, App: &r.config}
	switch {
	case r.listener:
		return nodeconfig.ListenerProfile().Check(files)
	case r.Viper.GetBool(flagValidator):
		return nodeconfig.ValidatorProfile().Check(files)
	case r.config.Queries.On():
		return fmt.Errorf("queries.address in app.toml: expected %s, got %q: start with --%s, whose profile keeps the other ports closed",
			nodeconfig.QueriesOff, r.config.Queries.Address, flagListener)
	case !r.Config.FilterPeers:
		return errors.New("filter_peers in config.toml: expected true, got false: only admitted nodes may connect")
	default:
		return nil
	}
}

// openTrace opens the file that every access to the stores is written to; most nodes have none.
func (r *runner) openTrace() (io.WriteCloser, error) {
	name := r.Viper.GetString(flagTraceStore)
	if name == "" {
		return nil, nil
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600) // #nosec G304 -- the operator names the file
}

// serve runs consensus and the servers.
func (r *runner) serve() error {
	metrics, err := telemetry.New(r.config.Telemetry)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	// Not one of the group, which would wait for a signal even after another of it has failed.
	server.ListenForQuitSignals(group, false, cancel, r.Logger)

	if r.Viper.GetBool(flagGRPCOnly) {
		r.config.GRPC.Enable = true
	} else {
		consensus, err := r.startConsensus(ctx)
		if err != nil {
			return err
		}
		defer func() {
			// An error says that it has ended already.
			_ = consensus.Stop()
			consensus.Wait()
		}()
		group.Go(func() error {
			watchPeers(ctx, consensus.Switch(), consensus.ProxyApp().Query(), r.Logger.With("module", "admission"))
			return nil
		})
		if address := r.config.Operations.Address; address != "" {
			operations, err := newOperations(consensus, r.app, r.config.Operations.ReadyBlockAge, r.Logger.With("module", "operations"))
			if err != nil {
				return err
			}
			group.Go(func() error { return operations.serve(ctx, address) })
		}
		group.Go(func() error { return r.executor.wait(ctx) })
		group.Go(func() error {
			r.copier.serve(ctx, r.Logger.With("module", "backup"))
			return nil
		})
	}

	grpcServer, clientContext, err := server.StartGrpcServer(ctx, group, r.config.GRPC, r.client, r.Context, r.app)
	if err != nil {
		return err
	}
	if r.config.API.Enable {
		rest := api.New(clientContext.WithHomeDir(r.Config.RootDir), r.Logger.With("module", "api-server"), grpcServer)
		r.app.RegisterAPIRoutes(rest, r.config.API)
		if r.config.Telemetry.Enabled {
			rest.SetTelemetry(metrics)
		}
		group.Go(func() error { return rest.Start(ctx, r.config.Config) })
	}
	if err := r.openGate(ctx, group); err != nil {
		return err
	}
	return group.Wait()
}

// startConsensus starts CometBFT in this process.
func (r *runner) startConsensus(ctx context.Context) (*cmtnode.Node, error) {
	nodeKey, err := p2p.LoadOrGenNodeKey(r.Config.NodeKeyFile())
	if err != nil {
		return nil, err
	}
	genesis, err := readGenesis(r.Config)
	if err != nil {
		return nil, err
	}
	config := *r.Config
	if r.config.Operations.Address != "" {
		// CometBFT measures too, and its metrics are served with ours, at one address.
		measured := *config.Instrumentation
		measured.Prometheus, measured.PrometheusListenAddr = true, ""
		config.Instrumentation = &measured
	}
	var remote *remoteSigner
	if r.signer == nil {
		remote, err = listenForSigner(ctx, config.PrivValidatorListenAddr, r.config.Signer.ID, genesis.ChainID, nodeKey, r.Logger.With("module", "signer"))
		if err != nil {
			return nil, err
		}
		r.signer = remote
		config.PrivValidatorListenAddr = "" // CometBFT would open it once more
	}
	consensus, err := cmtnode.NewNodeWithContext(
		ctx, &config, r.signer, nodeKey,
		newConnections(r.executor.guard(server.NewCometABCIWrapper(lockedApp{r.app, r.config.Signer})), r.config.Performance.ConcurrentChecks),
		func() (*cmttypes.GenesisDoc, error) { return genesis, nil },
		r.copier.openDB, cmtnode.DefaultMetricsProvider(config.Instrumentation),
		serverlog.CometLoggerWrapper{Logger: r.Logger},
	)
	if err != nil {
		return nil, err
	}
	if remote != nil {
		if err := joinConsensus(remote, consensus); err != nil {
			return nil, err
		}
	}
	r.app.SetPeerPolicy(base.PeerPolicy{
		Bootstrap: r.config.Admission.BootstrapIDs,
		CaughtUp:  func() bool { return !consensus.ConsensusReactor().WaitSync() },
		Now:       time.Now,
	})
	// Before the first query can come in over RPC: routes are in a map without a lock.
	r.client = r.client.WithClient(local.New(consensus))
	r.app.RegisterTxService(r.client)
	r.app.RegisterTendermintService(r.client)
	r.app.RegisterNodeService(r.client, r.config.Config)
	return consensus, consensus.Start()
}

// newSigner returns what signs for the node: nothing for a listener, and nothing in this process if the key is remote.
func (r *runner) newSigner() (cmttypes.PrivValidator, error) {
	switch {
	case r.listener:
		if err := r.refuseVotingKey(); err != nil {
			return nil, err
		}
		return newSilentSigner(), nil
	case r.Config.PrivValidatorListenAddr != "":
		return nil, nil // it connects once the node knows its own key, and no key file is made
	default:
		return privval.LoadOrGenFilePV(r.Config.PrivValidatorKeyFile(), r.Config.PrivValidatorStateFile()), nil
	}
}

func readGenesis(config *cmtcfg.Config) (*cmttypes.GenesisDoc, error) {
	genesis, err := genutiltypes.AppGenesisFromFile(config.GenesisFile())
	if err != nil {
		return nil, err
	}
	return genesis.ToGenesisDoc()
}
