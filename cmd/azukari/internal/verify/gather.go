package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// financialState is what the Financial Zone says at its height of the cut.
type financialState struct {
	holdings
	books []deposittypes.BankBook
	// in and out are flows by bank.
	in, out map[string]math.Int
	zones   []financialtypes.QueryZoneResponse
}

// readFinancial reads the Financial Zone at the height of the context.
func readFinancial(ctx context.Context, financial Zone) (financialState, error) {
	conn := financial.GRPC()
	state := financialState{in: map[string]math.Int{}, out: map[string]math.Int{}}
	var err error
	if state.zones, err = readZones(ctx, conn); err != nil {
		return financialState{}, err
	}
	escrows := make([]string, len(state.zones))
	for i, zone := range state.zones {
		escrows[i] = zone.EscrowAddress
	}
	if state.holdings, err = readHoldings(ctx, conn, financial.ID, registrytypes.YenDenom, escrows); err != nil {
		return financialState{}, err
	}
	client := deposittypes.NewQueryClient(conn)
	err = eachPage(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.Books(ctx, &deposittypes.QueryBooksRequest{Pagination: page})
		if err != nil {
			return nil, err
		}
		state.books = append(state.books, answer.Books...)
		return answer.Pagination, nil
	})
	if err != nil {
		return financialState{}, fmt.Errorf("books: %w", err)
	}
	err = eachPage(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.Flows(ctx, &deposittypes.QueryFlowsRequest{Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, flow := range answer.Flows {
			add(state.in, flow.PayeeBank, flow.Amount)
			add(state.out, flow.PayerBank, flow.Amount)
		}
		return answer.Pagination, nil
	})
	if err != nil {
		return financialState{}, fmt.Errorf("flows: %w", err)
	}
	return state, nil
}

// readZones lists the zones that have an escrow, with their shares, in ascending order of id.
func readZones(ctx context.Context, conn grpc.ClientConnInterface) ([]financialtypes.QueryZoneResponse, error) {
	client := financialtypes.NewQueryClient(conn)
	var zones []financialtypes.QueryZoneResponse
	err := eachPage(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.Zones(ctx, &financialtypes.QueryZonesRequest{Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, zone := range answer.Zones {
			if zone.TransferChannelId == "" {
				continue
			}
			known, err := client.Zone(ctx, &financialtypes.QueryZoneRequest{Id: zone.Id})
			if err != nil {
				return nil, err
			}
			zones = append(zones, *known)
		}
		return answer.Pagination, nil
	})
	if err != nil {
		return nil, fmt.Errorf("zones: %w", err)
	}
	slices.SortFunc(zones, func(a, b financialtypes.QueryZoneResponse) int { return strings.Compare(a.Zone.Id, b.Zone.Id) })
	return zones, nil
}

// bankIDs are all banks that have a book, an account or a share, in ascending order.
func (s financialState) bankIDs() []string {
	known := map[string]bool{}
	for _, book := range s.books {
		known[book.Bank] = true
	}
	for _, sums := range []map[string]math.Int{s.balances, s.holds, s.in, s.out} {
		for bank := range sums {
			known[bank] = true
		}
	}
	for _, zone := range s.zones {
		for _, share := range zone.Shares {
			known[share.Bank] = true
		}
	}
	banks := make([]string, 0, len(known))
	for bank := range known {
		banks = append(banks, bank)
	}
	slices.Sort(banks)
	return banks
}

// figures are the banks' sums.
func (s financialState) figures() []BankFigures {
	byBank := map[string]deposittypes.BankBook{}
	for _, book := range s.books {
		byBank[book.Bank] = book
	}
	var figures []BankFigures
	for _, bank := range s.bankIDs() {
		book, ok := byBank[bank]
		if !ok {
			book = deposittypes.NewBook(bank)
		}
		figures = append(figures, BankFigures{
			Bank: bank, Issued: book.Issued, Redeemed: book.Redeemed, Liability: book.Liability,
			FlowsIn: of(s.in, bank), FlowsOut: of(s.out, bank),
			Balances: of(s.balances, bank), Holds: of(s.holds, bank),
		})
	}
	return figures
}

// unasked are the figures of a zone as far as the Financial Zone alone knows them.
func unasked(known financialtypes.QueryZoneResponse) ZoneFigures {
	figures := ZoneFigures{Zone: known.Zone.Id, Escrow: known.Escrow, Vouchers: math.ZeroInt()}
	for _, share := range known.Shares {
		zero := math.ZeroInt()
		figures.Banks = append(figures.Banks, ZoneBankFigures{
			Bank: share.Bank, Share: share.Amount, Balances: zero, Holds: zero, Charges: zero, Discharges: zero,
			Out: zero, In: zero, Reserved: zero,
		})
	}
	return figures
}

// pair is a zone and the Financial Zone, each with a context at its height of the cut.
type pair struct {
	financial, zone     grpc.ClientConnInterface
	atFinancial, atZone context.Context //nolint:containedctx // a height of a zone is in its context
}

// readZone reads one Business Zone and what the Financial Zone keeps of it.
func (p pair) readZone(known financialtypes.QueryZoneResponse, state financialState) (ZoneFigures, []Balance, error) {
	link, err := businesstypes.NewQueryClient(p.zone).FinancialZone(p.atZone, &businesstypes.QueryFinancialZoneRequest{})
	if err != nil {
		return ZoneFigures{}, nil, fmt.Errorf("link: %w", err)
	}
	there, err := readHoldings(p.atZone, p.zone, known.Zone.Id, link.YenDenom, nil)
	if err != nil {
		return ZoneFigures{}, nil, err
	}
	charges, discharges, err := p.inFlight(known.Zone.TransferChannelId, link.FinancialZone.TransferChannelId)
	if err != nil {
		return ZoneFigures{}, nil, err
	}
	flows, err := p.readFlows(known.Zone.Id)
	if err != nil {
		return ZoneFigures{}, nil, err
	}
	shares := map[string]math.Int{}
	for _, share := range known.Shares {
		add(shares, share.Bank, share.Amount)
	}
	figures := ZoneFigures{
		Zone: known.Zone.Id, Escrow: known.Escrow, Answered: true, Vouchers: there.supply, Excess: flows.excess,
		Misplaced: there.misplaced(state.holdings),
	}
	banks := state.bankIDs()
	for _, sums := range []map[string]math.Int{there.balances, there.holds, charges, discharges, flows.out, flows.in} {
		for bank := range sums {
			if !slices.Contains(banks, bank) {
				banks = append(banks, bank)
			}
		}
	}
	slices.Sort(banks)
	for _, bank := range banks {
		figures.Banks = append(figures.Banks, ZoneBankFigures{
			Bank: bank, Share: of(shares, bank), Balances: of(there.balances, bank), Holds: of(there.holds, bank),
			Charges: of(charges, bank), Discharges: of(discharges, bank),
			Out: of(flows.out, bank), In: of(flows.in, bank), Reserved: of(flows.reserved, bank),
		})
	}
	return figures, there.strangers, nil
}
