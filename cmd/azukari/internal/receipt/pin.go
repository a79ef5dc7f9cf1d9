package receipt

import (
	"bytes"
	"context"
	"fmt"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"
)

// pinned writes a light block down as one that is trusted.
func pinned(block *cmttypes.LightBlock, period time.Duration) *Trust {
	return &Trust{
		Format: TrustFormat, Version: Version, ChainID: block.ChainID, Height: block.Height,
		HeaderHash: block.Hash(), ValidatorsHash: block.ValidatorsHash, TrustingPeriod: Period(period), LightBlock: block,
	}
}

// Pin returns the header at a height that all nodes agree on; 0 for the newest that all of them have. An error names the nodes that
// disagree: then one of them is of a fork, or lies.
func Pin(ctx context.Context, nodes []Node, height int64, period time.Duration) (*Trust, error) {
	for i, node := range nodes {
		if node.ChainID() != nodes[0].ChainID() {
			return nil, fmt.Errorf("expected nodes of one zone, got %s from the first and %s from node %d", nodes[0].ChainID(), node.ChainID(), i+1)
		}
	}
	if height == 0 {
		for i, node := range nodes {
			_, newest, err := node.Heights(ctx)
			if err != nil {
				return nil, err
			}
			if i == 0 || newest < height {
				height = newest
			}
		}
	}
	var first *cmttypes.LightBlock
	for i, node := range nodes {
		block, err := node.LightBlock(ctx, height)
		if err != nil {
			return nil, err
		}
		if err := checkBlock(block, nodes[0].ChainID()); err != nil {
			return nil, fmt.Errorf("node %d: %w", i+1, err)
		}
		if i == 0 {
			first = block
		} else if !bytes.Equal(block.Hash(), first.Hash()) {
			return nil, fmt.Errorf("expected the same block %d from all nodes, got hash %s from the first and %s from node %d: trust neither, and ask the members",
				height, first.Hash(), block.Hash(), i+1)
		}
	}
	return pinned(first, period), nil
}
