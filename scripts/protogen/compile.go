package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"
	gogoproto "github.com/cosmos/gogoproto/proto"
	_ "github.com/cosmos/ics23/go" // registers cosmos/ics23/v1/proofs.proto, whose source is in no Go module
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// importRoots are the folders that imports are looked up in, by the module that holds them.
var importRoots = []struct{ module, folder string }{
	{"github.com/cosmos/cosmos-sdk", "proto"},
	{"github.com/cosmos/ibc-go/v8", "proto"},
	{"github.com/cosmos/gogoproto", "."},
	{"github.com/cosmos/cosmos-proto", "proto"},
	{"github.com/grpc-ecosystem/grpc-gateway", "third_party/googleapis"},
}

// protoSet is a compiled set of proto files and all that they import, each after its imports.
type protoSet []*descriptorpb.FileDescriptorProto

func compile(ctx context.Context, names []string) (protoSet, error) {
	paths, err := importPaths(ctx)
	if err != nil {
		return nil, err
	}
	registered := protocompile.ResolverFunc(func(path string) (protocompile.SearchResult, error) {
		file, err := gogoproto.HybridResolver.FindFileByPath(path)
		return protocompile.SearchResult{Desc: file}, err
	})
	compiler := protocompile.Compiler{
		Resolver: protocompile.CompositeResolver{
			protocompile.WithStandardImports(&protocompile.SourceResolver{ImportPaths: paths}),
			registered,
		},
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	linked, err := compiler.Compile(ctx, names...)
	if err != nil {
		return nil, err
	}
	var set protoSet
	seen := map[string]bool{}
	var add func(file protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i).FileDescriptor)
		}
		set = append(set, protoutil.ProtoFromFileDescriptor(file))
	}
	for _, file := range linked {
		add(file)
	}
	return set, nil
}

// importPaths finds the import roots in the module cache, and fills the cache when a module is missing.
func importPaths(ctx context.Context) ([]string, error) {
	args := []string{"mod", "download", "-json"}
	for _, root := range importRoots {
		args = append(args, root.module)
	}
	out, err := command(ctx, nil, "go", args...)
	if err != nil {
		return nil, err
	}
	folders := map[string]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var module struct{ Path, Dir string }
		if err := decoder.Decode(&module); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go mod download: %w", err)
		}
		folders[module.Path] = module.Dir
	}
	paths := []string{protoRoot}
	for _, root := range importRoots {
		paths = append(paths, filepath.Join(folders[root.module], root.folder))
	}
	return paths, nil
}

// byGoPackage groups files by their go_package, in the order of the packages' names.
func (s protoSet) byGoPackage(names []string) ([][]string, error) {
	groups := map[string][]string{}
	for _, file := range s {
		if !slices.Contains(names, file.GetName()) {
			continue
		}
		pkg := file.GetOptions().GetGoPackage()
		if pkg == "" {
			return nil, fmt.Errorf("%s: expected an option go_package", file.GetName())
		}
		groups[pkg] = append(groups[pkg], file.GetName())
	}
	var sorted [][]string
	for _, pkg := range sortedKeys(groups) {
		slices.Sort(groups[pkg])
		sorted = append(sorted, groups[pkg])
	}
	return sorted, nil
}

// command runs a program and returns its standard output; an error carries its standard error.
func command(ctx context.Context, input []byte, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", name, args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}
