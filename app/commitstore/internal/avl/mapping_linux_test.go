package avl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crypto-org-chain/cronos/memiavl"
	"github.com/stretchr/testify/require"
)

// The kernel says that each file is mapped once, all of it is in memory, and reads of it count.
func TestMappingIsInMemoryAndStaysThere(t *testing.T) {
	dir := t.TempDir()
	tree := New()
	for i := range 20_000 {
		tree.Apply([]*memiavl.KVPair{{Key: fmt.Append(nil, i), Value: fmt.Append(nil, i)}}, nil)
	}
	require.NoError(t, tree.SaveVersion())
	tree.RootHash()
	require.NoError(t, tree.WriteSnapshot(t.Context(), filepath.Join(dir, "bank")))
	files, err := OpenSnapshot(filepath.Join(dir, "bank"))
	require.NoError(t, err)
	raw, err := os.ReadFile("/proc/self/smaps")
	require.NoError(t, err)
	mapped := map[string]int{}
	var file, size string
	for line := range strings.Lines(string(raw)) {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(words[len(words)-1], dir):
			file = filepath.Base(words[len(words)-1])
			mapped[file]++
		case !strings.HasSuffix(words[0], ":"):
			file = ""
		case file == "":
		case words[0] == "Size:":
			size = words[1]
		case words[0] == "Rss:":
			require.Equal(t, size, words[1], "%s is in memory", file)
		case words[0] == "VmFlags:":
			require.NotContains(t, words, "rr", "%s is read at random", file)
			require.Contains(t, words, "rd")
		}
	}
	require.Equal(t, map[string]int{memiavl.FileNameNodes: 1, memiavl.FileNameLeaves: 1, memiavl.FileNameKVs: 1}, mapped)
	require.NoError(t, files.Close())
}
