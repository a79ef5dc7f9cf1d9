package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/registry/keeper"
	"github.com/azukari-network/azukari/x/registry/types"
)

// orderKey is a key that a name determines.
func orderKey(id string) types.OrderKey {
	return types.OrderKey{Id: id, Type: types.OrderKeyTypeEd25519, PublicKey: ed25519.GenPrivKeyFromSecret([]byte(id)).PubKey().Bytes()}
}

func (m *money) replaceKeys(holder string, keys ...types.OrderKey) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.ReplaceOrderKeys(ctx, &types.MsgReplaceOrderKeys{Holder: holder, OrderKeys: keys})
		return err
	})
}

func (m *money) requestKeys(reference, target string, keys ...types.OrderKey) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.RequestOrderKeys(ctx, &types.MsgRequestOrderKeys{
			Operator: moneytest.Operator(alpha, "maker"), Reference: reference, Address: target, OrderKeys: keys, Reason: "phone lost",
		})
		return err
	})
}

// announce has alpha announce other keys of an account.
func (m *money) announce(reference, target string, keys ...types.OrderKey) error {
	if err := m.requestKeys(reference, target, keys...); err != nil {
		return err
	}
	return m.approve(alpha, reference)
}

func (m *money) object(holder string) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.ObjectOrderKeys(ctx, &types.MsgObjectOrderKeys{Holder: holder, Reason: "I have my keys"})
		return err
	})
}

func (m *money) keys(t testing.TB, target string) []types.OrderKey {
	t.Helper()
	account, err := m.Registry.GetAccount(m.Ctx, account(target))
	require.NoError(t, err)
	return account.OrderKeys
}

func (m *money) samePending(t testing.TB) {
	t.Helper()
	exported, err := m.Registry.ExportGenesis(m.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
	again := newMoney(t)
	require.NoError(t, again.Registry.InitGenesis(again.Ctx, *exported))
	second, err := again.Registry.ExportGenesis(again.Ctx)
	require.NoError(t, err)
	require.Equal(t, exported.PendingOrderKeys, second.PendingOrderKeys)
}

func TestHolderReplacesOrderKeys(t *testing.T) {
	m := newMoney(t)
	old, err := m.Registry.GetAccount(m.Ctx, account(m.anna))
	require.NoError(t, err)
	b := types.OrderKey{Id: "b", Type: types.OrderKeyTypeSecp256k1, PublicKey: secp256k1.GenPrivKeyFromSecret([]byte("b")).PubKey().Bytes()}
	require.NoError(t, m.replaceKeys(m.anna, b, orderKey("a")))
	require.Equal(t, []types.OrderKey{orderKey("a"), b}, m.keys(t, m.anna))
	now, err := m.Registry.GetAccount(m.Ctx, account(m.anna))
	require.NoError(t, err)
	require.Equal(t, old.Revision+1, now.Revision)

	key, err := m.Registry.OrderKey(m.Ctx, account(m.anna), "b")
	require.NoError(t, err)
	require.Equal(t, b, key)
	_, err = m.Registry.OrderKey(m.Ctx, account(m.anna), "c")
	require.ErrorIs(t, err, types.ErrOrderKeyNotFound)
	_, err = m.Registry.OrderKey(m.Ctx, stranger, "a")
	require.ErrorIs(t, err, types.ErrAccountNotFound)

	require.ErrorIs(t, m.replaceKeys(m.anna, orderKey("a"), orderKey("a")), types.ErrInvalidOrderKey)
	require.ErrorIs(t, m.replaceKeys(stranger.String()), types.ErrAccountNotFound)
	require.NoError(t, m.Freeze(alpha, m.anna))
	require.ErrorIs(t, m.replaceKeys(m.anna), types.ErrAccountFrozen)
	require.NoError(t, m.Unfreeze(alpha, m.anna))
	require.NoError(t, m.replaceKeys(m.anna), "none")
	require.Empty(t, m.keys(t, m.anna))
}

func TestBankReplacesOrderKeys(t *testing.T) {
	m := newMoney(t)
	require.NoError(t, m.replaceKeys(m.anna, orderKey("old")))
	require.ErrorIs(t, m.requestKeys("k1", m.berta, orderKey("new")), types.ErrWrongBank)
	require.ErrorIs(t, m.requestKeys("k1", m.anna, types.OrderKey{Id: "x"}), types.ErrInvalidOrderKey)
	require.NoError(t, m.requestKeys("k1", m.anna, orderKey("new")))
	require.NoError(t, m.requestKeys("k2", m.anna, orderKey("newer")))
	require.NoError(t, m.approve(alpha, "k1"))
	require.ErrorIs(t, m.approve(alpha, "k2"), types.ErrPendingOrderKeys)
	require.ErrorIs(t, m.requestKeys("k3", m.anna), types.ErrPendingOrderKeys)
	m.samePending(t)

	response, err := keeper.NewQueryServer(m.Registry).PendingOrderKeys(m.Ctx, &types.QueryPendingOrderKeysRequest{Address: m.anna})
	require.NoError(t, err)
	require.Equal(t, m.Ctx.BlockTime().Add(types.DefaultOrderKeyCoolingOff), response.Pending.EffectiveAt)
	m.NextBlock(types.DefaultOrderKeyCoolingOff - time.Nanosecond)
	require.NoError(t, m.Registry.EndExpired(m.Ctx))
	require.Equal(t, []types.OrderKey{orderKey("old")}, m.keys(t, m.anna))
	m.NextBlock(time.Nanosecond)
	require.ErrorIs(t, m.object(m.anna), types.ErrNoPendingOrderKeys, "too late")
	require.NoError(t, m.Registry.EndExpired(m.Ctx))
	require.Equal(t, []types.OrderKey{orderKey("new")}, m.keys(t, m.anna))
	m.samePending(t)
	_, err = keeper.NewQueryServer(m.Registry).PendingOrderKeys(m.Ctx, &types.QueryPendingOrderKeysRequest{Address: m.anna})
	require.ErrorContains(t, err, "NotFound")
	require.NoError(t, m.approve(alpha, "k2"), "the first one has come to its end")
}

func TestReplacementThatIsNot(t *testing.T) {
	for name, stop := range map[string]func(m *money) error{
		"holder objects":  func(m *money) error { return m.object(m.anna) },
		"holder replaces": func(m *money) error { return m.replaceKeys(m.anna, orderKey("own")) },
		"closed": func(m *money) error {
			if err := m.Pay(m.anna, m.berta, 10_000); err != nil {
				return err
			}
			return m.Close(alpha, m.anna)
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMoney(t)
			require.ErrorIs(t, m.object(m.anna), types.ErrNoPendingOrderKeys)
			require.NoError(t, m.announce("k1", m.anna, orderKey("new")))
			_, err := m.RegistryMsgs.ObjectOrderKeys(m.Ctx, &types.MsgObjectOrderKeys{Holder: m.anna})
			require.ErrorIs(t, err, types.ErrInvalidReason)
			require.NoError(t, stop(m))
			m.NextBlock(types.DefaultOrderKeyCoolingOff)
			require.NoError(t, m.Registry.EndExpired(m.Ctx))
			require.NotContains(t, m.keys(t, m.anna), orderKey("new"))
			m.samePending(t)
		})
	}
	m := newMoney(t)
	require.NoError(t, m.Pay(m.anna, m.berta, 10_000))
	require.NoError(t, m.Close(alpha, m.anna))
	require.ErrorIs(t, m.requestKeys("k1", m.anna), types.ErrAccountClosed)
	require.ErrorIs(t, m.replaceKeys(m.anna), types.ErrAccountClosed)
}
