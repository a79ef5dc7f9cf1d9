package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
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
	if err := k.initFlows(ctx, state); err != nil {
		return err
	}
	for _, transfer := range state.Transfers {
		if err := k.transfers.Add(ctx, transfer); err != nil {
			return err
		}
	}
	for _, brought := range state.Brought {
		account, err := registrytypes.ParseAddress(brought.Address)
		if err != nil {
			return err
		}
		if err := k.brought.Set(ctx, account, brought.Amount); err != nil {
			return err
		}
	}
	if state.FinancialZone.TransferChannelId == "" {
		return nil
	}
	return k.transfers.CheckCommitments(ctx, k.ibc.Channels, state.FinancialZone.TransferChannelId)
}

// initFlows stores totals and what is reserved, and sums them by bank.
func (k *Keeper) initFlows(ctx context.Context, state types.GenesisState) error {
	if err := k.reportState.Set(ctx, state.ReportState); err != nil {
		return err
	}
	if err := k.setCaps(ctx, state.Caps); err != nil {
		return err
	}
	for _, flow := range state.Flows {
		if err := k.flows.Set(ctx, collections.Join(flow.PayerBank, flow.PayeeBank), flow); err != nil {
			return err
		}
		payer, err := k.bankTotal(ctx, flow.PayerBank)
		if err != nil {
			return err
		}
		payer.Sent = payer.Sent.Add(flow.Total)
		if err := k.bankTotals.Set(ctx, payer.Bank, payer); err != nil {
			return err
		}
		payee, err := k.bankTotal(ctx, flow.PayeeBank)
		if err != nil {
			return err
		}
		payee.Received = payee.Received.Add(flow.Total)
		if err := k.bankTotals.Set(ctx, payee.Bank, payee); err != nil {
			return err
		}
	}
	for _, reserved := range state.Reserved {
		total, err := k.bankTotal(ctx, reserved.Bank)
		if err != nil {
			return err
		}
		total.Reserved = reserved.Amount
		if err := k.bankTotals.Set(ctx, reserved.Bank, total); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state but sums.
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
	state := &types.GenesisState{Params: params, FinancialZone: zone, Transfers: transfers}
	if state.ReportState, err = k.reportState.Get(ctx); err != nil {
		return nil, err
	}
	err = k.IterateFlows(ctx, func(flow types.FlowTotal) (bool, error) {
		state.Flows = append(state.Flows, flow)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.IterateBrought(ctx, func(brought types.Brought) (bool, error) {
		state.Brought = append(state.Brought, brought)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	if state.Reserved, err = k.reservedFlows(ctx); err != nil {
		return nil, err
	}
	state.Caps, err = k.allCaps(ctx)
	return state, err
}
