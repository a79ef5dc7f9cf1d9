package nodeconfig

import (
	"fmt"
	"net"
	"time"
)

const (
	// operationsAddress has the port that CometBFT gives its metrics.
	operationsAddress = "127.0.0.1:26660"
	readyBlockAge     = time.Minute
)

// Operations says where a node answers those who look after it.
type Operations struct {
	// Address as host:port, for /metrics, /healthz and /readyz; empty answers nobody.
	Address string `mapstructure:"address"`
	// ReadyBlockAge is how old the last block may be while the node counts as ready, 1 second or more.
	ReadyBlockAge time.Duration `mapstructure:"ready-block-age"`
}

// Validate checks the address and the age.
func (o Operations) Validate() error {
	if o.Address != "" {
		if _, _, err := net.SplitHostPort(o.Address); err != nil {
			return fmt.Errorf("operations.address: expected host:port or nothing, got %q", o.Address)
		}
	}
	if o.ReadyBlockAge < time.Second {
		return fmt.Errorf("operations.ready-block-age: expected 1s or more, got %s", o.ReadyBlockAge)
	}
	return nil
}

// operationsTemplate is the section of app.toml.
const operationsTemplate = `
###############################################################################
###                         Operations                                      ###
###############################################################################

[operations]
# Where this node answers /metrics (its own and CometBFT's), /healthz and /readyz, as host:port; empty answers nobody.
# It shows what banks owe: keep it on loopback or in the network of your monitoring.
address = {{ printf "%q" .Operations.Address }}
# How old the last block may be while /readyz says that the node is ready.
ready-block-age = "{{ .Operations.ReadyBlockAge }}"
`
