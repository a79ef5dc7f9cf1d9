package devnet

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindBinaries(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "fzd"), []byte("#!/bin/sh\n"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bzd"), []byte("not a program"), 0o600))

	t.Setenv(BinariesVariable, dir)
	found, err := findBinaries("", []string{"fzd"})
	require.NoError(t, err)
	require.Equal(t, dir, found)

	_, err = findBinaries("", []string{"fzd", "bzd", "azrelay"})
	require.EqualError(t, err, "missing binary bzd, azrelay in "+dir+": run 'make build' or correct AZUKARI_BIN")

	other := t.TempDir()
	_, err = findBinaries(other, []string{"fzd"})
	require.EqualError(t, err, "missing binary fzd in "+other+": run 'make build' or correct AZUKARI_BIN")
}

func TestModuleRoot(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(root, "testutil", "devnet", "binaries.go"))
}

func TestBuildMissingReportsTheFirstLine(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), []byte("module example.com/empty\n\ngo 1.26\n"), 0o600))
	_, err := buildMissing(root, []string{"fzd"})
	require.ErrorContains(t, err, "build fzd: ")
	require.ErrorContains(t, err, "run 'make build'")
}
