package bench

import (
	"time"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// tune gives a node the settings of the tuning that is measured, and what the measurement needs beside them. settings is what the result
// says of it.
func (o Options) tune(home, role, profiler string, counted bool) (settings map[string]string, err error) {
	files, err := nodeconfig.Read(home)
	if err != nil {
		return nil, err
	}
	comet, app := files.Comet, files.App
	app.State.Store = o.Store
	rules, err := o.rules(role)
	if err != nil {
		return nil, err
	}
	if o.Tuning != TuningNone {
		nodeconfig.Profile{Rules: rules}.Apply(files)
		app.Performance.HeapMiB = min(app.Performance.HeapMiB, heapShare(thisMachine().MemoryBytes, o.Validators+o.Listeners))
		// As many past states as `configure` keeps, and in memory a few.
		states := nodeconfig.ValidatorStates
		if role == devnet.RoleListener && o.Store == commitstore.KindIAVL {
			states = nodeconfig.ListenerStates
		}
		if err := app.SetPastStates(states); err != nil {
			return nil, err
		}
	}
	comet.RPC.PprofListenAddress = profiler
	if o.BlockTime > 0 {
		comet.Consensus.TimeoutCommit = o.BlockTime
	}
	// Room for what is in flight, and for blocks whose transactions are checked again.
	comet.Mempool.Size = max(comet.Mempool.Size, 2*o.InFlight/o.perUnit())
	comet.Mempool.CacheSize = max(comet.Mempool.CacheSize, 2*comet.Mempool.Size)
	settings = map[string]string{"tuning": o.Tuning, "state.store": app.State.Store, "pruning-keep-recent": "as default"}
	if states, chosen := app.PastStates(); chosen {
		settings["pruning-keep-recent"] = states
	}
	for _, rule := range rules {
		settings[rule.Key] = rule.Setting(files)
	}
	// Outcomes are counted from the results that one node has kept.
	if counted && comet.Storage.DiscardABCIResponses {
		comet.Storage.DiscardABCIResponses = false
		settings[discardResponses] += ", but at the node that outcomes are counted from"
	}
	return settings, nodeconfig.Write(comet, *app)
}

// heapShare returns how many MiB the heap of each node may have from its start: together half of the machine's memory, since a
// heap may grow, and the state's files and the load need the rest. 0 takes nothing: if that is too little, or nobody knows.
func heapShare(machine int64, nodes int) int64 {
	const least, part, mib = 64, 2, 1 << 20
	share := machine / mib / part / int64(nodes)
	if share < least {
		return 0
	}
	return share
}

const discardResponses = "storage.discard_abci_responses"

// rules are the settings that a tuning names. Without one the result tells of the same, and nothing is set.
func (o Options) rules(role string) ([]nodeconfig.Rule, error) {
	name := o.Tuning
	if name == TuningNone {
		name = nodeconfig.TuningThroughput
	}
	profile, err := nodeconfig.TuningProfile(name, role)
	return profile.Rules, err
}

// pause is what nodes wait after a commit.
func (o Options) pause() (time.Duration, error) {
	if o.BlockTime > 0 {
		return o.BlockTime, nil
	}
	files := nodeconfig.Files{Comet: nodeconfig.DefaultComet(), App: &nodeconfig.App{}}
	if o.Tuning != TuningNone {
		rules, err := o.rules(devnet.RoleValidator)
		if err != nil {
			return 0, err
		}
		nodeconfig.Profile{Rules: rules}.Apply(files)
	}
	return files.Comet.Consensus.TimeoutCommit, nil
}
