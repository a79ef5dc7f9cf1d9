// Package keeper recomputes the laws of money from the state of one node.
package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
)

// Keeper checks the laws of money of one zone. It owns no state and changes none.
type Keeper struct {
	zone zone
}

// zone recomputes the laws that one kind of zone can check by itself.
type zone interface {
	findings(ctx sdk.Context) ([]types.Finding, error)
	coverage(ctx sdk.Context) ([]types.Coverage, error)
}

// NewFinancialKeeper returns a keeper that checks laws 1, 2, 4, 5, 6, 7 and 8 on the Financial Zone.
func NewFinancialKeeper(
	bank types.BankKeeper, account types.AccountKeeper, registry types.RegistryKeeper, hold types.HoldKeeper,
	channels types.ChannelKeeper, deposit types.DepositKeeper, clearing types.ClearingKeeper,
	payment types.PaymentKeeper, links types.FinancialKeeper,
) *Keeper {
	common := newCommon(bank, account, registry, hold, payment, channels)
	return &Keeper{zone: financialZone{common: common, deposit: deposit, clearing: clearing, links: links}}
}

// NewBusinessKeeper returns a keeper that checks laws 4, 6, 7, 8 and 10 on a Business Zone.
func NewBusinessKeeper(
	bank types.BankKeeper, account types.AccountKeeper, registry types.RegistryKeeper, hold types.HoldKeeper,
	payment types.PaymentKeeper, channels types.ChannelKeeper, assets types.AssetKeeper, trades types.SettlementKeeper,
	link types.BusinessKeeper,
) *Keeper {
	common := newCommon(bank, account, registry, hold, payment, channels)
	return &Keeper{zone: businessZone{common: common, assets: assets, trades: trades, link: link}}
}

// Check recomputes every law at the context's height. A broken law is a finding, not an error: an error means that
// the state could not be read. It walks all balances, holds and orders.
func (k *Keeper) Check(ctx context.Context) (types.QueryLawsResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	findings, err := k.zone.findings(sdkCtx)
	if err != nil {
		return types.QueryLawsResponse{}, err
	}
	return types.NewLawsResponse(sdkCtx.BlockHeight(), findings), nil
}

// Coverage compares what each bank owes at the context's height with its newest confirmed attestation. It returns
// ErrNoDeposits on a Business Zone, where no bank issues.
func (k *Keeper) Coverage(ctx context.Context) (types.QueryCoverageResponse, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	banks, err := k.zone.coverage(sdkCtx)
	if err != nil {
		return types.QueryCoverageResponse{}, err
	}
	return types.QueryCoverageResponse{Height: sdkCtx.BlockHeight(), Banks: banks}, nil
}
