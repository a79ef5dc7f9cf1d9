package keeper_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	issue   = types.ReserveOrderKindIssue
	redeem  = types.ReserveOrderKindRedeem
	pledge  = types.ReserveOrderKindPledge
	release = types.ReserveOrderKindRelease
)

func TestReserveOrders(t *testing.T) {
	w := newWorld(t, nil)
	reference, err := w.request(agent, issue, alpha, 900)
	require.NoError(t, err)
	keepertest.RequireEvent(t, w.Ctx, &types.EventReserveRequested{
		Organization: agent, Reference: reference, Kind: issue, Bank: alpha, Amount: amount(900),
		RequestedBy: moneytest.Operator(agent, "maker"),
	})
	w.requireReserves(0)
	require.NoError(t, w.approve(agent, agent, reference))
	keepertest.RequireEvent(t, w.Ctx, &types.EventReserveApproved{
		Organization: agent, Reference: reference, Kind: issue, Bank: alpha, Amount: amount(900),
		ApprovedBy: moneytest.Operator(agent, "checker"),
	})
	w.requireReserves(900)
	order, err := w.Clearing.GetReserveOrder(w.Ctx, agent, reference)
	require.NoError(t, err)
	require.Equal(t, types.ReserveOrderStatusApproved, order.Status)
	require.NoError(t, order.Validate())
	require.ErrorIs(t, w.approve(agent, agent, reference), types.ErrOrderDecided)
	w.requireReserves(900)

	reference, err = w.request(alpha, pledge, alpha, 500)
	require.NoError(t, err)
	require.ErrorIs(t, w.approve(agent, alpha, reference), types.ErrWrongOrganization, "a pledge is the bank's own affair")
	require.ErrorIs(t, w.approve(beta, alpha, reference), types.ErrWrongOrganization)
	require.NoError(t, w.approve(alpha, alpha, reference))
	w.requireReserves(400)

	reference, err = w.request(alpha, release, alpha, 200)
	require.NoError(t, err)
	require.ErrorIs(t, w.approve(alpha, alpha, reference), types.ErrWrongOrganization, "nobody takes its own collateral back")
	require.NoError(t, w.approve(agent, alpha, reference))
	w.requireReserves(600)

	for _, organization := range []string{alpha, agent} {
		reference, err = w.request(organization, redeem, alpha, 250)
		require.NoError(t, err)
		require.ErrorIs(t, w.approve(alpha, organization, reference), types.ErrWrongOrganization)
		require.NoError(t, w.approve(agent, organization, reference))
	}
	w.requireReserves(100)
	require.EqualValues(t, 300, w.position(alpha).Pledge.Int64())
	require.EqualValues(t, 400, w.supply())
}

func TestReserveOrderIsRejected(t *testing.T) {
	w := newWorld(t, nil)
	reference, err := w.request(agent, issue, alpha, 900)
	require.NoError(t, err)
	reject := func(operator, reason string) error {
		return w.Do(func(ctx context.Context) error {
			_, err := w.ClearingMsgs.RejectReserve(ctx, &types.MsgRejectReserve{
				Operator: operator, Organization: agent, Reference: reference, Reason: reason,
			})
			return err
		})
	}
	require.ErrorIs(t, reject(moneytest.Operator(agent, "checker"), ""), registrytypes.ErrInvalidReason)
	require.ErrorIs(t, reject(moneytest.Operator(alpha, "checker"), "no"), types.ErrWrongOrganization)
	require.ErrorIs(t, reject(moneytest.Operator(agent, "maker"), "no"), membershiptypes.ErrRoleMissing)
	require.NoError(t, reject(moneytest.Operator(agent, "checker"), "no money came"))
	keepertest.RequireEvent(t, w.Ctx, &types.EventReserveRejected{
		Organization: agent, Reference: reference, Kind: issue, Bank: alpha, Amount: amount(900),
		RejectedBy: moneytest.Operator(agent, "checker"), Reason: "no money came",
	})
	require.ErrorIs(t, w.approve(agent, agent, reference), types.ErrOrderDecided)
	require.Zero(t, w.supply())
}

func TestReserveOrderTakesTwoPeople(t *testing.T) {
	w := newWorld(t, nil)
	both := moneytest.Operator(agent, "both")
	w.do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.RequestReserve(ctx, &types.MsgRequestReserve{
			Operator: both, Kind: issue, Bank: alpha, Amount: amount(5), Reference: "r",
		})
		return err
	})
	err := w.Do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.ApproveReserve(ctx, &types.MsgApproveReserve{Operator: both, Organization: agent, Reference: "r"})
		return err
	})
	require.ErrorIs(t, err, types.ErrSameOperator)
	require.NoError(t, w.approve(agent, agent, "r"))
}

func TestReserveOrderIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		operator string
		msg      types.MsgRequestReserve
		want     error
	}{
		"issue by a bank":          {alpha, types.MsgRequestReserve{Kind: issue, Bank: alpha, Amount: amount(1), Reference: "r"}, types.ErrWrongOrganization},
		"redeem by another bank":   {beta, types.MsgRequestReserve{Kind: redeem, Bank: alpha, Amount: amount(1), Reference: "r"}, types.ErrWrongOrganization},
		"pledge by the agent":      {agent, types.MsgRequestReserve{Kind: pledge, Bank: alpha, Amount: amount(1), Reference: "r"}, types.ErrWrongOrganization},
		"release by another bank":  {beta, types.MsgRequestReserve{Kind: release, Bank: alpha, Amount: amount(1), Reference: "r"}, types.ErrWrongOrganization},
		"confirmation by the way":  {agent, types.MsgRequestReserve{Kind: types.ReserveOrderKindConfirm, Bank: alpha, Amount: amount(1), Reference: "r"}, types.ErrInvalidOrder},
		"no kind":                  {agent, types.MsgRequestReserve{Bank: alpha, Amount: amount(1), Reference: "r"}, types.ErrInvalidOrder},
		"zero":                     {agent, types.MsgRequestReserve{Kind: issue, Bank: alpha, Amount: amount(0), Reference: "r"}, types.ErrInvalidOrder},
		"no amount":                {agent, types.MsgRequestReserve{Kind: issue, Bank: alpha, Reference: "r"}, types.ErrInvalidOrder},
		"too much":                 {agent, types.MsgRequestReserve{Kind: issue, Bank: alpha, Amount: types.MaxAmount.AddRaw(1), Reference: "r"}, types.ErrInvalidOrder},
		"no reference":             {agent, types.MsgRequestReserve{Kind: issue, Bank: alpha, Amount: amount(1)}, types.ErrInvalidOrder},
		"no bank":                  {agent, types.MsgRequestReserve{Kind: issue, Bank: "nobody", Amount: amount(1), Reference: "r"}, types.ErrNotBank},
		"agent in place of a bank": {agent, types.MsgRequestReserve{Kind: issue, Bank: agent, Amount: amount(1), Reference: "r"}, types.ErrNotBank},
		"used reference":           {agent, types.MsgRequestReserve{Kind: issue, Bank: alpha, Amount: amount(1), Reference: "used"}, types.ErrReferenceUsed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.do(func(ctx context.Context) error {
				_, err := w.ClearingMsgs.RequestReserve(ctx, &types.MsgRequestReserve{
					Operator: moneytest.Operator(agent, "maker"), Kind: issue, Bank: beta, Amount: amount(1), Reference: "used",
				})
				return err
			})
			tc.msg.Operator = moneytest.Operator(tc.operator, "maker")
			require.ErrorIs(t, w.Do(func(ctx context.Context) error {
				_, err := w.ClearingMsgs.RequestReserve(ctx, &tc.msg)
				return err
			}), tc.want)
			require.ErrorIs(t, w.approve(agent, agent, "r"), types.ErrOrderNotFound)
		})
	}
}

func TestReserveOrderBeyondTheReserve(t *testing.T) {
	w := newWorld(t, nil)
	w.issue(alpha, 100)
	for _, kind := range []types.ReserveOrderKind{redeem, pledge, release} {
		reference, err := w.request(alpha, kind, alpha, 101)
		require.NoError(t, err)
		decider := agent
		if kind == pledge {
			decider = alpha
		}
		require.ErrorIs(t, w.approve(decider, alpha, reference), types.ErrInsufficientReserve)
	}
	w.requireReserves(100)
}

func TestPledgeThatIsNeededStays(t *testing.T) {
	w := newWorld(t, func(state *types.GenesisState) {
		state.Params.Mode = types.SettlementModeNet
		state.Params.PledgeRatioPercent = 100
	})
	w.issue(alpha, 500)
	w.pledge(alpha, 500)
	w.mustPay(alpha, beta, 300)
	reference, err := w.request(alpha, release, alpha, 201)
	require.NoError(t, err)
	require.ErrorIs(t, w.approve(agent, alpha, reference), types.ErrPledgeNeeded)
	reference, err = w.request(alpha, release, alpha, 200)
	require.NoError(t, err)
	require.NoError(t, w.approve(agent, alpha, reference))
	require.EqualValues(t, 300, w.position(alpha).Cap.Int64())
}

func TestOwnCap(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	set := func(role string, bound *math.Int) error {
		return w.Do(func(ctx context.Context) error {
			_, err := w.ClearingMsgs.SetOwnCap(ctx, &types.MsgSetOwnCap{Operator: moneytest.Operator(alpha, role), Cap: bound})
			return err
		})
	}
	low, high, wrong := amount(10), amount(5_000), amount(-1)
	require.ErrorIs(t, set("maker", &low), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, set("compliance", &wrong), types.ErrInvalidCap)
	require.NoError(t, set("compliance", &low))
	keepertest.RequireEvent(t, w.Ctx, &types.EventNetDebitCapChanged{Bank: alpha, OwnCap: &low})
	require.ErrorIs(t, w.pay(alpha, beta, 11), types.ErrInsufficientLiquidity)
	w.mustPay(alpha, beta, 10)
	require.NoError(t, set("compliance", &high))
	require.EqualValues(t, 1_000, w.position(alpha).Cap.Int64(), "a bank cannot lift itself above the members' cap")
	require.NoError(t, set("compliance", nil))
	participant := types.Participant{}
	require.NoError(t, w.Clearing.IterateParticipants(w.Ctx, func(one types.Participant) (bool, error) {
		participant = one
		return true, nil
	}))
	require.Equal(t, types.NewParticipant(alpha), participant)
}

// Reserve never leaves the reserves of banks, and they are nobody's accounts.
func TestReserveIsOutOfReach(t *testing.T) {
	w := newWorld(t, nil)
	w.issue(alpha, 100)
	require.ErrorIs(t, w.Bank.SendCoins(w.Ctx, types.ReserveAddress(alpha), w.account(alpha), w.Bank.GetAllBalances(w.Ctx, types.ReserveAddress(alpha))),
		registrytypes.ErrCauseMissing)
	reserving := registrytypes.WithCause(w.Ctx, registrytypes.Cause{Kind: registrytypes.CauseReserve})
	require.ErrorIs(t, w.Bank.SendCoins(reserving, types.ReserveAddress(alpha), w.account(alpha), w.Bank.GetAllBalances(w.Ctx, types.ReserveAddress(alpha))),
		registrytypes.ErrCauseMissing)
	require.ErrorIs(t, w.Pay(w.holder[alpha], types.ReserveAddress(alpha).String(), 1), registrytypes.ErrCauseMissing)
	_, err := w.RegistryMsgs.ApplyAccount(w.Ctx, &registrytypes.MsgApplyAccount{
		Operator: moneytest.Operator(alpha, "maker"), Reference: "pledge", Address: types.PledgeAddress(alpha).String(),
		Kind: registrytypes.AccountKindBusiness, IdentityHash: make([]byte, registrytypes.IdentityHashLength),
		Limits: &registrytypes.Limits{PerPayment: amount(1), PerDay: amount(1), Balance: amount(1)},
	})
	require.ErrorIs(t, err, registrytypes.ErrReservedAddress)
	metadata, found := w.Bank.GetDenomMetaData(w.Ctx, types.ReserveDenom)
	require.True(t, found)
	require.NoError(t, metadata.Validate())
}
