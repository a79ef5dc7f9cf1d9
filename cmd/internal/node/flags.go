package node

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	basev1beta1 "cosmossdk.io/api/cosmos/base/v1beta1"
	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/client/v2/autocli/flag"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// moduleCommands adds the commands that AutoCLI makes of the modules' services. It does what EnhanceRootCommand does, with
// coins, moments and durations that fit the messages of our own modules.
func moduleCommands(root *cobra.Command, options autocli.AppOptions) error {
	builder := &autocli.Builder{
		Builder: flag.Builder{
			TypeResolver:          protoregistry.GlobalTypes,
			FileResolver:          options.ClientCtx.InterfaceRegistry,
			AddressCodec:          options.AddressCodec,
			ValidatorAddressCodec: options.ValidatorAddressCodec,
			ConsensusAddressCodec: options.ConsensusAddressCodec,
		},
		GetClientConn: func(cmd *cobra.Command) (grpc.ClientConnInterface, error) {
			return client.GetClientQueryContext(cmd)
		},
		AddQueryConnFlags: func(cmd *cobra.Command) {
			flags.AddQueryFlagsToCmd(cmd)
			flags.AddKeyringFlags(cmd.Flags())
		},
		AddTxConnFlags: flags.AddTxFlagsToCmd,
	}
	for name, kind := range messageFlags {
		builder.DefineMessageFlagType(name, kind)
	}
	return options.EnhanceRootCommandWithBuilder(root, builder)
}

// messageFlags are the messages that people write as one word.
var messageFlags = map[protoreflect.FullName]messageFlag{
	"cosmos.base.v1beta1.Coin": {"coin", func(text string) (proto.Message, error) {
		coin, err := sdk.ParseCoinNormalized(text)
		return &basev1beta1.Coin{Denom: coin.Denom, Amount: coin.Amount.String()}, err
	}},
	"google.protobuf.Timestamp": {"timestamp (RFC 3339)", func(text string) (proto.Message, error) {
		moment, err := time.Parse(time.RFC3339, text)
		return timestamppb.New(moment), err
	}},
	"google.protobuf.Duration": {"duration", func(text string) (proto.Message, error) {
		duration, err := time.ParseDuration(text)
		return durationpb.New(duration), err
	}},
}

// messageFlag is a kind of message that parse reads from one word. AutoCLI's own kinds give a message the type that its
// API package has; the fields of our messages want the one that they were registered with, and refuse any other.
type messageFlag struct {
	name  string
	parse func(text string) (proto.Message, error)
}

// NewValue implements flag.Type.
func (f messageFlag) NewValue(*context.Context, *flag.Builder) flag.Value {
	return &messageValue{kind: f}
}

// DefaultValue implements flag.Type.
func (messageFlag) DefaultValue() string { return "" }

type messageValue struct {
	kind    messageFlag
	text    string
	message proto.Message
}

// Get implements flag.Value. The field that the value is for is empty if it is a list's.
func (v *messageValue) Get(field protoreflect.Value) (protoreflect.Value, error) {
	if v.message == nil {
		return protoreflect.Value{}, nil
	}
	if !field.IsValid() {
		return protoreflect.ValueOfMessage(v.message.ProtoReflect()), nil
	}
	encoded, err := proto.Marshal(v.message)
	if err != nil {
		return protoreflect.Value{}, err
	}
	return field, proto.Unmarshal(encoded, field.Message().Interface())
}

// String implements pflag.Value.
func (v *messageValue) String() string { return v.text }

// Set implements pflag.Value.
func (v *messageValue) Set(text string) error {
	text = strings.TrimSpace(text)
	message, err := v.kind.parse(text)
	if err != nil {
		return err
	}
	v.text, v.message = text, message
	return nil
}

// Type implements pflag.Value.
func (v *messageValue) Type() string { return v.kind.name }
