package signer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/etcd"
)

// threeMembers are on this machine.
func threeMembers(t *testing.T) *etcd.Cluster {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a real store")
	}
	return etcd.Start(t, devnet.Loopback(), devnet.Loopback(), devnet.Loopback())
}

func open(t *testing.T, address string) Store {
	t.Helper()
	store, err := OpenStore(address, TLS{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// Both stores do the same.
func TestStores(t *testing.T) {
	for name, address := range map[string]func(t *testing.T) string{
		"file": func(t *testing.T) string { t.Helper(); return "file://" + filepath.Join(t.TempDir(), "store") },
		"etcd": func(t *testing.T) string { t.Helper(); return threeMembers(t).Address(devnet.Loopback()) },
	} {
		t.Run(name, func(t *testing.T) {
			store := open(t, address(t))
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			eventually(ctx, t, func() error { _, err := store.Load(ctx, "a"); return err })
			found, err := store.Load(ctx, "a")
			require.NoError(t, err)
			require.Nil(t, found)
			swap := func(key, expected, next string) (bool, string) {
				var before []byte
				if expected != "" {
					before = []byte(expected)
				}
				swapped, current, err := store.Swap(ctx, key, before, []byte(next))
				require.NoError(t, err)
				if swapped {
					return true, ""
				}
				return false, string(current)
			}
			swapped, current := swap("a", "x", "1")
			require.False(t, swapped)
			require.Empty(t, current)
			swapped, _ = swap("a", "", "1")
			require.True(t, swapped)
			swapped, current = swap("a", "", "2")
			require.False(t, swapped, "there is one")
			require.Equal(t, "1", current)
			swapped, current = swap("a", "2", "3")
			require.False(t, swapped)
			require.Equal(t, "1", current)
			swapped, _ = swap("a", "1", "2")
			require.True(t, swapped)
			found, err = store.Load(ctx, "a")
			require.NoError(t, err)
			require.Equal(t, "2", string(found))
			found, err = store.Load(ctx, "b")
			require.NoError(t, err)
			require.Nil(t, found, "another validator")
			for _, member := range store.Members(ctx) {
				require.NoError(t, member.Err, member.Address)
			}
		})
	}
}

func eventually(ctx context.Context, t *testing.T, ask func() error) {
	t.Helper()
	for {
		err := ask()
		if err == nil {
			return
		}
		require.NoError(t, ctx.Err(), err)
		time.Sleep(storeRetry)
	}
}

func TestOpenStoreRefuses(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text")
	require.NoError(t, os.WriteFile(text, []byte("no certificate"), 0o600))
	for _, test := range []struct {
		address string
		tls     TLS
		want    string
	}{
		{"", TLS{}, "store: expected etcd://"},
		{"redis://127.0.0.1:1", TLS{}, "store: expected etcd://"},
		{"file://relative", TLS{}, "store: expected etcd://"},
		{"etcd://127.0.0.1", TLS{}, "store: expected host:port"},
		{"etcd://10.0.0.1:2379", TLS{}, "store: expected store_tls for 10.0.0.1:2379"},
		{"etcd://store.bank.example:2379", TLS{}, "store: expected store_tls"},
		{"etcd://10.0.0.1:2379", TLS{CA: filepath.Join(folder, "none")}, "store_tls.ca: open"},
		{"etcd://10.0.0.1:2379", TLS{CA: text}, "store_tls.ca: expected certificates in PEM"},
	} {
		_, err := OpenStore(test.address, test.tls)
		require.ErrorContains(t, err, test.want, test.address)
		require.NotContains(t, err.Error(), "\n")
	}
}

// The rule holds with the real store, too, whose answers get lost now and then.
func TestNoDoubleSignWithEtcd(t *testing.T) {
	store := &forgetful{Store: open(t, threeMembers(t).Address(devnet.Loopback()))}
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		store.history = nil
		store.forget = nil
		w := newWorld(t, store, newFolder(t, root))
		store.forget = func() bool {
			w.meanwhile(t)
			return rapid.IntRange(0, 4).Draw(t, "forget") == 0
		}
		w.timeout = 2 * time.Second
		for range rapid.IntRange(1, 10).Draw(t, "actions") {
			w.act(t)
		}
		w.check(t, store.history)
	})
}

// forgetful loses answers of a store, and remembers what was written.
type forgetful struct {
	Store
	forget  func() bool
	history [][]byte
}

func (f *forgetful) Swap(ctx context.Context, key string, expected, next []byte) (bool, []byte, error) {
	lose := f.forget != nil && f.forget()
	swapped, current, err := f.Store.Swap(ctx, key, expected, next)
	if err == nil && swapped {
		f.history = append(f.history, next)
	}
	if lose {
		return false, nil, errStore
	}
	return swapped, current, err
}

// Two of three members are dead: nothing is signed and nobody takes over, in bounded time. When one is back, both go on.
func TestStoreWithoutQuorum(t *testing.T) {
	cluster := threeMembers(t)
	key := ed25519.GenPrivKey()
	identity := newIdentity(open(t, cluster.Address(devnet.Loopback())), key)
	ctx := t.Context()
	eventually(ctx, t, func() error { _, err := identity.Begin(ctx, "tokyo", Signed{}, begin); return err })
	signer, err := New(ctx, identity, "tokyo", key, "", time.Second, nil)
	require.NoError(t, err)
	first := item{Position: Position{1, 0, stepPrevote}, block: 1}
	_, _, _, err = first.ask(signer)
	require.NoError(t, err)

	// One may die, whichever: with it maybe the leader.
	require.NoError(t, cluster.Members[0].Kill())
	second := item{Position: Position{2, 0, stepPrevote}, block: 1}
	eventually(ctx, t, func() error { _, _, _, err := second.ask(signer); return err })

	require.NoError(t, cluster.Members[1].Kill())
	third := item{Position: Position{3, 0, stepPrevote}, block: 1}
	_, signature, _, err := third.ask(signer)
	require.ErrorIs(t, err, ErrUnavailable)
	require.Empty(t, signature)
	_, _, _, err = second.ask(signer)
	require.NoError(t, err, "that one is in the store")
	bounded, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, _, err = identity.TakeOver(bounded, "osaka", "tokyo", begin)
	require.ErrorIs(t, err, ErrUnavailable)
	silent := 0
	for _, member := range identity.Store.Members(ctx) {
		if member.Err != nil {
			silent++
		}
	}
	require.GreaterOrEqual(t, silent, 2)

	require.NoError(t, cluster.Members[1].Start())
	eventually(ctx, t, func() error { _, _, _, err := third.ask(signer); return err })
	_, after, err := identity.TakeOver(ctx, "osaka", "tokyo", begin)
	require.NoError(t, err)
	require.Equal(t, uint64(2), after.Epoch)
	fourth := item{Position: Position{4, 0, stepPrevote}, block: 1}
	_, signature, _, err = fourth.ask(signer)
	require.ErrorIs(t, err, ErrFenced)
	require.Empty(t, signature)
}

// Of many who take over from the same signer at the same time, one does.
func TestTakeOverTogether(t *testing.T) {
	identity := newIdentity(open(t, threeMembers(t).Address(devnet.Loopback())), ed25519.GenPrivKey())
	ctx := t.Context()
	eventually(ctx, t, func() error { _, err := identity.Begin(ctx, "tokyo", Signed{}, begin); return err })
	names := []string{"osaka-1", "osaka-2", "osaka-3", "osaka-4"}
	won := make([]bool, len(names))
	var wait sync.WaitGroup
	for i, name := range names {
		wait.Go(func() {
			_, after, err := identity.TakeOver(ctx, name, "tokyo", begin)
			won[i] = err == nil && after.Holder == name
			if err != nil && !errors.Is(err, ErrFenced) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	wait.Wait()
	winners := 0
	for _, one := range won {
		if one {
			winners++
		}
	}
	require.Equal(t, 1, winners)
	record, err := identity.Load(ctx)
	require.NoError(t, err)
	require.Equal(t, uint64(2), record.Epoch)
}
