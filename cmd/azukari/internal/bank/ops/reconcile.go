package ops

import (
	"cmp"
	"context"
	"fmt"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/reconcile"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
)

// Kinds of orders, and directions of entries of the core ledger.
const (
	kindIssue  = "issue"
	kindRedeem = "redeem"
)

// Reconcile matches entries of the core ledger with the bank's orders.
func (s *Service) Reconcile(ctx context.Context, request *bankpb.ReconcileRequest) (*bankpb.ReconcileResponse, error) {
	through, err := dateOr(request.Date, today())
	if err != nil {
		return nil, err
	}
	entries, earliest, err := coreEntries(request.Entries, through)
	if err != nil {
		return nil, err
	}
	from, err := dateOr(request.From, earliest)
	if err != nil {
		return nil, err
	}
	orders, err := s.orders(ctx, deposittypes.OrderStatusUnspecified)
	if err != nil {
		return nil, err
	}
	facts := make([]reconcile.Order, len(orders))
	for i, order := range orders {
		facts[i] = coreFacts(order)
	}
	calendar, err := s.calendar(ctx, earliest)
	if err != nil {
		return nil, err
	}
	result := reconcile.Match(entries, facts, reconcile.Scope{From: from, Through: through, Calendar: calendar})
	return reconcileResponse(s.bank, from, through, len(entries), len(orders), result), nil
}

// coreEntries checks the entries of a request, and returns the earliest date among them.
func coreEntries(list []*bankpb.CoreEntry, through businessday.Date) ([]reconcile.Entry, businessday.Date, error) {
	entries, earliest := make([]reconcile.Entry, len(list)), through
	for i, one := range list {
		entry, faults := CoreEntry(one)
		if len(faults) > 0 {
			return nil, "", badInputf(fmt.Sprintf("entries[%d].%s", i, faults[0].Field), "%w", faults[0].Err)
		}
		entries[i] = entry
		earliest = min(earliest, entry.Date)
	}
	return entries, earliest, nil
}

// CoreEntry reads an entry of the core ledger, and returns everything that is wrong with it.
func CoreEntry(one *bankpb.CoreEntry) (reconcile.Entry, []*InputError) {
	var c checks
	entry := reconcile.Entry{
		Reference: c.reference("reference", one.Reference), Date: c.date("date", one.Date), Account: c.address("account", one.Account),
		Direction: c.oneOf("direction", one.Direction, kindIssue, kindRedeem), Amount: c.amount(one.Amount), Line: int(one.Line),
	}
	return entry, c.faults
}

// orders returns the bank's orders in a status, or all of them, in ascending order of reference.
func (s *Service) orders(ctx context.Context, status deposittypes.OrderStatus) ([]deposittypes.Order, error) {
	client := deposittypes.NewQueryClient(s.client.GRPC())
	var orders []deposittypes.Order
	err := allPages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.Orders(ctx, &deposittypes.QueryOrdersRequest{Bank: s.bank, Status: status, Pagination: page})
		if err != nil {
			return nil, fmt.Errorf("orders of %s: %w", s.bank, err)
		}
		orders = append(orders, answer.Orders...)
		return answer.Pagination, nil
	})
	return orders, err
}

func reconcileResponse(bank string, from, through businessday.Date, entries, orders int, result reconcile.Result) *bankpb.ReconcileResponse {
	response := &bankpb.ReconcileResponse{
		Bank: bank, From: string(from), Date: string(through), Entries: count(entries), Orders: count(orders),
		Matched: count(result.Matched), MatchedAmount: result.MatchedAmount.String(),
	}
	for _, one := range result.Breaks {
		response.Breaks = append(response.Breaks, &bankpb.Break{
			Kind: one.Kind, Reference: one.Reference, Core: one.Core, Chain: one.Chain, Amount: one.Amount.String(),
			Line: count(one.Line), Date: string(one.Date), AgeDays: count(one.Days), Age: businessday.Age(one.Days),
		})
	}
	for _, total := range result.ByKind() {
		response.Totals = append(response.Totals, &bankpb.BreakTotal{
			Kind: total.Name, Breaks: count(total.Breaks), Amount: total.Amount.String(),
		})
	}
	for _, total := range result.ByAge() {
		response.Ages = append(response.Ages, &bankpb.AgeTotal{
			Age: total.Name, Breaks: count(total.Breaks), Amount: total.Amount.String(),
		})
	}
	return response
}

// count returns a number of things as the service writes it.
func count(number int) uint32 { return uint32(number) } // #nosec G115 -- nobody counts four billion lines

// coreFacts says of an order what the core ledger should say.
func coreFacts(order deposittypes.Order) reconcile.Order {
	facts := reconcile.Order{
		Reference: order.Reference, Account: order.Account, Direction: kindWord(order.Kind), Amount: order.Amount.Amount,
		Status: statusWord(order.Status), Booked: order.Status == deposittypes.OrderStatusApproved,
		Date: businessday.Date(cmp.Or(order.DecidedDate, order.BusinessDate)),
	}
	if order.ApprovedAmount != nil {
		facts.Amount = order.ApprovedAmount.Amount
	}
	return facts
}
