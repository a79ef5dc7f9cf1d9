package verify

import (
	"bytes"
	"context"
	"fmt"
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
	"google.golang.org/grpc"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/app/nodeclient"
)

// lagTimeout bounds the wait for a node that has not yet made the block that the other zone already knows.
const lagTimeout = 30 * time.Second

// lightClient is what one zone knows of another.
type lightClient struct {
	id string
	// latest is the newest header that it has verified. Its app hash is that of the state after the block before.
	latest  int64
	appHash []byte
}

// proven is the newest height of which the client can prove state.
func (l lightClient) proven() int64 { return l.latest - 1 }

// lightClientOn reads the light client behind a connection, at the height of the context.
func lightClientOn(ctx context.Context, conn grpc.ClientConnInterface, connection string) (lightClient, error) {
	answer, err := connectiontypes.NewQueryClient(conn).ConnectionClientState(ctx,
		&connectiontypes.QueryConnectionClientStateRequest{ConnectionId: connection})
	if err != nil {
		return lightClient{}, fmt.Errorf("light client of %s: %w", connection, err)
	}
	var state ibctm.ClientState
	if err := unpack(answer.IdentifiedClientState.ClientState, &state); err != nil {
		return lightClient{}, fmt.Errorf("light client of %s: %w", connection, err)
	}
	known := lightClient{id: answer.IdentifiedClientState.ClientId, latest: int64(state.LatestHeight.RevisionHeight)} // #nosec G115 -- a block height
	consensus, err := clienttypes.NewQueryClient(conn).ConsensusState(ctx, &clienttypes.QueryConsensusStateRequest{
		ClientId: known.id, RevisionNumber: state.LatestHeight.RevisionNumber, RevisionHeight: state.LatestHeight.RevisionHeight,
	})
	if err != nil {
		return lightClient{}, fmt.Errorf("consensus state of %s: %w", known.id, err)
	}
	var root ibctm.ConsensusState
	if err := unpack(consensus.ConsensusState, &root); err != nil {
		return lightClient{}, fmt.Errorf("consensus state of %s: %w", known.id, err)
	}
	known.appHash = root.Root.Hash
	return known, nil
}

// unpack reads a message of a known type: the answers need no registry of interfaces.
func unpack(packed *codectypes.Any, message interface{ Unmarshal([]byte) error }) error {
	if packed == nil {
		return fmt.Errorf("expected a %T, got none", message)
	}
	return message.Unmarshal(packed.Value)
}

// meets compares the app hash that the light client has verified with that of the node which is asked: a node of another
// chain, or of a fork, would have another.
func (l lightClient) meets(ctx context.Context, of Zone) error {
	answer, err := of.Header(ctx, l.latest)
	if err != nil {
		return fmt.Errorf("block %d of %s: %w", l.latest, of.ID, err)
	}
	if !bytes.Equal(answer.Header.AppHash, l.appHash) {
		return &forkError{fmt.Sprintf("block %d of %s: expected app hash %X, which light client %s has verified, got %X: this node is on another chain",
			l.latest, of.ID, l.appHash, l.id, answer.Header.AppHash)}
	}
	return nil
}

// forkError says that a node and a light client disagree.
type forkError struct{ text string }

func (e *forkError) Error() string { return e.text }

// relate chooses the height of a Business Zone that belongs to a height of the Financial Zone. Two heights belong
// together if neither zone has received anything that the other has not sent yet: then each yen is in one of them, or in
// a packet that its sender still waits for.
//
// The newest height of the zone is taken if that is so. If not, what the Financial Zone's light client can prove is: the
// zone cannot have received, by then, what the Financial Zone sent after it had seen that header, and the Financial Zone
// can have received nothing that is not proven by it.
func relate(ctx context.Context, zone Zone, newest, financialHeight int64, known lightClient, back func(context.Context) (lightClient, error)) (int64, error) {
	if newest >= known.proven() {
		there, err := back(nodeclient.AtHeight(ctx, newest))
		if err != nil {
			return 0, err
		}
		if there.proven() <= financialHeight {
			return newest, nil
		}
		return known.proven(), nil
	}
	ctx, cancel := context.WithTimeout(ctx, lagTimeout)
	defer cancel()
	err := nodeclient.Poll(ctx, fmt.Sprintf("%s at height %d", zone.ID, known.proven()), func() (bool, error) {
		now, err := zone.StateHeight(ctx)
		return err == nil && now >= known.proven(), err
	})
	return known.proven(), err
}
