package zonelink_test

import (
	"testing"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
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

// A refund to the original owner never fails (law 9), whatever became of the owner, of the link or of the zone while the
// packet was on its way. Each case sends 500 yen of rin's, who had a million, loses the packet, changes something, and lets
// the packet time out.
func TestRefundsNeverFail(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(w *world)
	}{
		{"frozen", func(w *world) { w.Freeze(bankA, w.rin) }},
		{"unlinked", func(w *world) {
			w.Financial.MustSend(w.rin.PrivKey(), &financialtypes.MsgUnlink{Signer: w.rin.String(), Address: w.rin.String(), Zone: retail})
			w.Settle()
			require.Equal(w.t, none, w.linkStatus(w.financialCtx(), w.rin))
		}},
		{"over the limit of balance", func(w *world) {
			limits := zones.Unlimited()
			limits.Balance = math.NewInt(1)
			w.lower(limits)
		}},
		{"over the limit of a payment", func(w *world) {
			limits := zones.Unlimited()
			limits.PerPayment, limits.PerDay = math.NewInt(1), math.NewInt(1_000_000)
			w.lower(limits)
		}},
		{"bank paused", func(w *world) {
			compliance := w.Keys.Operator(bankA, membershiptypes.RoleCompliance)
			w.Financial.MustSend(compliance.PrivKey(), &registrytypes.MsgPauseBank{Operator: compliance.String(), Reason: "audit"})
		}},
		{"zone suspended", func(w *world) {
			w.decide(&financialtypes.MsgSuspendZone{Authority: w.authority(), Zone: retail, Reason: "inquiry"})
		}},
		{"zone suspended by a closed channel", func(w *world) { w.suspend() }},
		{"zone paused", func(w *world) {
			w.decide(&financialtypes.MsgPauseZone{Authority: w.authority(), Zone: retail, Paused: true})
		}},
		{"over the zone's ceiling and rate", func(w *world) {
			w.decide(&financialtypes.MsgSetZoneLimits{Authority: w.authority(), Zone: retail, Limits: bounds(func(limits *financialtypes.ZoneLimits) {
				limits.Ceiling, limits.BankCeiling = math.OneInt(), math.OneInt()
				limits.ChargesPerWindow, limits.DischargesPerWindow = math.OneInt(), math.OneInt()
			})})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := linked(t)
			w.LinkAccount(bankA, w.rin, retail, zones.LinkLimits(1_000_000))
			require.NoError(t, w.Charge(w.rin, retail, 500))
			lost := w.loseCharge()
			require.EqualValues(t, 999_500, w.Financial.Balance(w.rin))
			test.change(w)
			w.RequireLaws()
			w.Clock.Advance(time.Hour)
			w.Blocks()
			require.NoError(t, w.link.Financial.Timeout(w.link.Business, lost))
			require.EqualValues(t, 1_000_000, w.Financial.Balance(w.rin))
			require.Zero(t, w.share(w.financialCtx(), bankA))
			w.RequireLaws()
		})
	}
}

// An account cannot close while yen is on its way; were it closed all the same, the refund would still reach it.
func TestRefundReachesAClosedAccount(t *testing.T) {
	w := linked(t)
	w.LinkAccount(bankA, w.rin, retail, zones.LinkLimits(1_000_000))
	require.NoError(t, w.Charge(w.rin, retail, 1_000_000))
	lost := w.loseCharge()
	maker := w.Keys.Operator(bankA, maker)
	_, err := w.Financial.Send(maker.PrivKey(), &registrytypes.MsgCloseAccount{Operator: maker.String(), Address: w.rin.String(), Reason: "moved"})
	require.ErrorIs(t, err, registrytypes.ErrAccountInUse)

	ctx := w.financialCtx()
	w.closeByForce(ctx)
	require.NoError(t, w.yen.OnTimeoutPacket(ctx, lost, nil))
	keepertest.RequireEvent(t, ctx, &financialtypes.EventChargeRefunded{
		Zone: retail, Address: w.rin.String(), Bank: bankA, Amount: zones.Yen(1_000_000), Sequence: lost.Sequence, Reason: types.ReasonTimedOut,
	})
	require.EqualValues(t, 1_000_000, w.Financial.App.Bank.GetBalance(ctx, w.rin.Address(), "jpy").Amount.Int64())
	require.Equal(t, registrytypes.AccountStatusClosed, w.account(ctx, w.rin).Status, "and stays closed")
}

// loseCharge loses all packets on their way to retail and returns the charge among them.
func (w *world) loseCharge() channeltypes.Packet {
	w.t.Helper()
	for _, packet := range w.link.Financial.Drop() {
		if packet.SourcePort == transfertypes.PortID {
			return packet
		}
	}
	w.t.Fatal("expected a charge on its way, got none")
	return channeltypes.Packet{}
}

// closeByForce closes rin's account past all rules.
func (w *world) closeByForce(ctx sdk.Context) {
	w.t.Helper()
	store := ctx.KVStore(w.Financial.App.Key(registrytypes.StoreKey))
	key := append(registrytypes.StandingsPrefix.Bytes(), w.rin.Address()...)
	standing, err := registrytypes.StandingValue.Decode(store.Get(key))
	require.NoError(w.t, err)
	standing.Status = registrytypes.AccountStatusClosed
	raw, err := registrytypes.StandingValue.Encode(standing)
	require.NoError(w.t, err)
	store.Set(key, raw)
}

// lower sets limits of rin's account, as its bank does.
func (w *world) lower(limits registrytypes.Limits) {
	w.t.Helper()
	maker := w.Keys.Operator(bankA, maker)
	w.Financial.MustSend(maker.PrivKey(), &registrytypes.MsgSetLimits{Operator: maker.String(), Address: w.rin.String(), Limits: limits, Reason: "caution"})
}

// decide carries out a decision of the members.
func (w *world) decide(msg sdk.Msg) {
	w.t.Helper()
	handler := w.Financial.App.MsgServiceRouter().Handler(msg)
	_, err := handler(w.Financial.Ctx(), msg)
	require.NoError(w.t, err)
	w.Financial.Block()
}
