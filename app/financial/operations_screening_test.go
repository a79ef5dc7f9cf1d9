package financial_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrykeeper "github.com/azukari-network/azukari/x/registry/keeper"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// must sends a message that has to succeed, before the simulation begins.
func (s *simulation) must(t *testing.T, msg sdk.Msg) {
	t.Helper()
	_, err := s.app.MsgServiceRouter().Handler(msg)(s.ctx, msg)
	require.NoError(t, err)
}

// prepareRegistry gives the first bank rules that screen payments, so that what follows from them happens often enough.
func (s *simulation) prepareRegistry(t *testing.T) {
	t.Helper()
	bank := s.banks[0]
	operator := func(role membershiptypes.Role) string { return s.keys.Operator(bank, role).String() }
	state, err := s.app.Registry.GetBank(s.ctx, bank)
	require.NoError(t, err)
	state.Policy.Screening = &registrytypes.ScreeningRules{
		Amount: sdkInt(10_000), DecisionTime: 50 * time.Hour,
		Velocity: []registrytypes.VelocityRule{{WindowHours: 6, Payments: 4, Amount: sdkInt(0)}},
	}
	s.must(t, &registrytypes.MsgRequestPolicy{
		Operator: operator(membershiptypes.RoleMaker), Reference: "rules", Reason: "board", Policy: state.Policy,
	})
	s.must(t, &registrytypes.MsgApproveRequest{Operator: operator(membershiptypes.RoleChecker), Reference: "rules"})
	for _, other := range s.banks {
		s.must(t, &registrytypes.MsgListCounterparty{
			Operator: operator(membershiptypes.RoleCompliance), Address: s.accounts[other][1], Reason: "watch",
		})
	}
}

// decision is a request that waits and somebody who may decide it, if there is one, else anything.
func (s *simulation) decision(r *rapid.T) (operator, reference string) {
	var waiting, chained []registrytypes.AccountRequest
	for _, bank := range s.banks {
		response, err := registrykeeper.NewQueryServer(s.app.Registry).Requests(s.ctx, &registrytypes.QueryRequestsRequest{
			Bank: bank, Status: registrytypes.RequestStatusRequested,
		})
		require.NoError(r, err)
		waiting = append(waiting, response.Requests...)
	}
	// More follows from these than from the opening of one more account.
	for _, request := range waiting {
		if request.Kind == registrytypes.RequestKindMove || request.Kind == registrytypes.RequestKindOrderKeys {
			chained = append(chained, request)
		}
	}
	if len(chained) > 0 && rapid.Bool().Draw(r, "chained") {
		waiting = chained
	}
	if len(waiting) == 0 || rapid.IntRange(0, 9).Draw(r, "any") == 0 {
		return s.decider(r, s.bank(r)), s.known(r)
	}
	request := rapid.SampledFrom(waiting).Draw(r, "request")
	role, err := request.Kind.Decider()
	require.NoError(r, err)
	operator = s.keys.Operator(request.Bank, role).String()
	if operator == request.RequestedBy {
		operator = s.keys.SecondOperator(request.Bank, role).String()
	}
	return operator, request.Reference
}

func screeningOperations() operations {
	return operations{
		"list counterparty": func(s *simulation, r *rapid.T) sdk.Msg {
			_, account := s.party(r)
			return &registrytypes.MsgListCounterparty{Operator: s.officer(r, s.bank(r)), Address: account, Reason: "watch"}
		},
		"request unlist": func(s *simulation, r *rapid.T) sdk.Msg {
			bank := s.bank(r)
			_, account := s.party(r)
			response, err := registrykeeper.NewQueryServer(s.app.Registry).ListedCounterparties(s.ctx,
				&registrytypes.QueryListedCounterpartiesRequest{Bank: bank})
			require.NoError(r, err)
			if len(response.Counterparties) > 0 {
				account = rapid.SampledFrom(response.Counterparties).Draw(r, "listed").Address
			}
			return &registrytypes.MsgRequestUnlist{
				Operator: s.officer(r, bank), Reference: s.reference(r), Address: account, Reason: "cleared",
			}
		},
		"release payment": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, id := s.screened(r)
			return &registrytypes.MsgReleasePayment{Operator: s.officer(r, bank), Id: id, Reason: "plausible"}
		},
		"return payment": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, id := s.screened(r)
			return &registrytypes.MsgReturnPayment{Operator: s.officer(r, bank), Id: id, Reason: "not plausible"}
		},
	}
}

// screened is a payment that waits, with its bank, if there is one.
func (s *simulation) screened(r *rapid.T) (bank string, id uint64) {
	bank, id = s.bank(r), rapid.Uint64Range(0, 50).Draw(r, "id")
	err := s.app.Registry.IterateScreenedPayments(s.ctx, func(payment registrytypes.ScreenedPayment) (bool, error) {
		if payment.IsWaiting() {
			bank, id = payment.Bank, payment.Id
		}
		return false, nil
	})
	require.NoError(r, err)
	return bank, id
}
