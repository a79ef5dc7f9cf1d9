package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/payment/types"
)

// From its expiry on nobody can act on a request. It makes way for a new recall of the payment.
func TestRequestExpires(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.request(s.requestOf("R", 200)))
	s.NextBlock(24*time.Hour - time.Nanosecond)
	require.Equal(t, types.RecallStatusRequested, s.shown(t, "R"))
	require.ErrorIs(t, s.request(s.requestOf("S", 200)), types.ErrPaymentRecalled)

	s.NextBlock(time.Nanosecond)
	require.Equal(t, types.RecallStatusExpired, s.shown(t, "R"))
	require.ErrorIs(t, s.consent(s.bob, "R"), types.ErrRecallExpired)
	require.ErrorIs(t, s.refuse(s.bob, "R"), types.ErrRecallExpired)
	require.ErrorIs(t, s.cancel(alphaMaker, "R"), types.ErrRecallExpired)

	require.NoError(t, s.request(s.requestOf("S", 200)))
	recall := s.stored(t, "R")
	require.Equal(t, types.RecallStatusExpired, recall.Status)
	require.Equal(t, types.RecallStep{Status: types.RecallStatusExpired, At: s.Ctx.BlockTime()}, recall.Steps[1])
	require.NoError(t, recall.Validate())
	keepertest.RequireEvent(t, s.Ctx, &types.EventRecallExpired{
		PayerBank: "alpha", Reference: "R", PayeeBank: "beta", Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(200),
	})
}

// The yen of a consented recall goes back to the payee when its time is over, and cannot be returned from then on.
func TestConsentedExpires(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.request(s.requestOf("R/1", 200)))
	require.NoError(t, s.consent(s.bob, "R/1"))
	s.NextBlock(24 * time.Hour)
	require.ErrorIs(t, s.giveBack(betaChecker, "R/1"), types.ErrRecallExpired)
	require.ErrorIs(t, s.refuse(s.bob, "R/1"), types.ErrRecallExpired)
	require.Equal(t, types.RecallStatusConsented, s.shown(t, "R/1"), "the yen is still held")
	require.ErrorIs(t, s.request(s.requestOf("S", 200)), types.ErrPaymentRecalled)

	require.NoError(t, s.Hold.ReleaseExpired(s.Ctx))
	require.Equal(t, int64(300), s.Balance(s.bob))
	require.Equal(t, types.RecallStatusExpired, s.stored(t, "R/1").Status)
	keepertest.RequireEvent(t, s.Ctx, &types.EventRecallExpired{
		PayerBank: "alpha", Reference: "R/1", PayeeBank: "beta", Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(200),
	})
	require.NoError(t, s.request(s.requestOf("S", 200)))
}

// A hold that no recall knows is a mistake that the hold module reports; nothing changes.
func TestHoldOfNoRecall(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.request(s.requestOf("R", 200)))
	before := s.stored(t, "R")
	for purpose, want := range map[string]error{
		"recall/alpha/R": types.ErrRecallStatus,
		"recall/alpha/S": types.ErrRecallNotFound,
		"recall/alpha":   types.ErrInvalidRecall,
		"recall//R":      types.ErrInvalidRecall,
		"redeem/alpha/R": types.ErrInvalidRecall,
	} {
		require.ErrorIs(t, s.keeper.HoldExpired(s.Ctx, holdtypes.Hold{Id: 1, Purpose: purpose}), want, purpose)
	}
	require.Equal(t, before, s.stored(t, "R"))
}
