package zonelink_test

import (
	"testing"
	"time"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
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

func (w *world) authority() string { return w.Financial.App.Authority() }

func bounds(change func(*financialtypes.ZoneLimits)) *financialtypes.ZoneLimits {
	most := registrytypes.MaxLimit
	limits := &financialtypes.ZoneLimits{
		Ceiling: most, BankCeiling: most, ChargesPerWindow: most, DischargesPerWindow: most, Window: time.Hour,
	}
	change(limits)
	return limits
}

func TestOnlyTheMembersDecideOnZones(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	maker := w.Keys.Operator(bankA, maker).String()
	for _, call := range []func() error{
		func() error {
			_, err := w.msgs.RegisterZone(ctx, &financialtypes.MsgRegisterZone{Authority: maker})
			return err
		},
		func() error {
			_, err := w.msgs.SetZoneLimits(ctx, &financialtypes.MsgSetZoneLimits{Authority: maker})
			return err
		},
		func() error {
			_, err := w.msgs.PauseZone(ctx, &financialtypes.MsgPauseZone{Authority: maker})
			return err
		},
		func() error {
			_, err := w.msgs.SuspendZone(ctx, &financialtypes.MsgSuspendZone{Authority: maker})
			return err
		},
		func() error {
			_, err := w.msgs.ResumeZone(ctx, &financialtypes.MsgResumeZone{Authority: maker})
			return err
		},
		func() error {
			_, err := w.msgs.CloseZone(ctx, &financialtypes.MsgCloseZone{Authority: maker})
			return err
		},
		func() error {
			_, err := w.msgs.UpdateParams(ctx, &financialtypes.MsgUpdateParams{Authority: maker})
			return err
		},
	} {
		require.ErrorIs(t, call(), types.ErrNotAuthority)
	}
	_, err := w.msgs.UpdateParams(ctx, &financialtypes.MsgUpdateParams{Authority: w.authority()})
	require.ErrorIs(t, err, types.ErrInvalidParams)
	params := financialtypes.DefaultParams()
	_, err = w.msgs.UpdateParams(ctx, &financialtypes.MsgUpdateParams{Authority: w.authority(), Params: params})
	require.NoError(t, err)
	keepertest.RequireEvent(t, ctx, &financialtypes.EventParamsUpdated{Params: params})
}

func TestRegisterZone(t *testing.T) {
	w := charged(t)
	for name, test := range map[string]struct {
		zone, chain string
		want        error
	}{
		"a new one":       {"moon", "azukari-moon-1", nil},
		"its id again":    {retail, "azukari-moon-1", types.ErrZoneExists},
		"its chain again": {"moon", w.zone.ChainID, types.ErrZoneExists},
		"a wrong id":      {"Moon", "azukari-moon-1", types.ErrInvalidZone},
		"without a chain": {"moon", "", types.ErrInvalidZone},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.financialCtx()
			_, err := w.msgs.RegisterZone(ctx, &financialtypes.MsgRegisterZone{Authority: w.authority(), Zone: test.zone, ChainId: test.chain})
			require.ErrorIs(t, err, test.want)
			if test.want == nil {
				keepertest.RequireEvent(t, ctx, &financialtypes.EventZoneRegistered{Zone: test.zone, ChainId: test.chain})
			}
		})
	}
}

func TestBoundsOfCharges(t *testing.T) {
	w := charged(t)
	compliance := w.Keys.Operator(bankA, membershiptypes.RoleCompliance).String()
	ceiling := math.NewInt(100_010)
	limit := func(change func(*financialtypes.ZoneLimits)) func(sdk.Context) error {
		return func(ctx sdk.Context) error {
			_, err := w.msgs.SetZoneLimits(ctx, &financialtypes.MsgSetZoneLimits{Authority: w.authority(), Zone: retail, Limits: bounds(change)})
			return err
		}
	}
	for name, test := range map[string]struct {
		bound func(sdk.Context) error
		most  int64 // what may still be charged
		want  error
	}{
		"pause by the members": {func(ctx sdk.Context) error {
			_, err := w.msgs.PauseZone(ctx, &financialtypes.MsgPauseZone{Authority: w.authority(), Zone: retail, Paused: true})
			return err
		}, 0, types.ErrPaused},
		"pause by the bank": {func(ctx sdk.Context) error {
			_, err := w.msgs.SetZoneTerms(ctx, &financialtypes.MsgSetZoneTerms{Operator: compliance, Zone: retail, Paused: true})
			return err
		}, 0, types.ErrPaused},
		"ceiling of the bank": {func(ctx sdk.Context) error {
			_, err := w.msgs.SetZoneTerms(ctx, &financialtypes.MsgSetZoneTerms{Operator: compliance, Zone: retail, Ceiling: &ceiling})
			return err
		}, 10, types.ErrCeiling},
		"ceiling of the zone":  {limit(func(l *financialtypes.ZoneLimits) { l.Ceiling = ceiling }), 10, types.ErrCeiling},
		"ceiling of each bank": {limit(func(l *financialtypes.ZoneLimits) { l.BankCeiling = ceiling }), 10, types.ErrCeiling},
		"rate":                 {limit(func(l *financialtypes.ZoneLimits) { l.ChargesPerWindow = math.NewInt(10) }), 10, types.ErrRateLimit},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := w.financialCtx()
			require.NoError(t, test.bound(ctx))
			charge := func(amount int64) error {
				cached, write := ctx.CacheContext()
				_, err := w.msgs.Charge(cached, &financialtypes.MsgCharge{Holder: w.aoi.String(), Zone: retail, Amount: zones.Yen(amount)})
				if err == nil {
					write()
				}
				return err
			}
			require.ErrorIs(t, charge(test.most+1), test.want)
			if test.most > 0 {
				require.NoError(t, charge(test.most))
				require.ErrorIs(t, charge(1), test.want)
			}
			// What comes home is stopped by none of them.
			require.True(t, receive(ctx, w.yen, w.homecoming(7, transferData(w.yenPath(), "50", w.aoi, w.aoi, ""))).Success())
			if name == "rate" {
				ctx = ctx.WithBlockTime(ctx.BlockTime().Add(time.Hour))
				require.NoError(t, charge(1), "in the next window")
			}
		})
	}
}

func TestRateOfDischarges(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	_, err := w.msgs.SetZoneLimits(ctx, &financialtypes.MsgSetZoneLimits{
		Authority: w.authority(), Zone: retail,
		Limits: bounds(func(l *financialtypes.ZoneLimits) { l.DischargesPerWindow = math.NewInt(10) }),
	})
	require.NoError(t, err)
	home := func(amount string) *channeltypes.Acknowledgement {
		return receive(ctx, w.yen, w.homecoming(7, transferData(w.yenPath(), amount, w.aoi, w.aoi, "")))
	}
	require.Contains(t, home("11").GetError(), "zonelink/26: ")
	require.True(t, home("10").Success())
	require.Contains(t, home("1").GetError(), "zonelink/26: ")
	ctx = ctx.WithBlockTime(ctx.BlockTime().Add(time.Hour))
	require.True(t, home("1").Success())
}

func TestSuspendAndResume(t *testing.T) {
	w := charged(t)
	ctx := w.financialCtx()
	suspend := &financialtypes.MsgSuspendZone{Authority: w.authority(), Zone: retail, Reason: "audit"}
	resume := &financialtypes.MsgResumeZone{Authority: w.authority(), Zone: retail, Reason: "audit passed"}
	_, err := w.msgs.ResumeZone(ctx, resume)
	require.ErrorIs(t, err, types.ErrZoneStatus)
	_, err = w.msgs.SuspendZone(ctx, suspend)
	require.NoError(t, err)
	_, err = w.msgs.SuspendZone(ctx, suspend)
	require.ErrorIs(t, err, types.ErrZoneStatus)
	refused := receive(ctx, w.accounts, w.report(50, flow(bankA, bankB, 10)))
	require.Contains(t, refused.GetError(), "zonelink/9: ", "no report of a suspended zone is taken")
	_, err = w.msgs.ResumeZone(ctx, &financialtypes.MsgResumeZone{Authority: w.authority(), Zone: retail, Reason: "x", AcceptReport: true})
	require.ErrorIs(t, err, types.ErrReportNotFound)
	_, err = w.msgs.ResumeZone(ctx, resume)
	require.NoError(t, err)
	w.requireStatus(ctx, financialtypes.ZoneStatusActive)
	require.True(t, receive(ctx, w.accounts, w.report(50, flow(bankA, bankB, 10))).Success())
}

func TestMembersAcceptOrDropARefusedReport(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	for name, accept := range map[string]bool{"accepted": true, "dropped": false} {
		t.Run(name, func(t *testing.T) {
			ctx := w.financialCtx()
			receiveKept(ctx, w.accounts, w.report(50, flow(bankA, bankB, 5_000)))
			w.requireStatus(ctx, financialtypes.ZoneStatusSuspended)
			_, err := w.msgs.ResumeZone(ctx, &financialtypes.MsgResumeZone{
				Authority: w.authority(), Zone: retail, AcceptReport: accept, Reason: "looked into",
			})
			require.NoError(t, err)
			w.requireStatus(ctx, financialtypes.ZoneStatusActive)
			position, err := w.Financial.Financial.Clearing.Position(ctx, bankA)
			require.NoError(t, err)
			if accept {
				require.Equal(t, "-5000", position.Position.String(), "what is beyond the slice is owed")
				require.EqualValues(t, 5_000, w.share(ctx, bankB))
				keepertest.RequireEvent(t, ctx, &financialtypes.EventReportAccepted{Zone: retail, Version: 50})
				return
			}
			require.True(t, position.Position.IsZero())
			require.True(t, receive(ctx, w.accounts, w.report(51, flow(bankA, bankB, 900))).Success(), "the next is judged afresh")
		})
	}
}

func TestCloseZone(t *testing.T) {
	w := charged(t)
	closing := &financialtypes.MsgCloseZone{Authority: w.authority(), Zone: retail, Reason: "no longer wanted"}
	_, err := w.msgs.CloseZone(w.financialCtx(), closing)
	require.ErrorIs(t, err, types.ErrZoneInUse, "escrow")
	require.NoError(t, w.Discharge(w.zone, w.aoi, 100_000))
	w.Settle()
	_, err = w.msgs.CloseZone(w.financialCtx(), closing)
	require.ErrorIs(t, err, types.ErrZoneInUse, "links")
	w.Financial.MustSend(w.aoi.PrivKey(), &financialtypes.MsgUnlink{Signer: w.aoi.String(), Address: w.aoi.String(), Zone: retail})
	w.Financial.MustSend(w.ken.PrivKey(), &financialtypes.MsgUnlink{Signer: w.ken.String(), Address: w.ken.String(), Zone: retail})
	_, err = w.msgs.CloseZone(w.financialCtx(), closing)
	require.ErrorIs(t, err, types.ErrZoneInUse, "unlinks in flight")
	w.Rest()
	ctx := w.financialCtx()
	_, err = w.msgs.CloseZone(ctx, closing)
	require.NoError(t, err)
	w.requireStatus(ctx, financialtypes.ZoneStatusClosed)
	reserved, err := w.keeper.ReservedFor(ctx, bankA)
	require.NoError(t, err)
	require.True(t, reserved.IsZero(), "nothing is set aside for it any more")
	_, err = w.msgs.ResumeZone(ctx, &financialtypes.MsgResumeZone{Authority: w.authority(), Zone: retail, Reason: "x"})
	require.ErrorIs(t, err, types.ErrZoneStatus)
	require.Contains(t, receive(ctx, w.accounts, w.report(50)).GetError(), "zonelink/9: ")
}
