package signer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/privval"
)

// Record is all that the store knows of one validator. Its fields only ever grow: the epoch, and the position within it.
type Record struct {
	// ChainID of the zone, and PubKey of the validator, 32 bytes.
	ChainID string `json:"chain_id"`
	PubKey  []byte `json:"pub_key"`
	// Holder is the name of the signer that may sign.
	Holder string `json:"holder"`
	// Epoch counts the holders, from 1.
	Epoch uint64 `json:"epoch"`
	// TakenAt is when the holder took the identity over, by its own clock.
	TakenAt time.Time `json:"taken_at"`
	// Signed is the last signature; its position is zero if there is none.
	Signed
	// Earlier are signatures before the last one, newest first, of its height and the one before, earlierMax at most: the holder
	// after this one goes on at the height at which its node is, and may need them again.
	Earlier []Signed `json:"earlier,omitempty"`
	// Lock is the last block that the validator precommitted.
	Lock Lock `json:"lock"`
}

// Signed is one signature.
type Signed struct {
	Position
	// SignBytes is what was signed, and Signature the signature. Both are empty if only the position is known.
	SignBytes []byte `json:"sign_bytes,omitempty"`
	Signature []byte `json:"signature,omitempty"`
}

// Lock is a block that a validator has precommitted. At that height it must not prevote another one, unless it has seen that
// others dropped the block: it may have been committed with this very precommit. A node knows what it has seen; the next
// holder's node does not.
type Lock struct {
	Height int64  `json:"height"`
	Round  int32  `json:"round"`
	Block  []byte `json:"block,omitempty"`
	// Epoch of the holder that precommitted it.
	Epoch uint64 `json:"epoch"`
}

// earlierMax is enough for two heights of several rounds each.
const earlierMax = 16

// Inherited says whether the lock is of an earlier holder, and still binds at the height after which nothing was signed.
func (r Record) Inherited() bool {
	return r.Lock.Epoch < r.Epoch && len(r.Lock.Block) > 0 && r.Lock.Height >= r.Height-1
}

// add returns the record after one more signature.
func (r Record) add(signed Signed, precommitted []byte) Record {
	earlier := append([]Signed{r.Signed}, r.Earlier...)
	earlier = slices.DeleteFunc(earlier, func(s Signed) bool { return s.Height < signed.Height-1 || len(s.Signature) == 0 })
	r.Signed, r.Earlier = signed, earlier[:min(len(earlier), earlierMax)]
	if len(precommitted) > 0 {
		r.Lock = Lock{Height: signed.Height, Round: signed.Round, Block: precommitted, Epoch: r.Epoch}
	}
	return r
}

// Position is where in consensus a signature belongs. A validator signs once in each, in ascending order.
type Position struct {
	Height int64 `json:"height"`
	Round  int32 `json:"round"`
	// Step is 1 for a proposal, 2 for a prevote, 3 for a precommit, as in priv_validator_state.json.
	Step int8 `json:"step"`
}

// Steps of a round.
const (
	stepPropose   int8 = 1
	stepPrevote   int8 = 2
	stepPrecommit int8 = 3
)

// Compare returns -1, 0 or 1 if the position is before, at or after another.
func (p Position) Compare(other Position) int {
	for _, difference := range []int64{
		p.Height - other.Height, int64(p.Round) - int64(other.Round), int64(p.Step) - int64(other.Step),
	} {
		switch {
		case difference < 0:
			return -1
		case difference > 0:
			return 1
		}
	}
	return 0
}

// String returns "height 12, round 0, precommit".
func (p Position) String() string {
	step := map[int8]string{stepPropose: "proposal", stepPrevote: "prevote", stepPrecommit: "precommit"}[p.Step]
	if p == (Position{}) {
		return "nothing"
	}
	if step == "" {
		step = fmt.Sprintf("step %d", p.Step)
	}
	return fmt.Sprintf("height %d, round %d, %s", p.Height, p.Round, step)
}

// encode returns the store's form of a record; the same record has always the same bytes.
func (r Record) encode() ([]byte, error) { return json.Marshal(r) }

// decode reads a record and refuses one that is not the validator's, or that nobody with the key has written.
func decode(raw []byte, chainID string, key crypto.PubKey) (Record, error) {
	var record Record
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&record); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrBadRecord, err)
	}
	switch {
	case record.ChainID != chainID:
		return Record{}, fmt.Errorf("%w: expected chain %q, got %q", ErrBadRecord, chainID, record.ChainID)
	case !bytes.Equal(record.PubKey, key.Bytes()):
		return Record{}, fmt.Errorf("%w: expected public key %X, got %X", ErrBadRecord, key.Bytes(), record.PubKey)
	case record.Holder == "" || record.Epoch == 0:
		return Record{}, fmt.Errorf("%w: expected a holder and an epoch from 1 on, got %q and %d", ErrBadRecord, record.Holder, record.Epoch)
	}
	for i, signed := range append([]Signed{record.Signed}, record.Earlier...) {
		if empty := len(signed.SignBytes)+len(signed.Signature) == 0; empty && i == 0 {
			continue
		}
		if !key.VerifySignature(signed.SignBytes, signed.Signature) {
			return Record{}, fmt.Errorf("%w: expected a signature of the validator at %s, got another", ErrBadRecord, signed.Position)
		}
	}
	return record, nil
}

// localState returns the position and signature in the form of priv_validator_state.json.
func (r Record) localState() privval.FilePVLastSignState {
	return privval.FilePVLastSignState{
		Height: r.Height, Round: r.Round, Step: r.Step, Signature: r.Signature, SignBytes: r.SignBytes,
	}
}
