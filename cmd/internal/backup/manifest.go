package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	cmtbytes "github.com/cometbft/cometbft/libs/bytes"
)

const (
	// format names the archive's layout; another layout gets another name.
	format       = "azukari-backup-1"
	manifestFile = "manifest.json"
	// manifestBytesMax bounds what is read of a manifest: a line for each eight megabytes.
	manifestBytesMax = 256 << 20
)

// Manifest says what a backup is of and lists its files. Heights are those of blocks.
type Manifest struct {
	Format string `json:"format"`
	// MadeBy, Version and Commit are of the program that wrote the backup: the node's own if it ran.
	MadeBy  string `json:"made_by"`
	Version string `json:"version"`
	Commit  string `json:"commit"`
	ChainID string `json:"chain_id"`
	// NodeID is whose backup this is.
	NodeID string    `json:"node_id"`
	Time   time.Time `json:"time"`
	// FirstBlock and LastBlock bound the blocks. Every block between is there.
	FirstBlock    int64             `json:"first_block"`
	LastBlock     int64             `json:"last_block"`
	LastBlockHash cmtbytes.HexBytes `json:"last_block_hash"`
	LastBlockTime time.Time         `json:"last_block_time"`
	// ConsensusHeight is the last block that consensus had carried out: LastBlock, or the one before.
	ConsensusHeight int64 `json:"consensus_height"`
	// StateHeight is the height of the application's state, and AppHash its hash; the next block's header has the same hash.
	StateHeight int64             `json:"state_height"`
	AppHash     cmtbytes.HexBytes `json:"app_hash"`
	// ValidatorsHash is of those who sign the block after the last.
	ValidatorsHash cmtbytes.HexBytes `json:"validators_hash"`
	// Files in the order of the archive.
	Files []File `json:"files"`
}

// File is one file of a backup.
type File struct {
	Name string `json:"name"`
	// Size in bytes.
	Size   int64             `json:"size"`
	SHA256 cmtbytes.HexBytes `json:"sha256"`
}

// Size returns the bytes of all files.
func (m Manifest) Size() int64 {
	var total int64
	for _, file := range m.Files {
		total += file.Size
	}
	return total
}

func (m Manifest) encode() ([]byte, error) {
	return json.MarshalIndent(m, "", "  ")
}

func decodeManifest(raw []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return Manifest{}, fmt.Errorf("%s: %w", manifestFile, err)
	}
	if m.Format != format {
		return Manifest{}, fmt.Errorf("%s: expected format %s, got %q: take the azukari that made the backup", manifestFile, format, m.Format)
	}
	if m.ChainID == "" || m.FirstBlock < 1 || m.LastBlock < m.FirstBlock || m.StateHeight < 1 {
		return Manifest{}, errors.New(manifestFile + ": expected a chain with blocks, got none")
	}
	return m, nil
}

// passwordLine is where config.toml may have the password of an SQL database.
var passwordLine = regexp.MustCompile(`(?m)^(\s*psql-conn\s*=).*$`)

// withoutPassword empties the line that may have one.
func withoutPassword(config []byte) []byte {
	return passwordLine.ReplaceAll(config, []byte(`$1 ""`))
}
