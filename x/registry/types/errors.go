package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module. Wrapped ones say what was expected, what was got, and what to do.
var (
	// ErrInvalidAccount is a field of an account that is out of its range.
	ErrInvalidAccount = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.InvalidArgument, "invalid account")
	// ErrInvalidLimits is a limit out of its range.
	ErrInvalidLimits = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.InvalidArgument, "invalid limits")
	// ErrInvalidOrderKey is an order key that could never verify a payment order safely.
	ErrInvalidOrderKey = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.InvalidArgument, "invalid order key")
	// ErrInvalidLinks is a list of links that contradicts itself or the account's limits.
	ErrInvalidLinks = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.InvalidArgument, "invalid links")
	// ErrInvalidReason is a reason of the wrong length or encoding.
	ErrInvalidReason = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.InvalidArgument, "invalid reason")
	// ErrAccountNotFound is an address that no bank ever registered.
	ErrAccountNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.NotFound, "account not found")
	// ErrAccountExists is a second registration of an address.
	ErrAccountExists = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.AlreadyExists, "account exists")
	// ErrAccountFrozen is a payment from or to a frozen account, or a second freeze.
	ErrAccountFrozen = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.FailedPrecondition, "account is frozen")
	// ErrAccountNotFrozen is an unfreeze of an account that is not frozen.
	ErrAccountNotFrozen = errorsmod.RegisterWithGRPCCode(ModuleName, 10, codes.FailedPrecondition, "account is not frozen")
	// ErrAccountClosed is any use of a closed account.
	ErrAccountClosed = errorsmod.RegisterWithGRPCCode(ModuleName, 11, codes.FailedPrecondition, "account is closed")
	// ErrAccountUnlinked is a payment from or to an account whose link to this Business Zone has ended.
	ErrAccountUnlinked = errorsmod.RegisterWithGRPCCode(ModuleName, 12, codes.FailedPrecondition, "account is not linked to this zone")
	// ErrAccountInUse is the closing of an account of which something is left.
	ErrAccountInUse = errorsmod.RegisterWithGRPCCode(ModuleName, 13, codes.FailedPrecondition, "account is in use")
	// ErrWrongBank is a bank that acts on another bank's account.
	ErrWrongBank = errorsmod.RegisterWithGRPCCode(ModuleName, 14, codes.PermissionDenied, "account belongs to another bank")
	// ErrReservedAddress is an address that belongs to a module, to an IBC escrow or to an operator.
	ErrReservedAddress = errorsmod.RegisterWithGRPCCode(ModuleName, 15, codes.InvalidArgument, "address is reserved")
	// ErrNotRegistered is a payer or a payee that is no registered account.
	ErrNotRegistered = errorsmod.RegisterWithGRPCCode(ModuleName, 16, codes.FailedPrecondition, "address is not a registered account")
	// ErrCauseMissing is a movement from or to a module or an escrow without its cause.
	ErrCauseMissing = errorsmod.RegisterWithGRPCCode(ModuleName, 17, codes.FailedPrecondition, "coin movement has no cause")
	// ErrLimitPerPayment is a payment above the payer's limit per payment.
	ErrLimitPerPayment = errorsmod.RegisterWithGRPCCode(ModuleName, 18, codes.FailedPrecondition, "limit per payment exceeded")
	// ErrLimitPerDay is a payment above what the payer has left for the Japan-time day.
	ErrLimitPerDay = errorsmod.RegisterWithGRPCCode(ModuleName, 19, codes.FailedPrecondition, "limit per day exceeded")
	// ErrLimitBalance is a payment that would lift the payee above its limit of balance.
	ErrLimitBalance = errorsmod.RegisterWithGRPCCode(ModuleName, 20, codes.FailedPrecondition, "limit of balance exceeded")
	// ErrNoFlowRecorder is a payment between banks in a zone that keeps no books between them.
	ErrNoFlowRecorder = errorsmod.RegisterWithGRPCCode(ModuleName, 21, codes.Unimplemented, "payments between banks are not possible in this zone")
	// ErrAccountNotActive is a use of an account whose opening is not finished, or its activation when it is not open.
	ErrAccountNotActive = errorsmod.RegisterWithGRPCCode(ModuleName, 22, codes.FailedPrecondition, "account is not active")
	// ErrInvalidReference is a reference of the wrong length or characters.
	ErrInvalidReference = errorsmod.RegisterWithGRPCCode(ModuleName, 23, codes.InvalidArgument, "invalid reference")
	// ErrInvalidAmount is an amount of yen that no account can have.
	ErrInvalidAmount = errorsmod.RegisterWithGRPCCode(ModuleName, 24, codes.InvalidArgument, "invalid amount")
	// ErrLimitRaised is a limit above what the members allow, or above the one in force where only a checker may raise it.
	ErrLimitRaised = errorsmod.RegisterWithGRPCCode(ModuleName, 25, codes.FailedPrecondition, "limit is too high")
	// ErrReferenceUsed is a request or an order with a reference that was used before, whatever became of it.
	ErrReferenceUsed = errorsmod.RegisterWithGRPCCode(ModuleName, 26, codes.AlreadyExists, "reference already used")
	// ErrRequestNotFound is a reference that the bank never used for a request.
	ErrRequestNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 27, codes.NotFound, "request not found")
	// ErrRequestDecided is a second decision of a request.
	ErrRequestDecided = errorsmod.RegisterWithGRPCCode(ModuleName, 28, codes.FailedPrecondition, "request is already decided")
	// ErrSameOperator is a decision by the operator that made the request.
	ErrSameOperator = errorsmod.RegisterWithGRPCCode(ModuleName, 29, codes.PermissionDenied, "requester cannot decide")
	// ErrInvalidPolicy is a bank policy that contradicts itself.
	ErrInvalidPolicy = errorsmod.RegisterWithGRPCCode(ModuleName, 30, codes.InvalidArgument, "invalid policy")
	// ErrInvalidParams is a parameter out of its range.
	ErrInvalidParams = errorsmod.RegisterWithGRPCCode(ModuleName, 31, codes.InvalidArgument, "invalid parameters")
	// ErrNotAuthority is a parameter change by anybody but the members' authority.
	ErrNotAuthority = errorsmod.RegisterWithGRPCCode(ModuleName, 32, codes.PermissionDenied, "not the authority")
	// ErrBankPaused is a payment, an issue, a charge or a new hold while a bank that takes part is paused, or a second pause.
	ErrBankPaused = errorsmod.RegisterWithGRPCCode(ModuleName, 33, codes.FailedPrecondition, "bank is paused")
	// ErrBankNotPaused is the end of a pause that is not.
	ErrBankNotPaused = errorsmod.RegisterWithGRPCCode(ModuleName, 34, codes.FailedPrecondition, "bank is not paused")
	// ErrAmountFrozen is a use of yen that an order forbids to spend.
	ErrAmountFrozen = errorsmod.RegisterWithGRPCCode(ModuleName, 35, codes.FailedPrecondition, "amount is frozen")
	// ErrFrozenAmountNotFound is an order that froze nothing of the account, or nothing any more.
	ErrFrozenAmountNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 36, codes.NotFound, "frozen amount not found")
	// ErrForcedTransferNotFound is an order that the bank never asked to carry out.
	ErrForcedTransferNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 37, codes.NotFound, "forced transfer not found")
	// ErrForcedTransferEnded is an approval or a cancellation of a forced transfer that was executed, cancelled or has expired.
	ErrForcedTransferEnded = errorsmod.RegisterWithGRPCCode(ModuleName, 38, codes.FailedPrecondition, "forced transfer has ended")
	// ErrInvalidForcedTransfer is a field of a forced transfer that is out of its range.
	ErrInvalidForcedTransfer = errorsmod.RegisterWithGRPCCode(ModuleName, 39, codes.InvalidArgument, "invalid forced transfer")
	// ErrOrganizationApproved is a second approval where another organization's is needed.
	ErrOrganizationApproved = errorsmod.RegisterWithGRPCCode(ModuleName, 40, codes.AlreadyExists, "organization has approved")
	// ErrInvalidBatch is a batch without lines or with too many.
	ErrInvalidBatch = errorsmod.RegisterWithGRPCCode(ModuleName, 41, codes.InvalidArgument, "invalid batch")
	// ErrInvalidRequest is a field of a request that contradicts its kind.
	ErrInvalidRequest = errorsmod.RegisterWithGRPCCode(ModuleName, 42, codes.InvalidArgument, "invalid request")
	// ErrScreened is a payment that its payer's bank screens, made in a way in which it cannot wait for compliance.
	ErrScreened = errorsmod.RegisterWithGRPCCode(ModuleName, 43, codes.FailedPrecondition, "payment needs screening")
	// ErrInvalidScreening is a field of a screened payment that is out of its range.
	ErrInvalidScreening = errorsmod.RegisterWithGRPCCode(ModuleName, 44, codes.InvalidArgument, "invalid screened payment")
	// ErrScreenedPaymentNotFound is an id that no screened payment of the bank has.
	ErrScreenedPaymentNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 45, codes.NotFound, "screened payment not found")
	// ErrScreenedPaymentEnded is a decision of a screened payment that was decided or has expired.
	ErrScreenedPaymentEnded = errorsmod.RegisterWithGRPCCode(ModuleName, 46, codes.FailedPrecondition, "screened payment has ended")
	// ErrCounterpartyListed is a second listing of an address by a bank.
	ErrCounterpartyListed = errorsmod.RegisterWithGRPCCode(ModuleName, 47, codes.AlreadyExists, "counterparty is listed")
	// ErrCounterpartyNotListed is an address that the bank does not list.
	ErrCounterpartyNotListed = errorsmod.RegisterWithGRPCCode(ModuleName, 48, codes.NotFound, "counterparty is not listed")
	// ErrInvalidApprovals is a rule of approvals that contradicts itself or that the account cannot have.
	ErrInvalidApprovals = errorsmod.RegisterWithGRPCCode(ModuleName, 49, codes.InvalidArgument, "invalid approvals")
	// ErrApprovalsNeeded is a payment of a business at or above its threshold that its operators have not approved.
	ErrApprovalsNeeded = errorsmod.RegisterWithGRPCCode(ModuleName, 50, codes.FailedPrecondition, "payment needs approvals")
	// ErrInvalidProposal is a field of a proposed payment that is out of its range, or a payment that needs no approvals.
	ErrInvalidProposal = errorsmod.RegisterWithGRPCCode(ModuleName, 51, codes.InvalidArgument, "invalid proposed payment")
	// ErrProposalNotFound is a reference that the account never used for a proposed payment.
	ErrProposalNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 52, codes.NotFound, "proposed payment not found")
	// ErrProposalEnded is an approval or a withdrawal of a payment that was executed, withdrawn or has expired.
	ErrProposalEnded = errorsmod.RegisterWithGRPCCode(ModuleName, 53, codes.FailedPrecondition, "proposed payment has ended")
	// ErrNotPaymentOperator is a message about a payment by anybody but the account and its operators.
	ErrNotPaymentOperator = errorsmod.RegisterWithGRPCCode(ModuleName, 54, codes.PermissionDenied, "not an operator of the account")
	// ErrOperatorApproved is a second approval by one operator.
	ErrOperatorApproved = errorsmod.RegisterWithGRPCCode(ModuleName, 55, codes.AlreadyExists, "operator has approved")
	// ErrOrderKeyNotFound is an id that no order key of the account has.
	ErrOrderKeyNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 56, codes.NotFound, "order key not found")
	// ErrPendingOrderKeys is a second replacement of order keys during the cooling-off of the first.
	ErrPendingOrderKeys = errorsmod.RegisterWithGRPCCode(ModuleName, 57, codes.FailedPrecondition, "order keys are about to be replaced")
	// ErrNoPendingOrderKeys is an objection where nothing was announced, or too late.
	ErrNoPendingOrderKeys = errorsmod.RegisterWithGRPCCode(ModuleName, 58, codes.NotFound, "no replacement of order keys is announced")
	// ErrInvalidMove is a field of a move that is out of its range, or an account that cannot move.
	ErrInvalidMove = errorsmod.RegisterWithGRPCCode(ModuleName, 59, codes.InvalidArgument, "invalid move")
	// ErrMoveNotFound is a reference that the new bank never used for a move.
	ErrMoveNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 60, codes.NotFound, "move not found")
	// ErrMoveEnded is a word on a move that was completed or refused or has expired.
	ErrMoveEnded = errorsmod.RegisterWithGRPCCode(ModuleName, 61, codes.FailedPrecondition, "move has ended")
	// ErrMoveAgreed is a second word, or a no after it.
	ErrMoveAgreed = errorsmod.RegisterWithGRPCCode(ModuleName, 62, codes.FailedPrecondition, "move is agreed")
	// ErrMoveNotAgreed is the completion of a move to which holder or old bank has not agreed.
	ErrMoveNotAgreed = errorsmod.RegisterWithGRPCCode(ModuleName, 63, codes.FailedPrecondition, "move is not agreed")
	// ErrNotPartOfMove is a word on a move by somebody else's bank or holder.
	ErrNotPartOfMove = errorsmod.RegisterWithGRPCCode(ModuleName, 64, codes.PermissionDenied, "no part of the move")
	// ErrConsentNeeded is a payment to an account whose holder wants to consent to payments, made in a way in which it cannot wait.
	ErrConsentNeeded = errorsmod.RegisterWithGRPCCode(ModuleName, 70, codes.FailedPrecondition, "payee has to consent")
)
