package node

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/cometbft/cometbft/p2p"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/server"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

const (
	flagPeersFrom  = "peers-from"
	flagPastStates = "past-states"
	flagKeepBlocks = "keep-blocks"
	flagExternal   = "external-address"
	flagQueries    = "queries-address"
	flagSigner     = "signer-address" // a flag named as a section of app.toml would hide it
	flagSignerID   = "signer-id"
	flagLockHeight = "lock-height"
	flagLockBlock  = "lock-block"
	flagTuning     = "tuning"
)

// configureCommand writes a profile into config.toml and app.toml.
func configureCommand(spec Spec) *cobra.Command {
	cmd := group("configure", nil, "Write the profile of a validator or of a listener into config.toml and app.toml")
	cmd.AddCommand(
		profileCommand(spec, nodeconfig.ValidatorProfile(), nodeconfig.ValidatorStates,
			"Only its own machine can ask it anything; it keeps few past states, and dials the peers of its configuration."),
		profileCommand(spec, nodeconfig.ListenerProfile(), nodeconfig.ListenerStates,
			"It indexes transactions, answers queries, keeps past states as --"+flagPastStates+" says, and never signs."),
	)
	return cmd
}

func profileCommand(spec Spec, profile nodeconfig.Profile, states, what string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   profile.Name,
		Short: "Configure this node as a " + profile.Name,
		Long: "Configure this node as a " + profile.Name + ". " + what + " Other settings stay as they are; `" + spec.Name +
			" start --" + profile.Name + "` insists on these.",
		Example: spec.Name + " configure " + profile.Name + " --" + flagPeersFrom + " tcp://127.0.0.1:26657",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return configure(cmd, profile)
		},
	}
	cmd.Flags().String(flagPastStates, states, "How many past states to keep for queries and proofs, or "+nodeconfig.AllStates)
	cmd.Flags().String(flagKeepBlocks, "", "How many blocks to keep, or "+nodeconfig.AllStates+"; without it, that does not change: at first it is "+nodeconfig.AllStates)
	cmd.Flags().String(flagTuning, "", "Tune the node for "+strings.Join(nodeconfig.Tunings(), " or for ")+"; without it, nothing of that changes")
	cmd.Flags().String(flagPeersFrom, "", "RPC address of a node that you trust: take peers and bootstrap ids from the zone's state there")
	switch profile.Name {
	case flagListener:
		cmd.Flags().String(flagQueries, "", "Where clients of members ask this node over mTLS, as host:port, or "+nodeconfig.QueriesOff)
		addStateSyncFlag(cmd)
	case flagValidator:
		cmd.Flags().String(flagSigner, "", "Where to wait for the signer that has the key, as tcp://host:port or unix:///path")
		cmd.Flags().String(flagSignerID, "", "Id of that signer, as 'azukari signer id' prints it; not needed for unix://")
		cmd.Flags().Int64(flagLockHeight, 0, "Height at which the validator precommitted last on another node, as 'azukari failover promote' prints it")
		cmd.Flags().String(flagLockBlock, "", "Hash of the block that it precommitted there")
	}
	cmd.Flags().String(flagExternal, "", "Where other members reach this node, as host:port; register the same with the zone")
	return cmd
}

func configure(cmd *cobra.Command, profile nodeconfig.Profile) error {
	context := server.GetServerContextFromCmd(cmd)
	app, err := nodeconfig.ReadApp(func(into any) error { return context.Viper.Unmarshal(into) })
	if err != nil {
		return err
	}
	files := nodeconfig.Files{Comet: context.Config, App: &app}
	states, err := cmd.Flags().GetString(flagPastStates)
	if err != nil {
		return err
	}
	// An operator who configures a node again, to take new peers, must not lose states that were chosen to be kept.
	if chosen, found := app.PastStates(); found && !cmd.Flags().Changed(flagPastStates) {
		states = chosen
	}
	if err := app.SetPastStates(states); err != nil {
		return err
	}
	if err := app.ChooseStore(context.Config.RootDir); err != nil {
		return err
	}
	if blocks := cmd.Flags().Lookup(flagKeepBlocks); blocks.Changed {
		if err := app.SetKeptBlocks(blocks.Value.String()); err != nil {
			return err
		}
	}
	external, err := cmd.Flags().GetString(flagExternal)
	if err != nil {
		return err
	}
	if external != "" {
		files.Comet.P2P.ExternalAddress = external
	}
	if queries := cmd.Flags().Lookup(flagQueries); queries != nil && queries.Changed {
		app.Queries.Address = queries.Value.String()
	}
	out := cmd.OutOrStdout()
	if err := applyProfiles(cmd, profile, files, out); err != nil {
		return err
	}
	if err := takeSigner(cmd, files); err != nil {
		return err
	}
	if err := takePeers(cmd, files, out); err != nil {
		return err
	}
	if err := configureStateSync(cmd, files, out); err != nil {
		return err
	}
	if err := nodeconfig.Write(files.Comet, app); err != nil {
		return err
	}
	blocks := ""
	if app.MinRetainBlocks > 0 {
		blocks = fmt.Sprintf(", and %d blocks", app.MinRetainBlocks)
	}
	_, err = fmt.Fprintf(out, "%s is configured as a %s that keeps %s past states in %s%s\n", files.Comet.RootDir, profile.Name, states, app.State.Store, blocks)
	return err
}

// applyProfiles writes the profile of a role and, if the operator chose one, a tuning, and says what is different now.
func applyProfiles(cmd *cobra.Command, role nodeconfig.Profile, files nodeconfig.Files, out io.Writer) error {
	profiles := []nodeconfig.Profile{role}
	name, err := cmd.Flags().GetString(flagTuning)
	if err != nil {
		return err
	}
	if name != "" {
		tuning, err := nodeconfig.TuningProfile(name, role.Name)
		if err != nil {
			return err
		}
		profiles = append(profiles, tuning)
	}
	for _, profile := range profiles {
		for _, rule := range profile.Apply(files) {
			if _, err := fmt.Fprintf(out, "%s: %s is now %s: %s\n", rule.File, rule.Key, rule.Setting(files), rule.Why); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeSigner writes where the node waits for its signer, if the operator says so.
func takeSigner(cmd *cobra.Command, files nodeconfig.Files) error {
	address, signer := files.Comet.PrivValidatorListenAddr, files.App.Signer
	changed := false
	for name, setting := range map[string]*string{flagSigner: &address, flagSignerID: &signer.ID, flagLockBlock: &signer.LockBlock} {
		if !cmd.Flags().Changed(name) {
			continue
		}
		changed = true
		var err error
		if *setting, err = cmd.Flags().GetString(name); err != nil {
			return err
		}
	}
	if cmd.Flags().Changed(flagLockHeight) {
		changed = true
		var err error
		if signer.LockHeight, err = cmd.Flags().GetInt64(flagLockHeight); err != nil {
			return err
		}
	}
	if !changed {
		return nil
	}
	return files.SetSigner(address, signer)
}

// takePeers writes the zone's nodes into the configuration and, for a node that exchanges addresses, into its address book.
func takePeers(cmd *cobra.Command, files nodeconfig.Files, out io.Writer) error {
	from, err := cmd.Flags().GetString(flagPeersFrom)
	if err != nil || from == "" {
		return err
	}
	clientContext, err := client.GetClientQueryContext(cmd)
	if err != nil {
		return err
	}
	rpc, err := client.NewClientFromNode(from)
	if err != nil {
		return fmt.Errorf("--%s: expected an RPC address such as tcp://host:26657, got %q: %w", flagPeersFrom, from, err)
	}
	self, err := ownID(files.Comet.NodeKeyFile())
	if err != nil {
		return err
	}
	nodes, err := admittedNodes(cmd.Context(), clientContext.WithNodeURI(from).WithClient(rpc), self)
	if err != nil {
		return err
	}
	if len(nodes) == 0 {
		return fmt.Errorf("expected admitted nodes in the zone's state at %s, got none: ask a node that has caught up", from)
	}
	peers := peerList(nodes)
	files.Comet.P2P.PersistentPeers = peers
	files.App.Admission.BootstrapIDs = nodeIDs(nodes)
	if _, err := fmt.Fprintf(out, "app.toml: admission.bootstrap-ids has %d nodes\nconfig.toml: p2p.persistent_peers is %q\n", len(nodes), peers); err != nil {
		return err
	}
	if !files.Comet.P2P.PexReactor {
		return nil
	}
	_, err = fmt.Fprintf(out, "%s: %d addresses\n", files.Comet.P2P.AddrBookFile(), writeAddressBook(files.Comet, nodes))
	return err
}

// ownID returns the id of the node whose key is in a file, empty if there is no key yet.
func ownID(file string) (string, error) {
	key, err := p2p.LoadNodeKey(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return string(key.ID()), nil
}
