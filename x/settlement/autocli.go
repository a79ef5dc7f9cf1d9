package settlement

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/settlement/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "Trade", Use: "trade [creator] [reference]", Short: "Show one trade with its legs and parties",
					PositionalArgs: positional("creator", "reference"),
				},
				{RpcMethod: "Trades", Use: "trades", Short: "List all trades, with --status only those in one status"},
				{
					RpcMethod: "TradesOfAccount", Use: "trades-of-account [account]",
					Short:          "List the trades that name one account, with --status only those in one status",
					PositionalArgs: positional("account"),
				},
				{
					RpcMethod: "TradesByReference", Use: "trades-by-reference [reference]",
					Short:          "List the trades with one reference, whoever created them",
					PositionalArgs: positional("reference"),
				},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "CreateTrade", Use: "create-trade [reference] [terms.json]",
					Short:          "Propose the terms in a JSON file to their parties",
					PositionalArgs: positional("reference", "terms"),
				},
				{
					RpcMethod: "ConfirmTrade", Use: "confirm-trade [creator] [reference] [terms-hash]",
					Short:          "Agree to a trade as a party, and set aside what you deliver; the hash is that of the query, in base64",
					PositionalArgs: positional("creator", "reference", "terms_hash"),
				},
				{
					RpcMethod: "CancelTrade", Use: "cancel-trade [creator] [reference] [reason]",
					Short:          "Take a trade back before its last party has confirmed (creator, or party that has confirmed)",
					PositionalArgs: positional("creator", "reference", "reason"),
				},
				{
					RpcMethod: "RefuseTrade", Use: "refuse-trade [creator] [reference] [reason]",
					Short:          "Say no to a trade as a party that has not confirmed",
					PositionalArgs: positional("creator", "reference", "reason"),
				},
				{
					RpcMethod: "AbortTrade", Use: "abort-trade [creator] [reference] [reason]",
					Short:          "End a trade as its agent, until it settles",
					PositionalArgs: positional("creator", "reference", "reason"),
				},
				{
					RpcMethod: "ReleaseTrade", Use: "release-trade [creator] [reference]",
					Short:          "Give the agent's word, without which the trade does not settle",
					PositionalArgs: positional("creator", "reference"),
				},
				{
					RpcMethod: "PresentDocument", Use: "present-document [creator] [reference] [name] [hash]",
					Short:          "Present a document that the terms ask for; the hash is SHA-256, in base64",
					PositionalArgs: positional("creator", "reference", "name", "hash"),
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
