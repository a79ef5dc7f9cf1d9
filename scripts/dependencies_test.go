// Package scripts holds helpers for people and CI; this test keeps docs/dependencies.md true.
package scripts

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryDirectDependencyHasAReason(t *testing.T) {
	require.Equal(t, directDependencies(t), documentedDependencies(t),
		"expected go.mod (first) and docs/dependencies.md (second) to name the same modules")
}

func directDependencies(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	var modules []string
	for _, match := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(content), -1) {
		modules = append(modules, match[1])
	}
	slices.Sort(modules)
	return modules
}

func documentedDependencies(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("../docs/dependencies.md")
	require.NoError(t, err)
	page, _, found := strings.Cut(string(content), "\n## Tools\n")
	require.True(t, found, "docs/dependencies.md: expected a section Tools")
	var modules []string
	for _, match := range regexp.MustCompile("(?m)^\\| `(\\S+)` \\| \\S").FindAllStringSubmatch(page, -1) {
		modules = append(modules, match[1])
	}
	slices.Sort(modules)
	return modules
}
