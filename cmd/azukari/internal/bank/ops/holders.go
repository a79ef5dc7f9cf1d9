package ops

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/cosmos/cosmos-sdk/types/query"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// accountStatuses are the statuses of an account on the Financial Zone as people write them.
var accountStatuses = []string{"applied", "open", "active", "frozen", "closed"}

// ListAccounts lists the bank's accounts. With a status, a page has those of as many accounts as its size.
func (s *Service) ListAccounts(ctx context.Context, request *bankpb.ListAccountsRequest) (*bankpb.ListAccountsResponse, error) {
	var c checks
	if request.Status != "" {
		c.oneOf("status", request.Status, accountStatuses...)
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	size, err := pageSize(request.PageSize)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(request.PageToken, size)
	if err != nil {
		return nil, err
	}
	answer, err := registrytypes.NewQueryClient(s.client.GRPC()).Accounts(ctx, &registrytypes.QueryAccountsRequest{Bank: s.bank, Pagination: page})
	if err != nil {
		return nil, fmt.Errorf("accounts of %s: %w", s.bank, err)
	}
	response := &bankpb.ListAccountsResponse{NextPageToken: tokenOf(answer.Pagination)}
	for _, account := range answer.Accounts {
		if one := accountOf(account); request.Status == "" || one.Status == request.Status {
			response.Accounts = append(response.Accounts, one)
		}
	}
	return response, nil
}

func accountOf(account registrytypes.Account) *bankpb.AccountSummary {
	return &bankpb.AccountSummary{
		Address: account.Address, Bank: account.Bank, Kind: strings.ToLower(strings.TrimPrefix(account.Kind.String(), kindPrefix)),
		Status: strings.ToLower(strings.TrimPrefix(account.Status.String(), "ACCOUNT_STATUS_")),
		Limits: limitsOf(account.Limits), Revision: account.Revision,
	}
}

func limitsOf(limits registrytypes.Limits) *bankpb.AccountLimits {
	return &bankpb.AccountLimits{
		PerPayment: limits.PerPayment.String(), PerDay: limits.PerDay.String(), Balance: limits.Balance.String(),
	}
}

// ShowAccount returns one account with its balance, all as of one block.
func (s *Service) ShowAccount(ctx context.Context, request *bankpb.ShowAccountRequest) (*bankpb.ShowAccountResponse, error) {
	var c checks
	c.address("address", request.Address)
	if err := c.err(); err != nil {
		return nil, err
	}
	ctx, err := s.atOneHeight(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := registrytypes.NewQueryClient(s.client.GRPC()).Account(ctx, &registrytypes.QueryAccountRequest{Address: request.Address})
	if err != nil {
		return nil, err
	}
	balance, err := banktypes.NewQueryClient(s.client.GRPC()).Balance(ctx, &banktypes.QueryBalanceRequest{
		Address: request.Address, Denom: registrytypes.YenDenom,
	})
	if err != nil {
		return nil, fmt.Errorf("balance of %s: %w", request.Address, err)
	}
	held, err := s.held(ctx, request.Address)
	if err != nil {
		return nil, fmt.Errorf("holds of %s: %w", request.Address, err)
	}
	response := &bankpb.ShowAccountResponse{
		Account: accountOf(answer.Account), IdentityHash: hex.EncodeToString(answer.Account.IdentityHash),
		StatusReason: answer.Account.StatusReason, Balance: balance.Balance.Amount.String(), Held: total(held).String(),
		FrozenAmount: answer.FrozenAmount.String(), Spendable: answer.Spendable.String(), SpentToday: answer.SpentToday.String(),
	}
	for _, hold := range held {
		one := &bankpb.AccountHold{Id: hold.Id, Amount: hold.Amount.Amount.String(), Purpose: hold.Purpose}
		if hold.ExpiresAt != nil {
			one.ExpiresAt = rfc3339(*hold.ExpiresAt)
		}
		response.Holds = append(response.Holds, one)
	}
	return response, nil
}

// AccountHistory lists the changes of one account.
func (s *Service) AccountHistory(ctx context.Context, request *bankpb.AccountHistoryRequest) (*bankpb.AccountHistoryResponse, error) {
	var c checks
	c.address("address", request.Address)
	if err := c.err(); err != nil {
		return nil, err
	}
	client := registrytypes.NewQueryClient(s.client.GRPC())
	response := &bankpb.AccountHistoryResponse{Address: request.Address}
	err := allPages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.History(ctx, &registrytypes.QueryHistoryRequest{Address: request.Address, Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, change := range answer.Changes {
			after := accountOf(change.Account)
			response.Changes = append(response.Changes, &bankpb.AccountChange{
				Revision: after.Revision, Kind: strings.ToLower(strings.TrimPrefix(change.Kind.String(), "CHANGE_KIND_")), Height: change.Height,
				Time: rfc3339(change.Time), Operator: change.Operator, Reference: change.Reference, Reason: change.Reason,
				Status: after.Status, Limits: after.Limits,
			})
		}
		return answer.Pagination, nil
	})
	return response, err
}
