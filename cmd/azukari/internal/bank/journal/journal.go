// Package journal remembers which calls of the bank's service were done, by their idempotency keys, in an embedded database
// that survives kill -9.
package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	fileMode    = 0o600
	lockTimeout = time.Second
	// Retention is how long an answer is kept.
	Retention = 90 * 24 * time.Hour

	hashLength   = 32
	headerLength = 8 + hashLength + 1
)

var bucketCalls = []byte("calls")

// ErrOtherContent says that a key was used for a call with other content.
var ErrOtherContent = errors.New("idempotency key was used with other content")

// ErrLocked says that another process has the journal open.
var ErrLocked = errors.New("journal is locked")

// Journal is an open journal. Safe for concurrent use.
type Journal struct {
	db  *bolt.DB
	now func() time.Time
}

// Open opens or creates the journal at path and forgets the calls that are older than Retention. It fails with ErrLocked if
// another process has it.
func Open(path string) (*Journal, error) {
	db, err := bolt.Open(path, fileMode, &bolt.Options{Timeout: lockTimeout, FreelistType: bolt.FreelistMapType})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%w: expected %s free, got it locked by another process: stop the other server or name another journal", ErrLocked, path)
	}
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	j := &Journal{db: db, now: time.Now}
	if err := j.prune(); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", path, err), db.Close())
	}
	return j, nil
}

// Close closes the journal.
func (j *Journal) Close() error { return j.db.Close() }

// Begin notes a call before it is done. Content is the hash of its method and request. If it was done before, done is true
// and answer is what was answered then. A call that was begun and never finished is to be done again: what the chain has
// already, it does not take twice. It returns ErrOtherContent if the key was used for anything else.
func (j *Journal) Begin(key string, content [hashLength]byte) (answer []byte, done bool, err error) {
	err = j.db.Update(func(tx *bolt.Tx) error {
		calls := tx.Bucket(bucketCalls)
		if value := calls.Get([]byte(key)); value != nil {
			one, err := decode(value)
			if err != nil {
				return fmt.Errorf("key %q: %w", key, err)
			}
			if one.content != content {
				return fmt.Errorf("%w: expected a new key for a new call, got %q again: choose another key", ErrOtherContent, key)
			}
			if one.done {
				answer, done = append([]byte{}, one.answer...), true
				return nil
			}
		}
		return calls.Put([]byte(key), encode(call{at: j.now(), content: content}))
	})
	return answer, done, err
}

// Finish notes what was answered. It is on disk when Finish returns.
func (j *Journal) Finish(key string, content [hashLength]byte, answer []byte) error {
	return j.db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketCalls).Put([]byte(key), encode(call{at: j.now(), content: content, done: true, answer: answer}))
	})
}

// prune forgets old calls.
func (j *Journal) prune() error {
	oldest := j.now().Add(-Retention)
	return j.db.Update(func(tx *bolt.Tx) error {
		calls, err := tx.CreateBucketIfNotExists(bucketCalls)
		if err != nil {
			return err
		}
		var old [][]byte
		err = calls.ForEach(func(key, value []byte) error {
			one, err := decode(value)
			if err == nil && one.at.Before(oldest) {
				old = append(old, append([]byte{}, key...))
			}
			return err
		})
		for _, key := range old {
			err = errors.Join(err, calls.Delete(key))
		}
		return err
	})
}

// call is one entry of the journal.
type call struct {
	at      time.Time
	content [hashLength]byte
	done    bool
	answer  []byte
}

// encode writes the time in seconds, the hash, whether it is done, and the answer.
func encode(one call) []byte {
	value := binary.BigEndian.AppendUint64(nil, uint64(one.at.Unix())) // #nosec G115 -- times after 1970
	value = append(value, one.content[:]...)
	if one.done {
		value = append(value, 1)
	} else {
		value = append(value, 0)
	}
	return append(value, one.answer...)
}

func decode(value []byte) (call, error) {
	if len(value) < headerLength {
		return call{}, fmt.Errorf("expected an entry of %d bytes or more in the journal, got %d", headerLength, len(value))
	}
	one := call{
		at:     time.Unix(int64(binary.BigEndian.Uint64(value)), 0), // #nosec G115 -- as encode wrote it
		done:   value[headerLength-1] == 1,
		answer: value[headerLength:],
	}
	copy(one.content[:], value[8:])
	return one, nil
}
