package keeper_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/registry/types"
)

func TestIsAdmitted(t *testing.T) {
	s := newSuite(t)
	admitted := func(address sdk.AccAddress) bool {
		is, err := s.registry.IsAdmitted(s.Ctx, address)
		require.NoError(t, err)
		return is
	}
	require.True(t, admitted(alice))
	require.False(t, admitted(stranger))
	s.freeze(t, alice)
	require.True(t, admitted(alice), "a frozen holder may still ask")
	s.empty(t, alice)
	_, err := s.messages.CloseAccount(s.Ctx, &types.MsgCloseAccount{Operator: makerA.String(), Address: alice.String(), Reason: "x"})
	require.NoError(t, err)
	require.False(t, admitted(alice))
}

func TestUpdateLinks(t *testing.T) {
	s := newSuite(t)
	retail := types.Link{Zone: "retail", Status: types.LinkStatusRequested, Limits: limits(100, 1_000, 5_000)}
	utility := types.Link{Zone: "utility", Status: types.LinkStatusActive, Limits: limits(100, 2_001, 5_000)}

	s.link(t, alice, retail)
	linked := s.account(t, alice)
	require.Equal(t, []types.Link{retail}, linked.Links)
	require.Equal(t, uint64(4), linked.Revision, "applied, opened, activated, linked")
	require.Equal(t, math.NewInt(2_000), linked.FinancialDayLimit())
	require.Equal(t, []types.Account{linked}, s.changed)

	update := func(links ...types.Link) error {
		return s.registry.UpdateLinks(s.Ctx, alice, func(account types.Account) ([]types.Link, error) {
			require.Equal(t, linked, account)
			return links, nil
		})
	}
	require.ErrorIs(t, update(retail, utility), types.ErrInvalidLinks, "3,001 yen a day of 3,000")
	require.ErrorIs(t, update(utility, retail), types.ErrInvalidLinks, "out of order")
	require.ErrorIs(t, update(types.Link{Zone: "retail", Status: types.LinkStatusActive}), types.ErrInvalidLimits)
	refusal := errors.New("zone is suspended")
	err := s.registry.UpdateLinks(s.Ctx, alice, func(types.Account) ([]types.Link, error) { return nil, refusal })
	require.ErrorIs(t, err, refusal)
	require.ErrorIs(t, s.registry.UpdateLinks(s.Ctx, stranger, nil), types.ErrAccountNotFound)
	require.Equal(t, linked, s.account(t, alice))

	// Links of a frozen account can still end.
	s.freeze(t, alice)
	s.link(t, alice)
	require.Empty(t, s.account(t, alice).Links)
}

func replica(address sdk.AccAddress, revision uint64) types.Account {
	return types.Account{
		Address: address.String(), Bank: bankA, Status: types.AccountStatusActive, Kind: types.AccountKindIndividual,
		Limits: limits(10, 20, 30), Revision: revision,
	}
}

func TestApplyReplica(t *testing.T) {
	s := newSuite(t)
	carol := keepertest.Address("carol")
	apply := func(account types.Account) (uint64, bool) {
		revision, applied, err := s.registry.ApplyReplica(s.Ctx, account)
		require.NoError(t, err)
		return revision, applied
	}

	revision, applied := apply(replica(carol, 5))
	require.True(t, applied)
	require.Equal(t, uint64(5), revision)
	require.Equal(t, replica(carol, 5), s.account(t, carol))
	require.True(t, s.Account.HasAccount(s.Ctx, carol))
	keepertest.RequireEvent(t, s.Ctx, &types.EventAccountReplicated{
		Address: carol.String(), Bank: bankA, Status: types.AccountStatusActive, Revision: 5,
	})

	// Late and repeated packets change nothing and say what is known.
	s.NextBlock(time.Second)
	for _, old := range []uint64{1, 4, 5} {
		stale := replica(carol, old)
		stale.Status = types.AccountStatusFrozen
		revision, applied = apply(stale)
		require.False(t, applied)
		require.Equal(t, uint64(5), revision)
	}
	require.Equal(t, replica(carol, 5), s.account(t, carol))
	require.Empty(t, s.Ctx.EventManager().Events())

	// A newer one may change everything, the bank too.
	moved := replica(carol, 9)
	moved.Bank, moved.Status = bankB, types.AccountStatusUnlinked
	revision, applied = apply(moved)
	require.True(t, applied)
	require.Equal(t, uint64(9), revision)
	require.Equal(t, moved, s.account(t, carol))
	require.Equal(t, []string{alice.String(), akira.String()}, s.addressesOf(t, bankA))
	require.Contains(t, s.addressesOf(t, bankB), carol.String())

	admitted, err := s.registry.IsAdmitted(s.Ctx, carol)
	require.NoError(t, err)
	require.False(t, admitted, "unlinked")
	require.ErrorIs(t, s.pay(akira, carol, yen(1)), types.ErrAccountUnlinked)
}

func TestApplyReplicaRefused(t *testing.T) {
	s := newSuite(t)
	tests := map[string]struct {
		change func(account *types.Account)
		want   error
	}{
		"identity":  {func(a *types.Account) { a.IdentityHash = bytes.Repeat([]byte{1}, 32) }, types.ErrInvalidAccount},
		"reason":    {func(a *types.Account) { a.StatusReason = "private" }, types.ErrInvalidAccount},
		"no status": {func(a *types.Account) { a.Status = types.AccountStatusUnspecified }, types.ErrInvalidAccount},
		"escrow":    {func(a *types.Account) { a.Address = escrow.String() }, types.ErrReservedAddress},
		"revision":  {func(a *types.Account) { a.Revision = 0 }, types.ErrInvalidAccount},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			account := replica(keepertest.Address("carol"), 1)
			test.change(&account)
			_, applied, err := s.registry.ApplyReplica(s.Ctx, account)
			require.ErrorIs(t, err, test.want)
			require.False(t, applied)
			require.Empty(t, s.Ctx.EventManager().Events())
		})
	}
}

func TestAccountQuery(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.pay(alice, akira, yen(300)))
	got, err := s.queries.Account(s.Ctx, &types.QueryAccountRequest{Address: alice.String()})
	require.NoError(t, err)
	require.Equal(t, &types.QueryAccountResponse{
		Account: s.account(t, alice), SpentToday: math.NewInt(300), FrozenAmount: math.ZeroInt(), Spendable: math.NewInt(9_700),
	}, got)

	_, err = s.queries.Account(s.Ctx, &types.QueryAccountRequest{Address: stranger.String()})
	require.Equal(t, codes.NotFound, status.Code(err))
	_, err = s.queries.Account(s.Ctx, &types.QueryAccountRequest{Address: "azu1"})
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	_, err = s.queries.Account(s.Ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
}

func TestAccountsQuery(t *testing.T) {
	s := newSuite(t)
	var all []types.Account
	require.NoError(t, s.registry.IterateAccounts(s.Ctx, func(account types.Account) (bool, error) {
		all = append(all, account)
		return false, nil
	}))
	require.Len(t, all, 3)

	got, err := s.queries.Accounts(s.Ctx, &types.QueryAccountsRequest{})
	require.NoError(t, err)
	require.Equal(t, all, got.Accounts)
	require.Equal(t, []string{bob.String()}, s.addressesOf(t, bankB))
	require.Empty(t, s.addressesOf(t, "bank-c"))
	require.Empty(t, s.addressesOf(t, "bank"), "a prefix of an id is not the id")

	// Page by page, of one bank.
	first, err := s.queries.Accounts(s.Ctx, &types.QueryAccountsRequest{Bank: bankA, Pagination: &query.PageRequest{Limit: 1}})
	require.NoError(t, err)
	require.Len(t, first.Accounts, 1)
	second, err := s.queries.Accounts(s.Ctx, &types.QueryAccountsRequest{
		Bank: bankA, Pagination: &query.PageRequest{Key: first.Pagination.NextKey},
	})
	require.NoError(t, err)
	require.Equal(t, s.addressesOf(t, bankA), []string{first.Accounts[0].Address, second.Accounts[0].Address})

	_, err = s.queries.Accounts(s.Ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	_, err = s.queries.Accounts(s.Ctx, &types.QueryAccountsRequest{Pagination: &query.PageRequest{Key: []byte("x"), Offset: 1}})
	require.Error(t, err)
}

func TestIterateAccountsStops(t *testing.T) {
	s := newSuite(t)
	visits := 0
	require.NoError(t, s.registry.IterateAccounts(s.Ctx, func(types.Account) (bool, error) {
		visits++
		return true, nil
	}))
	require.Equal(t, 1, visits)
	failure := errors.New("visitor failed")
	err := s.registry.IterateAccounts(s.Ctx, func(types.Account) (bool, error) { return false, failure })
	require.ErrorIs(t, err, failure)
}

func TestGenesisRoundTrip(t *testing.T) {
	s := newSuite(t)
	require.NoError(t, s.pay(alice, akira, yen(300)))
	require.NoError(t, s.pay(bob, akira, yen(1)))
	s.link(t, alice, types.Link{Zone: "retail", Status: types.LinkStatusActive, Limits: limits(1, 2, 3)})
	s.freeze(t, akira)
	exported, err := s.registry.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
	require.Len(t, exported.Accounts, 3)
	require.Len(t, exported.Spending, 2)

	other := newBareSuite(t)
	require.NoError(t, other.registry.InitGenesis(other.Ctx, *exported))
	again, err := other.registry.ExportGenesis(other.Ctx)
	require.NoError(t, err)
	require.Equal(t, s.Codec.MustMarshalJSON(exported), s.Codec.MustMarshalJSON(again))
	require.Equal(t, s.addressesOf(t, bankA), other.addressesOf(t, bankA))
	require.Equal(t, int64(300), other.spent(t, alice))
	require.True(t, other.Account.HasAccount(other.Ctx, alice))

	require.ErrorIs(t, other.registry.InitGenesis(other.Ctx, types.GenesisState{Accounts: []types.Account{{}}}), types.ErrInvalidAccount)
	require.ErrorIs(t, other.registry.InitGenesis(other.Ctx, types.GenesisState{Spending: []types.Spending{{}}}), types.ErrInvalidAccount)
}

func (s *suite) addressesOf(t *testing.T, bank string) []string {
	t.Helper()
	got, err := s.queries.Accounts(s.Ctx, &types.QueryAccountsRequest{Bank: bank})
	require.NoError(t, err)
	var addresses []string
	for _, account := range got.Accounts {
		require.Equal(t, bank, account.Bank)
		addresses = append(addresses, account.Address)
	}
	return addresses
}
