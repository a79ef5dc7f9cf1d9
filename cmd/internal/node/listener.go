package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
)

// errSilent says that somebody asked a listener to sign.
var errSilent = errors.New("a listener never signs: start the node without --" + flagListener)

// silentSigner stands where a validator has its key. Consensus wants to know a public key, so it has one that is new in
// each run, and of which nobody has the private part.
type silentSigner struct{ key crypto.PubKey }

var _ cmttypes.PrivValidator = silentSigner{}

func newSilentSigner() silentSigner { return silentSigner{ed25519.GenPrivKey().PubKey()} }

func (s silentSigner) GetPubKey() (crypto.PubKey, error) { return s.key, nil }

func (silentSigner) SignVote(string, *cmtproto.Vote) error { return errSilent }

func (silentSigner) SignProposal(string, *cmtproto.Proposal) error { return errSilent }

// refuseVotingKey returns an error if the node's home has a signing key that the zone counts on. A validator that starts as
// a listener by mistake would cost the zone its vote without anybody noticing.
func (r *runner) refuseVotingKey() error {
	name := r.Config.PrivValidatorKeyFile()
	raw, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var key privval.FilePVKey
	if err := cmtjson.Unmarshal(raw, &key); err != nil {
		return fmt.Errorf("%s: expected a priv_validator_key.json file: %w", name, err)
	}
	if key.PubKey == nil {
		return nil
	}
	votes, err := r.app.HasVote(key.PubKey.Bytes())
	if err != nil {
		return err
	}
	if votes {
		return fmt.Errorf("expected a listener without a validator's key, got one that votes in %s: start without --%s, or move the key away",
			name, flagListener)
	}
	return nil
}
