package keeper_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/registry/keeper"
	"github.com/azukari-network/azukari/x/registry/types"
)

// firm is money with a business at alpha, of whose payments of 1,000 yen or more two of three operators approve.
type firm struct {
	*money
	address   string
	operators []string
}

func newFirm(t testing.TB) *firm {
	t.Helper()
	f := &firm{money: newMoney(t), address: keepertest.Address("firm").String()}
	f.openAs(t, types.AccountKindBusiness, f.address)
	for _, name := range []string{"op-1", "op-2", "op-3"} {
		f.operators = append(f.operators, f.Open(t, beta, name))
	}
	f.Issue(t, alpha, f.address, 10_000, "firm")
	require.NoError(t, f.setApprovals("a1", f.mandate(1_000, 2)))
	return f
}

// openAs makes an address an active account of alpha.
func (m *money) openAs(t testing.TB, kind types.AccountKind, address string) {
	t.Helper()
	own := limits(5_000, 9_000, 1_000_000)
	_, err := m.RegistryMsgs.ApplyAccount(m.Ctx, &types.MsgApplyAccount{
		Operator: moneytest.Operator(alpha, "maker"), Reference: "open/" + address, Address: address, Kind: kind,
		IdentityHash: bytes.Repeat([]byte{7}, types.IdentityHashLength), Limits: &own,
	})
	require.NoError(t, err)
	require.NoError(t, m.approve(alpha, "open/"+address))
	_, err = m.RegistryMsgs.ActivateAccount(m.Ctx, &types.MsgActivateAccount{Holder: address})
	require.NoError(t, err)
}

func (m *money) approve(bank, reference string) error {
	return m.Do(func(ctx context.Context) error {
		_, err := m.RegistryMsgs.ApproveRequest(ctx, &types.MsgApproveRequest{Operator: moneytest.Operator(bank, "checker"), Reference: reference})
		return err
	})
}

func (f *firm) mandate(threshold int64, required uint32) *types.PaymentApprovals {
	return &types.PaymentApprovals{
		Threshold: math.NewInt(threshold), Required: required, Operators: slices.Sorted(slices.Values(f.operators)),
	}
}

func (f *firm) requestApprovals(reference, address string, approvals *types.PaymentApprovals) error {
	return f.Do(func(ctx context.Context) error {
		_, err := f.RegistryMsgs.RequestApprovals(ctx, &types.MsgRequestApprovals{
			Operator: moneytest.Operator(alpha, "maker"), Reference: reference, Address: address, Approvals: approvals, Reason: "mandate",
		})
		return err
	})
}

func (f *firm) setApprovals(reference string, approvals *types.PaymentApprovals) error {
	if err := f.requestApprovals(reference, f.address, approvals); err != nil {
		return err
	}
	return f.approve(alpha, reference)
}

// theProposal is the reference of the one payment that the operators of a test decide.
const theProposal = "p1"

func (f *firm) propose(proposer, reference, payee string, amount int64) error {
	return f.Do(func(ctx context.Context) error {
		_, err := f.RegistryMsgs.ProposePayment(ctx, &types.MsgProposePayment{
			Proposer: proposer, Account: f.address, Reference: reference, Payee: payee, Amount: math.NewInt(amount),
		})
		return err
	})
}

func (f *firm) word(operator string) (executed bool, err error) {
	err = f.Do(func(ctx context.Context) error {
		response, err := f.RegistryMsgs.ApprovePayment(ctx, &types.MsgApprovePayment{Operator: operator, Account: f.address, Reference: theProposal})
		executed = err == nil && response.Executed
		return err
	})
	return executed, err
}

func (f *firm) withdraw(operator, reference string) error {
	return f.Do(func(ctx context.Context) error {
		_, err := f.RegistryMsgs.WithdrawPayment(ctx, &types.MsgWithdrawPayment{
			Operator: operator, Account: f.address, Reference: reference, Reason: "not ours",
		})
		return err
	})
}

func (f *firm) proposal(t testing.TB) types.ProposedPayment {
	t.Helper()
	response, err := keeper.NewQueryServer(f.Registry).ProposedPayment(f.Ctx, &types.QueryProposedPaymentRequest{Account: f.address, Reference: theProposal})
	require.NoError(t, err)
	require.NoError(t, response.Payment.Validate())
	return response.Payment
}

func (f *firm) sameProposals(t testing.TB) {
	t.Helper()
	exported, err := f.Registry.ExportGenesis(f.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
	again := newMoney(t)
	require.NoError(t, again.Registry.InitGenesis(again.Ctx, *exported))
	second, err := again.Registry.ExportGenesis(again.Ctx)
	require.NoError(t, err)
	require.Equal(t, exported.ProposedPayments, second.ProposedPayments)
}

func TestPaymentNeedsApprovals(t *testing.T) {
	f := newFirm(t)
	require.NoError(t, f.Pay(f.address, f.berta, 999))
	require.ErrorIs(t, f.Pay(f.address, f.berta, 1_000), types.ErrApprovalsNeeded)
	require.ErrorIs(t, f.Registry.AdmitPayment(f.Ctx, account(f.address), account(f.berta), yen(1_000)), types.ErrApprovalsNeeded)
	require.NoError(t, f.Pay(f.anna, f.address, 5_000), "to the business")

	require.NoError(t, f.propose(f.operators[0], theProposal, f.berta, 1_500))
	_, err := f.word(f.operators[0])
	require.ErrorIs(t, err, types.ErrSameOperator)
	_, err = f.word(f.anna)
	require.ErrorIs(t, err, types.ErrNotPaymentOperator)
	_, err = f.word(f.address)
	require.ErrorIs(t, err, types.ErrNotPaymentOperator, "the account's key is no operator")
	executed, err := f.word(f.operators[1])
	require.NoError(t, err)
	require.False(t, executed)
	_, err = f.word(f.operators[1])
	require.ErrorIs(t, err, types.ErrOperatorApproved)
	f.sameProposals(t)
	before := f.Balance(f.berta)
	executed, err = f.word(f.operators[2])
	require.NoError(t, err)
	require.True(t, executed)
	require.Equal(t, before+1_500, f.Balance(f.berta))
	require.Equal(t, types.ProposalStatusExecuted, f.proposal(t).Status)
	_, err = f.word(f.operators[2])
	require.ErrorIs(t, err, types.ErrProposalEnded, "once")
	require.ErrorIs(t, f.withdraw(f.operators[2], theProposal), types.ErrProposalEnded)
	f.sameProposals(t)
	list, err := keeper.NewQueryServer(f.Registry).ProposedPayments(f.Ctx, &types.QueryProposedPaymentsRequest{Account: f.address})
	require.NoError(t, err)
	require.Len(t, list.Payments, 1)
}

func TestProposalRefusals(t *testing.T) {
	f := newFirm(t)
	require.NoError(t, f.propose(f.address, theProposal, f.berta, 1_000))
	for name, test := range map[string]struct {
		err  error
		want error
	}{
		"repeated":        {f.propose(f.address, theProposal, f.berta, 1_000), types.ErrReferenceUsed},
		"reference":       {f.propose(f.address, "", f.berta, 1_000), types.ErrInvalidReference},
		"below threshold": {f.propose(f.address, "p2", f.berta, 999), types.ErrInvalidProposal},
		"to itself":       {f.propose(f.address, "p2", f.address, 1_000), types.ErrInvalidProposal},
		"amount":          {f.propose(f.address, "p2", f.berta, 0), types.ErrInvalidAmount},
		"by others":       {f.propose(f.anna, "p2", f.berta, 1_000), types.ErrNotPaymentOperator},
		"withdrawn":       {f.withdraw(f.anna, theProposal), types.ErrNotPaymentOperator},
		"unknown":         {f.withdraw(f.address, "p2"), types.ErrProposalNotFound},
	} {
		require.ErrorIs(t, test.err, test.want, name)
	}
	_, err := f.RegistryMsgs.WithdrawPayment(f.Ctx, &types.MsgWithdrawPayment{Operator: f.address, Account: f.address, Reference: theProposal})
	require.ErrorIs(t, err, types.ErrInvalidReason)
	require.NoError(t, f.withdraw(f.operators[0], theProposal))
	require.Equal(t, types.ProposalStatusWithdrawn, f.proposal(t).Status)
	_, err = f.word(f.operators[0])
	require.ErrorIs(t, err, types.ErrProposalEnded)

	require.NoError(t, f.Freeze(alpha, f.address))
	require.ErrorIs(t, f.propose(f.address, "p3", f.berta, 1_000), types.ErrAccountFrozen)
}

func TestProposalExpires(t *testing.T) {
	f := newFirm(t)
	require.NoError(t, f.propose(f.address, theProposal, f.berta, 1_000))
	f.NextBlock(types.DefaultProposalExpiry)
	_, err := f.word(f.operators[0])
	require.ErrorIs(t, err, types.ErrProposalEnded, "its time is over before the block has come to it")
	require.NoError(t, f.Registry.EndExpired(f.Ctx))
	require.Equal(t, types.ProposalStatusExpired, f.proposal(t).Status)
	f.sameProposals(t)
}

// The last word is given when the payment can be made, and not before.
func TestProposalThatCannotBePaid(t *testing.T) {
	f := newFirm(t)
	require.NoError(t, f.propose(f.address, theProposal, f.berta, 1_000))
	_, err := f.word(f.operators[0])
	require.NoError(t, err)
	require.NoError(t, f.Freeze(beta, f.berta))
	_, err = f.word(f.operators[1])
	require.ErrorIs(t, err, types.ErrAccountFrozen)
	require.Len(t, f.proposal(t).Approvals, 1)
	require.NoError(t, f.Unfreeze(beta, f.berta))

	// A frozen operator's key may be somebody else's.
	require.NoError(t, f.Freeze(beta, f.operators[1]))
	_, err = f.word(f.operators[1])
	require.ErrorIs(t, err, types.ErrAccountFrozen)

	// Who is no operator any more has no word any more.
	reduced := f.mandate(1_000, 1)
	reduced.Operators = slices.DeleteFunc(reduced.Operators, func(one string) bool { return one == f.operators[0] })
	reduced.Required = 2
	require.NoError(t, f.setApprovals("a2", reduced))
	executed, err := f.word(f.operators[2])
	require.NoError(t, err)
	require.False(t, executed)
	require.NoError(t, f.Unfreeze(beta, f.operators[1]))
	executed, err = f.word(f.operators[1])
	require.NoError(t, err)
	require.True(t, executed)
	require.NoError(t, f.setApprovals("a3", nil))
	require.NoError(t, f.Pay(f.address, f.berta, 1_000))
}

// An approved payment waits for compliance like any other.
func TestApprovedPaymentIsScreened(t *testing.T) {
	f := newFirm(t)
	f.screen(t, "rules", screening(1_000))
	require.NoError(t, f.propose(f.address, theProposal, f.berta, 1_000))
	for _, operator := range f.operators[:2] {
		_, err := f.word(operator)
		require.NoError(t, err)
	}
	require.Len(t, f.waiting(t), 1)
	require.NoError(t, f.release(f.waiting(t)[0].Id))
}

func TestApprovalsOfWhom(t *testing.T) {
	f := newFirm(t)
	change := func(change func(*types.PaymentApprovals)) *types.PaymentApprovals {
		mandate := f.mandate(1_000, 2)
		change(mandate)
		return mandate
	}
	for name, test := range map[string]struct {
		approvals *types.PaymentApprovals
		want      error
	}{
		"threshold":    {change(func(a *types.PaymentApprovals) { a.Threshold = math.ZeroInt() }), types.ErrInvalidAmount},
		"too few":      {change(func(a *types.PaymentApprovals) { a.Required = 4 }), types.ErrInvalidApprovals},
		"none":         {change(func(a *types.PaymentApprovals) { a.Required = 0 }), types.ErrInvalidApprovals},
		"order":        {change(func(a *types.PaymentApprovals) { slices.Reverse(a.Operators) }), types.ErrInvalidApprovals},
		"many":         {change(func(a *types.PaymentApprovals) { a.Operators = make([]string, 17) }), types.ErrInvalidApprovals},
		"no address":   {change(func(a *types.PaymentApprovals) { a.Operators[0] = "x" }), types.ErrInvalidAccount},
		"unknown":      {change(func(a *types.PaymentApprovals) { a.Operators, a.Required = []string{stranger.String()}, 1 }), types.ErrAccountNotFound},
		"another firm": {change(func(a *types.PaymentApprovals) { a.Operators, a.Required = []string{f.address}, 1 }), types.ErrInvalidApprovals},
		"a closed person": {func() *types.PaymentApprovals {
			closed := f.Open(t, beta, "gone")
			require.NoError(t, f.Close(beta, closed))
			return change(func(a *types.PaymentApprovals) { a.Operators, a.Required = []string{closed}, 1 })
		}(), types.ErrAccountClosed},
	} {
		require.ErrorIs(t, f.requestApprovals("x", f.address, test.approvals), test.want, name)
	}
	require.ErrorIs(t, f.requestApprovals("x", f.anna, f.mandate(1_000, 2)), types.ErrInvalidApprovals, "not a business")

	// A link lets no payment pass that needs approvals, whichever of the two comes first.
	link := func(perPayment int64) error {
		return f.Registry.UpdateLinks(f.Ctx, account(f.address), func(types.Account) ([]types.Link, error) {
			return []types.Link{{Zone: "retail", Status: types.LinkStatusActive, Limits: limits(perPayment, 5_000, 5_000)}}, nil
		})
	}
	require.ErrorIs(t, link(1_000), types.ErrInvalidApprovals)
	require.NoError(t, link(999))
	require.ErrorIs(t, f.setApprovals("a2", f.mandate(999, 2)), types.ErrInvalidApprovals)
	require.NoError(t, f.setApprovals("a3", f.mandate(1_000, 3)))
	history, err := keeper.NewQueryServer(f.Registry).History(f.Ctx, &types.QueryHistoryRequest{Address: f.address})
	require.NoError(t, err)
	require.Equal(t, types.ChangeKindApprovals, history.Changes[len(history.Changes)-1].Kind)
	f.NextBlock(time.Second)
	f.sameProposals(t)
}
