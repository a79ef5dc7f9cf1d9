// Package branch begins work that is kept or given up as a whole, within a message. It does what CacheContext of the SDK does, which
// branches all stores of the application each time; this one branches those that are used, which matters for work that comes by the
// thousand.
package branch

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/internal/statebranch"
)

// Begin returns a context whose state and events are kept only by write. Gas is used whatever becomes of the work.
func Begin(ctx context.Context) (branched context.Context, write func()) {
	parent := sdk.UnwrapSDKContext(ctx)
	if parent.MultiStore().TracingEnabled() {
		return parent.CacheContext() // which traces
	}
	stores := statebranch.New(parent.MultiStore(), nil, nil)
	events := sdk.NewEventManager()
	return parent.WithMultiStore(stores).WithEventManager(events), func() {
		parent.EventManager().EmitEvents(events.Events())
		stores.Write()
	}
}
