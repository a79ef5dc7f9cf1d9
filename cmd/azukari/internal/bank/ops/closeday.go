package ops

import (
	"context"
	"errors"
	"fmt"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// CloseDay ends a business date once nothing is open, or in spite of what is.
func (s *Service) CloseDay(ctx context.Context, request *bankpb.CloseDayRequest) (*bankpb.CloseDayResponse, error) {
	date, err := dateOr(request.Date, today())
	if err != nil {
		return nil, err
	}
	response := &bankpb.CloseDayResponse{Date: string(date)}
	if closed, err := s.closedDay(ctx, date, response); err != nil || closed {
		return response, err
	}
	if err := s.findOpen(ctx, request, date, response); err != nil {
		return nil, err
	}
	open := len(response.OpenOrders) + len(response.OpenRecalls) + len(response.GetReconciliation().GetBreaks())
	if open > 0 && !request.ForceOpen {
		return response, nil
	}
	checker, err := s.keys.Checker()
	if err != nil {
		return nil, badInput("", err)
	}
	answer, err := s.send(ctx, checker, &deposittypes.MsgCloseBusinessDay{Operator: checker.Address().String(), Date: string(date)})
	if err != nil {
		return nil, err
	}
	var made deposittypes.MsgCloseBusinessDayResponse
	if err := nodeclient.DecodeResponse(answer, &made); err != nil {
		return nil, err
	}
	response.TxHash = answer.TxHash
	dayOf(response, made.BusinessDay, made.NextDate)
	return response, nil
}

// closedDay fills in a date that the bank has closed before, and says whether it has.
func (s *Service) closedDay(ctx context.Context, date businessday.Date, response *bankpb.CloseDayResponse) (bool, error) {
	client := deposittypes.NewQueryClient(s.client.GRPC())
	now, err := client.BusinessDate(ctx, &deposittypes.QueryBusinessDateRequest{Bank: s.bank})
	if err != nil {
		return false, fmt.Errorf("business date of %s: %w", s.bank, err)
	}
	if now.ClosedThrough < string(date) {
		return false, nil
	}
	found := false
	stop := errors.New("found")
	err = allPages(func(page *query.PageRequest) (*query.PageResponse, error) {
		page.Reverse = true
		answer, err := client.BusinessDays(ctx, &deposittypes.QueryBusinessDaysRequest{Bank: s.bank, Pagination: page})
		if err != nil {
			return nil, fmt.Errorf("business days of %s: %w", s.bank, err)
		}
		for _, day := range answer.BusinessDays {
			if day.Date == string(date) {
				found = true
				dayOf(response, day, now.Date)
				return nil, stop
			}
		}
		return answer.Pagination, nil
	})
	if err != nil && !errors.Is(err, stop) {
		return false, err
	}
	if !found {
		return false, badInputf("date", "expected a date after %s, which is closed, got %s, on which nothing was booked", now.ClosedThrough, date)
	}
	return true, nil
}

func dayOf(response *bankpb.CloseDayResponse, day deposittypes.BusinessDay, next string) {
	response.Closed, response.NextDate = true, next
	response.Issued, response.Redeemed = day.Totals.Issued.String(), day.Totals.Redeemed.String()
	response.FlowsIn, response.FlowsOut = day.Totals.FlowsIn.String(), day.Totals.FlowsOut.String()
	response.Liability = day.Liability.String()
}

// findOpen fills in what is open.
func (s *Service) findOpen(ctx context.Context, request *bankpb.CloseDayRequest, date businessday.Date, response *bankpb.CloseDayResponse) error {
	orders, err := s.openOrders(ctx)
	if err != nil {
		return err
	}
	response.OpenOrders = ordersOf(orders)
	recalls, err := s.ListRecalls(ctx, &bankpb.ListRecallsRequest{Status: paymenttypes.RecallStatusConsented.Word()})
	if err != nil {
		return err
	}
	response.OpenRecalls = recalls.Received
	if len(request.Core) > 0 {
		response.Reconciliation, err = s.Reconcile(ctx, &bankpb.ReconcileRequest{Entries: request.Core, Date: string(date)})
	}
	return err
}
