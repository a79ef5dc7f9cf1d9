package deposit

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/deposit/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "Order", Use: "order [bank] [reference]", Short: "Show one order",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "bank"}, {ProtoField: "reference"}},
				},
				{
					RpcMethod: "Orders", Use: "orders [bank]", Short: "List the orders of one bank, with --status only those in one status",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "bank"}},
				},
				{
					RpcMethod: "Book", Use: "book [bank]", Short: "Show what one bank has issued, redeemed and owes",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "bank"}},
				},
				{RpcMethod: "Books", Use: "books", Short: "List every bank's book"},
				{RpcMethod: "Flows", Use: "flows", Short: "List the yen that passed between customers of each two banks"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "RequestIssue", Use: "request-issue [account] [amount] [reference]",
					Short: "Ask that an account of your bank be given yen against a deposit (maker)",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{
						{ProtoField: "account"}, {ProtoField: "amount"}, {ProtoField: "reference"},
					},
				},
				{
					RpcMethod: "RequestRedeem", Use: "request-redeem [account] [amount] [reference]",
					Short: "Ask that yen of an account become a deposit (holder, or maker of the account bank)",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{
						{ProtoField: "account"}, {ProtoField: "amount"}, {ProtoField: "reference"},
					},
				},
				{
					RpcMethod: "Approve", Use: "approve [reference]", Short: "Carry out an order of your bank (checker)",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "reference"}},
				},
				{
					RpcMethod: "Reject", Use: "reject [reference] [reason]", Short: "Refuse an order of your bank (checker)",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "reference"}, {ProtoField: "reason"}},
				},
			},
		},
	}
}
