package moneytest

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Open opens an active account of a bank with the highest limits and returns its address, which the name determines.
func (w *World) Open(t testing.TB, bank, name string) string {
	t.Helper()
	address := keepertest.Address(name).String()
	reference := "open/" + name
	_, err := w.RegistryMsgs.ApplyAccount(w.Ctx, &registrytypes.MsgApplyAccount{
		Operator: Operator(bank, "maker"), Reference: reference, Address: address, Kind: registrytypes.AccountKindIndividual,
		IdentityHash: bytes.Repeat([]byte{7}, registrytypes.IdentityHashLength),
		Limits: &registrytypes.Limits{
			PerPayment: registrytypes.MaxLimit, PerDay: registrytypes.MaxLimit, Balance: math.NewInt(1_000_000_000),
		},
	})
	require.NoError(t, err)
	_, err = w.RegistryMsgs.ApproveRequest(w.Ctx, &registrytypes.MsgApproveRequest{Operator: Operator(bank, "checker"), Reference: reference})
	require.NoError(t, err)
	_, err = w.RegistryMsgs.ActivateAccount(w.Ctx, &registrytypes.MsgActivateAccount{Holder: address})
	require.NoError(t, err)
	return address
}

// RequestIssue has the bank's maker ask for yen.
func (w *World) RequestIssue(bank, account string, amount int64, reference string) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.DepositMsgs.RequestIssue(ctx, &deposittypes.MsgRequestIssue{
			Requester: Operator(bank, "maker"), Account: account, Amount: Yen(amount), Reference: reference,
		})
		return err
	})
}

// RequestRedeem has the holder ask for its deposit. The order's reference is deposittypes.HolderReference.
func (w *World) RequestRedeem(account string, amount int64, reference string) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.DepositMsgs.RequestRedeem(ctx, &deposittypes.MsgRequestRedeem{
			Requester: account, Account: account, Amount: Yen(amount), Reference: reference,
		})
		return err
	})
}

// Approve has the bank's checker carry out an order.
func (w *World) Approve(bank, reference string) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.DepositMsgs.Approve(ctx, &deposittypes.MsgApprove{Operator: Operator(bank, "checker"), Reference: reference})
		return err
	})
}

// Reject has the bank's checker refuse an order.
func (w *World) Reject(bank, reference string) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.DepositMsgs.Reject(ctx, &deposittypes.MsgReject{
			Operator: Operator(bank, "checker"), Reference: reference,
			RejectCode: deposittypes.RejectCodeInsufficientDeposit, Reason: "not covered",
		})
		return err
	})
}

// Issue has the bank give an account yen.
func (w *World) Issue(t testing.TB, bank, account string, amount int64, reference string) {
	t.Helper()
	require.NoError(t, w.RequestIssue(bank, account, amount, reference))
	require.NoError(t, w.Approve(bank, reference))
}

// Pay moves yen from one account to another.
func (w *World) Pay(from, to string, amount int64) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.BankMsgs.Send(ctx, &banktypes.MsgSend{FromAddress: from, ToAddress: to, Amount: sdk.NewCoins(Yen(amount))})
		return err
	})
}

// Freeze has the bank's compliance freeze an account.
func (w *World) Freeze(bank, account string) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.RegistryMsgs.FreezeAccount(ctx, &registrytypes.MsgFreezeAccount{
			Operator: Operator(bank, "compliance"), Address: account, Reason: "court order",
		})
		return err
	})
}

// Unfreeze has two operators of the bank's compliance unfreeze an account.
func (w *World) Unfreeze(bank, account string) error {
	return w.doubly(bank, func(ctx context.Context, reference string) error {
		_, err := w.RegistryMsgs.RequestUnfreeze(ctx, &registrytypes.MsgRequestUnfreeze{
			Operator: Operator(bank, "compliance"), Reference: reference, Address: account, Reason: "order lifted",
		})
		return err
	})
}

// Pause has the bank's compliance stop the bank.
func (w *World) Pause(bank string) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.RegistryMsgs.PauseBank(ctx, &registrytypes.MsgPauseBank{Operator: Operator(bank, "compliance"), Reason: "drill"})
		return err
	})
}

// Unpause has two operators of the bank's compliance let the bank go on.
func (w *World) Unpause(bank string) error {
	return w.doubly(bank, func(ctx context.Context, reference string) error {
		_, err := w.RegistryMsgs.RequestUnpause(ctx, &registrytypes.MsgRequestUnpause{
			Operator: Operator(bank, "compliance"), Reference: reference, Reason: "drill over",
		})
		return err
	})
}

// doubly has a second operator of the bank's compliance approve what the first requests.
func (w *World) doubly(bank string, request func(ctx context.Context, reference string) error) error {
	w.requests++
	reference := fmt.Sprintf("request/%d", w.requests)
	return w.Do(func(ctx context.Context) error {
		if err := request(ctx, reference); err != nil {
			return err
		}
		_, err := w.RegistryMsgs.ApproveRequest(ctx, &registrytypes.MsgApproveRequest{
			Operator: Operator(bank, "compliance-2"), Reference: reference,
		})
		return err
	})
}

// Close has the bank's maker close an account.
func (w *World) Close(bank, account string) error {
	return w.Do(func(ctx context.Context) error {
		_, err := w.RegistryMsgs.CloseAccount(ctx, &registrytypes.MsgCloseAccount{
			Operator: Operator(bank, "maker"), Address: account, Reason: "asked by holder",
		})
		return err
	})
}
