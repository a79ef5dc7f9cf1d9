// Package docs_test checks that the pages tell of what exists.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = ".."

// Every test and make target that the page of controls names exists: evidence that is gone is no evidence.
func TestEvidenceExists(t *testing.T) {
	page := read(t, "fisc.md")
	tests := map[string]bool{}
	walk(t, "_test.go", func(path string) {
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(read(t, path), -1) {
			tests[found[1]] = true
		}
	})
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(page, -1)
	require.Greater(t, len(named), 50)
	for _, name := range named {
		require.True(t, tests[name[1]], "expected a test of the repository, got %s", name[1])
	}
	makefile := read(t, filepath.Join(root, "Makefile"))
	for _, target := range regexp.MustCompile("`make ([a-z-]+)`").FindAllStringSubmatch(page, -1) {
		require.Contains(t, makefile, "\n"+target[1]+":", "expected a target of the Makefile")
	}
}

// Every link from a page to a file of the repository leads somewhere, and so does every anchor in it.
func TestLinksLeadSomewhere(t *testing.T) {
	links := 0
	walk(t, ".md", func(path string) {
		for _, found := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(read(t, path), -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			links++
			if target == "" {
				target = filepath.Base(path)
			}
			target = filepath.Join(filepath.Dir(path), target)
			_, err := os.Stat(target)
			require.NoError(t, err, "%s links to %s", path, found[1])
			if anchor != "" {
				require.Contains(t, anchors(read(t, target)), anchor, "%s links to %s", path, found[1])
			}
		}
	})
	require.Greater(t, links, 50)
}

// anchors are the headings of a page as links name them.
func anchors(page string) map[string]bool {
	all := map[string]bool{}
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(page, -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		all[strings.ReplaceAll(name, " ", "-")] = true
	}
	return all
}

// walk visits the repository's files with a suffix.
func walk(t *testing.T, suffix string, visit func(path string)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && path != root && (name == "build" || strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		if !entry.IsDir() && strings.HasSuffix(path, suffix) {
			visit(path)
		}
		return nil
	}))
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path) // #nosec G304 -- a file of the repository
	require.NoError(t, err)
	return string(raw)
}
