// Package readme compares what a module's README says with what the module is.
package readme

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"
)

var eventName = regexp.MustCompile(`\bEvent[A-Z][A-Za-z0-9]*\b`)

// RequireEvents checks that README.md in the test's folder names every event of a proto package, as azukari.deposit.v1,
// and no event that is not in one of the packages of this repository.
func RequireEvents(t *testing.T, pkg string) {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	named := eventName.FindAllString(string(text), -1)

	var own, known []string
	proto.HybridResolver.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(file.Path(), "azukari/") {
			return true
		}
		for i := range file.Messages().Len() {
			name := string(file.Messages().Get(i).Name())
			if !eventName.MatchString(name) {
				continue
			}
			known = append(known, name)
			if string(file.Package()) == pkg {
				own = append(own, name)
			}
		}
		return true
	})
	require.NotEmpty(t, own, "expected events in package %s", pkg)
	for _, name := range own {
		require.True(t, slices.Contains(named, name), "expected README.md to say when %s is emitted", name)
	}
	for _, name := range named {
		require.True(t, slices.Contains(known, name), "expected events of the module, got %s in README.md", name)
	}
}
