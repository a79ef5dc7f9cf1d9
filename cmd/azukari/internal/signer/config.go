package signer

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/cometbft/cometbft/crypto"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"gopkg.in/yaml.v3"

	"github.com/azukari-network/azukari/app/strictyaml"
)

const (
	// ConfigFile is the name of a signer's configuration in its folder.
	ConfigFile    = "signer.yaml"
	connectionKey = "connection_key.json"
	localState    = "priv_validator_state.json"

	// DefaultTimeout is less than the five seconds that a node waits for an answer, and more than a store takes to choose
	// another leader.
	DefaultTimeout = 4 * time.Second
	timeoutMin     = 100 * time.Millisecond
	timeoutMax     = 4500 * time.Millisecond
)

// Config is signer.yaml. Paths are relative to its folder.
type Config struct {
	// Name is the signer's own, by which the store knows who holds the validator. No two signers of a validator have the same.
	Name string `yaml:"name"`
	// ChainID of the zone.
	ChainID string `yaml:"chain_id"`
	// KeyFile is the validator's priv_validator_key.json.
	KeyFile string `yaml:"key_file"`
	// Node is where the validator's node waits: tcp://NODE-ID@host:port, or unix:///path.
	Node string `yaml:"node"`
	// Store is etcd://host:port,… or file:///path.
	Store    string `yaml:"store"`
	StoreTLS TLS    `yaml:"store_tls,omitempty"`
	// StoreTimeout bounds how long a signature waits for the store, 100 ms to 4.5 s.
	StoreTimeout time.Duration `yaml:"store_timeout"`

	dir string
}

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,62}$`)

// LoadConfig reads the configuration in a folder.
func LoadConfig(dir string) (Config, error) {
	name := filepath.Join(dir, ConfigFile)
	raw, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, fmt.Errorf("expected a signer's configuration at %s, got none: run `azukari signer init`", name)
	}
	if err != nil {
		return Config{}, err
	}
	config := Config{StoreTimeout: DefaultTimeout, dir: dir}
	if err := strictyaml.Decode(raw, &config); err != nil {
		return Config{}, fmt.Errorf("%s: %w", name, err)
	}
	if err := config.Validate(); err != nil {
		return Config{}, fmt.Errorf("%s: %w", name, err)
	}
	return config, nil
}

// Validate reports the first value that is not as it must be.
func (c Config) Validate() error {
	switch {
	case !namePattern.MatchString(c.Name):
		return fmt.Errorf("name: expected 1 to 63 lower-case letters, digits, dots or hyphens, got %q", c.Name)
	case c.ChainID == "":
		return errors.New("chain_id: expected a chain id as financial-1, got none")
	case c.KeyFile == "":
		return errors.New("key_file: expected a priv_validator_key.json, got none")
	case c.StoreTimeout < timeoutMin || c.StoreTimeout > timeoutMax:
		return fmt.Errorf("store_timeout: expected %s to %s, got %s", timeoutMin, timeoutMax, c.StoreTimeout)
	}
	_, err := parseNode(c.Node)
	return err
}

// write writes the configuration into its folder.
func (c Config) write() error {
	raw, err := yaml.Marshal(c)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.dir, ConfigFile), raw, 0o600)
}

func (c Config) path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.dir, name)
}

// Local is the file with the last signature of this signer.
func (c Config) Local() Local { return Local(c.path(localState)) }

// Open opens the store and returns the validator in it. Close the identity's store after use.
func (c Config) Open() (Identity, error) {
	key, err := c.key()
	if err != nil {
		return Identity{}, err
	}
	store, err := OpenStore(c.Store, TLS{c.path(c.StoreTLS.CA), c.path(c.StoreTLS.Certificate), c.path(c.StoreTLS.Key)})
	if err != nil {
		return Identity{}, err
	}
	return Identity{ChainID: c.ChainID, PubKey: key.PubKey(), Store: store}, nil
}

// ConnectionID is the id by which a node knows this signer. It makes the connection key if there is none.
func (c Config) ConnectionID() (string, error) {
	key, err := p2p.LoadOrGenNodeKey(c.path(connectionKey))
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.path(connectionKey), err)
	}
	return string(key.ID()), nil
}

// key reads the validator's key. A file that others can read is refused.
func (c Config) key() (crypto.PrivKey, error) {
	name := c.path(c.KeyFile)
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("key_file: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("key_file: expected %s for its owner only, got mode %04o: run `chmod 600 %s`", name, mode, name)
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("key_file: %w", err)
	}
	var file privval.FilePVKey
	if err := cmtjson.Unmarshal(raw, &file); err != nil || file.PrivKey == nil {
		return nil, fmt.Errorf("key_file: expected a priv_validator_key.json with a private key at %s", name)
	}
	if file.PubKey != nil && !bytes.Equal(file.PubKey.Bytes(), file.PrivKey.PubKey().Bytes()) {
		return nil, fmt.Errorf("key_file: expected the public key of its private key in %s, got another", name)
	}
	return file.PrivKey, nil
}

// NodeAddress returns where the validator's node waits, as priv_validator_laddr has it, and the id of the node, empty for a Unix
// socket.
func (c Config) NodeAddress() (address, id string, err error) {
	where, err := parseNode(c.Node)
	return where.network + "://" + where.address, string(where.id), err
}

// node is where a validator's node waits for the signer.
type node struct {
	network, address string
	// id of the node; empty for a Unix socket.
	id p2p.ID
}

func parseNode(text string) (node, error) {
	wrong := fmt.Errorf("node: expected tcp://NODE-ID@host:port or unix:///path, got %q", text)
	network, address, found := strings.Cut(text, "://")
	switch {
	case found && network == "unix" && address != "":
		return node{network: network, address: address}, nil
	case !found || network != "tcp":
		return node{}, wrong
	}
	parsed, err := p2p.NewNetAddressString(address)
	if err != nil {
		return node{}, fmt.Errorf("%w: %w", wrong, err)
	}
	_, hostPort, _ := strings.Cut(address, "@")
	return node{network, hostPort, parsed.ID}, nil
}
