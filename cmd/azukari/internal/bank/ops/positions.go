package ops

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
	"github.com/azukari-network/azukari/x/clearing/report"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
)

// Positions returns what the bank has and may still do, all as of one block.
func (s *Service) Positions(ctx context.Context, _ *bankpb.PositionsRequest) (*bankpb.PositionsResponse, error) {
	ctx, err := s.atOneHeight(ctx)
	if err != nil {
		return nil, err
	}
	response := &bankpb.PositionsResponse{Bank: s.bank, Liability: "0"}
	if err := s.booked(ctx, response); err != nil {
		return nil, err
	}
	clearing := clearingtypes.NewQueryClient(s.client.GRPC())
	answer, err := clearing.Position(ctx, &clearingtypes.QueryPositionRequest{Bank: s.bank})
	if err != nil {
		return nil, fmt.Errorf("position of %s: %w", s.bank, err)
	}
	position := answer.Position
	response.Status = strings.ToLower(strings.TrimPrefix(position.Status.String(), "BANK_STATUS_"))
	response.Position, response.Cap, response.Owed = position.Position.String(), position.Cap.String(), position.Owed.String()
	response.Headroom, response.Reserve, response.Pledge = position.Headroom.String(), position.Reserve.String(), position.Pledge.String()
	response.QueuedCount, response.Queued = position.QueuedCount, position.Queued.String()
	cycle, err := s.openCycle(ctx)
	if err != nil {
		return nil, err
	}
	response.Cycle = cycle
	one, err := s.CycleReport(ctx, cycle)
	if err != nil {
		return nil, err
	}
	response.CycleClosesAt, response.Counterparties = one.ScheduledFor, s.counterparties(one.Flows)
	return response, nil
}

// atOneHeight has queries answer from the newest block, also those of a later page.
func (s *Service) atOneHeight(ctx context.Context) (context.Context, error) {
	height, err := s.client.Height(ctx)
	if err != nil {
		return nil, err
	}
	return nodeclient.AtHeight(ctx, height), nil
}

// booked fills in what the deposit module knows.
func (s *Service) booked(ctx context.Context, response *bankpb.PositionsResponse) error {
	deposit := deposittypes.NewQueryClient(s.client.GRPC())
	book, err := deposit.Book(ctx, &deposittypes.QueryBookRequest{Bank: s.bank})
	switch {
	case err == nil:
		response.Liability = book.Book.Liability.String()
	case status.Code(err) != codes.NotFound:
		return fmt.Errorf("book of %s: %w", s.bank, err)
	}
	ceiling, err := deposit.Ceiling(ctx, &deposittypes.QueryCeilingRequest{Bank: s.bank})
	switch {
	case err == nil:
		response.Ceiling = ceiling.Ceiling.Amount.String()
	case status.Code(err) != codes.NotFound:
		return fmt.Errorf("ceiling of %s: %w", s.bank, err)
	}
	date, err := deposit.BusinessDate(ctx, &deposittypes.QueryBusinessDateRequest{Bank: s.bank})
	if err != nil {
		return fmt.Errorf("business date of %s: %w", s.bank, err)
	}
	response.BusinessDate, response.OpenOrders = date.Date, date.OpenOrders
	return nil
}

// openCycle returns the number of the open clearing cycle.
func (s *Service) openCycle(ctx context.Context) (uint64, error) {
	answer, err := clearingtypes.NewQueryClient(s.client.GRPC()).Cycles(ctx, &clearingtypes.QueryCyclesRequest{
		Pagination: &query.PageRequest{Reverse: true, Limit: 1},
	})
	if err != nil {
		return 0, fmt.Errorf("open cycle: %w", err)
	}
	if len(answer.Cycles) == 0 {
		return 0, fmt.Errorf("expected an open cycle on %s, got none", s.client.ChainID())
	}
	return answer.Cycles[0].Number, nil
}

// counterparties returns the bank's flows with each other bank.
func (s *Service) counterparties(flows []report.Flow) []*bankpb.CounterpartyFlow {
	byBank := map[string]*bankpb.CounterpartyFlow{}
	of := func(bank string) *bankpb.CounterpartyFlow {
		one, known := byBank[bank]
		if !known {
			one = &bankpb.CounterpartyFlow{Bank: bank, Sent: "0", Received: "0", SentByReserve: "0", ReceivedByReserve: "0"}
			byBank[bank] = one
		}
		return one
	}
	for _, flow := range flows {
		if flow.Payer == s.bank {
			one := of(flow.Payee)
			one.Sent, one.SentByReserve = flow.ByPosition, flow.ByReserve
		}
		if flow.Payee == s.bank {
			one := of(flow.Payer)
			one.Received, one.ReceivedByReserve = flow.ByPosition, flow.ByReserve
		}
	}
	return slices.SortedFunc(maps.Values(byBank), func(a, b *bankpb.CounterpartyFlow) int { return cmp.Compare(a.Bank, b.Bank) })
}

// CycleReport returns the clearing report of one cycle; 0 is the last one that has closed.
func (s *Service) CycleReport(ctx context.Context, cycle uint64) (report.Report, error) {
	if cycle == 0 {
		open, err := s.openCycle(ctx)
		if err != nil {
			return report.Report{}, err
		}
		if open == 1 {
			return report.Report{}, badInputf("cycle", "expected a cycle that has closed, got none: the first one is open; ask for cycle 1")
		}
		cycle = open - 1
	}
	return report.Fetch(ctx, clearingtypes.NewQueryClient(s.client.GRPC()), cycle, nil)
}

// Report returns all that happened between banks in one clearing cycle.
func (s *Service) Report(ctx context.Context, request *bankpb.ReportRequest) (*bankpb.ReportResponse, error) {
	ctx, err := s.atOneHeight(ctx)
	if err != nil {
		return nil, err
	}
	one, err := s.CycleReport(ctx, request.Cycle)
	if err != nil {
		return nil, err
	}
	response := &bankpb.ReportResponse{
		Cycle: one.Cycle, BusinessDate: one.BusinessDate, OpenedAt: one.OpenedAt, ScheduledFor: one.ScheduledFor, ClosedAt: one.ClosedAt,
		Missed: one.Missed, Gross: one.Gross, Net: one.Net, ReserveMoved: one.ReserveMoved, Obligations: one.Obligations,
	}
	for _, bank := range one.Banks {
		response.Banks = append(response.Banks, &bankpb.ReportBank{
			Bank: bank.Bank, Sent: bank.Sent, Received: bank.Received, Net: bank.Net, Moved: bank.Moved, Left: bank.Left,
		})
	}
	for _, flow := range one.Flows {
		response.Flows = append(response.Flows, &bankpb.ReportFlow{
			Payer: flow.Payer, Payee: flow.Payee, ByPosition: flow.ByPosition, ByReserve: flow.ByReserve,
		})
	}
	for _, pair := range one.Pairs {
		response.Pairs = append(response.Pairs, &bankpb.ReportPair{Bank: pair.Bank, Counterparty: pair.Counterparty, Net: pair.Net})
	}
	for _, debt := range one.Debts {
		response.Debts = append(response.Debts, &bankpb.ReportDebt{
			Obligation: debt.Obligation, Debtor: debt.Debtor, Creditor: debt.Creditor, Amount: debt.Amount, Status: debt.Status,
			DueAt: debt.DueAt, LossOf: debt.LossOf,
		})
	}
	return response, nil
}

// calendar returns the zone's calendar from a day on.
func (s *Service) calendar(ctx context.Context, from businessday.Date) (businessday.Calendar, error) {
	answer, err := clearingtypes.NewQueryClient(s.client.GRPC()).Calendar(ctx, &clearingtypes.QueryCalendarRequest{
		CutOffs: 1, HolidaysFrom: string(from),
	})
	if err != nil {
		return businessday.Calendar{}, fmt.Errorf("calendar of %s: %w", s.client.ChainID(), err)
	}
	var calendar businessday.Calendar
	for _, day := range answer.Holidays {
		calendar.Holidays = append(calendar.Holidays, businessday.Date(day))
	}
	return calendar, nil
}
