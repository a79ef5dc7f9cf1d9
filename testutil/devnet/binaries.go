package devnet

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// BinariesVariable names the environment variable with the folder of fzd, bzd and azrelay.
const BinariesVariable = "AZUKARI_BIN"

const modulePath = "github.com/azukari-network/azukari"

// findBinaries returns the folder that holds every needed binary: the given one, that of AZUKARI_BIN, the one that
// this very command is in, or build/ of the source tree, where missing ones are built.
func findBinaries(given string, needed []string) (string, error) {
	if given == "" {
		given = os.Getenv(BinariesVariable)
	}
	if given != "" {
		if missing := missingBinaries(given, needed); len(missing) > 0 {
			return "", fmt.Errorf("missing binary %s in %s: run 'make build' or correct %s",
				strings.Join(missing, ", "), given, BinariesVariable)
		}
		return filepath.Abs(given)
	}
	if self, err := os.Executable(); err == nil && len(missingBinaries(filepath.Dir(self), needed)) == 0 {
		return filepath.Dir(self), nil
	}
	root, err := moduleRoot()
	if err != nil {
		return "", fmt.Errorf("missing binaries %s: put them beside azukari or set %s to their folder",
			strings.Join(needed, ", "), BinariesVariable)
	}
	return buildMissing(root, needed)
}

func missingBinaries(dir string, needed []string) []string {
	var missing []string
	for _, name := range needed {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			missing = append(missing, name)
		}
	}
	return missing
}

// moduleRoot finds the source tree from this file's path, or from the working directory where paths are trimmed.
func moduleRoot() (string, error) {
	var starts []string
	if _, file, _, ok := runtime.Caller(0); ok && filepath.IsAbs(file) {
		starts = append(starts, filepath.Dir(file))
	}
	if wd, err := os.Getwd(); err == nil {
		starts = append(starts, wd)
	}
	for _, dir := range starts {
		for parent := ""; dir != parent; parent, dir = dir, filepath.Dir(dir) {
			raw, err := os.ReadFile(filepath.Join(dir, "go.mod")) // #nosec G304 -- a go.mod above us
			if err == nil && strings.HasPrefix(string(raw), "module "+modulePath+"\n") {
				return dir, nil
			}
		}
	}
	return "", fs.ErrNotExist
}

// buildMissing builds what build/ lacks. One process builds at a time; the others find the result.
func buildMissing(root string, needed []string) (dir string, err error) {
	dir = filepath.Join(root, "build")
	if len(missingBinaries(dir, needed)) == 0 {
		return dir, nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	lock, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil { // #nosec G115 -- a descriptor fits an int
		return "", fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	missing := missingBinaries(dir, needed)
	if len(missing) == 0 {
		return dir, nil
	}
	arguments := []string{"build", "-tags", "libsecp256k1_sdk", "-o", dir + string(filepath.Separator)}
	for _, name := range missing {
		arguments = append(arguments, "./cmd/"+name)
	}
	build := exec.Command("go", arguments...) // #nosec G204 -- our own packages
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(string(output)), "\n")
		return "", fmt.Errorf("build %s: %w: %s: run 'make build'", strings.Join(missing, ", "), err, first)
	}
	return dir, nil
}

// Binaries returns the folder that holds the programs, as a network would find them; where the source tree lacks one, it is
// built.
func Binaries(programs ...string) (string, error) { return findBinaries("", programs) }
