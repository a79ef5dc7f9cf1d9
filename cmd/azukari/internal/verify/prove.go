package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/app/nodeclient"
	audittypes "github.com/azukari-network/azukari/x/audit/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Prove asks every zone at heights that belong together and checks laws 1 to 8 between and within them. height is that of
// the Financial Zone; 0 for its newest block. What cannot be asked is reported as unproven, and the rest is proven all the
// same. An error means that the Financial Zone itself could not be read.
func Prove(ctx context.Context, network Network, height int64) (Report, error) {
	began := time.Now()
	// The Business Zones first: then the newest heights mostly belong together.
	newest, unanswered := tops(ctx, network.Business)
	top, err := network.Financial.StateHeight(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("height of the Financial Zone: %w", err)
	}
	if height > top || height < 0 {
		return Report{}, fmt.Errorf("--height: expected a height of the Financial Zone from 1 to %d, got %d", top, height)
	}
	if height == 0 {
		height = top
	}
	atFinancial := nodeclient.AtHeight(ctx, height)
	state, err := readFinancial(atFinancial, network.Financial)
	if err != nil {
		return Report{}, pruned(fmt.Errorf("the Financial Zone at height %d: %w", height, err))
	}
	results := make([]zoneResult, len(state.zones))
	group, groupCtx := errgroup.WithContext(ctx)
	for i, known := range state.zones {
		at := slices.IndexFunc(network.Business, func(zone Zone) bool { return zone.ID == known.Zone.Id })
		prover := zoneProver{known: known, state: state, financial: network.Financial, financialHeight: height}
		switch {
		case known.Zone.IsGone():
			// What a zone that is wound up has says nothing any more: its owners are paid out of the escrow.
			results[i] = zoneResult{figures: unasked(known), alone: ZoneLaws{Zone: known.Zone.Id}}
		case at < 0:
			results[i] = prover.unproven(errors.New("expected nodes of this zone in the network file, got none"))
		case unanswered[at] != nil:
			results[i] = prover.unproven(unanswered[at])
		default:
			prover.zone, prover.newest = network.Business[at], newest[at]
			group.Go(func() error {
				results[i] = prover.prove(groupCtx)
				return nil
			})
		}
	}
	if err := group.Wait(); err != nil {
		return Report{}, err
	}
	snapshot := Snapshot{Supply: state.supply, Held: state.held, Banks: state.figures(), Strangers: state.strangers}
	zones := []ZoneLaws{proveAlone(atFinancial, network.Financial, height)}
	for _, result := range results {
		snapshot.Zones = append(snapshot.Zones, result.figures)
		snapshot.Strangers = append(snapshot.Strangers, result.strangers...)
		zones = append(zones, result.alone)
	}
	return newReport(began, append(zones, strange(network, state.zones)...), snapshot), ctx.Err()
}

// tops asks all zones for their newest heights at once.
func tops(ctx context.Context, zones []Zone) (heights []int64, errs []error) {
	heights, errs = make([]int64, len(zones)), make([]error, len(zones))
	var group errgroup.Group
	for i, zone := range zones {
		group.Go(func() error {
			heights[i], errs[i] = zone.StateHeight(ctx)
			return nil
		})
	}
	_ = group.Wait() // none returns an error
	return heights, errs
}

// zoneProver proves one Business Zone against the Financial Zone.
type zoneProver struct {
	known           financialtypes.QueryZoneResponse
	state           financialState
	financial, zone Zone
	financialHeight int64
	newest          int64
}

type zoneResult struct {
	figures   ZoneFigures
	strangers []Balance
	alone     ZoneLaws
}

func (z zoneProver) unproven(err error) zoneResult {
	return zoneResult{figures: unasked(z.known), alone: ZoneLaws{Zone: z.known.Zone.Id, Unproven: err.Error()}}
}

func (z zoneProver) prove(ctx context.Context) zoneResult {
	result, err := z.ask(ctx)
	if err != nil {
		return z.unproven(pruned(err))
	}
	return result
}

func (z zoneProver) ask(ctx context.Context) (zoneResult, error) {
	atFinancial := nodeclient.AtHeight(ctx, z.financialHeight)
	known, err := lightClientOn(atFinancial, z.financial.GRPC(), z.known.Zone.ConnectionId)
	if err != nil {
		return zoneResult{}, err
	}
	height, err := relate(ctx, z.zone, z.newest, z.financialHeight, known, z.back)
	if err != nil {
		return zoneResult{}, err
	}
	fork, err := z.forks(ctx, known, height)
	if err != nil {
		return zoneResult{}, err
	}
	atZone := nodeclient.AtHeight(ctx, height)
	figures, strangers, err := pair{
		financial: z.financial.GRPC(), zone: z.zone.GRPC(), atFinancial: atFinancial, atZone: atZone,
	}.readZone(z.known, z.state)
	if err != nil {
		return zoneResult{}, fmt.Errorf("height %d: %w", height, err)
	}
	alone := proveAlone(atZone, z.zone, height)
	alone.Fork = fork
	return zoneResult{figures: figures, strangers: strangers, alone: alone}, nil
}

// back reads the zone's light client of the Financial Zone, at the height of the context.
func (z zoneProver) back(atZone context.Context) (lightClient, error) {
	link, err := businesstypes.NewQueryClient(z.zone.GRPC()).FinancialZone(atZone, &businesstypes.QueryFinancialZoneRequest{})
	if err != nil {
		return lightClient{}, fmt.Errorf("link: %w", err)
	}
	return lightClientOn(atZone, z.zone.GRPC(), link.FinancialZone.ConnectionId)
}

// forks compares the nodes with what the light clients of each other have verified. It returns what they disagree on.
func (z zoneProver) forks(ctx context.Context, known lightClient, height int64) (string, error) {
	there, err := z.back(nodeclient.AtHeight(ctx, height))
	if err != nil {
		return "", err
	}
	for _, err := range []error{known.meets(ctx, z.zone), there.meets(ctx, z.financial)} {
		var fork *forkError
		if errors.As(err, &fork) {
			return fork.Error(), nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", nil
}

// proveAlone has a zone recompute the laws from its own state.
func proveAlone(atHeight context.Context, zone Zone, height int64) ZoneLaws {
	laws := ZoneLaws{Zone: zone.ID, ChainID: zone.ChainID(), Height: height}
	answer, err := audittypes.NewQueryClient(zone.GRPC()).Laws(atHeight, &audittypes.QueryLawsRequest{})
	if err != nil {
		laws.Unproven = fmt.Sprintf("laws at height %d: %s", height, pruned(err))
		return laws
	}
	laws.Findings = answer.Findings
	return laws
}
