package base_test

import (
	"strings"
	"testing"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"

	_ "github.com/azukari-network/azukari/app/business"
	_ "github.com/azukari-network/azukari/app/financial"
)

// Go runs a package's generated files in the order of their names. A proto file that imports another of its package with
// a later name is registered with holes, and AutoCLI then prints the holes as empty objects. All that queries and
// transactions carry must be whole.
func TestNoDescriptorOfAServiceHasHoles(t *testing.T) {
	seen := map[protoreflect.FullName]bool{}
	proto.HybridResolver.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(file.Path(), "azukari/") {
			return true
		}
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				requireWhole(t, methods.Get(j).Input(), seen)
				requireWhole(t, methods.Get(j).Output(), seen)
			}
		}
		return true
	})
	require.Greater(t, len(seen), 80)
}

func requireWhole(t *testing.T, message protoreflect.MessageDescriptor, seen map[protoreflect.FullName]bool) {
	t.Helper()
	require.False(t, message.IsPlaceholder(), message.FullName())
	if seen[message.FullName()] {
		return
	}
	seen[message.FullName()] = true
	for i := range message.Fields().Len() {
		field := message.Fields().Get(i)
		if child := field.Message(); child != nil {
			requireWhole(t, child, seen)
		}
		if enum := field.Enum(); enum != nil {
			require.False(t, enum.IsPlaceholder(), field.FullName())
		}
	}
}
