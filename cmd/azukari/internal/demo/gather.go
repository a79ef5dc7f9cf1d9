package demo

import (
	"context"
	"fmt"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/testutil/devnet"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Gather reads a snapshot. The Business Zones are pinned first and the Financial Zone after them: then no zone has
// credited a charge that the Financial Zone's state does not show yet. Discharges must not be sent meanwhile.
func Gather(ctx context.Context, network *devnet.Network) (Snapshot, error) {
	heights := make([]int64, len(network.Zones()))
	for i, zone := range network.Zones() {
		var err error
		if heights[i], err = zone.Client().Height(ctx); err != nil {
			return Snapshot{}, fmt.Errorf("height of %s: %w", zone.ID(), err)
		}
	}
	height, err := network.Financial().Client().Height(ctx)
	if err != nil {
		return Snapshot{}, fmt.Errorf("height of the Financial Zone: %w", err)
	}
	gatherer := gatherer{network: network}
	atFinancial := devnet.AtHeight(ctx, height)
	for i, zone := range network.Zones() {
		if err := gatherer.zone(atFinancial, devnet.AtHeight(ctx, heights[i]), zone); err != nil {
			return Snapshot{}, err
		}
	}
	if err := gatherer.banks(atFinancial); err != nil {
		return Snapshot{}, err
	}
	return gatherer.snapshot, nil
}

type gatherer struct {
	network  *devnet.Network
	snapshot Snapshot
	escrows  []string
}

// zone reads one Business Zone and what the Financial Zone keeps of it.
func (g *gatherer) zone(atFinancial, atZone context.Context, zone *devnet.Zone) error {
	financialConn, conn := g.network.Financial().Client().GRPC(), zone.Client().GRPC()
	known, err := financialtypes.NewQueryClient(financialConn).Zone(atFinancial, &financialtypes.QueryZoneRequest{Id: zone.ID()})
	if err != nil {
		return fmt.Errorf("zone %s: %w", zone.ID(), err)
	}
	link, err := businesstypes.NewQueryClient(conn).FinancialZone(atZone, &businesstypes.QueryFinancialZoneRequest{})
	if err != nil {
		return fmt.Errorf("link of %s: %w", zone.ID(), err)
	}
	there, err := readHoldings(atZone, conn, zone.ID(), link.YenDenom, nil)
	if err != nil {
		return err
	}
	// What a sender waits for is read on its side, what became of it on the other.
	charges, err := waitingCharges(atFinancial, financialConn, known.Zone.TransferChannelId)
	if err != nil {
		return err
	}
	chargesByBank, err := inFlight(atZone, conn, link.FinancialZone.TransferChannelId, charges)
	if err != nil {
		return err
	}
	discharges, err := waitingDischarges(atZone, conn, link.FinancialZone.TransferChannelId)
	if err != nil {
		return err
	}
	dischargesByBank, err := inFlight(atFinancial, financialConn, known.Zone.TransferChannelId, discharges)
	if err != nil {
		return err
	}
	shares := map[string]math.Int{}
	for _, share := range known.Shares {
		add(shares, share.Bank, share.Amount)
	}
	figures := ZoneFigures{Zone: zone.ID(), Escrow: known.Escrow, Vouchers: there.supply}
	for _, bank := range g.network.Manifest().BankIDs() {
		figures.Banks = append(figures.Banks, ZoneBankFigures{
			Bank: bank, Share: of(shares, bank), Balances: of(there.balances, bank), Holds: of(there.holds, bank),
			Charges: of(chargesByBank, bank), Discharges: of(dischargesByBank, bank),
		})
	}
	g.escrows = append(g.escrows, known.EscrowAddress)
	g.snapshot.Zones = append(g.snapshot.Zones, figures)
	g.snapshot.Strangers = append(g.snapshot.Strangers, there.strangers...)
	return nil
}

// banks reads the books and what the banks' customers have on the Financial Zone.
func (g *gatherer) banks(ctx context.Context) error {
	conn := g.network.Financial().Client().GRPC()
	here, err := readHoldings(ctx, conn, devnet.FinancialID, registrytypes.YenDenom, g.escrows)
	if err != nil {
		return err
	}
	g.snapshot.Supply, g.snapshot.Held = here.supply, here.held
	g.snapshot.Strangers = append(g.snapshot.Strangers, here.strangers...)

	client := deposittypes.NewQueryClient(conn)
	books, err := client.Books(ctx, &deposittypes.QueryBooksRequest{Pagination: &query.PageRequest{Limit: pageLimit}})
	if err != nil {
		return fmt.Errorf("books: %w", err)
	}
	byBank := map[string]deposittypes.BankBook{}
	for _, book := range books.Books {
		byBank[book.Bank] = book
	}
	flows, err := client.Flows(ctx, &deposittypes.QueryFlowsRequest{Pagination: &query.PageRequest{Limit: pageLimit}})
	if err != nil {
		return fmt.Errorf("flows: %w", err)
	}
	in, out := map[string]math.Int{}, map[string]math.Int{}
	for _, flow := range flows.Flows {
		add(in, flow.PayeeBank, flow.Amount)
		add(out, flow.PayerBank, flow.Amount)
	}
	for _, bank := range g.network.Manifest().BankIDs() {
		book, ok := byBank[bank]
		if !ok {
			book = deposittypes.NewBook(bank)
		}
		g.snapshot.Banks = append(g.snapshot.Banks, BankFigures{
			Bank: bank, Issued: book.Issued, Redeemed: book.Redeemed, Liability: book.Liability,
			FlowsIn: of(in, bank), FlowsOut: of(out, bank),
			Balances: of(here.balances, bank), Holds: of(here.holds, bank),
		})
	}
	return nil
}
