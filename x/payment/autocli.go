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
			RpcCommandOptions: append([]*autocliv1.RpcCommandOptions{
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
				{
					RpcMethod: "Payment", Use: "payment [payer] [reference]", Short: "Show one payment that has a reference",
					PositionalArgs: positional("payer", "reference"),
				},
				{
					RpcMethod: "PaymentsFrom", Use: "payments-from [payer]", Short: "List the payments with a reference that one account made",
					PositionalArgs: positional("payer"),
				},
				{
					RpcMethod: "PaymentsTo", Use: "payments-to [payee]",
					Short:          "List the payments with a reference to one account, with --invoice only those for one invoice",
					PositionalArgs: positional("payee"),
				},
				{
					RpcMethod: "Quote", Use: "quote [amount]", Short: "Say what a payment costs", Example: "bzd query payment quote 30000jpy",
					PositionalArgs: positional("amount"),
				},
				{
					RpcMethod: "OrderNonces", Use: "order-nonces [payer]", Short: "Show which nonces of payment orders an account has used, and the next one",
					PositionalArgs: positional("payer"),
				},
				{
					RpcMethod: "OrderBytes", Use: "order-bytes [order]", Short: "Show the bytes that the payer of an order, in JSON, signs",
					PositionalArgs: positional("order"),
				},
				{
					RpcMethod: "Usages", Use: "usages",
					Short:   "List payments, yen and fees by organization and month; with --month and --organization only those",
					Example: "bzd query payment usages --month 202604 --output json",
				},
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters, with the fee schedule"},
			}, productQueries()...),
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			RpcCommandOptions: append([]*autocliv1.RpcCommandOptions{
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
				{
					RpcMethod: "Pay", Use: "pay [payee] [amount]", Short: "Pay an account",
					Long: "Pay an account. With --reference, your own id of the payment, which is accepted once, the payment is recorded and " +
						"can be refunded; --invoice names the payee's invoice, --memo-hash 32 bytes in base64, --max-fee what 'query payment quote' says.",
					Example:        "bzd tx payment pay azu1... 30000jpy --reference P-17 --invoice INV-4711 --from holder",
					PositionalArgs: positional("payee", "amount"),
				},
				{
					RpcMethod: "ExecuteOrders", Use: "execute-orders [orders]", Short: "Carry out signed payment orders, in JSON (gateway)",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "orders", Varargs: true}},
				},
				{RpcMethod: "UpdateParams", Skip: true}, // by proposal only
			}, productMessages()...),
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
