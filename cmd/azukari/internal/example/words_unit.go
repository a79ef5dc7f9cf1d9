package example

import (
	"fmt"
	"strings"

	"cosmossdk.io/math"

	assettypes "github.com/azukari-network/azukari/x/asset/types"
)

// unit takes a unique unit as coffee/lot-1.
func (c *call) unit() (id, unit string, err error) {
	text, err := c.next("a unit as coffee/lot-1")
	if err != nil {
		return "", "", err
	}
	id, unit, found := strings.Cut(text, "/")
	if !found {
		return "", "", c.mistake("expected a unit as coffee/lot-1, got %q", text)
	}
	return id, unit, nil
}

func note(c *call) (string, error) {
	signer, err := c.person()
	if err != nil {
		return "", err
	}
	id, unit, err := c.unit()
	if err != nil {
		return "", err
	}
	hash, err := c.documentOption()
	if err != nil {
		return "", err
	}
	return c.sendOK(signer, &assettypes.MsgAnnotateUnit{Signer: signer.String(), Class: id, Unit: unit, Note: c.text("note"), DocumentHash: hash})
}

func history(c *call) (string, error) {
	id, unit, err := c.unit()
	if err != nil {
		return "", err
	}
	answer, err := assettypes.NewQueryClient(c.zone.Client().GRPC()).Trace(c.ctx, &assettypes.QueryTraceRequest{Class: id, Unit: unit})
	if err != nil {
		return "", err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s/%s: %s", id, unit, plainStatus(answer.Unit.Status.String(), "UNIT_STATUS_"))
	for _, attribute := range answer.Unit.Attributes {
		fmt.Fprintf(&text, ", %s %s", attribute.Key, attribute.Value)
	}
	if len(answer.Unit.UriHash) > 0 {
		fmt.Fprintf(&text, " [%s]", c.documentNamed(answer.Unit.UriHash))
	}
	for _, entry := range answer.History {
		fmt.Fprintf(&text, "\n%d %s", entry.Sequence, plainStatus(entry.Kind.String(), "CUSTODY_KIND_"))
		switch {
		case entry.Kind == assettypes.CustodyKindNoted:
			fmt.Fprintf(&text, " by %s", c.nameOf(entry.To))
		case entry.From == "":
			fmt.Fprintf(&text, " to %s", c.nameOf(entry.To))
		case entry.To == "":
			fmt.Fprintf(&text, " by %s", c.nameOf(entry.From))
		default:
			fmt.Fprintf(&text, " from %s to %s", c.nameOf(entry.From), c.nameOf(entry.To))
		}
		if entry.Note != "" {
			fmt.Fprintf(&text, ": %s", entry.Note)
		}
		if len(entry.DocumentHash) > 0 {
			fmt.Fprintf(&text, " [%s]", c.documentNamed(entry.DocumentHash))
		}
	}
	return text.String(), nil
}

// plainStatus writes a status as people do.
func plainStatus(text, prefix string) string {
	return strings.ToLower(strings.TrimPrefix(text, prefix))
}

// documentNamed is the name of the document with a hash.
func (c *call) documentNamed(hash []byte) string {
	for name := range c.documents {
		if known, err := c.document(name); err == nil && hexOf(known) == hexOf(hash) {
			return name
		}
	}
	return hexOf(hash)
}

func book(c *call) (string, error) {
	id, err := c.next("the id of a class")
	if err != nil {
		return "", err
	}
	answer, err := assettypes.NewQueryClient(c.zone.Client().GRPC()).Class(c.ctx, &assettypes.QueryClassRequest{Class: id})
	if err != nil {
		return "", err
	}
	one := answer.Book
	return fmt.Sprintf("issued %s, redeemed %s, recalled %s, expired %s", one.Issued, one.Redeemed, one.Recalled, one.Expired), nil
}

// wait returns once the zone has ended something by itself.
func wait(c *call) (string, error) {
	what, err := c.next("expiry or trade")
	if err != nil {
		return "", err
	}
	switch what {
	case "expiry":
		return c.waitExpiry()
	case "trade":
		return c.waitTrade()
	default:
		return "", c.mistake("expected expiry or trade, got %q", what)
	}
}

// waitExpiry waits until no unit of a class is left.
func (c *call) waitExpiry() (string, error) {
	id, err := c.next("the id of a class")
	if err != nil {
		return "", err
	}
	queries := assettypes.NewQueryClient(c.zone.Client().GRPC())
	err = c.until("the units of "+id+" to expire", func() (bool, error) {
		answer, err := queries.Class(c.ctx, &assettypes.QueryClassRequest{Class: id})
		return err == nil && supply(answer.Book).IsZero(), err
	})
	return "expired", err
}

func supply(one assettypes.Book) math.Int {
	return one.Issued.Sub(one.Redeemed).Sub(one.Recalled).Sub(one.Expired)
}

// waitTrade waits until a trade waits for nobody.
func (c *call) waitTrade() (string, error) {
	one, err := c.deal()
	if err != nil {
		return "", err
	}
	var status string
	err = c.until("the trade to end", func() (bool, error) {
		var err error
		status, err = c.tell(one)
		return err == nil && !strings.Contains(status, "waits for") && status != "confirmed", err
	})
	return status, err
}
