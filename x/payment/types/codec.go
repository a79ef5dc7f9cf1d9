package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterInterfaces registers the module's messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgRequestRecall{},
		&MsgCancelRecall{},
		&MsgConsentRecall{},
		&MsgRefuseRecall{},
		&MsgReturnRecall{},
		&MsgPay{},
		&MsgExecuteOrders{},
		&MsgUpdateParams{},
		&MsgPayBatch{},
		&MsgPaySplit{},
		&MsgRequestPayment{},
		&MsgPayRequest{},
		&MsgRejectRequest{},
		&MsgCancelRequest{},
		&MsgGrantMandate{},
		&MsgPullPayment{},
		&MsgRevokeMandate{},
		&MsgCancelMandate{},
		&MsgSchedulePayment{},
		&MsgCancelSchedule{},
		&MsgSetConsent{},
		&MsgAcceptPayment{},
		&MsgRefusePayment{},
		&MsgCancelPayment{},
		&MsgRefundPayment{},
	)
	msgservice.RegisterMsgServiceDesc(registry, &Msg_serviceDesc)
}
