package keeper_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/notary"
	"github.com/azukari-network/azukari/x/notary/keeper"
	"github.com/azukari-network/azukari/x/notary/types"
)

// consortium says who acts for whom and who has an account; the real keepers stand in their place in
// cmd/azukari/receipt_test.go.
type consortium struct{}

var (
	ann, bob  = keepertest.Address("ann"), keepertest.Address("bob")
	operator  = keepertest.Address("representative of shop")
	suspended = keepertest.Address("representative of a suspended organization")
	stranger  = keepertest.Address("stranger")
)

func (consortium) IsAdmitted(_ context.Context, address sdk.AccAddress) (bool, error) {
	return address.Equals(ann) || address.Equals(bob), nil
}

func (consortium) Authorize(_ context.Context, signer string, _ sdk.Msg) (membershiptypes.Organization, error) {
	switch signer {
	case operator.String():
		return membershiptypes.Organization{Id: "shop"}, nil
	case suspended.String():
		return membershiptypes.Organization{}, membershiptypes.ErrOrganizationNotActive.Wrap("suspended")
	default:
		return membershiptypes.Organization{}, membershiptypes.ErrNotOperator.Wrap(signer)
	}
}

type suite struct {
	*keepertest.Fixture

	keeper  *keeper.Keeper
	msgs    types.MsgServer
	queries types.QueryServer
	module  notary.AppModule
}

func newSuite(t testing.TB) *suite {
	t.Helper()
	s := &suite{Fixture: keepertest.New(t, keepertest.Options{Stores: []string{types.StoreKey}})}
	s.keeper = keeper.NewKeeper(s.Codec, runtime.NewKVStoreService(s.Keys[types.StoreKey]), consortium{}, consortium{})
	s.msgs, s.queries = keeper.NewMsgServer(s.keeper), keeper.NewQueryServer(s.keeper)
	s.module = notary.NewAppModule(s.Codec, s.keeper)
	return s
}

// notarize sends the message in a transaction of its own, as a block does: an error leaves nothing.
func (s *suite) notarize(signer sdk.AccAddress, documents ...types.Document) (recorded uint32, err error) {
	cached, write := s.Ctx.CacheContext()
	response, err := s.msgs.Notarize(cached, &types.MsgNotarize{Notary: signer.String(), Documents: documents})
	if err != nil {
		return 0, err
	}
	write()
	return response.Recorded, nil
}

// document returns the one of which the text is the content and the label.
func document(text string) types.Document {
	return types.Document{Hash: hash(text), Label: text}
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (s *suite) stored(t testing.TB, notary sdk.AccAddress, text string) types.Notarization {
	t.Helper()
	sum := sha256.Sum256([]byte(text))
	notarization, err := s.keeper.GetNotarization(s.Ctx, notary, sum[:])
	require.NoError(t, err)
	return notarization
}

func documents(count int) []types.Document {
	all := make([]types.Document, count)
	for i := range all {
		all[i] = document(fmt.Sprintf("document %d", i))
	}
	return all
}
