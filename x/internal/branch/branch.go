// Package branch begins work that is kept or given up as a whole, within a message. It does what CacheContext of the SDK does, which
// branches all stores of the application each time; this one branches those that are used, which matters for work that comes by the
// thousand.
package branch

import (
	"context"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/internal/statebranch"
)

// Begin returns a context whose state and events are kept only by write. Gas is used whatever becomes of the work.
func Begin(ctx context.Context) (inner context.Context, write func()) {
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

// Series is a branch for works that come one after the other by the thousand, each kept or given up as a whole. Their events go to
// those of the context at once, and are taken back with a work that is given up.
type Series struct {
	parent sdk.Context
	ctx    context.Context //nolint:containedctx // a series lives no longer than its transaction's context
	stores *renewed
	events int
}

// renewed is a branch of all stores that another takes the place of when a work is given up.
type renewed struct{ branched }

// branched is another name, because one of the interface's methods has its own.
type branched = storetypes.CacheMultiStore

// NewSeries returns a series of works whose state and events become those of the context.
func NewSeries(ctx context.Context) *Series {
	s := &Series{parent: sdk.UnwrapSDKContext(ctx), stores: &renewed{}}
	s.renew()
	s.ctx = s.parent.WithMultiStore(s.stores)
	return s
}

func (s *Series) renew() {
	if stores := s.parent.MultiStore(); stores.TracingEnabled() {
		s.stores.branched = stores.CacheMultiStore() // which traces
	} else {
		s.stores.branched = statebranch.New(stores, nil, nil)
	}
}

// Begin begins a work, which Keep or Drop ends, and returns its context, which is that of every work of the series.
func (s *Series) Begin() context.Context {
	s.events = len(s.parent.EventManager().Events())
	return s.ctx
}

// Keep makes the work part of what the series began in.
func (s *Series) Keep() { s.stores.Write() }

// Drop gives up the work.
func (s *Series) Drop() {
	s.renew()
	s.parent.EventManager().OverrideEvents(s.parent.EventManager().Events()[:s.events:s.events])
}
