package signer

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/cometbft/cometbft/p2p"
	"github.com/spf13/cobra"
)

const long = `A signer has a validator's key and connects to the validator's node. Each signature is recorded in a store that two
regions share before it leaves: so one signer signs at a time, and none signs twice. docs/failover.md is the page for it.`

// NewCommand returns `azukari signer`.
func NewCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "signer", Short: "Sign for a validator, with a key that its node does not have", Long: long}
	cmd.AddCommand(initCommand(), startCommand(), idCommand())
	return cmd
}

// AddDirFlag adds the flag for a signer's folder.
func AddDirFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "signer", ".", "Folder of the signer, with "+ConfigFile)
}

func startCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Sign for a validator until Ctrl-C, or until another signer takes over",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			config, err := LoadConfig(dir)
			if err != nil {
				return err
			}
			identity, err := config.Open()
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, identity.Store.Close()) }()
			return start(cmd, config, identity)
		},
	}
	AddDirFlag(cmd, &dir)
	return cmd
}

func start(cmd *cobra.Command, config Config, identity Identity) error {
	log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)).With("signer", config.Name)
	key, err := config.key()
	if err != nil {
		return err
	}
	connection, err := p2p.LoadOrGenNodeKey(config.path(connectionKey))
	if err != nil {
		return err
	}
	where, err := parseNode(config.Node)
	if err != nil {
		return err
	}
	signer, err := New(cmd.Context(), identity, config.Name, key, config.Local(), config.StoreTimeout, tookOn(log))
	if err != nil {
		return err
	}
	record := signer.Record()
	log.Info("holds the validator", "validator", key.PubKey().Address(), "epoch", record.Epoch, "last", record.Position.String())
	return server{where, connection.PrivKey, config.ChainID, signer, log}.run(cmd.Context())
}

// tookOn logs from time to time how long the store takes.
func tookOn(log *slog.Logger) func(time.Duration) {
	const signatures = 50
	var sum, most time.Duration
	count := 0
	return func(took time.Duration) {
		sum, most, count = sum+took, max(most, took), count+1
		if count == signatures {
			log.Info("the store took", "signatures", count, "mean", (sum / signatures).Round(time.Microsecond), "max", most.Round(time.Microsecond))
			sum, most, count = 0, 0, 0
		}
	}
}

func idCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     "id",
		Short:   "Print the id by which a node knows this signer",
		Example: "  fzd configure validator --signer-address tcp://10.0.1.7:26659 --signer-id $(azukari signer id --signer DIR)",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := LoadConfig(dir)
			if err != nil {
				return err
			}
			id, err := config.ConnectionID()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), id)
			return err
		},
	}
	AddDirFlag(cmd, &dir)
	return cmd
}

func absolute(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	return filepath.Abs(name)
}
