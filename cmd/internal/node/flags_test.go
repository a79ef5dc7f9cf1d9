package node

import (
	"testing"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	_ "github.com/azukari-network/azukari/x/deposit/types"
)

// What people write as one word fits the fields of our own messages, as AutoCLI builds them.
func TestMessageFlags(t *testing.T) {
	tests := map[string]struct {
		message, field, kind, text string
		want                       map[string]any
	}{
		"coin":      {"azukari.deposit.v1.MsgApprove", "amount", "cosmos.base.v1beta1.Coin", " 300jpy", map[string]any{"denom": "jpy", "amount": "300"}},
		"timestamp": {"azukari.deposit.v1.MsgSubmitAttestation", "as_of", "google.protobuf.Timestamp", "2026-04-01T00:00:00+09:00", map[string]any{"seconds": int64(1774969200)}},
		"duration":  {"azukari.membership.v1.Params", "unbonding_time", "google.protobuf.Duration", "90s", map[string]any{"seconds": int64(90)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, err := gogoproto.HybridResolver.FindDescriptorByName(protoreflect.FullName(test.message))
			require.NoError(t, err)
			descriptor, ok := found.(protoreflect.MessageDescriptor)
			require.True(t, ok)
			message := dynamicpb.NewMessage(descriptor)
			field := descriptor.Fields().ByName(protoreflect.Name(test.field))

			value := messageFlags[protoreflect.FullName(test.kind)].NewValue(nil, nil)
			empty, err := value.Get(message.NewField(field))
			require.NoError(t, err)
			require.False(t, empty.IsValid(), "nothing written, nothing set")
			require.Error(t, value.Set("nonsense!"))
			require.NoError(t, value.Set(test.text))
			got, err := value.Get(message.NewField(field))
			require.NoError(t, err)
			message.Set(field, got)
			// As AutoCLI does before it signs.
			merged := dynamicpb.NewMessage(descriptor)
			require.NotPanics(t, func() { proto.Merge(merged, message) })
			for part, want := range test.want {
				in := merged.Get(field).Message()
				require.Equal(t, want, in.Get(in.Descriptor().Fields().ByName(protoreflect.Name(part))).Interface())
			}

			inList, err := value.Get(protoreflect.Value{})
			require.NoError(t, err)
			require.True(t, inList.IsValid())
			require.NotEmpty(t, value.String())
			require.NotEmpty(t, value.Type())
		})
	}
}
