package financial_test

import (
	"bytes"
	"time"

	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func limits(r *rapid.T) registrytypes.Limits {
	draw := func(name string) math.Int {
		return sdkInt(rapid.SampledFrom([]int64{0, 10_000, 1_000_000, 1_000_000_000}).Draw(r, name))
	}
	return registrytypes.Limits{PerPayment: draw("per payment"), PerDay: draw("per day"), Balance: draw("balance")}
}

// ownLimits are limits, or none: those of the tier.
func ownLimits(r *rapid.T) *registrytypes.Limits {
	if rapid.Bool().Draw(r, "tier") {
		return nil
	}
	own := limits(r)
	return &own
}

func policy(r *rapid.T) registrytypes.BankPolicy {
	var policy registrytypes.BankPolicy
	for _, kind := range []registrytypes.AccountKind{registrytypes.AccountKindIndividual, registrytypes.AccountKindBusiness} {
		if rapid.IntRange(0, 3).Draw(r, "has tier") > 0 {
			policy.Tiers = append(policy.Tiers, registrytypes.Tier{Kind: kind, Limits: limits(r)})
		}
	}
	if rapid.IntRange(0, 2).Draw(r, "screens") == 0 {
		return policy
	}
	amount := rapid.SampledFrom([]int64{0, 3_000, 15_000}).Draw(r, "screened amount")
	policy.Screening = &registrytypes.ScreeningRules{
		Amount: sdkInt(amount), DecisionTime: rapid.SampledFrom([]time.Duration{time.Minute, 50 * time.Hour}).Draw(r, "time"),
		Velocity: []registrytypes.VelocityRule{{
			WindowHours: rapid.Uint32Range(0, 24).Draw(r, "window"), Payments: rapid.Uint64Range(2, 9).Draw(r, "payments"), Amount: sdkInt(50_000),
		}},
	}
	return policy
}

// officer is one of the two operators of a bank's compliance.
func (s *simulation) officer(r *rapid.T, bank string) string {
	if rapid.Bool().Draw(r, "second officer") {
		return s.keys.SecondOperator(bank, membershiptypes.RoleCompliance).String()
	}
	return s.operator(r, bank, membershiptypes.RoleCompliance)
}

// decider is somebody who decides requests.
func (s *simulation) decider(r *rapid.T, bank string) string {
	if rapid.Bool().Draw(r, "checker") {
		return s.operator(r, bank, membershiptypes.RoleChecker)
	}
	return s.officer(r, bank)
}

// unknown is an address that no bank knew in the beginning.
func (s *simulation) unknown(r *rapid.T) (bank, account string) {
	bank = s.bank(r)
	return bank, s.accounts[bank][len(s.accounts[bank])-1]
}

// anyParty is mostly an address that no bank knew, or else a party.
func (s *simulation) anyParty(r *rapid.T) (bank, account string) {
	if rapid.IntRange(0, 3).Draw(r, "known") > 0 {
		return s.unknown(r)
	}
	return s.party(r)
}

// asked is the reference of a request that others of the bank decide from now on.
func (s *simulation) asked(r *rapid.T, bank string) string {
	reference := s.reference(r)
	s.send("request", bank, reference)
	return reference
}

func registryOperations() operations {
	all := accountOperations()
	for _, some := range []operations{
		requestOperations(), orderOperations(), screeningOperations(), proposalOperations(), orderKeyOperations(),
		moveOperations(),
	} {
		for name, one := range some {
			all[name] = one
		}
	}
	return all
}

func accountOperations() operations {
	identity := bytes.Repeat([]byte{7}, registrytypes.IdentityHashLength)
	return operations{
		"apply account": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.anyParty(r)
			return &registrytypes.MsgApplyAccount{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Reference: s.asked(r, bank), Address: account,
				Kind: registrytypes.AccountKindBusiness, IdentityHash: identity, Limits: ownLimits(r),
			}
		},
		"apply accounts": func(s *simulation, r *rapid.T) sdk.Msg {
			bank := s.bank(r)
			msg := &registrytypes.MsgApplyAccounts{Operator: s.operator(r, bank, membershiptypes.RoleMaker)}
			for range rapid.IntRange(0, 3).Draw(r, "lines") {
				_, account := s.anyParty(r)
				msg.Lines = append(msg.Lines, registrytypes.ApplicationLine{
					Reference: s.asked(r, bank), Address: account, Kind: registrytypes.AccountKindIndividual, IdentityHash: identity, Limits: ownLimits(r),
				})
			}
			return msg
		},
		"activate account": func(s *simulation, r *rapid.T) sdk.Msg {
			_, account := s.anyParty(r)
			return &registrytypes.MsgActivateAccount{Holder: account}
		},
		"freeze account": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgFreezeAccount{Operator: s.officer(r, bank), Address: account, Reason: "court order"}
		},
		"close account": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.anyParty(r)
			return &registrytypes.MsgCloseAccount{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Address: account, Reason: "asked by the holder",
			}
		},
		"lower limits": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgSetLimits{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Address: account, Limits: limits(r), Reason: "prudence",
			}
		},
		"pause bank": func(s *simulation, r *rapid.T) sdk.Msg {
			if rapid.IntRange(0, 3).Draw(r, "really") > 0 {
				return &registrytypes.MsgPauseBank{Operator: s.officer(r, s.bank(r))}
			}
			return &registrytypes.MsgPauseBank{Operator: s.officer(r, s.bank(r)), Reason: "keys stolen"}
		},
		"update params": func(s *simulation, r *rapid.T) sdk.Msg {
			params := registrytypes.DefaultParams()
			params.HighestTiers = policy(r).Tiers
			return &registrytypes.MsgUpdateParams{Authority: s.app.Authority(), Params: params}
		},
	}
}

func requestOperations() operations {
	return operations{
		"approve request": func(s *simulation, r *rapid.T) sdk.Msg {
			operator, reference := s.decision(r)
			return &registrytypes.MsgApproveRequest{Operator: operator, Reference: reference}
		},
		"approve requests": func(s *simulation, r *rapid.T) sdk.Msg {
			msg := &registrytypes.MsgApproveRequests{Operator: s.decider(r, s.subject(r, "request").bank)}
			for range rapid.IntRange(0, 4).Draw(r, "lines") {
				msg.References = append(msg.References, s.subject(r, "request").reference)
			}
			return msg
		},
		"reject request": func(s *simulation, r *rapid.T) sdk.Msg {
			operator, reference := s.decision(r)
			return &registrytypes.MsgRejectRequest{Operator: operator, Reference: reference, Reason: "why not"}
		},
		"request unfreeze": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgRequestUnfreeze{
				Operator: s.officer(r, bank), Reference: s.asked(r, bank), Address: account, Reason: "order lifted",
			}
		},
		"request limits": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgRequestLimits{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Reference: s.asked(r, bank), Address: account,
				Limits: ownLimits(r), Reason: "asked by the holder",
			}
		},
		"request policy": func(s *simulation, r *rapid.T) sdk.Msg {
			bank := s.bank(r)
			return &registrytypes.MsgRequestPolicy{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Reference: s.asked(r, bank), Policy: policy(r), Reason: "board",
			}
		},
		"request unpause": func(s *simulation, r *rapid.T) sdk.Msg {
			bank := s.bank(r)
			return &registrytypes.MsgRequestUnpause{Operator: s.officer(r, bank), Reference: s.asked(r, bank), Reason: "new keys"}
		},
		"request release amount": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgRequestReleaseAmount{
				Operator: s.officer(r, bank), Reference: s.asked(r, bank), Address: account, OrderReference: order(r), Reason: "lifted",
			}
		},
	}
}

// order is the reference of one of a few orders of courts.
func order(r *rapid.T) string {
	return rapid.SampledFrom([]string{"H-1", "H-2", "H-3"}).Draw(r, "order")
}

func orderOperations() operations {
	return operations{
		"freeze amount": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgFreezeAmount{
				Operator: s.officer(r, bank), Address: account, Amount: yen(r).Amount, OrderReference: order(r), Reason: "seizure",
			}
		},
		"request forced transfer": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, from := s.party(r)
			_, to := s.party(r)
			reference := s.reference(r)
			s.send("forced transfer", bank, reference)
			msg := &registrytypes.MsgRequestForcedTransfer{
				Operator: s.officer(r, bank), OrderReference: reference, From: from, To: to, Amount: yen(r).Amount,
				DocumentHash: make([]byte, 32), Reason: "judgment",
			}
			if rapid.IntRange(0, 3).Draw(r, "of a freeze") == 0 {
				msg.FreezeOrderReference = order(r)
			}
			return msg
		},
		"approve forced transfer": func(s *simulation, r *rapid.T) sdk.Msg {
			transfer := s.subject(r, "forced transfer")
			operator := s.officer(r, s.bank(r))
			if rapid.Bool().Draw(r, "auditor") {
				operator = s.keys.Operator(devnet.AuditorID, membershiptypes.RoleAuditor).String()
			}
			return &registrytypes.MsgApproveForcedTransfer{Operator: operator, Bank: transfer.bank, OrderReference: transfer.reference}
		},
		"cancel forced transfer": func(s *simulation, r *rapid.T) sdk.Msg {
			transfer := s.subject(r, "forced transfer")
			return &registrytypes.MsgCancelForcedTransfer{Operator: s.officer(r, transfer.bank), OrderReference: transfer.reference, Reason: "appealed"}
		},
	}
}
