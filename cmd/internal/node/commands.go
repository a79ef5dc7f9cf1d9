package node

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/keys"
	"github.com/cosmos/cosmos-sdk/client/pruning"
	"github.com/cosmos/cosmos-sdk/client/rpc"
	"github.com/cosmos/cosmos-sdk/client/snapshot"
	"github.com/cosmos/cosmos-sdk/server"
	authcmd "github.com/cosmos/cosmos-sdk/x/auth/client/cli"
	genutilcli "github.com/cosmos/cosmos-sdk/x/genutil/client/cli"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/nodeconfig"
)

// addCommands adds everything that is not generated from the modules.
func addCommands(root *cobra.Command, spec Spec, app *base.App) {
	server.AddCommandsWithStartCmdOptions(root, spec.home(), spec.creator(), spec.exporter(), startOptions())
	root.AddCommand(
		onlyIAVL(server.ModuleHashByHeightQuery(spec.creator()), "ask a node with that store"),
		genutilcli.InitCmd(app.BasicManager, spec.home()),
		genesisCommand(app),
		onlyIAVL(pruning.Cmd(spec.creator(), spec.home()), "the past states are in memory, and old ones go by themselves"),
		snapshot.Cmd(spec.creator()),
		server.StatusCommand(),
		configureCommand(spec),
		peersCommand(spec),
		readyCommand(spec),
		keys.Commands(),
		group("query", []string{"q"}, "Ask a node about its zone",
			rpc.ValidatorCommand(), rpc.WaitTxCmd(),
			server.QueryBlockCmd(), server.QueryBlocksCmd(), server.QueryBlockResultsCmd(),
			authcmd.QueryTxsByEventsCmd(), authcmd.QueryTxCmd(),
		),
		group("tx", nil, "Send a transaction to a zone",
			authcmd.GetSignCommand(), authcmd.GetSignBatchCommand(),
			authcmd.GetMultiSignCommand(), authcmd.GetMultiSignBatchCmd(), authcmd.GetValidateSignaturesCommand(),
			authcmd.GetBroadcastCommand(), authcmd.GetEncodeCommand(), authcmd.GetDecodeCommand(),
			authcmd.GetSimulateCmd(),
		),
	)
}

// onlyIAVL lets a command run that reads the database of the SDK's own store, and nothing else.
func onlyIAVL(cmd *cobra.Command, otherwise string) *cobra.Command {
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if got := server.GetServerContextFromCmd(cmd).Viper.GetString(nodeconfig.KeyStateStore); got == commitstore.KindMemIAVL {
			return fmt.Errorf("%s: expected state.store %q in app.toml, got %q: %s", cmd.Name(), commitstore.KindIAVL, got, otherwise)
		}
		return run(cmd, args)
	}
	return cmd
}

// group returns a command that only holds others.
func group(use string, aliases []string, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Aliases: aliases, Short: short,
		SuggestionsMinimumDistance: 2,
		RunE:                       client.ValidateCmd,
	}
	cmd.AddCommand(commands...)
	return cmd
}
