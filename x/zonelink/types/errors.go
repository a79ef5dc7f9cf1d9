package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of both ends. Wrapped ones say what was expected, what was got, and what to do. Codes and texts are part of
// consensus: error acknowledgements carry them.
var (
	// ErrInvalidHandshake is a channel handshake, or a closing, that the zone link does not allow.
	ErrInvalidHandshake = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.InvalidArgument, "handshake refused")
	// ErrChannelExists is a second channel of a kind to the same zone.
	ErrChannelExists = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.AlreadyExists, "zone already has this channel")
	// ErrWrongChannel is a packet of yen on a channel that is not a zone's.
	ErrWrongChannel = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.InvalidArgument, "not the channel of a zone")
	// ErrInvalidPacket is a packet of the zonelink channel that this end does not understand.
	ErrInvalidPacket = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.InvalidArgument, "invalid zonelink packet")
	// ErrInvalidTransfer is an ICS-20 packet that is neither a charge nor a discharge.
	ErrInvalidTransfer = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.InvalidArgument, "neither charge nor discharge")
	// ErrTransferNotFound is an acknowledgement or a timeout of a transfer that is not in flight.
	ErrTransferNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.NotFound, "transfer not in flight")
	// ErrZoneNotFound is the id of a zone that the members did not register.
	ErrZoneNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.NotFound, "zone not found")
	// ErrZoneNotActive is a send to, or a discharge from, a zone that is not connected yet or suspended.
	ErrZoneNotActive = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.FailedPrecondition, "zone not active")
	// ErrLinkExists is a second request for a link.
	ErrLinkExists = errorsmod.RegisterWithGRPCCode(ModuleName, 10, codes.AlreadyExists, "link exists")
	// ErrLinkNotFound is a zone to which the account has no link.
	ErrLinkNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 11, codes.NotFound, "link not found")
	// ErrLinkStatus is a step that the status of the link does not allow.
	ErrLinkStatus = errorsmod.RegisterWithGRPCCode(ModuleName, 12, codes.FailedPrecondition, "wrong status of link")
	// ErrInsufficientShare is a discharge above what has settled in the zone of the account bank's share.
	ErrInsufficientShare = errorsmod.RegisterWithGRPCCode(ModuleName, 13, codes.FailedPrecondition, "bank's settled share in the zone too small")
	// ErrNotEmpty is an unlink while something of the account is left in the zone.
	ErrNotEmpty = errorsmod.RegisterWithGRPCCode(ModuleName, 14, codes.FailedPrecondition, "account still has coins, holds, discharges, confirmed trades or issued assets in the zone")
	// ErrOverSlice is a payment in a Business Zone for which the payer's bank has given the zone no room.
	ErrOverSlice = errorsmod.RegisterWithGRPCCode(ModuleName, 15, codes.FailedPrecondition, "payer's bank has too little room in this zone")
	// ErrNotConnected is a use of yen in a Business Zone before, or after, its link with the Financial Zone.
	ErrNotConnected = errorsmod.RegisterWithGRPCCode(ModuleName, 16, codes.FailedPrecondition, "no open link with the Financial Zone")
	// ErrSyncNotFound is an account of which nothing was ever due to a zone.
	ErrSyncNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 17, codes.NotFound, "account sync not found")
	// ErrInvalidZone is a field of a zone out of its range.
	ErrInvalidZone = errorsmod.RegisterWithGRPCCode(ModuleName, 18, codes.InvalidArgument, "invalid zone")
	// ErrInvalidParams is a parameter out of its range.
	ErrInvalidParams = errorsmod.RegisterWithGRPCCode(ModuleName, 19, codes.InvalidArgument, "invalid params")
	// ErrInvalidGenesis is a genesis that contradicts itself, or the IBC state beside it.
	ErrInvalidGenesis = errorsmod.RegisterWithGRPCCode(ModuleName, 20, codes.InvalidArgument, "invalid genesis")
	// ErrReportRefused is a flow report that an honest zone cannot have sent. It suspends the zone.
	ErrReportRefused = errorsmod.RegisterWithGRPCCode(ModuleName, 21, codes.FailedPrecondition, "flow report refused and zone suspended")
	// ErrChargesUnsettled is a flow report that says that yen of charges was spent whose outcome is not known yet.
	ErrChargesUnsettled = errorsmod.RegisterWithGRPCCode(ModuleName, 22, codes.Unavailable, "charges that the report spends have not settled yet")
	// ErrInvalidTerms is a bank's term for a zone, or a bound of the members', out of its range.
	ErrInvalidTerms = errorsmod.RegisterWithGRPCCode(ModuleName, 23, codes.InvalidArgument, "invalid terms")
	// ErrPaused is a charge or a hop that the members or the account bank have stopped.
	ErrPaused = errorsmod.RegisterWithGRPCCode(ModuleName, 24, codes.FailedPrecondition, "charges to the zone are paused")
	// ErrCeiling is a charge above what the members or the account bank want in a zone.
	ErrCeiling = errorsmod.RegisterWithGRPCCode(ModuleName, 25, codes.FailedPrecondition, "ceiling of the zone reached")
	// ErrRateLimit is a charge or a discharge above what may pass in one window.
	ErrRateLimit = errorsmod.RegisterWithGRPCCode(ModuleName, 26, codes.ResourceExhausted, "too much for one window")
	// ErrNotAuthority is a decision of the members that does not come from them.
	ErrNotAuthority = errorsmod.RegisterWithGRPCCode(ModuleName, 27, codes.PermissionDenied, "not a decision of the members")
	// ErrZoneExists is a second zone with an id or a chain id.
	ErrZoneExists = errorsmod.RegisterWithGRPCCode(ModuleName, 28, codes.AlreadyExists, "zone exists")
	// ErrZoneStatus is a decision on a zone that its status does not allow.
	ErrZoneStatus = errorsmod.RegisterWithGRPCCode(ModuleName, 29, codes.FailedPrecondition, "wrong status of zone")
	// ErrZoneInUse is the close of a zone of which something is left.
	ErrZoneInUse = errorsmod.RegisterWithGRPCCode(ModuleName, 30, codes.FailedPrecondition, "something of the zone is left")
	// ErrReportNotFound is the acceptance of a report where none was refused.
	ErrReportNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 31, codes.NotFound, "no refused report")
	// ErrWindingUp is an outcome of a charge to a zone that is wound up, where only a proof settles it.
	ErrWindingUp = errorsmod.RegisterWithGRPCCode(ModuleName, 32, codes.FailedPrecondition, "zone is being wound up")
	// ErrRootNotFound is the height of a consensus state that the zone's light client does not have.
	ErrRootNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 33, codes.NotFound, "no such state of the zone")
	// ErrInvalidProof is a proof that does not show what is claimed.
	ErrInvalidProof = errorsmod.RegisterWithGRPCCode(ModuleName, 34, codes.InvalidArgument, "proof does not show this")
	// ErrInvalidClaim is a claim of something that cannot be claimed.
	ErrInvalidClaim = errorsmod.RegisterWithGRPCCode(ModuleName, 35, codes.InvalidArgument, "invalid claim")
	// ErrAlreadyClaimed is a claim of what was proven before and of which nothing is left to pay.
	ErrAlreadyClaimed = errorsmod.RegisterWithGRPCCode(ModuleName, 36, codes.AlreadyExists, "claimed already")
	// ErrNotProven is the claim of a hold before that of its owner's balance.
	ErrNotProven = errorsmod.RegisterWithGRPCCode(ModuleName, 37, codes.FailedPrecondition, "owner's balance not proven yet")
	// ErrNotReserved is a settlement of yen for which no room was set aside: a broken law, not somebody's mistake.
	ErrNotReserved = errorsmod.RegisterWithGRPCCode(ModuleName, 38, codes.Internal, "room for the flow was not reserved")
)
