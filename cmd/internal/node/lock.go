package node

import (
	"bytes"
	"encoding/hex"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtnode "github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	cmttypes "github.com/cometbft/cometbft/types"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

// lockedApp refuses proposals against the block that this node's validator precommitted on another node, at that one height.
// Consensus then votes for no block, and the round ends; the signer alone would only leave the node without a vote. See
// docs/failover.md.
type lockedApp struct {
	servertypes.ABCI
	signer nodeconfig.Signer
}

// ProcessProposal implements servertypes.ABCI.
func (a lockedApp) ProcessProposal(request *abci.RequestProcessProposal) (*abci.ResponseProcessProposal, error) {
	if a.signer.LockHeight == request.Height {
		// The configuration was checked when it was read.
		if block, err := hex.DecodeString(a.signer.LockBlock); err != nil || !bytes.Equal(block, request.Hash) {
			return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, err
		}
	}
	return a.ABCI.ProcessProposal(request)
}

// joinConsensus lets a signer's earlier votes into consensus.
func joinConsensus(signer *remoteSigner, consensus *cmtnode.Node) error {
	environment, err := consensus.ConfigureRPC()
	if err != nil {
		return err
	}
	state, ok := environment.ConsensusState.(interface {
		AddVote(vote *cmttypes.Vote, peer p2p.ID) (bool, error)
	})
	if !ok {
		return fmt.Errorf("expected a state of consensus that takes votes, got %T", environment.ConsensusState)
	}
	signer.voteWith(state.AddVote)
	return nil
}
