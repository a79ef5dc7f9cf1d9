package example

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

var kinds = map[string]registrytypes.AccountKind{
	"individual": registrytypes.AccountKindIndividual,
	"business":   registrytypes.AccountKindBusiness,
}

// openingError says why accounts were not opened. It hides a refusal: without its accounts no example goes on.
type openingError struct{ cause error }

// Error implements error.
func (e openingError) Error() string { return "open: " + e.cause.Error() }

// opening is one line of 'accounts'.
type opening struct {
	name string
	person
	amount math.Int
}

// accounts opens accounts at their banks, links them with the zone, and brings yen there.
func accounts(c *call) (string, error) {
	var all []opening
	for _, words := range c.lines() {
		one, err := c.parseOpening(words)
		if err != nil {
			return "", err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return "", c.mistake("expected a line for each account, got none")
	}
	var group errgroup.Group
	for _, bank := range c.network.Manifest().BankIDs() {
		var own []opening
		for _, one := range all {
			if one.bank == bank {
				own = append(own, one)
			}
		}
		if len(own) > 0 {
			group.Go(func() error { return c.open(bank, own) })
		}
	}
	if err := group.Wait(); err != nil {
		return "", openingError{err}
	}
	var text strings.Builder
	for i, one := range all {
		c.people[one.name], c.names[one.String()] = one.person, one.name
		if i > 0 {
			text.WriteByte('\n')
		}
		fmt.Fprintf(&text, "%s: %s of %s, %s in %s", one.name, one.kind, one.bank, c.words(sdk.NewCoin(c.yenDenom, one.amount)), zoneID)
	}
	return text.String(), nil
}

func (c *call) parseOpening(words []string) (opening, error) {
	if len(words) != 4 {
		return opening{}, c.mistake("expected NAME BANK KIND YEN, got %q", strings.Join(words, " "))
	}
	name, bank, kind := words[0], words[1], words[2]
	if _, taken := c.people[name]; taken {
		return opening{}, c.mistake("expected a name of its own, got %q again", name)
	}
	if !slices.Contains(c.network.Manifest().BankIDs(), bank) {
		return opening{}, c.mistake("expected one of %v, got %q", c.network.Manifest().BankIDs(), bank)
	}
	if _, known := kinds[kind]; !known {
		return opening{}, c.mistake("expected individual or business, got %q", kind)
	}
	coin, err := c.coin(words[3])
	if err != nil || coin.Denom != c.yenDenom {
		return opening{}, c.mistake("expected an amount of yen as 300yen, got %q", words[3])
	}
	key := c.network.Keys().Holder(c.example + "/" + name)
	return opening{name: name, person: person{Key: key, bank: bank, kind: kind}, amount: coin.Amount}, nil
}

// open does for a bank's customers what makers, checkers and holders do, each step for all of them together.
func (c *call) open(bank string, customers []opening) error {
	client, keys := c.network.Financial().Client(), c.network.Keys()
	maker, checker := keys.Operator(bank, membershiptypes.RoleMaker), keys.Operator(bank, membershiptypes.RoleChecker)
	var apply, approve, request, grant []sdk.Msg
	for _, one := range customers {
		reference, address := c.example+"/"+one.name, one.String()
		identity := sha256.Sum256([]byte("salt of the bank " + reference))
		apply = append(apply, &registrytypes.MsgApplyAccount{
			Operator: maker.String(), Reference: "open/" + reference, Address: address, Kind: kinds[one.kind], IdentityHash: identity[:],
		})
		approve = append(approve, &registrytypes.MsgApproveRequest{Operator: checker.String(), Reference: "open/" + reference})
		if one.amount.IsPositive() {
			request = append(request, &deposittypes.MsgRequestIssue{
				Requester: maker.String(), Account: address, Amount: sdk.NewCoin(registrytypes.YenDenom, one.amount), Reference: reference,
			})
			grant = append(grant, &deposittypes.MsgApprove{Operator: checker.String(), Reference: reference})
		}
		grant = append(grant, &financialtypes.MsgApproveLink{
			Operator: checker.String(), Address: address, Zone: zoneID, Limits: linkLimits[one.kind],
		})
	}
	if _, err := client.Send(c.ctx, maker, apply...); err != nil {
		return err
	}
	if _, err := client.Send(c.ctx, checker, approve...); err != nil {
		return err
	}
	err := each(customers, func(one opening) error {
		_, err := client.Send(c.ctx, one.Key, &registrytypes.MsgActivateAccount{Holder: one.String()},
			&financialtypes.MsgRequestLink{Holder: one.String(), Zone: zoneID})
		return err
	})
	if err != nil {
		return err
	}
	if len(request) > 0 {
		if _, err := client.Send(c.ctx, maker, request...); err != nil {
			return err
		}
	}
	if _, err := client.Send(c.ctx, checker, grant...); err != nil {
		return err
	}
	return each(customers, c.bring)
}

// linkLimits is what an account may pay and have in the zone: all that the tiers of a devnet's banks let it.
var linkLimits = map[string]registrytypes.Limits{
	"individual": {PerPayment: math.NewInt(1_000_000), PerDay: math.NewInt(3_000_000), Balance: math.NewInt(10_000_000)},
	"business":   {PerPayment: math.NewInt(100_000_000), PerDay: math.NewInt(1_000_000_000), Balance: math.NewInt(10_000_000_000)},
}

// bring waits until the zone knows an account, and then until its yen is there.
func (c *call) bring(one opening) error {
	client := c.network.Financial().Client()
	queries := registrytypes.NewQueryClient(client.GRPC())
	err := c.until("the zone to know "+one.name, func() (bool, error) {
		answer, err := queries.Account(c.ctx, &registrytypes.QueryAccountRequest{Address: one.String()})
		return err == nil && answer.Account.Links[0].Status == registrytypes.LinkStatusActive, err
	})
	if err != nil || !one.amount.IsPositive() {
		return err
	}
	_, err = client.Send(c.ctx, one.Key, &financialtypes.MsgCharge{
		Holder: one.String(), Zone: zoneID, Amount: sdk.NewCoin(registrytypes.YenDenom, one.amount),
	})
	if err != nil {
		return err
	}
	return c.until("the yen of "+one.name+" to arrive", func() (bool, error) {
		balance, err := c.balance(c.ctx, one.person, c.yenDenom)
		return err == nil && balance.Equal(one.amount), err
	})
}

func (c *call) until(what string, done func() (bool, error)) error {
	return nodeclient.Poll(c.ctx, what, done)
}

func (s *Stage) balance(ctx context.Context, of person, denom string) (math.Int, error) {
	answer, err := banktypes.NewQueryClient(s.zone.Client().GRPC()).Balance(ctx, &banktypes.QueryBalanceRequest{Address: of.String(), Denom: denom})
	if err != nil {
		return math.Int{}, err
	}
	return answer.Balance.Amount, nil
}

// each does something for all customers at once.
func each(customers []opening, do func(opening) error) error {
	var group errgroup.Group
	for _, one := range customers {
		group.Go(func() error { return do(one) })
	}
	return group.Wait()
}
