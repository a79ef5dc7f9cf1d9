package nodeconfig

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	cmtcfg "github.com/cometbft/cometbft/config"

	pruningtypes "cosmossdk.io/store/pruning/types"
)

const (
	indexerOff = "null"
	indexerOn  = "kv"

	validatorName = "validator"
	listenerName  = "listener"

	cometFile = "config.toml"
	appFile   = "app.toml"

	rpcAddress = "127.0.0.1:26657"
)

// Files are the two configuration files of a node.
type Files struct {
	Comet *cmtcfg.Config
	App   *App
}

// Profile is what the configuration of one kind of node must be.
type Profile struct {
	// Name is validator or listener, or that of a tuning.
	Name string
	// Rules in the order in which a node checks them.
	Rules []Rule
}

// Rule is one setting of a profile.
type Rule struct {
	// File is config.toml or app.toml, and Key the setting in it.
	File, Key string
	// Want is what the setting must be, and Why one clause of reason.
	Want, Why string
	// got returns the setting as people write it.
	got func(Files) string
	// holds says whether the setting is good, and apply makes it so.
	holds func(Files) bool
	apply func(Files)
}

// Setting returns the setting as it is now, as people write it.
func (r Rule) Setting(files Files) string { return cmp.Or(r.got(files), "empty") }

// ListenerProfile is the configuration of a node that follows the zone, indexes it and answers queries. It never signs.
func ListenerProfile() Profile {
	return Profile{Name: listenerName, Rules: append([]Rule{
		{
			File: cometFile, Key: "priv_validator_laddr", Want: "empty", Why: "a listener never signs",
			got:   func(f Files) string { return f.Comet.PrivValidatorListenAddr },
			holds: func(f Files) bool { return f.Comet.PrivValidatorListenAddr == "" },
			apply: func(f Files) { f.Comet.PrivValidatorListenAddr = "" },
		},
		{
			File: cometFile, Key: "tx_index.indexer", Want: "kv or psql", Why: "transactions are found at listeners",
			got:   func(f Files) string { return f.Comet.TxIndex.Indexer },
			holds: func(f Files) bool { return f.Comet.TxIndex.Indexer != indexerOff && f.Comet.TxIndex.Indexer != "" },
			apply: func(f Files) { f.Comet.TxIndex.Indexer = indexerOn },
		},
		{
			File: appFile, Key: "state-sync.snapshot-interval", Want: "1 or more", Why: "listeners give new nodes the zone's state",
			got:   func(f Files) string { return fmt.Sprint(f.App.StateSync.SnapshotInterval) },
			holds: func(f Files) bool { return f.App.StateSync.SnapshotInterval > 0 },
			apply: func(f Files) { f.App.StateSync.SnapshotInterval = snapshotInterval },
		},
	}, append(queryRules(), commonRules()...)...)}
}

// ValidatorProfile is the configuration of a node that votes and does nothing else: nobody asks it anything from outside
// its machine.
func ValidatorProfile() Profile {
	return Profile{Name: validatorName, Rules: append([]Rule{
		{
			File: cometFile, Key: "rpc.laddr", Want: "loopback or empty", Why: "a validator answers its own machine only",
			got:   func(f Files) string { return f.Comet.RPC.ListenAddress },
			holds: func(f Files) bool { return isClosed(f.Comet.RPC.ListenAddress) },
			apply: func(f Files) { f.Comet.RPC.ListenAddress = "tcp://" + closed(f.Comet.RPC.ListenAddress, rpcAddress) },
		},
		{
			File: appFile, Key: "grpc.address", Want: "off, or loopback", Why: "queries are answered by listeners",
			got:   func(f Files) string { return f.App.GRPC.Address },
			holds: func(f Files) bool { return !f.App.GRPC.Enable || isClosed(f.App.GRPC.Address) },
			apply: func(f Files) { f.App.GRPC.Enable = false },
		},
		{
			File: appFile, Key: "api.address", Want: "off, or loopback", Why: "queries are answered by listeners",
			got:   func(f Files) string { return f.App.API.Address },
			holds: func(f Files) bool { return !f.App.API.Enable || isClosed(f.App.API.Address) },
			apply: func(f Files) { f.App.API.Enable = false },
		},
		{
			File: appFile, Key: "operations.address", Want: "loopback or empty", Why: "a validator answers its own machine only",
			got:   func(f Files) string { return f.App.Operations.Address },
			holds: func(f Files) bool { return isClosed(f.App.Operations.Address) },
			apply: func(f Files) { f.App.Operations.Address = closed(f.App.Operations.Address, operationsAddress) },
		},
		{
			File: appFile, Key: "queries.address", Want: "off, or empty", Why: "queries are answered by listeners",
			got:   func(f Files) string { return f.App.Queries.Address },
			holds: func(f Files) bool { return !f.App.Queries.On() },
			apply: func(f Files) { f.App.Queries.Address = QueriesOff },
		},
		validatorIndexer(),
		{
			File: cometFile, Key: "p2p.pex", Want: "false", Why: "a validator dials only persistent_peers and tells nobody's address",
			got:   func(f Files) string { return fmt.Sprint(f.Comet.P2P.PexReactor) },
			holds: func(f Files) bool { return !f.Comet.P2P.PexReactor },
			apply: func(f Files) { f.Comet.P2P.PexReactor = false },
		},
	}, commonRules()...)}
}

// validatorIndexer is what a validator spends on finding transactions.
func validatorIndexer() Rule {
	return Rule{
		File: cometFile, Key: "tx_index.indexer", Want: indexerOff, Why: "transactions are found at listeners",
		got:   func(f Files) string { return f.Comet.TxIndex.Indexer },
		holds: func(f Files) bool { return f.Comet.TxIndex.Indexer == indexerOff },
		apply: func(f Files) { f.Comet.TxIndex.Indexer = indexerOff },
	}
}

// commonRules are those of every node.
func commonRules() []Rule {
	return []Rule{
		{
			File: cometFile, Key: "rpc.pprof_laddr", Want: "loopback or empty", Why: "it shows the inside of the process",
			got:   func(f Files) string { return f.Comet.RPC.PprofListenAddress },
			holds: func(f Files) bool { return isClosed(f.Comet.RPC.PprofListenAddress) },
			apply: func(f Files) { f.Comet.RPC.PprofListenAddress = "" },
		},
		{
			File: cometFile, Key: "rpc.grpc_laddr", Want: "loopback or empty", Why: "transactions are sent by the other ports",
			got:   func(f Files) string { return f.Comet.RPC.GRPCListenAddress },
			holds: func(f Files) bool { return isClosed(f.Comet.RPC.GRPCListenAddress) },
			apply: func(f Files) { f.Comet.RPC.GRPCListenAddress = "" },
		},
		{
			File: cometFile, Key: "instrumentation.prometheus", Want: "false", Why: "CometBFT's metrics are at operations.address, too",
			got:   func(f Files) string { return fmt.Sprint(f.Comet.Instrumentation.Prometheus) },
			holds: func(f Files) bool { return !f.Comet.Instrumentation.Prometheus },
			apply: func(f Files) { f.Comet.Instrumentation.Prometheus = false },
		},
		{
			File: cometFile, Key: "filter_peers", Want: "true", Why: "only admitted nodes may connect",
			got:   func(f Files) string { return fmt.Sprint(f.Comet.FilterPeers) },
			holds: func(f Files) bool { return f.Comet.FilterPeers },
			apply: func(f Files) { f.Comet.FilterPeers = true },
		},
		{
			File: cometFile, Key: "p2p.addr_book_strict", Want: "false", Why: "members reach each other in private networks",
			got:   func(f Files) string { return fmt.Sprint(f.Comet.P2P.AddrBookStrict) },
			holds: func(f Files) bool { return !f.Comet.P2P.AddrBookStrict },
			apply: func(f Files) { f.Comet.P2P.AddrBookStrict = false },
		},
	}
}

// Check returns the first setting that is not as the profile wants it, in one line that says what to do.
func (p Profile) Check(files Files) error {
	for _, rule := range p.Rules {
		if !rule.holds(files) {
			return fmt.Errorf("%s in %s of a %s: expected %s, got %q (%s): correct it, or let `configure %s` do so",
				rule.Key, rule.File, p.Name, rule.Want, rule.got(files), rule.Why, p.Name)
		}
	}
	return nil
}

// Apply writes every setting that is not as the profile wants it, and returns the rules that it applied.
func (p Profile) Apply(files Files) []Rule {
	var applied []Rule
	for _, rule := range p.Rules {
		if !rule.holds(files) {
			rule.apply(files)
			applied = append(applied, rule)
		}
	}
	return applied
}

const (
	// AllStates keeps every past state.
	AllStates = "all"
	// ValidatorStates is how many past states a validator keeps: it needs none but for proofs that are asked on its own machine.
	ValidatorStates = "100"
	// ListenerStates is what is three weeks at five seconds a block, so that proofs outlive what light clients trust.
	ListenerStates = "362880"
)

// SetPastStates chooses how many past states a node keeps for queries and proofs: AllStates, or a number from 2 on. More may
// be there, because old ones are dropped ten at a time.
func (a *App) SetPastStates(text string) error {
	const interval = 10
	if text == AllStates {
		a.Pruning = pruningtypes.PruningOptionNothing
		return nil
	}
	keep, err := strconv.ParseUint(text, 10, 63)
	if err != nil || keep < 2 {
		return fmt.Errorf("past states: expected %s, or a number from 2 on, got %q", AllStates, text)
	}
	a.Pruning = pruningtypes.PruningOptionCustom
	a.PruningKeepRecent, a.PruningInterval = strconv.FormatUint(keep, 10), strconv.Itoa(interval)
	return nil
}

// blocksMin is how many blocks a node keeps at least: enough for peers that are a little behind.
const blocksMin = 1_000

// SetKeptBlocks chooses how many blocks a node keeps: AllStates, or a number from 1,000 on. A block that evidence may still be about, by the
// zone's consensus parameters, or that a snapshot for state sync needs, is kept in any case.
func (a *App) SetKeptBlocks(text string) error {
	if text == AllStates {
		a.MinRetainBlocks = 0
		return nil
	}
	keep, err := strconv.ParseUint(text, 10, 63)
	if err != nil || keep < blocksMin {
		return fmt.Errorf("kept blocks: expected %s, or a number from %d on, got %q", AllStates, blocksMin, text)
	}
	a.MinRetainBlocks = keep
	return nil
}

// PastStates returns what SetPastStates has chosen, and false if nobody has chosen yet.
func (a *App) PastStates() (text string, chosen bool) {
	switch a.Pruning {
	case pruningtypes.PruningOptionNothing:
		return AllStates, true
	case pruningtypes.PruningOptionCustom:
		return a.PruningKeepRecent, true
	default:
		return "", false
	}
}

// closed returns loopback, as host:port, with the port of an address, so that two nodes of one machine stay apart; usual is the
// address if there is no port to keep.
func closed(address, usual string) string {
	at := strings.LastIndexByte(address, ':')
	if _, err := strconv.ParseUint(address[at+1:], 10, 16); err != nil {
		return usual
	}
	return net.JoinHostPort("127.0.0.1", address[at+1:])
}

// isClosed says whether nothing listens at an address, or only for the same machine.
func isClosed(address string) bool {
	if address == "" || strings.HasPrefix(address, "unix://") {
		return true
	}
	host, _, err := net.SplitHostPort(hostPort(address))
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// hostPort returns an address without its protocol, or nothing if it is no address of TCP.
func hostPort(address string) string {
	protocol, bare, found := strings.Cut(address, "://")
	switch {
	case !found:
		return address
	case protocol == "tcp":
		return bare
	default:
		return ""
	}
}
