package config

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"
)

// Validate checks the configuration as far as it can be without a chain. It returns the first error, in file order.
func (c Config) Validate() error {
	if c.Journal == "" {
		return fmt.Errorf("journal: expected the path of a database file, got nothing; for example journal: relayer.db")
	}
	if c.Metrics != "" {
		if _, _, err := net.SplitHostPort(c.Metrics); err != nil {
			return fmt.Errorf("metrics: expected host:port, got %q; for example 127.0.0.1:9464", c.Metrics)
		}
	}
	if err := oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error"); err != nil {
		return err
	}
	if err := oneOf("log.format", c.Log.Format, "text", "json"); err != nil {
		return err
	}
	if err := c.validateZones(); err != nil {
		return err
	}
	return c.Tuning.validate()
}

func (c Config) validateZones() error {
	if len(c.Zones) < 2 {
		return fmt.Errorf("zones: expected the hub and at least one more zone, got %d zones", len(c.Zones))
	}
	ids, chains := map[string]bool{}, map[string]string{}
	for i, z := range c.Zones {
		if z.ID == "" {
			return fmt.Errorf("zones[%d].id: expected a short name, got nothing", i)
		}
		if ids[z.ID] {
			return fmt.Errorf("zones[%d].id: expected unique ids, got %q twice", i, z.ID)
		}
		ids[z.ID] = true
		if err := z.validate(); err != nil {
			return fmt.Errorf("zone %s: %w", z.ID, err)
		}
		if other, taken := chains[z.ChainID]; taken {
			return fmt.Errorf("zone %s: expected a chain_id of its own, got %q, which zone %s has", z.ID, z.ChainID, other)
		}
		chains[z.ChainID] = z.ID
	}
	if !ids[c.Hub] {
		return fmt.Errorf("hub: expected the id of one of the zones, got %q", c.Hub)
	}
	return nil
}

func (z Zone) validate() error {
	if z.ChainID == "" {
		return fmt.Errorf("chain_id: expected the chain's id, got nothing")
	}
	if len(z.RPC) == 0 {
		return fmt.Errorf("rpc: expected at least one URL, got none; for example [http://127.0.0.1:26657]")
	}
	for _, raw := range z.RPC {
		u, err := url.Parse(raw)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return fmt.Errorf("rpc: expected an http or https URL, got %q; for example http://127.0.0.1:26657", raw)
		}
	}
	if z.KeyFile == "" {
		return fmt.Errorf("key_file: expected the path of a key, got nothing; make one with azrelay keys add")
	}
	for _, d := range []struct {
		name  string
		value time.Duration
	}{
		{"trusting_period", z.TrustingPeriod},
		{"unbonding_period", z.UnbondingPeriod},
		{"clock_drift", z.ClockDrift},
		{"block_time", z.BlockTime},
	} {
		if d.value < 0 {
			return fmt.Errorf("%s: expected a duration above zero, got %s", d.name, d.value)
		}
	}
	if z.UnbondingPeriod > 0 && z.TrustingPeriod >= z.UnbondingPeriod {
		return fmt.Errorf("trusting_period: expected less than the unbonding_period %s, got %s", z.UnbondingPeriod, z.TrustingPeriod)
	}
	return nil
}

func (t Tuning) validate() error {
	for _, b := range []struct {
		name       string
		value, min int
	}{
		{"max_tx_bytes", t.MaxTxBytes, 10_000},
		{"max_tx_msgs", t.MaxTxMsgs, 1},
		{"proof_workers", t.ProofWorkers, 1},
		{"in_flight", t.InFlight, 1},
	} {
		if b.value < b.min {
			return fmt.Errorf("tuning.%s: expected %d or more, got %d", b.name, b.min, b.value)
		}
	}
	if t.SweepInterval < time.Second {
		return fmt.Errorf("tuning.sweep_interval: expected 1s or more, got %s", t.SweepInterval)
	}
	return nil
}

func oneOf(field, got string, want ...string) error {
	if slices.Contains(want, got) {
		return nil
	}
	return fmt.Errorf("%s: expected one of %v, got %q", field, want, got)
}
