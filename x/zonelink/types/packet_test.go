package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

func limits(perPayment, perDay, balance int64) registrytypes.Limits {
	return registrytypes.Limits{PerPayment: math.NewInt(perPayment), PerDay: math.NewInt(perDay), Balance: math.NewInt(balance)}
}

func linked(status registrytypes.LinkStatus) (registrytypes.Account, registrytypes.Link) {
	link := registrytypes.Link{Zone: "retail", Status: status, Limits: limits(1, 2, 3)}
	return registrytypes.Account{
		Address: keepertest.Address("holder").String(), Bank: "bank-a", Status: registrytypes.AccountStatusFrozen,
		Kind: registrytypes.AccountKindBusiness, IdentityHash: make([]byte, 32), Limits: limits(10, 20, 30),
		Links: []registrytypes.Link{link}, Revision: 7, StatusReason: "order 2026-17",
	}, link
}

func TestAccountUpdateCarriesOnlyWhatTheZoneMayKnow(t *testing.T) {
	account, link := linked(registrytypes.LinkStatusActive)
	update := types.NewAccountUpdate(account, link)
	require.True(t, update.Linked)
	replica := update.Replica()
	require.NoError(t, replica.ValidateReplica())
	require.Equal(t, registrytypes.Account{
		Address: account.Address, Bank: "bank-a", Status: registrytypes.AccountStatusFrozen,
		Kind: registrytypes.AccountKindBusiness, Limits: link.Limits, Revision: 7,
	}, replica)
}

func TestAccountUpdateIsLinkedByStatusOfLink(t *testing.T) {
	for status, want := range map[registrytypes.LinkStatus]bool{
		registrytypes.LinkStatusUnspecified: false,
		registrytypes.LinkStatusRequested:   false,
		registrytypes.LinkStatusPending:     true,
		registrytypes.LinkStatusActive:      true,
		registrytypes.LinkStatusUnlinking:   false,
	} {
		update := types.NewAccountUpdate(linked(status))
		require.Equal(t, want, update.Linked, status)
		if !want {
			require.Equal(t, registrytypes.AccountStatusUnlinked, update.Replica().Status, status)
		}
	}
}

func TestDigestLeavesOutTheRevision(t *testing.T) {
	account, link := linked(registrytypes.LinkStatusPending)
	first, err := types.NewAccountUpdate(account, link).Digest()
	require.NoError(t, err)

	account.Revision++
	link.Status = registrytypes.LinkStatusActive
	second, err := types.NewAccountUpdate(account, link).Digest()
	require.NoError(t, err)
	require.Equal(t, first, second, "the zone sees no difference between pending and active")

	link.Limits = limits(1, 2, 4)
	third, err := types.NewAccountUpdate(account, link).Digest()
	require.NoError(t, err)
	require.NotEqual(t, first, third)
}

func TestDecodeAccountUpdateIsTheReverseOfEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(0, 1_000_000_000_000_000)
		want := types.AccountUpdate{
			Address:  keepertest.Address(rapid.String().Draw(t, "holder")).String(),
			Bank:     rapid.StringMatching(`[a-z][a-z0-9-]{1,31}`).Draw(t, "bank"),
			Status:   registrytypes.AccountStatus(rapid.Int32Range(1, 3).Draw(t, "status")),
			Kind:     registrytypes.AccountKind(rapid.Int32Range(1, 3).Draw(t, "kind")),
			Limits:   limits(amount.Draw(t, "per payment"), amount.Draw(t, "per day"), amount.Draw(t, "balance")),
			Revision: rapid.Uint64Min(1).Draw(t, "revision"),
			Linked:   rapid.Bool().Draw(t, "linked"),
		}
		encoded, err := types.EncodeAccountUpdate(want)
		require.NoError(t, err)
		got, err := decodeAccountUpdate(encoded)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestDecodeAccountUpdateRefuses(t *testing.T) {
	valid := types.NewAccountUpdate(linked(registrytypes.LinkStatusActive))
	encode := func(change func(*types.AccountUpdate)) []byte {
		update := valid
		change(&update)
		encoded, err := types.EncodeAccountUpdate(update)
		require.NoError(t, err)
		return encoded
	}
	good := encode(func(*types.AccountUpdate) {})
	for name, data := range map[string][]byte{
		"no protobuf":           []byte("{}"),
		"nothing":               nil,
		"another kind":          {0x12, 0x00}, // field 2, a flow report to come
		"an unknown field":      append(append([]byte{}, good...), 0x78, 0x01),
		"the packet twice":      append(append([]byte{}, good...), good...),
		"no address":            encode(func(u *types.AccountUpdate) { u.Address = "" }),
		"upper-case address":    encode(func(u *types.AccountUpdate) { u.Address = "AZU1" }),
		"no bank":               encode(func(u *types.AccountUpdate) { u.Bank = "" }),
		"no status":             encode(func(u *types.AccountUpdate) { u.Status = 0 }),
		"the zone's own status": encode(func(u *types.AccountUpdate) { u.Status = registrytypes.AccountStatusUnlinked }),
		"unknown status":        encode(func(u *types.AccountUpdate) { u.Status = 99 }),
		"no kind":               encode(func(u *types.AccountUpdate) { u.Kind = 0 }),
		"negative limit":        encode(func(u *types.AccountUpdate) { u.Limits.PerDay = math.NewInt(-1) }),
		"no revision":           encode(func(u *types.AccountUpdate) { u.Revision = 0 }),
		"bad order key":         encode(func(u *types.AccountUpdate) { u.OrderKeys = []registrytypes.OrderKey{{Id: "1"}} }),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decodeAccountUpdate(data)
			require.ErrorIs(t, err, types.ErrInvalidPacket)
		})
	}
}

// Whatever bytes come over the channel: an error or a valid update, never a panic.
func TestDecodeAccountUpdateNeverPanics(t *testing.T) {
	good, err := types.EncodeAccountUpdate(types.NewAccountUpdate(linked(registrytypes.LinkStatusActive)))
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		data := append([]byte{}, good...)
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			data[rapid.IntRange(0, len(data)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		update, err := decodeAccountUpdate(data)
		if err != nil {
			require.ErrorIs(t, err, types.ErrInvalidPacket)
			return
		}
		require.NotZero(t, update.Revision)
	})
}

// decodeAccountUpdate returns what a packet of that kind carries.
func decodeAccountUpdate(data []byte) (types.AccountUpdate, error) {
	packet, err := types.DecodePacket(data)
	if err != nil || packet.GetAccountUpdate() == nil {
		return types.AccountUpdate{}, err
	}
	return *packet.GetAccountUpdate(), nil
}
