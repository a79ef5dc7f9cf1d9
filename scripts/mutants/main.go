// Command mutants shows that the laws of money are guarded: it drops one line of accounting at a time, runs the property
// test that checks the laws, and fails if the test does not.
//
//	go run ./scripts/mutants
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// mutant is a line of accounting, and what becomes of it: nothing, or what still compiles.
type mutant struct {
	what, file, line, instead string
}

var mutants = []mutant{
	{
		"an issue is not booked", "x/deposit/keeper/books.go",
		"	return k.updateBook(ctx, order.Bank, func(book *types.BankBook) { book.Issue(amount.Amount) })\n", "	return nil\n",
	},
	{
		"a redemption burns nothing", "x/deposit/keeper/books.go",
		"	if err := k.bankKeeper.BurnCoins(ctx, types.ModuleName, sdk.NewCoins(amount)); err != nil {\n		return err\n	}\n", "",
	},
	{"yen from another bank is not owed", "x/deposit/types/book.go", ", m.Liability.Add(amount)\n", ", m.Liability\n"},
	{"a payer bank's position stays", "x/clearing/keeper/settle.go", "	payer.Sent = payer.Sent.Add(amount)\n", ""},
	{"a payee bank's position stays", "x/clearing/keeper/settle.go", "	payee.Received = payee.Received.Add(amount)\n", ""},
	{"an obligation is not owed", "x/clearing/keeper/netting.go", "		participant.Owed = participant.Owed.Add(obligation.Amount)\n", ""},
}

// caught is in the output of a test that failed because a law did not hold, and not because the code did not compile.
const caught = "TestLawsHoldWhateverHappens"

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	escaped := 0
	for _, one := range mutants {
		began := time.Now()
		law, err := one.test(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", one.what, err)
		}
		if law == "" {
			escaped++
			law = "ESCAPED"
		}
		fmt.Printf("%-34s %4.0f s  %.160s\n", one.what, time.Since(began).Seconds(), law)
	}
	if escaped > 0 {
		return fmt.Errorf("expected every mutant caught, got %d of %d that the laws do not see", escaped, len(mutants))
	}
	return nil
}

// test runs the laws over the mutant. It returns the words of the test that caught it, and nothing if none did.
func (m mutant) test(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }() // what stays in the temporary folder harms nobody
	overlay, err := m.overlay(dir)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-overlay", overlay, "-run", "^"+caught+"$", "./app/financial",
		"-args", "-rapid.nofailfile") // #nosec G204 -- a failure here is no seed to keep
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	switch {
	case err == nil:
		return "", nil
	case !errors.As(err, &failed):
		return "", err
	case !strings.Contains(string(out), "--- FAIL: "+caught):
		return "", fmt.Errorf("expected the test to run, got:\n%s", out)
	}
	return words(string(out)), nil
}

// overlay writes the mutated file, and what tells the compiler to take it.
func (m mutant) overlay(dir string) (string, error) {
	path, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	source, err := os.ReadFile(path) // #nosec G304 -- a file of the table
	if err != nil {
		return "", err
	}
	before, after, found := strings.Cut(string(source), m.line)
	if !found {
		return "", fmt.Errorf("expected line %q in %s, got none: correct the table of mutants", m.line, m.file)
	}
	mutated := filepath.Join(dir, "mutated.go")
	if err := os.WriteFile(mutated, []byte(before+m.instead+after), 0o600); err != nil {
		return "", err
	}
	raw, err := json.Marshal(map[string]map[string]string{"Replace": {path: mutated}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, raw, 0o600)
}

// words finds what the test said of the law.
func words(out string) string {
	for line := range strings.SplitSeq(out, "\n") {
		if line = strings.TrimSpace(line); strings.Contains(line, "law ") {
			return line
		}
	}
	return "caught"
}
