// Package config reads and writes the one YAML file that declares a relayer: its hub, its zones, where
// their nodes listen and with which key it signs.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Config is the relayer's whole configuration. Paths are implied: the hub with each other zone.
type Config struct {
	// Journal is the path of the journal's database file; relative to the configuration file's folder.
	Journal string `yaml:"journal"`
	// Metrics is the host:port of the HTTP listener for /metrics and /healthz; empty for none.
	Metrics string `yaml:"metrics,omitempty"`
	Log     Log    `yaml:"log,omitempty"`
	// Hub is the id of the zone that every other zone is linked with, and that initiates handshakes.
	Hub    string `yaml:"hub"`
	Zones  []Zone `yaml:"zones"`
	Tuning Tuning `yaml:"tuning,omitempty"`
}

// Log says what is logged and how.
type Log struct {
	// Level is one of debug, info, warn, error; info if empty.
	Level string `yaml:"level,omitempty"`
	// Format is text or json; text if empty.
	Format string `yaml:"format,omitempty"`
}

// Zone is one chain.
type Zone struct {
	// ID is the relayer's own short name of the zone, unique in the file.
	ID string `yaml:"id"`
	// ChainID is what the chain calls itself; every endpoint must answer with it.
	ChainID string `yaml:"chain_id"`
	// RPC lists CometBFT RPC endpoints (http or https URLs), the preferred one first.
	RPC []string `yaml:"rpc"`
	// KeyFile is the path of the signing key: a hex-encoded 32-byte secp256k1 private key or a mnemonic of
	// 12 to 24 words; mode 0600; relative to the configuration file's folder.
	KeyFile string `yaml:"key_file"`
	// TrustingPeriod is how long other zones trust a header of this zone; 2/3 of the unbonding period if zero.
	TrustingPeriod time.Duration `yaml:"trusting_period,omitempty"`
	// UnbondingPeriod is the chain's unbonding time; asked of the chain if zero.
	UnbondingPeriod time.Duration `yaml:"unbonding_period,omitempty"`
	// ClockDrift is how far a header of this zone may be ahead of another zone's clock.
	ClockDrift time.Duration `yaml:"clock_drift,omitempty"`
	// BlockTime is how often the zone is expected to make a block; paces polling, never correctness.
	BlockTime time.Duration `yaml:"block_time,omitempty"`
	Gas       Gas           `yaml:"gas,omitempty"`
}

// Gas holds the static gas estimates of one message each. Simulation would cost a node as much as delivery.
type Gas struct {
	Base    uint64 `yaml:"base,omitempty"`
	Update  uint64 `yaml:"update,omitempty"`
	Recv    uint64 `yaml:"recv,omitempty"`
	Ack     uint64 `yaml:"ack,omitempty"`
	Timeout uint64 `yaml:"timeout,omitempty"`
}

// Tuning bounds what the relayer does at once.
type Tuning struct {
	// MaxTxBytes bounds one transaction. A node bounds it too, in its mempool and in its RPC body (in base64, a third more); one that refuses a size makes the relayer use half of it.
	MaxTxBytes int `yaml:"max_tx_bytes,omitempty"`
	// MaxTxMsgs bounds the packets in one transaction.
	MaxTxMsgs int `yaml:"max_tx_msgs,omitempty"`
	// ProofWorkers bounds the RPC requests for proofs under way at once, per chain.
	ProofWorkers int `yaml:"proof_workers,omitempty"`
	// InFlight bounds the batches under way at once, per direction.
	InFlight int `yaml:"in_flight,omitempty"`
	// SweepInterval is how often the journal is compared with what the chains hold.
	SweepInterval time.Duration `yaml:"sweep_interval,omitempty"`
}

// Defaults, used where the file says nothing.
const (
	DefaultClockDrift = 20 * time.Second
	DefaultBlockTime  = time.Second

	defaultMaxTxBytes    = 4_000_000
	defaultMaxTxMsgs     = 1_000
	defaultProofWorkers  = 8
	defaultInFlight      = 4
	defaultSweepInterval = time.Minute
)

// DefaultGas are the estimates for messages of this project's modules, with a margin.
var DefaultGas = Gas{Base: 100_000, Update: 400_000, Recv: 300_000, Ack: 200_000, Timeout: 200_000}

// Load reads, completes and validates a configuration file. Every error is one line that names the file.
func Load(path string) (*Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("expected a relayer configuration at %s, got %w; write one as relayer/README.md shows, or name it with -f", path, err)
	}
	cfg, err := Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	cfg.resolve(filepath.Dir(path))
	return cfg, nil
}

// Parse decodes YAML strictly (unknown fields are errors with their line), fills defaults and validates.
func Parse(raw []byte) (*Config, error) {
	var cfg Config
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&cfg); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("expected a relayer configuration, got an empty file")
		}
		return nil, explain(err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("expected one YAML document, got more; keep the first and remove the rest")
	}
	cfg.setDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &cfg, nil
}

// Marshal renders the configuration as YAML that Parse reads.
func (c Config) Marshal() ([]byte, error) { return yaml.Marshal(c) }

// Zone returns the zone with this id.
func (c Config) Zone(id string) (Zone, bool) {
	for _, z := range c.Zones {
		if z.ID == id {
			return z, true
		}
	}
	return Zone{}, false
}

// Spokes lists the zones that are not the hub, in file order.
func (c Config) Spokes() []Zone {
	var out []Zone
	for _, z := range c.Zones {
		if z.ID != c.Hub {
			out = append(out, z)
		}
	}
	return out
}

func (c *Config) setDefaults() {
	setIfZero(&c.Log.Level, "info")
	setIfZero(&c.Log.Format, "text")
	setIfZero(&c.Tuning.MaxTxBytes, defaultMaxTxBytes)
	setIfZero(&c.Tuning.MaxTxMsgs, defaultMaxTxMsgs)
	setIfZero(&c.Tuning.ProofWorkers, defaultProofWorkers)
	setIfZero(&c.Tuning.InFlight, defaultInFlight)
	setIfZero(&c.Tuning.SweepInterval, defaultSweepInterval)
	for i := range c.Zones {
		z := &c.Zones[i]
		setIfZero(&z.ClockDrift, DefaultClockDrift)
		setIfZero(&z.BlockTime, DefaultBlockTime)
		setIfZero(&z.Gas.Base, DefaultGas.Base)
		setIfZero(&z.Gas.Update, DefaultGas.Update)
		setIfZero(&z.Gas.Recv, DefaultGas.Recv)
		setIfZero(&z.Gas.Ack, DefaultGas.Ack)
		setIfZero(&z.Gas.Timeout, DefaultGas.Timeout)
	}
}

func setIfZero[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// resolve makes file paths relative to the configuration file, so that the working folder does not matter.
func (c *Config) resolve(dir string) {
	c.Journal = under(dir, c.Journal)
	for i := range c.Zones {
		c.Zones[i].KeyFile = under(dir, c.Zones[i].KeyFile)
	}
}

func under(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

var unknownField = regexp.MustCompile(`line (\d+): field (\S+) not found in type config\.(\w+)`)

// explain turns yaml's multi-line errors into one line that says what to do.
func explain(err error) error {
	if m := unknownField.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("line %s: unknown field %q in %s; remove it or correct its name (see relayer/README.md, Config)", m[1], m[2], sectionOf(m[3]))
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n  ")
	text, _, _ = strings.Cut(text, "\n")
	return fmt.Errorf("expected YAML of a relayer configuration, got: %s", strings.ReplaceAll(text, "into config.", "where this belongs: "))
}

func sectionOf(goType string) string {
	if goType == "Config" {
		return "the top level"
	}
	return strings.ToLower(goType)
}
