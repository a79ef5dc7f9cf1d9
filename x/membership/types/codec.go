package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterInterfaces registers the module's messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgSubmitProposal{},
		&MsgCastVote{},
		&MsgWithdrawProposal{},
		&MsgUpdateParams{},
		&MsgInviteOrganization{},
		&MsgAcceptInvitation{},
		&MsgDeclineInvitation{},
		&MsgSuspendOrganization{},
		&MsgReinstateOrganization{},
		&MsgRemoveOrganization{},
		&MsgLeave{},
		&MsgAppointRepresentative{},
		&MsgSetOperator{},
		&MsgSetValidator{},
		&MsgRemoveValidator{},
		&MsgRotateValidatorKey{},
		&MsgRegisterNode{},
		&MsgUnregisterNode{},
		&MsgRegisterCertificate{},
		&MsgRevokeCertificate{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &Msg_serviceDesc)
}
