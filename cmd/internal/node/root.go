// Package node is the command line that the binaries of both zones share: it starts a node, speaks to one, and looks
// after keys, genesis and snapshots.
package node

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	clientconfig "github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	servercmd "github.com/cosmos/cosmos-sdk/server/cmd"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/nodeconfig"
)

// NewApp builds a zone's application; see financial.New and business.New.
type NewApp func(
	logger log.Logger, db dbm.DB, traceStore io.Writer, loadLatest bool,
	appOptions servertypes.AppOptions, baseAppOptions ...func(*baseapp.BaseApp),
) *base.App

// Spec says which zone's node the command line is for.
type Spec struct {
	// Name is the binary's name.
	Name string
	// Short is one line about the binary.
	Short string
	// New builds the zone's application.
	New NewApp
}

// home returns the default directory of a node: .<name> below the user's home.
func (s Spec) home() string {
	user, err := os.UserHomeDir()
	if err != nil {
		// Without a home the flag --home is needed; the current directory is where people will look.
		user = "."
	}
	return filepath.Join(user, "."+s.Name)
}

// Execute runs the command line and returns the exit code. An error is one line on standard error.
func Execute(spec Spec) (code int) {
	// The SDK's server reports some faults of configuration and genesis by panic; an operator reads a line instead,
	// and the stack with --trace.
	if !slices.Contains(os.Args, "--"+server.FlagTrace) {
		defer func() {
			if cause := recover(); cause != nil {
				fmt.Fprintf(os.Stderr, "Error: %v (--%s shows the stack)\n", cause, server.FlagTrace)
				code = 1
			}
		}()
	}
	root, err := newRoot(spec)
	if err == nil {
		err = servercmd.Execute(root, "", spec.home())
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "Error: %s\n", oneLine(err))
		return 1
	}
	return 0
}

// oneLine returns an error's text without line breaks and, unlike %v, without the source line that the SDK's errors add.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// newRoot builds the whole command tree.
func newRoot(spec Spec) (*cobra.Command, error) {
	// The commands of modules are generated from an application that is never started.
	app := spec.New(
		log.NewNopLogger(), dbm.NewMemDB(), nil, true, simtestutil.NewAppOptionsWithFlagHome(os.TempDir()),
	)
	clientContext := client.Context{}.
		WithCodec(app.Encoding.Codec).
		WithInterfaceRegistry(app.Encoding.InterfaceRegistry).
		WithTxConfig(app.Encoding.TxConfig).
		WithLegacyAmino(app.Encoding.Amino).
		WithInput(os.Stdin).
		WithAccountRetriever(authtypes.AccountRetriever{}).
		WithHomeDir(spec.home()).
		WithViper("")

	root := &cobra.Command{
		Use:           spec.Name,
		Short:         spec.Short,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.OutOrStdout())
			cmd.SetErr(cmd.ErrOrStderr())
			if err := requireHome(spec, cmd); err != nil {
				return err
			}
			ctx, err := client.ReadPersistentCommandFlags(clientContext.WithCmdContext(cmd.Context()), cmd.Flags())
			if err != nil {
				return err
			}
			ctx, err = clientconfig.ReadFromClientConfig(ctx)
			if err != nil {
				return err
			}
			if err := client.SetCmdClientContextHandler(ctx, cmd); err != nil {
				return err
			}
			return server.InterceptConfigsPreRunHandler(cmd, nodeconfig.Template, nodeconfig.DefaultApp(), nodeconfig.DefaultComet())
		},
	}
	addCommands(root, spec, app)

	// AutoCLI resolves keys through this context when a command runs; reading it here needs no home to exist yet.
	if err := moduleCommands(root, app.AutoCLI(clientContext)); err != nil {
		return nil, fmt.Errorf("build module commands: %w", err)
	}
	return root, nil
}

// requireHome refuses to start a node in a directory that was never set up: the server would fill it with defaults and
// then fail for want of a genesis.
func requireHome(spec Spec, cmd *cobra.Command) error {
	if cmd.Name() != "start" {
		return nil
	}
	home, err := cmd.Flags().GetString(flags.FlagHome)
	if err != nil {
		return err
	}
	file := filepath.Join(home, "config", "genesis.json")
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("expected a genesis file at %s, got none: run `%s init` and put the zone's genesis there, or name "+
			"the node's directory with --%s", file, spec.Name, flags.FlagHome)
	}
	return nil
}

// appFlag reads one string option of the node.
func appFlag(options servertypes.AppOptions, name string) string {
	value, _ := options.Get(name).(string)
	return value
}

// creator builds the application for a running node.
func (s Spec) creator() servertypes.AppCreator {
	return func(logger log.Logger, db dbm.DB, trace io.Writer, options servertypes.AppOptions) servertypes.Application {
		return s.New(logger, db, trace, true, options, append(server.DefaultBaseappOptions(options), optimistic(options)...)...)
	}
}

// exporter builds the application at a height, -1 for the last, and exports its state.
func (s Spec) exporter() servertypes.AppExporter {
	return func(
		logger log.Logger, db dbm.DB, trace io.Writer, height int64, forZeroHeight bool,
		jailAllowed []string, options servertypes.AppOptions, modules []string,
	) (servertypes.ExportedApp, error) {
		if appFlag(options, flags.FlagHome) == "" {
			return servertypes.ExportedApp{}, fmt.Errorf("expected the node's directory, got none: set --%s", flags.FlagHome)
		}
		app := s.New(logger, db, trace, height == -1, options)
		if height != -1 {
			if err := app.LoadVersion(height); err != nil {
				return servertypes.ExportedApp{}, err
			}
		}
		return app.ExportAppStateAndValidators(forZeroHeight, jailAllowed, modules)
	}
}
