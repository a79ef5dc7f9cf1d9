// Command protogen generates the Go code and the OpenAPI document from the proto files of this repository.
//
// It needs neither protoc nor buf nor the network: proto files are compiled in process, imports come from the
// module cache at the versions that go.mod names, and the plugins are go.mod's tools.
//
//	go run ./scripts/protogen          writes *.pb.go and *.pb.gw.go below x and cmd, and app/base/openapi/openapi.json
//	go run ./scripts/protogen -check   writes nothing, and fails when one of those files is stale
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	modulePath  = "github.com/azukari-network/azukari"
	protoRoot   = "proto"
	openAPIFile = "app/base/openapi/openapi.json"
)

// generatedRoots are the folders below which generated Go files are.
var generatedRoots = []string{"x", "cmd"}

// files maps a slash-separated path below the repository to its content.
type files map[string][]byte

func main() {
	check := flag.Bool("check", false, "compare with the files on disk instead of writing them")
	flag.Parse()
	if err := run(context.Background(), *check); err != nil {
		fmt.Fprintln(os.Stderr, "protogen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, check bool) error {
	if _, err := os.Stat(protoRoot); err != nil {
		return fmt.Errorf("expected to run at the top of the repository: %w", err)
	}
	want, err := generate(ctx)
	if err != nil {
		return err
	}
	have, err := generatedOnDisk()
	if err != nil {
		return err
	}
	if check {
		return compare(want, have)
	}
	return write(want, have)
}

// generate returns every generated file.
func generate(ctx context.Context) (files, error) {
	own, err := ownProtos()
	if err != nil {
		return nil, err
	}
	var documented []string
	for _, name := range own {
		if strings.HasSuffix(name, "/query.proto") {
			documented = append(documented, name)
		}
	}
	documented = append(documented, foreignServices...)

	set, err := compile(ctx, append(slices.Clone(own), foreignServices...))
	if err != nil {
		return nil, err
	}
	out := files{}
	packages, err := set.byGoPackage(own)
	if err != nil {
		return nil, err
	}
	// The gogoproto generator takes one Go package at a time.
	for _, names := range packages {
		for _, plugin := range goPlugins {
			generated, err := plugin.run(ctx, set, names)
			if err != nil {
				return nil, err
			}
			for name, content := range generated {
				path, ok := strings.CutPrefix(name, modulePath+"/")
				if !ok {
					return nil, fmt.Errorf("%s writes %s: expected a go_package below %s", plugin.name, name, modulePath)
				}
				out[path] = content
			}
		}
	}
	documents := files{}
	for _, name := range documented {
		document, err := swaggerPlugin.run(ctx, set, []string{name})
		if err != nil {
			return nil, err
		}
		maps.Copy(documents, document)
	}
	out[openAPIFile], err = mergeDocuments(documents)
	return out, err
}

// ownProtos lists the proto files of this repository by import path, sorted.
func ownProtos() ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(protoRoot), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ".proto") {
			names = append(names, path)
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("no .proto file below %s", protoRoot)
	}
	return names, err
}

// generatedOnDisk reads the generated files that exist, also those that no proto file asks for any more.
func generatedOnDisk() (files, error) {
	have := files{}
	repository := os.DirFS(".")
	for _, root := range generatedRoots {
		err := fs.WalkDir(repository, root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".pb.go") && !strings.HasSuffix(path, ".pb.gw.go") {
				return err
			}
			have[path], err = fs.ReadFile(repository, path)
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	document, err := os.ReadFile(openAPIFile)
	if errors.Is(err, fs.ErrNotExist) {
		return have, nil
	}
	have[openAPIFile] = document
	return have, err
}

// compare fails with one line that names what is stale.
func compare(want, have files) error {
	var stale []string
	for path, content := range want {
		if !bytes.Equal(content, have[path]) {
			stale = append(stale, path)
		}
	}
	for path := range have {
		if _, ok := want[path]; !ok {
			stale = append(stale, path)
		}
	}
	if len(stale) == 0 {
		return nil
	}
	slices.Sort(stale)
	return fmt.Errorf("generated code is stale, run `make proto` and commit: %s", strings.Join(stale, ", "))
}

// write brings the disk to want and touches only what differs, so that build caches stay warm.
func write(want, have files) error {
	for path, content := range want {
		if bytes.Equal(content, have[path]) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
		fmt.Println("wrote", path)
	}
	for path := range have {
		if _, ok := want[path]; ok {
			continue
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		fmt.Println("removed", path)
	}
	return nil
}
