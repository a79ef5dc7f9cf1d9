package avl

import (
	"fmt"
	"math"

	"github.com/crypto-org-chain/cronos/memiavl"
)

// Import writes a tree's files from its nodes, as Tree.Walk lists them. The nodes may come from anybody: they are checked one by one, and what
// they are together is in the hash of the tree that is opened then.
type Import struct {
	files   *files
	hasher  hasher
	version uint32
	// waiting are subtrees that have no parent yet.
	waiting []subtree
}

type subtree struct {
	hash        [hashBytes]byte
	first, size uint32
	height      uint8
}

// waitingMax is how many subtrees may wait: as many as a tree of 2^32 keys may have levels, and more.
const waitingMax = 200

// NewImport begins the import of a version, from 1 to 2^32-1, into a folder. Close it.
func NewImport(dir string, version int64) (*Import, error) {
	if version < 1 || version > math.MaxUint32 {
		return nil, fmt.Errorf("expected a version from 1 to %d, got %d", uint32(math.MaxUint32), version)
	}
	files, err := createFiles(dir)
	if err != nil {
		return nil, err
	}
	return &Import{files: files, version: uint32(version)}, nil
}

// Add takes the next node.
func (i *Import) Add(node *memiavl.ExportNode) error {
	if node.Version < 1 || node.Version > int64(i.version) {
		return fmt.Errorf("expected a node of a version from 1 to %d, got %d", i.version, node.Version)
	}
	version, count := uint32(node.Version), len(i.waiting) // #nosec G115 -- at most the tree's
	if node.Height == 0 && count < waitingMax {
		added := subtree{first: i.files.leafCount, size: 1}
		i.hasher.ofLeaf(&added.hash, version, node.Key, node.Value)
		i.waiting = append(i.waiting, added)
		return i.files.leaf(version, node.Key, node.Value, added.hash[:])
	}
	if node.Height <= 0 || count < 2 || uint8(node.Height) != max(i.waiting[count-1].height, i.waiting[count-2].height)+1 {
		return fmt.Errorf("expected children before their parent, got a node of height %d behind %d subtrees", node.Height, count)
	}
	left, right := i.waiting[count-2], i.waiting[count-1]
	added := subtree{first: left.first, size: left.size + right.size, height: uint8(node.Height)}
	i.hasher.ofInner(&added.hash, added.height, added.size, version, left.hash[:], right.hash[:])
	i.waiting = append(i.waiting[:count-2], added)
	return i.files.inner(added.height, uint8(count-2), version, added.size, right.first, added.hash[:]) // #nosec G115 -- bounded by waitingMax
}

// Finish returns when the files are on the disk.
func (i *Import) Finish() error {
	if len(i.waiting) > 1 {
		return fmt.Errorf("expected one root, got %d", len(i.waiting))
	}
	return i.files.finish(i.version)
}

// Close closes the files.
func (i *Import) Close() error { return i.files.close() }
