// Command coverage prints how much of each package and each module of x/ a Go cover profile reaches, and fails when
// a package is below a minimum. Generated code and packages named testutil do not count. A statement counts as reached
// when any test of any package reaches it.
//
//	go test -coverpkg=./x/... -coverprofile=build/coverage.out ./...
//	go run ./scripts/coverage -min 80 build/coverage.out
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

const root = "github.com/azukari-network/azukari/x/"

// tally counts statements.
type tally struct{ reached, all int }

func (t tally) percent() float64 { return 100 * float64(t.reached) / float64(t.all) }

func (t tally) plus(other tally) tally {
	return tally{t.reached + other.reached, t.all + other.all}
}

func main() {
	least := flag.Float64("min", 80, "least share of reached statements per package, in percent")
	flag.Parse()
	if err := run(flag.Arg(0), *least, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run(profile string, least float64, out io.Writer) error {
	file, err := os.Open(profile)
	if err != nil {
		return err
	}
	packages, err := readProfile(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", profile, err)
	}
	if len(packages) == 0 {
		return fmt.Errorf("%s: expected at least one package of x/, got none", profile)
	}
	return report(packages, least, out)
}

// readProfile returns the tally of each package of x/.
func readProfile(profile io.Reader) (map[string]tally, error) {
	// A block appears once per test binary: it is reached when any of them reached it.
	blocks := map[string]tally{}
	lines := bufio.NewScanner(profile)
	for lines.Scan() {
		block, counts, ok := strings.Cut(lines.Text(), " ")
		if !ok || block == "mode:" {
			continue
		}
		statements, hits, _ := strings.Cut(counts, " ")
		all, err := strconv.Atoi(statements)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		reached := tally{all: all}
		if hits != "0" || blocks[block].reached > 0 {
			reached.reached = all
		}
		blocks[block] = reached
	}
	packages := map[string]tally{}
	for block, counts := range blocks {
		source, _, _ := strings.Cut(block, ":")
		name, ok := strings.CutPrefix(path.Dir(source), root)
		if !ok || strings.HasSuffix(source, ".pb.go") || strings.HasSuffix(source, ".pb.gw.go") ||
			path.Base(name) == "testutil" {
			continue
		}
		packages[name] = packages[name].plus(counts)
	}
	return packages, lines.Err()
}

// report prints the packages, then the modules, and names the packages below the minimum in its error.
func report(packages map[string]tally, least float64, out io.Writer) error {
	var low []string
	modules := map[string]tally{}
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		module, _, _ := strings.Cut(name, "/")
		modules[module] = modules[module].plus(packages[name])
		if packages[name].percent() < least {
			low = append(low, "x/"+name)
		}
	}
	if err := table(out, "package", packages); err != nil {
		return err
	}
	if err := table(out, "module", modules); err != nil {
		return err
	}
	if len(low) > 0 {
		return fmt.Errorf("below %g %%: %s", least, strings.Join(low, ", "))
	}
	return nil
}

func table(out io.Writer, kind string, rows map[string]tally) error {
	if _, err := fmt.Fprintf(out, "\n%-34s %8s %12s\n", kind, "covered", "statements"); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		if _, err := fmt.Fprintf(out, "x/%-32s %6.1f %% %12d\n", name, rows[name].percent(), rows[name].all); err != nil {
			return err
		}
	}
	return nil
}
