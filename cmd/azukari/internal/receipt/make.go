package receipt

import (
	"context"
	"errors"
	"fmt"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	notarytypes "github.com/azukari-network/azukari/x/notary/types"
)

// DefaultTrustingPeriod is two thirds of the zones' default time of accountability: as long, a validator that signs two
// histories can still be held to account.
const DefaultTrustingPeriod = 14 * 24 * time.Hour

// Maker makes receipts of one state: what it asks for the first of them serves all.
type Maker struct {
	node Node
	// trust is whom the receipts are for; nil for anybody.
	trust  *Trust
	height int64

	path    []*cmttypes.LightBlock
	headers []*cmttypes.Header
}

// NewMaker prepares receipts of the state after the block at a height, of which the node must have the block after; 0 for the
// newest such state. With trust they lead from that pinned header to it, else from the oldest block that the node has.
func NewMaker(ctx context.Context, node Node, trust *Trust, height int64) (*Maker, error) {
	if trust != nil && trust.ChainID != node.ChainID() {
		return nil, fmt.Errorf("expected a node of %s, which is pinned, got one of %s", trust.ChainID, node.ChainID())
	}
	oldest, newest, err := node.Heights(ctx)
	if err != nil {
		return nil, err
	}
	if height == 0 {
		height = newest - 1
	}
	if height < oldest || height >= newest {
		return nil, fmt.Errorf("expected a height from %d to %d, of which the node has the next block too, got %d", oldest, newest-1, height)
	}
	m := &Maker{node: node, trust: trust, height: height}
	root, err := m.block(ctx, height+1)
	if err != nil {
		return nil, err
	}
	if trust != nil && trust.Height > root.Height {
		m.path = []*cmttypes.LightBlock{root}
		m.headers, err = m.back(ctx, root.Height, trust.Height)
		return m, err
	}
	m.path, err = m.bisect(ctx, oldest, root)
	return m, err
}

// block asks for a light block and checks it by itself.
func (m *Maker) block(ctx context.Context, height int64) (*cmttypes.LightBlock, error) {
	block, err := m.node.LightBlock(ctx, height)
	if err != nil {
		return nil, err
	}
	return block, checkBlock(block, m.node.ChainID())
}

// back asks for the headers between a root and a pin above it.
func (m *Maker) back(ctx context.Context, root, pinned int64) ([]*cmttypes.Header, error) {
	if pinned-root-1 > MaxHeaders {
		return nil, fmt.Errorf("expected a pin at most %d blocks above block %d, got block %d; leave out --height, or pin a block below it",
			MaxHeaders, root, pinned)
	}
	if pinned == root+1 {
		return nil, nil
	}
	return m.node.Headers(ctx, root+1, pinned-1)
}

// bisect returns the blocks by which trust goes to the root: as few as there have to be, found by halving the way wherever it is
// too far for one step.
func (m *Maker) bisect(ctx context.Context, oldest int64, root *cmttypes.LightBlock) (path []*cmttypes.LightBlock, err error) {
	var trusted *cmttypes.LightBlock
	period := DefaultTrustingPeriod
	if m.trust != nil {
		trusted, period = m.trust.LightBlock, time.Duration(m.trust.TrustingPeriod)
		if root.Height == trusted.Height {
			return []*cmttypes.LightBlock{root}, nil
		}
	} else {
		if trusted, err = m.block(ctx, oldest); err != nil {
			return nil, err
		}
		if root.Height == oldest {
			return []*cmttypes.LightBlock{root}, nil
		}
		path = append(path, trusted)
	}
	waiting := []*cmttypes.LightBlock{root}
	for len(waiting) > 0 {
		next := waiting[len(waiting)-1]
		err := step(trusted, next, period)
		var far tooFarError
		switch {
		case err == nil:
			path, trusted, waiting = append(path, next), next, waiting[:len(waiting)-1]
		case !errors.As(err, &far), next.Height == trusted.Height+1:
			return nil, err
		default:
			middle, err := m.block(ctx, trusted.Height+(next.Height-trusted.Height)/2)
			if err != nil {
				return nil, fmt.Errorf("a block between %d and %d, which are too far apart for one step: %w", trusted.Height, next.Height, err)
			}
			waiting = append(waiting, middle)
		}
		if len(path)+len(waiting) > maxLightBlocks {
			return nil, fmt.Errorf("expected at most %d blocks from block %d to block %d, got more; pin a newer block", maxLightBlocks, oldest, root.Height)
		}
	}
	return path, nil
}

// Make returns the receipt of a row, verified as its readers will.
func (m *Maker) Make(ctx context.Context, store string, key []byte) (*Receipt, error) {
	row, err := m.node.Row(ctx, store, key, m.height)
	if err != nil {
		return nil, err
	}
	receipt := &Receipt{
		Format: ReceiptFormat, Version: Version, ChainID: m.node.ChainID(), Row: row, LightBlocks: m.path, Headers: m.headers,
	}
	if store == notarytypes.StoreKey {
		said, err := ParseNotarization(row.Key, row.Value)
		if err != nil {
			return nil, err
		}
		receipt.Notarization = &said
	}
	trust := m.trust
	if trust == nil {
		trust = pinned(m.path[0], DefaultTrustingPeriod)
	}
	root := m.path[len(m.path)-1]
	if _, err := Verify(receipt, trust, time.Duration(trust.TrustingPeriod), root.Time); err != nil {
		return nil, fmt.Errorf("expected the node's answers to prove the row: %w", err)
	}
	return receipt, nil
}

// Longest wait for a block, and how often the node is asked for it meanwhile.
const (
	patience = 15 * time.Second
	interval = 50 * time.Millisecond
)

// MakeNewest returns the receipt of a row in the newest state that can be proven. The block after proves a state, so what the
// newest block wrote cannot be proven yet: a row that is missing is looked for once more after the next block, if one comes
// within 15 seconds, and is ErrNoRow then.
func MakeNewest(ctx context.Context, node Node, trust *Trust, store string, key []byte) (*Receipt, error) {
	attempt := func() (*Receipt, error) {
		maker, err := NewMaker(ctx, node, trust, 0)
		if err != nil {
			return nil, err
		}
		return maker.Make(ctx, store, key)
	}
	receipt, missing := attempt()
	if !errors.Is(missing, ErrNoRow) {
		return receipt, missing
	}
	_, newest, err := node.Heights(ctx)
	for deadline := time.Now().Add(patience); err == nil && time.Now().Before(deadline); {
		var now int64
		if _, now, err = node.Heights(ctx); err == nil && now > newest {
			return attempt()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(interval):
		}
	}
	return nil, errors.Join(missing, err)
}
