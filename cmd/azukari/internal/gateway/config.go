package gateway

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/azukari-network/azukari/app/strictyaml"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/engine"
)

// ConfigFile is the name of a gateway's configuration in its home.
const ConfigFile = "gateway.yaml"

// Config is gateway.yaml. Paths are relative to its folder. The file that init writes says what each field is for.
type Config struct {
	ChainID string         `yaml:"chain_id"`
	Nodes   []profile.Node `yaml:"nodes"`
	// NodesTLS is how nodes are spoken to; nil for plain text.
	NodesTLS *profile.TLS `yaml:"nodes_tls,omitempty"`
	KeyFile  string       `yaml:"key_file"`

	// GRPC, REST and Metrics are host:port; an empty one is not served.
	GRPC    string `yaml:"grpc"`
	REST    string `yaml:"rest"`
	Metrics string `yaml:"metrics"`
	TLS     TLS    `yaml:"tls,omitempty"`

	Tokens  string `yaml:"tokens"`
	Journal string `yaml:"journal"`
	Log     Log    `yaml:"log"`

	Bundle       Bundle        `yaml:"bundle"`
	OpenOrders   int           `yaml:"open_orders"`
	KeepOutcomes time.Duration `yaml:"keep_outcomes"`
	Poll         time.Duration `yaml:"poll"`
	Drain        time.Duration `yaml:"drain"`

	dir string
}

// TLS names the gateway's own certificate and its key, in PEM.
type TLS struct {
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// Log says what is logged to standard error, and how.
type Log struct {
	// Level is debug, info, warn or error.
	Level string `yaml:"level"`
	// Format is text or json.
	Format string `yaml:"format"`
}

// Bundle bounds bundles.
type Bundle struct {
	Orders   int           `yaml:"orders"`
	Bytes    int           `yaml:"bytes"`
	Wait     time.Duration `yaml:"wait"`
	InFlight int           `yaml:"in_flight"`
	OrderGas uint64        `yaml:"order_gas"`
}

// defaults are the values of what a file leaves out.
func defaults(dir string) Config {
	return Config{
		KeyFile: "gateway.key", GRPC: "127.0.0.1:9290", REST: "127.0.0.1:9291", Metrics: "127.0.0.1:9466",
		Tokens: "tokens.yaml", Journal: "journal.db", Log: Log{Level: "info", Format: "text"},
		Bundle:     Bundle{Orders: 1_000, Bytes: 900_000, Wait: 50 * time.Millisecond, InFlight: 8, OrderGas: 100_000},
		OpenOrders: 100_000, KeepOutcomes: 24 * time.Hour, Poll: 50 * time.Millisecond, Drain: 15 * time.Second, dir: dir,
	}
}

// LoadConfig reads the configuration in a home. Errors are one line with the file and, where it is known, its line.
func LoadConfig(home string) (Config, error) {
	name := filepath.Join(home, ConfigFile)
	raw, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, fmt.Errorf("expected a gateway's configuration at %s, got none: write one with 'azukari gateway init --home %s'", name, home)
	}
	if err != nil {
		return Config{}, err
	}
	config := defaults(home)
	err = strictyaml.Decode(raw, &config)
	if err == nil {
		err = config.Validate()
	}
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", name, err)
	}
	return config, nil
}

// Validate reports the first value that cannot be.
func (c Config) Validate() error {
	if c.ChainID == "" {
		return errors.New("chain_id: expected the id of the zone's chain as financial-1, got none")
	}
	if len(c.Nodes) == 0 {
		return errors.New("nodes: expected at least one node, got none")
	}
	for i, node := range c.Nodes {
		where, err := url.Parse(node.RPC)
		if err != nil || (where.Scheme != "http" && where.Scheme != "https") || where.Host == "" {
			return fmt.Errorf("nodes[%d].rpc: expected a URL as http://127.0.0.1:26657, got %q", i, node.RPC)
		}
		if _, _, err := net.SplitHostPort(node.GRPC); err != nil {
			return fmt.Errorf("nodes[%d].grpc: expected host:port as 127.0.0.1:9090, got %q", i, node.GRPC)
		}
	}
	for _, file := range []struct{ name, path string }{{"key_file", c.KeyFile}, {"tokens", c.Tokens}, {"journal", c.Journal}} {
		if file.path == "" {
			return fmt.Errorf("%s: expected the path of a file, got none", file.name)
		}
	}
	if c.GRPC == "" && c.REST == "" {
		return errors.New("grpc, rest: expected host:port for one of them at least, got neither")
	}
	for _, address := range []struct{ name, value string }{{"grpc", c.GRPC}, {"rest", c.REST}, {"metrics", c.Metrics}} {
		if err := c.validateAddress(address.name, address.value); err != nil {
			return err
		}
	}
	if (c.TLS.Certificate == "") != (c.TLS.Key == "") {
		return errors.New("tls: expected both certificate and key, or neither, got one")
	}
	if f := c.Log.Format; f != "text" && f != "json" {
		return fmt.Errorf("log.format: expected text or json, got %q", f)
	}
	if _, err := c.Log.level(); err != nil {
		return err
	}
	return c.validateBounds()
}

// validateAddress demands TLS wherever tokens and orders leave the machine.
func (c Config) validateAddress(name, address string) error {
	if address == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%s: expected host:port, got %q", name, address)
	}
	if ip, err := netip.ParseAddr(host); host == "localhost" || err == nil && ip.IsLoopback() || name == "metrics" {
		return nil
	}
	if c.TLS.Certificate == "" {
		return fmt.Errorf("%s: expected a loopback address without tls, got %s: add tls.certificate and tls.key", name, address)
	}
	return nil
}

func (c Config) validateBounds() error {
	const second, day = int64(time.Second), int64(24 * time.Hour)
	for _, bound := range []struct {
		name            string
		value, min, max int64
		show            func(int64) string
	}{
		{"bundle.orders", int64(c.Bundle.Orders), 1, 10_000, number},
		{"bundle.bytes", int64(c.Bundle.Bytes), 10_000, 50_000_000, number},
		{"bundle.wait", int64(c.Bundle.Wait), 0, 10 * second, duration},
		{"bundle.in_flight", int64(c.Bundle.InFlight), 1, 1_000, number},
		{"bundle.order_gas", int64(min(c.Bundle.OrderGas, 1<<62)), 1_000, 10_000_000, number}, // #nosec G115 -- bounded
		{"open_orders", int64(c.OpenOrders), 1, 10_000_000, number},
		{"keep_outcomes", int64(c.KeepOutcomes), 60 * second, 365 * day, duration},
		{"poll", int64(c.Poll), second / 1_000, 10 * second, duration},
		{"drain", int64(c.Drain), 0, 600 * second, duration},
	} {
		if bound.value < bound.min || bound.value > bound.max {
			return fmt.Errorf("%s: expected %s to %s, got %s", bound.name, bound.show(bound.min), bound.show(bound.max), bound.show(bound.value))
		}
	}
	return nil
}

func number(value int64) string   { return fmt.Sprint(value) }
func duration(value int64) string { return time.Duration(value).String() }

// path resolves the name of a file against the configuration's folder.
func (c Config) path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.dir, name)
}

// engine returns the bounds of the engine.
func (c Config) engine() engine.Config {
	return engine.Config{
		BundleOrders: c.Bundle.Orders, BundleBytes: c.Bundle.Bytes, BundleWait: c.Bundle.Wait, BundlesInFlight: c.Bundle.InFlight,
		OrderGas: c.Bundle.OrderGas, OpenOrders: c.OpenOrders, Poll: c.Poll, Keep: c.KeepOutcomes,
	}
}

// serverTLS returns the gateway's own certificate for its listeners; nil for plain text.
func (c Config) serverTLS() (*tls.Config, error) {
	if c.TLS.Certificate == "" {
		return nil, nil //nolint:nilnil // plain text is a choice
	}
	pair, err := tls.LoadX509KeyPair(c.path(c.TLS.Certificate), c.path(c.TLS.Key))
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}, nil
}
