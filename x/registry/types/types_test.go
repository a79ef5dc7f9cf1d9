package types_test

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/registry/types"
)

func limits(perPayment, perDay, balance int64) types.Limits {
	return types.Limits{PerPayment: math.NewInt(perPayment), PerDay: math.NewInt(perDay), Balance: math.NewInt(balance)}
}

func TestLimits(t *testing.T) {
	top := types.MaxLimit
	valid := []types.Limits{limits(0, 0, 0), limits(1, 2, 3), {PerPayment: top, PerDay: top, Balance: top}}
	for _, l := range valid {
		require.NoError(t, l.Validate())
	}
	over := top.AddRaw(1)
	invalid := map[string]types.Limits{
		"per_payment": {PerPayment: over, PerDay: top, Balance: top},
		"per_day":     {PerPayment: top, PerDay: math.NewInt(-1), Balance: top},
		"balance":     {PerPayment: top, PerDay: top},
	}
	for name, l := range invalid {
		err := l.Validate()
		require.ErrorIs(t, err, types.ErrInvalidLimits)
		require.ErrorContains(t, err, name)
	}
}

func TestOrderKeys(t *testing.T) {
	unhex := func(text string) []byte {
		raw, err := hex.DecodeString(text)
		require.NoError(t, err)
		return raw
	}
	p256, err := secp256r1.GenPrivKey()
	require.NoError(t, err)
	r1 := p256.PubKey().Bytes()
	k1 := keepertest.Key("k1").PubKey().Bytes()
	ed := ed25519.GenPrivKeyFromSecret([]byte("ed")).PubKey().Bytes()
	key := func(id string, kind types.OrderKeyType, public []byte) types.OrderKey {
		return types.OrderKey{Id: id, Type: kind, PublicKey: public}
	}
	for _, valid := range []types.OrderKey{
		key("k", types.OrderKeyTypeEd25519, ed),
		key(strings.Repeat("k", types.MaxOrderKeyIDLength), types.OrderKeyTypeSecp256r1, r1),
		key("my phone ~", types.OrderKeyTypeSecp256k1, k1),
	} {
		require.NoError(t, valid.Validate())
	}
	// x = 5 is on neither secp256k1 nor, with this length, anything else; x = 1 is not on secp256r1.
	offCurve := append([]byte{2}, append(make([]byte, 31), 5)...)
	offR1 := append([]byte{2}, append(make([]byte, 31), 1)...)
	tests := map[string]types.OrderKey{
		"no id":                  key("", types.OrderKeyTypeEd25519, ed),
		"long id":                key(strings.Repeat("k", types.MaxOrderKeyIDLength+1), types.OrderKeyTypeEd25519, ed),
		"id of control bytes":    key("a\nb", types.OrderKeyTypeEd25519, ed),
		"id beyond ASCII":        key("鍵", types.OrderKeyTypeEd25519, ed),
		"no type":                key("k", types.OrderKeyTypeUnspecified, ed),
		"unknown type":           key("k", 9, ed),
		"ed25519 too short":      key("k", types.OrderKeyTypeEd25519, ed[1:]),
		"ed25519 too long":       key("k", types.OrderKeyTypeEd25519, k1),
		"ed25519 off curve":      key("k", types.OrderKeyTypeEd25519, append([]byte{2}, make([]byte, 31)...)),
		"ed25519 identity":       key("k", types.OrderKeyTypeEd25519, append([]byte{1}, make([]byte, 31)...)),
		"ed25519 order 4":        key("k", types.OrderKeyTypeEd25519, make([]byte, 32)),
		"ed25519 order 8":        key("k", types.OrderKeyTypeEd25519, unhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")),
		"ed25519 odd identity":   key("k", types.OrderKeyTypeEd25519, unhex("0100000000000000000000000000000000000000000000000000000000000080")),
		"secp256k1 too short":    key("k", types.OrderKeyTypeSecp256k1, ed),
		"secp256k1 uncompressed": key("k", types.OrderKeyTypeSecp256k1, append([]byte{4}, make([]byte, 64)...)),
		"secp256k1 off curve":    key("k", types.OrderKeyTypeSecp256k1, offCurve),
		"secp256k1 hybrid":       key("k", types.OrderKeyTypeSecp256k1, append([]byte{6}, k1[1:]...)),
		"secp256r1 too short":    key("k", types.OrderKeyTypeSecp256r1, ed),
		"secp256r1 off curve":    key("k", types.OrderKeyTypeSecp256r1, offR1),
		"secp256r1 no prefix":    key("k", types.OrderKeyTypeSecp256r1, append([]byte{0}, r1[1:]...)),
	}
	for name, invalid := range tests {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, invalid.Validate(), types.ErrInvalidOrderKey) })
	}
}

func validAccount() types.Account {
	return types.Account{
		Address: keepertest.Address("alice").String(), Bank: "bank-a", Status: types.AccountStatusActive,
		Kind: types.AccountKindIndividual, IdentityHash: bytes.Repeat([]byte{1}, types.IdentityHashLength),
		Limits: limits(1, 20, 3), Revision: 1, Activated: true,
		OrderKeys: []types.OrderKey{
			{Id: "a", Type: types.OrderKeyTypeSecp256k1, PublicKey: keepertest.Key("a").PubKey().Bytes()},
			{Id: "b", Type: types.OrderKeyTypeSecp256k1, PublicKey: keepertest.Key("b").PubKey().Bytes()},
		},
		Links: []types.Link{
			{Zone: "energy", Status: types.LinkStatusPending, Limits: limits(0, 8, 0)},
			{Zone: "retail", Status: types.LinkStatusUnlinking, Limits: limits(0, 12, 0)},
		},
	}
}

func TestAccount(t *testing.T) {
	keepertest.New(t, keepertest.Options{}) // sets the address prefix
	require.NoError(t, validAccount().Validate())
	require.True(t, validAccount().FinancialDayLimit().IsZero())
	tests := map[string]struct {
		change func(a *types.Account)
		want   error
	}{
		"address":           {func(a *types.Account) { a.Address = "cosmos1" }, types.ErrInvalidAccount},
		"capitals":          {func(a *types.Account) { a.Address = strings.ToUpper(a.Address) }, types.ErrInvalidAccount},
		"bank":              {func(a *types.Account) { a.Bank = "Bank A" }, types.ErrInvalidAccount},
		"long bank":         {func(a *types.Account) { a.Bank = strings.Repeat("b", 33) }, types.ErrInvalidAccount},
		"no status":         {func(a *types.Account) { a.Status = 0 }, types.ErrInvalidAccount},
		"unknown status":    {func(a *types.Account) { a.Status = 9 }, types.ErrInvalidAccount},
		"unlinked":          {func(a *types.Account) { a.Status = types.AccountStatusUnlinked }, types.ErrInvalidAccount},
		"kind":              {func(a *types.Account) { a.Kind = 9 }, types.ErrInvalidAccount},
		"hash":              {func(a *types.Account) { a.IdentityHash = nil }, types.ErrInvalidAccount},
		"revision":          {func(a *types.Account) { a.Revision = 0 }, types.ErrInvalidAccount},
		"limits":            {func(a *types.Account) { a.Limits.Balance = math.NewInt(-1) }, types.ErrInvalidLimits},
		"reason":            {func(a *types.Account) { a.StatusReason = "\xff" }, types.ErrInvalidReason},
		"key":               {func(a *types.Account) { a.OrderKeys[0].PublicKey = nil }, types.ErrInvalidOrderKey},
		"repeated key id":   {func(a *types.Account) { a.OrderKeys[1].Id = "a" }, types.ErrInvalidOrderKey},
		"many keys":         {func(a *types.Account) { a.OrderKeys = make([]types.OrderKey, types.MaxOrderKeys+1) }, types.ErrInvalidOrderKey},
		"repeated zone":     {func(a *types.Account) { a.Links[1].Zone = "energy" }, types.ErrInvalidLinks},
		"zone":              {func(a *types.Account) { a.Links[0].Zone = "" }, types.ErrInvalidLinks},
		"link status":       {func(a *types.Account) { a.Links[0].Status = 0 }, types.ErrInvalidLinks},
		"link limits":       {func(a *types.Account) { a.Links[0].Limits = types.Limits{} }, types.ErrInvalidLimits},
		"day limits":        {func(a *types.Account) { a.Limits.PerDay = math.NewInt(19) }, types.ErrInvalidLinks},
		"not activated":     {func(a *types.Account) { a.Activated = false }, types.ErrInvalidAccount},
		"applied":           {func(a *types.Account) { a.Status = types.AccountStatusApplied }, types.ErrInvalidAccount},
		"open":              {func(a *types.Account) { a.Status = types.AccountStatusOpen }, types.ErrInvalidAccount},
		"closed with links": {func(a *types.Account) { a.Status = types.AccountStatusClosed }, types.ErrInvalidLinks},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			account := validAccount()
			test.change(&account)
			require.ErrorIs(t, account.Validate(), test.want)
		})
	}
}

func TestCheckActive(t *testing.T) {
	for status, want := range map[types.AccountStatus]error{
		types.AccountStatusActive:      nil,
		types.AccountStatusFrozen:      types.ErrAccountFrozen,
		types.AccountStatusClosed:      types.ErrAccountClosed,
		types.AccountStatusUnlinked:    types.ErrAccountUnlinked,
		types.AccountStatusApplied:     types.ErrAccountNotActive,
		types.AccountStatusOpen:        types.ErrAccountNotActive,
		types.AccountStatusUnspecified: types.ErrAccountClosed, // never stored; nothing passes
	} {
		err := types.Account{Status: status}.CheckActive()
		require.Equal(t, want == nil, types.Standing{Status: status}.CheckActive(keepertest.Address("a")) == nil)
		if want == nil {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, want)
	}
}

func TestGenesis(t *testing.T) {
	keepertest.New(t, keepertest.Options{})
	require.NoError(t, types.DefaultGenesis().Validate())
	require.NoError(t, types.DefaultGenesis().ValidateReplica())

	// Order is that of the raw bytes, which is not that of the text.
	addresses := []string{keepertest.Address("a").String(), keepertest.Address("b").String()}
	if bytes.Compare(keepertest.Address("a"), keepertest.Address("b")) > 0 {
		slices.Reverse(addresses)
	}
	genesis := func() types.GenesisState {
		state := *types.DefaultGenesis()
		for _, address := range addresses {
			account := validAccount()
			account.Address = address
			state.Accounts = append(state.Accounts, account)
			state.Spending = append(state.Spending, types.Spending{Address: address, Hour: 480_000, Amount: math.OneInt(), Payments: 1})
		}
		return state
	}
	require.NoError(t, genesis().Validate())
	require.ErrorIs(t, genesis().ValidateReplica(), types.ErrInvalidAccount)

	tests := map[string]struct {
		change func(g *types.GenesisState)
		want   string
	}{
		"account":           {func(g *types.GenesisState) { g.Accounts[1].Bank = "" }, "account 1"},
		"accounts reversed": {func(g *types.GenesisState) { slices.Reverse(g.Accounts) }, "ascending order"},
		"repeated account":  {func(g *types.GenesisState) { g.Accounts[1] = g.Accounts[0] }, "without repeats"},
		"spending reversed": {func(g *types.GenesisState) { slices.Reverse(g.Spending) }, "ascending order"},
		"spending address":  {func(g *types.GenesisState) { g.Spending[0].Address = "x" }, "account not found"},
		"spending unknown":  {func(g *types.GenesisState) { g.Accounts = g.Accounts[1:] }, "account not found"},
		"spending hour":     {func(g *types.GenesisState) { g.Spending[0].Hour = 0 }, "expected the hour"},
		"spending nothing":  {func(g *types.GenesisState) { g.Spending[0].Payments = 0 }, "expected 1 payment"},
		"spending none":     {func(g *types.GenesisState) { g.Spending[0].Amount = math.Int{} }, "expected 0 to"},
		"spending too much": {func(g *types.GenesisState) { g.Spending[0].Amount = types.MaxLimit.AddRaw(1) }, "expected 0 to"},
		"params":            {func(g *types.GenesisState) { g.Params.ForcedTransferExpiry = 0 }, "forced_transfer_expiry"},
		"tier limits":       {func(g *types.GenesisState) { g.Accounts[0].TierLimits = true }, "bank's tier"},
		"bank":              {func(g *types.GenesisState) { g.Banks = []types.BankState{{}} }, "bank 0"},
		"history":           {func(g *types.GenesisState) { g.History = []types.AccountChange{{}} }, "change 0"},
		"later revision": {func(g *types.GenesisState) {
			later := g.Accounts[0]
			later.Revision++
			g.History = []types.AccountChange{{Kind: types.ChangeKindLimits, Height: 1, Account: later}}
		}, "revisions"},
		"request":         {func(g *types.GenesisState) { g.Requests = []types.AccountRequest{{}} }, "request 0"},
		"frozen amount":   {func(g *types.GenesisState) { g.FrozenAmounts = []types.FrozenAmount{{}} }, "frozen amount 0"},
		"forced transfer": {func(g *types.GenesisState) { g.ForcedTransfers = []types.ForcedTransfer{{}} }, "forced transfer 0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			state := genesis()
			test.change(&state)
			err := state.Validate()
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}

	replica := genesis()
	for i := range replica.Accounts {
		replica.Accounts[i].IdentityHash, replica.Accounts[i].Links = nil, nil
		replica.Accounts[i].Status, replica.Accounts[i].Activated = types.AccountStatusUnlinked, false
	}
	require.NoError(t, replica.ValidateReplica())
	open := replica.Accounts[0]
	open.Status = types.AccountStatusOpen
	require.ErrorIs(t, open.ValidateReplica(), types.ErrInvalidAccount)
	replica.Banks = []types.BankState{{Bank: "bank-a"}}
	require.ErrorContains(t, replica.ValidateReplica(), "Business Zone")
	replica.Banks = nil
	replica.Accounts[0].StatusReason = "secret"
	require.ErrorIs(t, replica.ValidateReplica(), types.ErrInvalidAccount)
	replica.Accounts[0].Bank = ""
	require.ErrorIs(t, replica.ValidateReplica(), types.ErrInvalidAccount)
}

func TestJapanDay(t *testing.T) {
	require.Equal(t, int64(0), types.JapanDay(time.Unix(0, 0)))
	midnight := time.Date(2026, 4, 1, 15, 0, 0, 0, time.UTC)
	require.Equal(t, types.JapanDay(midnight.Add(-time.Nanosecond))+1, types.JapanDay(midnight))

	japan := time.FixedZone("JST", 9*60*60)
	rapid.Check(t, func(rt *rapid.T) {
		moment := time.Unix(rapid.Int64Range(0, 1<<40).Draw(rt, "unix"), 0)
		date := time.Unix(types.JapanDay(moment)*24*60*60, 0).UTC()
		require.Equal(rt, moment.In(japan).Format(time.DateOnly), date.Format(time.DateOnly))
	})
}

func TestReplicaOfInvalidAccount(t *testing.T) {
	require.ErrorIs(t, types.Account{}.ValidateReplica(), types.ErrInvalidAccount)
}

func TestReason(t *testing.T) {
	require.NoError(t, types.ValidateReason("court order"))
	require.NoError(t, types.ValidateReason(strings.Repeat("x", types.MaxReasonLength)))
	for _, reason := range []string{"", strings.Repeat("x", types.MaxReasonLength+1), "\xff"} {
		require.ErrorIs(t, types.ValidateReason(reason), types.ErrInvalidReason)
	}
}

func TestCause(t *testing.T) {
	fixture := keepertest.New(t, keepertest.Options{})
	require.Equal(t, types.CausePayment, types.CauseOf(fixture.Ctx).Kind)
	want := types.Cause{Kind: types.CauseHoldCapture, Owner: keepertest.Address("owner")}
	require.Equal(t, want, types.CauseOf(types.WithCause(fixture.Ctx, want)))
	require.Equal(t, "jpy", types.FixedYen(types.YenDenom).YenDenom(fixture.Ctx))
}
