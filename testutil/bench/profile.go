package bench

import (
	"context"

	"github.com/azukari-network/azukari/testutil/devnet"
)

func (b *bench) profile(context.Context, *devnet.Node, int) (*Profile, error) { return nil, nil }
