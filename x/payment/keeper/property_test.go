package keeper_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/testutil/moneytest"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Whatever banks and holders do in whatever order: no yen is made or lost, each consented recall has its hold and each hold
// its recall, no payment is recalled twice, every recall is one that genesis accepts, and what a refused message left is
// nothing.
func TestRecallsKeepTheLaws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newSuite(t)
		var references []string
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			reference := "none"
			if len(references) > 0 {
				reference = rapid.SampledFrom(references).Draw(r, "reference")
			}
			before := s.module.ExportGenesis(s.Ctx, s.Codec)
			var err error
			switch rapid.IntRange(0, 8).Draw(r, "action") {
			case 0, 1:
				msg := s.requestOf(fmt.Sprintf("R-%d", rapid.IntRange(0, 20).Draw(r, "number")), rapid.Int64Range(1, 250).Draw(r, "amount"))
				msg.MessageIndex = rapid.Uint32Range(0, 3).Draw(r, "message")
				msg.ExpiresAt = s.Ctx.BlockTime().Add(time.Duration(rapid.IntRange(1, 5).Draw(r, "hours")) * time.Hour)
				if err = s.request(msg); err == nil {
					references = append(references, msg.Reference)
				}
			case 2, 3:
				err = s.consent(s.bob, reference)
			case 4:
				err = s.refuse(rapid.SampledFrom([]string{s.bob, betaChecker, s.ann}).Draw(r, "who"), reference)
			case 5:
				err = s.giveBack(betaChecker, reference)
			case 6:
				err = s.cancel(alphaMaker, reference)
			case 7:
				// Whether there is enough to pay does not matter.
				_ = s.Pay(s.bob, s.ann, rapid.Int64Range(1, 100).Draw(r, "paid"))
			case 8:
				s.NextBlock(time.Duration(rapid.IntRange(1, 150).Draw(r, "minutes")) * time.Minute)
				require.NoError(r, s.Hold.ReleaseExpired(s.Ctx))
			}
			if err != nil {
				require.Equal(r, string(before), string(s.module.ExportGenesis(s.Ctx, s.Codec)), err)
			}
			s.requireLaws(r)
		}
	})
}

func (s *suite) requireLaws(t require.TestingT) {
	state, err := s.keeper.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, state.Validate())
	recalls := map[uint64]types.Recall{}
	for _, recall := range state.Recalls {
		if recall.Status == types.RecallStatusConsented {
			recalls[recall.HoldId] = recall
		}
	}
	held := int64(0)
	err = s.Hold.IterateHolds(s.Ctx, func(hold holdtypes.Hold) (bool, error) {
		recall, found := recalls[hold.Id]
		require.True(t, found, hold.Purpose)
		require.Equal(t, holdtypes.Hold{
			Id: recall.HoldId, Owner: recall.Payee, Amount: recall.Amount,
			Purpose: types.RecallPurpose(recall.PayerBank, recall.Reference), ExpiresAt: &recall.ExpiresAt,
		}, hold)
		delete(recalls, hold.Id)
		held += hold.Amount.Amount.Int64()
		return false, nil
	})
	require.NoError(t, err)
	require.Empty(t, recalls, "each consented recall has its hold")
	require.Equal(t, int64(1_000), s.Balance(s.ann)+s.Balance(s.bob)+held)
	alpha, err := s.Deposit.GetBook(s.Ctx, "alpha")
	require.NoError(t, err)
	beta, err := s.Deposit.GetBook(s.Ctx, "beta")
	require.NoError(t, err)
	require.Equal(t, s.Balance(s.ann), alpha.Liability.Int64())
	require.Equal(t, s.Balance(s.bob)+held, beta.Liability.Int64())
	require.Equal(t, moneytest.Yen(1_000), s.Bank.GetSupply(s.Ctx, registrytypes.YenDenom))
}
