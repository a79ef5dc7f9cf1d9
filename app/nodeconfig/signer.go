package nodeconfig

import (
	"encoding/hex"
	"fmt"
	"net"
	"strings"

	"github.com/cometbft/cometbft/crypto/tmhash"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Codes of a signer's error. All others are refusals.
const (
	// SignerBusy says that it could not sign now: the node may ask the same again.
	SignerBusy = 1
	// SignerVoted says that the validator has voted otherwise at the same height, round and step. The answer has that vote.
	SignerVoted = 2
)

// Signer says which signer may connect at priv_validator_laddr of config.toml.
type Signer struct {
	// ID is the id of the signer's connection key, 40 hex digits; empty where the signer connects over a Unix socket.
	ID string `mapstructure:"id"`
	// LockHeight and LockBlock are the last height at which the validator precommitted a block on the node before this one, and
	// the block's hash in hex: at that height this node votes for no other block. Both are empty for none.
	LockHeight int64  `mapstructure:"lock-height"`
	LockBlock  string `mapstructure:"lock-block"`
}

const signerTemplate = `
###############################################################################
###                         Signer                                          ###
###############################################################################

[signer]
# Id of the signer that may connect at priv_validator_laddr of config.toml, as "azukari signer id" prints it. Whoever else
# connects there is turned away. The signer in turn connects to this node's id only. Not needed for a unix:// address, which
# the permissions of the socket's folder guard.
id = {{ printf "%q" .Signer.ID }}

# The last block that the validator precommitted on the node before this one, as "azukari failover promote" writes it. At that
# height this node votes for no other block, since that one may have been committed.
lock-height = {{ .Signer.LockHeight }}
lock-block = {{ printf "%q" .Signer.LockBlock }}
`

// Validate checks that the id is empty or one of a connection key, and the lock empty or a block.
func (s Signer) Validate() error {
	if s.ID != "" {
		if err := membershiptypes.ValidateNodeID(s.ID); err != nil {
			return fmt.Errorf("signer.id: %w", err)
		}
	}
	block, err := hex.DecodeString(s.LockBlock)
	switch {
	case s.LockHeight == 0 && s.LockBlock == "":
		return nil
	case s.LockHeight < 1:
		return fmt.Errorf("signer.lock-height: expected 1 or more with signer.lock-block, got %d", s.LockHeight)
	case err != nil || len(block) != tmhash.Size:
		return fmt.Errorf("signer.lock-block: expected the hash of a block, %d hex digits, got %q", 2*tmhash.Size, s.LockBlock)
	default:
		return nil
	}
}

// SignerAddress splits priv_validator_laddr into network and address. It returns an error for an address that is none, and for
// a TCP address without the id of the signer: whoever connected first would vote for this node.
func SignerAddress(address, id string) (network, bare string, err error) {
	network, bare, found := strings.Cut(address, "://")
	switch {
	case found && network == "unix" && bare != "":
		return network, bare, nil
	case !found || network != "tcp":
		return "", "", fmt.Errorf("priv_validator_laddr: expected tcp://host:port or unix:///path, got %q", address)
	}
	if _, _, err := net.SplitHostPort(bare); err != nil {
		return "", "", fmt.Errorf("priv_validator_laddr: expected tcp://host:port or unix:///path, got %q: %w", address, err)
	}
	if id == "" {
		return "", "", fmt.Errorf("priv_validator_laddr is %s: expected the signer's id in signer.id of app.toml, got none: "+
			"take it from `azukari signer id`", address)
	}
	return network, bare, nil
}

// SetSigner makes the node sign with a key that is with a signer, who connects at an address: tcp://host:port, or unix:///path.
func (f Files) SetSigner(address string, signer Signer) error {
	if _, _, err := SignerAddress(address, signer.ID); err != nil {
		return err
	}
	if err := signer.Validate(); err != nil {
		return err
	}
	f.Comet.PrivValidatorListenAddr, f.App.Signer = address, signer
	return nil
}
