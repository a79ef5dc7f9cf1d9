package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
)

// foreignServices are the files of the Cosmos SDK and ibc-go whose REST routes a node serves next to our own.
var foreignServices = []string{
	"cosmos/auth/v1beta1/query.proto",
	"cosmos/bank/v1beta1/query.proto",
	"cosmos/base/node/v1beta1/query.proto",
	"cosmos/base/tendermint/v1beta1/query.proto",
	"cosmos/consensus/v1/query.proto",
	"cosmos/tx/v1beta1/service.proto",
	"cosmos/upgrade/v1beta1/query.proto",
	"ibc/applications/transfer/v1/query.proto",
	"ibc/core/channel/v1/query.proto",
	"ibc/core/client/v1/query.proto",
	"ibc/core/connection/v1/query.proto",
}

// document is the part of an OpenAPI 2.0 document that differs between proto files.
type document struct {
	Paths       map[string]map[string]operation `json:"paths"`
	Definitions map[string]any                  `json:"definitions"`
}

type operation map[string]any

// mergeDocuments makes one document of the plugin's one per proto file. Tags become proto packages and operation
// ids full method names, since each file calls its service Query.
func mergeDocuments(documents files) ([]byte, error) {
	merged := document{Paths: map[string]map[string]operation{}, Definitions: map[string]any{}}
	tags := []map[string]string{}
	for _, name := range sortedKeys(documents) {
		var doc document
		if err := json.Unmarshal(documents[name], &doc); err != nil {
			return nil, fmt.Errorf("decode %s: %w", name, err)
		}
		pkg := strings.ReplaceAll(path.Dir(name), "/", ".")
		tags = append(tags, map[string]string{"name": pkg})
		for route, operations := range doc.Paths {
			if _, ok := merged.Paths[route]; ok {
				return nil, fmt.Errorf("%s: route %s is taken by another service", name, route)
			}
			for _, op := range operations {
				op["tags"] = []string{pkg}
				op["operationId"] = pkg + "." + strings.Replace(fmt.Sprint(op["operationId"]), "_", ".", 1)
			}
			merged.Paths[route] = operations
		}
		for id, definition := range doc.Definitions {
			if other, ok := merged.Definitions[id]; ok && !reflect.DeepEqual(other, definition) {
				return nil, fmt.Errorf("%s: %s is defined in two ways", name, id)
			}
			merged.Definitions[id] = definition
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(map[string]any{
		"swagger": "2.0",
		"info": map[string]string{
			"title":       "Azukari node",
			"description": "What a node answers over REST. A Financial Zone and a Business Zone serve the modules that they run.",
			"version":     "v1",
		},
		"consumes":    []string{"application/json"},
		"produces":    []string{"application/json"},
		"tags":        tags,
		"paths":       merged.Paths,
		"definitions": merged.Definitions,
	})
	return out.Bytes(), err
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
