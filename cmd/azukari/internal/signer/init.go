package signer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
)

type initOptions struct {
	config      Config
	state       string
	neverSigned bool
}

func initCommand() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a signer's configuration, and the validator's first record into the store",
		Long: `Write a signer's configuration, and the validator's first record into the store. For a validator that has signed with a key
file, stop its node for good first, and name its last state with --state: the signer goes on from there, never below. Where
the store has a record already that another signer holds, only the configuration is written: that signer stands by.`,
		Example: `  azukari signer init --signer DIR --name tokyo-a --chain-id financial-1 --key-file DIR/priv_validator_key.json \
    --state ~/.fzd/data/priv_validator_state.json --node tcp://NODE-ID@10.0.1.7:26659 \
    --store etcd://10.0.1.5:2379,10.0.2.5:2379,10.0.3.5:2379 --store-ca ca.pem --store-cert signer.pem --store-key signer.key`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	AddDirFlag(cmd, &o.config.dir)
	flags := cmd.Flags()
	flags.StringVar(&o.config.Name, "name", "", "Name of this signer, as tokyo-a; no other signer of the validator may have it")
	flags.StringVar(&o.config.ChainID, "chain-id", "", "Chain id of the zone")
	flags.StringVar(&o.config.KeyFile, "key-file", "", "The validator's priv_validator_key.json; it stays where it is")
	flags.StringVar(&o.config.Node, "node", "", "Where the validator's node waits: tcp://NODE-ID@host:port, or unix:///path")
	flags.StringVar(&o.config.Store, "store", "", "etcd://host:port,… with the nearest member first, or file:///path for one machine")
	flags.StringVar(&o.config.StoreTLS.CA, "store-ca", "", "Certificate of the authority that the store's members have theirs from")
	flags.StringVar(&o.config.StoreTLS.Certificate, "store-cert", "", "Certificate of this signer for the store")
	flags.StringVar(&o.config.StoreTLS.Key, "store-key", "", "Key of that certificate")
	flags.DurationVar(&o.config.StoreTimeout, "store-timeout", DefaultTimeout, "How long a signature may wait for the store")
	flags.StringVar(&o.state, "state", "", "The last priv_validator_state.json of the key, if it has signed without this store")
	flags.BoolVar(&o.neverSigned, "never-signed", false, "The key has never signed anything")
	cmd.MarkFlagsMutuallyExclusive("state", "never-signed")
	return cmd
}

func (o initOptions) run(cmd *cobra.Command) (err error) {
	if err := o.prepare(); err != nil {
		return err
	}
	identity, err := o.config.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, identity.Store.Close()) }()
	id, err := o.config.ConnectionID()
	if err != nil {
		return err
	}
	record, err := o.begin(cmd.Context(), identity)
	if err != nil {
		return err
	}
	if err := o.config.write(); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "validator %s of %s: held by %s, epoch %d, signed up to %s\n",
		identity.PubKey.Address(), o.config.ChainID, record.Holder, record.Epoch, record.Position)
	if record.Holder != o.config.Name {
		fmt.Fprintf(out, "%s stands by: `azukari failover promote` makes it the holder\n", o.config.Name)
	}
	fmt.Fprintf(out, "its node takes it with: configure validator --signer-address ADDRESS --signer-id %s\n", id)
	return nil
}

// prepare checks everything that can be checked before the store is asked, and makes the folder.
func (o *initOptions) prepare() (err error) {
	if _, err := os.Stat(filepath.Join(o.config.dir, ConfigFile)); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("expected no signer in %s, got one: edit its %s, or choose another folder with --signer", o.config.dir, ConfigFile)
	}
	for _, name := range []*string{
		&o.config.dir, &o.config.KeyFile, &o.config.StoreTLS.CA, &o.config.StoreTLS.Certificate, &o.config.StoreTLS.Key,
	} {
		if *name, err = absolute(*name); err != nil {
			return err
		}
	}
	if err := o.config.Validate(); err != nil {
		return err
	}
	return os.MkdirAll(o.config.dir, 0o700)
}

// begin writes the first record if this signer is to be the first.
func (o initOptions) begin(ctx context.Context, identity Identity) (Record, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*o.config.StoreTimeout)
	defer cancel()
	found, err := identity.Load(ctx)
	known := !errors.Is(err, ErrNoRecord)
	switch {
	case err != nil && known:
		return Record{}, err
	case o.state == "" && !o.neverSigned && !known:
		return Record{}, errors.New("expected --state FILE with what the key signed last, or --never-signed: the store has no record of this validator yet")
	case o.state == "" && known:
		return found, nil
	}
	from := Signed{}
	if o.state != "" {
		if from, err = ReadState(o.state); err != nil {
			return Record{}, err
		}
	}
	return identity.Begin(ctx, o.config.Name, from, time.Now())
}
