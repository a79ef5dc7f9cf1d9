package nodeconfig

import (
	"fmt"
	"net"
	"strings"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// SignerBusy is the code with which a signer tells its node that it could not sign now, and that the node may ask the same
// again. All other codes are refusals.
const SignerBusy = 1

// Signer says which signer may connect at priv_validator_laddr of config.toml.
type Signer struct {
	// ID is the id of the signer's connection key, 40 hex digits; empty where the signer connects over a Unix socket.
	ID string `mapstructure:"id"`
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
`

// Validate checks that the id is empty or one of a connection key.
func (s Signer) Validate() error {
	if s.ID == "" {
		return nil
	}
	if err := membershiptypes.ValidateNodeID(s.ID); err != nil {
		return fmt.Errorf("signer.id: %w", err)
	}
	return nil
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

// SetSigner makes the node sign with a key that is with a signer, who connects at an address: tcp://host:port with the id of
// its connection key, or unix:///path.
func (f Files) SetSigner(address, id string) error {
	if _, _, err := SignerAddress(address, id); err != nil {
		return err
	}
	signer := Signer{ID: id}
	if err := signer.Validate(); err != nil {
		return err
	}
	f.Comet.PrivValidatorListenAddr, f.App.Signer = address, signer
	return nil
}
