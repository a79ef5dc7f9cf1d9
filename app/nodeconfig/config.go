// Package nodeconfig is the configuration of a zone's node: what app.toml has beyond the SDK's, who may connect before
// the node knows, and the profiles of validators and listeners.
package nodeconfig

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"

	serverconfig "github.com/cosmos/cosmos-sdk/server/config"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const (
	// snapshotInterval is the number of blocks between two state-sync snapshots, and snapshotsKept how many stay.
	snapshotInterval = 1_000
	snapshotsKept    = 2
	// transactionBytesMax bounds one transaction in the mempool and in an RPC request. A relayer's transaction of
	// some hundred packets with proofs has one to two megabytes; base64 and JSON add a third.
	transactionBytesMax = 8 << 20
	requestBytesMax     = 12 << 20
	// blockTime is the pause after a commit. Together with the rounds of consensus it makes the block time.
	blockTime = time.Second
)

// App is app.toml.
type App struct {
	serverconfig.Config `mapstructure:",squash"`
	Admission           Admission   `mapstructure:"admission"`
	Queries             Queries     `mapstructure:"queries"`
	Operations          Operations  `mapstructure:"operations"`
	Signer              Signer      `mapstructure:"signer"`
	State               State       `mapstructure:"state"`
	Performance         Performance `mapstructure:"performance"`
}

// Admission says whom a node lets in before its state can tell.
type Admission struct {
	// BootstrapIDs are ids of nodes that may connect while the node has no state, or catches up.
	BootstrapIDs []string `mapstructure:"bootstrap-ids"`
}

// Template is app.toml's text.
const Template = serverconfig.DefaultConfigTemplate + `
###############################################################################
###                         Admission                                       ###
###############################################################################

[admission]
# Ids of nodes that may connect while this node has no state, or catches up. Once it has caught up, only nodes that members
# registered on the chain may connect, whatever is listed here.
bootstrap-ids = [{{ range .Admission.BootstrapIDs }}{{ printf "%q, " . }}{{ end }}]
` + queriesTemplate + operationsTemplate + signerTemplate + stateTemplate + performanceTemplate

// DefaultApp returns the defaults of app.toml: snapshots and the APIs on, loopback only, no fee demanded.
func DefaultApp() App {
	config := App{
		Config:     *serverconfig.DefaultConfig(),
		Operations: Operations{Address: operationsAddress, ReadyBlockAge: readyBlockAge},
		State:      defaultState(),
	}
	// Empty is refused by the server, and nothing is paid for gas in any zone.
	config.MinGasPrices = "0jpy"
	config.StateSync.SnapshotInterval = snapshotInterval
	config.StateSync.SnapshotKeepRecent = snapshotsKept
	config.API.Enable = true
	config.GRPC.Enable = true
	config.GRPCWeb.Enable = false
	return config
}

// DefaultComet returns the defaults of config.toml: only admitted nodes connect.
func DefaultComet() *cmtcfg.Config {
	config := cmtcfg.DefaultConfig()
	config.FilterPeers = true
	config.Consensus.TimeoutCommit = blockTime
	config.Mempool.MaxTxBytes = transactionBytesMax
	config.RPC.MaxBodyBytes = requestBytesMax
	return config
}

// ReadApp returns app.toml, overridden by environment and flags. unmarshal fills a struct with what the server has read.
// An error is one line.
func ReadApp(unmarshal func(into any) error) (App, error) {
	config := DefaultApp()
	config.State = earlierState()
	if err := unmarshal(&config); err != nil {
		return App{}, fmt.Errorf("app.toml: %w", err)
	}
	if err := config.ValidateBasic(); err != nil {
		return App{}, fmt.Errorf("app.toml: %w", err)
	}
	if err := config.validateOwn(); err != nil {
		return App{}, err
	}
	return config, nil
}

// validateOwn checks what app.toml has beyond the SDK's.
func (a App) validateOwn() error {
	for _, section := range []interface{ Validate() error }{a.Admission, a.Queries, a.Operations, a.Signer} {
		if err := section.Validate(); err != nil {
			return fmt.Errorf("app.toml: %w", err)
		}
	}
	for _, validate := range []func() error{a.validateState, a.validatePerformance} {
		if err := validate(); err != nil {
			return fmt.Errorf("app.toml: %w", err)
		}
	}
	return nil
}

// Validate checks that each id is one of a node, and there once.
func (a Admission) Validate() error {
	seen := make(map[string]bool, len(a.BootstrapIDs))
	for _, id := range a.BootstrapIDs {
		if err := membershiptypes.ValidateNodeID(id); err != nil {
			return fmt.Errorf("admission.bootstrap-ids: %w", err)
		}
		if seen[id] {
			return fmt.Errorf("admission.bootstrap-ids: expected each id once, got %s twice", id)
		}
		seen[id] = true
	}
	return nil
}

// Write writes config.toml and app.toml of a node below its home directory, which config.RootDir names.
func Write(comet *cmtcfg.Config, app App) error {
	if err := comet.ValidateBasic(); err != nil {
		return fmt.Errorf("config.toml: %w", err)
	}
	if err := app.validateOwn(); err != nil {
		return err
	}
	parsed, err := template.New("app.toml").Parse(Template)
	if err != nil {
		return fmt.Errorf("template of app.toml: %w", err)
	}
	var text bytes.Buffer
	if err := parsed.Execute(&text, app); err != nil {
		return fmt.Errorf("write app.toml: %w", err)
	}
	folder := filepath.Join(comet.RootDir, "config")
	cmtcfg.WriteConfigFile(filepath.Join(folder, "config.toml"), comet)
	return os.WriteFile(filepath.Join(folder, "app.toml"), text.Bytes(), 0o600)
}
