package keeper_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var (
	alphaMaker  = moneytest.Operator("alpha", "maker")
	betaMaker   = moneytest.Operator("beta", "maker")
	betaChecker = moneytest.Operator("beta", "checker")
)

// A payment comes back: asked for, agreed to, held, and returned as a new payment with its flow.
func TestReturn(t *testing.T) {
	s := newSuite(t)
	msg := s.requestOf("R-1", 300)
	start := s.Ctx.BlockTime()
	require.NoError(t, s.request(msg))
	want := types.Recall{
		PayerBank: "alpha", Reference: "R-1", Payer: s.ann, Payee: s.bob, PayeeBank: "beta", Amount: moneytest.Yen(300),
		TxHash: hash, Status: types.RecallStatusRequested, ExpiresAt: msg.ExpiresAt,
		Steps: []types.RecallStep{{Status: types.RecallStatusRequested, By: alphaMaker, At: start, Reason: "sent twice"}},
	}
	require.Equal(t, want, s.stored(t, "R-1"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventRecallRequested{
		PayerBank: "alpha", Reference: "R-1", PayeeBank: "beta", Payer: s.ann, Payee: s.bob, Amount: want.Amount,
		TxHash: hash, Reason: "sent twice", ExpiresAt: msg.ExpiresAt, RequestedBy: alphaMaker,
	})
	require.Equal(t, int64(300), s.Balance(s.bob), "a request moves nothing")

	s.NextBlock(time.Minute)
	require.NoError(t, s.consent(s.bob, "R-1"))
	require.Zero(t, s.Balance(s.bob))
	want.Status, want.HoldId = types.RecallStatusConsented, 1
	want.Steps = append(want.Steps, types.RecallStep{Status: types.RecallStatusConsented, By: s.bob, At: start.Add(time.Minute)})
	require.Equal(t, want, s.stored(t, "R-1"))
	hold, err := s.Hold.Get(s.Ctx, 1)
	require.NoError(t, err)
	require.Equal(t, holdtypes.Hold{
		Id: 1, Owner: s.bob, Amount: want.Amount, Purpose: "recall/alpha/R-1", ExpiresAt: &msg.ExpiresAt,
	}, hold)
	keepertest.RequireEvent(t, s.Ctx, &types.EventRecallConsented{
		PayerBank: "alpha", Reference: "R-1", PayeeBank: "beta", Payer: s.ann, Payee: s.bob, Amount: want.Amount, HoldId: 1,
	})

	s.NextBlock(time.Minute)
	require.NoError(t, s.giveBack(betaChecker, "R-1"))
	require.Equal(t, int64(1_000), s.Balance(s.ann))
	want.Status, want.HoldId = types.RecallStatusReturned, 0
	want.Steps = append(want.Steps, types.RecallStep{Status: types.RecallStatusReturned, By: betaChecker, At: start.Add(2 * time.Minute)})
	require.Equal(t, want, s.stored(t, "R-1"))
	require.NoError(t, want.Validate())
	keepertest.RequireEvent(t, s.Ctx, &types.EventRecallReturned{
		PayerBank: "alpha", Reference: "R-1", PayeeBank: "beta", Payer: s.ann, Payee: s.bob, Amount: want.Amount, ReturnedBy: betaChecker,
	})
	book, err := s.Deposit.GetBook(s.Ctx, "beta")
	require.NoError(t, err)
	require.True(t, book.Liability.IsZero())

	require.ErrorIs(t, s.request(s.requestOf("R-2", 1)), types.ErrPaymentRecalled, "it came back once")
	other := s.requestOf("R-2", 1)
	other.MessageIndex = 1
	require.NoError(t, s.request(other), "another payment of the same transaction")
}

func TestRefuseAndCancel(t *testing.T) {
	tests := map[string]struct {
		consented bool
		end       func(s *suite) error
		status    types.RecallStatus
		by        func(s *suite) string
		reason    string
	}{
		"payee refuses":               {false, func(s *suite) error { return s.refuse(s.bob, "R") }, types.RecallStatusRefused, func(s *suite) string { return s.bob }, "goods were sent"},
		"payee revokes its consent":   {true, func(s *suite) error { return s.refuse(s.bob, "R") }, types.RecallStatusRefused, func(s *suite) string { return s.bob }, "goods were sent"},
		"payee's bank refuses":        {false, func(s *suite) error { return s.refuse(betaChecker, "R") }, types.RecallStatusRefused, func(*suite) string { return betaChecker }, "goods were sent"},
		"payee's bank after consent":  {true, func(s *suite) error { return s.refuse(betaChecker, "R") }, types.RecallStatusRefused, func(*suite) string { return betaChecker }, "goods were sent"},
		"payer's bank takes it back":  {false, func(s *suite) error { return s.cancel(alphaMaker, "R") }, types.RecallStatusCancelled, func(*suite) string { return alphaMaker }, "a mistake"},
		"another maker of that bank ": {false, func(s *suite) error { return s.cancel(moneytest.Operator("alpha", "both"), "R") }, types.RecallStatusCancelled, func(*suite) string { return moneytest.Operator("alpha", "both") }, "a mistake"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSuite(t)
			require.NoError(t, s.request(s.requestOf("R", 200)))
			if test.consented {
				require.NoError(t, s.consent(s.bob, "R"))
				require.Equal(t, int64(100), s.Balance(s.bob))
				require.NoError(t, s.Freeze("beta", s.bob), "a release to a frozen owner does not fail")
			}
			require.NoError(t, test.end(s))
			require.Equal(t, int64(300), s.Balance(s.bob))
			recall := s.stored(t, "R")
			require.NoError(t, recall.Validate())
			require.Equal(t, test.status, recall.Status)
			require.Equal(t, types.RecallStep{Status: test.status, By: test.by(s), At: s.Ctx.BlockTime(), Reason: test.reason},
				recall.Steps[len(recall.Steps)-1])
			if test.status == types.RecallStatusRefused {
				keepertest.RequireEvent(t, s.Ctx, &types.EventRecallRefused{
					PayerBank: "alpha", Reference: "R", PayeeBank: "beta", Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(200),
					RefusedBy: test.by(s), Reason: test.reason,
				})
			} else {
				keepertest.RequireEvent(t, s.Ctx, &types.EventRecallCancelled{
					PayerBank: "alpha", Reference: "R", PayeeBank: "beta", Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(200),
					CancelledBy: test.by(s), Reason: test.reason,
				})
			}
			require.NoError(t, s.request(s.requestOf("again", 200)), "the payment may be recalled anew")
			require.ErrorIs(t, s.request(s.requestOf("R", 200)), types.ErrReferenceUsed)
		})
	}
}

func TestRequestRefused(t *testing.T) {
	tests := map[string]struct {
		change func(s *suite, msg *types.MsgRequestRecall)
		want   error
	}{
		"holder":            {func(s *suite, m *types.MsgRequestRecall) { m.Operator = s.ann }, membershiptypes.ErrNotOperator},
		"checker":           {func(_ *suite, m *types.MsgRequestRecall) { m.Operator = betaChecker }, membershiptypes.ErrRoleMissing},
		"another bank":      {func(_ *suite, m *types.MsgRequestRecall) { m.Operator = betaMaker }, registrytypes.ErrWrongBank},
		"operator in caps":  {func(_ *suite, m *types.MsgRequestRecall) { m.Operator = strings.ToUpper(m.Operator) }, registrytypes.ErrInvalidAccount},
		"payer unknown":     {func(_ *suite, m *types.MsgRequestRecall) { m.Payer = keepertest.Address("x").String() }, registrytypes.ErrAccountNotFound},
		"payee unknown":     {func(_ *suite, m *types.MsgRequestRecall) { m.Payee = keepertest.Address("x").String() }, registrytypes.ErrAccountNotFound},
		"payee no address":  {func(_ *suite, m *types.MsgRequestRecall) { m.Payee = "bob" }, registrytypes.ErrInvalidAccount},
		"payee is payer":    {func(_ *suite, m *types.MsgRequestRecall) { m.Payee = m.Payer }, types.ErrInvalidRecall},
		"reference":         {func(_ *suite, m *types.MsgRequestRecall) { m.Reference = "a b" }, deposittypes.ErrInvalidOrder},
		"no amount":         {func(_ *suite, m *types.MsgRequestRecall) { m.Amount = moneytest.Yen(0) }, deposittypes.ErrInvalidOrder},
		"nil amount":        {func(_ *suite, m *types.MsgRequestRecall) { m.Amount.Amount = math.Int{} }, deposittypes.ErrInvalidOrder},
		"other denom":       {func(_ *suite, m *types.MsgRequestRecall) { m.Amount.Denom = "points" }, deposittypes.ErrInvalidOrder},
		"short hash":        {func(_ *suite, m *types.MsgRequestRecall) { m.TxHash = hash[1:] }, types.ErrInvalidRecall},
		"no reason":         {func(_ *suite, m *types.MsgRequestRecall) { m.Reason = "" }, registrytypes.ErrInvalidReason},
		"no expiry":         {func(_ *suite, m *types.MsgRequestRecall) { m.ExpiresAt = time.Time{} }, types.ErrInvalidRecall},
		"expiry now":        {func(s *suite, m *types.MsgRequestRecall) { m.ExpiresAt = s.Ctx.BlockTime() }, types.ErrInvalidRecall},
		"expiry in 91 days": {func(s *suite, m *types.MsgRequestRecall) { m.ExpiresAt = s.Ctx.BlockTime().AddDate(0, 0, 91) }, types.ErrInvalidRecall},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSuite(t)
			msg := s.requestOf("R", 200)
			test.change(s, msg)
			refusal := s.request(msg)
			require.ErrorIs(t, refusal, test.want)
			codespace, _, _ := errorsmod.ABCIInfo(refusal, false)
			require.NotEqual(t, errorsmod.UndefinedCodespace, codespace, "the chain must know the error")
			_, err := s.keeper.GetRecall(s.Ctx, "alpha", "R")
			require.ErrorIs(t, err, types.ErrRecallNotFound)
		})
	}
	t.Run("closed payee", func(t *testing.T) {
		s := newSuite(t)
		require.NoError(t, s.Pay(s.bob, s.ann, 300))
		require.NoError(t, s.Close("beta", s.bob))
		require.ErrorIs(t, s.request(s.requestOf("R", 200)), registrytypes.ErrAccountClosed)
	})
	t.Run("90 days, twice, and by another bank's customer", func(t *testing.T) {
		s := newSuite(t)
		msg := s.requestOf("R", 200)
		msg.ExpiresAt = s.Ctx.BlockTime().Add(types.MaxRecallDuration)
		require.NoError(t, s.request(msg))
		require.ErrorIs(t, s.request(s.requestOf("S", 200)), types.ErrPaymentRecalled)
		// What another bank says about its own customer and the same transaction stands in nobody's way.
		carl := s.Open(t, "beta", "carl")
		other := s.requestOf("R", 5)
		other.Operator, other.Payer, other.Payee = betaMaker, carl, s.bob
		require.NoError(t, s.request(other))
	})
}

// Each step needs its own signer and its own status.
func TestStepsRefused(t *testing.T) {
	s := newSuite(t)
	require.ErrorIs(t, s.consent(s.bob, "R"), types.ErrRecallNotFound)
	require.NoError(t, s.request(s.requestOf("R", 200)))

	require.ErrorIs(t, s.cancel(betaMaker, "R"), types.ErrRecallNotFound, "references are each bank's own")
	require.ErrorIs(t, s.cancel(s.bob, "R"), membershiptypes.ErrNotOperator)
	require.ErrorIs(t, s.consent(s.ann, "R"), types.ErrNotPayee)
	require.ErrorIs(t, s.refuse(s.ann, "R"), membershiptypes.ErrNotOperator)
	require.ErrorIs(t, s.refuse(moneytest.Operator("alpha", "checker"), "R"), types.ErrNotPayee)
	require.ErrorIs(t, s.refuse(betaMaker, "R"), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, s.giveBack(betaChecker, "R"), types.ErrRecallStatus, "no return without consent")

	require.NoError(t, s.Pay(s.bob, s.ann, 150))
	require.ErrorContains(t, s.consent(s.bob, "R"), "insufficient funds")
	require.NoError(t, s.Pay(s.ann, s.bob, 150))
	require.NoError(t, s.Freeze("beta", s.bob))
	require.ErrorIs(t, s.consent(s.bob, "R"), registrytypes.ErrAccountFrozen)
	require.NoError(t, s.Unfreeze("beta", s.bob))
	require.NoError(t, s.consent(s.bob, "R"))

	require.ErrorIs(t, s.consent(s.bob, "R"), types.ErrRecallStatus)
	require.ErrorIs(t, s.cancel(alphaMaker, "R"), types.ErrRecallStatus, "too late")
	require.ErrorIs(t, s.giveBack(moneytest.Operator("alpha", "checker"), "R"), types.ErrNotPayee)
	require.ErrorIs(t, s.giveBack(betaMaker, "R"), membershiptypes.ErrRoleMissing)
	require.NoError(t, s.Freeze("alpha", s.ann))
	require.ErrorIs(t, s.giveBack(betaChecker, "R"), registrytypes.ErrAccountFrozen, "the payer cannot be paid")
	require.NoError(t, s.Unfreeze("alpha", s.ann))
	require.ErrorIs(t, s.Close("beta", s.bob), registrytypes.ErrAccountInUse)
	require.NoError(t, s.giveBack(betaChecker, "R"))

	require.ErrorIs(t, s.giveBack(betaChecker, "R"), types.ErrRecallStatus)
	require.ErrorIs(t, s.refuse(s.bob, "R"), types.ErrRecallStatus)

	for _, reason := range []string{"", strings.Repeat("x", 257)} {
		_, err := s.msgs.RefuseRecall(s.Ctx, &types.MsgRefuseRecall{Signer: s.bob, PayerBank: "alpha", Reference: "R", Reason: reason})
		require.ErrorIs(t, err, registrytypes.ErrInvalidReason)
		_, err = s.msgs.CancelRecall(s.Ctx, &types.MsgCancelRecall{Operator: alphaMaker, Reference: "R", Reason: reason})
		require.ErrorIs(t, err, registrytypes.ErrInvalidReason)
	}
}

// Inside one bank too, whoever asked for the yen does not send it back.
func TestRequesterMayNotReturn(t *testing.T) {
	s := newSuite(t)
	amy := s.Open(t, "alpha", "amy")
	require.NoError(t, s.Pay(s.ann, amy, 50))
	both := moneytest.Operator("alpha", "both")
	msg := s.requestOf("R", 50)
	msg.Operator, msg.Payee = both, amy
	require.NoError(t, s.request(msg))
	require.NoError(t, s.consent(amy, "R"))
	require.ErrorIs(t, s.giveBack(both, "R"), types.ErrSameOperator)
	require.NoError(t, s.giveBack(moneytest.Operator("alpha", "checker"), "R"))
	require.Zero(t, s.Balance(amy))
}
