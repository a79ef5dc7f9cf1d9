package payment

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/payment/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "Recall", Use: "recall [payer-bank] [reference]", Short: "Show one recall",
					PositionalArgs: positional("payer_bank", "reference"),
				},
				{
					RpcMethod: "RecallsFromBank", Use: "recalls-from-bank [payer-bank]",
					Short:          "List the recalls that one bank requested, with --status only those in one status",
					PositionalArgs: positional("payer_bank"),
				},
				{
					RpcMethod: "RecallsToBank", Use: "recalls-to-bank [payee-bank]",
					Short:          "List the recalls of payments to accounts of one bank, with --status only those in one status",
					PositionalArgs: positional("payee_bank"),
				},
				{
					RpcMethod: "RecallsToAccount", Use: "recalls-to-account [payee]", Short: "List the recalls of payments to one account",
					PositionalArgs: positional("payee"),
				},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "RequestRecall",
					Use:       "request-recall [reference] [payer] [payee] [amount] [reason]",
					Short:     "Ask the payee of a payment of your customer to give it back (maker)",
					Long: "Ask the payee of a payment of your customer to give it back (maker). --tx-hash takes the payment's " +
						"transaction in base64, --message-index its message there, --expires-at a time as 2026-06-30T00:00:00Z. " +
						"'azukari bank recall request' fills all of this in from the transaction.",
					PositionalArgs: positional("reference", "payer", "payee", "amount", "reason"),
				},
				{
					RpcMethod: "CancelRecall", Use: "cancel-recall [reference] [reason]",
					Short:          "Take a request of your bank back before the payee has agreed (maker)",
					PositionalArgs: positional("reference", "reason"),
				},
				{
					RpcMethod: "ConsentRecall", Use: "consent-recall [payer-bank] [reference]",
					Short:          "Agree, as the payee, to give a payment back; the yen is held until the return",
					PositionalArgs: positional("payer_bank", "reference"),
				},
				{
					RpcMethod: "RefuseRecall", Use: "refuse-recall [payer-bank] [reference] [reason]",
					Short:          "Refuse a recall (payee, or checker of its bank)",
					PositionalArgs: positional("payer_bank", "reference", "reason"),
				},
				{
					RpcMethod: "ReturnRecall", Use: "return-recall [payer-bank] [reference]",
					Short:          "Pay the held yen of a recall back to the payer (checker of the payee's bank)",
					PositionalArgs: positional("payer_bank", "reference"),
				},
			},
		},
	}
}

func positional(fields ...string) []*autocliv1.PositionalArgDescriptor {
	arguments := make([]*autocliv1.PositionalArgDescriptor, len(fields))
	for i, field := range fields {
		arguments[i] = &autocliv1.PositionalArgDescriptor{ProtoField: field}
	}
	return arguments
}
