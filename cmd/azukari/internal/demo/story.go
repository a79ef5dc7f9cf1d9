package demo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/azukari-network/azukari/testutil/devnet"
)

var (
	depositColumns = []string{
		"row", "expect", "bank", "customer", "kind", "per_payment", "per_day", "balance", "zones",
		"amount", "reference", "note",
	}
	paymentColumns = []string{"row", "expect", "zone", "type", "from", "to", "amount", "reference", "note"}
	accountKinds   = []string{"individual", "business", "bank_own"}
	paymentKinds   = []string{
		string(KindPay), string(KindCharge), string(KindDischarge), string(KindRedeem), string(KindDecline),
		string(KindFreeze), string(KindUnfreeze),
	}
)

// LoadStory reads both files for a network of the given banks and Business Zones. Rows that cannot be sent are part
// of the story, with their fault.
func LoadStory(depositsPath, paymentsPath string, manifest devnet.Manifest) (*Story, error) {
	deposits, err := readTable(depositsPath, depositColumns)
	if err != nil {
		return nil, err
	}
	payments, err := readTable(paymentsPath, paymentColumns)
	if err != nil {
		return nil, err
	}
	reader := newStoryReader(manifest)
	for _, row := range deposits {
		if err := reader.add(row, reader.deposit); err != nil {
			return nil, err
		}
	}
	for _, row := range payments {
		if err := reader.add(row, reader.payment); err != nil {
			return nil, err
		}
	}
	return &reader.story, nil
}

type storyReader struct {
	story Story
	banks []string
	zones []string // Business Zones
}

func newStoryReader(manifest devnet.Manifest) *storyReader {
	reader := &storyReader{story: Story{Banks: map[string]string{}}, banks: manifest.BankIDs()}
	for _, zone := range manifest.Zones {
		reader.zones = append(reader.zones, zone.ID)
	}
	return reader
}

// add reads one row. Only a row that does not say what to expect is an error: then nobody can say whether the story
// went as planned.
func (r *storyReader) add(row record, read func(*parser) Task) error {
	expect, err := parseReason(row.fields["expect"])
	if err != nil {
		return fmt.Errorf("%s: %w", row.source, err)
	}
	p := &parser{record: row}
	if row.source.Row == "" {
		p.fail("row: expected some text, got none")
	}
	if row.short != "" {
		p.fail("%s", row.short)
	}
	task := read(p)
	task.Source, task.Expect, task.Note, task.Fault = row.source, expect, row.fields["note"], p.fault
	if task.Open != nil && task.Fault == "" {
		r.story.Banks[task.From] = task.Open.Bank
		r.story.Customers = append(r.story.Customers, task.From)
	}
	r.story.Tasks = append(r.story.Tasks, task)
	return nil
}

// deposit reads a row of the deposits file. A customer's first row opens the account; later rows leave its terms
// empty.
func (r *storyReader) deposit(p *parser) Task {
	task := Task{
		Kind: KindIssue, Zone: devnet.FinancialID,
		From: p.text("customer"), AmountYen: p.yen("amount"), Reference: p.text("reference"),
	}
	bank := p.oneOf("bank", r.banks)
	if known, ok := r.story.Banks[task.From]; ok {
		if bank != known {
			p.fail("bank: expected %s, which is the bank of %s, got %q", known, task.From, bank)
		}
		p.none("kind", "per_payment", "per_day", "balance", "zones")
		return task
	}
	task.Open = &Opening{
		Bank: bank, Kind: p.oneOf("kind", accountKinds),
		PerPayment: p.yen("per_payment"), PerDay: p.yen("per_day"), Balance: p.yen("balance"),
		Zones: r.zoneLimits(p),
	}
	return task
}

// zoneLimits reads "retail=300000 energy=200000".
func (r *storyReader) zoneLimits(p *parser) []ZoneLimit {
	var limits []ZoneLimit
	var seen []string
	for _, entry := range strings.Fields(p.fields["zones"]) {
		zone, text, _ := strings.Cut(entry, "=")
		amount, fault := parseYen(text)
		switch {
		case !slices.Contains(r.zones, zone):
			p.fail("zones: expected some of %s, got %q", strings.Join(r.zones, ", "), zone)
		case slices.Contains(seen, zone):
			p.fail("zones: expected each zone once, got %q again", zone)
		case fault != "":
			p.fail("zones: %s: %s", zone, fault)
		}
		seen = append(seen, zone)
		limits = append(limits, ZoneLimit{Zone: zone, Most: amount})
	}
	return limits
}

// payment reads a row of the payments file.
func (r *storyReader) payment(p *parser) Task {
	task := Task{Kind: Kind(p.oneOf("type", paymentKinds)), From: p.text("from"), To: p.fields["to"], Reference: p.fields["reference"]}
	if _, known := r.story.Banks[task.From]; !known {
		p.fail("from: expected a customer of the deposits file, got %q", task.From)
	}
	zones := []string{devnet.FinancialID}
	switch task.Kind {
	case KindPay:
		zones = append(zones, r.zones...)
		task.To, task.AmountYen = p.text("to"), p.yen("amount")
		p.none("reference")
	case KindCharge, KindDischarge:
		zones = r.zones
		task.AmountYen = p.yen("amount")
		p.none("to", "reference")
	case KindRedeem, KindDecline:
		task.AmountYen, task.Reference = p.yen("amount"), p.text("reference")
		p.none("to")
	case KindFreeze, KindUnfreeze:
		p.none("to", "amount", "reference")
	case KindIssue: // of the deposits file only; oneOf has refused it
	}
	task.Zone = p.oneOf("zone", zones)
	return task
}
