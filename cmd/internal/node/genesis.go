package node

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/server"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/app/base"
)

// genesisCommand holds the commands about genesis files.
func genesisCommand(app *base.App) *cobra.Command {
	return group("genesis", nil, "Check a genesis file", &cobra.Command{
		Use:   "validate [FILE]",
		Short: "Check each module's part of a genesis file; without FILE, the node's own",
		Long: "Check each module's part of a genesis file. The laws of money span modules: a node checks them when it " +
			"starts from the file.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := server.GetServerContextFromCmd(cmd).Config.GenesisFile()
			if len(args) == 1 {
				file = args[0]
			}
			if err := validateGenesisFile(app, file); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s is a valid genesis file for %s\n", file, app.Name())
			return err
		},
	})
}

// validateGenesisFile checks a genesis file of the application.
func validateGenesisFile(app *base.App, file string) error {
	genesis, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return fmt.Errorf("expected a genesis file at %s: %w", file, err)
	}
	if err := genesis.ValidateAndComplete(); err != nil {
		return fmt.Errorf("genesis file %s: %s", file, err.Error())
	}
	var state map[string]json.RawMessage
	if err := json.Unmarshal(genesis.AppState, &state); err != nil {
		return fmt.Errorf("genesis file %s: expected app_state as a JSON object of modules: %w", file, err)
	}
	if err := app.ValidateGenesis(state); err != nil {
		// Not wrapped: %w would add the source line of registered errors to the text.
		return fmt.Errorf("genesis file %s: %s", file, err.Error())
	}
	return nil
}
