package chain

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	tendermint "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
)

// headersPerRequest is CometBFT's fixed limit for the blockchain method.
const headersPerRequest = 20

type headerJSON struct {
	Height             int64     `json:"height,string"`
	Time               time.Time `json:"time"`
	ValidatorsHash     string    `json:"validators_hash"`
	NextValidatorsHash string    `json:"next_validators_hash"`
}

func (h headerJSON) head() Head { return Head(h) }

// headerCache keeps recent heads, which new-block events bring without asking.
type headerCache struct {
	sync.Mutex
	heads map[int64]Head
}

const headersKept = 256

func (c *headerCache) put(h Head) {
	c.Lock()
	defer c.Unlock()
	c.heads[h.Height] = h
	delete(c.heads, h.Height-headersKept)
}

func (c *headerCache) get(height int64) (Head, bool) {
	c.Lock()
	defer c.Unlock()
	h, ok := c.heads[height]
	return h, ok
}

// Header returns the header facts of a height.
func (c *Client) Header(ctx context.Context, height int64) (Head, error) {
	if h, ok := c.headers.get(height); ok {
		return h, nil
	}
	var res struct {
		Header *headerJSON `json:"header"`
	}
	if err := c.rpc.do(ctx, "header", heightParam(height), &res); err != nil {
		return Head{}, err
	}
	if res.Header == nil {
		return Head{}, fmt.Errorf("zone %s: expected a header at height %d, got none; the node may have pruned it", c.zone.ID, height)
	}
	c.headers.put(res.Header.head())
	return res.Header.head(), nil
}

// Headers returns the header facts of the heights from..to that the node still has, ascending.
func (c *Client) Headers(ctx context.Context, from, to int64) ([]Head, error) {
	var out []Head
	for at := from; at <= to; at += headersPerRequest {
		upto := min(at+headersPerRequest-1, to)
		var res struct {
			Metas []struct {
				Header headerJSON `json:"header"`
			} `json:"block_metas"`
		}
		params := map[string]any{"minHeight": strconv.FormatInt(at, 10), "maxHeight": strconv.FormatInt(upto, 10)}
		if err := c.rpc.do(ctx, "blockchain", params, &res); err != nil {
			return nil, err
		}
		for i := len(res.Metas) - 1; i >= 0; i-- {
			out = append(out, res.Metas[i].Header.head())
		}
	}
	return out, nil
}

// UpdateHeader builds a light client update to height for a client that trusts the header at trusted, whose
// next validators hash to trustedHash.
func (c *Client) UpdateHeader(ctx context.Context, height, trusted int64, trustedHash string) (*tendermint.Header, error) {
	signed, err := c.signedHeader(ctx, height)
	if err != nil {
		return nil, err
	}
	validators, err := c.validators(ctx, height, signed.ValidatorsHash.String())
	if err != nil {
		return nil, err
	}
	trustedValidators, err := c.validators(ctx, trusted+1, trustedHash)
	if err != nil {
		return nil, err
	}
	return &tendermint.Header{
		SignedHeader:      signed.ToProto(),
		ValidatorSet:      validators.proto,
		TrustedHeight:     c.Height(trusted),
		TrustedValidators: trustedValidators.proto,
	}, nil
}

func (c *Client) signedHeader(ctx context.Context, height int64) (*cmttypes.SignedHeader, error) {
	var raw json.RawMessage
	if err := c.rpc.do(ctx, "commit", heightParam(height), &raw); err != nil {
		return nil, err
	}
	var res coretypes.ResultCommit
	if err := cmtjson.Unmarshal(raw, &res); err != nil {
		return nil, fmt.Errorf("zone %s: decode commit %d: %w", c.zone.ID, height, err)
	}
	if err := res.ValidateBasic(c.zone.ChainID); err != nil {
		return nil, fmt.Errorf("zone %s: expected a valid commit at height %d, got: %w", c.zone.ID, height, err)
	}
	return &res.SignedHeader, nil
}

// valset is a validator set in the form that headers carry.
type valset struct{ proto *cmtproto.ValidatorSet }

// valsetCache keeps validator sets by hash: sets change rarely and headers are built every block.
type valsetCache struct {
	sync.Mutex
	sets map[string]valset
}

const valsetsKept = 64

// validators returns the set at height, which must hash to hash.
func (c *Client) validators(ctx context.Context, height int64, hash string) (valset, error) {
	c.valsets.Lock()
	set, ok := c.valsets.sets[hash]
	c.valsets.Unlock()
	if ok {
		return set, nil
	}
	list, err := c.listValidators(ctx, height)
	if err != nil {
		return valset{}, err
	}
	full := cmttypes.ValidatorSet{Validators: list, Proposer: list[0]}
	if got := fmt.Sprintf("%X", full.Hash()); got != hash {
		return valset{}, fmt.Errorf("zone %s: expected validators of height %d to hash to %s, got %s", c.zone.ID, height, hash, got)
	}
	out, err := full.ToProto()
	if err != nil {
		return valset{}, err
	}
	c.valsets.Lock()
	defer c.valsets.Unlock()
	if len(c.valsets.sets) >= valsetsKept {
		clear(c.valsets.sets)
	}
	c.valsets.sets[hash] = valset{out}
	return valset{out}, nil
}

func (c *Client) listValidators(ctx context.Context, height int64) ([]*cmttypes.Validator, error) {
	const perPage = 100
	var list []*cmttypes.Validator
	for page := 1; ; page++ {
		var raw json.RawMessage
		params := heightParam(height)
		params["page"], params["per_page"] = strconv.Itoa(page), strconv.Itoa(perPage)
		if err := c.rpc.do(ctx, "validators", params, &raw); err != nil {
			return nil, err
		}
		var res coretypes.ResultValidators
		if err := cmtjson.Unmarshal(raw, &res); err != nil {
			return nil, fmt.Errorf("zone %s: decode validators %d: %w", c.zone.ID, height, err)
		}
		list = append(list, res.Validators...)
		if len(list) >= res.Total {
			break
		}
		if len(res.Validators) == 0 {
			return nil, fmt.Errorf("zone %s: expected %d validators at height %d, got %d", c.zone.ID, res.Total, height, len(list))
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("zone %s: expected validators at height %d, got none", c.zone.ID, height)
	}
	return list, nil
}

func heightParam(height int64) map[string]any {
	return map[string]any{"height": strconv.FormatInt(height, 10)}
}
