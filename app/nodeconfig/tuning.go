package nodeconfig

import (
	"fmt"
	"strings"
	"time"

	"github.com/azukari-network/azukari/app/commitstore"
)

// The names of the tunings.
const (
	// TuningThroughput is for as many payments as the machine can carry.
	TuningThroughput = "throughput"
	// TuningLatency is for payments that are final soon, at some half of that load.
	TuningLatency = "latency"
)

// Tunings are the names in the order in which people read them.
func Tunings() []string { return []string{TuningThroughput, TuningLatency} }

// tuned is one setting under each tuning.
type tuned func(tuning string) Rule

// TuningProfile returns a tuning for a validator or a listener. A node does not insist on it: whoever has measured otherwise may change
// any of it.
func TuningProfile(tuning, role string) (Profile, error) {
	profile := Profile{Name: tuning}
	if tuning != TuningThroughput && tuning != TuningLatency {
		return profile, fmt.Errorf("tuning: expected %s, got %q", strings.Join(Tunings(), " or "), tuning)
	}
	rules := everyTuned()
	switch role {
	case validatorName:
		rules = append(rules, validatorTuned()...)
	case listenerName:
		rules = append(rules, listenerTuned()...)
	default:
		return profile, fmt.Errorf("tuning: expected a %s or a %s, got %q", validatorName, listenerName, role)
	}
	for _, rule := range rules {
		profile.Rules = append(profile.Rules, rule(tuning))
	}
	return profile, nil
}

// everyTuned are the settings of every node.
func everyTuned() []tuned {
	const peerRate = 64 << 20 // bytes per second
	return []tuned{
		exactly(cometFile, "consensus.timeout_commit", func(f Files) *time.Duration { return &f.Comet.Consensus.TimeoutCommit },
			blockTime, 400*time.Millisecond, "the pause after a block: a long one makes few large blocks, a short one lets payments wait less"),
		exactly(cometFile, "consensus.timeout_propose", func(f Files) *time.Duration { return &f.Comet.Consensus.TimeoutPropose },
			3*time.Second, time.Second, "the wait for a proposer that is away; a large block must arrive within it"),
		exactly(cometFile, "consensus.peer_gossip_sleep_duration", func(f Files) *time.Duration { return &f.Comet.Consensus.PeerGossipSleepDuration },
			100*time.Millisecond, 10*time.Millisecond, "how long votes and parts of blocks may lie until they are passed on"),
		exactly(cometFile, "p2p.flush_throttle_timeout", func(f Files) *time.Duration { return &f.Comet.P2P.FlushThrottleTimeout },
			10*time.Millisecond, 10*time.Millisecond, "how long messages to a peer are gathered; each vote waits for it"),
		exactly(cometFile, "p2p.send_rate", func(f Files) *int64 { return &f.Comet.P2P.SendRate },
			peerRate, peerRate, "bytes a second to a peer: with CometBFT's 5 MB a block of 20 MiB takes four seconds"),
		exactly(cometFile, "p2p.recv_rate", func(f Files) *int64 { return &f.Comet.P2P.RecvRate },
			peerRate, peerRate, "the same from a peer"),
		exactly(cometFile, "mempool.size", func(f Files) *int { return &f.Comet.Mempool.Size },
			50_000, 5_000, "transactions that may wait; more are refused, and those who sent them try again"),
		exactly(cometFile, "mempool.cache_size", func(f Files) *int { return &f.Comet.Mempool.CacheSize },
			100_000, 10_000, "twice as many are known, so that none is checked again when another peer sends it"),
		exactly(cometFile, "mempool.max_txs_bytes", func(f Files) *int64 { return &f.Comet.Mempool.MaxTxsBytes },
			512<<20, 64<<20, "memory for those that wait"),
		exactly(cometFile, "mempool.max_tx_bytes", func(f Files) *int { return &f.Comet.Mempool.MaxTxBytes },
			transactionBytesMax, transactionBytesMax, "the largest bundle of orders, or packets with their proofs"),
		exactly(cometFile, "mempool.recheck", func(f Files) *bool { return &f.Comet.Mempool.Recheck },
			true, true, "a transaction behind one that failed can be in no block: it must not stay"),
		exactly(cometFile, "mempool.broadcast", func(f Files) *bool { return &f.Comet.Mempool.Broadcast },
			true, true, "the next proposer needs what another node was given"),
	}
}

// validatorTuned are the settings of validators, which answer nobody.
func validatorTuned() []tuned {
	indexer := validatorIndexer()
	return []tuned{
		exactly(appFile, "performance.heap-mib", heapMiBOf,
			3_072, 3_072, "memory for the heap, taken at the start: no payment waits until the operating system has a page for it"),
		exactly(appFile, "performance.gc-percent", gcPercentOf,
			100, 100, "how far the heap grows beyond what is in use, once it is larger than that"),
		func(string) Rule { return indexer },
		exactly(cometFile, "storage.discard_abci_responses", func(f Files) *bool { return &f.Comet.Storage.DiscardABCIResponses },
			true, true, "results of blocks are asked of listeners"),
		exactly(appFile, "state-sync.snapshot-interval", func(f Files) *uint64 { return &f.App.StateSync.SnapshotInterval },
			0, 0, "listeners give new nodes the zone's state; a snapshot reads all of it"),
		withMemIAVL(keyConcurrentChecks, func(f Files) *bool { return &f.App.Performance.ConcurrentChecks },
			true, true, "transactions come in while a block is executed, so that the next one is full"),
		exactly(appFile, KeyOptimisticExecution, func(f Files) *bool { return &f.App.Performance.OptimisticExecution },
			false, false, "blocks executed while the others vote were final no sooner, and one that is not decided was executed in vain"),
	}
}

func heapMiBOf(f Files) *int64 { return &f.App.Performance.HeapMiB }

func gcPercentOf(f Files) *int { return &f.App.Performance.GCPercent }

// listenerTuned are the settings of listeners, which others ask.
func listenerTuned() []tuned {
	return []tuned{
		exactly(appFile, "performance.heap-mib", heapMiBOf,
			0, 0, "what others ask decides how much memory a listener needs"),
		exactly(appFile, "performance.gc-percent", gcPercentOf,
			200, 200, "collecting the heap less often costs memory and saves processor time"),
		exactly(cometFile, "storage.discard_abci_responses", func(f Files) *bool { return &f.Comet.Storage.DiscardABCIResponses },
			false, false, "relayers and statements read the results of blocks"),
		exactly(appFile, keyConcurrentChecks, func(f Files) *bool { return &f.App.Performance.ConcurrentChecks },
			false, false, "a listener for long past has IAVL, which cannot be read while a block is executed"),
		exactly(appFile, KeyOptimisticExecution, func(f Files) *bool { return &f.App.Performance.OptimisticExecution },
			false, false, "nobody waits for a listener to have a block first"),
	}
}

// exactly is a setting that has one value under each tuning.
func exactly[T comparable](file, key string, at func(Files) *T, throughput, latency T, why string) tuned {
	return func(tuning string) Rule {
		want := throughput
		if tuning == TuningLatency {
			want = latency
		}
		return Rule{
			File: file, Key: key, Want: fmt.Sprint(want), Why: why,
			got:   func(f Files) string { return fmt.Sprint(*at(f)) },
			holds: func(f Files) bool { return *at(f) == want },
			apply: func(f Files) { *at(f) = want },
		}
	}
}

// withMemIAVL is a switch of app.toml that only memiavl can have on; with another store it is off.
func withMemIAVL(key string, at func(Files) *bool, throughput, latency bool, why string) tuned {
	return func(tuning string) Rule {
		rule := exactly(appFile, key, at, throughput, latency, why)(tuning)
		off := exactly(appFile, key, at, false, false, why)(tuning)
		of := func(f Files) Rule {
			if f.App.State.Store != commitstore.KindMemIAVL {
				return off
			}
			return rule
		}
		chosen := rule
		chosen.holds = func(f Files) bool { return of(f).holds(f) }
		chosen.apply = func(f Files) { of(f).apply(f) }
		return chosen
	}
}
