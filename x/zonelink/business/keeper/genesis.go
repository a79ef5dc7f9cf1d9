package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/zonelink/business/types"
)

// InitGenesis stores a valid genesis and takes the zonelink port. It returns ErrInvalidGenesis unless the discharges in
// flight are the packets that IBC has in flight, so IBC's core must have started before.
func (k *Keeper) InitGenesis(ctx sdk.Context, state types.GenesisState) error {
	k.ibc.BindPort(ctx)
	if err := k.params.Set(ctx, state.Params); err != nil {
		return err
	}
	if err := k.financialZone.Set(ctx, state.FinancialZone); err != nil {
		return err
	}
	for _, transfer := range state.Transfers {
		if err := k.transfers.Add(ctx, transfer); err != nil {
			return err
		}
	}
	if state.FinancialZone.TransferChannelId == "" {
		return nil
	}
	return k.transfers.CheckCommitments(ctx, k.ibc.Channels, state.FinancialZone.TransferChannelId)
}

// ExportGenesis returns the whole state.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return nil, err
	}
	transfers, err := k.transfers.All(ctx)
	if err != nil {
		return nil, err
	}
	return &types.GenesisState{Params: params, FinancialZone: zone, Transfers: transfers}, nil
}
