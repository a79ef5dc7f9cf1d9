package main

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/pluginpb"
)

// plugin is a protoc plugin that go.mod lists as a tool.
type plugin struct{ name, options string }

var (
	// goPlugins write Go code, with the options that the Cosmos SDK gives them.
	goPlugins = []plugin{
		{"protoc-gen-gocosmos", "plugins=grpc,Mgoogle/protobuf/any.proto=github.com/cosmos/gogoproto/types/any"},
		{"protoc-gen-grpc-gateway", "logtostderr=true,allow_colon_final_segments=true"},
	}
	swaggerPlugin = plugin{"protoc-gen-swagger", "logtostderr=true,fqn_for_swagger_name=true"}
)

// run generates code for the named files of a set and returns what the plugin wrote, by file name.
func (p plugin) run(ctx context.Context, set protoSet, names []string) (files, error) {
	request := &pluginpb.CodeGeneratorRequest{
		FileToGenerate: names,
		Parameter:      proto.String(p.options),
		ProtoFile:      set,
	}
	input, err := proto.MarshalOptions{Deterministic: true}.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("%s: encode request: %w", p.name, err)
	}
	output, err := command(ctx, input, "go", "tool", p.name)
	if err != nil {
		return nil, err
	}
	var response pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(output, &response); err != nil {
		return nil, fmt.Errorf("%s: decode response: %w", p.name, err)
	}
	if response.Error != nil {
		return nil, fmt.Errorf("%s: %w", p.name, errors.New(response.GetError()))
	}
	out := files{}
	for _, file := range response.GetFile() {
		out[file.GetName()] = []byte(file.GetContent())
	}
	return out, nil
}
