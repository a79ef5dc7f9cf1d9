package bench

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/pprof/profile"
	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// topPackages is how many packages a profile names.
const topPackages = 20

// phases are what a node does, by a function on the stack. The first that is found counts: a check of a transaction is not
// also the network's part that brought it.
var phases = []struct{ name, function string }{
	{"garbage collection", "runtime.gcBgMarkWorker"},
	{"garbage collection", "runtime.gcAssistAlloc"},
	{"garbage collection", "runtime.bgsweep"},
	{"garbage collection", "runtime.bgscavenge"},
	{"Commit", "baseapp.(*BaseApp).Commit"},
	{"CheckTx", "baseapp.(*BaseApp).CheckTx"},
	{"FinalizeBlock", "baseapp.(*BaseApp).FinalizeBlock"},
	{"FinalizeBlock", "baseapp.(*BaseApp).internalFinalizeBlock"},
	{"proposals", "baseapp.(*BaseApp).PrepareProposal"},
	{"proposals", "baseapp.(*BaseApp).ProcessProposal"},
	{"requests", "cometbft/rpc/"},
	{"index of transactions", "cometbft/state/txindex"},
	{"index of transactions", "cometbft/state/indexer"},
	{"consensus", "cometbft/consensus."},
	{"mempool", "cometbft/mempool."},
	{"network", "cometbft/p2p"},
	{"consensus", "github.com/cometbft/cometbft/"},
	{"application beside blocks", "github.com/azukari-network/azukari/"},
	{"database", "goleveldb/leveldb"},
	{"runtime", "runtime."},
}

// signatureFunctions verify signatures, in whatever phase.
var signatureFunctions = []string{
	"crypto/ed25519.Verify", "ed25519.Verify", "ed25519.(*BatchVerifier).Verify", "secp256k1.(*PubKey).VerifySignature", "types.VerifySignatures",
}

// profile records one node's processor time, and what it allocates, in the middle of the load.
func (b *bench) profile(ctx context.Context, node *devnet.Node, run int) (*Profile, error) {
	length := b.options.ProfileFor
	if sleep(ctx, (time.Duration(b.options.Seconds)*time.Second-length)/2) != nil {
		return nil, nil //nolint:nilerr,nilnil // the load ended before
	}
	var raw, allocations []byte
	both, asking := errgroup.WithContext(ctx)
	both.Go(func() (err error) { raw, err = b.askProfile(asking, "profile", length); return err })
	both.Go(func() (err error) { allocations, err = b.askProfile(asking, "allocs", length); return err })
	err := both.Wait()
	if ctx.Err() != nil {
		return nil, nil //nolint:nilerr,nilnil // the load ended meanwhile
	}
	if err != nil {
		return nil, fmt.Errorf("profile %s: %w", node.Name(), err)
	}
	file := fmt.Sprintf("cpu-%s-run-%d.pprof", node.Name(), run+1)
	if err := os.WriteFile(filepath.Join(b.options.Dir, file), raw, 0o600); err != nil {
		return nil, err
	}
	memory := fmt.Sprintf("allocs-%s-run-%d.pprof", node.Name(), run+1)
	if err := os.WriteFile(filepath.Join(b.options.Dir, memory), allocations, 0o600); err != nil {
		return nil, err
	}
	found, err := profile.ParseData(raw)
	if err != nil {
		return nil, fmt.Errorf("profile %s: %w", node.Name(), err)
	}
	result := sharesOf(found)
	result.Node, result.File = node.Name(), file
	return &result, nil
}

// askProfile asks the profiled node what it does from now on: "profile" with its processor, "allocs" with its memory.
func (b *bench) askProfile(ctx context.Context, kind string, length time.Duration) (raw []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet,
		fmt.Sprintf("http://%s/debug/pprof/%s?seconds=%d", b.profiler, kind, int(length.Seconds())), nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if raw, err = io.ReadAll(response.Body); err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("expected status 200, got %d: %s", response.StatusCode, bytes.TrimSpace(raw))
	}
	return raw, err
}

// sharesOf adds up the samples of a profile of processor time.
func sharesOf(found *profile.Profile) Profile {
	byPhase, byPackage := map[string]int64{}, map[string]int64{}
	var total, signatures int64
	for _, sample := range found.Sample {
		value := sample.Value[len(sample.Value)-1]
		stack := functionsOf(sample)
		if len(stack) == 0 {
			continue
		}
		total += value
		byPhase[phaseOf(stack)] += value
		byPackage[packageOf(stack[0])] += value
		if slices.ContainsFunc(stack, isSignature) {
			signatures += value
		}
	}
	return Profile{
		Seconds: float64(total) / 1e9, Signatures: shareOf(signatures, total),
		Phases: shares(byPhase, total, len(byPhase)), Packages: shares(byPackage, total, topPackages),
	}
}

// functionsOf lists the names of the functions on a stack, the one that ran first.
func functionsOf(sample *profile.Sample) []string {
	var names []string
	for _, location := range sample.Location {
		for _, line := range location.Line {
			if line.Function != nil {
				names = append(names, line.Function.Name)
			}
		}
	}
	return names
}

func phaseOf(stack []string) string {
	for _, phase := range phases {
		if slices.ContainsFunc(stack, func(name string) bool { return strings.Contains(name, phase.function) }) {
			return phase.name
		}
	}
	return "other"
}

func isSignature(name string) bool {
	return slices.ContainsFunc(signatureFunctions, func(function string) bool { return strings.HasSuffix(name, function) })
}

// packageOf returns the package of a function: all before the first point behind the last slash.
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	name, _, _ := strings.Cut(function[slash:], ".")
	return function[:slash] + name
}

// shares lists the largest parts of a total.
func shares(parts map[string]int64, total int64, most int) []Share {
	names := slices.SortedFunc(maps.Keys(parts), func(a, b string) int {
		return cmp.Or(cmp.Compare(parts[b], parts[a]), strings.Compare(a, b))
	})
	list := make([]Share, 0, most)
	for _, name := range names[:min(most, len(names))] {
		list = append(list, Share{Name: name, Share: shareOf(parts[name], total)})
	}
	return list
}

func shareOf(part, total int64) float64 {
	if total == 0 {
		return 0
	}
	return float64(part) / float64(total)
}
