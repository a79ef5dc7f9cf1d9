package base

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
)

// countingAccounts counts what x/auth's keeper is asked.
type countingAccounts struct {
	ante.AccountKeeper

	accounts, params, writes int
}

func (c *countingAccounts) GetAccount(ctx context.Context, address sdk.AccAddress) sdk.AccountI {
	c.accounts++
	return c.AccountKeeper.GetAccount(ctx, address)
}

func (c *countingAccounts) GetParams(ctx context.Context) authtypes.Params {
	c.params++
	return c.AccountKeeper.GetParams(ctx)
}

func (c *countingAccounts) SetAccount(ctx context.Context, account sdk.AccountI) {
	c.writes++
	c.AccountKeeper.SetAccount(ctx, account)
}

// Within one transaction parameters and each signer are read once, what is written is seen and stored, and what was not there is asked
// for again; another transaction, or none, sees what is stored.
func TestAnteAccounts(t *testing.T) {
	f := keepertest.New(t, keepertest.Options{})
	counting := &countingAccounts{AccountKeeper: f.Account}
	accounts := newAnteAccounts(counting, f.Codec, runtime.NewKVStoreService(f.Keys[authtypes.StoreKey]))
	ann, bob := keepertest.Address("ann"), keepertest.Address("bob")
	f.Account.SetAccount(f.Ctx, f.Account.NewAccountWithAddress(f.Ctx, ann))
	within := func(decorators func(ctx sdk.Context)) {
		_, err := accounts.AnteHandle(f.Ctx, nil, false, func(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) {
			decorators(ctx)
			return ctx, nil
		})
		require.NoError(t, err)
	}
	within(func(ctx sdk.Context) {
		require.Nil(t, accounts.GetAccount(ctx, bob))
		require.Nil(t, accounts.GetAccount(ctx, bob))
		require.Equal(t, 2, counting.accounts)
		for range 3 {
			require.Equal(t, f.Account.GetParams(ctx), accounts.GetParams(ctx))
			account := accounts.GetAccount(ctx, ann)
			require.NoError(t, account.SetSequence(account.GetSequence()+1))
			accounts.SetAccount(ctx, account)
		}
		accounts.SetAccount(ctx, f.Account.NewAccountWithAddress(ctx, bob))
		require.NotNil(t, accounts.GetAccount(ctx, bob))
	})
	require.Equal(t, []int{3, 1, 1}, []int{counting.accounts, counting.params, counting.writes})
	require.EqualValues(t, 3, f.Account.GetAccount(f.Ctx, ann).GetSequence())
	require.NotNil(t, f.Account.GetAccount(f.Ctx, bob))
	for _, address := range []sdk.AccAddress{ann, bob} {
		number := f.Account.GetAccount(f.Ctx, address).GetAccountNumber()
		indexed, err := f.Account.Accounts.Indexes.Number.MatchExact(f.Ctx, number)
		require.NoError(t, err)
		require.Equal(t, address, indexed, "x/auth finds it by its number")
	}
	within(func(ctx sdk.Context) { require.EqualValues(t, 3, accounts.GetAccount(ctx, ann).GetSequence()) })
	require.EqualValues(t, 3, accounts.GetAccount(f.Ctx, ann).GetSequence())
	require.Equal(t, f.Account.GetParams(f.Ctx), accounts.GetParams(f.Ctx))
	require.Equal(t, []int{5, 2, 1}, []int{counting.accounts, counting.params, counting.writes})
}
