package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/relayer/chain"
)

func keysCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keys", Short: "Make and show relayer keys"}
	cmd.AddCommand(keysAddCommand(), keysShowCommand())
	return cmd
}

func keysAddCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Write a new key (a mnemonic of 24 words) to a file and print its address",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := cmd.Flags().GetString("out")
			if err != nil {
				return err
			}
			words, err := chain.NewMnemonic()
			if err != nil {
				return err
			}
			key, err := chain.ParseKey(words)
			if err != nil {
				return err
			}
			if err := chain.WriteKey(path, words); err != nil {
				return err
			}
			if err := printf(cmd.OutOrStdout(), "%s\n", key.Address()); err != nil {
				return err
			}
			return printf(cmd.ErrOrStderr(), "wrote %s; keep a copy of it in a safe place, and admit the address as an operator in role relayer in every zone\n", path)
		},
	}
	cmd.Flags().String("out", "relayer.key", "file to write; never overwritten")
	return cmd
}

func keysShowCommand() *cobra.Command {
	return withFile(&cobra.Command{
		Use:   "show",
		Short: "Print the address and public key that each zone's key file holds",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load(cmd)
			if err != nil {
				return err
			}
			for _, z := range cfg.Zones {
				key, err := chain.LoadKey(z.KeyFile)
				if err != nil {
					return fmt.Errorf("zone %s: %w", z.ID, err)
				}
				if err := printf(cmd.OutOrStdout(), "%s\t%s\t%X\n", z.ID, key.Address(), key.PublicKey()); err != nil {
					return err
				}
			}
			return nil
		},
	})
}
