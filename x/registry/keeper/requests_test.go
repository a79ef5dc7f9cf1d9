package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry/types"
)

func (s *suite) decide(operator sdk.AccAddress, reference string) error {
	_, err := s.messages.ApproveRequest(s.Ctx, &types.MsgApproveRequest{Operator: operator.String(), Reference: reference})
	return err
}

func (s *suite) refuse(operator sdk.AccAddress, reference, reason string) error {
	_, err := s.messages.RejectRequest(s.Ctx, &types.MsgRejectRequest{Operator: operator.String(), Reference: reference, Reason: reason})
	return err
}

// Whoever made a request never decides it, and only the role that its kind names does.
func TestWhoDecides(t *testing.T) {
	s := newSuite(t)
	s.freeze(t, alice)
	_, err := s.messages.RequestUnfreeze(s.Ctx, &types.MsgRequestUnfreeze{
		Operator: complianceA.String(), Reference: "unfreeze", Address: alice.String(), Reason: "lifted",
	})
	require.NoError(t, err)
	raised := limits(2_000, 3_000, 20_000)
	_, err = s.messages.RequestLimits(s.Ctx, &types.MsgRequestLimits{
		Operator: makerA.String(), Reference: "raise", Address: alice.String(), Limits: &raised, Reason: "asked",
	})
	require.NoError(t, err)

	for _, decide := range []func(sdk.AccAddress, string) error{
		s.decide, func(operator sdk.AccAddress, reference string) error { return s.refuse(operator, reference, "x") },
	} {
		require.ErrorIs(t, decide(complianceA, "unfreeze"), types.ErrSameOperator)
		require.ErrorIs(t, decide(checkerA, "unfreeze"), membershiptypes.ErrRoleMissing)
		require.ErrorIs(t, decide(compliance2, "raise"), membershiptypes.ErrRoleMissing)
		require.ErrorIs(t, decide(makerA, "raise"), membershiptypes.ErrRoleMissing)
		require.ErrorIs(t, decide(checkerB, "raise"), types.ErrRequestNotFound, "another bank has its own references")
		require.ErrorIs(t, decide(stranger, "raise"), membershiptypes.ErrNotOperator)
		require.ErrorIs(t, decide(checkerA, "raised"), types.ErrRequestNotFound)
	}
	require.ErrorIs(t, s.refuse(checkerA, "raise", ""), types.ErrInvalidReason)
	before := s.account(t, alice)

	require.NoError(t, s.refuse(checkerA, "raise", "too much"))
	require.Equal(t, before, s.account(t, alice))
	require.ErrorIs(t, s.decide(checkerA, "raise"), types.ErrRequestDecided)
	require.NoError(t, s.decide(compliance2, "unfreeze"))
	require.ErrorIs(t, s.decide(compliance2, "unfreeze"), types.ErrRequestDecided)

	request, err := s.registry.GetRequest(s.Ctx, bankA, "raise")
	require.NoError(t, err)
	now := s.Ctx.BlockTime()
	require.Equal(t, types.AccountRequest{
		Bank: bankA, Reference: "raise", Kind: types.RequestKindLimits, Account: alice.String(),
		Payload: &types.AccountRequest_Limits{Limits: &types.LimitsChange{Limits: &raised}}, Reason: "asked",
		RequestedBy: makerA.String(), RequestedAt: now, Status: types.RequestStatusRejected,
		DecidedBy: checkerA.String(), DecidedAt: &now, RejectionReason: "too much",
	}, request)
}

// A reference is accepted once, whatever became of it and for whatever kind.
func TestReferencesAreUsedOnce(t *testing.T) {
	s := newSuite(t)
	s.freeze(t, alice)
	used := "open/" + alice.String()
	own := limits(1, 1, 1)
	for _, again := range []func() error{
		func() error {
			_, err := s.messages.RequestUnfreeze(s.Ctx, &types.MsgRequestUnfreeze{
				Operator: complianceA.String(), Reference: used, Address: alice.String(), Reason: "x",
			})
			return err
		},
		func() error {
			_, err := s.messages.RequestLimits(s.Ctx, &types.MsgRequestLimits{
				Operator: makerA.String(), Reference: used, Address: alice.String(), Limits: &own, Reason: "x",
			})
			return err
		},
		func() error {
			_, err := s.messages.RequestPolicy(s.Ctx, &types.MsgRequestPolicy{Operator: makerA.String(), Reference: used, Reason: "x"})
			return err
		},
		func() error {
			_, err := s.messages.RequestUnpause(s.Ctx, &types.MsgRequestUnpause{Operator: complianceA.String(), Reference: used, Reason: "x"})
			return err
		},
		func() error {
			_, err := s.messages.RequestReleaseAmount(s.Ctx, &types.MsgRequestReleaseAmount{
				Operator: complianceA.String(), Reference: used, Address: alice.String(), OrderReference: "H", Reason: "x",
			})
			return err
		},
	} {
		require.ErrorIs(t, again(), types.ErrReferenceUsed)
	}
}

// What was right at the request may be wrong at the approval: then nothing is done, and the request stays open.
func TestApprovalChecksAgain(t *testing.T) {
	s := newSuite(t)
	carol := keepertest.Address("carol")
	msg := application(makerA, carol)
	_, err := s.messages.ApplyAccount(s.Ctx, msg)
	require.NoError(t, err)
	raised := limits(9_000, 9_000, 20_000)
	for _, reference := range []string{"one", "two"} {
		_, err = s.messages.RequestLimits(s.Ctx, &types.MsgRequestLimits{
			Operator: makerA.String(), Reference: reference, Address: alice.String(), Limits: &raised, Reason: "x",
		})
		require.NoError(t, err)
	}
	s.freeze(t, alice)
	for _, reference := range []string{"unfreeze", "again"} {
		_, err = s.messages.RequestUnfreeze(s.Ctx, &types.MsgRequestUnfreeze{
			Operator: complianceA.String(), Reference: reference, Address: alice.String(), Reason: "x",
		})
		require.NoError(t, err)
	}
	require.NoError(t, s.decide(compliance2, "unfreeze"))
	require.ErrorIs(t, s.decide(compliance2, "again"), types.ErrAccountNotFrozen)

	require.NoError(t, s.decide(checkerA, "one"))
	s.params(t, types.Tier{Kind: types.AccountKindBusiness, Limits: limits(1_000, 1_000, 1_000)})
	require.ErrorIs(t, s.decide(checkerA, "two"), types.ErrLimitRaised)
	request, err := s.registry.GetRequest(s.Ctx, bankA, "two")
	require.NoError(t, err)
	require.True(t, request.IsOpen())

	// The address became a module's while the application waited.
	s.reservedLater = carol
	require.ErrorIs(t, s.decide(checkerA, msg.Reference), types.ErrReservedAddress)
}

func TestBatches(t *testing.T) {
	s := newSuite(t)
	line := func(name, reference string) types.ApplicationLine {
		msg := application(makerA, keepertest.Address(name))
		return types.ApplicationLine{
			Reference: reference, Address: msg.Address, Kind: msg.Kind, IdentityHash: msg.IdentityHash, Limits: msg.Limits,
		}
	}
	broken := line("mio", "L-4")
	broken.IdentityHash = nil
	got, err := s.messages.ApplyAccounts(s.Ctx, &types.MsgApplyAccounts{Operator: makerA.String(), Lines: []types.ApplicationLine{
		line("carol", "L-1"), line("dave", "L-1"), line("carol", "L-3"), broken, line("eve", "L-5"),
	}})
	require.NoError(t, err)
	result := func(reference string, err error) types.LineResult {
		if err == nil {
			return types.LineResult{Reference: reference}
		}
		return types.LineResult{Reference: reference, Codespace: types.ModuleName, Code: errorCode(err)}
	}
	require.Equal(t, []types.LineResult{
		result("L-1", nil), result("L-1", types.ErrReferenceUsed), result("L-3", types.ErrAccountExists),
		result("L-4", types.ErrInvalidAccount), result("L-5", nil),
	}, got.Results)
	_, err = s.registry.GetAccount(s.Ctx, keepertest.Address("dave"))
	require.ErrorIs(t, err, types.ErrAccountNotFound, "nothing stays of a line that failed")
	keepertest.RequireEvent(t, s.Ctx, &types.EventLineRefused{
		Bank: bankA, Reference: "L-4", Codespace: types.ModuleName, Code: types.ErrInvalidAccount.ABCICode(),
		Error: "expected identity hash of 32 bytes, got 0: invalid account",
	})

	decided, err := s.messages.ApproveRequests(s.Ctx, &types.MsgApproveRequests{
		Operator: checkerA.String(), References: []string{"L-1", "L-1", "L-2", "L-5"},
	})
	require.NoError(t, err)
	require.Equal(t, []types.LineResult{
		result("L-1", nil), result("L-1", types.ErrRequestDecided), result("L-2", types.ErrRequestNotFound), result("L-5", nil),
	}, decided.Results)
	require.Equal(t, types.AccountStatusOpen, s.account(t, keepertest.Address("eve")).Status)

	_, err = s.messages.ApplyAccounts(s.Ctx, &types.MsgApplyAccounts{Operator: makerA.String()})
	require.ErrorIs(t, err, types.ErrInvalidBatch)
	_, err = s.messages.ApplyAccounts(s.Ctx, &types.MsgApplyAccounts{Operator: checkerA.String()})
	require.ErrorIs(t, err, membershiptypes.ErrRoleMissing)
	_, err = s.messages.ApproveRequests(s.Ctx, &types.MsgApproveRequests{
		Operator: checkerA.String(), References: make([]string, types.MaxBatchLines+1),
	})
	require.ErrorIs(t, err, types.ErrInvalidBatch)
	_, err = s.messages.ApproveRequests(s.Ctx, &types.MsgApproveRequests{Operator: makerA.String()})
	require.ErrorIs(t, err, membershiptypes.ErrRoleMissing)
}

func TestRequestQueries(t *testing.T) {
	s := newSuite(t)
	s.freeze(t, alice)
	_, err := s.messages.RequestUnfreeze(s.Ctx, &types.MsgRequestUnfreeze{
		Operator: complianceA.String(), Reference: "u", Address: alice.String(), Reason: "lifted",
	})
	require.NoError(t, err)
	one, err := s.queries.Request(s.Ctx, &types.QueryRequestRequest{Bank: bankA, Reference: "u"})
	require.NoError(t, err)
	require.Equal(t, types.RequestKindUnfreeze, one.Request.Kind)
	_, err = s.queries.Request(s.Ctx, &types.QueryRequestRequest{Bank: bankB, Reference: "u"})
	require.Equal(t, codes.NotFound, status.Code(err))

	of := func(bank string, wanted types.RequestStatus) int {
		got, err := s.queries.Requests(s.Ctx, &types.QueryRequestsRequest{Bank: bank, Status: wanted})
		require.NoError(t, err)
		for _, request := range got.Requests {
			require.Equal(t, bank, request.Bank)
		}
		return len(got.Requests)
	}
	require.Equal(t, 3, of(bankA, 0))
	require.Equal(t, 1, of(bankA, types.RequestStatusRequested))
	require.Equal(t, 2, of(bankA, types.RequestStatusApproved))
	require.Equal(t, 0, of(bankB, types.RequestStatusRequested))
	require.Equal(t, 0, of("bank", 0), "a prefix of an id is not the id")

	first, err := s.queries.AccountRequests(s.Ctx, &types.QueryAccountRequestsRequest{
		Address: alice.String(), Pagination: &query.PageRequest{Limit: 1},
	})
	require.NoError(t, err)
	require.Len(t, first.Requests, 1)
	rest, err := s.queries.AccountRequests(s.Ctx, &types.QueryAccountRequestsRequest{
		Address: alice.String(), Pagination: &query.PageRequest{Key: first.Pagination.NextKey},
	})
	require.NoError(t, err)
	require.Equal(t, []types.AccountRequest{one.Request}, rest.Requests)

	for _, ask := range []func() error{
		func() error { _, err := s.queries.Request(s.Ctx, nil); return err },
		func() error { _, err := s.queries.Requests(s.Ctx, nil); return err },
		func() error { _, err := s.queries.AccountRequests(s.Ctx, nil); return err },
		func() error { _, err := s.queries.History(s.Ctx, nil); return err },
		func() error { _, err := s.queries.FrozenAmounts(s.Ctx, &types.QueryFrozenAmountsRequest{}); return err },
		func() error { _, err := s.queries.ForcedTransfer(s.Ctx, nil); return err },
		func() error { _, err := s.queries.ForcedTransfers(s.Ctx, nil); return err },
		func() error { _, err := s.queries.Bank(s.Ctx, nil); return err },
		func() error { _, err := s.queries.Banks(s.Ctx, nil); return err },
	} {
		require.Equal(t, codes.InvalidArgument, status.Code(ask()))
	}
}
