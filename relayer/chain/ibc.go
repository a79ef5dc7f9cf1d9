package chain

import (
	"context"
	"errors"
	"fmt"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	tendermint "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"

	"github.com/cosmos/cosmos-sdk/types/query"
)

const (
	clientQuery     = "/ibc.core.client.v1.Query/"
	connectionQuery = "/ibc.core.connection.v1.Query/"
	channelQuery    = "/ibc.core.channel.v1.Query/"

	pageSize = 1_000
	// sequencesPerQuery bounds one list of sequences: a request's body is limited by the node.
	sequencesPerQuery = 5_000
)

// LightClientState is a Tendermint client with its id.
type LightClientState struct {
	ID    string
	State *tendermint.ClientState
}

// LightClients lists the Tendermint clients of the chain with id chainID, in the chain's order.
func (c *Client) LightClients(ctx context.Context, chainID string) ([]LightClientState, error) {
	var out []LightClientState
	page := &query.PageRequest{Limit: pageSize}
	for {
		var res clienttypes.QueryClientStatesResponse
		if _, err := c.query(ctx, clientQuery+"ClientStates", &clienttypes.QueryClientStatesRequest{Pagination: page}, &res, 0); err != nil {
			return nil, err
		}
		for _, identified := range res.ClientStates {
			var state exported.ClientState
			if err := Codec.UnpackAny(identified.ClientState, &state); err != nil {
				continue // a client type that this relayer does not know cannot be one of its own
			}
			if tm, ok := state.(*tendermint.ClientState); ok && tm.ChainId == chainID {
				out = append(out, LightClientState{identified.ClientId, tm})
			}
		}
		if res.Pagination == nil || len(res.Pagination.NextKey) == 0 {
			return out, nil
		}
		page = &query.PageRequest{Key: res.Pagination.NextKey, Limit: pageSize}
	}
}

// LightClient returns a client with its status and its latest consensus state.
func (c *Client) LightClient(ctx context.Context, id string) (LightClient, error) {
	out := LightClient{ID: id}
	var state clienttypes.QueryClientStateResponse
	if _, err := c.query(ctx, clientQuery+"ClientState", &clienttypes.QueryClientStateRequest{ClientId: id}, &state, 0); err != nil {
		return out, err
	}
	var unpacked exported.ClientState
	if err := Codec.UnpackAny(state.ClientState, &unpacked); err != nil {
		return out, err
	}
	tm, ok := unpacked.(*tendermint.ClientState)
	if !ok {
		return out, fmt.Errorf("zone %s: expected client %s to be %s, got %s", c.zone.ID, id, exported.Tendermint, unpacked.ClientType())
	}
	out.ChainID, out.Latest, out.TrustingPeriod = tm.ChainId, tm.LatestHeight, tm.TrustingPeriod
	var status clienttypes.QueryClientStatusResponse
	if _, err := c.query(ctx, clientQuery+"ClientStatus", &clienttypes.QueryClientStatusRequest{ClientId: id}, &status, 0); err != nil {
		return out, err
	}
	out.Status = status.Status
	consensus, err := c.consensusState(ctx, id, tm.LatestHeight)
	if errors.Is(err, ErrNotFound) {
		return out, nil // expired and pruned: the status says so
	}
	if err != nil {
		return out, err
	}
	out.Time, out.NextValidatorsHash = consensus.Timestamp, consensus.NextValidatorsHash.String()
	return out, nil
}

func (c *Client) consensusState(ctx context.Context, id string, height clienttypes.Height) (*tendermint.ConsensusState, error) {
	req := &clienttypes.QueryConsensusStateRequest{ClientId: id, RevisionNumber: height.RevisionNumber, RevisionHeight: height.RevisionHeight}
	var res clienttypes.QueryConsensusStateResponse
	if _, err := c.query(ctx, clientQuery+"ConsensusState", req, &res, 0); err != nil {
		return nil, err
	}
	var state exported.ConsensusState
	if err := Codec.UnpackAny(res.ConsensusState, &state); err != nil {
		return nil, err
	}
	tm, ok := state.(*tendermint.ConsensusState)
	if !ok {
		return nil, fmt.Errorf("zone %s: expected consensus state of %s to be %s, got %s", c.zone.ID, id, exported.Tendermint, state.ClientType())
	}
	return tm, nil
}

// Connections lists the chain's connections.
func (c *Client) Connections(ctx context.Context) ([]*connectiontypes.IdentifiedConnection, error) {
	var out []*connectiontypes.IdentifiedConnection
	page := &query.PageRequest{Limit: pageSize}
	for {
		var res connectiontypes.QueryConnectionsResponse
		if _, err := c.query(ctx, connectionQuery+"Connections", &connectiontypes.QueryConnectionsRequest{Pagination: page}, &res, 0); err != nil {
			return nil, err
		}
		out = append(out, res.Connections...)
		if res.Pagination == nil || len(res.Pagination.NextKey) == 0 {
			return out, nil
		}
		page = &query.PageRequest{Key: res.Pagination.NextKey, Limit: pageSize}
	}
}

// Channels lists the channels of a connection.
func (c *Client) Channels(ctx context.Context, connection string) ([]*channeltypes.IdentifiedChannel, error) {
	var out []*channeltypes.IdentifiedChannel
	page := &query.PageRequest{Limit: pageSize}
	for {
		req := &channeltypes.QueryConnectionChannelsRequest{Connection: connection, Pagination: page}
		var res channeltypes.QueryConnectionChannelsResponse
		if _, err := c.query(ctx, channelQuery+"ConnectionChannels", req, &res, 0); err != nil {
			return nil, err
		}
		out = append(out, res.Channels...)
		if res.Pagination == nil || len(res.Pagination.NextKey) == 0 {
			return out, nil
		}
		page = &query.PageRequest{Key: res.Pagination.NextKey, Limit: pageSize}
	}
}

// Commitments lists the sequences that a channel sent and that are neither acknowledged nor timed out, and the
// height at which that was so.
func (c *Client) Commitments(ctx context.Context, port, channel string) ([]uint64, int64, error) {
	var out []uint64
	var at int64
	page := &query.PageRequest{Limit: pageSize}
	for {
		req := &channeltypes.QueryPacketCommitmentsRequest{PortId: port, ChannelId: channel, Pagination: page}
		var res channeltypes.QueryPacketCommitmentsResponse
		height, err := c.query(ctx, channelQuery+"PacketCommitments", req, &res, at)
		if err != nil {
			return nil, 0, err
		}
		at = height // later pages at the same height, so that the list is one state's
		for _, state := range res.Commitments {
			out = append(out, state.Sequence)
		}
		if res.Pagination == nil || len(res.Pagination.NextKey) == 0 {
			return out, at, nil
		}
		page = &query.PageRequest{Key: res.Pagination.NextKey, Limit: pageSize}
	}
}

// UnreceivedPackets returns those of the counterparty's sequences that this end of the channel has not received.
func (c *Client) UnreceivedPackets(ctx context.Context, port, channel string, sequences []uint64) ([]uint64, error) {
	return inParts(sequences, func(part []uint64) ([]uint64, error) {
		req := &channeltypes.QueryUnreceivedPacketsRequest{PortId: port, ChannelId: channel, PacketCommitmentSequences: part}
		var res channeltypes.QueryUnreceivedPacketsResponse
		_, err := c.query(ctx, channelQuery+"UnreceivedPackets", req, &res, 0)
		return res.Sequences, err
	})
}

// UnreceivedAcks returns those of this end's sequences whose acknowledgement it has not received.
func (c *Client) UnreceivedAcks(ctx context.Context, port, channel string, sequences []uint64) ([]uint64, error) {
	return inParts(sequences, func(part []uint64) ([]uint64, error) {
		req := &channeltypes.QueryUnreceivedAcksRequest{PortId: port, ChannelId: channel, PacketAckSequences: part}
		var res channeltypes.QueryUnreceivedAcksResponse
		_, err := c.query(ctx, channelQuery+"UnreceivedAcks", req, &res, 0)
		return res.Sequences, err
	})
}

// WrittenAcks returns those of the counterparty's sequences for which this end has written an acknowledgement.
func (c *Client) WrittenAcks(ctx context.Context, port, channel string, sequences []uint64) ([]uint64, error) {
	return inParts(sequences, func(part []uint64) ([]uint64, error) {
		req := &channeltypes.QueryPacketAcknowledgementsRequest{PortId: port, ChannelId: channel, PacketCommitmentSequences: part}
		var res channeltypes.QueryPacketAcknowledgementsResponse
		_, err := c.query(ctx, channelQuery+"PacketAcknowledgements", req, &res, 0)
		var out []uint64
		for _, state := range res.Acknowledgements {
			out = append(out, state.Sequence)
		}
		return out, err
	})
}

// inParts asks about a long list in several queries. An empty list asks nothing: some methods take it for "all".
func inParts(sequences []uint64, ask func([]uint64) ([]uint64, error)) ([]uint64, error) {
	var out []uint64
	for from := 0; from < len(sequences); from += sequencesPerQuery {
		answer, err := ask(sequences[from:min(from+sequencesPerQuery, len(sequences))])
		if err != nil {
			return nil, err
		}
		out = append(out, answer...)
	}
	return out, nil
}
