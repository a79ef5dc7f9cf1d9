package base

import (
	"slices"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// PeerPolicy is what the node that runs the application knows, and its state does not, when a peer asks to connect.
type PeerPolicy struct {
	// Bootstrap are the ids of nodes that may connect while the node has no state, or catches up.
	Bootstrap []string
	// CaughtUp says whether consensus has reached the zone's newest block; nil stands for always.
	CaughtUp func() bool
	// Now is the machine's clock; it decides whether a state that is behind is too old to be asked. Required with CaughtUp.
	Now func() time.Time
}

// SetPeerPolicy says how to answer while the node catches up. Call it before the node starts.
func (app *App) SetPeerPolicy(policy PeerPolicy) {
	app.peers = policy
}

// filterPeer answers consensus, which asks for every peer after the peer has proven its node id.
func (app *App) filterPeer(id string) *abci.ResponseQuery {
	if err := app.admitPeer(id); err != nil {
		return sdkerrors.QueryResult(err, false)
	}
	return &abci.ResponseQuery{}
}

// admitPeer returns nil for a node that may connect, else ErrNodeNotAdmitted.
//
// Once caught up, committed state alone decides. Before, the bootstrap ids may connect; and so may whom the node's own
// last state admits, because a zone whose nodes all start again, as after a blackout, is made of nodes that wait for each
// other. A state older than the unbonding time is not asked: those who ran the zone then answer for nothing any more.
func (app *App) admitPeer(id string) error {
	ctx, found, err := app.committed()
	if err != nil {
		return err
	}
	caughtUp := found && (app.peers.CaughtUp == nil || app.peers.CaughtUp())
	if !caughtUp && slices.Contains(app.peers.Bootstrap, id) {
		return nil
	}
	if !found {
		return membershiptypes.ErrNodeNotAdmitted.Wrapf(
			"expected one of the %d bootstrap ids, since there is no state yet, got %q: add it to bootstrap-ids in app.toml", len(app.peers.Bootstrap), id)
	}
	if !caughtUp {
		expired, err := app.expired(ctx)
		if err != nil {
			return err
		}
		if expired {
			return membershiptypes.ErrNodeNotAdmitted.Wrapf(
				"expected one of the %d bootstrap ids, since the state is older than the unbonding time, got %q: add it to bootstrap-ids in app.toml",
				len(app.peers.Bootstrap), id)
		}
	}
	admitted, err := app.Membership.IsNodeAdmitted(ctx, id)
	if err != nil {
		return err
	}
	if !admitted {
		return membershiptypes.ErrNodeNotAdmitted.Wrapf("expected the id of a node that a member registered, got %q at height %d", id, ctx.BlockHeight())
	}
	return nil
}

// expired says whether the last block is older than the unbonding time.
func (app *App) expired(ctx sdk.Context) (bool, error) {
	newest, err := app.Membership.GetHistoricalInfo(ctx, ctx.BlockHeight())
	if err != nil {
		return false, err
	}
	unbonding, err := app.Membership.UnbondingTime(ctx)
	if err != nil {
		return false, err
	}
	return app.peers.Now().Sub(newest.Header.Time) > unbonding, nil
}

// HasVote says whether the zone's members gave an ed25519 consensus key power, as of the last committed state; never
// before the first block.
func (app *App) HasVote(consensusKey []byte) (bool, error) {
	ctx, found, err := app.committed()
	if err != nil || !found {
		return false, err
	}
	return app.Membership.HasValidator(ctx, consensusKey)
}

// committed returns the last committed state, and whether there is one. The context of queries will not do: after a
// restart it exists only from the next block on, which needs peers.
func (app *App) committed() (sdk.Context, bool, error) {
	height := app.LastBlockHeight()
	if height == 0 {
		return sdk.Context{}, false, nil
	}
	store, err := app.CommitMultiStore().CacheMultiStoreWithVersion(height)
	if err != nil {
		return sdk.Context{}, false, err
	}
	return sdk.NewContext(store, cmtproto.Header{ChainID: app.ChainID(), Height: height}, false, app.Logger()), true, nil
}
