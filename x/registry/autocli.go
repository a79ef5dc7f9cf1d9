package registry

import (
	"strings"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/registry/types"
)

// AutoCLIOptions describes the module's commands.
func (m AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	options := &autocliv1.ModuleOptions{Query: &autocliv1.ServiceCommandDescriptor{
		Service: types.Query_serviceDesc.ServiceName, RpcCommandOptions: queryCommands(),
	}}
	if !m.replica {
		options.Tx = &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName, RpcCommandOptions: txCommands(),
		}
	}
	return options
}

func queryCommands() []*autocliv1.RpcCommandOptions {
	return []*autocliv1.RpcCommandOptions{
		command("Account", "account ADDRESS", "Show one account, what it has paid today and what it may spend", "address"),
		command("Accounts", "accounts", "List accounts, of one bank or of all"),
		command("History", "history ADDRESS", "List every change of an account", "address"),
		command("FrozenAmounts", "frozen-amounts ADDRESS", "List the orders that ever froze an amount of an account", "address"),
		command("AccountRequests", "account-requests ADDRESS", "List the requests about an account", "address"),
		command("Request", "request BANK REFERENCE", "Show one request", "bank", "reference"),
		command("Requests", "requests BANK", "List the requests of a bank, of one status or of all", "bank"),
		command("ForcedTransfer", "forced-transfer BANK ORDER-REFERENCE", "Show one forced transfer", "bank", "order_reference"),
		command("ForcedTransfers", "forced-transfers BANK", "List the forced transfers of a bank", "bank"),
		command("Bank", "bank BANK", "Show a bank's policy and whether the bank is paused", "bank"),
		command("Banks", "banks", "List the policies of all banks"),
		command("Params", "params", "Show what the members decided"),
	}
}

func txCommands() []*autocliv1.RpcCommandOptions {
	commands := []*autocliv1.RpcCommandOptions{
		command("ApplyAccount", "apply REFERENCE ADDRESS KIND IDENTITY-HASH", "Ask that an address become an account of your bank", "reference", "address", "kind", "identity_hash"),
		command("ApproveRequest", "approve REFERENCE", "Carry out a request of your bank that somebody else made", "reference"),
		command("ApproveRequests", "approve-many REFERENCE...", "Carry out many requests of your bank", "references*"),
		command("RejectRequest", "reject REFERENCE REASON", "Refuse a request of your bank that somebody else made", "reference", "reason"),
		command("ActivateAccount", "activate", "Make your own open account active"),
		command("FreezeAccount", "freeze ADDRESS REASON", "Stop all payments from and to an account of your bank", "address", "reason"),
		command("RequestUnfreeze", "request-unfreeze REFERENCE ADDRESS REASON", "Ask that a frozen account be what it was before", "reference", "address", "reason"),
		command("CloseAccount", "close ADDRESS REASON", "End an account of your bank of which nothing is left", "address", "reason"),
		command("SetLimits", "lower-limits ADDRESS LIMITS REASON", "Lower the limits of an account of your bank at once", "address", "limits", "reason"),
		command("RequestLimits", "request-limits REFERENCE ADDRESS REASON", "Ask that an account of your bank get other limits, or without --limits those of its tier", "reference", "address", "reason"),
		command("RequestPolicy", "request-policy REFERENCE POLICY REASON", "Ask that your bank get another policy", "reference", "policy", "reason"),
		command("PauseBank", "pause REASON", "Stop all payments from and to customers of your bank", "reason"),
		command("RequestUnpause", "request-unpause REFERENCE REASON", "Ask that the pause of your bank end", "reference", "reason"),
		command("FreezeAmount", "freeze-amount ADDRESS AMOUNT ORDER-REFERENCE REASON", "Forbid to spend an amount of an account of your bank", "address", "amount", "order_reference", "reason"),
		command("RequestReleaseAmount", "request-release-amount REFERENCE ADDRESS ORDER-REFERENCE REASON", "Ask that what an order froze be free again", "reference", "address", "order_reference", "reason"),
		command("RequestForcedTransfer", "request-forced-transfer ORDER-REFERENCE FROM TO AMOUNT DOCUMENT-HASH REASON", "Ask to carry out an order that takes yen from an account of your bank", "order_reference", "from", "to", "amount", "document_hash", "reason"),
		command("ApproveForcedTransfer", "approve-forced-transfer BANK ORDER-REFERENCE", "Give your organization's word for a forced transfer", "bank", "order_reference"),
		command("CancelForcedTransfer", "cancel-forced-transfer ORDER-REFERENCE REASON", "Withdraw a forced transfer of your bank", "order_reference", "reason"),
		// Nobody types a thousand lines, and only the members' vote sends parameters.
		{RpcMethod: "ApplyAccounts", Skip: true},
		{RpcMethod: "UpdateParams", Skip: true},
	}
	commands[0].Example = `fzd tx registry apply A-17 azu1... account-kind-business 9f86... ` +
		`--limits '{"per_payment":"1000000","per_day":"5000000","balance":"50000000"}' --from maker`
	return commands
}

// command describes a command; the names of its positional arguments are fields, the last one with an asterisk if it takes
// all that follows.
func command(method, use, short string, arguments ...string) *autocliv1.RpcCommandOptions {
	options := &autocliv1.RpcCommandOptions{RpcMethod: method, Use: use, Short: short}
	for _, argument := range arguments {
		name, varargs := strings.CutSuffix(argument, "*")
		options.PositionalArgs = append(options.PositionalArgs, &autocliv1.PositionalArgDescriptor{ProtoField: name, Varargs: varargs})
	}
	return options
}
