package chain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"

	"github.com/azukari-network/azukari/relayer/config"
)

// Client is one chain seen over RPC, with the key that signs on it. Safe for concurrent use.
type Client struct {
	zone     config.Zone
	revision uint64
	rpc      *rpc
	workers  int
	key      Key
	log      *slog.Logger

	headers headerCache
	valsets valsetCache
	account accountState
}

// accountState is the signing account's number and next sequence; its mutex also keeps broadcasts in sequence order.
type accountState struct {
	sync.Mutex
	known    bool
	number   uint64
	sequence uint64
}

// New returns a client of the zone that signs with key. It does not connect.
func New(zone config.Zone, key Key, workers int, log *slog.Logger) *Client {
	return &Client{
		zone:     zone,
		revision: clienttypes.ParseChainID(zone.ChainID),
		rpc:      newRPC(zone.RPC, workers),
		workers:  workers,
		key:      key,
		log:      log.With("zone", zone.ID),
		headers:  headerCache{heads: map[int64]Head{}},
		valsets:  valsetCache{sets: map[string]valset{}},
	}
}

// Zone returns the zone's id in the configuration.
func (c *Client) Zone() string { return c.zone.ID }

// ChainID returns the chain's own id.
func (c *Client) ChainID() string { return c.zone.ChainID }

// Address returns the signing account's address.
func (c *Client) Address() string { return c.key.Address() }

// Height returns an IBC height of this chain.
func (c *Client) Height(height int64) clienttypes.Height {
	return clienttypes.NewHeight(c.revision, uint64(height)) //nolint:gosec // heights are never negative
}

type statusJSON struct {
	NodeInfo struct {
		Network string `json:"network"`
	} `json:"node_info"`
	SyncInfo struct {
		LatestBlockHeight int64     `json:"latest_block_height,string"`
		LatestBlockTime   time.Time `json:"latest_block_time"`
		EarliestHeight    int64     `json:"earliest_block_height,string"`
		CatchingUp        bool      `json:"catching_up"`
	} `json:"sync_info"`
}

func (c *Client) status(ctx context.Context) (statusJSON, error) {
	return c.statusOf(ctx, c.rpc)
}

func (c *Client) statusOf(ctx context.Context, r *rpc) (statusJSON, error) {
	var status statusJSON
	if err := r.do(ctx, "status", map[string]any{}, &status); err != nil {
		return status, fmt.Errorf("zone %s: %w", c.zone.ID, err)
	}
	if got := status.NodeInfo.Network; got != c.zone.ChainID {
		return status, fmt.Errorf("zone %s: expected chain id %q at %s, got %q; correct chain_id or rpc", c.zone.ID, c.zone.ChainID, r.endpoint(), got)
	}
	return status, nil
}

// CheckEndpoints asks every endpoint for its chain id, so that failover never leads to another chain. Endpoints that
// do not answer are passed over, unless none does.
func (c *Client) CheckEndpoints(ctx context.Context) error {
	var silent error
	answered := false
	for _, url := range c.rpc.urls {
		_, err := c.statusOf(ctx, c.rpc.only(url))
		switch {
		case err == nil:
			answered = true
		case errors.Is(err, ErrUnreachable) || errors.Is(err, ErrNoAnswer):
			silent = err
		default:
			return err
		}
	}
	if answered {
		return nil
	}
	return silent
}

// Latest returns the head of the chain as the endpoint in use knows it. It fails on another chain's id.
func (c *Client) Latest(ctx context.Context) (Head, error) {
	status, err := c.status(ctx)
	if err != nil {
		return Head{}, err
	}
	return c.Header(ctx, status.SyncInfo.LatestBlockHeight)
}

// Earliest returns the lowest height whose block the endpoint still has.
func (c *Client) Earliest(ctx context.Context) (int64, error) {
	status, err := c.status(ctx)
	return max(status.SyncInfo.EarliestHeight, 1), err
}

// Limits asks for the consensus bounds of a block: those of the last one, because a node may not have stored those of the
// block that it makes now.
func (c *Client) Limits(ctx context.Context) (Limits, error) {
	status, err := c.status(ctx)
	if err != nil {
		return Limits{}, err
	}
	height := map[string]any{"height": strconv.FormatInt(max(status.SyncInfo.LatestBlockHeight, 1), 10)}
	var res struct {
		Params struct {
			Block struct {
				MaxBytes int64 `json:"max_bytes,string"`
				MaxGas   int64 `json:"max_gas,string"`
			} `json:"block"`
		} `json:"consensus_params"`
	}
	if err := c.rpc.do(ctx, "consensus_params", height, &res); err != nil {
		return Limits{}, err
	}
	return Limits{res.Params.Block.MaxBytes, res.Params.Block.MaxGas}, nil
}
