package ops

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
)

const (
	statusPrefix = "ORDER_STATUS_"
	// statusOpen is what people call orders that wait for somebody at the bank.
	statusOpen = "open"
)

// statusWord writes a status as people do.
func statusWord(one deposittypes.OrderStatus) string {
	return strings.ToLower(strings.TrimPrefix(one.String(), statusPrefix))
}

// ListOrders lists the bank's orders.
func (s *Service) ListOrders(ctx context.Context, request *bankpb.ListOrdersRequest) (*bankpb.ListOrdersResponse, error) {
	size, err := pageSize(request.PageSize)
	if err != nil {
		return nil, err
	}
	if request.Status == statusOpen {
		return s.listOpenOrders(ctx, request.PageToken, size)
	}
	wanted := deposittypes.OrderStatusUnspecified
	if request.Status != "" {
		known := deposittypes.OrderStatus_value[statusPrefix+strings.ToUpper(request.Status)]
		if wanted = deposittypes.OrderStatus(known); wanted == deposittypes.OrderStatusUnspecified {
			return nil, badInputf("status", "expected requested, debited, approved, rejected, cancelled or open, got %q", request.Status)
		}
	}
	page, err := pageOf(request.PageToken, size)
	if err != nil {
		return nil, err
	}
	answer, err := deposittypes.NewQueryClient(s.client.GRPC()).Orders(ctx, &deposittypes.QueryOrdersRequest{
		Bank: s.bank, Status: wanted, Pagination: page,
	})
	if err != nil {
		return nil, fmt.Errorf("orders of %s: %w", s.bank, err)
	}
	return &bankpb.ListOrdersResponse{Orders: ordersOf(answer.Orders), NextPageToken: tokenOf(answer.Pagination)}, nil
}

// listOpenOrders lists orders in two statuses as one list: the token is the last reference of the page before.
func (s *Service) listOpenOrders(ctx context.Context, after string, size uint32) (*bankpb.ListOrdersResponse, error) {
	open, err := s.openOrders(ctx)
	if err != nil {
		return nil, err
	}
	start, found := slices.BinarySearchFunc(open, after, func(one deposittypes.Order, reference string) int {
		return cmp.Compare(one.Reference, reference)
	})
	if found {
		start++
	}
	end := min(start+int(size), len(open))
	response := &bankpb.ListOrdersResponse{Orders: ordersOf(open[start:end])}
	if end < len(open) {
		response.NextPageToken = open[end-1].Reference
	}
	return response, nil
}

// openOrders returns the orders that wait for somebody at the bank, in ascending order of reference.
func (s *Service) openOrders(ctx context.Context) ([]deposittypes.Order, error) {
	open, err := s.orders(ctx, deposittypes.OrderStatusRequested)
	if err != nil {
		return nil, err
	}
	debited, err := s.orders(ctx, deposittypes.OrderStatusDebited)
	if err != nil {
		return nil, err
	}
	open = append(open, debited...)
	slices.SortFunc(open, func(a, b deposittypes.Order) int { return cmp.Compare(a.Reference, b.Reference) })
	return open, nil
}

func ordersOf(orders []deposittypes.Order) []*bankpb.BankOrder {
	list := make([]*bankpb.BankOrder, len(orders))
	for i, one := range orders {
		list[i] = &bankpb.BankOrder{
			Reference: one.Reference, Kind: kindWord(one.Kind), Account: one.Account, Amount: one.Amount.Amount.String(),
			Status: statusWord(one.Status), BusinessDate: one.BusinessDate, DecidedDate: one.DecidedDate, RequestedBy: one.RequestedBy,
			DecidedBy: one.DecidedBy, RejectCode: rejectWord(one.RejectCode), Reason: one.Reason, Batch: one.Batch,
			CoreReference: one.CoreReference,
		}
		if one.ApprovedAmount != nil {
			list[i].ApprovedAmount = one.ApprovedAmount.Amount.String()
		}
	}
	return list
}

func kindWord(kind deposittypes.OrderKind) string {
	if kind == deposittypes.OrderKindRedeem {
		return kindRedeem
	}
	return kindIssue
}

const (
	defaultPage = 1_000
	maxPage     = 10_000
)

func pageSize(asked uint32) (uint32, error) {
	if asked > maxPage {
		return 0, badInputf("page_size", "expected 1 to %d, or 0 for %d, got %d", maxPage, defaultPage, asked)
	}
	return cmp.Or(asked, defaultPage), nil
}

// pageOf asks for the page that a token names.
func pageOf(token string, size uint32) (*query.PageRequest, error) {
	key, err := base64.URLEncoding.DecodeString(token)
	if err != nil {
		return nil, badInputf("page_token", "expected next_page_token of an answer, got %q", token)
	}
	return &query.PageRequest{Key: key, Limit: uint64(size)}, nil
}

func tokenOf(page *query.PageResponse) string {
	if page == nil {
		return ""
	}
	return base64.URLEncoding.EncodeToString(page.NextKey)
}
