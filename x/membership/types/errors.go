package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module.
var (
	// ErrOrganizationNotFound says that no organization has the id.
	ErrOrganizationNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.NotFound, "organization not found")
	// ErrNotOperator says that the address acts for no organization.
	ErrNotOperator = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.NotFound, "not an operator")
	// ErrRoleMissing says that the signer holds none of the roles, or belongs to none of the kinds of organization,
	// that may send the message.
	ErrRoleMissing = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.PermissionDenied, "role missing")
	// ErrMessageNotAdmitted says that nobody may send the message.
	ErrMessageNotAdmitted = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.PermissionDenied, "message not admitted")
	// ErrStranger says that the signer is neither an operator nor the holder of a registered account.
	ErrStranger = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.PermissionDenied, "stranger")
	// ErrFee says that a transaction offers a fee, or names somebody to pay one.
	ErrFee = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.InvalidArgument, "fee not accepted")
	// ErrInvalidParams says that a parameter is out of range.
	ErrInvalidParams = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.InvalidArgument, "invalid params")
	// ErrInvalidOrganization says that a field of an organization is out of range.
	ErrInvalidOrganization = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.InvalidArgument, "invalid organization")
	// ErrInvalidOperator says that a field of an operator is out of range.
	ErrInvalidOperator = errorsmod.RegisterWithGRPCCode(ModuleName, 10, codes.InvalidArgument, "invalid operator")
	// ErrInvalidValidator says that a field of a validator is out of range.
	ErrInvalidValidator = errorsmod.RegisterWithGRPCCode(ModuleName, 11, codes.InvalidArgument, "invalid validator")
	// ErrInvalidGenesis says that the lists of a genesis contradict each other or their order.
	ErrInvalidGenesis = errorsmod.RegisterWithGRPCCode(ModuleName, 12, codes.InvalidArgument, "invalid genesis")
	// ErrInvalidPermissions says that the permission table is malformed.
	ErrInvalidPermissions = errorsmod.RegisterWithGRPCCode(ModuleName, 13, codes.Internal, "invalid permissions")
	// ErrValidatorNotFound says that the consensus key votes for nobody.
	ErrValidatorNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 14, codes.NotFound, "validator not found")
	// ErrKeyReused says that a consensus key belongs, or is still accountable, to another organization.
	ErrKeyReused = errorsmod.RegisterWithGRPCCode(ModuleName, 15, codes.AlreadyExists, "consensus key reused")
	// ErrLastValidator says that a removal would leave nobody to vote on blocks.
	ErrLastValidator = errorsmod.RegisterWithGRPCCode(ModuleName, 16, codes.FailedPrecondition, "last validator")
	// ErrTotalPower says that the sum of voting powers would exceed what consensus accepts.
	ErrTotalPower = errorsmod.RegisterWithGRPCCode(ModuleName, 17, codes.OutOfRange, "total voting power too high")
	// ErrHistoricalInfoNotFound says that no header is kept for a height.
	ErrHistoricalInfoNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 18, codes.NotFound, "historical info not found")
	// ErrProposalNotFound says that no proposal has the id.
	ErrProposalNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 19, codes.NotFound, "proposal not found")
	// ErrInvalidProposal says that a field of a proposal is out of range, or that it carries a message that the members'
	// authority cannot send.
	ErrInvalidProposal = errorsmod.RegisterWithGRPCCode(ModuleName, 20, codes.InvalidArgument, "invalid proposal")
	// ErrInvalidVote says that a vote is neither yes nor no.
	ErrInvalidVote = errorsmod.RegisterWithGRPCCode(ModuleName, 21, codes.InvalidArgument, "invalid vote")
	// ErrProposalDecided says that a proposal is not voted on any more.
	ErrProposalDecided = errorsmod.RegisterWithGRPCCode(ModuleName, 22, codes.FailedPrecondition, "proposal already decided")
	// ErrNoVote says that the organization is of a kind that does not vote.
	ErrNoVote = errorsmod.RegisterWithGRPCCode(ModuleName, 23, codes.PermissionDenied, "organization has no vote")
	// ErrNotAuthority says that a message that only the members send together came from somebody else.
	ErrNotAuthority = errorsmod.RegisterWithGRPCCode(ModuleName, 24, codes.PermissionDenied, "not the authority")
	// ErrNotProposer says that an organization takes back the proposal of another.
	ErrNotProposer = errorsmod.RegisterWithGRPCCode(ModuleName, 25, codes.PermissionDenied, "not the proposer")
	// ErrOrganizationNotActive says that the organization is not, not yet or no more a member with all its rights.
	ErrOrganizationNotActive = errorsmod.RegisterWithGRPCCode(ModuleName, 26, codes.FailedPrecondition, "organization is not active")
	// ErrOrganizationExists says that the id belongs, or once belonged, to an organization.
	ErrOrganizationExists = errorsmod.RegisterWithGRPCCode(ModuleName, 27, codes.AlreadyExists, "organization exists")
	// ErrOrganizationStatus says that the organization's status does not allow the change.
	ErrOrganizationStatus = errorsmod.RegisterWithGRPCCode(ModuleName, 28, codes.FailedPrecondition, "wrong status of the organization")
	// ErrOrganizationInUse says that something of the organization is left that its removal would orphan.
	ErrOrganizationInUse = errorsmod.RegisterWithGRPCCode(ModuleName, 29, codes.FailedPrecondition, "organization is in use")
	// ErrAddressTaken says that an address already acts for an organization, or holds an account.
	ErrAddressTaken = errorsmod.RegisterWithGRPCCode(ModuleName, 30, codes.AlreadyExists, "address is taken")
	// ErrLastRepresentative says that a change would leave nobody to speak for the organization.
	ErrLastRepresentative = errorsmod.RegisterWithGRPCCode(ModuleName, 31, codes.FailedPrecondition, "last representative")
	// ErrInvalidReason says that a reason is empty, too long, or not UTF-8.
	ErrInvalidReason = errorsmod.RegisterWithGRPCCode(ModuleName, 32, codes.InvalidArgument, "invalid reason")
	// ErrKeyTombstoned says that a consensus key has signed twice.
	ErrKeyTombstoned = errorsmod.RegisterWithGRPCCode(ModuleName, 33, codes.FailedPrecondition, "consensus key signed twice")
	// ErrInvalidProof says that a rotation is not signed by the new key.
	ErrInvalidProof = errorsmod.RegisterWithGRPCCode(ModuleName, 34, codes.InvalidArgument, "invalid proof of possession")
	// ErrInvalidNode says that a field of a node is out of range.
	ErrInvalidNode = errorsmod.RegisterWithGRPCCode(ModuleName, 35, codes.InvalidArgument, "invalid node")
	// ErrNodeNotFound says that no node with the id is admitted.
	ErrNodeNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 36, codes.NotFound, "node not found")
	// ErrTooMany says that an organization has as many operators, nodes or certificates as it may have.
	ErrTooMany = errorsmod.RegisterWithGRPCCode(ModuleName, 37, codes.ResourceExhausted, "too many")
	// ErrNodeNotAdmitted says that a node may not connect to the zone's network.
	ErrNodeNotAdmitted = errorsmod.RegisterWithGRPCCode(ModuleName, 38, codes.PermissionDenied, "node is not admitted")
	// ErrInvalidCertificate says that a field of a certificate is out of range, or that its key cannot be the organization's.
	ErrInvalidCertificate = errorsmod.RegisterWithGRPCCode(ModuleName, 39, codes.InvalidArgument, "invalid certificate")
	// ErrCertificateNotFound says that no certificate with the fingerprint is registered, or no valid one where that is needed.
	ErrCertificateNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 40, codes.NotFound, "certificate not found")
	// ErrCertificateNotAdmitted says that who has the certificate may not ask the zone's nodes.
	ErrCertificateNotAdmitted = errorsmod.RegisterWithGRPCCode(ModuleName, 41, codes.PermissionDenied, "certificate is not admitted")
)
