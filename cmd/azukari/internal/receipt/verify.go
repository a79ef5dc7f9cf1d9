package receipt

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"
	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"

	notarytypes "github.com/azukari-network/azukari/x/notary/types"
)

// clockDrift is how far the receipt's last block may be ahead of the verifier's clock.
const clockDrift = 10 * time.Minute

// Proof is what a receipt proves, and by which blocks.
type Proof struct {
	ChainID string
	// Row is proven to have been in the state after the block Row.Height.
	Row Row
	// Notarization is what it says, if it is one of the notary's.
	Notarization *Notarization
	// Root is the header whose app hash is the root.
	Root *cmttypes.Header
	// Path are the heights of the blocks by which trust went from the pin to the root, both included.
	Path []int64
	// Backward says that the path is a chain of headers from a pin above.
	Backward bool
}

// Verify proves a receipt from a pinned header, without a node: every block of the receipt is whole and signed, trust leads from
// the pin to the last one, the row's proof leads to that one's app hash, and the row says what the receipt says. The period
// bounds the time between two blocks of the path; 0 for no bound. now is the verifier's time.
func Verify(receipt *Receipt, trust *Trust, period time.Duration, now time.Time) (Proof, error) {
	if receipt.ChainID != trust.ChainID {
		return Proof{}, fmt.Errorf("chain: expected %q, which is pinned, got a receipt of %q", trust.ChainID, receipt.ChainID)
	}
	root, err := receipt.checkBlocks()
	if err != nil {
		return Proof{}, fmt.Errorf("light blocks: %w", err)
	}
	if root.Time.After(now.Add(clockDrift)) {
		return Proof{}, fmt.Errorf("light blocks: expected a block of the past, got block %d of %s; is this machine's clock right?",
			root.Height, root.Time.Format(time.RFC3339))
	}
	proof := Proof{ChainID: receipt.ChainID, Row: receipt.Row, Root: root.Header}
	if trust.Height > root.Height {
		proof.Path, err = receipt.pathBack(root.Header, trust)
		proof.Backward = true
	} else {
		proof.Path, err = receipt.path(trust, period)
	}
	if err != nil {
		return Proof{}, fmt.Errorf("trust path: %w", err)
	}
	if err := receipt.Row.verify(root.AppHash); err != nil {
		return Proof{}, fmt.Errorf("row: %w", err)
	}
	if receipt.Row.Store == notarytypes.StoreKey {
		said, err := ParseNotarization(receipt.Row.Key, receipt.Row.Value)
		if err != nil {
			return Proof{}, fmt.Errorf("notarization: %w", err)
		}
		proof.Notarization = &said
	}
	if err := sameNotarization(receipt.Notarization, proof.Notarization); err != nil {
		return Proof{}, fmt.Errorf("notarization: %w", err)
	}
	return proof, nil
}

// checkBlocks checks each light block by itself, and their order. It returns the one with the root.
func (r *Receipt) checkBlocks() (*cmttypes.LightBlock, error) {
	if len(r.LightBlocks) == 0 || len(r.LightBlocks) > maxLightBlocks || len(r.Headers) > MaxHeaders {
		return nil, fmt.Errorf("expected 1 to %d, and at most %d headers behind them, got %d and %d",
			maxLightBlocks, MaxHeaders, len(r.LightBlocks), len(r.Headers))
	}
	var before int64
	for _, block := range r.LightBlocks {
		if err := checkBlock(block, r.ChainID); err != nil {
			return nil, err
		}
		if block.Height <= before {
			return nil, fmt.Errorf("expected ascending heights, got %d after %d", block.Height, before)
		}
		before = block.Height
	}
	if before != r.Row.Height+1 {
		return nil, fmt.Errorf("expected block %d as the last one, which has the root of the state after block %d, got block %d",
			r.Row.Height+1, r.Row.Height, before)
	}
	return r.LightBlocks[len(r.LightBlocks)-1], nil
}

// path follows the light blocks above the pin. Those below it lead nowhere and are left aside.
func (r *Receipt) path(trust *Trust, period time.Duration) ([]int64, error) {
	trusted, path := trust.LightBlock, []int64{trust.Height}
	for _, next := range r.LightBlocks {
		switch {
		case next.Height < trust.Height:
			continue
		case next.Height == trust.Height:
			if err := samePin(next.Header, trust); err != nil {
				return nil, err
			}
			continue
		}
		if err := step(trusted, next, period); err != nil {
			var far tooFarError
			if errors.As(err, &far) {
				return nil, fmt.Errorf("%w; fetch the receipt again with --trust, so that it has the blocks between them", err)
			}
			return nil, err
		}
		trusted, path = next, append(path, next.Height)
	}
	return path, nil
}

// pathBack follows the chain of headers from a pin above down to the root.
func (r *Receipt) pathBack(root *cmttypes.Header, trust *Trust) ([]int64, error) {
	// The header of the height h is at h - first.
	first := root.Height + 1
	count := trust.Height - root.Height
	// The pin itself need not be in the file, everything below it must.
	if int64(len(r.Headers)) < count-1 {
		return nil, fmt.Errorf("expected the headers from %d to %d, which is pinned, got %d of them; fetch the receipt again with --trust, or pin a block below %d",
			first, trust.Height, len(r.Headers), first)
	}
	if int64(len(r.Headers)) >= count {
		pinned := r.Headers[count-1]
		if pinned == nil {
			return nil, fmt.Errorf("expected header %d, got none", trust.Height)
		}
		if err := samePin(pinned, trust); err != nil {
			return nil, err
		}
	}
	after := trust.LightBlock.Header
	path := []int64{after.Height}
	for i := count - 2; i >= 0; i-- {
		if err := checkBack(r.Headers[i], after); err != nil {
			return nil, err
		}
		after = r.Headers[i]
		path = append(path, after.Height)
	}
	return append(path, root.Height), checkBack(root, after)
}

// samePin returns an error unless the header is the pinned one.
func samePin(header *cmttypes.Header, trust *Trust) error {
	if !bytes.Equal(header.Hash(), trust.HeaderHash) {
		return fmt.Errorf("expected block %d with hash %s, which is pinned, got %s: the receipt is of another chain or a fork",
			trust.Height, trust.HeaderHash, header.Hash())
	}
	return nil
}

// verify proves the row against an app hash.
func (r Row) verify(appHash []byte) error {
	if r.Store == "" || len(r.Key) == 0 || len(r.Value) == 0 {
		return errors.New("expected a store, a key and a value, got one of them empty: a receipt proves what is there")
	}
	var proof commitmenttypes.MerkleProof
	if err := proof.Unmarshal(r.Proof); err != nil {
		return fmt.Errorf("proof: expected a MerkleProof of ibc-go: %w", err)
	}
	err := proof.VerifyMembership(commitmenttypes.GetSDKSpecs(), commitmenttypes.NewMerkleRoot(appHash),
		commitmenttypes.NewMerklePath(r.Store, string(r.Key)), r.Value)
	if err != nil {
		return fmt.Errorf("expected a proof of the row from app hash %X of block %d, got one that does not lead there", appHash, r.Height+1)
	}
	return nil
}

// CompareDocument returns an error unless the file is the document of a notarization.
func (n *Notarization) CompareDocument(path string) error {
	got, err := hashFile(path)
	if err != nil {
		return err
	}
	if got != n.Hash {
		return fmt.Errorf("document: expected SHA-256 %s, which was notarized, got %s: %s is another document, or was changed",
			n.Hash, got, path)
	}
	return nil
}

// hashFile returns SHA-256 of a file in hex.
func hashFile(path string) (string, error) {
	file, err := os.Open(path) // #nosec G304 -- the user names the file
	if err != nil {
		return "", notThereError{err}
	}
	defer func() { _ = file.Close() }() // read only
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", notThereError{fmt.Errorf("read %s: %w", path, err)}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}
