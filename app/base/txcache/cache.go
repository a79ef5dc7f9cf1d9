// Package txcache lets a node decode a transaction once, and verify its signature once (see VerifyOnce). The SDK decodes its bytes when it comes into the mempool, with each recheck,
// for a proposal, and twice in its block; and for its signers it decodes all messages of it a second time, by their descriptors. A
// bundle of payment orders has a thousand of them.
//
// What a transaction decodes to depends on nothing but its bytes, and decoding costs no gas. So a cache decides how long things take, and
// never results, events or gas. It is a node's own.
package txcache

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// rememberedMemory bounds what the transactions that are kept take in memory, in bytes, counted as prepare does: a hundred bundles of 1,000
	// orders, which are 22 MB on the wire and really take some 200 MB.
	rememberedMemory = 384 << 20
	// rememberedTransactions bounds how many are kept.
	rememberedTransactions = 1 << 14
)

// Cache decodes transactions and remembers those that may be shared, until they were in a block. It is safe for concurrent use.
type Cache struct {
	decode sdk.TxDecoder
	// memoryMax bounds memory, in bytes.
	memoryMax int

	mu     sync.Mutex
	known  *simplelru.LRU[digest, decoded]
	memory int
}

var _ storetypes.ABCIListener = (*Cache)(nil)

// digest is the SHA-256 of all bytes of a transaction.
type digest [sha256.Size]byte

// decoded is a transaction that nobody changes any more, and what it takes in memory at most, in bytes.
type decoded struct {
	tx     sdk.Tx
	memory int
}

// New returns an empty cache of what a decoder returns.
func New(decode sdk.TxDecoder) *Cache {
	return newBounded(decode, rememberedMemory, rememberedTransactions)
}

func newBounded(decode sdk.TxDecoder, memoryMax, transactionsMax int) *Cache {
	cache := &Cache{decode: decode, memoryMax: memoryMax}
	known, err := simplelru.NewLRU(transactionsMax, func(_ digest, gone decoded) { cache.memory -= gone.memory })
	if err != nil {
		panic(fmt.Errorf("build the cache of transactions: %w", err)) // only of a size that is not positive
	}
	cache.known = known
	return cache
}

// Decode is an sdk.TxDecoder with the results and errors of the decoder below. Many may get the same transaction: it is to be read only.
//
// Errors are not remembered: what does not decode is refused before the mempool and seldom comes again, and strangers could fill the
// cache with it.
func (c *Cache) Decode(raw []byte) (sdk.Tx, error) {
	key := digest(sha256.Sum256(raw))
	if tx, found := c.find(key); found {
		return tx, nil
	}
	tx, err := c.decode(raw)
	if err != nil {
		return nil, err
	}
	memory, shared := prepare(tx, len(raw))
	if !shared {
		return tx, nil
	}
	return c.keep(key, decoded{tx: tx, memory: memory}), nil
}

func (c *Cache) find(key digest) (sdk.Tx, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.known.Get(key)
	return found.tx, ok
}

// keep returns the transaction to use: the one that another caller has kept meanwhile, or this one.
func (c *Cache) keep(key digest, one decoded) sdk.Tx {
	c.mu.Lock()
	defer c.mu.Unlock()
	if other, found := c.known.Get(key); found {
		return other.tx
	}
	c.known.Add(key, one)
	c.memory += one.memory
	for c.memory > c.memoryMax {
		c.known.RemoveOldest()
	}
	return one.tx
}

// ListenFinalizeBlock implements storetypes.ABCIListener. It forgets the transactions of a block that was carried out: they do not
// come again. It never fails.
func (c *Cache) ListenFinalizeBlock(_ context.Context, request abci.RequestFinalizeBlock, _ abci.ResponseFinalizeBlock) error {
	for _, raw := range request.Txs {
		key := digest(sha256.Sum256(raw))
		c.mu.Lock()
		c.known.Remove(key)
		c.mu.Unlock()
	}
	return nil
}

// ListenCommit implements storetypes.ABCIListener.
func (*Cache) ListenCommit(context.Context, abci.ResponseCommit, []*storetypes.StoreKVPair) error {
	return nil
}
