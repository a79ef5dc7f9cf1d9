package types

import (
	"unicode/utf8"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"
)

const (
	// MaxProposalTitleLen is the longest title of a proposal, in bytes.
	MaxProposalTitleLen = 128
	// MaxProposalSummaryLen is the longest summary of a proposal, in bytes.
	MaxProposalSummaryLen = 4096
	// MaxProposalMessages is how many messages one proposal may carry: what people can still judge as one decision.
	MaxProposalMessages = 16
	// MaxProposalMessageLen is the longest message of a proposal, in bytes: a software upgrade's plan or an
	// organization's operators fit many times.
	MaxProposalMessageLen = 64 << 10
	// MaxExpiredProposalsPerBlock bounds the work of one block; the others follow in the next.
	MaxExpiredProposalsPerBlock = 100
)

var (
	_ codectypes.UnpackInterfacesMessage = Proposal{}
	_ codectypes.UnpackInterfacesMessage = MsgSubmitProposal{}
	_ codectypes.UnpackInterfacesMessage = GenesisState{}
	_ codectypes.UnpackInterfacesMessage = QueryProposalResponse{}
	_ codectypes.UnpackInterfacesMessage = QueryProposalsResponse{}
)

// UnpackInterfaces decodes the messages.
func (p Proposal) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return sdktx.UnpackInterfaces(unpacker, p.Messages)
}

// UnpackInterfaces decodes the messages.
func (m MsgSubmitProposal) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return sdktx.UnpackInterfaces(unpacker, m.Messages)
}

// UnpackInterfaces decodes the messages of the proposals.
func (gs GenesisState) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return unpackProposals(unpacker, gs.Proposals)
}

// UnpackInterfaces decodes the messages of the proposal.
func (r QueryProposalResponse) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return r.Proposal.UnpackInterfaces(unpacker)
}

// UnpackInterfaces decodes the messages of the proposals.
func (r QueryProposalsResponse) UnpackInterfaces(unpacker codectypes.AnyUnpacker) error {
	return unpackProposals(unpacker, r.Proposals)
}

func unpackProposals(unpacker codectypes.AnyUnpacker, proposals []Proposal) error {
	for _, proposal := range proposals {
		if err := proposal.UnpackInterfaces(unpacker); err != nil {
			return err
		}
	}
	return nil
}

// Msgs returns the messages of the proposal, or ErrInvalidProposal if they were not decoded.
func (p Proposal) Msgs() ([]sdk.Msg, error) {
	msgs, err := sdktx.GetMsgs(p.Messages, "proposal")
	if err != nil {
		return nil, ErrInvalidProposal.Wrap(err.Error())
	}
	return msgs, nil
}

// IsVoting tells whether members can still vote.
func (p Proposal) IsVoting() bool { return p.Status == ProposalStatusVoting }

// ValidateProposalText checks title and summary. It returns ErrInvalidProposal.
func ValidateProposalText(title, summary string) error {
	if title == "" || len(title) > MaxProposalTitleLen || !utf8.ValidString(title) {
		return ErrInvalidProposal.Wrapf("title: expected 1 to %d bytes of UTF-8, got %q", MaxProposalTitleLen, title)
	}
	if len(summary) > MaxProposalSummaryLen || !utf8.ValidString(summary) {
		return ErrInvalidProposal.Wrapf("summary: expected at most %d bytes of UTF-8, got %d", MaxProposalSummaryLen, len(summary))
	}
	return nil
}

// ValidateProposalMessages checks number and size of packed messages. It returns ErrInvalidProposal.
func ValidateProposalMessages(messages []*codectypes.Any) error {
	if len(messages) == 0 || len(messages) > MaxProposalMessages {
		return ErrInvalidProposal.Wrapf("messages: expected 1 to %d, got %d", MaxProposalMessages, len(messages))
	}
	for i, message := range messages {
		if message == nil {
			return ErrInvalidProposal.Wrapf("message %d: expected a message, got none", i)
		}
		if len(message.Value) > MaxProposalMessageLen {
			return ErrInvalidProposal.Wrapf("message %d: expected at most %d bytes, got %d", i, MaxProposalMessageLen, len(message.Value))
		}
	}
	return nil
}

// Validate checks that the proposal is one that the module can have written. It returns ErrInvalidProposal,
// ErrInvalidParams or ErrInvalidOrganization.
func (p Proposal) Validate() error {
	if p.Id == 0 {
		return ErrInvalidProposal.Wrap("expected id 1 or more, got 0")
	}
	if err := ValidateOrganizationID(p.Organization); err != nil {
		return err
	}
	if _, err := sdk.AccAddressFromBech32(p.Proposer); err != nil {
		return ErrInvalidProposal.Wrapf("proposal %d: proposer: expected bech32, got %q: %s", p.Id, p.Proposer, err)
	}
	if err := ValidateProposalText(p.Title, p.Summary); err != nil {
		return err
	}
	if err := ValidateProposalMessages(p.Messages); err != nil {
		return err
	}
	if err := p.Threshold.Validate(); err != nil {
		return err
	}
	if !p.ExpiresAt.After(p.SubmittedAt) {
		return ErrInvalidProposal.Wrapf("proposal %d: expected expires_at after %s, got %s", p.Id, p.SubmittedAt, p.ExpiresAt)
	}
	return p.validateOutcome()
}

func (p Proposal) validateOutcome() error {
	switch p.Status {
	case ProposalStatusVoting, ProposalStatusPassed, ProposalStatusRejected, ProposalStatusFailed, ProposalStatusWithdrawn,
		ProposalStatusExpired:
	case ProposalStatusUnspecified:
		fallthrough
	default:
		return ErrInvalidProposal.Wrapf("proposal %d: expected a status, got %s", p.Id, p.Status)
	}
	if p.IsVoting() != (p.DecidedAt == nil) {
		return ErrInvalidProposal.Wrapf("proposal %d: expected decided_at exactly when it is decided, got %s at status %s", p.Id, p.DecidedAt, p.Status)
	}
	if (p.Status == ProposalStatusFailed) != (p.Failure != nil) {
		return ErrInvalidProposal.Wrapf("proposal %d: expected a failure exactly when it failed, got status %s", p.Id, p.Status)
	}
	return nil
}

// Validate checks organization, option and voter. It returns ErrInvalidVote or ErrInvalidOrganization.
func (v Vote) Validate() error {
	if err := ValidateOrganizationID(v.Organization); err != nil {
		return err
	}
	if _, err := sdk.AccAddressFromBech32(v.Voter); err != nil {
		return ErrInvalidVote.Wrapf("voter: expected bech32, got %q: %s", v.Voter, err)
	}
	return v.Option.Validate()
}

// Validate returns ErrInvalidVote unless the option is yes or no.
func (x VoteOption) Validate() error {
	switch x {
	case VoteOptionYes, VoteOptionNo:
		return nil
	case VoteOptionUnspecified:
	}
	return ErrInvalidVote.Wrapf("option: expected yes or no, got %s", x)
}
