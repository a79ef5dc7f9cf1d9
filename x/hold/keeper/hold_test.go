package keeper_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/query"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func TestPlace(t *testing.T) {
	s := newSuite(t)
	id, err := s.holds.Place(s.Ctx, alice, yen(4_000), "redeem/R1")
	require.NoError(t, err, "no limit per payment: the coins stay the owner's")
	require.Equal(t, uint64(1), id)
	want := types.Hold{Id: 1, Owner: alice.String(), Amount: yen(4_000), Purpose: "redeem/R1"}
	got, err := s.holds.Get(s.Ctx, id)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, int64(6_000), s.balance(alice))
	require.Equal(t, int64(4_000), s.balance(holdAddress))
	keepertest.RequireEvent(t, s.Ctx, &types.EventHoldPlaced{Id: 1, Owner: want.Owner, Amount: want.Amount, Purpose: want.Purpose})
	require.Equal(t, uint64(2), s.place(t, alice, points(50)))
	s.requireCovered(t)
}

func TestPlaceRefused(t *testing.T) {
	stranger := keepertest.Address("stranger")
	tests := []struct {
		name    string
		owner   sdk.AccAddress
		amount  sdk.Coin
		purpose string
		want    error
	}{
		{"no owner", nil, yen(1), "x", types.ErrInvalidHold},
		{"nothing", alice, yen(0), "x", types.ErrInvalidHold},
		{"no coin", alice, sdk.Coin{}, "x", types.ErrInvalidHold},
		{"no purpose", alice, yen(1), "", types.ErrInvalidHold},
		{"long purpose", alice, yen(1), strings.Repeat("x", types.MaxPurposeLength+1), types.ErrInvalidHold},
		{"purpose of no text", alice, yen(1), "\xff", types.ErrInvalidHold},
		{"more than there is", alice, yen(10_001), "x", sdkerrors.ErrInsufficientFunds},
		{"stranger", stranger, yen(1), "x", registrytypes.ErrNotRegistered},
		{"frozen owner", akira, yen(1), "x", registrytypes.ErrAccountFrozen},
	}
	s := newSuite(t)
	s.setAccount(t, akira, "bank-a", registrytypes.AccountStatusFrozen)
	s.Ctx = s.Ctx.WithEventManager(sdk.NewEventManager())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := s.holds.Place(s.Ctx, test.owner, test.amount, test.purpose)
			require.ErrorIs(t, err, test.want)
			require.Empty(t, s.Ctx.EventManager().Events())
		})
	}
	require.Equal(t, uint64(1), s.place(t, alice, yen(1)), "a refused hold takes no id")
	s.requireCovered(t)
}

func TestReleaseNeverFails(t *testing.T) {
	for _, condition := range []registrytypes.AccountStatus{
		registrytypes.AccountStatusActive, registrytypes.AccountStatusFrozen, registrytypes.AccountStatusClosed,
	} {
		t.Run(condition.String(), func(t *testing.T) {
			s := newSuite(t)
			id := s.place(t, alice, yen(4_000))
			s.setAccount(t, alice, "bank-a", condition)
			s.Fund(t, alice, yen(100_000)) // far above its limit of balance
			s.flowErr = errors.New("no flow may be asked for")
			require.NoError(t, s.holds.Release(s.Ctx, id))
			require.Equal(t, int64(110_000), s.balance(alice))
			keepertest.RequireEvent(t, s.Ctx, &types.EventHoldReleased{
				Id: id, Owner: alice.String(), Amount: yen(4_000), Purpose: "test/1",
			})
			require.ErrorIs(t, s.holds.Release(s.Ctx, id), types.ErrHoldNotFound)
			s.requireCovered(t)
		})
	}
}

func TestCapture(t *testing.T) {
	s := newSuite(t)
	id := s.place(t, alice, yen(4_000))
	s.setAccount(t, alice, "bank-a", registrytypes.AccountStatusFrozen)

	require.NoError(t, s.holds.Capture(s.Ctx, id, payout(bob, yen(1_500)), payout(akira, yen(500)), payout(bob, yen(1))))
	left, err := s.holds.Get(s.Ctx, id)
	require.NoError(t, err)
	require.Equal(t, yen(1_999), left.Amount)
	require.Equal(t, int64(11_501), s.balance(bob))
	require.Equal(t, int64(10_500), s.balance(akira))
	require.Equal(t, map[string]int64{"bank-a>bank-b": 1_501}, s.flows)
	keepertest.RequireEvent(t, s.Ctx, &types.EventHoldCaptured{
		Id: id, Owner: alice.String(), Payee: bob.String(), Amount: yen(1_500), Purpose: "test/1",
	})
	keepertest.RequireEvent(t, s.Ctx, &types.EventHoldCaptured{
		Id: id, Owner: alice.String(), Payee: akira.String(), Amount: yen(500), Purpose: "test/1",
	})
	s.requireCovered(t)

	require.NoError(t, s.holds.Capture(s.Ctx, id, payout(akira, yen(1_999))))
	_, err = s.holds.Get(s.Ctx, id)
	require.ErrorIs(t, err, types.ErrHoldNotFound)
	has, err := s.holds.HasHolds(s.Ctx, alice)
	require.NoError(t, err)
	require.False(t, has)
	s.requireCovered(t)
}

func TestCaptureRefused(t *testing.T) {
	refusal := errors.New("cap reached")
	nothing := func(*suite) {}
	tests := []struct {
		name    string
		prepare func(s *suite)
		payouts []types.Payout
		want    error
	}{
		{"nobody", nothing, nil, types.ErrInvalidPayout},
		{"no payee", nothing, []types.Payout{payout(nil, yen(1))}, types.ErrInvalidPayout},
		{"nothing", nothing, []types.Payout{payout(bob, yen(0))}, types.ErrInvalidPayout},
		{"no coin", nothing, []types.Payout{payout(bob, sdk.Coin{})}, types.ErrInvalidPayout},
		{"negative", nothing, []types.Payout{payout(bob, sdk.Coin{Denom: "jpy", Amount: yen(1).Amount.Neg()})}, types.ErrInvalidPayout},
		{"other denom", nothing, []types.Payout{payout(bob, points(1))}, types.ErrInvalidPayout},
		{"more than is held", nothing, []types.Payout{payout(bob, yen(4_001))}, types.ErrInvalidPayout},
		{"more in sum", nothing, []types.Payout{payout(bob, yen(2_000)), payout(akira, yen(2_001))}, types.ErrInvalidPayout},
		{"stranger", nothing, []types.Payout{payout(akira, yen(1)), payout(keepertest.Address("x"), yen(1))}, registrytypes.ErrNotRegistered},
		{"frozen payee", func(s *suite) {
			s.setAccount(t, bob, "bank-b", registrytypes.AccountStatusFrozen)
		}, []types.Payout{payout(akira, yen(1)), payout(bob, yen(1))}, registrytypes.ErrAccountFrozen},
		{
			"full payee", func(s *suite) { s.Fund(t, bob, yen(10_000)) },
			[]types.Payout{payout(akira, yen(1)), payout(bob, yen(1))},
			registrytypes.ErrLimitBalance,
		},
		{"flow refused", func(s *suite) { s.flowErr = refusal }, []types.Payout{payout(akira, yen(1)), payout(bob, yen(1))}, refusal},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSuite(t)
			id := s.place(t, alice, yen(4_000))
			test.prepare(s)
			s.Ctx = s.Ctx.WithEventManager(sdk.NewEventManager())
			require.ErrorIs(t, s.holds.Capture(s.Ctx, id, test.payouts...), test.want)

			// All payees or none, without the caller's help.
			hold, err := s.holds.Get(s.Ctx, id)
			require.NoError(t, err)
			require.Equal(t, yen(4_000), hold.Amount)
			require.Equal(t, int64(10_000), s.balance(akira))
			require.Empty(t, s.Ctx.EventManager().Events())
			s.requireCovered(t)
		})
	}
	s := newSuite(t)
	require.ErrorIs(t, s.holds.Capture(s.Ctx, 1, payout(bob, yen(1))), types.ErrHoldNotFound)
}

func TestCaptureToModule(t *testing.T) {
	s := newSuite(t)
	id := s.place(t, alice, yen(4_000))
	s.setAccount(t, alice, "bank-a", registrytypes.AccountStatusFrozen)
	require.NoError(t, s.holds.CaptureToModule(s.Ctx, id, burner))
	require.NoError(t, s.Bank.BurnCoins(s.Ctx, burner, sdk.NewCoins(yen(4_000))))
	keepertest.RequireEvent(t, s.Ctx, &types.EventHoldCaptured{
		Id: id, Owner: alice.String(), Payee: authtypes.NewModuleAddress(burner).String(), Amount: yen(4_000), Purpose: "test/1",
	})
	require.Empty(t, s.flows)
	require.ErrorIs(t, s.holds.CaptureToModule(s.Ctx, id, burner), types.ErrHoldNotFound)
	s.requireCovered(t)
}

// A hold whose coins are gone is a broken law of money: nothing is paid and nothing forgotten.
func TestUncoveredHold(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.holds.InitGenesis(s.Ctx, types.GenesisState{
		Holds: []types.Hold{{Id: 7, Owner: alice.String(), Amount: yen(5), Purpose: "x"}}, NextId: 8,
	}))
	require.ErrorIs(t, s.holds.Release(s.Ctx, 7), sdkerrors.ErrInsufficientFunds)
	require.ErrorIs(t, s.holds.CaptureToModule(s.Ctx, 7, burner), sdkerrors.ErrInsufficientFunds)
	_, err := s.holds.Get(s.Ctx, 7)
	require.NoError(t, err)
}

func TestCloseGuard(t *testing.T) {
	s := newSuite(t)
	account, err := s.registry.GetAccount(s.Ctx, alice)
	require.NoError(t, err)
	require.NoError(t, s.holds.MayClose(s.Ctx, account))
	s.place(t, bob, yen(1))
	require.NoError(t, s.holds.MayClose(s.Ctx, account), "somebody else's hold")

	first, second := s.place(t, alice, yen(1)), s.place(t, alice, points(1))
	require.ErrorIs(t, s.holds.MayClose(s.Ctx, account), registrytypes.ErrAccountInUse)
	has, err := s.holds.HasHolds(s.Ctx, alice)
	require.NoError(t, err)
	require.True(t, has)
	require.NoError(t, s.holds.Release(s.Ctx, first))
	require.ErrorIs(t, s.holds.MayClose(s.Ctx, account), registrytypes.ErrAccountInUse)
	require.NoError(t, s.holds.Release(s.Ctx, second))
	require.NoError(t, s.holds.MayClose(s.Ctx, account))
	require.ErrorIs(t, s.holds.MayClose(s.Ctx, registrytypes.Account{}), registrytypes.ErrInvalidAccount)
}

func TestQueries(t *testing.T) {
	s := newSuite(t)
	for i := range 4 {
		s.place(t, []sdk.AccAddress{alice, bob}[i%2], yen(int64(i+1)))
	}
	one, err := s.queries.Hold(s.Ctx, &types.QueryHoldRequest{Id: 2})
	require.NoError(t, err)
	require.Equal(t, types.Hold{Id: 2, Owner: bob.String(), Amount: yen(2), Purpose: "test/1"}, one.Hold)
	_, err = s.queries.Hold(s.Ctx, &types.QueryHoldRequest{Id: 9})
	require.Equal(t, codes.NotFound, status.Code(err))
	_, err = s.queries.Hold(s.Ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))

	ids := func(req *types.QueryHoldsRequest) []uint64 {
		got, err := s.queries.Holds(s.Ctx, req)
		require.NoError(t, err)
		var ids []uint64
		for _, hold := range got.Holds {
			ids = append(ids, hold.Id)
		}
		return ids
	}
	require.Equal(t, []uint64{1, 2, 3, 4}, ids(&types.QueryHoldsRequest{}))
	require.Equal(t, []uint64{2, 4}, ids(&types.QueryHoldsRequest{Owner: bob.String()}))
	require.Equal(t, []uint64{3}, ids(&types.QueryHoldsRequest{Owner: alice.String(), Pagination: &query.PageRequest{Offset: 1}}))
	require.Empty(t, ids(&types.QueryHoldsRequest{Owner: akira.String()}))

	_, err = s.queries.Holds(s.Ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	_, err = s.queries.Holds(s.Ctx, &types.QueryHoldsRequest{Owner: "x"})
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	bad := &query.PageRequest{Key: []byte("x"), Offset: 1}
	for _, owner := range []string{"", alice.String()} {
		_, err = s.queries.Holds(s.Ctx, &types.QueryHoldsRequest{Owner: owner, Pagination: bad})
		require.Error(t, err)
	}
}

func TestGenesisRoundTrip(t *testing.T) {
	s := newSuite(t)
	s.place(t, alice, yen(1))
	s.place(t, bob, points(2))
	last := s.place(t, alice, yen(3))
	require.NoError(t, s.holds.Release(s.Ctx, last))
	exported, err := s.holds.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
	require.Equal(t, uint64(4), exported.NextId, "an id is never given twice")

	other := newSuite(t)
	require.NoError(t, other.holds.InitGenesis(other.Ctx, *exported))
	again, err := other.holds.ExportGenesis(other.Ctx)
	require.NoError(t, err)
	require.Equal(t, exported, again)
	has, err := other.holds.HasHolds(other.Ctx, bob)
	require.NoError(t, err)
	require.True(t, has)
	require.Error(t, other.holds.InitGenesis(other.Ctx, types.GenesisState{Holds: []types.Hold{{}}}))
}

func TestIterateHoldsFails(t *testing.T) {
	s := newSuite(t)
	s.place(t, alice, yen(1))
	failure := errors.New("visitor failed")
	err := s.holds.IterateHolds(s.Ctx, func(types.Hold) (bool, error) { return false, failure })
	require.ErrorIs(t, err, failure)
}
