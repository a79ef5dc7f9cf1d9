package failover

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/cometbft/cometbft/p2p"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/cmd/azukari/internal/signer"
)

// node is the listener that becomes the validator's node.
type node struct {
	files nodeconfig.Files
	// rpc is where the listener answers until it is stopped.
	rpc string
}

// openNode reads a listener's home and checks that it can become the validator of the signer: same zone, the node that the
// signer connects to, and peers to dial. Nothing is written.
func openNode(home string, config signer.Config) (node, error) {
	files, err := nodeconfig.Read(home)
	if err != nil {
		return node{}, fmt.Errorf("--home: %w", err)
	}
	genesis, err := genutiltypes.AppGenesisFromFile(files.Comet.GenesisFile())
	if err != nil {
		return node{}, fmt.Errorf("--home: %w", err)
	}
	if genesis.ChainID != config.ChainID {
		return node{}, fmt.Errorf("--home: expected a node of %s in %s, got one of %s", config.ChainID, home, genesis.ChainID)
	}
	address, want, err := config.NodeAddress()
	if err != nil {
		return node{}, err
	}
	if want != "" {
		key, err := p2p.LoadNodeKey(files.Comet.NodeKeyFile())
		if err != nil {
			return node{}, fmt.Errorf("--home: %w", err)
		}
		if got := key.ID(); string(got) != want {
			return node{}, fmt.Errorf("--home: expected node %s, to which signer %s connects, in %s, got %s", want, config.Name, home, got)
		}
	}
	if files.Comet.P2P.PersistentPeers == "" {
		return node{}, errors.New("--home: expected p2p.persistent_peers in config.toml, got none: a validator dials nobody else; " +
			"run `configure listener --peers-from URL` first")
	}
	id, err := config.ConnectionID()
	if err != nil {
		return node{}, err
	}
	rpc := files.Comet.RPC.ListenAddress
	nodeconfig.ValidatorProfile().Apply(files)
	return node{files, rpc}, files.SetSigner(address, nodeconfig.Signer{ID: id})
}

// write makes the node a validator from its next start on, bound by what the validator precommitted on the node before.
func (n node) write(record signer.Record) error {
	n.files.App.Signer.LockHeight, n.files.App.Signer.LockBlock = lockOf(record)
	return nodeconfig.Write(n.files.Comet, *n.files.App)
}

// lockOf returns the block that an earlier holder precommitted last, as the node's configuration has it; empty for none.
func lockOf(record signer.Record) (height int64, block string) {
	if !record.Inherited() {
		return 0, ""
	}
	return record.Lock.Height, hex.EncodeToString(record.Lock.Block)
}
