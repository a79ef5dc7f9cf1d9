// Package connect is `azukari connect`: a port on loopback by which every client of a node reaches a listener of another machine.
package connect

import (
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/cometbft/cometbft/p2p"
	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/internal/mtls"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const long = `Open a port on loopback through which every client reaches a listener: CometBFT's RPC with its websocket, REST and gRPC, all by
the one port. The connections to the listener are mTLS with your certificate, whose fingerprint your node operator has
registered; the listener is known by its node id, as 'fzd query membership nodes' lists it, or by an authority of its operator.

Everybody on this machine who reaches the port asks as your organization. It runs until Ctrl-C.`

// New returns the command.
func New() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "connect",
		Short: "Ask a listener with your certificate, from any client",
		Long:  long,
		Example: "  azukari connect --to osaka-1.bank-a.example:9443 --node-id ea8cf0c8… --certificate treasury.crt --key treasury.key\n" +
			"  fzd query membership organizations --node tcp://127.0.0.1:26657",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), cmd.OutOrStdout()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.to, "to", "", "host:port of the listener")
	flags.StringVar(&o.certificate, "certificate", "", "file of your certificate, as `azukari certificate new` makes it")
	flags.StringVar(&o.key, "key", "", "file of its key")
	flags.StringVar(&o.nodeID, "node-id", "", "id of the listener's node")
	flags.StringVar(&o.serverCA, "server-ca", "", "file of the authority whose certificate the listener shows, instead of its node id")
	flags.StringVar(&o.listen, "listen", "127.0.0.1:26657", "port on loopback to open")
	for _, needed := range []string{"to", "certificate", "key"} {
		_ = cmd.MarkFlagRequired(needed) // it is one of the flags
	}
	cmd.MarkFlagsOneRequired("node-id", "server-ca")
	cmd.MarkFlagsMutuallyExclusive("node-id", "server-ca")
	return cmd
}

type options struct{ to, certificate, key, nodeID, serverCA, listen string }

// tunnel checks the options and returns what they ask for.
func (o options) tunnel() (*tunnel, error) {
	host, _, err := net.SplitHostPort(o.to)
	if err != nil || host == "" {
		return nil, fmt.Errorf("--to: expected host:port such as listener.bank.example:9443, got %q", o.to)
	}
	local, err := netip.ParseAddrPort(o.listen)
	if err != nil || !local.Addr().IsLoopback() {
		return nil, fmt.Errorf("--listen: expected an address on loopback such as 127.0.0.1:26657, got %q: others would ask as your organization", o.listen)
	}
	pair, err := mtls.Load(o.certificate, o.key)
	if err != nil {
		return nil, err
	}
	if err := mtls.CheckValidity(pair.Leaf, time.Now()); err != nil {
		return nil, fmt.Errorf("%s: %w", o.certificate, err)
	}
	config := mtls.ClientConfig(pair)
	if o.serverCA != "" {
		if err := mtls.TrustAuthority(config, o.serverCA); err != nil {
			return nil, fmt.Errorf("--server-ca: %w", err)
		}
	} else {
		if err := membershiptypes.ValidateNodeID(o.nodeID); err != nil {
			return nil, fmt.Errorf("--node-id: %w", err)
		}
		mtls.PinNode(config, p2p.ID(o.nodeID))
	}
	return newTunnel(o.to, config, mtls.Fingerprint(pair.Leaf)), nil
}
