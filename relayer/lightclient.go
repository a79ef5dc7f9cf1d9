package relayer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/relayer/chain"
)

var (
	// errBehind says that a light client trusts only headers above the wanted height.
	errBehind = errors.New("light client has no trusted header below the proof")
	// errInactive says that a light client verifies nothing any more.
	errInactive = errors.New("light client is not active")
)

// trustedKept bounds the remembered consensus states of a light client.
const trustedKept = 64

// trustedHeader is a header that a light client has verified.
type trustedHeader struct {
	height   int64
	nextHash string
	time     time.Time
}

// lightClient is the client of chain from on chain to, as far as this relayer knows its state.
type lightClient struct {
	id       string
	from, to *node

	mu      sync.Mutex
	state   chain.LightClient
	trusted []trustedHeader // ascending
	covered int64           // every header up to here that changes validators was submitted
}

func newLightClient(id string, from, to *node) *lightClient {
	return &lightClient{id: id, from: from, to: to}
}

// refresh asks the chain for the client's state. It returns errInactive if nothing can be proven with it.
func (c *lightClient) refresh(ctx context.Context) error {
	state, err := c.to.LightClient(ctx, c.id)
	if err != nil {
		return err
	}
	if !state.Active() {
		return fmt.Errorf("%w: expected %s on %s to be Active, got %s; recover it by vote of %s's members", errInactive, c.id, c.to.ChainID(), state.Status, c.to.ChainID())
	}
	covered, err := c.to.journal.Covered(c.to.ChainID(), c.id)
	if err != nil {
		return err
	}
	latest := int64(state.Latest.RevisionHeight) //nolint:gosec // heights fit
	c.mu.Lock()
	c.state = state
	c.insert(trustedHeader{latest, state.NextValidatorsHash, state.Time})
	if c.covered == 0 {
		c.covered = covered
	}
	if c.covered == 0 {
		c.covered = latest
	}
	covered = c.covered
	c.mu.Unlock()
	c.to.metrics.client(c.to.zone.ID, c.from.zone.ID, state)
	return c.from.changes.ensure(ctx, c.from, covered+1)
}

func (c *lightClient) insert(t trustedHeader) {
	at, found := slices.BinarySearchFunc(c.trusted, t.height, func(x trustedHeader, h int64) int { return int(x.height - h) })
	if found {
		return
	}
	c.trusted = slices.Insert(c.trusted, at, t)
	if len(c.trusted) > trustedKept {
		c.trusted = c.trusted[1:]
	}
}

// update is a set of messages that make a client trust a header, and what it will trust then.
type update struct {
	msgs    []*codectypes.Any
	headers []trustedHeader
	target  int64
}

// plan builds the messages after which the client trusts the header at target: nothing if it does already, else
// every header up to target that changes validators and was not submitted yet, then target's own.
func (c *lightClient) plan(ctx context.Context, target int64) (update, error) {
	c.mu.Lock()
	known := slices.Clone(c.trusted)
	covered := c.covered
	c.mu.Unlock()
	heights := c.from.changes.between(covered, target)
	if !slices.Contains(heights, target) {
		heights = append(heights, target)
	}
	out := update{target: target}
	for _, h := range heights {
		at, found := slices.BinarySearchFunc(known, h, func(x trustedHeader, h int64) int { return int(x.height - h) })
		if found {
			continue
		}
		if at == 0 {
			if h == target {
				return out, fmt.Errorf("%w: expected one below %d, got %d", errBehind, h, known[0].height)
			}
			continue // older than all that is trusted: it cannot be verified any more
		}
		next, msg, err := c.message(ctx, h, known[at-1])
		if err != nil {
			return out, err
		}
		known = slices.Insert(known, at, next)
		out.msgs = append(out.msgs, msg)
		out.headers = append(out.headers, next)
	}
	return out, nil
}

func (c *lightClient) message(ctx context.Context, height int64, base trustedHeader) (trustedHeader, *codectypes.Any, error) {
	header, err := c.from.UpdateHeader(ctx, height, base.height, base.nextHash)
	if err != nil {
		return trustedHeader{}, nil, err
	}
	msg, err := clienttypes.NewMsgUpdateClient(c.id, header, c.to.Address())
	if err != nil {
		return trustedHeader{}, nil, err
	}
	packed, err := codectypes.NewAnyWithValue(msg)
	if err != nil {
		return trustedHeader{}, nil, err
	}
	next := trustedHeader{height, fmt.Sprintf("%X", header.Header.NextValidatorsHash), header.Header.Time}
	return next, packed, nil
}

// confirm books that a transaction with the update has succeeded.
func (c *lightClient) confirm(u update) error {
	c.mu.Lock()
	for _, h := range u.headers {
		c.insert(h)
		if latest := c.state.Latest.RevisionHeight; uint64(h.height) > latest { //nolint:gosec // heights are never negative
			c.state.Latest.RevisionHeight, c.state.Time = uint64(h.height), h.time //nolint:gosec // heights are never negative
		}
	}
	state := c.state
	moved := len(c.from.changes.between(c.covered, u.target)) > 0
	c.covered = max(c.covered, u.target)
	covered := c.covered
	c.mu.Unlock()
	c.to.metrics.client(c.to.zone.ID, c.from.zone.ID, state)
	if !moved {
		return nil
	}
	return c.to.journal.SetCovered(c.to.ChainID(), c.id, covered)
}

// trustedTime is the time of the latest header that the client trusts.
func (c *lightClient) trustedTime() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.Time
}

// refreshShare is the part of the trusting period after which a client is updated although nobody needs it.
const refreshShare = 3

// due says whether the client must be updated to head for its own sake, and why. Its age is told by the chains'
// clocks: that of the chain it is on decides when it expires, and this machine's may be wrong.
func (c *lightClient) due(head, on chain.Head) (why string, due bool) {
	now := head.Time
	if on.Time.After(now) {
		now = on.Time
	}
	c.mu.Lock()
	covered, state := c.covered, c.state
	c.mu.Unlock()
	if len(c.from.changes.between(covered, head.Height)) > 0 {
		return "validators changed", true
	}
	if now.Sub(state.Time) > state.TrustingPeriod/refreshShare {
		return "age", true
	}
	return "", false
}
