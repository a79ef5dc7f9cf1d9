package relayer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	"golang.org/x/sync/errgroup"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/relayer/chain"
)

// Ends names everything that a link between the hub and a zone is made of.
type Ends struct {
	HubClient, ZoneClient         string
	HubConnection, ZoneConnection string
	Channels                      []ChannelEnds
}

// ChannelEnds names a channel's two ends; the port is the same on both.
type ChannelEnds struct{ Port, Hub, Zone string }

const (
	handshakeGas  = 5_000_000
	pollInterval  = 150 * time.Millisecond
	includeWithin = 30 * time.Second
	// linkTries is how often in a row a step may fail: another relayer may just have done it.
	linkTries = 3
)

// Link finds the link between two chains and creates what is missing of it: light clients, one connection, and the
// channels. It can be interrupted and called again at any point.
func Link(ctx context.Context, hub, zone Chain, log *slog.Logger) (Ends, error) {
	for failures := 0; ; {
		f, err := discover(ctx, hub, zone)
		if err != nil {
			return Ends{}, err
		}
		if f.complete() {
			return f.ends(), nil
		}
		err = advanceLink(ctx, f, log)
		var refused *chain.TxError
		switch {
		case err == nil:
			failures = 0
		case errors.As(err, &refused) && failures < linkTries:
			failures++
			log.Debug("handshake step refused; looking again", "err", err)
		default:
			return Ends{}, fmt.Errorf("link %s with %s: %w", hub.ChainID(), zone.ChainID(), err)
		}
	}
}

func (f found) ends() Ends {
	out := Ends{
		HubClient: f.hub.client, ZoneClient: f.zone.client,
		HubConnection: f.hub.connection.Id, ZoneConnection: f.zone.connection.Id,
	}
	for _, want := range wantedChannels {
		out.Channels = append(out.Channels, ChannelEnds{want.port, f.hub.channels[want.port].ChannelId, f.zone.channels[want.port].ChannelId})
	}
	return out
}

// advanceLink takes all steps that are possible now, on both sides.
func advanceLink(ctx context.Context, f found, log *slog.Logger) error {
	if f.hub.connection == nil {
		group, groupCtx := errgroup.WithContext(ctx)
		group.Go(func() (err error) {
			f.hub.client, err = ensureClient(groupCtx, f.hub.chain, f.zone.chain, log)
			return err
		})
		group.Go(func() (err error) {
			f.zone.client, err = ensureClient(groupCtx, f.zone.chain, f.hub.chain, log)
			return err
		})
		if err := group.Wait(); err != nil {
			return err
		}
	}
	hubSteps, zoneSteps := planHub(f), planZone(f)
	if len(hubSteps)+len(zoneSteps) == 0 {
		return fmt.Errorf("expected a handshake step to take, got connections in %s and %s; inspect them with azrelay status", f.hub.connectionState(), f.zone.connectionState())
	}
	if err := takeSteps(ctx, f.hub, f.zone, hubSteps, log); err != nil {
		return err
	}
	return takeSteps(ctx, f.zone, f.hub, zoneSteps, log)
}

// ensureClient returns a client of chain of on chain on: the newest that is active and has the wanted parameters,
// or a new one.
func ensureClient(ctx context.Context, on, of Chain, log *slog.Logger) (string, error) {
	params, err := of.ClientParams(ctx)
	if err != nil {
		return "", err
	}
	existing, err := on.LightClients(ctx, of.ChainID())
	if err != nil {
		return "", err
	}
	for _, c := range slices.Backward(existing) {
		if c.State.TrustingPeriod != params.TrustingPeriod || c.State.UnbondingPeriod != params.UnbondingPeriod {
			continue
		}
		if client, err := on.LightClient(ctx, c.ID); err != nil || client.Active() {
			return c.ID, err
		}
	}
	head, err := of.Latest(ctx)
	if err != nil {
		return "", err
	}
	state, consensus, err := of.SelfClient(ctx, head.Height, params)
	if err != nil {
		return "", err
	}
	msg, err := clienttypes.NewMsgCreateClient(state, consensus, on.Address())
	if err != nil {
		return "", err
	}
	packed, err := codectypes.NewAnyWithValue(msg)
	if err != nil {
		return "", err
	}
	log.Info("creating light client", "on", on.ChainID(), "of", of.ChainID(), "trusting_period", params.TrustingPeriod)
	if err := sendAndConfirm(ctx, on, []*codectypes.Any{packed}); err != nil {
		return "", err
	}
	existing, err = on.LightClients(ctx, of.ChainID())
	if err == nil && len(existing) == 0 {
		err = fmt.Errorf("expected a light client of %s on %s after creating it, got none", of.ChainID(), on.ChainID())
	}
	if err != nil {
		return "", err
	}
	return existing[len(existing)-1].ID, nil
}

// takeSteps sends steps to mine in one transaction, behind an update of its light client of theirs.
func takeSteps(ctx context.Context, mine, theirs side, steps []step, log *slog.Logger) error {
	if len(steps) == 0 {
		return nil
	}
	head, err := theirs.chain.Latest(ctx)
	if err != nil {
		return err
	}
	proofs, err := proveSteps(ctx, theirs.chain, steps, head.Height)
	if err != nil {
		return err
	}
	if err := waitHead(ctx, theirs.chain, head.Height+1); err != nil {
		return err
	}
	msgs, err := updatesTo(ctx, mine, theirs.chain, head.Height+1)
	if err != nil {
		return err
	}
	for i, s := range steps {
		packed, err := codectypes.NewAnyWithValue(s.build(proofs[i], theirs.chain.Height(head.Height+1), mine.chain.Address()))
		if err != nil {
			return err
		}
		msgs = append(msgs, packed)
	}
	log.Info("handshake", "on", mine.chain.ChainID(), "with", theirs.chain.ChainID(), "steps", names(steps))
	return sendAndConfirm(ctx, mine.chain, msgs)
}

func proveSteps(ctx context.Context, c Chain, steps []step, height int64) ([][]byte, error) {
	out := make([][]byte, len(steps))
	for i, s := range steps {
		if s.key == nil {
			continue
		}
		proofs, err := c.Proofs(ctx, [][]byte{s.key}, height)
		if err != nil {
			return nil, err
		}
		out[i] = proofs[0].Proof
	}
	return out, nil
}

// updatesTo returns the messages with which a side's client trusts the other chain's header at height, with every
// header in between that changes validators.
func updatesTo(ctx context.Context, mine side, other Chain, height int64) ([]*codectypes.Any, error) {
	client, err := mine.chain.LightClient(ctx, mine.client)
	if err != nil {
		return nil, err
	}
	base, hash := int64(client.Latest.RevisionHeight), client.NextValidatorsHash //nolint:gosec // heights fit
	if base >= height {
		return nil, nil
	}
	heads, err := other.Headers(ctx, base+1, height)
	if err != nil {
		return nil, err
	}
	var msgs []*codectypes.Any
	for _, h := range heads {
		if h.Height != height && !h.ChangesValidators() {
			continue
		}
		header, err := other.UpdateHeader(ctx, h.Height, base, hash)
		if err != nil {
			return nil, err
		}
		msg, err := clienttypes.NewMsgUpdateClient(mine.client, header, mine.chain.Address())
		if err != nil {
			return nil, err
		}
		packed, err := codectypes.NewAnyWithValue(msg)
		if err != nil {
			return nil, err
		}
		msgs = append(msgs, packed)
		base, hash = h.Height, h.NextValidatorsHash
	}
	return msgs, nil
}

func waitHead(ctx context.Context, c Chain, height int64) error {
	for {
		head, err := c.Latest(ctx)
		if err != nil {
			return err
		}
		if head.Height >= height {
			return nil
		}
		if !sleep(ctx, pollInterval) {
			return ctx.Err()
		}
	}
}

// sendAndConfirm sends one transaction and waits until a block holds it.
func sendAndConfirm(ctx context.Context, c Chain, msgs []*codectypes.Any) error {
	before, err := c.Latest(ctx)
	if err != nil {
		return err
	}
	ref, err := c.Send(ctx, msgs, handshakeGas, func(chain.TxRef) error { return nil })
	if err != nil {
		return err
	}
	deadline := time.Now().Add(includeWithin)
	for height := before.Height + 1; ; height++ {
		waitCtx, cancel := context.WithDeadline(ctx, deadline)
		err := waitHead(waitCtx, c, height)
		cancel()
		if err != nil && ctx.Err() == nil && time.Now().After(deadline) {
			c.ForgetSequence()
			return fmt.Errorf("expected transaction %s on %s in a block within %s, got none; is the chain making blocks?", ref.Hash, c.ChainID(), includeWithin)
		}
		if err != nil {
			return err
		}
		block, err := c.Block(ctx, height)
		if err != nil {
			return err
		}
		for _, tx := range block.Txs {
			if tx.Sequence != ref.Sequence {
				continue
			}
			if tx.Code != 0 {
				return &chain.TxError{Code: tx.Code, Space: tx.Space, Log: tx.Log}
			}
			return nil
		}
	}
}
