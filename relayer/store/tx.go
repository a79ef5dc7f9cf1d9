package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Tx is a transaction that was signed and handed, or about to be handed, to a node. The account sequence makes it
// exclusive: of all transactions with the same one, at most one is ever included.
type Tx struct {
	ChainID  string `json:"chain"`
	Sequence uint64 `json:"sequence"`
	Hash     string `json:"hash"`
	// Height is the chain's head when it was signed.
	Height  int64 `json:"height"`
	Packets []Key `json:"packets"`
}

func txKey(chainID string, sequence uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte(chainID+"/"), sequence)
}

// PutTx notes a transaction before it is broadcast; it replaces one with the same sequence.
func (j *Journal) PutTx(note Tx) error {
	raw, err := json.Marshal(note)
	if err != nil {
		return err
	}
	return j.db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketTxs).Put(txKey(note.ChainID, note.Sequence), raw)
	})
}

// Txs returns the chain's transactions that have not ended, in order of sequence.
func (j *Journal) Txs(chainID string) (notes []Tx, err error) {
	err = j.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketTxs).ForEach(func(key, raw []byte) error {
			var note Tx
			if err := json.Unmarshal(raw, &note); err != nil {
				return fmt.Errorf("journal transaction %q: %w", key, err)
			}
			if note.ChainID == chainID {
				notes = append(notes, note)
			}
			return nil
		})
	})
	return notes, err
}
