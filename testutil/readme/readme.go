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

var (
	eventName   = regexp.MustCompile(`\bEvent[A-Z][A-Za-z0-9]*\b`)
	messageName = regexp.MustCompile(`\bMsg[A-Z][A-Za-z0-9]*\b`)
)

// Require checks that README.md in the test's folder names every event and every message of the proto packages, such as
// azukari.deposit.v1, and no event that is in no package of this repository.
func Require(t *testing.T, packages ...string) {
	t.Helper()
	raw, err := os.ReadFile("README.md")
	require.NoError(t, err)
	text := string(raw)

	var own, known []string
	proto.HybridResolver.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(file.Path(), "azukari/") {
			return true
		}
		for i := range file.Messages().Len() {
			name := string(file.Messages().Get(i).Name())
			event := eventName.MatchString(name)
			if event {
				known = append(known, name)
			}
			request := messageName.MatchString(name) && !strings.HasSuffix(name, "Response")
			if slices.Contains(packages, string(file.Package())) && (event || request) {
				own = append(own, name)
			}
		}
		return true
	})
	require.NotEmpty(t, own, "expected events and messages in %s", packages)
	named := append(eventName.FindAllString(text, -1), messageName.FindAllString(text, -1)...)
	for _, name := range own {
		require.Contains(t, named, name, "expected README.md to tell of %s", name)
	}
	for _, name := range eventName.FindAllString(text, -1) {
		require.Contains(t, known, name, "expected events of this repository in README.md")
	}
}
