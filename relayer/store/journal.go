// Package store is the relayer's journal: what it has seen, what is pending and what it has submitted, in an
// embedded database that survives kill -9. Every change is one transaction, on disk before the call returns.
package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrLocked says that another process has the journal open.
var ErrLocked = errors.New("journal is locked")

// Buckets; README.md, "Journal keys", says what is in them.
var (
	bucketMeta    = []byte("meta")
	bucketScanned = []byte("scanned")
	bucketPackets = []byte("packets")
	bucketTxs     = []byte("txs")
	bucketCovered = []byte("covered")

	keyFormat = []byte("format")
)

const (
	format      = "1"
	fileMode    = 0o600
	lockTimeout = time.Second
)

// Journal is an open journal. Safe for concurrent use.
type Journal struct{ db *bolt.DB }

// Open opens or creates the journal at path. It fails with ErrLocked if another process has it.
func Open(path string) (*Journal, error) {
	db, err := bolt.Open(path, fileMode, &bolt.Options{Timeout: lockTimeout, FreelistType: bolt.FreelistMapType})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%w: expected %s free, got it locked by another process; stop the other azrelay or set another journal", ErrLocked, path)
	}
	if err != nil {
		return nil, fmt.Errorf("expected a journal at %s, got %w; correct journal, or move a damaged file away (it is rebuilt from the chains)", path, err)
	}
	j := &Journal{db}
	if err := j.prepare(path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return j, nil
}

func (j *Journal) prepare(path string) error {
	return j.db.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketMeta, bucketScanned, bucketPackets, bucketTxs, bucketCovered} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		meta := tx.Bucket(bucketMeta)
		switch got := meta.Get(keyFormat); {
		case got == nil:
			return meta.Put(keyFormat, []byte(format))
		case string(got) != format:
			return fmt.Errorf("expected journal %s in format %s, got %q; use the azrelay that wrote it, or move the file away (it is rebuilt from the chains)", path, format, got)
		}
		return nil
	})
}

// Close closes the journal and unlocks it.
func (j *Journal) Close() error { return j.db.Close() }

// Scanned returns the height of the chain up to which every block was read, 0 if none.
func (j *Journal) Scanned(chainID string) (int64, error) {
	return j.height(bucketScanned, chainID)
}

// Covered returns the height up to which every header that changes validators was submitted to a light client, 0
// if unknown.
func (j *Journal) Covered(chainID, clientID string) (int64, error) {
	return j.height(bucketCovered, clientKey(chainID, clientID))
}

// SetCovered notes that every header up to height that changes validators was submitted to a light client.
func (j *Journal) SetCovered(chainID, clientID string, height int64) error {
	return j.db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketCovered).Put([]byte(clientKey(chainID, clientID)), encodeHeight(height))
	})
}

func clientKey(chainID, clientID string) string { return chainID + "/" + clientID }

func (j *Journal) height(bucket []byte, key string) (height int64, err error) {
	err = j.db.View(func(tx *bolt.Tx) error {
		if raw := tx.Bucket(bucket).Get([]byte(key)); len(raw) == 8 {
			height = int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // written by encodeHeight
		}
		return nil
	})
	return height, err
}

func encodeHeight(height int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(height)) //nolint:gosec // heights are never negative
}

// Batch is a set of changes that become durable together.
type Batch struct {
	// ChainID is the chain that Scanned and EndedTxs are about.
	ChainID string
	// Scanned is the height up to which blocks have been read; 0 for no change.
	Scanned int64
	// EndedTxs are the account sequences of transactions that have ended.
	EndedTxs []uint64
	Put      []Record
	Delete   []Key
}

// Empty says whether the batch changes no packet and no transaction.
func (b Batch) Empty() bool { return len(b.Put) == 0 && len(b.Delete) == 0 && len(b.EndedTxs) == 0 }

// Apply makes a batch durable.
func (j *Journal) Apply(batch Batch) error {
	return j.db.Update(func(tx *bolt.Tx) error {
		packets := tx.Bucket(bucketPackets)
		for _, record := range batch.Put {
			raw, err := json.Marshal(record)
			if err != nil {
				return err
			}
			if err := packets.Put(record.Key.encode(), raw); err != nil {
				return err
			}
		}
		for _, key := range batch.Delete {
			if err := packets.Delete(key.encode()); err != nil {
				return err
			}
		}
		for _, sequence := range batch.EndedTxs {
			if err := tx.Bucket(bucketTxs).Delete(txKey(batch.ChainID, sequence)); err != nil {
				return err
			}
		}
		if batch.Scanned == 0 {
			return nil
		}
		return tx.Bucket(bucketScanned).Put([]byte(batch.ChainID), encodeHeight(batch.Scanned))
	})
}

// Packets returns every packet in the journal, in order of key.
func (j *Journal) Packets() (records []Record, err error) {
	err = j.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketPackets).ForEach(func(key, raw []byte) error {
			var record Record
			if err := json.Unmarshal(raw, &record); err != nil {
				return fmt.Errorf("journal packet %q: %w", key, err)
			}
			records = append(records, record)
			return nil
		})
	})
	return records, err
}
