package keeper_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/notary/types"
)

// Whoever notarizes what in whatever order: each (notary, document) has exactly what was said first of it, both indexes tell
// the same, and the state is one that genesis accepts and brings back.
func TestNotarizationsNeverChange(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newSuite(t)
		said := map[string]types.Notarization{}
		for range rapid.IntRange(1, 15).Draw(r, "messages") {
			s.NextBlock(time.Duration(rapid.IntRange(1, 10).Draw(r, "seconds")) * time.Second)
			notary := rapid.SampledFrom([]sdk.AccAddress{ann, bob, operator}).Draw(r, "notary")
			numbers := rapid.SliceOfNDistinct(rapid.IntRange(0, 9), 1, 5, rapid.ID[int]).Draw(r, "documents")
			message, fresh := make([]types.Document, len(numbers)), uint32(0)
			for i, number := range numbers {
				message[i] = types.Document{Hash: hash(fmt.Sprint(number)), Label: rapid.StringMatching(`[a-z]{0,8}`).Draw(r, "label")}
				name := notary.String() + message[i].Hash
				if _, known := said[name]; known {
					continue
				}
				fresh++
				said[name] = types.Notarization{
					Notary: notary.String(), Hash: message[i].Hash, Label: message[i].Label, Time: s.Ctx.BlockTime(), Height: s.Ctx.BlockHeight(),
				}
				if notary.Equals(operator) {
					one := said[name]
					one.Organization = "shop"
					said[name] = one
				}
			}
			recorded, err := s.notarize(notary, message...)
			require.NoError(r, err)
			require.Equal(r, fresh, recorded)
		}
		state, err := s.keeper.ExportGenesis(s.Ctx)
		require.NoError(r, err)
		require.NoError(r, state.Validate())
		require.Len(r, state.Notarizations, len(said))
		byDocument := 0
		for _, notarization := range state.Notarizations {
			require.Equal(r, said[notarization.Notary+notarization.Hash], notarization)
		}
		for number := range 10 {
			answer, err := s.queries.NotarizationsOfDocument(s.Ctx, &types.QueryNotarizationsOfDocumentRequest{Hash: hash(fmt.Sprint(number))})
			require.NoError(r, err)
			byDocument += len(answer.Notarizations)
		}
		require.Equal(r, len(said), byDocument)

		second := newSuite(t)
		require.NoError(r, second.keeper.InitGenesis(second.Ctx, state))
		imported, err := second.keeper.ExportGenesis(second.Ctx)
		require.NoError(r, err)
		require.Equal(r, state, imported)
	})
}
