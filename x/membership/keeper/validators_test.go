package keeper_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/membership/types"
)

// powers flattens updates, and requires each key once and in ascending order.
func powers(t require.TestingT, updates []abci.ValidatorUpdate) map[byte]int64 {
	out := map[byte]int64{}
	for i, update := range updates {
		if i > 0 {
			require.Negative(t, bytes.Compare(updates[i-1].PubKey.GetEd25519(), update.PubKey.GetEd25519()))
		}
		out[update.PubKey.GetEd25519()[0]] = update.Power
	}
	return out
}

func (s *suite) set(organization string, k byte, power int64) error {
	return s.keeper.SetValidator(s.Ctx, types.Validator{Organization: organization, ConsensusKey: key(k), Power: power})
}

func TestEndBlockReturnsOneDiff(t *testing.T) {
	s := newSuiteAt(t, genesis())
	require.NoError(t, s.set("bank-a", 3, 5))
	require.NoError(t, s.set("bank-a", 3, 6))
	require.NoError(t, s.set("bank-b", 2, 30))
	require.NoError(t, s.keeper.RemoveValidator(s.Ctx, key(1)))

	// A third of 30 may change in one block, or one validator: power is added first.
	for _, want := range []map[byte]int64{{2: 30}, {3: 6}, {1: 0}} {
		updates, err := s.keeper.EndBlock(s.Ctx)
		require.NoError(t, err)
		require.Equal(t, want, powers(t, updates))
		s.NextBlock(time.Second)
	}
	updates, err := s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)
	require.Empty(t, updates)
	require.Empty(t, s.Ctx.EventManager().Events())
}

func TestSmallChangesGoTogether(t *testing.T) {
	s := newSuiteAt(t, genesis())
	require.NoError(t, s.set("bank-a", 3, 5))
	require.NoError(t, s.set("bank-b", 2, 17))
	updates, err := s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)
	require.Equal(t, map[byte]int64{2: 17, 3: 5}, powers(t, updates))
	require.Len(t, s.Ctx.EventManager().Events(), 2)
	keepertest.RequireEvent(t, s.Ctx, &types.EventValidatorPowerChanged{Organization: "bank-b", ConsensusKey: key(2), Power: 17})
	keepertest.RequireEvent(t, s.Ctx, &types.EventValidatorPowerChanged{Organization: "bank-a", ConsensusKey: key(3), Power: 5})

	// 8 of 32 are less than a third; 5 more within the unbonding time are more.
	s.NextBlock(time.Minute)
	require.NoError(t, s.set("bank-a", 3, 10))
	_, err = s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)
	keepertest.RequireEvent(t, s.Ctx, &types.EventTrustEndangered{Changed: 13, Total: 37, Since: keepertest.Start})
	s.NextBlock(time.Hour)
	require.NoError(t, s.set("bank-a", 3, 8))
	_, err = s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)
	require.Len(t, s.Ctx.EventManager().Events(), 1, "what is older than the unbonding time does not count")
}

func TestEndBlockLeavesOutWhatConsensusKnows(t *testing.T) {
	s := newSuiteAt(t, genesis())
	// There and back, unchanged, and in and out again within one block.
	require.NoError(t, s.set("bank-b", 2, 30))
	require.NoError(t, s.set("bank-b", 2, 20))
	require.NoError(t, s.keeper.RemoveValidator(s.Ctx, key(1)))
	require.NoError(t, s.set("bank-a", 1, 10))
	require.NoError(t, s.set("bank-a", 3, 5))
	require.NoError(t, s.keeper.RemoveValidator(s.Ctx, key(3)))

	updates, err := s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)
	require.Empty(t, updates)
	require.Empty(t, s.Ctx.EventManager().Events())
}

func TestSetValidatorRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		validator types.Validator
		want      error
		text      string
	}{
		"no power":             {types.Validator{Organization: "bank-a", ConsensusKey: key(3)}, types.ErrInvalidValidator, "got 0"},
		"short key":            {types.Validator{Organization: "bank-a", ConsensusKey: key(3)[:31], Power: 1}, types.ErrInvalidValidator, "got 31 bytes"},
		"unknown organization": {types.Validator{Organization: "bank-z", ConsensusKey: key(3), Power: 1}, types.ErrOrganizationNotFound, `got "bank-z"`},
		"key of another":       {types.Validator{Organization: "bank-a", ConsensusKey: key(2), Power: 1}, types.ErrKeyReused, "which votes for bank-b"},
		"total power": {
			types.Validator{Organization: "bank-a", ConsensusKey: key(3), Power: types.MaxTotalPower - 29}, types.ErrTotalPower, "got 576460752303423488",
		},
		"total power of a change": {
			types.Validator{Organization: "bank-a", ConsensusKey: key(1), Power: types.MaxTotalPower - 19}, types.ErrTotalPower, "or less",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSuiteAt(t, genesis())
			err := s.keeper.SetValidator(s.Ctx, tc.validator)
			require.ErrorIs(t, err, tc.want)
			require.ErrorContains(t, err, tc.text)
			updates, err := s.keeper.EndBlock(s.Ctx)
			require.NoError(t, err)
			require.Empty(t, updates)
		})
	}
}

func TestSetValidatorUpToTheTotal(t *testing.T) {
	s := newSuiteAt(t, genesis())
	require.NoError(t, s.set("bank-a", 1, types.MaxTotalPower-20))
	updates, err := s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)
	require.Equal(t, map[byte]int64{1: types.MaxTotalPower - 20}, powers(t, updates))
}

func TestRemoveValidatorRefuses(t *testing.T) {
	s := newSuiteAt(t, genesis())
	require.ErrorIs(t, s.keeper.RemoveValidator(s.Ctx, key(9)), types.ErrValidatorNotFound)
	require.NoError(t, s.keeper.RemoveValidator(s.Ctx, key(1)))
	require.ErrorIs(t, s.keeper.RemoveValidator(s.Ctx, key(1)), types.ErrValidatorNotFound)
	require.ErrorIs(t, s.keeper.RemoveValidator(s.Ctx, key(2)), types.ErrLastValidator)
}

func TestRemovedKeyStaysAccountable(t *testing.T) {
	s := newSuiteAt(t, genesis())
	require.NoError(t, s.keeper.RemoveValidator(s.Ctx, key(1)))

	// The unbonding time is an hour; until it ends the key is bank-a's alone.
	s.NextBlock(time.Hour - time.Second)
	require.NoError(t, s.keeper.BeginBlock(s.Ctx))
	err := s.set("bank-b", 1, 1)
	require.ErrorIs(t, err, types.ErrKeyReused)
	require.ErrorContains(t, err, "bank-a is accountable until 2026-04-01T01:00:00Z")

	s.NextBlock(time.Second)
	require.NoError(t, s.keeper.BeginBlock(s.Ctx))
	require.NoError(t, s.set("bank-b", 1, 1))
	exported, err := s.keeper.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.Empty(t, exported.RemovedValidators)
}

func TestRemovedKeyReturnsToItsOrganization(t *testing.T) {
	s := newSuiteAt(t, genesis())
	require.NoError(t, s.keeper.RemoveValidator(s.Ctx, key(1)))
	updates, err := s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)
	require.Equal(t, map[byte]int64{1: 0}, powers(t, updates))

	s.NextBlock(time.Second)
	require.NoError(t, s.set("bank-a", 1, 4))
	updates, err = s.keeper.EndBlock(s.Ctx)
	require.NoError(t, err)
	require.Equal(t, map[byte]int64{1: 4}, powers(t, updates))
	exported, err := s.keeper.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.Empty(t, exported.RemovedValidators)
	require.NoError(t, exported.Validate())
}

func TestGenesisValidators(t *testing.T) {
	s := newSuiteAt(t, genesis())
	require.NoError(t, s.set("bank-b", 2, 25))
	validators, err := s.keeper.GenesisValidators(s.Ctx)
	require.NoError(t, err)
	require.Len(t, validators, 2)
	require.Equal(t, "bank-b", validators[1].Name)
	require.Equal(t, int64(25), validators[1].Power)
	require.Equal(t, key(2), validators[1].PubKey.Bytes())
	require.Equal(t, validators[1].PubKey.Address(), validators[1].Address)
}

// Whatever members do, CometBFT accepts the diff of every block and arrives at the module's own validators.
func TestConsensusFollowsTheModule(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newSuite(t)
		updates, err := s.keeper.InitGenesis(s.Ctx, genesis())
		require.NoError(r, err)
		initial, err := cmttypes.PB2TM.ValidatorUpdates(updates)
		require.NoError(r, err)
		consensus := cmttypes.NewValidatorSet(initial)
		model := map[byte]types.Validator{}
		for _, validator := range genesis().Validators {
			model[validator.ConsensusKey[0]] = validator
		}

		for range rapid.IntRange(1, 8).Draw(r, "blocks") {
			s.NextBlock(time.Duration(rapid.IntRange(1, 4000).Draw(r, "seconds")) * time.Second)
			require.NoError(r, s.keeper.BeginBlock(s.Ctx))
			for range rapid.IntRange(0, 6).Draw(r, "changes") {
				k := byte(rapid.IntRange(1, 6).Draw(r, "key"))
				if rapid.Bool().Draw(r, "remove") {
					if s.keeper.RemoveValidator(s.Ctx, key(k)) == nil {
						delete(model, k)
					}
					continue
				}
				validator := types.Validator{
					Organization: rapid.SampledFrom([]string{"bank-a", "bank-b"}).Draw(r, "organization"),
					ConsensusKey: key(k),
					Power:        rapid.SampledFrom([]int64{1, 2, 1000, types.MaxTotalPower / 2, types.MaxTotalPower}).Draw(r, "power"),
				}
				if s.keeper.SetValidator(s.Ctx, validator) == nil {
					model[k] = validator
				}
			}
			updates, err := s.keeper.EndBlock(s.Ctx)
			require.NoError(r, err)
			powers(r, updates)
			changes, err := cmttypes.PB2TM.ValidatorUpdates(updates)
			require.NoError(r, err)
			require.NoError(r, consensus.UpdateWithChangeSet(changes))
		}

		// Consensus is told in several blocks, and arrives.
		for range 2 * len(model) * 8 {
			s.NextBlock(time.Second)
			updates, err := s.keeper.EndBlock(s.Ctx)
			require.NoError(r, err)
			if len(updates) == 0 {
				break
			}
			changes, err := cmttypes.PB2TM.ValidatorUpdates(updates)
			require.NoError(r, err)
			require.NoError(r, consensus.UpdateWithChangeSet(changes))
		}
		exported, err := s.keeper.ExportGenesis(s.Ctx)
		require.NoError(r, err)
		require.NoError(r, exported.Validate())
		want := make([]types.Validator, 0, len(model))
		for _, k := range slices.Sorted(maps.Keys(model)) {
			want = append(want, model[k])
		}
		require.Equal(r, want, exported.Validators)
		require.Equal(r, len(want), consensus.Size())
		for _, validator := range consensus.Validators {
			require.Equal(r, model[validator.PubKey.Bytes()[0]].Power, validator.VotingPower)
		}
	})
}
