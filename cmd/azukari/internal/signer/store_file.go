package signer

import (
	"bytes"
	"context"
	"errors"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// fileStore is a store for one machine: a file that is locked for as long as one change takes, so that several processes may
// use it. It is opened anew each time, because whoever keeps it open keeps all others out.
type fileStore struct{ path string }

var bucket = []byte("records")

// Load implements Store.
func (s fileStore) Load(ctx context.Context, key string) (found []byte, err error) {
	err = s.update(ctx, func(records *bbolt.Bucket) error {
		found = bytes.Clone(records.Get([]byte(key)))
		return nil
	})
	return found, err
}

// Swap implements Store.
func (s fileStore) Swap(ctx context.Context, key string, expected, next []byte) (swapped bool, current []byte, err error) {
	err = s.update(ctx, func(records *bbolt.Bucket) error {
		current = bytes.Clone(records.Get([]byte(key)))
		swapped = bytes.Equal(current, expected) && (current == nil) == (expected == nil)
		if !swapped {
			return nil
		}
		return records.Put([]byte(key), next)
	})
	return swapped && err == nil, current, err
}

// Members implements Store.
func (s fileStore) Members(context.Context) []Member {
	_, err := os.Stat(s.path)
	if errors.Is(err, os.ErrNotExist) {
		err = nil // the first change makes it
	}
	return []Member{{Address: s.path, Err: err}}
}

// Close implements Store.
func (fileStore) Close() error { return nil }

func (s fileStore) update(ctx context.Context, change func(*bbolt.Bucket) error) (err error) {
	const patience = time.Second
	wait := patience
	if deadline, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(deadline))
	}
	if wait <= 0 {
		return context.DeadlineExceeded
	}
	db, err := bbolt.Open(s.path, 0o600, &bbolt.Options{Timeout: wait})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Update(func(tx *bbolt.Tx) error {
		records, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		return change(records)
	})
}
