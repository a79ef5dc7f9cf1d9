// Package messages lists every message of both zones, for tests that must not miss one.
package messages

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	gogoproto "github.com/cosmos/gogoproto/proto"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	msgv1 "cosmossdk.io/api/cosmos/msg/v1"
	upgradetypes "cosmossdk.io/x/upgrade/types"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/azukari-network/azukari/app/base/encoding"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	notarytypes "github.com/azukari-network/azukari/x/notary/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Register registers every message that a zone can route, whether somebody may send it or not.
func Register(registry codectypes.InterfaceRegistry) {
	msgservice.RegisterMsgServiceDesc(registry, &assettypes.Msg_serviceDesc)
	msgservice.RegisterMsgServiceDesc(registry, &clearingtypes.Msg_serviceDesc)
	msgservice.RegisterMsgServiceDesc(registry, &deposittypes.Msg_serviceDesc)
	msgservice.RegisterMsgServiceDesc(registry, &membershiptypes.Msg_serviceDesc)
	msgservice.RegisterMsgServiceDesc(registry, &notarytypes.Msg_serviceDesc)
	msgservice.RegisterMsgServiceDesc(registry, &paymenttypes.Msg_serviceDesc)
	msgservice.RegisterMsgServiceDesc(registry, &registrytypes.Msg_serviceDesc)
	msgservice.RegisterMsgServiceDesc(registry, &settlementtypes.Msg_serviceDesc)
	msgservice.RegisterMsgServiceDesc(registry, &businesstypes.Msg_serviceDesc)
	msgservice.RegisterMsgServiceDesc(registry, &financialtypes.Msg_serviceDesc)

	authtypes.RegisterInterfaces(registry)
	banktypes.RegisterInterfaces(registry)
	consensustypes.RegisterInterfaces(registry)
	upgradetypes.RegisterInterfaces(registry)

	clienttypes.RegisterInterfaces(registry)
	connectiontypes.RegisterInterfaces(registry)
	channeltypes.RegisterInterfaces(registry)
	transfertypes.RegisterInterfaces(registry)
}

// shared is built once: a test of every cell makes thousands of messages.
var shared = sync.OnceValue(func() encoding.Config {
	config := encoding.Make()
	Register(config.InterfaceRegistry)
	return config
})

// TypeURLs lists the type URLs of those messages, in ascending order.
func TypeURLs() []string {
	urls := shared().InterfaceRegistry.ListImplementations(sdk.MsgInterfaceProtoName)
	slices.Sort(urls)
	return slices.Compact(urls)
}

// IsOfAuthority says whether only the zone's authority signs a message: nobody may send it but the members by vote.
func IsOfAuthority(t testing.TB, url string) bool {
	t.Helper()
	_, message := resolve(t, url)
	return signerField(t, message).Name() == "authority"
}

// New returns an otherwise empty message with a signer.
func New(t testing.TB, url string, signer sdk.AccAddress) sdk.Msg {
	t.Helper()
	msg, message := resolve(t, url)
	require.NoError(t, shared().Codec.UnmarshalJSON([]byte(signedBy(t, message, signer)), msg))
	return msg
}

func resolve(t testing.TB, url string) (gogoproto.Message, protoreflect.MessageDescriptor) {
	t.Helper()
	msg, err := shared().InterfaceRegistry.Resolve(url)
	require.NoError(t, err)
	descriptor, err := gogoproto.HybridResolver.FindDescriptorByName(protoreflect.FullName(gogoproto.MessageName(msg)))
	require.NoError(t, err)
	message, ok := descriptor.(protoreflect.MessageDescriptor)
	require.True(t, ok, url)
	return msg, message
}

func signerField(t testing.TB, message protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	t.Helper()
	names, ok := proto.GetExtension(message.Options(), msgv1.E_Signer).([]string)
	require.True(t, ok && len(names) == 1, "%s: expected one signer field, got %v", message.FullName(), names)
	return message.Fields().ByName(protoreflect.Name(names[0]))
}

// signedBy returns the JSON of a message with only its signer, which may sit in a message below, as in MsgMultiSend.
func signedBy(t testing.TB, message protoreflect.MessageDescriptor, signer sdk.AccAddress) string {
	t.Helper()
	field := signerField(t, message)
	value := strconv.Quote(signer.String())
	if field.Kind() == protoreflect.MessageKind {
		value = signedBy(t, field.Message(), signer)
	}
	if field.IsList() {
		value = "[" + value + "]"
	}
	return fmt.Sprintf("{%q:%s}", field.Name(), value)
}
