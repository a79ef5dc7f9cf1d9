package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/relayer/chain"
)

// askTimeout bounds how long a node may take to name its chain.
const askTimeout = 10 * time.Second

type initOptions struct {
	home, keyFile string
	nodes, grpcs  []string
	newKey        bool
	listen        struct{ grpc, rest, metrics string }
	logFormat     string
}

func initCommand() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a gateway's configuration and key",
		Long: `Write a gateway's configuration, with a comment for each field, and its key. The first node is asked for its chain. Each gateway
needs a key of its own: an operator of a member, in role gateway.`,
		Example: `  azukari gateway init --home DIR --node http://127.0.0.1:26657 --new-key
  fzd tx membership set-operator ADDRESS gateway --from representative`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	addHomeFlag(cmd, &o.home)
	usual := defaults("")
	flags := cmd.Flags()
	flags.StringSliceVar(&o.nodes, "node", nil, "RPC URL of a node of the zone; repeat it for more, the preferred one first")
	flags.StringSliceVar(&o.grpcs, "node-grpc", nil, "gRPC of the same nodes, as host:port (default: port 9090 of each)")
	flags.StringVar(&o.keyFile, "from-key-file", "", "File with the operator's key, 64 hex digits or a mnemonic; it is copied")
	flags.BoolVar(&o.newKey, "new-key", false, "Make a key, a mnemonic of 24 words")
	flags.StringVar(&o.listen.grpc, "grpc", usual.GRPC, "Where senders bring orders by gRPC, as host:port")
	flags.StringVar(&o.listen.rest, "rest", usual.REST, "Where senders bring orders by REST, as host:port")
	flags.StringVar(&o.listen.metrics, "metrics", usual.Metrics, "Where /metrics and /healthz are, as host:port")
	flags.StringVar(&o.logFormat, "log-format", usual.Log.Format, "text or json")
	cmd.MarkFlagsMutuallyExclusive("from-key-file", "new-key")
	cmd.MarkFlagsOneRequired("from-key-file", "new-key")
	_ = cmd.MarkFlagRequired("node") // it is one of the flags
	return cmd
}

func (o initOptions) run(cmd *cobra.Command) error {
	name := filepath.Join(o.home, ConfigFile)
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("expected no gateway in %s, got one: edit its %s, or choose another folder with --home", o.home, ConfigFile)
	}
	config := defaults(o.home)
	config.GRPC, config.REST, config.Metrics, config.Log.Format = o.listen.grpc, o.listen.rest, o.listen.metrics, o.logFormat
	var err error
	if config.Nodes, err = o.where(); err != nil {
		return err
	}
	if config.ChainID, err = chainOf(cmd.Context(), config.Nodes[0].RPC); err != nil {
		return err
	}
	if err := config.Validate(); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := configTemplate.Execute(&text, config); err != nil {
		return err
	}
	if err := os.MkdirAll(o.home, 0o700); err != nil {
		return err
	}
	operator, err := o.key(config.path(config.KeyFile))
	if err != nil {
		return err
	}
	if err := os.WriteFile(name, text.Bytes(), 0o600); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "wrote %s for %s\nthe gateway signs as %s: its member makes it an operator with `tx membership set-operator %s gateway`\n",
		name, config.ChainID, operator.Address(), operator.Address())
	return err
}

// where pairs the nodes' addresses.
func (o initOptions) where() ([]profile.Node, error) {
	if len(o.grpcs) > 0 && len(o.grpcs) != len(o.nodes) {
		return nil, fmt.Errorf("--node-grpc: expected one for each --node, got %d for %d", len(o.grpcs), len(o.nodes))
	}
	nodes := make([]profile.Node, len(o.nodes))
	for i, rpc := range o.nodes {
		nodes[i].RPC = strings.Replace(rpc, "tcp://", "http://", 1)
		if len(o.grpcs) > 0 {
			nodes[i].GRPC = o.grpcs[i]
			continue
		}
		where, err := url.Parse(nodes[i].RPC)
		if err != nil || where.Hostname() == "" {
			return nil, fmt.Errorf("--node: expected a URL as http://127.0.0.1:26657, got %q", rpc)
		}
		nodes[i].GRPC = net.JoinHostPort(where.Hostname(), "9090")
	}
	return nodes, nil
}

// chainOf asks a node for its chain.
func chainOf(ctx context.Context, rpc string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	client, err := rpchttp.New(rpc, "/websocket")
	if err != nil {
		return "", fmt.Errorf("--node: %w", err)
	}
	status, err := client.Status(ctx)
	if err != nil {
		return "", fmt.Errorf("--node: expected a node at %s, got %w: start it or correct the URL", rpc, err)
	}
	return status.NodeInfo.Network, nil
}

// key writes the gateway's key.
func (o initOptions) key(path string) (chain.Key, error) {
	if o.keyFile != "" {
		if _, err := chain.LoadKey(o.keyFile); err != nil {
			return chain.Key{}, fmt.Errorf("--from-key-file: %w", err)
		}
		text, err := os.ReadFile(o.keyFile)
		if err != nil {
			return chain.Key{}, err
		}
		if err := chain.WriteKey(path, strings.TrimSpace(string(text))); err != nil {
			return chain.Key{}, err
		}
		return chain.LoadKey(path)
	}
	words, err := chain.NewMnemonic()
	if err != nil {
		return chain.Key{}, err
	}
	if err := chain.WriteKey(path, words); err != nil {
		return chain.Key{}, err
	}
	return chain.LoadKey(path)
}
