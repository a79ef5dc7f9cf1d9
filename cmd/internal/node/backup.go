package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	cmtdb "github.com/cometbft/cometbft-db"
	cmtcfg "github.com/cometbft/cometbft/config"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/syndtr/goleveldb/leveldb"

	"cosmossdk.io/log"

	"github.com/azukari-network/azukari/cmd/internal/backup"
)

const (
	// blockWait is how long a backup waits for a block.
	blockWait = 30 * time.Second
	// indexTries is how often a backup waits for one more block because the index of transactions was late.
	indexTries = 5
)

// copier freezes the node for backups. It knows all databases of the node, and the moment between two blocks at which none of
// them is written to.
type copier struct {
	home    string
	handles map[string]*leveldb.DB
	// missing are databases that cannot be frozen.
	missing  []string
	executor executor
}

func newCopier(home string, application dbm.DB, e executor) *copier {
	c := &copier{home: home, handles: map[string]*leveldb.DB{}, executor: e}
	c.add(backup.Application, application)
	return c
}

func (c *copier) add(name string, db any) {
	if handle, ok := db.(interface{ DB() *leveldb.DB }); ok {
		c.handles[name] = handle.DB()
		return
	}
	c.missing = append(c.missing, name)
}

// openDB opens a database for consensus.
func (c *copier) openDB(what *cmtcfg.DBContext) (cmtdb.DB, error) {
	db, err := cmtcfg.DefaultDBProvider(what)
	if err == nil {
		c.add(what.ID, db)
	}
	return db, err
}

// serve hands out backups until the context ends. A node whose home has too long a path for it runs without.
func (c *copier) serve(ctx context.Context, logger log.Logger) {
	if err := backup.Serve(ctx, c.home, c.freeze, logger); err != nil {
		logger.Error("no backup can be made while the node runs", "err", err)
	}
}

// freeze freezes the node before the next block whose predecessor is in the index of transactions.
func (c *copier) freeze(ctx context.Context) (*backup.Frozen, error) {
	if len(c.missing) > 0 {
		return nil, fmt.Errorf("expected goleveldb databases, got others: %v: stop the node and copy its home", c.missing)
	}
	for range indexTries {
		frozen, err := c.freezeNext(ctx)
		if err != nil {
			return nil, err
		}
		indexed := false
		if err = frozen.Describe(); err == nil {
			indexed, err = frozen.Indexed()
		}
		if err == nil && indexed {
			return frozen, nil
		}
		if err := errors.Join(err, frozen.Release()); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("expected the index of transactions to keep up with the blocks, got it behind: back up when there is less load, or stop the node")
}

func (c *copier) freezeNext(ctx context.Context) (frozen *backup.Frozen, err error) {
	done := make(chan struct{})
	select {
	case c.executor.tasks <- func() {
		defer close(done)
		frozen, err = backup.Freeze(c.home, c.handles)
	}:
		<-done
		return frozen, err
	case <-time.After(blockWait):
		return nil, fmt.Errorf("expected a block within %s, got none: stop the node, and back up its home then", blockWait)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
