package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/p2p"

	"cosmossdk.io/log"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// watchInterval is how often connected peers are looked at. It is about a block; with it a node that loses its admission is
// dropped within a few blocks.
const watchInterval = time.Second

// peerSwitch is CometBFT's switch as the watcher uses it.
type peerSwitch interface {
	Peers() p2p.IPeerSet
	StopPeerForError(peer p2p.Peer, reason any)
}

// peerFilter is the connection on which consensus asks the application about a peer.
type peerFilter interface {
	Query(ctx context.Context, request *abci.RequestQuery) (*abci.ResponseQuery, error)
}

// watchPeers drops peers that lose their admission, until the context ends. CometBFT asks about a peer when it connects and
// never again; the watcher asks the same question again, by the same way, so that there is one rule.
func watchPeers(ctx context.Context, peers peerSwitch, filter peerFilter, logger log.Logger) {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := dropDismissed(ctx, peers, filter, logger); err != nil {
				logger.Error("cannot tell whether peers are still admitted", "err", err)
			}
		}
	}
}

// dropDismissed drops every peer that would be refused if it connected now. A peer about which the application cannot answer
// stays: a fault of ours must not tear the network apart.
func dropDismissed(ctx context.Context, peers peerSwitch, filter peerFilter, logger log.Logger) error {
	var failures []error
	for _, peer := range peers.Peers().List() {
		answer, err := filter.Query(ctx, &abci.RequestQuery{Path: fmt.Sprintf("/p2p/filter/id/%s", peer.ID())})
		switch {
		case err != nil:
			failures = append(failures, err)
		case !answer.IsErr():
		case !isRefusal(answer):
			failures = append(failures, errors.New(answer.Log))
		default:
			logger.Info("drop a peer that is not admitted", "peer", peer.ID(), "reason", answer.Log)
			// For an error, and not gracefully: a persistent peer is then dialled again, and is back once it is admitted again.
			peers.StopPeerForError(peer, answer.Log)
		}
	}
	return errors.Join(failures...)
}

// isRefusal says whether the application has answered that the peer is not admitted, and not that it cannot answer.
func isRefusal(answer *abci.ResponseQuery) bool {
	return answer.Codespace == membershiptypes.ErrNodeNotAdmitted.Codespace() && answer.Code == membershiptypes.ErrNodeNotAdmitted.ABCICode()
}
