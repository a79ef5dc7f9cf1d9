// Package keepertest builds what a keeper test needs around the keeper under test: a committed-store context, the
// codecs, and real x/auth and x/bank keepers.
package keepertest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
	"cosmossdk.io/store"
	"cosmossdk.io/store/metrics"
	storetypes "cosmossdk.io/store/types"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/x/payment/bank"
)

// MinterModule is a module account of the fixture that may mint and burn, for funding accounts in tests.
const MinterModule = "keepertest"

// Start is the block time of a new fixture: 2026-04-01 09:00:00 in Japan time, which is midnight UTC.
var Start = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

// Options says what the fixture must make room for.
type Options struct {
	// Stores names the KV stores beside x/auth's and x/bank's.
	Stores []string
	// MemoryStores names memory stores, such as x/capability's.
	MemoryStores []string
	// ModuleAccounts maps module accounts to their permissions, as authtypes.Minter and authtypes.Burner.
	ModuleAccounts map[string][]string
	// DB is where the stores are kept; in memory if nil.
	DB dbm.DB
}

// Fixture is the surroundings of one keeper under test.
type Fixture struct {
	encoding.Config

	Ctx     sdk.Context
	Keys    map[string]*storetypes.KVStoreKey
	MemKeys map[string]*storetypes.MemoryStoreKey
	Account authkeeper.AccountKeeper
	Bank    bank.Keeper
	// Authority is the address that parameter messages must come from.
	Authority string
	// Bare writes the same store as Bank and never gets a send restriction.
	Bare bankkeeper.BaseKeeper
	// MultiStore is what Ctx reads and writes; Commit writes it to the database.
	MultiStore storetypes.CommitMultiStore
}

// New builds a fixture at height 1 and block time Start.
func New(t testing.TB, options Options) *Fixture {
	t.Helper()

	config := encoding.Make()
	authtypes.RegisterInterfaces(config.InterfaceRegistry)
	banktypes.RegisterInterfaces(config.InterfaceRegistry)

	names := append([]string{authtypes.StoreKey, banktypes.StoreKey}, options.Stores...)
	keys := storetypes.NewKVStoreKeys(names...)
	memKeys := storetypes.NewMemoryStoreKeys(options.MemoryStores...)

	db := options.DB
	if db == nil {
		db = dbm.NewMemDB()
	}
	multiStore := store.NewCommitMultiStore(db, log.NewNopLogger(), metrics.NewNoOpMetrics())
	for _, name := range names {
		// No database of its own: the multistore gives each store a part of its own, where a common one would collide.
		multiStore.MountStoreWithDB(keys[name], storetypes.StoreTypeIAVL, nil)
	}
	for _, name := range options.MemoryStores {
		multiStore.MountStoreWithDB(memKeys[name], storetypes.StoreTypeMemory, nil)
	}
	require.NoError(t, multiStore.LoadLatestVersion())

	permissions := map[string][]string{MinterModule: {authtypes.Minter, authtypes.Burner}}
	blocked := map[string]bool{}
	for name, granted := range options.ModuleAccounts {
		permissions[name] = granted
		blocked[authtypes.NewModuleAddress(name).String()] = true
	}
	authority := authtypes.NewModuleAddress("membership").String()
	account := authkeeper.NewAccountKeeper(
		config.Codec, runtime.NewKVStoreService(keys[authtypes.StoreKey]), authtypes.ProtoBaseAccount,
		permissions, address.Codec(), address.Prefix, authority,
	)
	service := runtime.NewKVStoreService(keys[banktypes.StoreKey])
	extended := bank.NewKeeper(config.Codec, service, account, blocked, authority, log.NewNopLogger())

	ctx := sdk.NewContext(multiStore, cmtproto.Header{Height: 1, Time: Start, ChainID: "keepertest-1"}, false, log.NewNopLogger())
	require.NoError(t, account.Params.Set(ctx, authtypes.DefaultParams()))
	require.NoError(t, extended.SetParams(ctx, banktypes.DefaultParams()))
	for _, name := range slices.Sorted(maps.Keys(permissions)) {
		account.GetModuleAccount(ctx, name) // makes it, as the applications do
	}

	return &Fixture{
		Config: config, Ctx: ctx, Keys: keys, MemKeys: memKeys,
		Account: account, Bank: extended, Authority: authority, MultiStore: multiStore,
		Bare: bankkeeper.NewBaseKeeper(config.Codec, service, account, blocked, authority, log.NewNopLogger()),
	}
}

// NextBlock moves the context by one height and by the given time, with a fresh event manager.
func (f *Fixture) NextBlock(elapsed time.Duration) {
	header := f.Ctx.BlockHeader()
	header.Height++
	header.Time = header.Time.Add(elapsed)
	f.Ctx = f.Ctx.WithBlockHeader(header).WithEventManager(sdk.NewEventManager())
}

// Do runs one message as a transaction does: what it changed stays only if it succeeds.
func (f *Fixture) Do(message func(ctx context.Context) error) error {
	ctx, write := f.Ctx.CacheContext()
	if err := message(ctx); err != nil {
		return err
	}
	write()
	return nil
}

// Commit writes the stores to the fixture's database, as the end of a block does, and goes on with an empty cache.
func (f *Fixture) Commit() {
	f.MultiStore.Commit()
}

// Fund mints coins and puts them straight into an account, past every send restriction: the test's own way to make
// a starting balance.
func (f *Fixture) Fund(t testing.TB, to sdk.AccAddress, coins ...sdk.Coin) {
	t.Helper()
	require.NoError(t, f.Bank.MintCoins(f.Ctx, MinterModule, sdk.NewCoins(coins...)))
	require.NoError(t, f.Bare.SendCoins(f.Ctx, authtypes.NewModuleAddress(MinterModule), to, sdk.NewCoins(coins...)))
}

// Address returns the address of a key derived from a name: the same name gives the same address.
func Address(name string) sdk.AccAddress {
	// The SDK caches the text of an address under the prefix of its first use.
	address.Configure()
	return sdk.AccAddress(Key(name).PubKey().Address())
}

// Key returns a secp256k1 key derived from a name, for tests only.
func Key(name string) *secp256k1.PrivKey {
	return secp256k1.GenPrivKeyFromSecret([]byte(name))
}

// RequireEvent asserts that the context emitted a typed event equal to the one given.
func RequireEvent(t testing.TB, ctx context.Context, want proto.Message) {
	t.Helper()
	expected, err := sdk.TypedEventToEvent(want)
	require.NoError(t, err)
	events := sdk.UnwrapSDKContext(ctx).EventManager().Events()
	for _, event := range events {
		if event.Type == expected.Type && fmt.Sprint(event.Attributes) == fmt.Sprint(expected.Attributes) {
			return
		}
	}
	require.Failf(t, "event not emitted", "expected %v, got %v", expected, events)
}
