package keeper_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/messages"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/membership/types"
)

// What the operators of a bank may send, by role.
var bankOperatorMessages = map[types.Role][]string{
	types.RoleMaker: {
		"/azukari.registry.v1.MsgApplyAccount", "/azukari.registry.v1.MsgApplyAccounts",
		"/azukari.registry.v1.MsgCloseAccount", "/azukari.registry.v1.MsgRequestLimits",
		"/azukari.registry.v1.MsgRequestPolicy", "/azukari.registry.v1.MsgSetLimits",
		"/azukari.registry.v1.MsgRequestApprovals", "/azukari.registry.v1.MsgRequestOrderKeys",
		"/azukari.registry.v1.MsgRequestMove", "/azukari.registry.v1.MsgCompleteMove",
		"/azukari.deposit.v1.MsgRequestIssue", "/azukari.deposit.v1.MsgRequestRedeem", "/azukari.deposit.v1.MsgCancelOrder",
		"/azukari.deposit.v1.MsgConfirmDebit", "/azukari.deposit.v1.MsgSubmitBatch", "/azukari.deposit.v1.MsgSubmitAttestation",
		"/azukari.payment.v1.MsgCancelRecall", "/azukari.payment.v1.MsgRequestRecall",
		"/azukari.zonelink.financial.v1.MsgSetLinkLimits", "/azukari.zonelink.financial.v1.MsgUnlink",
		"/azukari.clearing.v1.MsgRequestReserve", "/azukari.clearing.v1.MsgRepayClaim", "/azukari.clearing.v1.MsgSettleObligation",
	},
	types.RoleChecker: {
		"/azukari.registry.v1.MsgApproveRequest", "/azukari.registry.v1.MsgApproveRequests",
		"/azukari.registry.v1.MsgRejectRequest", "/azukari.registry.v1.MsgAcknowledgeMove",
		"/azukari.deposit.v1.MsgApprove", "/azukari.deposit.v1.MsgReject",
		"/azukari.deposit.v1.MsgApproveBatch", "/azukari.deposit.v1.MsgRejectBatch",
		"/azukari.deposit.v1.MsgConfirmAttestation", "/azukari.deposit.v1.MsgCloseBusinessDay",
		"/azukari.payment.v1.MsgRefuseRecall", "/azukari.payment.v1.MsgReturnRecall",
		"/azukari.zonelink.financial.v1.MsgApproveLink", "/azukari.zonelink.financial.v1.MsgRejectLink",
		"/azukari.clearing.v1.MsgApproveReserve", "/azukari.clearing.v1.MsgRejectReserve",
	},
	types.RoleCompliance: {
		"/azukari.registry.v1.MsgApproveRequest", "/azukari.registry.v1.MsgApproveRequests",
		"/azukari.registry.v1.MsgRejectRequest", "/azukari.registry.v1.MsgCancelForcedTransfer",
		"/azukari.registry.v1.MsgFreezeAccount", "/azukari.registry.v1.MsgFreezeAmount",
		"/azukari.registry.v1.MsgPauseBank", "/azukari.registry.v1.MsgRequestForcedTransfer",
		"/azukari.registry.v1.MsgRequestReleaseAmount", "/azukari.registry.v1.MsgRequestUnfreeze",
		"/azukari.registry.v1.MsgRequestUnpause", "/azukari.registry.v1.MsgApproveForcedTransfer",
		"/azukari.clearing.v1.MsgSetOwnCap", "/azukari.registry.v1.MsgRefuseMove",
		"/azukari.registry.v1.MsgListCounterparty", "/azukari.registry.v1.MsgRequestUnlist",
		"/azukari.registry.v1.MsgReleasePayment", "/azukari.registry.v1.MsgReturnPayment",
		"/azukari.zonelink.financial.v1.MsgSetZoneTerms",
	},
	types.RoleNode:           nil,
	types.RoleGateway:        nil,
	types.RoleRelayer:        nil,
	types.RoleAuditor:        nil,
	types.RoleUnspecified:    nil,
	types.RoleRepresentative: nil,
}

// What a representative of any kind of organization may send.
var memberMessages = []string{
	"/azukari.membership.v1.MsgAcceptInvitation", "/azukari.membership.v1.MsgDeclineInvitation",
	"/azukari.membership.v1.MsgLeave", "/azukari.membership.v1.MsgSetOperator",
	"/azukari.membership.v1.MsgCastVote", "/azukari.membership.v1.MsgSubmitProposal", "/azukari.membership.v1.MsgWithdrawProposal",
}

// What the node operator of any kind of organization may send.
var nodeMessages = []string{
	"/azukari.membership.v1.MsgRegisterNode", "/azukari.membership.v1.MsgUnregisterNode",
	"/azukari.membership.v1.MsgRegisterCertificate", "/azukari.membership.v1.MsgRevokeCertificate",
	"/azukari.membership.v1.MsgRotateValidatorKey",
}

// What an auditor of an auditor organization may send.
var auditorMessages = []string{"/azukari.deposit.v1.MsgCountersignAttestation", forcedTransferApproval}

// What compliance of a bank and an auditor may both send.
const forcedTransferApproval = "/azukari.registry.v1.MsgApproveForcedTransfer"

// What a relayer of any kind of organization may send.
var relayerMessages = []string{
	"/ibc.core.client.v1.MsgCreateClient", "/ibc.core.client.v1.MsgUpdateClient",
	"/ibc.core.client.v1.MsgUpgradeClient", "/ibc.core.client.v1.MsgSubmitMisbehaviour",
	"/ibc.core.connection.v1.MsgConnectionOpenInit", "/ibc.core.connection.v1.MsgConnectionOpenTry",
	"/ibc.core.connection.v1.MsgConnectionOpenAck", "/ibc.core.connection.v1.MsgConnectionOpenConfirm",
	"/ibc.core.channel.v1.MsgChannelOpenInit", "/ibc.core.channel.v1.MsgChannelOpenTry",
	"/ibc.core.channel.v1.MsgChannelOpenAck", "/ibc.core.channel.v1.MsgChannelOpenConfirm",
	"/ibc.core.channel.v1.MsgChannelCloseConfirm", "/ibc.core.channel.v1.MsgRecvPacket",
	"/ibc.core.channel.v1.MsgTimeout", "/ibc.core.channel.v1.MsgTimeoutOnClose", "/ibc.core.channel.v1.MsgAcknowledgement",
}

// What a gateway of any kind of organization may send.
var gatewayMessages = []string{"/azukari.payment.v1.MsgExecuteOrders"}

// What a maker or a relayer of any kind of organization may send: proofs of what is others'.
var proofMessages = []string{"/azukari.zonelink.financial.v1.MsgClaim", "/azukari.zonelink.financial.v1.MsgProveFlows"}

// What those who speak for any kind of organization may send, as holders may.
var notaryMessages = []string{"/azukari.notary.v1.MsgNotarize"}

// notaryRoles are those who do.
var notaryRoles = []types.Role{types.RoleMaker, types.RoleAuditor, types.RoleRepresentative}

// What the operators of the settlement agent may send, by role; some of it operators of banks may too.
var agentMessages = map[types.Role][]string{
	types.RoleMaker:   {"/azukari.clearing.v1.MsgRequestReserve", "/azukari.clearing.v1.MsgConfirmObligation"},
	types.RoleChecker: {"/azukari.clearing.v1.MsgApproveReserve", "/azukari.clearing.v1.MsgRejectReserve"},

	types.RoleUnspecified: nil, types.RoleCompliance: nil, types.RoleNode: nil, types.RoleGateway: nil, types.RoleRelayer: nil,
	types.RoleAuditor: nil, types.RoleRepresentative: nil,
}

// What only holders may send: messages of the table, but of no operator.
var holderOnlyMessages = []string{
	"/azukari.registry.v1.MsgProposePayment", "/azukari.registry.v1.MsgApprovePayment", "/azukari.registry.v1.MsgWithdrawPayment",
	"/azukari.registry.v1.MsgReplaceOrderKeys", "/azukari.registry.v1.MsgObjectOrderKeys",
	"/azukari.registry.v1.MsgConsentMove", "/azukari.registry.v1.MsgDeclineMove", "/azukari.payment.v1.MsgConsentRecall",
	"/azukari.payment.v1.MsgPay",
	"/azukari.payment.v1.MsgAcceptPayment", "/azukari.payment.v1.MsgCancelMandate", "/azukari.payment.v1.MsgCancelPayment",
	"/azukari.payment.v1.MsgCancelRequest", "/azukari.payment.v1.MsgCancelSchedule", "/azukari.payment.v1.MsgGrantMandate",
	"/azukari.payment.v1.MsgPayBatch", "/azukari.payment.v1.MsgPayRequest", "/azukari.payment.v1.MsgPaySplit",
	"/azukari.payment.v1.MsgPullPayment", "/azukari.payment.v1.MsgRefundPayment", "/azukari.payment.v1.MsgRefusePayment",
	"/azukari.payment.v1.MsgRejectRequest", "/azukari.payment.v1.MsgRequestPayment", "/azukari.payment.v1.MsgRevokeMandate",
	"/azukari.payment.v1.MsgSchedulePayment", "/azukari.payment.v1.MsgSetConsent",
	"/azukari.registry.v1.MsgActivateAccount", "/azukari.zonelink.financial.v1.MsgRequestLink", "/azukari.zonelink.financial.v1.MsgCharge",
	"/azukari.clearing.v1.MsgQueuePayment", "/azukari.clearing.v1.MsgCancelQueuedPayment",
	"/azukari.asset.v1.MsgAcceptClass", "/azukari.asset.v1.MsgAllowHolders", "/azukari.asset.v1.MsgAnnotateUnit", "/azukari.asset.v1.MsgCreateClass",
	"/azukari.asset.v1.MsgFreezeUnits", "/azukari.asset.v1.MsgIssueAmounts", "/azukari.asset.v1.MsgIssueUnits", "/azukari.asset.v1.MsgOfferClass",
	"/azukari.asset.v1.MsgRecallUnits", "/azukari.asset.v1.MsgRedeemUnits", "/azukari.asset.v1.MsgSetManager", "/azukari.asset.v1.MsgTransfer",
	"/azukari.asset.v1.MsgUnfreezeUnits", "/azukari.asset.v1.MsgUpdateMetadata", "/azukari.asset.v1.MsgUpdateRules",
	"/azukari.settlement.v1.MsgCreateTrade", "/azukari.settlement.v1.MsgConfirmTrade", "/azukari.settlement.v1.MsgCancelTrade",
	"/azukari.settlement.v1.MsgRefuseTrade", "/azukari.settlement.v1.MsgAbortTrade", "/azukari.settlement.v1.MsgReleaseTrade",
	"/azukari.settlement.v1.MsgPresentDocument",
	"/azukari.zonelink.business.v1.MsgDischarge", "/azukari.zonelink.business.v1.MsgHop", "/cosmos.bank.v1beta1.MsgSend", "/ibc.applications.transfer.v1.MsgTransfer",
}

// Every cell of kind × role × message, of every message that a zone can route.
func TestAuthorizeCellByCell(t *testing.T) {
	s := newSuiteAt(t, genesis())
	urls := messages.TypeURLs()
	inTable := slices.Concat(holderOnlyMessages, relayerMessages, memberMessages, nodeMessages, auditorMessages, proofMessages, gatewayMessages, notaryMessages)
	for _, ofRole := range bankOperatorMessages {
		inTable = append(inTable, ofRole...)
	}
	for _, ofRole := range agentMessages {
		inTable = append(inTable, ofRole...)
	}
	slices.Sort(inTable)
	inTable = slices.Compact(inTable)
	for _, url := range inTable {
		require.Contains(t, urls, url)
	}
	slices.Sort(inTable)
	inTable = slices.Compact(inTable) // some messages are of several roles
	require.Len(t, types.Permissions(), len(inTable), "the table has rows that this test does not expect")

	for _, url := range urls {
		for _, kind := range types.OrganizationKinds() {
			for _, role := range types.Roles() {
				signer := operatorAddress(kind, role)
				organization, err := s.keeper.Authorize(s.Ctx, signer.String(), messages.New(t, url, signer))

				byBank := kind == types.OrganizationKindBank && slices.Contains(bankOperatorMessages[role], url)
				byAgent := kind == types.OrganizationKindSettlementAgent && slices.Contains(agentMessages[role], url)
				byRelayer := role == types.RoleRelayer && slices.Contains(relayerMessages, url)
				byGateway := role == types.RoleGateway && slices.Contains(gatewayMessages, url)
				byMember := role == types.RoleRepresentative && slices.Contains(memberMessages, url)
				byNode := role == types.RoleNode && slices.Contains(nodeMessages, url)
				byAuditor := role == types.RoleAuditor && kind == types.OrganizationKindAuditor && slices.Contains(auditorMessages, url)
				byProver := (role == types.RoleMaker || role == types.RoleRelayer) && slices.Contains(proofMessages, url)
				byNotary := slices.Contains(notaryRoles, role) && slices.Contains(notaryMessages, url)
				// The table admits roles and kinds crosswise; the registry asks which of its roles an operator has.
				crosswise := url == forcedTransferApproval && (kind == types.OrganizationKindAuditor && role == types.RoleCompliance ||
					kind == types.OrganizationKindBank && role == types.RoleAuditor)
				switch {
				case byBank || byAgent || byRelayer || byGateway || byMember || byNode || byAuditor || byProver || byNotary || crosswise:
					require.NoError(t, err, "%s by %s of %s", url, role, kind)
					require.Equal(t, organizationID(kind), organization.Id)
				case slices.Contains(inTable, url):
					require.ErrorIs(t, err, types.ErrRoleMissing, "%s by %s of %s", url, role, kind)
				default:
					require.ErrorIs(t, err, types.ErrMessageNotAdmitted, "%s by %s of %s", url, role, kind)
				}
				if err != nil {
					require.Empty(t, organization)
				}
			}
		}
	}
}

func TestAuthorizeByOneOfSeveralRoles(t *testing.T) {
	gs := genesis()
	address := operatorAddress(types.OrganizationKindBank, types.RoleMaker)
	for i := range gs.Operators {
		if gs.Operators[i].Address == address.String() {
			gs.Operators[i].Roles = []types.Role{types.RoleMaker, types.RoleChecker}
		}
	}
	s := newSuiteAt(t, gs)
	for _, url := range slices.Concat(bankOperatorMessages[types.RoleMaker], bankOperatorMessages[types.RoleChecker]) {
		_, err := s.keeper.Authorize(s.Ctx, address.String(), messages.New(t, url, address))
		require.NoError(t, err, url)
	}
	_, err := s.keeper.Authorize(s.Ctx, address.String(), &banktypes.MsgSend{FromAddress: address.String()})
	require.ErrorIs(t, err, types.ErrRoleMissing)
	require.EqualError(t, err, "/cosmos.bank.v1beta1.MsgSend: expected holder of a registered account, got "+
		address.String()+" (maker, checker of bank bank-a): role missing")
}

func TestAuthorizeRefusesUnknownSigners(t *testing.T) {
	s := newSuiteAt(t, genesis())
	stranger := keepertest.Address("stranger").String()
	_, err := s.keeper.Authorize(s.Ctx, stranger, &deposittypes.MsgApprove{Operator: stranger})
	require.ErrorIs(t, err, types.ErrNotOperator)

	_, err = s.keeper.Authorize(s.Ctx, "cosmos1nobody", &deposittypes.MsgApprove{})
	require.ErrorIs(t, err, sdkerrors.ErrInvalidAddress)
}
