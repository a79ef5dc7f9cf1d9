package example

import (
	"fmt"
	"slices"
	"strings"

	"cosmossdk.io/math"

	assettypes "github.com/azukari-network/azukari/x/asset/types"
)

var (
	transferRules = map[string]assettypes.Transfers{
		"": assettypes.TransfersFree, "free": assettypes.TransfersFree, "issuer": assettypes.TransfersIssuer, "none": assettypes.TransfersNone,
	}
	rightNames = map[string]assettypes.Right{
		"issue": assettypes.RightIssue, "freeze": assettypes.RightFreeze, "recall": assettypes.RightRecall,
		"allow": assettypes.RightAllow, "accept": assettypes.RightAccept,
	}
)

// named returns what texts stand for, in ascending order.
func named[T ~int32](c *call, texts []string, known map[string]T) ([]T, error) {
	values := make([]T, len(texts))
	for i, text := range texts {
		value, ok := known[text]
		if !ok {
			return nil, c.mistake("got %q, which is unknown", text)
		}
		values[i] = value
	}
	slices.Sort(values)
	return values, nil
}

func class(c *call) (string, error) {
	issuer, err := c.person()
	if err != nil {
		return "", err
	}
	id, err := c.next("the id of the class")
	if err != nil {
		return "", err
	}
	msg := &assettypes.MsgCreateClass{Issuer: issuer.String(), Class: id, History: c.flag("history")}
	switch {
	case c.flag("fungible"):
		msg.Kind = assettypes.ClassKindFungible
	case c.flag("unique"):
		msg.Kind = assettypes.ClassKindUnique
	}
	msg.Metadata = assettypes.Metadata{Name: c.text("name"), Symbol: strings.ToUpper(id)}
	if msg.Metadata.Name == "" {
		msg.Metadata.Name = id
	}
	if msg.Rules, err = c.rules(); err != nil {
		return "", err
	}
	return c.sendOK(issuer, msg)
}

func (c *call) rules() (assettypes.Rules, error) {
	transfers, known := transferRules[c.text("transfers")]
	if !known {
		return assettypes.Rules{}, c.mistake("transfers: expected free, issuer or none")
	}
	holders, err := named(c, c.option("holders"), kinds)
	if err != nil {
		return assettypes.Rules{}, err
	}
	rules := assettypes.Rules{
		HolderKinds: holders, AllowList: c.flag("allow-list"), Recallable: c.flag("recallable"), Transfers: transfers, Cap: math.ZeroInt(),
	}
	if text := c.text("cap"); text != "" {
		most, err := parseCount(text)
		if err != nil {
			return assettypes.Rules{}, c.mistake("cap: %s", err)
		}
		rules.Cap = math.NewIntFromUint64(most)
	}
	rules.ExpiresAt, err = c.after("expires")
	return rules, err
}

// issuance takes ISSUER CLASS.
func (c *call) issuance() (issuer person, id string, err error) {
	if issuer, err = c.person(); err != nil {
		return issuer, "", err
	}
	id, err = c.next("the id of the class")
	return issuer, id, err
}

func manager(c *call) (string, error) {
	issuer, id, err := c.issuance()
	if err != nil {
		return "", err
	}
	account, err := c.person()
	if err != nil {
		return "", err
	}
	rights, err := named(c, c.option("rights"), rightNames)
	if err != nil {
		return "", err
	}
	return c.sendOK(issuer, &assettypes.MsgSetManager{Issuer: issuer.String(), Class: id, Account: account.String(), Rights: rights})
}

func allow(c *call) (string, error) {
	issuer, id, err := c.issuance()
	if err != nil {
		return "", err
	}
	var addresses []string
	for c.more() {
		one, err := c.person()
		if err != nil {
			return "", err
		}
		addresses = append(addresses, one.String())
	}
	return c.sendOK(issuer, &assettypes.MsgAllowHolders{Manager: issuer.String(), Class: id, Add: addresses})
}

func issue(c *call) (string, error) {
	issuer, holder, err := c.parties()
	if err != nil {
		return "", err
	}
	coin, err := c.amount()
	if err != nil {
		return "", err
	}
	id, unit, _ := strings.Cut(strings.TrimPrefix(coin.Denom, assetPrefix), "/")
	if unit == "" {
		return c.sendOK(issuer, &assettypes.MsgIssueAmounts{
			Manager: issuer.String(), Class: id, Lines: []assettypes.AmountLine{{Account: holder.String(), Amount: coin.Amount}},
		})
	}
	line := assettypes.UnitLine{Account: holder.String(), Unit: unit}
	if line.UriHash, err = c.documentOption(); err != nil {
		return "", err
	}
	for _, arg := range c.args {
		line.Attributes = append(line.Attributes, assettypes.Attribute{Key: arg.Key, Value: strings.Join(arg.Vals, ", ")})
	}
	c.args = nil
	slices.SortFunc(line.Attributes, func(a, b assettypes.Attribute) int { return strings.Compare(a.Key, b.Key) })
	return c.sendOK(issuer, &assettypes.MsgIssueUnits{Manager: issuer.String(), Class: id, Lines: []assettypes.UnitLine{line}})
}

func transfer(c *call) (string, error) {
	from, to, err := c.parties()
	if err != nil {
		return "", err
	}
	coins, err := c.amounts()
	if err != nil {
		return "", err
	}
	hash, err := c.documentOption()
	if err != nil {
		return "", err
	}
	return c.sendOK(from, &assettypes.MsgTransfer{
		Holder: from.String(), Recipient: to.String(), Amount: coins, Note: c.text("note"), DocumentHash: hash,
	})
}

func redeem(c *call) (string, error) {
	holder, err := c.person()
	if err != nil {
		return "", err
	}
	coins, err := c.amounts()
	if err != nil {
		return "", err
	}
	return c.sendOK(holder, &assettypes.MsgRedeemUnits{Holder: holder.String(), Amount: coins, Note: c.text("note")})
}

func recall(c *call) (string, error) {
	issuer, holder, err := c.parties()
	if err != nil {
		return "", err
	}
	coins, err := c.amounts()
	if err != nil {
		return "", err
	}
	return c.sendOK(issuer, &assettypes.MsgRecallUnits{
		Manager: issuer.String(), Holder: holder.String(), Amount: coins, Reason: c.text("reason"),
	})
}

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
