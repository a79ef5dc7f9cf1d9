package base

import (
	"context"
	"encoding/hex"
	"slices"

	"github.com/cometbft/cometbft/crypto/ed25519"
	ibcexported "github.com/cosmos/ibc-go/v8/modules/core/exported"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/app/metrics"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershipkeeper "github.com/azukari-network/azukari/x/membership/keeper"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var (
	organizationsGauge = metrics.NewGauge("membership", "organizations", "Organizations that joined and did not leave, by status.", "status")
	powerGauge         = metrics.NewGauge("membership", "validator_power", "Power of a validator as consensus knows it; key begins its consensus address.", "organization", "key")
	missedGauge        = metrics.NewGauge("membership", "missed_blocks", "Blocks of the current window that the validator did not sign.", "organization", "key")
	missedMaxGauge     = metrics.NewGauge("membership", "missed_blocks_max", "Missed blocks from which on a validator counts as down; 0 counts none.")
	changedGauge       = metrics.NewGauge("membership", "changed_power_ratio", "Power that changed within the unbonding time, as a share of all: above 1/3 light clients need every header.")
	proposalsGauge     = metrics.NewGauge("membership", "proposals_voting", "Proposals in the vote.")
	nodesGauge         = metrics.NewGauge("membership", "nodes", "Nodes that the organization registered.", "organization")
	accountPausedGauge = metrics.NewGauge("registry", "bank_paused", "1 while the bank has paused itself, else 0.", "bank")
	supplyGauge        = metrics.NewGauge("bank", "supply_yen", "Yen in the zone.")
	heldGauge          = metrics.NewGauge("hold", "held_yen", "Yen in holds.")
	clientGauge        = metrics.NewGauge("ibc", "client_expiry_timestamp_seconds", "Unix time at which the light client expires unless updated.", "client", "chain")
	clientFrozenGauge  = metrics.NewGauge("ibc", "client_frozen", "1 if the light client was frozen for misbehaviour, else 0.", "client", "chain")
	clientHeightGauge  = metrics.NewGauge("ibc", "client_height", "Latest height that the light client trusts.", "client", "chain")
)

// Measure adds what the application's own modules show.
func (app *App) Measure(readers ...metrics.Reader) { app.readers = append(app.readers, readers...) }

// Metrics returns the collectors of the node that runs the application: committed state, and blocks.
func (app *App) Metrics() (*metrics.State, *metrics.Blocks) {
	common := []metrics.Reader{
		{Module: membershiptypes.ModuleName, Read: app.measureMembership, Gauges: []metrics.Gauge{
			organizationsGauge, powerGauge, missedGauge, missedMaxGauge, changedGauge, proposalsGauge, nodesGauge,
		}},
		{Module: registrytypes.ModuleName, Read: app.measureRegistry, Gauges: []metrics.Gauge{accountPausedGauge}},
		{Module: ibcexported.ModuleName, Read: app.measureClients, Gauges: []metrics.Gauge{clientGauge, clientFrozenGauge, clientHeightGauge}},
	}
	state := metrics.NewState(app.measured, app.Logger().With("module", "metrics"), append(common, app.readers...))
	return state, app.blocks
}

// measured is the committed state with the time of its block, by which deadlines and windows are measured.
func (app *App) measured() (sdk.Context, bool, error) {
	ctx, found, err := app.committed()
	if err != nil || !found {
		return ctx, false, err
	}
	newest, err := app.Membership.GetHistoricalInfo(ctx, ctx.BlockHeight())
	return ctx.WithBlockTime(newest.Header.Time), err == nil, err
}

func (app *App) measureMembership(ctx sdk.Context, set metrics.Set) error {
	shown := []membershiptypes.OrganizationStatus{
		membershiptypes.OrganizationStatusInvited, membershiptypes.OrganizationStatusActive, membershiptypes.OrganizationStatusSuspended,
	}
	counts := make([]int, len(shown))
	server := membershipkeeper.NewQueryServer(app.Membership)
	err := app.Membership.IterateOrganizations(ctx, func(organization membershiptypes.Organization) (bool, error) {
		at := slices.Index(shown, organization.Status)
		if at < 0 {
			return false, nil
		}
		counts[at]++
		nodes, err := server.Nodes(ctx, &membershiptypes.QueryNodesRequest{
			Organization: organization.Id, Pagination: &query.PageRequest{Limit: 1, CountTotal: true},
		})
		if err != nil {
			return true, err
		}
		set(nodesGauge, float64(nodes.Pagination.Total), organization.Id)
		return false, nil
	})
	if err != nil {
		return err
	}
	for i, status := range shown {
		set(organizationsGauge, float64(counts[i]), status.Word())
	}
	err = app.Membership.IterateValidators(ctx, func(validator membershiptypes.Validator, missed uint32) error {
		key := hex.EncodeToString(ed25519.PubKey(validator.ConsensusKey).Address())[:8]
		set(powerGauge, float64(validator.Power), validator.Organization, key)
		set(missedGauge, float64(missed), validator.Organization, key)
		return nil
	})
	if err != nil {
		return err
	}
	changed, total, _, err := app.Membership.RecentPowerChange(ctx)
	if err != nil {
		return err
	}
	set(changedGauge, float64(changed)/float64(max(total, 1)))
	params, err := server.Params(ctx, &membershiptypes.QueryParamsRequest{})
	if err != nil {
		return err
	}
	missedMax := params.Params.MissedMax
	if params.Params.MissedWindow == 0 {
		missedMax = 0
	}
	set(missedMaxGauge, float64(missedMax))
	voting, err := server.Proposals(ctx, &membershiptypes.QueryProposalsRequest{
		Status: membershiptypes.ProposalStatusVoting, Pagination: &query.PageRequest{Limit: 1, CountTotal: true},
	})
	if err != nil {
		return err
	}
	set(proposalsGauge, float64(voting.Pagination.Total))
	return nil
}

func (app *App) measureRegistry(ctx sdk.Context, set metrics.Set) error {
	return app.Membership.IterateOrganizations(ctx, func(organization membershiptypes.Organization) (bool, error) {
		if organization.Kind != membershiptypes.OrganizationKindBank {
			return false, nil
		}
		bank, err := app.Registry.GetBank(ctx, organization.Id)
		if err != nil {
			return true, err
		}
		set(accountPausedGauge, metrics.Truth(bank.Paused), organization.Id)
		return false, nil
	})
}

// MeasureYen shows the yen of the zone and how much of it is held. denom is empty while the zone has none.
func (app *App) MeasureYen(denom func(ctx context.Context) string) metrics.Reader {
	return metrics.Reader{
		Module: holdtypes.ModuleName, Gauges: []metrics.Gauge{supplyGauge, heldGauge},
		Read: func(ctx sdk.Context, set metrics.Set) error {
			yen := denom(ctx)
			if yen == "" {
				return nil
			}
			set(supplyGauge, metrics.Yen(app.Bank.GetSupply(ctx, yen).Amount))
			set(heldGauge, metrics.Yen(app.Bank.GetBalance(ctx, authtypes.NewModuleAddress(holdtypes.ModuleName), yen).Amount))
			return nil
		},
	}
}

// measureClients shows light clients of other zones; only relayer operators make them.
func (app *App) measureClients(ctx sdk.Context, set metrics.Set) error {
	clients := app.IBC.Core.ClientKeeper
	clients.IterateClientStates(ctx, nil, func(id string, state ibcexported.ClientState) bool {
		client, ok := state.(*ibctm.ClientState)
		if !ok {
			return false
		}
		set(clientHeightGauge, float64(client.LatestHeight.RevisionHeight), id, client.ChainId)
		set(clientFrozenGauge, metrics.Truth(!client.FrozenHeight.IsZero()), id, client.ChainId)
		if trusted, found := clients.GetClientConsensusState(ctx, id, client.LatestHeight); found {
			expiry := int64(trusted.GetTimestamp()) + client.TrustingPeriod.Nanoseconds() // #nosec G115 -- before the year 2262
			set(clientGauge, float64(expiry)/1e9, id, client.ChainId)
		}
		return false
	})
	return nil
}
