package keeper_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/notary/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func TestNotarize(t *testing.T) {
	s := newSuite(t)
	recorded, err := s.notarize(ann, document("bill of lading"), document("invoice"))
	require.NoError(t, err)
	require.EqualValues(t, 2, recorded)
	want := types.Notarization{
		Notary: ann.String(), Hash: hash("bill of lading"), Label: "bill of lading", Time: keepertest.Start, Height: 1,
	}
	require.Equal(t, want, s.stored(t, ann, "bill of lading"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventDocumentNotarized{Notary: ann.String(), Hash: want.Hash, Label: want.Label})

	recorded, err = s.notarize(operator, document("invoice"))
	require.NoError(t, err)
	require.EqualValues(t, 1, recorded)
	require.Equal(t, "shop", s.stored(t, operator, "invoice").Organization)
	keepertest.RequireEvent(t, s.Ctx, &types.EventDocumentNotarized{
		Notary: operator.String(), Hash: hash("invoice"), Label: "invoice", Organization: "shop",
	})
}

// What a notary said first stands: neither time nor label changes, others' word is their own, and no event tells of it again.
func TestTheFirstNotarizationStands(t *testing.T) {
	s := newSuite(t)
	_, err := s.notarize(ann, document("invoice"))
	require.NoError(t, err)
	first := s.stored(t, ann, "invoice")

	s.NextBlock(time.Hour)
	again := document("invoice")
	again.Label = "another name"
	recorded, err := s.notarize(ann, again, document("receipt"))
	require.NoError(t, err)
	require.EqualValues(t, 1, recorded, "the receipt alone is new")
	require.Equal(t, first, s.stored(t, ann, "invoice"))
	require.Len(t, s.Ctx.EventManager().Events(), 1)

	_, err = s.notarize(bob, again)
	require.NoError(t, err)
	require.Equal(t, "another name", s.stored(t, bob, "invoice").Label)
	require.EqualValues(t, 2, s.stored(t, bob, "invoice").Height)
}

func TestNotarizeRefuses(t *testing.T) {
	long := document("long")
	long.Label = strings.Repeat("x", types.MaxLabelLength+1)
	broken := document("broken")
	broken.Label = "\xff"
	bell := document("bell")
	bell.Label = "ding\a"
	for _, test := range []struct {
		name      string
		signer    sdk.AccAddress
		documents []types.Document
		want      error
		text      string
	}{
		{"a stranger", stranger, documents(1), types.ErrNotNotary, "expected the holder of an open account or an operator, got azu1"},
		{"a suspended organization", suspended, documents(1), membershiptypes.ErrOrganizationNotActive, "suspended"},
		{"none", ann, nil, types.ErrInvalidDocument, "expected 1 to 1000 documents, got 0"},
		{"too many", ann, documents(types.MaxDocuments + 1), types.ErrInvalidDocument, "expected 1 to 1000 documents, got 1001"},
		{"no hash", ann, []types.Document{{}}, types.ErrInvalidDocument, `documents[0]: expected SHA-256 in 64 characters of 0-9 a-f, got ""`},
		{"upper case", ann, []types.Document{document("a"), {Hash: strings.ToUpper(hash("b"))}}, types.ErrInvalidDocument, "documents[1]: expected SHA-256"},
		{"short hash", ann, []types.Document{{Hash: hash("a")[:62]}}, types.ErrInvalidDocument, "documents[0]: expected SHA-256"},
		{"twice", ann, []types.Document{document("a"), document("b"), document("a")}, types.ErrInvalidDocument, "documents[2]: expected a hash of its own, got that of documents[0]"},
		{"long label", ann, []types.Document{long}, types.ErrInvalidDocument, "expected a label of 0 to 64 bytes, got 65"},
		{"broken label", ann, []types.Document{broken}, types.ErrInvalidDocument, "expected a label in UTF-8"},
		{"control character", ann, []types.Document{bell}, types.ErrInvalidDocument, "expected a label without control characters"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSuite(t)
			before := s.module.ExportGenesis(s.Ctx, s.Codec)
			_, err := s.notarize(test.signer, test.documents...)
			require.ErrorIs(t, err, test.want)
			require.ErrorContains(t, err, test.text)
			require.Equal(t, before, s.module.ExportGenesis(s.Ctx, s.Codec), "nothing is left of it")
			require.Empty(t, s.Ctx.EventManager().Events())
		})
	}
	s := newSuite(t)
	_, err := s.msgs.Notarize(s.Ctx, &types.MsgNotarize{Notary: "azu1nobody", Documents: documents(1)})
	require.ErrorIs(t, err, registrytypes.ErrInvalidAccount)
}

func TestQueries(t *testing.T) {
	s := newSuite(t)
	for _, notary := range []sdk.AccAddress{ann, bob, operator} {
		_, err := s.notarize(notary, document("shared"), document("of "+notary.String()[:12]))
		require.NoError(t, err)
	}
	one, err := s.queries.Notarization(s.Ctx, &types.QueryNotarizationRequest{Notary: ann.String(), Hash: hash("shared")})
	require.NoError(t, err)
	require.Equal(t, s.stored(t, ann, "shared"), one.Notarization)

	all, err := s.queries.NotarizationsOfDocument(s.Ctx, &types.QueryNotarizationsOfDocumentRequest{Hash: hash("shared")})
	require.NoError(t, err)
	require.ElementsMatch(t, []types.Notarization{
		s.stored(t, ann, "shared"), s.stored(t, bob, "shared"), s.stored(t, operator, "shared"),
	}, all.Notarizations)
	page, err := s.queries.NotarizationsOfDocument(s.Ctx, &types.QueryNotarizationsOfDocumentRequest{
		Hash: hash("shared"), Pagination: &query.PageRequest{Offset: 1, Limit: 1, CountTotal: true},
	})
	require.NoError(t, err)
	require.Equal(t, all.Notarizations[1:2], page.Notarizations)
	require.EqualValues(t, 3, page.Pagination.Total)

	mine, err := s.queries.NotarizationsByNotary(s.Ctx, &types.QueryNotarizationsByNotaryRequest{Notary: bob.String()})
	require.NoError(t, err)
	require.Len(t, mine.Notarizations, 2)
	for _, notarization := range mine.Notarizations {
		require.Equal(t, bob.String(), notarization.Notary)
	}

	_, err = s.queries.Notarization(s.Ctx, &types.QueryNotarizationRequest{Notary: ann.String(), Hash: hash("none")})
	require.ErrorIs(t, err, types.ErrNotarizationNotFound)
	require.Equal(t, codes.NotFound, status.Code(err))
	for _, ask := range []func() error{
		func() error { _, err := s.queries.Notarization(s.Ctx, nil); return err },
		func() error { _, err := s.queries.NotarizationsOfDocument(s.Ctx, nil); return err },
		func() error { _, err := s.queries.NotarizationsByNotary(s.Ctx, nil); return err },
		func() error {
			_, err := s.queries.Notarization(s.Ctx, &types.QueryNotarizationRequest{Notary: ann.String(), Hash: "x"})
			return err
		},
		func() error {
			_, err := s.queries.Notarization(s.Ctx, &types.QueryNotarizationRequest{Notary: "x", Hash: hash("shared")})
			return err
		},
		func() error {
			_, err := s.queries.NotarizationsOfDocument(s.Ctx, &types.QueryNotarizationsOfDocumentRequest{Hash: "x"})
			return err
		},
		func() error {
			_, err := s.queries.NotarizationsByNotary(s.Ctx, &types.QueryNotarizationsByNotaryRequest{Notary: "x"})
			return err
		},
	} {
		require.Equal(t, codes.InvalidArgument, status.Code(ask()))
	}
}

// A full message stays far below a block's gas, so that one block takes dozens of them.
func TestGasOfAFullMessage(t *testing.T) {
	s := newSuite(t)
	all := documents(types.MaxDocuments)
	for i := range all {
		all[i].Label = strings.Repeat("x", types.MaxLabelLength)
	}
	s.Ctx = s.Ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
	_, err := s.notarize(ann, all...)
	require.NoError(t, err)
	const perDocument = 20_000
	require.Less(t, s.Ctx.GasMeter().GasConsumed(), uint64(perDocument*types.MaxDocuments))
	t.Logf("%d gas a document", s.Ctx.GasMeter().GasConsumed()/types.MaxDocuments)
}
