package signer

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	// Position of the last signature; zero if there is none.
	Position
	// SignBytes of the last signature and the signature itself. Both are empty if the record began from a position alone.
	SignBytes []byte `json:"sign_bytes,omitempty"`
	Signature []byte `json:"signature,omitempty"`
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
	case len(record.SignBytes)+len(record.Signature) > 0 && !key.VerifySignature(record.SignBytes, record.Signature):
		return Record{}, fmt.Errorf("%w: expected a signature of the validator at %s, got another", ErrBadRecord, record.Position)
	}
	return record, nil
}

// localState returns the position and signature in the form of priv_validator_state.json.
func (r Record) localState() privval.FilePVLastSignState {
	return privval.FilePVLastSignState{
		Height: r.Height, Round: r.Round, Step: r.Step, Signature: r.Signature, SignBytes: r.SignBytes,
	}
}
