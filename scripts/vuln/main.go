// Command vuln runs govulncheck and fails on every vulnerability that the code calls, unless it is accepted below.
//
//	go run ./scripts/vuln build/tools/govulncheck -db file:///path/to/db ./...
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// accepted are vulnerabilities without a fix, and why they do no harm here. One that is no longer found must go.
var accepted = map[string]string{
	"GO-2026-5932": "openpgp is unmaintained: the SDK's key export uses its armor, a text framing, and none of its cryptography",
}

// message is what govulncheck -format json writes, as far as it is read here.
type message struct {
	OSV     *advisory `json:"osv"`
	Finding *finding  `json:"finding"`
}

type advisory struct {
	ID      string `json:"id"`
	Summary string `json:"summary"`
}

type finding struct {
	OSV          string  `json:"osv"`
	FixedVersion string  `json:"fixed_version"`
	Trace        []frame `json:"trace"`
}

// frame is one step of a call stack; the vulnerable symbol comes first, our own code last.
type frame struct {
	Module   string `json:"module"`
	Version  string `json:"version"`
	Package  string `json:"package"`
	Function string `json:"function"`
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "vuln: expected the path of govulncheck and its arguments")
		os.Exit(1)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "vuln:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program string, args []string, out io.Writer) error {
	cmd := exec.CommandContext(ctx, program, append([]string{"-format", "json"}, args...)...)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	called, summaries, err := calledVulnerabilities(bytes.NewReader(output))
	if err != nil {
		return err
	}
	return judge(called, summaries, out)
}

// calledVulnerabilities returns one finding for each vulnerability with a symbol that the code calls, and the
// summaries of all advisories.
func calledVulnerabilities(output io.Reader) (called map[string]finding, summaries map[string]string, err error) {
	called, summaries = map[string]finding{}, map[string]string{}
	for decoder := json.NewDecoder(output); ; {
		var m message
		if err := decoder.Decode(&m); errors.Is(err, io.EOF) {
			return called, summaries, nil
		} else if err != nil {
			return nil, nil, fmt.Errorf("decode govulncheck's output: %w", err)
		}
		if m.OSV != nil {
			summaries[m.OSV.ID] = m.OSV.Summary
		}
		// A finding without a function is one of an imported package or a required module only.
		if f := m.Finding; f != nil && len(f.Trace) > 0 && f.Trace[0].Function != "" {
			called[f.OSV] = *f
		}
	}
}

// judge prints every vulnerability and fails when one is not accepted, or an accepted one is not there.
func judge(called map[string]finding, summaries map[string]string, out io.Writer) error {
	var refused []string
	for _, id := range slices.Sorted(maps.Keys(called)) {
		f := called[id]
		symbol, caller := f.Trace[0], f.Trace[len(f.Trace)-1]
		verdict := "fixed in " + f.FixedVersion
		if f.FixedVersion == "" {
			verdict = "no fix yet"
		}
		if reason, ok := accepted[id]; ok {
			verdict = "accepted, " + reason
		} else {
			refused = append(refused, id)
		}
		_, err := fmt.Fprintf(out, "%s in %s %s: %s\n  %s.%s reaches %s.%s\n  %s\n", id, symbol.Module, symbol.Version,
			strings.TrimSpace(summaries[id]), caller.Package, caller.Function, symbol.Package, symbol.Function, verdict)
		if err != nil {
			return err
		}
	}
	if len(refused) > 0 {
		return fmt.Errorf("expected no called vulnerability, got %s: raise the module with go get MODULE@VERSION",
			strings.Join(refused, ", "))
	}
	for _, id := range slices.Sorted(maps.Keys(accepted)) {
		if _, ok := called[id]; !ok {
			return fmt.Errorf("%s is accepted but no longer found: remove it from scripts/vuln", id)
		}
	}
	return nil
}
