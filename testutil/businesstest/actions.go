package businesstest

import (
	"context"
	"testing"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Open links an active business account of a bank with the highest limits and returns its address, which the name
// determines.
func (w *World) Open(t testing.TB, bank, name string) string {
	t.Helper()
	return w.OpenAs(t, bank, name, registrytypes.AccountKindBusiness)
}

// OpenAs is Open for an account of any kind.
func (w *World) OpenAs(t testing.TB, bank, name string, kind registrytypes.AccountKind) string {
	t.Helper()
	address := keepertest.Address(name).String()
	w.apply(t, registrytypes.Account{
		Address: address, Bank: bank, Status: registrytypes.AccountStatusActive, Kind: kind, Revision: 1,
		Limits: registrytypes.Limits{
			PerPayment: registrytypes.MaxLimit, PerDay: registrytypes.MaxLimit, Balance: registrytypes.MaxLimit,
		},
	})
	return address
}

// Update applies what the Financial Zone says of an account next: the account as it is, with a change.
func (w *World) Update(t testing.TB, account string, change func(account *registrytypes.Account)) {
	t.Helper()
	known, err := w.Registry.GetAccount(w.Ctx, sdk.MustAccAddressFromBech32(account))
	require.NoError(t, err)
	change(&known)
	known.Revision++
	w.apply(t, known)
}

// SetStatus freezes, closes, unlinks or reactivates an account, as the Financial Zone says.
func (w *World) SetStatus(t testing.TB, account string, status registrytypes.AccountStatus) {
	t.Helper()
	w.Update(t, account, func(account *registrytypes.Account) { account.Status = status })
}

func (w *World) apply(t testing.TB, account registrytypes.Account) {
	t.Helper()
	_, applied, err := w.Registry.ApplyReplica(w.Ctx, account)
	require.NoError(t, err)
	require.True(t, applied)
}

// Charge brings an account's yen from the Financial Zone, by an ICS-20 packet.
func (w *World) Charge(t testing.TB, account string, amount int64) {
	t.Helper()
	w.charges++
	data := transfertypes.NewFungibleTokenPacketData(registrytypes.YenDenom, math.NewInt(amount).String(), account, account, "")
	packet := channeltypes.NewPacket(data.GetBytes(), w.charges, transfertypes.PortID, "channel-7",
		transfertypes.PortID, TransferChannel, clienttypes.ZeroHeight(), 1)
	acknowledgement := w.ics20.OnRecvPacket(w.Ctx, packet, nil)
	require.True(t, acknowledgement.Success(), "%s", acknowledgement.Acknowledgement())
}

// Send moves any coins from one account to another by x/bank's own message.
func (w *World) Send(from, to string, coins ...sdk.Coin) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.BankMsgs.Send(ctx, &banktypes.MsgSend{FromAddress: from, ToAddress: to, Amount: sdk.NewCoins(coins...)})
		return err
	})
}

// Pay moves yen from one account to another by x/bank's own message.
func (w *World) Pay(from, to string, amount int64) error {
	return w.Send(from, to, Yen(amount))
}

// Yen returns an amount of the zone's yen.
func Yen(amount int64) sdk.Coin {
	return sdk.NewInt64Coin(YenDenom, amount)
}

// Balance returns the yen of an address.
func (w *World) Balance(address string) int64 {
	return w.BalanceOf(address, YenDenom)
}

// BalanceOf returns how much of a denom an address has.
func (w *World) BalanceOf(address, denom string) int64 {
	return w.Bank.GetBalance(w.Ctx, sdk.MustAccAddressFromBech32(address), denom).Amount.Int64()
}
