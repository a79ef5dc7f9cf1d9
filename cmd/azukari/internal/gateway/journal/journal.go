// Package journal is what a gateway remembers of orders when it is killed. Every order is on disk before its sender hears that
// it was taken, and every outcome before its sender hears of it.
//
// It is a bbolt database, as the relayer's journal is: a commit that was not finished leaves no trace, a commit that was finished
// stays, and outcomes are found by their payers and nonces without being kept in memory. An append-only file of our own would write
// less and would need an index, a compaction and a recovery of its own. Many orders share a commit, so that its two fsyncs cost each
// of them little.
package journal

import (
	"errors"
	"fmt"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
)

const (
	fileMode    = 0o600
	lockTimeout = time.Second
	// commitEntries bounds what one commit writes; more waits for the next one.
	commitEntries = 10_000
	// pruneEntries bounds what one commit forgets.
	pruneEntries = 10_000
)

var (
	// bucketOrders has the entries by payer and nonce.
	bucketOrders = []byte("orders")
	// bucketOpen has the keys of those without an outcome.
	bucketOpen = []byte("open")
	// bucketEnded has the times at which the others ended, before their keys.
	bucketEnded = []byte("ended")

	// present is the value of keys that say all there is to say.
	present = []byte{1}
)

var (
	// ErrLocked says that another process has the journal open.
	ErrLocked = errors.New("journal is locked")
	// ErrDamaged says that the journal has what nobody wrote.
	ErrDamaged = errors.New("journal is damaged")
	// ErrClosed says that the journal was closed.
	ErrClosed = errors.New("journal is closed")
)

// Journal is an open journal. Safe for concurrent use.
type Journal struct {
	db       *bolt.DB
	now      func() time.Time
	observe  func(time.Duration)
	requests chan request
	ended    chan struct{}

	mu     sync.RWMutex // guards closed, and sending to requests
	closed bool
}

// request is entries that one caller waits for.
type request struct {
	entries []*gatewaypb.JournalEntry
	done    chan error
}

// Open opens or creates the journal at path, verifies each entry and returns those without an outcome, in the order of payer and
// nonce. observe is told how long each commit took. It returns ErrLocked if another process has it, and ErrDamaged.
func Open(path string, observe func(time.Duration)) (*Journal, []*gatewaypb.JournalEntry, error) {
	db, err := openDatabase(path)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, nil, fmt.Errorf("%w: expected %s free, got it locked by another process: stop the other gateway or name another home", ErrLocked, path)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: open %s: %w: %s", ErrDamaged, path, err, remedy)
	}
	open, err := load(db)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w: %s", path, err, remedy), db.Close())
	}
	j := &Journal{
		db: db, now: time.Now, observe: observe,
		requests: make(chan request, commitEntries), ended: make(chan struct{}),
	}
	go j.commit()
	return j, open, nil
}

const remedy = "keep the file, move it away, and start again; open orders in it are sent again by their senders, and the zone pays none twice"

// openDatabase returns as an error what bbolt says of a damaged page by a panic.
func openDatabase(path string) (db *bolt.DB, err error) {
	defer func() { err = recovered(recover(), err) }()
	return bolt.Open(path, fileMode, &bolt.Options{Timeout: lockTimeout, FreelistType: bolt.FreelistMapType, NoFreelistSync: true})
}

func recovered(reason any, err error) error {
	if reason != nil {
		return fmt.Errorf("%w: %v", ErrDamaged, reason)
	}
	return err
}

// load verifies the journal and returns the open entries.
func load(db *bolt.DB) (open []*gatewaypb.JournalEntry, err error) {
	defer func() { err = recovered(recover(), err) }()
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketOrders, bucketOpen, bucketEnded} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		pending := tx.Bucket(bucketOpen)
		found := 0
		err := tx.Bucket(bucketOrders).ForEach(func(key, value []byte) error {
			entry, ended, err := decode(key, value)
			if err != nil {
				return err
			}
			isOpen := pending.Get(key) != nil
			if isOpen == !ended.IsZero() {
				return fmt.Errorf("%w: expected order %x among the open ones or ended, got both or neither", ErrDamaged, key)
			}
			if isOpen {
				found++
				open = append(open, entry)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if listed := pending.Stats().KeyN; listed != found {
			return fmt.Errorf("%w: expected %d open orders, got %d", ErrDamaged, listed, found)
		}
		return nil
	})
	return open, err
}

// Put writes entries and returns when they are on disk. A later entry of a payer and nonce replaces the earlier one.
func (j *Journal) Put(entries ...*gatewaypb.JournalEntry) error {
	if len(entries) == 0 {
		return nil
	}
	one := request{entries, make(chan error, 1)}
	j.mu.RLock()
	if j.closed {
		j.mu.RUnlock()
		return ErrClosed
	}
	j.requests <- one
	j.mu.RUnlock()
	return <-one.done
}

// commit writes what callers wait for, as many at once as are there.
func (j *Journal) commit() {
	defer close(j.ended)
	for first := range j.requests {
		batch, entries := []request{first}, len(first.entries)
		for entries < commitEntries {
			more, ok := j.next()
			if !ok {
				break
			}
			batch, entries = append(batch, more), entries+len(more.entries)
		}
		began := time.Now()
		err := j.write(batch)
		j.observe(time.Since(began))
		for _, one := range batch {
			one.done <- err
		}
	}
}

// next returns a request that waits, if one does.
func (j *Journal) next() (request, bool) {
	select {
	case one, ok := <-j.requests:
		return one, ok
	default:
		return request{}, false
	}
}

func (j *Journal) write(batch []request) (err error) {
	defer func() { err = recovered(recover(), err) }()
	now := j.now()
	return j.db.Update(func(tx *bolt.Tx) error {
		for _, one := range batch {
			for _, entry := range one.entries {
				if err := put(tx, entry, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func put(tx *bolt.Tx, entry *gatewaypb.JournalEntry, now time.Time) error {
	orders, open, ended := tx.Bucket(bucketOrders), tx.Bucket(bucketOpen), tx.Bucket(bucketEnded)
	key := Key(entry.Order.Order.Payer, entry.Order.Order.Nonce)
	if earlier := orders.Get(key); earlier != nil {
		if _, at, err := decode(key, earlier); err != nil {
			return err
		} else if !at.IsZero() {
			if err := ended.Delete(endedKey(at, key)); err != nil {
				return err
			}
		}
	}
	at := time.Time{}
	if entry.Outcome.Status == gatewaypb.OrderStatusPending {
		if err := open.Put(key, present); err != nil {
			return err
		}
	} else {
		at = now
		if err := errors.Join(open.Delete(key), ended.Put(endedKey(at, key), present)); err != nil {
			return err
		}
	}
	value, err := encode(entry, at)
	if err != nil {
		return err
	}
	return orders.Put(key, value)
}

// Get returns the entry of a payer's nonce, and nil if there is none.
func (j *Journal) Get(payer []byte, nonce uint64) (entry *gatewaypb.JournalEntry, err error) {
	defer func() { err = recovered(recover(), err) }()
	key := Key(payer, nonce)
	err = j.db.View(func(tx *bolt.Tx) error {
		value := tx.Bucket(bucketOrders).Get(key)
		if value == nil {
			return nil
		}
		entry, _, err = decode(key, value)
		return err
	})
	return entry, err
}

// Prune forgets the oldest orders that ended before a time, at most some thousands, and returns how many. Open ones stay.
func (j *Journal) Prune(before time.Time) (pruned int, err error) {
	defer func() { err = recovered(recover(), err) }()
	err = j.db.Update(func(tx *bolt.Tx) error {
		orders, ended := tx.Bucket(bucketOrders), tx.Bucket(bucketEnded)
		var old [][]byte
		cursor := ended.Cursor()
		for key, _ := cursor.First(); key != nil && len(old) < pruneEntries; key, _ = cursor.Next() {
			if !timeOf(key).Before(before) {
				break
			}
			old = append(old, append([]byte{}, key...))
		}
		for _, key := range old {
			if err := errors.Join(ended.Delete(key), orders.Delete(key[timeLength:])); err != nil {
				return err
			}
		}
		pruned = len(old)
		return nil
	})
	return pruned, err
}

// Close writes what callers wait for and closes the journal. A second call does nothing.
func (j *Journal) Close() error {
	j.mu.Lock()
	closed := j.closed
	j.closed = true
	j.mu.Unlock()
	if closed {
		return nil
	}
	close(j.requests)
	<-j.ended
	return j.db.Close()
}
