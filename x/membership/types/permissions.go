package types

import (
	"cmp"
	"slices"
	"strings"
)

// permissions says who may send which message, in ascending order of type URL. A message that is not here, such as
// one that only an authority sends, nobody may send.
var permissions = []Permission{
	byHolder("/azukari.asset.v1.MsgAcceptClass"),
	byHolder("/azukari.asset.v1.MsgAllowHolders"),
	byHolder("/azukari.asset.v1.MsgAnnotateUnit"),
	byHolder("/azukari.asset.v1.MsgCreateClass"),
	byHolder("/azukari.asset.v1.MsgFreezeUnits"),
	byHolder("/azukari.asset.v1.MsgIssueAmounts"),
	byHolder("/azukari.asset.v1.MsgIssueUnits"),
	byHolder("/azukari.asset.v1.MsgOfferClass"),
	byHolder("/azukari.asset.v1.MsgRecallUnits"),
	byHolder("/azukari.asset.v1.MsgRedeemUnits"),
	byHolder("/azukari.asset.v1.MsgSetManager"),
	byHolder("/azukari.asset.v1.MsgTransfer"),
	byHolder("/azukari.asset.v1.MsgUnfreezeUnits"),
	byHolder("/azukari.asset.v1.MsgUpdateMetadata"),
	byHolder("/azukari.asset.v1.MsgUpdateRules"),

	by("/azukari.clearing.v1.MsgApproveReserve", RoleChecker, OrganizationKindBank, OrganizationKindSettlementAgent),
	byHolder("/azukari.clearing.v1.MsgCancelQueuedPayment"),
	by("/azukari.clearing.v1.MsgConfirmObligation", RoleMaker, OrganizationKindSettlementAgent),
	byHolder("/azukari.clearing.v1.MsgQueuePayment"),
	by("/azukari.clearing.v1.MsgRejectReserve", RoleChecker, OrganizationKindBank, OrganizationKindSettlementAgent),
	byBank("/azukari.clearing.v1.MsgRepayClaim", RoleMaker),
	by("/azukari.clearing.v1.MsgRequestReserve", RoleMaker, OrganizationKindBank, OrganizationKindSettlementAgent),
	byBank("/azukari.clearing.v1.MsgSetOwnCap", RoleCompliance),
	byBank("/azukari.clearing.v1.MsgSettleObligation", RoleMaker),

	byBank("/azukari.deposit.v1.MsgApprove", RoleChecker),
	byBank("/azukari.deposit.v1.MsgApproveBatch", RoleChecker),
	byBankOrHolder("/azukari.deposit.v1.MsgCancelOrder", RoleMaker),
	byBank("/azukari.deposit.v1.MsgCloseBusinessDay", RoleChecker),
	byBank("/azukari.deposit.v1.MsgConfirmAttestation", RoleChecker),
	byBank("/azukari.deposit.v1.MsgConfirmDebit", RoleMaker),
	byAuditor("/azukari.deposit.v1.MsgCountersignAttestation"),
	byBank("/azukari.deposit.v1.MsgReject", RoleChecker),
	byBank("/azukari.deposit.v1.MsgRejectBatch", RoleChecker),
	byBankOrHolder("/azukari.deposit.v1.MsgRequestIssue", RoleMaker),
	byBankOrHolder("/azukari.deposit.v1.MsgRequestRedeem", RoleMaker),
	byBank("/azukari.deposit.v1.MsgSubmitAttestation", RoleMaker),
	byBank("/azukari.deposit.v1.MsgSubmitBatch", RoleMaker),

	byMember("/azukari.membership.v1.MsgAcceptInvitation"),
	byMember("/azukari.membership.v1.MsgCastVote"),
	byMember("/azukari.membership.v1.MsgDeclineInvitation"),
	byMember("/azukari.membership.v1.MsgLeave"),
	byNode("/azukari.membership.v1.MsgRegisterCertificate"),
	byNode("/azukari.membership.v1.MsgRegisterNode"),
	byNode("/azukari.membership.v1.MsgRevokeCertificate"),
	byNode("/azukari.membership.v1.MsgRotateValidatorKey"),
	byMember("/azukari.membership.v1.MsgSetOperator"),
	byMember("/azukari.membership.v1.MsgSubmitProposal"),
	byNode("/azukari.membership.v1.MsgUnregisterNode"),
	byMember("/azukari.membership.v1.MsgWithdrawProposal"),

	byMemberOrHolder("/azukari.notary.v1.MsgNotarize"),

	byHolder("/azukari.payment.v1.MsgAcceptPayment"),
	byHolder("/azukari.payment.v1.MsgCancelMandate"),
	byHolder("/azukari.payment.v1.MsgCancelPayment"),
	byBank("/azukari.payment.v1.MsgCancelRecall", RoleMaker),
	byHolder("/azukari.payment.v1.MsgCancelRequest"),
	byHolder("/azukari.payment.v1.MsgCancelSchedule"),
	byHolder("/azukari.payment.v1.MsgConsentRecall"),
	byGateway("/azukari.payment.v1.MsgExecuteOrders"),
	byHolder("/azukari.payment.v1.MsgGrantMandate"),
	byHolder("/azukari.payment.v1.MsgPay"),
	byHolder("/azukari.payment.v1.MsgPayBatch"),
	byHolder("/azukari.payment.v1.MsgPayRequest"),
	byHolder("/azukari.payment.v1.MsgPaySplit"),
	byHolder("/azukari.payment.v1.MsgPullPayment"),
	byHolder("/azukari.payment.v1.MsgRefundPayment"),
	byHolder("/azukari.payment.v1.MsgRefusePayment"),
	byBankOrHolder("/azukari.payment.v1.MsgRefuseRecall", RoleChecker),
	byHolder("/azukari.payment.v1.MsgRejectRequest"),
	byHolder("/azukari.payment.v1.MsgRequestPayment"),
	byBank("/azukari.payment.v1.MsgRequestRecall", RoleMaker),
	byBank("/azukari.payment.v1.MsgReturnRecall", RoleChecker),
	byHolder("/azukari.payment.v1.MsgRevokeMandate"),
	byHolder("/azukari.payment.v1.MsgSchedulePayment"),
	byHolder("/azukari.payment.v1.MsgSetConsent"),

	byBank("/azukari.registry.v1.MsgAcknowledgeMove", RoleChecker),
	byHolder("/azukari.registry.v1.MsgActivateAccount"),
	byBank("/azukari.registry.v1.MsgApplyAccount", RoleMaker),
	byBank("/azukari.registry.v1.MsgApplyAccounts", RoleMaker),
	byBankOrAuditor("/azukari.registry.v1.MsgApproveForcedTransfer"),
	byHolder("/azukari.registry.v1.MsgApprovePayment"),
	byBank("/azukari.registry.v1.MsgApproveRequest", RoleChecker, RoleCompliance),  // the kind of the request says which
	byBank("/azukari.registry.v1.MsgApproveRequests", RoleChecker, RoleCompliance), // the kind of the request says which
	byBank("/azukari.registry.v1.MsgCancelForcedTransfer", RoleCompliance),
	byBank("/azukari.registry.v1.MsgCloseAccount", RoleMaker),
	byBank("/azukari.registry.v1.MsgCompleteMove", RoleMaker),
	byHolder("/azukari.registry.v1.MsgConsentMove"),
	byHolder("/azukari.registry.v1.MsgDeclineMove"),
	byBank("/azukari.registry.v1.MsgFreezeAccount", RoleCompliance),
	byBank("/azukari.registry.v1.MsgFreezeAmount", RoleCompliance),
	byBank("/azukari.registry.v1.MsgListCounterparty", RoleCompliance),
	byHolder("/azukari.registry.v1.MsgObjectOrderKeys"),
	byBank("/azukari.registry.v1.MsgPauseBank", RoleCompliance),
	byHolder("/azukari.registry.v1.MsgProposePayment"),
	byBank("/azukari.registry.v1.MsgRefuseMove", RoleCompliance),
	byBank("/azukari.registry.v1.MsgRejectRequest", RoleChecker, RoleCompliance), // the kind of the request says which
	byBank("/azukari.registry.v1.MsgReleasePayment", RoleCompliance),
	byHolder("/azukari.registry.v1.MsgReplaceOrderKeys"),
	byBank("/azukari.registry.v1.MsgRequestApprovals", RoleMaker),
	byBank("/azukari.registry.v1.MsgRequestForcedTransfer", RoleCompliance),
	byBank("/azukari.registry.v1.MsgRequestLimits", RoleMaker),
	byBank("/azukari.registry.v1.MsgRequestMove", RoleMaker),
	byBank("/azukari.registry.v1.MsgRequestOrderKeys", RoleMaker),
	byBank("/azukari.registry.v1.MsgRequestPolicy", RoleMaker),
	byBank("/azukari.registry.v1.MsgRequestReleaseAmount", RoleCompliance),
	byBank("/azukari.registry.v1.MsgRequestUnfreeze", RoleCompliance),
	byBank("/azukari.registry.v1.MsgRequestUnlist", RoleCompliance),
	byBank("/azukari.registry.v1.MsgRequestUnpause", RoleCompliance),
	byBank("/azukari.registry.v1.MsgReturnPayment", RoleCompliance),
	byBank("/azukari.registry.v1.MsgSetLimits", RoleMaker),
	byHolder("/azukari.registry.v1.MsgWithdrawPayment"),

	byHolder("/azukari.settlement.v1.MsgAbortTrade"),
	byHolder("/azukari.settlement.v1.MsgCancelTrade"),
	byHolder("/azukari.settlement.v1.MsgConfirmTrade"),
	byHolder("/azukari.settlement.v1.MsgCreateTrade"),
	byHolder("/azukari.settlement.v1.MsgPresentDocument"),
	byHolder("/azukari.settlement.v1.MsgRefuseTrade"),
	byHolder("/azukari.settlement.v1.MsgReleaseTrade"),

	byHolder("/azukari.zonelink.business.v1.MsgDischarge"),
	byHolder("/azukari.zonelink.business.v1.MsgHop"),

	byBank("/azukari.zonelink.financial.v1.MsgApproveLink", RoleChecker),
	byHolder("/azukari.zonelink.financial.v1.MsgCharge"),
	byAnyoneInvolved("/azukari.zonelink.financial.v1.MsgClaim"),
	byAnyoneInvolved("/azukari.zonelink.financial.v1.MsgProveFlows"),
	byBank("/azukari.zonelink.financial.v1.MsgRejectLink", RoleChecker),
	byHolder("/azukari.zonelink.financial.v1.MsgRequestLink"),
	byBank("/azukari.zonelink.financial.v1.MsgSetLinkLimits", RoleMaker),
	byBank("/azukari.zonelink.financial.v1.MsgSetZoneTerms", RoleCompliance),
	byBankOrHolder("/azukari.zonelink.financial.v1.MsgUnlink", RoleMaker),

	byHolder("/cosmos.bank.v1beta1.MsgSend"),

	byHolder("/ibc.applications.transfer.v1.MsgTransfer"),

	// Neither side of a zone closes a channel (no CloseInit) or upgrades it; the other side's close is relayed.
	byRelayer("/ibc.core.channel.v1.MsgAcknowledgement"),
	byRelayer("/ibc.core.channel.v1.MsgChannelCloseConfirm"),
	byRelayer("/ibc.core.channel.v1.MsgChannelOpenAck"),
	byRelayer("/ibc.core.channel.v1.MsgChannelOpenConfirm"),
	byRelayer("/ibc.core.channel.v1.MsgChannelOpenInit"),
	byRelayer("/ibc.core.channel.v1.MsgChannelOpenTry"),
	byRelayer("/ibc.core.channel.v1.MsgRecvPacket"),
	byRelayer("/ibc.core.channel.v1.MsgTimeout"),
	byRelayer("/ibc.core.channel.v1.MsgTimeoutOnClose"),

	byRelayer("/ibc.core.client.v1.MsgCreateClient"),
	byRelayer("/ibc.core.client.v1.MsgSubmitMisbehaviour"),
	byRelayer("/ibc.core.client.v1.MsgUpdateClient"),
	byRelayer("/ibc.core.client.v1.MsgUpgradeClient"),

	byRelayer("/ibc.core.connection.v1.MsgConnectionOpenAck"),
	byRelayer("/ibc.core.connection.v1.MsgConnectionOpenConfirm"),
	byRelayer("/ibc.core.connection.v1.MsgConnectionOpenInit"),
	byRelayer("/ibc.core.connection.v1.MsgConnectionOpenTry"),
}

func by(url string, role Role, kinds ...OrganizationKind) Permission {
	return Permission{MsgTypeUrl: url, Roles: []Role{role}, OrganizationKinds: kinds}
}

func byBank(url string, roles ...Role) Permission {
	return Permission{MsgTypeUrl: url, Roles: roles, OrganizationKinds: []OrganizationKind{OrganizationKindBank}}
}

// byBankOrAuditor admits compliance of banks, and auditors.
func byBankOrAuditor(url string) Permission {
	return Permission{
		MsgTypeUrl: url, Roles: []Role{RoleCompliance, RoleAuditor},
		OrganizationKinds: []OrganizationKind{OrganizationKindBank, OrganizationKindAuditor},
	}
}

func byBankOrHolder(url string, role Role) Permission {
	permission := byBank(url, role)
	permission.Holder = true
	return permission
}

// byAnyoneInvolved admits those who may bring proofs that benefit their owners only: makers, relayers and holders.
func byAnyoneInvolved(url string) Permission {
	return Permission{MsgTypeUrl: url, Roles: []Role{RoleMaker, RoleRelayer}, Holder: true}
}

func byAuditor(url string) Permission {
	return Permission{
		MsgTypeUrl: url, Roles: []Role{RoleAuditor}, OrganizationKinds: []OrganizationKind{OrganizationKindAuditor},
	}
}

func byGateway(url string) Permission {
	return Permission{MsgTypeUrl: url, Roles: []Role{RoleGateway}}
}

func byHolder(url string) Permission {
	return Permission{MsgTypeUrl: url, Holder: true}
}

// byMember admits representatives of any kind of organization; the parameters say which kinds vote.
func byMember(url string) Permission {
	return Permission{MsgTypeUrl: url, Roles: []Role{RoleRepresentative}}
}

// byMemberOrHolder admits who speaks for any kind of organization, and holders.
func byMemberOrHolder(url string) Permission {
	return Permission{MsgTypeUrl: url, Roles: []Role{RoleMaker, RoleAuditor, RoleRepresentative}, Holder: true}
}

func byNode(url string) Permission {
	return Permission{MsgTypeUrl: url, Roles: []Role{RoleNode}}
}

func byRelayer(url string) Permission {
	return Permission{MsgTypeUrl: url, Roles: []Role{RoleRelayer}}
}

// Permissions returns a copy of the permission table, in ascending order of type URL.
func Permissions() []Permission {
	table := slices.Clone(permissions)
	for i := range table {
		table[i].Roles = slices.Clone(table[i].Roles)
		table[i].OrganizationKinds = slices.Clone(table[i].OrganizationKinds)
	}
	return table
}

// FindPermission returns the permission of the message with a type URL, and false if nobody may send it.
func FindPermission(url string) (Permission, bool) {
	i, found := slices.BinarySearchFunc(permissions, url, func(permission Permission, url string) int {
		return cmp.Compare(permission.MsgTypeUrl, url)
	})
	if !found {
		return Permission{}, false
	}
	return permissions[i], true
}

// AdmitsOperator says whether an operator with these roles, of an organization of this kind, may send the message.
func (p Permission) AdmitsOperator(kind OrganizationKind, roles []Role) bool {
	if len(p.OrganizationKinds) > 0 && !slices.Contains(p.OrganizationKinds, kind) {
		return false
	}
	return slices.ContainsFunc(roles, func(role Role) bool { return slices.Contains(p.Roles, role) })
}

// Senders says in words who may send the message, such as "maker of a bank or holder of a registered account".
func (p Permission) Senders() string {
	var senders []string
	for _, role := range p.Roles {
		sender := role.Word()
		if len(p.OrganizationKinds) > 0 {
			kinds := make([]string, len(p.OrganizationKinds))
			for i, kind := range p.OrganizationKinds {
				kinds[i] = kind.Word()
			}
			sender += " of a " + strings.Join(kinds, " or ")
		}
		senders = append(senders, sender)
	}
	if p.Holder {
		senders = append(senders, "holder of a registered account")
	}
	return strings.Join(senders, " or ")
}

// ValidatePermissions checks that a table is in strictly ascending order of type URL, which FindPermission needs,
// and that each entry is complete: it admits somebody, by known roles and kinds in ascending order. It returns
// ErrInvalidPermissions.
func ValidatePermissions(table []Permission) error {
	for i, permission := range table {
		url := permission.MsgTypeUrl
		if len(url) < 2 || !strings.HasPrefix(url, "/") {
			return ErrInvalidPermissions.Wrapf("entry %d: expected a type URL, got %q", i, url)
		}
		if i > 0 && url <= table[i-1].MsgTypeUrl {
			return ErrInvalidPermissions.Wrapf("expected ascending type URLs without repeats, got %s after %s", url, table[i-1].MsgTypeUrl)
		}
		if len(permission.Roles) == 0 && !permission.Holder {
			return ErrInvalidPermissions.Wrapf("%s: expected roles or holder, got neither: leave the message out", url)
		}
		if len(permission.Roles) == 0 && len(permission.OrganizationKinds) > 0 {
			return ErrInvalidPermissions.Wrapf("%s: expected kinds only beside roles, got kinds for holders", url)
		}
		if err := validateRoles(permission.Roles, ErrInvalidPermissions, url); err != nil {
			return err
		}
		for j, kind := range permission.OrganizationKinds {
			if !slices.Contains(OrganizationKinds(), kind) {
				return ErrInvalidPermissions.Wrapf("%s: expected a kind of organization, got %s", url, kind)
			}
			if j > 0 && kind <= permission.OrganizationKinds[j-1] {
				return ErrInvalidPermissions.Wrapf("%s: expected ascending kinds without repeats, got %s after %s", url, kind, permission.OrganizationKinds[j-1])
			}
		}
	}
	return nil
}
