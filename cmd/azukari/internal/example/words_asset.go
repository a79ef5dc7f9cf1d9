package example

import (
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
