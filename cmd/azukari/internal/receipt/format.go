package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	cmtbytes "github.com/cometbft/cometbft/libs/bytes"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmttypes "github.com/cometbft/cometbft/types"
)

// What files say of themselves. A file of another version is refused.
const (
	ReceiptFormat = "azukari/receipt"
	TrustFormat   = "azukari/trust"
	Version       = 1
)

// Bounds of a file, so that no file makes the verifier work without end.
const (
	maxFileBytes   = 32 << 20
	maxLightBlocks = 1_000
	// MaxHeaders is the longest chain of headers from a receipt to a pin above it.
	MaxHeaders = 10_000
)

// Receipt proves one row of a zone's state. Its JSON is written as CometBFT writes its own: hashes in hex, other bytes in
// base64, numbers of 64 bits as text.
type Receipt struct {
	Format  string `json:"format"`
	Version int32  `json:"version"`
	// ChainID is what the zone calls itself.
	ChainID string `json:"chain_id"`
	// Notarization is what the row says, for people, if it is one of the notary's. The verifier compares.
	Notarization *Notarization `json:"notarization,omitempty"`
	Row          Row           `json:"row"`
	// LightBlocks in ascending order of height. The app hash of the last one is the root of the row's proof; those before it
	// lead to it, for pins below.
	LightBlocks []*cmttypes.LightBlock `json:"light_blocks"`
	// Headers of the heights that follow the last light block without a gap, each naming the one before it: for pins above.
	Headers []*cmttypes.Header `json:"headers,omitempty"`
}

// Row is one entry of a store, in the state after a block.
type Row struct {
	// Store is the name of the module's store.
	Store string            `json:"store"`
	Key   cmtbytes.HexBytes `json:"key"`
	Value cmtbytes.HexBytes `json:"value"`
	// Height of the block. The block after it has the root.
	Height int64 `json:"height"`
	// Proof is ibc-go's MerkleProof, in protobuf: from the row to the store's root, and from there to the app hash.
	Proof []byte `json:"proof"`
}

// Notarization is what a row of the notary says.
type Notarization struct {
	Notary string `json:"notary"`
	// Hash is SHA-256 of the document in hex.
	Hash  string `json:"hash"`
	Label string `json:"label,omitempty"`
	// Organization for which the notary acted; empty for the holder of an account.
	Organization string `json:"organization,omitempty"`
	// Time and Height of the block.
	Time   time.Time `json:"time"`
	Height int64     `json:"height"`
}

// Trust is a header that its owner trusts, having compared its hash with what others say: everything else follows from it.
type Trust struct {
	Format     string            `json:"format"`
	Version    int32             `json:"version"`
	ChainID    string            `json:"chain_id"`
	Height     int64             `json:"height"`
	HeaderHash cmtbytes.HexBytes `json:"header_hash"`
	// ValidatorsHash is that of the validators who signed the header.
	ValidatorsHash cmtbytes.HexBytes `json:"validators_hash"`
	// TrustingPeriod is the longest time between two blocks of a path; 0 for no bound.
	TrustingPeriod Period `json:"trusting_period"`
	// LightBlock is the header, its commit and its validators.
	LightBlock *cmttypes.LightBlock `json:"light_block"`
}

// Period is a time that files write as people do: "336h0m0s".
type Period time.Duration

// MarshalJSON implements json.Marshaler.
func (p Period) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(p).String()) }

// UnmarshalJSON implements json.Unmarshaler.
func (p *Period) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	period, err := time.ParseDuration(text)
	if err != nil || period < 0 {
		return fmt.Errorf("expected a duration of 0 or more, as 336h, got %q", text)
	}
	*p = Period(period)
	return nil
}

// ReadReceipt reads a receipt. What it says is not verified; an error says what is no receipt about it.
func ReadReceipt(path string) (*Receipt, error) {
	var receipt Receipt
	if err := read(path, &receipt); err != nil {
		return nil, err
	}
	if err := checkFormat(receipt.Format, ReceiptFormat, receipt.Version); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &receipt, nil
}

// ReadTrust reads a pinned header and checks that the file agrees with itself.
func ReadTrust(path string) (*Trust, error) {
	var trust Trust
	if err := read(path, &trust); err != nil {
		return nil, err
	}
	if err := checkFormat(trust.Format, TrustFormat, trust.Version); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := trust.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &trust, nil
}

func checkFormat(got, want string, version int32) error {
	if got != want || version != Version {
		return fmt.Errorf("expected format %q of version %d, got %q of version %d", want, Version, got, version)
	}
	return nil
}

// notThereError says that a file could not be read at all.
type notThereError struct{ error }

func (e notThereError) Unwrap() error { return e.error }

func read(path string, into any) error {
	file, err := os.Open(path) // #nosec G304 -- the user names the file
	if err != nil {
		return notThereError{err}
	}
	defer func() { _ = file.Close() }() // read only
	raw, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return notThereError{fmt.Errorf("read %s: %w", path, err)}
	}
	if len(raw) > maxFileBytes {
		return fmt.Errorf("%s: expected at most %d bytes, got more", path, maxFileBytes)
	}
	if err := cmtjson.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: expected JSON as docs/receipt.md describes: %w", path, err)
	}
	return nil
}

func encode(document any) ([]byte, error) {
	raw, err := cmtjson.Marshal(document)
	if err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, raw, "", "  "); err != nil {
		return nil, err
	}
	indented.WriteByte('\n')
	return indented.Bytes(), nil
}

// requireFree returns an error if there is a file at a path already: receipts and pins are never written over.
func requireFree(path string) error {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = errors.New("got one")
	}
	return fmt.Errorf("expected no file at %s, %w; remove it, or name another with --out", path, err)
}

// write writes a new file; the path "-" is out.
func write(out io.Writer, path string, document any) error {
	raw, err := encode(document)
	if err != nil {
		return err
	}
	if path == "-" {
		_, err := out.Write(raw)
		return err
	}
	const everybodyReads = 0o644                                                      // it is there to be shown
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, everybodyReads) // #nosec G302,G304 -- the user names the file
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = file.Write(raw)
	return errors.Join(err, file.Close())
}
