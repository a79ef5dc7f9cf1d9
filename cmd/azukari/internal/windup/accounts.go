package windup

import (
	"context"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// accounts reads what every account has that may have something: those with yen, holds, charges or discharges in flight, and
// those that the Financial Zone knows to have brought some.
func (g gatherer) accounts(ctx context.Context) ([]Item, error) {
	for _, find := range []func(context.Context, *query.PageRequest) (*query.PageResponse, error){g.withYen, g.withDischarges, g.withBrought} {
		if err := pages(func(page *query.PageRequest) (*query.PageResponse, error) { return find(ctx, page) }); err != nil {
			return nil, err
		}
	}
	paid, err := g.paidInFull(ctx)
	if err != nil {
		return nil, err
	}
	var items []Item
	for _, owner := range sorted(g.owners) {
		if _, done := paid[owner]; done {
			continue
		}
		item, err := g.account(ctx, owner)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", owner, err)
		}
		items = append(items, item)
	}
	return items, nil
}

func (g gatherer) account(ctx context.Context, owner string) (Item, error) {
	claim := &financialtypes.AccountClaim{Address: owner}
	item := Item{Kind: KindAccount, Owner: owner, Claim: financialtypes.Claim{Claim: &financialtypes.Claim_Account{Account: claim}}}
	address, err := sdk.AccAddressFromBech32(owner)
	if err != nil {
		return item, err
	}
	key, err := financialtypes.BalanceKey(g.channel, address)
	if err != nil {
		return item, err
	}
	if claim.Balance, err = g.state.stored(ctx, banktypes.StoreKey, key); err != nil {
		return item, err
	}
	if key, err = financialtypes.BroughtKey(address); err != nil {
		return item, err
	}
	claim.Brought, err = g.state.stored(ctx, zonelinktypes.StoreKey, key)
	return item, err
}

func (g gatherer) withYen(ctx context.Context, page *query.PageRequest) (*query.PageResponse, error) {
	var answer banktypes.QueryDenomOwnersResponse
	err := g.state.ask(ctx, "/cosmos.bank.v1beta1.Query/DenomOwners", &banktypes.QueryDenomOwnersRequest{Denom: g.denom, Pagination: page}, &answer)
	// What the hold module has is its owners' by their holds.
	holds := authtypes.NewModuleAddress(holdtypes.ModuleName).String()
	for _, owner := range answer.DenomOwners {
		if owner.Address != holds {
			g.owners[owner.Address] = struct{}{}
		}
	}
	return answer.Pagination, err
}

func (g gatherer) withDischarges(ctx context.Context, page *query.PageRequest) (*query.PageResponse, error) {
	var answer businesstypes.QueryTransfersResponse
	err := g.state.ask(ctx, "/azukari.zonelink.business.v1.Query/Transfers", &businesstypes.QueryTransfersRequest{Pagination: page}, &answer)
	for _, transfer := range answer.Transfers {
		g.owners[transfer.Account] = struct{}{}
	}
	return answer.Pagination, err
}

func (g gatherer) withBrought(ctx context.Context, page *query.PageRequest) (*query.PageResponse, error) {
	answer, err := g.queries.Brought(ctx, &financialtypes.QueryBroughtRequest{Zone: g.zone, Pagination: page})
	if err != nil {
		return nil, err
	}
	for _, brought := range answer.Brought {
		g.owners[brought.Address] = struct{}{}
	}
	return answer.Pagination, nil
}

// paidInFull returns the accounts that were proven and are due nothing.
func (g gatherer) paidInFull(ctx context.Context) (map[string]struct{}, error) {
	paid := map[string]struct{}{}
	err := pages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := g.queries.WindUpAccounts(ctx, &financialtypes.QueryWindUpAccountsRequest{Zone: g.zone, Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, claim := range answer.Claims {
			if claim.Account.Earned != nil && claim.Due.IsZero() {
				paid[claim.Account.Address] = struct{}{}
			}
		}
		return answer.Pagination, nil
	})
	return paid, err
}
