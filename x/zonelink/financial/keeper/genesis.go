package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// InitGenesis stores a valid genesis and takes the zonelink port. It returns ErrInvalidGenesis unless the charges in
// flight are the packets that IBC has in flight, so IBC's core must have started before.
func (k *Keeper) InitGenesis(ctx sdk.Context, state types.GenesisState) error {
	k.ibc.BindPort(ctx)
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	zoneOf := map[string]string{}
	for _, zone := range state.Zones {
		if err := k.zones.Set(ctx, zone.Id, zone); err != nil {
			return err
		}
		for _, channelID := range zone.Channels() {
			zoneOf[channelID] = zone.Id
			if err := k.zonesByChannel.Set(ctx, channelID, zone.Id); err != nil {
				return err
			}
		}
	}
	for _, share := range state.Shares {
		if err := k.shares.Set(ctx, collections.Join(share.Zone, share.Bank), share.Amount); err != nil {
			return err
		}
	}
	if err := k.initFlows(ctx, state); err != nil {
		return err
	}
	if err := k.initWindUps(ctx, state); err != nil {
		return err
	}
	for _, transfer := range state.Transfers {
		if err := k.transfers.Add(ctx, transfer); err != nil {
			return err
		}
		if err := add(ctx, k.unsettled, collections.Join(zoneOf[transfer.ChannelId], transfer.ShareBank()), transfer.Amount); err != nil {
			return err
		}
	}
	for _, sync := range state.AccountSyncs {
		address, err := registrytypes.ParseAddress(sync.Address)
		if err != nil {
			return err
		}
		if err := k.setSync(ctx, address, sync); err != nil {
			return err
		}
	}
	for _, zone := range state.Zones {
		if zone.TransferChannelId == "" {
			continue
		}
		if err := k.transfers.CheckCommitments(ctx, k.ibc.Channels, zone.TransferChannelId); err != nil {
			return err
		}
	}
	return nil
}

// initFlows stores what was reported, and sums what is set aside. Caps are reviewed at the end of the first block.
func (k *Keeper) initFlows(ctx context.Context, state types.GenesisState) error {
	for _, bank := range state.Banks {
		if err := k.banks.Set(ctx, collections.Join(bank.Zone, bank.Bank), bank); err != nil {
			return err
		}
		reserved, err := k.ReservedFor(ctx, bank.Bank)
		if err != nil {
			return err
		}
		if reserved = reserved.Add(bank.Reserved()); reserved.IsPositive() {
			if err := k.reserved.Set(ctx, bank.Bank, reserved); err != nil {
				return err
			}
		}
		if err := k.capsDue.Set(ctx, bank.Zone); err != nil {
			return err
		}
	}
	for _, flow := range state.Flows {
		if err := k.flows.Set(ctx, collections.Join3(flow.Zone, flow.PayerBank, flow.PayeeBank), flow); err != nil {
			return err
		}
	}
	for _, throughput := range state.Throughputs {
		if err := k.throughputs.Set(ctx, throughput.Zone, throughput); err != nil {
			return err
		}
	}
	for _, reports := range state.Reports {
		if err := k.reports.Set(ctx, reports.Zone, reports); err != nil {
			return err
		}
	}
	for _, refused := range state.RefusedReports {
		if err := k.refused.Set(ctx, refused.Zone, refused); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state. Sums and the queue come out of the rest.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	state := &types.GenesisState{Params: params}
	if state.Zones, err = k.Zones(ctx); err != nil {
		return nil, err
	}
	err = k.IterateShares(ctx, func(share types.Share) (bool, error) {
		state.Shares = append(state.Shares, share)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	if state.Transfers, err = k.transfers.All(ctx); err != nil {
		return nil, err
	}
	err = k.syncs.Walk(ctx, nil, func(_ zoneAccount, sync types.AccountSync) (bool, error) {
		state.AccountSyncs = append(state.AccountSyncs, sync)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	if err := k.exportFlows(ctx, state); err != nil {
		return nil, err
	}
	return state, k.exportWindUps(ctx, state)
}

func (k *Keeper) exportFlows(ctx context.Context, state *types.GenesisState) error {
	err := k.IterateBanks(ctx, func(bank types.ZoneBank) (bool, error) {
		state.Banks = append(state.Banks, bank)
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.IterateFlows(ctx, func(flow types.ZoneFlow) (bool, error) {
		state.Flows = append(state.Flows, flow)
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.reports.Walk(ctx, nil, func(_ string, reports types.ZoneReports) (bool, error) {
		state.Reports = append(state.Reports, reports)
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.throughputs.Walk(ctx, nil, func(_ string, throughput types.Throughput) (bool, error) {
		state.Throughputs = append(state.Throughputs, throughput)
		return false, nil
	})
	if err != nil {
		return err
	}
	return k.refused.Walk(ctx, nil, func(_ string, refused types.RefusedReport) (bool, error) {
		state.RefusedReports = append(state.RefusedReports, refused)
		return false, nil
	})
}
