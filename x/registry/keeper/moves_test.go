package keeper_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/moneytest"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/registry/keeper"
	"github.com/azukari-network/azukari/x/registry/types"
)

var newIdentity = bytes.Repeat([]byte{9}, types.IdentityHashLength)

func (m *money) requestMove(reference, target string) error {
	return m.Do(func(ctx context.Context) error {
		own := limits(100, 200, 50_000)
		_, err := m.RegistryMsgs.RequestMove(ctx, &types.MsgRequestMove{
			Operator: moneytest.Operator(beta, "maker"), Reference: reference, Address: target, IdentityHash: newIdentity,
			Limits: &own, Reason: "asked by the holder",
		})
		return err
	})
}

// theMove is the reference of the one move of a test.
const theMove = "m1"

// openMove has beta's maker and checker take an account.
func (m *money) openMove(t testing.TB, target string) {
	t.Helper()
	require.NoError(t, m.requestMove(theMove, target))
	require.NoError(t, m.approve(beta, theMove))
}

func (m *money) consent(holder, reference string) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.ConsentMove(ctx, &types.MsgConsentMove{Holder: holder, NewBank: beta, Reference: reference})
		return err
	})
}

func (m *money) acknowledge(bank string) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.AcknowledgeMove(ctx, &types.MsgAcknowledgeMove{
			Operator: moneytest.Operator(bank, "checker"), NewBank: beta, Reference: theMove,
		})
		return err
	})
}

func (m *money) refuse(bank string) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.RefuseMove(ctx, &types.MsgRefuseMove{
			Operator: moneytest.Operator(bank, "compliance"), NewBank: beta, Reference: theMove, Reason: "under investigation",
		})
		return err
	})
}

func (m *money) decline(holder, reference string) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.DeclineMove(ctx, &types.MsgDeclineMove{Holder: holder, NewBank: beta, Reference: reference, Reason: "no"})
		return err
	})
}

func (m *money) complete() error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.CompleteMove(ctx, &types.MsgCompleteMove{Operator: moneytest.Operator(beta, "maker"), Reference: theMove})
		return err
	})
}

func (m *money) moveStatus(t testing.TB) types.MoveStatus {
	t.Helper()
	response, err := keeper.NewQueryServer(m.Registry).AccountMove(m.Ctx, &types.QueryAccountMoveRequest{NewBank: beta, Reference: theMove})
	require.NoError(t, err)
	require.NoError(t, response.Move.Validate())
	return response.Move.Status
}

func (m *money) sameMoves(t testing.TB) {
	t.Helper()
	exported, err := m.Registry.ExportGenesis(m.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
	again := newMoney(t)
	require.NoError(t, again.Registry.InitGenesis(again.Ctx, *exported))
	second, err := again.Registry.ExportGenesis(again.Ctx)
	require.NoError(t, err)
	require.Equal(t, exported.Moves, second.Moves)
}

// The whole of an account becomes the new bank's debt, settled like a payment; the address and what it was stay.
func TestAccountMoves(t *testing.T) {
	m := newMoney(t)
	require.NoError(t, m.Pay(m.anna, m.arno, 10))
	require.NoError(t, m.replaceKeys(m.anna, orderKey("phone")))
	require.NoError(t, m.announce("k1", m.anna, orderKey("other")))
	before := [2]int64{m.liability(t, alpha), m.liability(t, beta)}
	m.openMove(t, m.anna)
	m.sameMoves(t)
	require.ErrorIs(t, m.complete(), types.ErrMoveNotAgreed)
	require.NoError(t, m.consent(m.anna, theMove))
	require.ErrorIs(t, m.consent(m.anna, theMove), types.ErrMoveAgreed)
	require.ErrorIs(t, m.complete(), types.ErrMoveNotAgreed, "the old bank's time is not over")
	require.NoError(t, m.acknowledge(alpha))
	require.ErrorIs(t, m.acknowledge(alpha), types.ErrMoveAgreed)
	require.ErrorIs(t, m.refuse(alpha), types.ErrMoveAgreed)
	m.sameMoves(t)
	require.NoError(t, m.complete())

	moved, err := m.Registry.GetAccount(m.Ctx, account(m.anna))
	require.NoError(t, err)
	require.NoError(t, moved.Validate())
	require.Equal(t, beta, moved.Bank)
	require.Equal(t, newIdentity, moved.IdentityHash)
	require.Equal(t, limits(100, 200, 50_000), moved.Limits)
	require.Equal(t, []types.OrderKey{orderKey("phone")}, moved.OrderKeys)
	require.EqualValues(t, 9_990, m.Balance(m.anna))
	require.Equal(t, [2]int64{before[0] - 9_990, before[1] + 9_990}, [2]int64{m.liability(t, alpha), m.liability(t, beta)})
	require.Equal(t, types.MoveStatusCompleted, m.moveStatus(t))
	require.ErrorIs(t, m.complete(), types.ErrMoveEnded, "once")
	require.ErrorIs(t, m.Freeze(alpha, m.anna), types.ErrWrongBank, "the old bank has no say any more")
	require.ErrorIs(t, m.Pay(m.anna, m.berta, 101), types.ErrLimitPerPayment, "the new bank's limits")
	require.NoError(t, m.Pay(m.anna, m.berta, 100))
	m.NextBlock(types.DefaultMoveExpiry)
	require.NoError(t, m.Registry.EndExpired(m.Ctx))
	require.Equal(t, []types.OrderKey{orderKey("phone")}, m.keys(t, m.anna), "what the old bank announced is no more")
	list, err := keeper.NewQueryServer(m.Registry).AccountMoves(m.Ctx, &types.QueryAccountMovesRequest{NewBank: beta})
	require.NoError(t, err)
	require.Len(t, list.Moves, 1)
	accounts, err := keeper.NewQueryServer(m.Registry).Accounts(m.Ctx, &types.QueryAccountsRequest{Bank: alpha})
	require.NoError(t, err)
	require.Len(t, accounts.Accounts, 1)
	m.sameMoves(t)
}

func TestMoveBySilence(t *testing.T) {
	m := newMoney(t)
	m.openMove(t, m.anna)
	require.NoError(t, m.consent(m.anna, theMove))
	m.NextBlock(types.DefaultMoveAcknowledgement - time.Nanosecond)
	require.ErrorIs(t, m.complete(), types.ErrMoveNotAgreed)
	m.NextBlock(time.Nanosecond)
	require.ErrorIs(t, m.refuse(alpha), types.ErrMoveAgreed)
	require.NoError(t, m.complete())
}

func TestMoveThatIsNot(t *testing.T) {
	for name, test := range map[string]struct {
		stop func(m *money) error
		want types.MoveStatus
	}{
		"old bank": {func(m *money) error { return m.refuse(alpha) }, types.MoveStatusRefused},
		"new bank": {func(m *money) error { return m.refuse(beta) }, types.MoveStatusRefused},
		"holder":   {func(m *money) error { return m.decline(m.anna, theMove) }, types.MoveStatusRefused},
		"time": {func(m *money) error {
			m.NextBlock(types.DefaultMoveExpiry)
			if err := m.complete(); err == nil {
				return nil
			}
			return m.Registry.EndExpired(m.Ctx)
		}, types.MoveStatusExpired},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMoney(t)
			m.openMove(t, m.anna)
			require.NoError(t, m.consent(m.anna, theMove))
			require.NoError(t, test.stop(m))
			require.Equal(t, test.want, m.moveStatus(t))
			require.ErrorIs(t, m.complete(), types.ErrMoveEnded)
			require.ErrorIs(t, m.consent(m.anna, theMove), types.ErrMoveEnded)
			require.ErrorIs(t, m.refuse(beta), types.ErrMoveEnded)
			require.ErrorIs(t, m.acknowledge(alpha), types.ErrMoveEnded)
			m.sameMoves(t)
		})
	}
}

// What a move could not take with it keeps the account where it is, and so does a bank that cannot settle.
func TestMoveIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(m *money) error
		want   error
	}{
		"frozen": {func(m *money) error { return m.Freeze(alpha, m.anna) }, types.ErrAccountFrozen},
		"amount frozen": {func(m *money) error {
			_, err := m.RegistryMsgs.FreezeAmount(m.Ctx, &types.MsgFreezeAmount{
				Operator: moneytest.Operator(alpha, "compliance"), Address: m.anna, Amount: math.OneInt(), OrderReference: "H-1", Reason: "seizure",
			})
			return err
		}, types.ErrAccountInUse},
		"screened": {func(m *money) error { return m.Pay(m.anna, m.arno, 5_000) }, types.ErrAccountInUse},
		"redeem":   {func(m *money) error { return m.RequestRedeem(m.anna, 5, "r1") }, types.ErrAccountInUse},
		"link": {func(m *money) error {
			return m.Registry.UpdateLinks(m.Ctx, account(m.anna), func(types.Account) ([]types.Link, error) {
				return []types.Link{{Zone: "retail", Status: types.LinkStatusRequested, Limits: limits(1, 1, 1)}}, nil
			})
		}, types.ErrAccountInUse},
		"old bank paused": {func(m *money) error { return m.Pause(alpha) }, types.ErrBankPaused},
		"new bank paused": {func(m *money) error { return m.Pause(beta) }, types.ErrBankPaused},
		"no liquidity": {func(m *money) error {
			none := math.ZeroInt()
			_, err := m.ClearingMsgs.SetNetDebitCap(m.Ctx, &clearingtypes.MsgSetNetDebitCap{
				Authority: m.Membership.Authority(), Bank: alpha, Cap: &none,
			})
			return err
		}, clearingtypes.ErrInsufficientLiquidity},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMoney(t)
			m.screen(t, "rules", screening(5_000))
			m.openMove(t, m.anna)
			require.NoError(t, m.consent(m.anna, theMove))
			require.NoError(t, m.acknowledge(alpha))
			require.NoError(t, test.change(m))
			require.ErrorIs(t, m.complete(), test.want)
			unmoved, err := m.Registry.GetAccount(m.Ctx, account(m.anna))
			require.NoError(t, err)
			require.Equal(t, alpha, unmoved.Bank)
			require.Equal(t, types.MoveStatusOpen, m.moveStatus(t), "it may be tried again")
		})
	}
}

func TestMoveByWhom(t *testing.T) {
	m := newMoney(t)
	m.openAs(t, types.AccountKindBankOwn, stranger.String())
	require.ErrorIs(t, m.requestMove("x", m.berta), types.ErrInvalidMove, "it is there already")
	require.ErrorIs(t, m.requestMove("x", stranger.String()), types.ErrInvalidMove, "the bank's own")
	require.ErrorIs(t, m.requestMove("x", bob.String()), types.ErrAccountNotFound)
	m.openMove(t, m.anna)
	require.ErrorIs(t, m.consent(m.arno, theMove), types.ErrNotPartOfMove)
	require.ErrorIs(t, m.decline(m.arno, theMove), types.ErrNotPartOfMove)
	require.ErrorIs(t, m.acknowledge(beta), types.ErrNotPartOfMove)
	require.ErrorIs(t, m.consent(m.anna, "m2"), types.ErrMoveNotFound)
	_, err := m.RegistryMsgs.RefuseMove(m.Ctx, &types.MsgRefuseMove{Operator: moneytest.Operator(beta, "compliance"), NewBank: beta, Reference: theMove})
	require.ErrorIs(t, err, types.ErrInvalidReason)
	_, err = m.RegistryMsgs.DeclineMove(m.Ctx, &types.MsgDeclineMove{Holder: m.anna, NewBank: beta, Reference: theMove})
	require.ErrorIs(t, err, types.ErrInvalidReason)

	// An empty account moves without a flow.
	require.NoError(t, m.Pay(m.anna, m.arno, 10_000))
	require.NoError(t, m.consent(m.anna, theMove))
	require.NoError(t, m.acknowledge(alpha))
	before := m.liability(t, alpha)
	require.NoError(t, m.complete())
	require.Equal(t, before, m.liability(t, alpha))
}
