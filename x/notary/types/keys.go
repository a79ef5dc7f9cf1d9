// Package types has the notarizations of the notary module, their rules and their keys.
package types

import (
	"cosmossdk.io/collections"
)

const (
	// ModuleName names the module and its store.
	ModuleName = "notary"
	// StoreKey names the module's store.
	StoreKey = ModuleName

	// MaxDocuments is how many documents one message may notarize.
	MaxDocuments = 1_000
	// MaxLabelLength is the longest label, in bytes.
	MaxLabelLength = 64
)

// Store prefixes. See README.md for the keys and values below them.
var (
	NotarizationsPrefix = collections.NewPrefix(0)
	ByDocumentPrefix    = collections.NewPrefix(1)
)
