package financial_test

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershipkeeper "github.com/azukari-network/azukari/x/membership/keeper"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// linkedZone is the Business Zone of the simulation. Its side of the link stands still: what is sent to it stays in flight.
const linkedZone = "retail"

// linkedAccount is the position of the account of each bank that is linked from the beginning.
const linkedAccount = 3

// linkOperations are the messages about accounts in Business Zones.
func linkOperations() operations {
	return operations{
		"request link": func(s *simulation, r *rapid.T) sdk.Msg {
			_, account := s.party(r)
			return &financialtypes.MsgRequestLink{Holder: account, Zone: s.zone(r)}
		},
		"approve link": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &financialtypes.MsgApproveLink{
				Operator: s.operator(r, bank, membershiptypes.RoleChecker), Address: account, Zone: s.zone(r), Limits: limits(r),
			}
		},
		"reject link": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &financialtypes.MsgRejectLink{
				Operator: s.operator(r, bank, membershiptypes.RoleChecker), Address: account, Zone: s.zone(r), Reason: "not yet",
			}
		},
		"set link limits": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.linked(r)
			return &financialtypes.MsgSetLinkLimits{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Address: account, Zone: s.zone(r), Limits: limits(r),
			}
		},
		"unlink": func(s *simulation, r *rapid.T) sdk.Msg {
			_, account := s.party(r)
			return &financialtypes.MsgUnlink{Signer: account, Address: account, Zone: s.zone(r)}
		},
		"charge": func(s *simulation, r *rapid.T) sdk.Msg {
			_, account := s.linked(r)
			return &financialtypes.MsgCharge{Holder: account, Zone: s.zone(r), Amount: yen(r)}
		},
	}
}

// zone is the linked one, and sometimes one that does not exist.
func (*simulation) zone(r *rapid.T) string {
	if rapid.IntRange(0, 19).Draw(r, "no zone") == 0 {
		return "nowhere"
	}
	return linkedZone
}

// linked is mostly an account that was linked from the beginning.
func (s *simulation) linked(r *rapid.T) (bank, account string) {
	if rapid.IntRange(0, 4).Draw(r, "any") == 0 {
		return s.party(r)
	}
	bank = s.bank(r)
	return bank, s.accounts[bank][linkedAccount]
}

// memberOperations are the messages of the members among themselves.
func memberOperations() operations {
	return operations{
		"submit proposal": func(s *simulation, r *rapid.T) sdk.Msg {
			amount := sdkInt(rapid.SampledFrom([]int64{0, 100_000, 100_000_000}).Draw(r, "ceiling"))
			packed, err := codectypes.NewAnyWithValue(&deposittypes.MsgSetCeiling{Authority: s.authority(r), Bank: s.bank(r), Amount: amount})
			if err != nil {
				r.Fatalf("pack: %v", err)
			}
			return &membershiptypes.MsgSubmitProposal{
				Proposer: s.operator(r, s.bank(r), membershiptypes.RoleRepresentative), Title: "A ceiling", Summary: "Prudence.",
				Messages: []*codectypes.Any{packed},
			}
		},
		"cast vote": func(s *simulation, r *rapid.T) sdk.Msg {
			return &membershiptypes.MsgCastVote{
				Voter: s.operator(r, s.bank(r), membershiptypes.RoleRepresentative), Proposal: s.proposal(r),
				Option: rapid.SampledFrom([]membershiptypes.VoteOption{
					membershiptypes.VoteOptionYes, membershiptypes.VoteOptionYes, membershiptypes.VoteOptionNo,
				}).Draw(r, "option"),
			}
		},
		"withdraw proposal": func(s *simulation, r *rapid.T) sdk.Msg {
			return &membershiptypes.MsgWithdrawProposal{
				Proposer: s.operator(r, s.bank(r), membershiptypes.RoleRepresentative), Proposal: s.proposal(r),
			}
		},
		"set operator": func(s *simulation, r *rapid.T) sdk.Msg {
			return &membershiptypes.MsgSetOperator{
				Representative: s.operator(r, s.bank(r), membershiptypes.RoleRepresentative),
				Address:        s.keys.Holder(rapid.SampledFrom([]string{"new clerk", "another clerk"}).Draw(r, "clerk")).String(),
				Roles: rapid.SampledFrom([][]membershiptypes.Role{
					nil, {membershiptypes.RoleMaker}, {membershiptypes.RoleMaker, membershiptypes.RoleChecker},
				}).Draw(r, "roles"),
			}
		},
		"leave": func(s *simulation, r *rapid.T) sdk.Msg {
			return &membershiptypes.MsgLeave{Representative: s.operator(r, s.bank(r), membershiptypes.RoleRepresentative), Reason: "merger"}
		},
		"register node": func(s *simulation, r *rapid.T) sdk.Msg {
			return &membershiptypes.MsgRegisterNode{
				Operator: s.operator(r, s.bank(r), membershiptypes.RoleNode), NodeId: s.node(r), Moniker: "listener",
			}
		},
		"unregister node": func(s *simulation, r *rapid.T) sdk.Msg {
			return &membershiptypes.MsgUnregisterNode{Operator: s.operator(r, s.bank(r), membershiptypes.RoleNode), NodeId: s.node(r)}
		},
		"register certificate": func(s *simulation, r *rapid.T) sdk.Msg {
			return &membershiptypes.MsgRegisterCertificate{
				Operator: s.operator(r, s.bank(r), membershiptypes.RoleNode), Fingerprint: s.certificate(r), Name: "treasury",
				ExpiresAt: s.ctx.BlockTime().Add(rapid.SampledFrom([]time.Duration{0, time.Minute, 100 * 24 * time.Hour}).Draw(r, "lifetime")),
			}
		},
		"revoke certificate": func(s *simulation, r *rapid.T) sdk.Msg {
			return &membershiptypes.MsgRevokeCertificate{
				Operator: s.operator(r, s.bank(r), membershiptypes.RoleNode), Fingerprint: s.certificate(r),
			}
		},
	}
}

// certificate is the fingerprint of one of a few certificates.
func (*simulation) certificate(r *rapid.T) string {
	return strings.Repeat(rapid.SampledFrom([]string{"0a", "1b", "2c"}).Draw(r, "certificate"), 32)
}

// node is the id of one of a few nodes.
func (*simulation) node(r *rapid.T) string {
	return rapid.SampledFrom([]string{"0123456789abcdef0123456789abcdef01234567", "89abcdef0123456789abcdef0123456789abcdef"}).Draw(r, "node")
}

// proposal is one that is voted on, if there is one.
func (s *simulation) proposal(r *rapid.T) uint64 {
	answer, err := membershipkeeper.NewQueryServer(s.app.Membership).Proposals(s.ctx, &membershiptypes.QueryProposalsRequest{
		Status: membershiptypes.ProposalStatusVoting,
	})
	if err != nil {
		r.Fatalf("proposals: %v", err)
	}
	if len(answer.Proposals) == 0 {
		return 1
	}
	return rapid.SampledFrom(answer.Proposals).Draw(r, "proposal").Id
}
