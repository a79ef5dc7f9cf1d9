package bench

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math/big"
	"path/filepath"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/collections"
	"cosmossdk.io/log"
	"cosmossdk.io/math"
	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/financial"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// NodeState is what a node has at the end, read from its files when it has stopped.
type NodeState struct {
	Node string `json:"node"`
	// Height is the one that all nodes are compared at.
	Height int64 `json:"height"`
	// AppHash is the root of the node's trees, Digest the SHA-256 over every key and value of every store, both in hex.
	AppHash string `json:"app_hash"`
	Digest  string `json:"digest"`
	// Keys is how many keys the digest is over.
	Keys int64 `json:"keys"`
	// Sum of all balances of yen, and Supply as the bank module counts it.
	Sum    string `json:"sum_of_balances"`
	Supply string `json:"supply"`
}

// heightOf returns the last height of a stopped node's state.
func heightOf(home, chainID string) (height int64, err error) {
	return height, withApp(home, chainID, 0, func(app *financial.App) error {
		height = app.LastBlockHeight()
		return nil
	})
}

// inspect reads a stopped node's state at a height.
func inspect(ctx context.Context, home, chainID string, height int64) (state NodeState, err error) {
	return state, withApp(home, chainID, height, func(app *financial.App) error {
		store := app.CommitMultiStore()
		last := store.LastCommitID()
		if last.Version != height {
			return fmt.Errorf("expected the state of height %d, got that of %d", height, last.Version)
		}
		cache := store.CacheMultiStore()
		digest := sha256.New()
		keys := int64(0)
		for _, name := range app.StoreNames() {
			count, err := digestStore(ctx, digest, name, cache.GetKVStore(app.Key(name)))
			if err != nil {
				return err
			}
			keys += count
		}
		sum, supply, err := sumOf(app, cache)
		if err != nil {
			return err
		}
		state = NodeState{
			Height: height, AppHash: hex.EncodeToString(last.Hash), Digest: hex.EncodeToString(digest.Sum(nil)), Keys: keys,
			Sum: sum.String(), Supply: supply.String(),
		}
		return nil
	})
}

// withApp opens a stopped node's application at a height, 0 for the last.
func withApp(home, chainID string, height int64, use func(app *financial.App) error) (err error) {
	kind, err := commitstore.KindOf(home)
	if err != nil {
		return err
	}
	db, err := dbm.NewGoLevelDB("application", filepath.Join(home, dataFolder), nil)
	if err != nil {
		return err
	}
	app := openApp(db, home, chainID, kind, height == 0)
	defer func() { err = errors.Join(err, app.Close()) }()
	if height != 0 {
		if err := app.LoadVersion(height); err != nil {
			return fmt.Errorf("load the state of height %d: %w", height, err)
		}
	}
	return use(app)
}

// digestStore adds the name, the keys and the values of a store to a digest, each behind its length.
func digestStore(ctx context.Context, digest hash.Hash, name string, store storetypes.KVStore) (keys int64, err error) {
	add := func(part []byte) {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		digest.Write(length[:])
		digest.Write(part)
	}
	add([]byte(name))
	entries := store.Iterator(nil, nil)
	defer func() { err = errors.Join(err, entries.Close()) }()
	for ; entries.Valid(); entries.Next() {
		add(entries.Key())
		add(entries.Value())
		keys++
		if keys%100_000 == 0 && ctx.Err() != nil {
			return keys, ctx.Err()
		}
	}
	return keys, nil
}

// sumOf adds up all balances of yen.
func sumOf(app *financial.App, store storetypes.MultiStore) (sum *big.Int, supply math.Int, err error) {
	ctx := sdk.NewContext(store, cmtproto.Header{}, false, log.NewNopLogger())
	sum = new(big.Int)
	err = app.Bank.Balances.Walk(ctx, nil, func(key collections.Pair[sdk.AccAddress, string], amount math.Int) (bool, error) {
		if key.K2() == registrytypes.YenDenom {
			sum.Add(sum, amount.BigInt())
		}
		return false, nil
	})
	return sum, app.Bank.GetSupply(ctx, registrytypes.YenDenom).Amount, err
}
