package zonelink_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// step is one message of a link's life and what comes of it.
type step struct {
	name   string
	send   func(ctx context.Context) error
	want   error
	status registrytypes.LinkStatus
}

func (w *world) run(ctx sdk.Context, steps []step) {
	w.t.Helper()
	for _, s := range steps {
		cached, write := ctx.CacheContext()
		err := s.send(cached)
		require.ErrorIs(w.t, err, s.want, s.name)
		if err == nil {
			write()
		}
		require.Equal(w.t, s.status, w.linkStatus(ctx, w.aoi), s.name)
	}
}

func (w *world) request(zone string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.msgs.RequestLink(ctx, &financialtypes.MsgRequestLink{Holder: w.aoi.String(), Zone: zone})
		return err
	}
}

func (w *world) approve(bank string, role membershiptypes.Role, perDay int64) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.msgs.ApproveLink(ctx, &financialtypes.MsgApproveLink{
			Operator: w.Keys.Operator(bank, role).String(), Address: w.aoi.String(), Zone: retail, Limits: zones.LinkLimits(perDay),
		})
		return err
	}
}

func (w *world) reject(bank, reason string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.msgs.RejectLink(ctx, &financialtypes.MsgRejectLink{
			Operator: w.Keys.Operator(bank, membershiptypes.RoleChecker).String(), Address: w.aoi.String(), Zone: retail, Reason: reason,
		})
		return err
	}
}

func (w *world) setLimits(bank string, perDay int64) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.msgs.SetLinkLimits(ctx, &financialtypes.MsgSetLinkLimits{
			Operator: w.Keys.Operator(bank, membershiptypes.RoleMaker).String(), Address: w.aoi.String(), Zone: retail,
			Limits: zones.LinkLimits(perDay),
		})
		return err
	}
}

func (w *world) unlink(signer string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.msgs.Unlink(ctx, &financialtypes.MsgUnlink{Signer: signer, Address: w.aoi.String(), Zone: retail})
		return err
	}
}

const (
	none      = registrytypes.LinkStatusUnspecified
	requested = registrytypes.LinkStatusRequested
	pending   = registrytypes.LinkStatusPending
	active    = registrytypes.LinkStatusActive
	unlinking = registrytypes.LinkStatusUnlinking

	maker   = membershiptypes.RoleMaker
	checker = membershiptypes.RoleChecker
)

func TestLinkRequestAndApproval(t *testing.T) {
	w := linked(t)
	ctx := w.financialCtx()
	w.run(ctx, []step{
		{"an unknown zone", w.request("nowhere"), types.ErrZoneNotFound, none},
		{"nothing to approve", w.approve(bankA, checker, 1), types.ErrLinkNotFound, none},
		{"nothing to reject", w.reject(bankA, "no"), types.ErrLinkNotFound, none},
		{"nothing to limit", w.setLimits(bankA, 1), types.ErrLinkNotFound, none},
		{"nothing to end", w.unlink(w.aoi.String()), types.ErrLinkNotFound, none},
		{"request", w.request(retail), nil, requested},
		{"again", w.request(retail), types.ErrLinkExists, requested},
		{"limits before approval", w.setLimits(bankA, 1), types.ErrLinkStatus, requested},
		{"approved by a maker", w.approve(bankA, maker, 1), membershiptypes.ErrRoleMissing, requested},
		{"approved by another bank", w.approve(bankB, checker, 1), registrytypes.ErrWrongBank, requested},
		{"rejected by another bank", w.reject(bankB, "no"), registrytypes.ErrWrongBank, requested},
		{"rejected without reason", w.reject(bankA, ""), registrytypes.ErrInvalidReason, requested},
		{"rejected", w.reject(bankA, "no papers"), nil, none},
		{"request anew", w.request(retail), nil, requested},
		{"taken back", w.unlink(w.aoi.String()), nil, none},
		{"request once more", w.request(retail), nil, requested},
		{"limits below zero", w.approve(bankA, checker, -1), registrytypes.ErrInvalidLimits, requested},
		{"approved", w.approve(bankA, checker, 500), nil, pending},
		{"approved twice", w.approve(bankA, checker, 500), types.ErrLinkStatus, pending},
		{"rejected after all", w.reject(bankA, "no"), types.ErrLinkStatus, pending},
		{"limits above the account's", w.setLimits(bankA, 1_000_000_000_000_001), registrytypes.ErrInvalidLimits, pending},
		{"limits by another bank", w.setLimits(bankB, 700), registrytypes.ErrWrongBank, pending},
		{"limits", w.setLimits(bankA, 700), nil, pending},
		{"ended by a stranger", w.unlink(w.ken.String()), membershiptypes.ErrNotOperator, pending},
		{"ended by another bank", w.unlink(w.Keys.Operator(bankB, maker).String()), registrytypes.ErrWrongBank, pending},
		{"ended by a maker", w.unlink(w.Keys.Operator(bankA, maker).String()), nil, unlinking},
		{"ended twice", w.unlink(w.aoi.String()), types.ErrLinkStatus, unlinking},
	})
	for _, event := range []*financialtypes.EventLinkStatusChanged{
		{OldStatus: none, NewStatus: requested},
		{OldStatus: requested, NewStatus: none, Reason: "no papers"},
		{OldStatus: requested, NewStatus: none},
		{OldStatus: requested, NewStatus: pending},
		{OldStatus: pending, NewStatus: unlinking},
	} {
		event.Zone, event.Address = retail, w.aoi.String()
		keepertest.RequireEvent(t, ctx, event)
	}
	keepertest.RequireEvent(t, ctx, &financialtypes.EventLinkLimitsChanged{
		Zone: retail, Address: w.aoi.String(), Operator: w.Keys.Operator(bankA, maker).String(),
		OldLimits: zones.LinkLimits(500), NewLimits: zones.LinkLimits(700),
	})
}

func TestDayLimitsOfLinksComeOutOfTheAccounts(t *testing.T) {
	w := linked(t)
	narrow := zones.Unlimited()
	narrow.PerDay = math.NewInt(1_000)
	w.setAccountLimits(narrow)
	ctx := w.financialCtx()
	w.run(ctx, []step{
		{"request", w.request(retail), nil, requested},
		{"more than the account has", w.approve(bankA, checker, 1_001), registrytypes.ErrInvalidLinks, requested},
		{"all of it", w.approve(bankA, checker, 1_000), nil, pending},
	})
	require.True(t, w.account(ctx, w.aoi).FinancialDayLimit().IsZero())
}

func (w *world) setAccountLimits(limits registrytypes.Limits) {
	w.t.Helper()
	operator := w.Keys.Operator(bankA, maker)
	w.Financial.MustSend(operator.PrivKey(), &registrytypes.MsgSetLimits{Operator: operator.String(), Address: w.aoi.String(), Limits: limits, Reason: "x"})
}

func TestHolderMessagesNeedAnActiveAccount(t *testing.T) {
	w := linked(t)
	w.Freeze(bankA, w.aoi)
	ctx := w.financialCtx()
	w.run(ctx, []step{
		{"request", w.request(retail), registrytypes.ErrAccountFrozen, none},
		{"unlink", w.unlink(w.aoi.String()), registrytypes.ErrAccountFrozen, none},
	})
	stranger := w.Keys.Holder("stranger").String()
	for name, holder := range map[string]struct {
		address string
		want    error
	}{
		"frozen":     {w.aoi.String(), registrytypes.ErrAccountFrozen},
		"stranger":   {stranger, registrytypes.ErrAccountNotFound},
		"no address": {"retail", registrytypes.ErrInvalidAccount},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.msgs.RequestLink(ctx, &financialtypes.MsgRequestLink{Holder: holder.address, Zone: retail})
			require.ErrorIs(t, err, holder.want)
			_, err = w.msgs.Charge(ctx, &financialtypes.MsgCharge{Holder: holder.address, Zone: retail, Amount: zones.Yen(1)})
			require.ErrorIs(t, err, holder.want)
		})
	}
	operator := w.Keys.Operator(bankA, checker).String()
	for address, want := range map[string]error{stranger: registrytypes.ErrAccountNotFound, "": registrytypes.ErrInvalidAccount} {
		_, err := w.msgs.ApproveLink(ctx, &financialtypes.MsgApproveLink{Operator: operator, Address: address, Zone: retail, Limits: zones.LinkLimits(1)})
		require.ErrorIs(t, err, want)
	}
}

func TestLinksGuardClosing(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	require.ErrorIs(t, w.keeper.MayClose(ctx, w.account(ctx, w.aoi)), registrytypes.ErrAccountInUse)
	require.NoError(t, w.keeper.MayClose(ctx, w.account(ctx, w.rin)))
	require.ErrorIs(t, w.keeper.MayClose(ctx, registrytypes.Account{Address: "retail"}), registrytypes.ErrInvalidAccount)

	require.NoError(t, w.Charge(w.aoi, retail, 1))
	ctx = w.financialCtx()
	account := w.account(ctx, w.aoi)
	account.Links = nil
	require.ErrorIs(t, w.keeper.MayClose(ctx, account), registrytypes.ErrAccountInUse, "a charge is in flight")
}
