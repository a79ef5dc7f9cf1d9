package signer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/libs/tempfile"
	"github.com/cometbft/cometbft/privval"
)

// Local is the path of a file with the last signature of this signer, in the form of priv_validator_state.json. It is written
// after the store and before a signature leaves. By it a signer sees that the store has forgotten something, and members
// begin a new store if they have lost theirs for good. Empty: no file.
type Local string

// load returns the last position in the file; zero if there is no file.
func (l Local) load() (Position, error) {
	if l == "" {
		return Position{}, nil
	}
	signed, err := ReadState(string(l))
	if errors.Is(err, fs.ErrNotExist) {
		return Position{}, nil
	}
	return signed.Position, err
}

// Check returns ErrStoreBehind if a record of the store is before what the file says was signed.
func (l Local) Check(record Record) error {
	signed, err := l.load()
	if err != nil {
		return err
	}
	if record.Compare(signed) < 0 {
		return fmt.Errorf("%w: it is at %s, and %s at %s: was it restored from a backup?", ErrStoreBehind, record.Position, l, signed)
	}
	return nil
}

func (l Local) save(record Record) error {
	if l == "" {
		return nil
	}
	encoded, err := cmtjson.MarshalIndent(record.localState(), "", "  ")
	if err != nil {
		return err
	}
	return tempfile.WriteFileAtomic(string(l), encoded, 0o600)
}

// ReadState reads from a priv_validator_state.json what was signed last.
func ReadState(name string) (Signed, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return Signed{}, err
	}
	var state privval.FilePVLastSignState
	if err := cmtjson.Unmarshal(raw, &state); err != nil {
		return Signed{}, fmt.Errorf("%s: expected a priv_validator_state.json: %w", name, err)
	}
	return Signed{Position{state.Height, state.Round, state.Step}, state.SignBytes, state.Signature}, nil
}
