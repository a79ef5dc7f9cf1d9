package devnet

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	ibcclienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
)

const (
	// FinancialID names the Financial Zone among the zones of a network. No Business Zone may take it.
	FinancialID = "financial"

	maxBanks           = 26 // bank-a to bank-z
	maxNodesPerZone    = 64
	maxAccountsPerBank = 1_000_000
	maxYen             = 1_000_000_000_000_000 // 10^15, the registry's own bound of a limit
)

// Formats of logs.
const (
	LogFormatText = "text"
	LogFormatJSON = "json"
)

// Manifest is the shape of a network. Start from [DefaultManifest]: zero values are not defaults.
type Manifest struct {
	// Name appears in messages and in endpoints.json; 1 to 32 characters as in a zone id.
	Name string `yaml:"name"`
	// Seed from which every account key is derived; the same seed gives the same addresses. Not empty.
	Seed string `yaml:"seed"`
	// GenesisTime of every zone; the zero time stands for the moment of the start.
	GenesisTime time.Time `yaml:"genesis_time"`
	// BlockTimeMS is the wait between two blocks in milliseconds, 50 to 60000.
	BlockTimeMS int64 `yaml:"block_time_ms"`
	// UnbondingTimeSeconds is how long keys stay accountable; above TrustingPeriodSeconds.
	UnbondingTimeSeconds int64 `yaml:"unbonding_time_seconds"`
	// TrustingPeriodSeconds is how long the relayer's light clients trust a header, 2 or more.
	TrustingPeriodSeconds int64 `yaml:"trusting_period_seconds"`
	// PacketTimeoutSeconds is how long a packet may take, 1 or more.
	PacketTimeoutSeconds int64 `yaml:"packet_timeout_seconds"`
	// PortsBase is the first of consecutive ports to use, 1024 to 65000; 0 chooses free ports.
	PortsBase int `yaml:"ports_base"`
	// LogLevel of the nodes: debug, info, warn or error.
	LogLevel string `yaml:"log_level"`
	// LogFormat of all processes: text or json.
	LogFormat string `yaml:"log_format"`
	// Relayer says whether to run a relayer and to wait until it has linked every Business Zone.
	Relayer bool `yaml:"relayer"`
	// Financial is the Financial Zone.
	Financial FinancialManifest `yaml:"financial"`
	// Zones are the Business Zones, in any order; none is allowed.
	Zones []ZoneManifest `yaml:"zones"`
	// Accounts are registered in the Financial Zone's genesis.
	Accounts AccountsManifest `yaml:"accounts"`
	// Clearing is how the banks settle between each other.
	Clearing ClearingManifest `yaml:"clearing"`
}

// FinancialManifest is the shape of the Financial Zone.
type FinancialManifest struct {
	// ChainID ends in a revision, as in financial-1.
	ChainID string `yaml:"chain_id"`
	// Banks that run the zone, 1 to 26: bank-a, bank-b and so on.
	Banks int `yaml:"banks"`
	// ValidatorsPerBank, 1 or more.
	ValidatorsPerBank int `yaml:"validators_per_bank"`
	// Listeners are nodes that follow the zone without a vote, 0 or more.
	Listeners int `yaml:"listeners"`
}

// ZoneManifest is the shape of one Business Zone.
type ZoneManifest struct {
	// ID is 2 to 32 characters: a lower-case letter, then lower-case letters, digits or hyphens. Unique.
	ID string `yaml:"id"`
	// ChainID ends in a revision, as in retail-1; empty stands for the id with revision 1.
	ChainID string `yaml:"chain_id"`
	// Validators, each run by a business of its own; 1 or more.
	Validators int `yaml:"validators"`
	// Listeners are nodes that follow the zone without a vote, 0 or more.
	Listeners int `yaml:"listeners"`
}

// AccountsManifest says which accounts exist from genesis on, all active and with limits of 10^15 yen.
type AccountsManifest struct {
	// PerBank is the number of accounts of each bank, 0 to 1000000. Their keys are [Keys.Account].
	PerBank int `yaml:"per_bank"`
	// BalanceYen of each account, 0 to 10^15, issued by one approved order in genesis.
	BalanceYen int64 `yaml:"balance_yen"`
}

// ClearingManifest says how banks settle payments between their customers.
type ClearingManifest struct {
	// Mode is gross, net or hybrid.
	Mode string `yaml:"mode"`
	// ReserveYen of each bank at the settlement agent, 0 to 10^15, issued by one approved order in genesis.
	ReserveYen int64 `yaml:"reserve_yen"`
	// NetDebitCapYen of each bank, 0 to 10^15.
	NetDebitCapYen int64 `yaml:"net_debit_cap_yen"`
}

// DefaultManifest is four banks with one validator each and one listener, two Business Zones "retail" and
// "energy" with two validators each, one-second blocks and the relayer.
func DefaultManifest() Manifest {
	return Manifest{
		Name:                  "devnet",
		Seed:                  "azukari devnet",
		BlockTimeMS:           1000,
		UnbondingTimeSeconds:  21 * 24 * 3600,
		TrustingPeriodSeconds: 14 * 24 * 3600,
		PacketTimeoutSeconds:  600,
		LogLevel:              "info",
		LogFormat:             LogFormatText,
		Relayer:               true,
		Financial:             FinancialManifest{ChainID: "financial-1", Banks: 4, ValidatorsPerBank: 1, Listeners: 1},
		Zones: []ZoneManifest{
			{ID: "retail", ChainID: "retail-1", Validators: 2},
			{ID: "energy", ChainID: "energy-1", Validators: 2},
		},
		Accounts: AccountsManifest{PerBank: 2},
		// Enough that a network can run for days without anybody settling by hand.
		Clearing: ClearingManifest{Mode: "hybrid", ReserveYen: 1_000_000_000_000, NetDebitCapYen: 1_000_000_000_000},
	}
}

var (
	idPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)
	logLevels = map[string]bool{"debug": true, "info": true, "warn": true, "error": true}
)

// Validate reports the first value that is out of its range, by its YAML name.
func (m Manifest) Validate() error {
	if !idPattern.MatchString(m.Name) {
		return fmt.Errorf("name: expected 2 to 32 lower-case letters, digits or hyphens, got %q", m.Name)
	}
	if m.Seed == "" {
		return errors.New("seed: expected some text, got none")
	}
	for _, bound := range []struct {
		name            string
		value, min, max int64
	}{
		{"block_time_ms", m.BlockTimeMS, 50, 60_000},
		{"trusting_period_seconds", m.TrustingPeriodSeconds, 2, 10 * 365 * 24 * 3600},
		{"unbonding_time_seconds", m.UnbondingTimeSeconds, m.TrustingPeriodSeconds + 1, 11 * 365 * 24 * 3600},
		{"packet_timeout_seconds", m.PacketTimeoutSeconds, 1, 365 * 24 * 3600},
		{"financial.banks", int64(m.Financial.Banks), 1, maxBanks},
		{"financial.validators_per_bank", int64(m.Financial.ValidatorsPerBank), 1, maxNodesPerZone},
		{"financial.listeners", int64(m.Financial.Listeners), 0, maxNodesPerZone},
		{"accounts.per_bank", int64(m.Accounts.PerBank), 0, maxAccountsPerBank},
		{"accounts.balance_yen", m.Accounts.BalanceYen, 0, maxYen},
		{"clearing.reserve_yen", m.Clearing.ReserveYen, 0, maxYen},
		{"clearing.net_debit_cap_yen", m.Clearing.NetDebitCapYen, 0, maxYen},
	} {
		if bound.value < bound.min || bound.value > bound.max {
			return fmt.Errorf("%s: expected %d to %d, got %d", bound.name, bound.min, bound.max, bound.value)
		}
	}
	if m.PortsBase != 0 && (m.PortsBase < 1024 || m.PortsBase > 65_000) {
		return fmt.Errorf("ports_base: expected 0 or 1024 to 65000, got %d", m.PortsBase)
	}
	if !logLevels[m.LogLevel] {
		return fmt.Errorf("log_level: expected debug, info, warn or error, got %q", m.LogLevel)
	}
	if m.LogFormat != LogFormatText && m.LogFormat != LogFormatJSON {
		return fmt.Errorf("log_format: expected text or json, got %q", m.LogFormat)
	}
	if _, known := clearingModes[m.Clearing.Mode]; !known {
		return fmt.Errorf("clearing.mode: expected gross, net or hybrid, got %q", m.Clearing.Mode)
	}
	return m.validateZones()
}

func (m Manifest) validateZones() error {
	if !ibcclienttypes.IsRevisionFormat(m.Financial.ChainID) {
		return fmt.Errorf("financial.chain_id: expected a name and a revision as financial-1, got %q", m.Financial.ChainID)
	}
	ids := map[string]bool{FinancialID: true}
	chainIDs := map[string]bool{m.Financial.ChainID: true}
	for i, zone := range m.Zones {
		field := fmt.Sprintf("zones[%d]", i)
		switch {
		case !idPattern.MatchString(zone.ID):
			return fmt.Errorf("%s.id: expected 2 to 32 lower-case letters, digits or hyphens, got %q", field, zone.ID)
		case ids[zone.ID]:
			return fmt.Errorf("%s.id: expected a zone of its own, got %q again", field, zone.ID)
		case !ibcclienttypes.IsRevisionFormat(zone.chainID()):
			return fmt.Errorf("%s.chain_id: expected a name and a revision as retail-1, got %q", field, zone.chainID())
		case chainIDs[zone.chainID()]:
			return fmt.Errorf("%s.chain_id: expected a chain of its own, got %q again", field, zone.chainID())
		case zone.Validators < 1 || zone.Validators > maxNodesPerZone:
			return fmt.Errorf("%s.validators: expected 1 to %d, got %d", field, maxNodesPerZone, zone.Validators)
		case zone.Listeners < 0 || zone.Listeners > maxNodesPerZone:
			return fmt.Errorf("%s.listeners: expected 0 to %d, got %d", field, maxNodesPerZone, zone.Listeners)
		}
		ids[zone.ID], chainIDs[zone.chainID()] = true, true
	}
	return nil
}

// BlockTime returns the wait between two blocks.
func (m Manifest) BlockTime() time.Duration { return time.Duration(m.BlockTimeMS) * time.Millisecond }

// BankIDs returns the organization ids of the banks, in ascending order.
func (m Manifest) BankIDs() []string {
	ids := make([]string, m.Financial.Banks)
	for i := range ids {
		ids[i] = "bank-" + string(rune('a'+i))
	}
	return ids
}

func (z ZoneManifest) chainID() string {
	if z.ChainID == "" {
		return z.ID + "-1"
	}
	return z.ChainID
}
