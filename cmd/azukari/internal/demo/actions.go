package demo

import (
	"context"
	"crypto/sha256"
	"fmt"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// actor carries tasks out through the public API of the zones: signed transactions and queries over gRPC.
type actor struct {
	network *devnet.Network
	banks   map[string]string // of each customer
	// yenDenoms is what each Business Zone calls its yen.
	yenDenoms map[string]string
}

func newActor(ctx context.Context, network *devnet.Network, story *Story) (*actor, error) {
	a := &actor{network: network, banks: story.Banks, yenDenoms: map[string]string{devnet.FinancialID: registrytypes.YenDenom}}
	for _, zone := range network.Zones() {
		link, err := businesstypes.NewQueryClient(zone.Client().GRPC()).FinancialZone(ctx, &businesstypes.QueryFinancialZoneRequest{})
		if err != nil {
			return nil, fmt.Errorf("link of %s: %w", zone.ID(), err)
		}
		a.yenDenoms[zone.ID()] = link.YenDenom
	}
	return a, nil
}

// act carries one task out. It returns when every zone that it touches has it, or why it was refused.
func (a *actor) act(ctx context.Context, task Task) error {
	if task.Fault != "" {
		return faultError{task.Fault}
	}
	switch task.Kind {
	case KindIssue:
		return a.issue(ctx, task)
	case KindPay:
		return a.pay(ctx, task)
	case KindCharge:
		return a.charge(ctx, task)
	case KindDischarge:
		return a.discharge(ctx, task)
	case KindRedeem, KindDecline:
		return a.redeem(ctx, task)
	case KindFreeze, KindUnfreeze:
		return a.setFrozen(ctx, task)
	default:
		return faultError{fmt.Sprintf("type: expected a known type, got %q", task.Kind)}
	}
}

// issue opens the account if it is new, then has the maker request and the checker approve.
func (a *actor) issue(ctx context.Context, task Task) error {
	bank := a.banks[task.From]
	if task.Open != nil {
		if err := a.open(ctx, task); err != nil {
			return err
		}
	}
	maker := a.operator(bank, membershiptypes.RoleMaker)
	err := a.send(ctx, devnet.FinancialID, maker, &deposittypes.MsgRequestIssue{
		Requester: maker.String(), Account: a.holder(task.From).String(), Amount: yen(task.AmountYen), Reference: task.Reference,
	})
	if err != nil {
		return err
	}
	return a.approve(ctx, bank, task.Reference)
}

func (a *actor) approve(ctx context.Context, bank, reference string) error {
	checker := a.operator(bank, membershiptypes.RoleChecker)
	return a.send(ctx, devnet.FinancialID, checker, &deposittypes.MsgApprove{Operator: checker.String(), Reference: reference})
}

// open has the maker apply for the customer, the checker approve, and the customer activate the account and ask for the
// links; the checker grants them.
func (a *actor) open(ctx context.Context, task Task) error {
	holder, maker := a.holder(task.From), a.operator(task.Open.Bank, membershiptypes.RoleMaker)
	checker := a.operator(task.Open.Bank, membershiptypes.RoleChecker)
	identity := sha256.Sum256([]byte("demo salt " + task.From))
	reference := requestReference("open", task)
	err := a.send(ctx, devnet.FinancialID, maker, &registrytypes.MsgApplyAccount{
		Operator: maker.String(), Reference: reference, Address: holder.String(),
		Kind: accountKind(task.Open.Kind), IdentityHash: identity[:],
		Limits: &registrytypes.Limits{
			PerPayment: math.NewInt(task.Open.PerPayment), PerDay: math.NewInt(task.Open.PerDay), Balance: math.NewInt(task.Open.Balance),
		},
	})
	if err != nil {
		return err
	}
	err = a.send(ctx, devnet.FinancialID, checker, &registrytypes.MsgApproveRequest{Operator: checker.String(), Reference: reference})
	if err != nil {
		return err
	}
	err = a.send(ctx, devnet.FinancialID, holder, &registrytypes.MsgActivateAccount{Holder: holder.String()})
	if err != nil || len(task.Open.Zones) == 0 {
		return err
	}
	var requests, approvals []sdk.Msg
	for _, zone := range task.Open.Zones {
		requests = append(requests, &financialtypes.MsgRequestLink{Holder: holder.String(), Zone: zone.Zone})
		approvals = append(approvals, &financialtypes.MsgApproveLink{
			Operator: checker.String(), Address: holder.String(), Zone: zone.Zone, Limits: linkLimits(task.Open, zone),
		})
	}
	if err := a.send(ctx, devnet.FinancialID, holder, requests...); err != nil {
		return err
	}
	if err := a.send(ctx, devnet.FinancialID, checker, approvals...); err != nil {
		return err
	}
	return a.waitSynced(ctx, holder)
}

func (a *actor) pay(ctx context.Context, task Task) error {
	payer := a.holder(task.From)
	return a.send(ctx, task.Zone, payer, &banktypes.MsgSend{
		FromAddress: payer.String(), ToAddress: a.holder(task.To).String(),
		Amount: sdk.NewCoins(sdk.NewInt64Coin(a.yenDenoms[task.Zone], task.AmountYen)),
	})
}

// redeem requests the redemption as the holder, and approves it or rejects it as the checker.
func (a *actor) redeem(ctx context.Context, task Task) error {
	holder, bank := a.holder(task.From), a.banks[task.From]
	err := a.send(ctx, devnet.FinancialID, holder, &deposittypes.MsgRequestRedeem{
		Requester: holder.String(), Account: holder.String(), Amount: yen(task.AmountYen), Reference: task.Reference,
	})
	if err != nil {
		return err
	}
	reference := deposittypes.HolderReference(holder.String(), task.Reference)
	if task.Kind == KindRedeem {
		return a.approve(ctx, bank, reference)
	}
	checker := a.operator(bank, membershiptypes.RoleChecker)
	return a.send(ctx, devnet.FinancialID, checker, &deposittypes.MsgReject{
		Operator: checker.String(), Reference: reference,
		RejectCode: deposittypes.RejectCodeOther, Reason: "declined in the demo",
	})
}

// setFrozen freezes, or has a second operator approve what the first one asks and unfreezes, and waits until every linked
// zone knows.
func (a *actor) setFrozen(ctx context.Context, task Task) error {
	bank, holder := a.banks[task.From], a.holder(task.From)
	officer, second := a.operator(bank, membershiptypes.RoleCompliance), a.network.Keys().SecondOperator(bank, membershiptypes.RoleCompliance)
	err := func() error {
		if task.Kind == KindFreeze {
			return a.send(ctx, devnet.FinancialID, officer, &registrytypes.MsgFreezeAccount{
				Operator: officer.String(), Address: holder.String(), Reason: "inquiry in the demo",
			})
		}
		reference := requestReference("unfreeze", task)
		err := a.send(ctx, devnet.FinancialID, officer, &registrytypes.MsgRequestUnfreeze{
			Operator: officer.String(), Reference: reference, Address: holder.String(), Reason: "inquiry ended",
		})
		if err != nil {
			return err
		}
		return a.send(ctx, devnet.FinancialID, second, &registrytypes.MsgApproveRequest{Operator: second.String(), Reference: reference})
	}()
	if err != nil {
		return err
	}
	return a.waitSynced(ctx, holder)
}

// requestReference names the request that a row leads to: the same row the same, and no two rows alike.
func requestReference(kind string, task Task) string {
	sum := sha256.Sum256([]byte(task.From + "\x00" + task.Source.String()))
	return fmt.Sprintf("%s/%x", kind, sum[:12])
}

func (a *actor) send(ctx context.Context, zone string, key devnet.Key, msgs ...sdk.Msg) error {
	_, err := a.network.Zone(zone).Client().Send(ctx, key, msgs...)
	return err
}

func (a *actor) holder(customer string) devnet.Key { return a.network.Keys().Holder(customer) }

func (a *actor) operator(bank string, role membershiptypes.Role) devnet.Key {
	return a.network.Keys().Operator(bank, role)
}

func yen(amount int64) sdk.Coin { return sdk.NewInt64Coin(registrytypes.YenDenom, amount) }

// linkLimits lets the account pay per day, and have, as much in the zone as the deposits file says.
func linkLimits(opening *Opening, zone ZoneLimit) registrytypes.Limits {
	most := math.NewInt(zone.Most)
	return registrytypes.Limits{PerPayment: math.MinInt(most, math.NewInt(opening.PerPayment)), PerDay: most, Balance: most}
}

// accountKind is the registry's word for a kind of the deposits file, which the reader has checked.
func accountKind(kind string) registrytypes.AccountKind {
	switch kind {
	case "business":
		return registrytypes.AccountKindBusiness
	case "bank_own":
		return registrytypes.AccountKindBankOwn
	default:
		return registrytypes.AccountKindIndividual
	}
}
