package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/server"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

const readyTimeout = 5 * time.Second

// readyCommand asks the node of this home what /readyz answers, for scripts, and for containers without any other program.
func readyCommand(spec Spec) *cobra.Command {
	return &cobra.Command{
		Use:   "ready",
		Short: "Ask the node that runs in this home whether it is ready; exit code 0 if it is",
		Long: "Ask the node that runs in this home, at operations.address of its app.toml, whether it is ready: it has caught up, and\n" +
			"blocks come. The exit code is 0 if it is, else 1.",
		Example: spec.Name + " ready --home /var/lib/azukari/" + spec.Name,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := nodeconfig.ReadApp(func(into any) error { return server.GetServerContextFromCmd(cmd).Viper.Unmarshal(into) })
			if err != nil {
				return err
			}
			if config.Operations.Address == "" {
				return errors.New("operations.address in app.toml: expected where the node answers, got nothing: set it and restart the node")
			}
			health, err := askHealth(cmd, config.Operations.Address)
			if err != nil {
				return fmt.Errorf("ask the node at %s: %w", config.Operations.Address, err)
			}
			if !health.Ready {
				return errors.New("not ready: " + health.Reason)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "ready: %s at height %d of %s, %d peers\n",
				health.ChainID, health.Height, health.BlockTime.Format(time.RFC3339), health.Peers)
			return err
		},
	}
}

func askHealth(cmd *cobra.Command, address string) (health Health, err error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return Health{}, err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		address = net.JoinHostPort("localhost", port)
	}
	request, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		return Health{}, err
	}
	response, err := (&http.Client{Timeout: readyTimeout}).Do(request)
	if err != nil {
		return Health{}, err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	return health, json.NewDecoder(response.Body).Decode(&health)
}
