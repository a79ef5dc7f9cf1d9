package keeper_test

import (
	"context"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/businesstest"
	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/asset/keeper"
	"github.com/azukari-network/azukari/x/asset/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
)

// suite is a Business Zone with assets: street and rival are businesses, shop takes coupons, ann and ben are people.
type suite struct {
	*businesstest.World
	assets  *keeper.Keeper
	msgs    types.MsgServer
	queries types.QueryServer

	street, rival, shop, ann, ben string
}

func newSuite(t testing.TB) *suite {
	t.Helper()
	return newSuiteOn(t, nil)
}

// newSuiteOn is newSuite in a database, or in memory if it is nil.
func newSuiteOn(t testing.TB, db dbm.DB) *suite {
	t.Helper()
	s := &suite{World: businesstest.New(t, businesstest.Options{
		Banks: []string{"alpha", "beta"}, Stores: []string{types.StoreKey, paymenttypes.StoreKey, settlementtypes.StoreKey}, DB: db,
		ModuleAccounts: map[string][]string{types.ModuleName: {authtypes.Minter, authtypes.Burner}},
	})}
	s.assets = newKeeper(s.World)
	s.Bank.AppendSendRestriction(s.assets.SendRestriction)
	s.msgs, s.queries = keeper.NewMsgServer(s.assets), keeper.NewQueryServer(s.assets)
	s.street, s.rival, s.shop = s.Open(t, "alpha", "street"), s.Open(t, "beta", "rival"), s.Open(t, "beta", "shop")
	s.ann = s.OpenAs(t, "alpha", "ann", registrytypes.AccountKindIndividual)
	s.ben = s.OpenAs(t, "beta", "ben", registrytypes.AccountKindIndividual)
	return s
}

func newKeeper(w *businesstest.World) *keeper.Keeper {
	return keeper.NewKeeper(w.Codec, runtime.NewKVStoreService(w.Keys[types.StoreKey]), w.Bank, w.Registry)
}

var metadata = types.Metadata{Name: "Summer coupon", Symbol: "SUMMER", Description: "500 off", Uri: "https://street.example/coupon"}

// free are rules under which everybody holds and gives what he likes.
func free() types.Rules {
	return types.Rules{Transfers: types.TransfersFree, Cap: math.ZeroInt()}
}

// all are rules with everything that an issuer may reserve.
func all() types.Rules {
	return types.Rules{Transfers: types.TransfersFree, Freezable: true, Recallable: true, Cap: math.ZeroInt()}
}

func (s *suite) create(class string, kind types.ClassKind, rules types.Rules, changeable ...types.RuleName) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CreateClass(ctx, &types.MsgCreateClass{
			Issuer: s.street, Class: class, Kind: kind, Metadata: metadata, Rules: rules, Changeable: changeable,
			History: kind == types.ClassKindUnique,
		})
		return err
	})
}

// class makes a class of fungible units.
func (s *suite) class(t testing.TB, class string, rules types.Rules, changeable ...types.RuleName) {
	t.Helper()
	require.NoError(t, s.create(class, types.ClassKindFungible, rules, changeable...))
}

// unique makes a class of unique units with a history.
func (s *suite) unique(t testing.TB, class string, rules types.Rules) {
	t.Helper()
	require.NoError(t, s.create(class, types.ClassKindUnique, rules))
}

func (s *suite) issue(class, account string, amount int64) error {
	return s.issueBatch(class, "", types.AmountLine{Account: account, Amount: math.NewInt(amount)})
}

func (s *suite) issueBatch(class, reference string, lines ...types.AmountLine) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.IssueAmounts(ctx, &types.MsgIssueAmounts{Manager: s.street, Class: class, Lines: lines, Reference: reference})
		return err
	})
}

func (s *suite) issueUnits(class, reference string, lines ...types.UnitLine) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.IssueUnits(ctx, &types.MsgIssueUnits{Manager: s.street, Class: class, Lines: lines, Reference: reference})
		return err
	})
}

func (s *suite) transfer(from, to string, coins ...sdk.Coin) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.Transfer(ctx, &types.MsgTransfer{Holder: from, Recipient: to, Amount: coins})
		return err
	})
}

func (s *suite) redeem(holder, reference string, coins ...sdk.Coin) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.RedeemUnits(ctx, &types.MsgRedeemUnits{Holder: holder, Amount: coins, Reference: reference})
		return err
	})
}

func (s *suite) recall(manager, holder string, coins ...sdk.Coin) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.RecallUnits(ctx, &types.MsgRecallUnits{Manager: manager, Holder: holder, Amount: coins, Reason: "issued twice"})
		return err
	})
}

func (s *suite) freeze(class, holder, unit string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.FreezeUnits(ctx, &types.MsgFreezeUnits{Manager: s.street, Class: class, Holder: holder, Unit: unit, Reason: "lost"})
		return err
	})
}

func (s *suite) unfreeze(class, holder, unit string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.UnfreezeUnits(ctx, &types.MsgUnfreezeUnits{Manager: s.street, Class: class, Holder: holder, Unit: unit, Reason: "found"})
		return err
	})
}

func (s *suite) setManager(t testing.TB, class, account string, rights ...types.Right) { //nolint:unparam // as the others
	t.Helper()
	require.NoError(t, s.Do(func(ctx context.Context) error {
		_, err := s.msgs.SetManager(ctx, &types.MsgSetManager{Issuer: s.street, Class: class, Account: account, Rights: rights})
		return err
	}))
}

// both runs one check for a transfer by this module's message and for a plain one of x/bank.
func (s *suite) both(t *testing.T, from, to string, coin sdk.Coin, want error) {
	t.Helper()
	require.ErrorIs(t, s.transfer(from, to, coin), want)
	require.ErrorIs(t, s.Send(from, to, coin), want)
}

// nextBlock begins a block, as the module manager does.
func (s *suite) nextBlock(t testing.TB, elapsed time.Duration) {
	t.Helper()
	s.NextBlock(elapsed)
	require.NoError(t, s.Hold.ReleaseExpired(s.Ctx))
	require.NoError(t, s.assets.DestroyExpired(s.Ctx))
}

func (s *suite) hold(t testing.TB, owner string, coin sdk.Coin) uint64 {
	t.Helper()
	id, err := s.Hold.Place(s.Ctx, address(owner), coin, "test/1")
	require.NoError(t, err)
	return id
}

func (s *suite) book(t require.TestingT, class string) types.Book {
	response, err := s.queries.Class(s.Ctx, &types.QueryClassRequest{Class: class})
	require.NoError(t, err)
	return response.Book
}

func (s *suite) unit(t require.TestingT, class, unit string) types.QueryUnitResponse {
	response, err := s.queries.Unit(s.Ctx, &types.QueryUnitRequest{Class: class, Unit: unit})
	require.NoError(t, err)
	return *response
}

// trace returns the history of a unit as "kind from to", with names for addresses.
func (s *suite) trace(t testing.TB, class, unit string) []string {
	t.Helper()
	response, err := s.queries.Trace(s.Ctx, &types.QueryTraceRequest{Class: class, Unit: unit})
	require.NoError(t, err)
	names := map[string]string{"": "-", s.street: "street", s.rival: "rival", s.shop: "shop", s.ann: "ann", s.ben: "ben"}
	var entries []string
	for i, entry := range response.History {
		require.Equal(t, uint64(i)+1, entry.Sequence)
		entries = append(entries, entry.Kind.String()[len("CUSTODY_KIND_"):]+" "+names[entry.From]+" "+names[entry.To])
	}
	return entries
}

func coin(amount int64, class string) sdk.Coin {
	return sdk.NewInt64Coin(types.ClassDenom(class), amount)
}

func address(text string) sdk.AccAddress { return sdk.MustAccAddressFromBech32(text) }

func at(s *suite, later time.Duration) *time.Time {
	moment := s.Ctx.BlockTime().Add(later)
	return &moment
}

var stranger = keepertest.Address("stranger").String()
