// Package relayer carries IBC packets between the hub and its zones. README.md says how.
package relayer

import (
	"context"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	tendermint "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/relayer/chain"
)

// Chain is all that relaying needs of one chain; chain.Client is it over CometBFT RPC.
type Chain interface {
	follower
	prover
	sender
	linker
}

// follower reads a chain's blocks as they come.
type follower interface {
	ChainID() string
	Height(height int64) clienttypes.Height
	Latest(ctx context.Context) (chain.Head, error)
	Earliest(ctx context.Context) (int64, error)
	Limits(ctx context.Context) (chain.Limits, error)
	Watch(ctx context.Context) <-chan chain.Head
	Block(ctx context.Context, height int64) (chain.Block, error)
	Headers(ctx context.Context, from, to int64) ([]chain.Head, error)
}

// prover answers what a chain holds, and proves it.
type prover interface {
	Proofs(ctx context.Context, keys [][]byte, height int64) ([]chain.Proof, error)
	UpdateHeader(ctx context.Context, height, trusted int64, trustedHash string) (*tendermint.Header, error)
	LightClient(ctx context.Context, id string) (chain.LightClient, error)
	Commitments(ctx context.Context, port, channel string) (sequences []uint64, height int64, err error)
	UnreceivedPackets(ctx context.Context, port, channel string, sequences []uint64) ([]uint64, error)
	WrittenAcks(ctx context.Context, port, channel string, sequences []uint64) ([]uint64, error)
}

// sender signs and broadcasts.
type sender interface {
	Address() string
	CheckEndpoints(ctx context.Context) error
	CheckAdmission(ctx context.Context) error
	Send(ctx context.Context, msgs []*codectypes.Any, gas uint64, signed func(chain.TxRef) error) (chain.TxRef, error)
	ForgetSequence()
}

// linker finds and describes what a link is made of.
type linker interface {
	LightClients(ctx context.Context, chainID string) ([]chain.LightClientState, error)
	Connections(ctx context.Context) ([]*connectiontypes.IdentifiedConnection, error)
	Channels(ctx context.Context, connection string) ([]*channeltypes.IdentifiedChannel, error)
	ClientParams(ctx context.Context) (chain.ClientParams, error)
	SelfClient(ctx context.Context, height int64, params chain.ClientParams) (*tendermint.ClientState, *tendermint.ConsensusState, error)
}
