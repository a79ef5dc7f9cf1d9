// Package txcache lets a node decode a transaction once. The SDK decodes its bytes when it comes into the mempool, with each recheck,
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
	// rememberedBytes bounds the transactions that are kept, in bytes as they are on the wire.
	rememberedBytes = 32 << 20
	// rememberedTransactions bounds how many are kept, for small ones have more around them.
	rememberedTransactions = 1 << 14
)

// Cache decodes transactions and remembers those that may be shared, until they were in a block. It is safe for concurrent use.
type Cache struct {
	decode sdk.TxDecoder
	// bytesMax bounds bytes.
	bytesMax int

	mu    sync.Mutex
	known *simplelru.LRU[digest, decoded]
	bytes int
}

var _ storetypes.ABCIListener = (*Cache)(nil)

// digest is the SHA-256 of all bytes of a transaction.
type digest [sha256.Size]byte

// decoded is a transaction that nobody changes any more, and the length of its bytes.
type decoded struct {
	tx   sdk.Tx
	size int
}

// New returns an empty cache of what a decoder returns.
func New(decode sdk.TxDecoder) *Cache {
	return newBounded(decode, rememberedBytes, rememberedTransactions)
}

func newBounded(decode sdk.TxDecoder, bytesMax, transactionsMax int) *Cache {
	cache := &Cache{decode: decode, bytesMax: bytesMax}
	known, err := simplelru.NewLRU(transactionsMax, func(_ digest, gone decoded) { cache.bytes -= gone.size })
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
	if err != nil || !prepare(tx) {
		return tx, err
	}
	return c.keep(key, decoded{tx: tx, size: len(raw)}), nil
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
	c.bytes += one.size
	for c.bytes > c.bytesMax {
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
