package asset

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/asset/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{Service: types.Query_serviceDesc.ServiceName, RpcCommandOptions: queryCommands()},
		Tx:    &autocliv1.ServiceCommandDescriptor{Service: types.Msg_serviceDesc.ServiceName, RpcCommandOptions: txCommands()},
	}
}

func queryCommands() []*autocliv1.RpcCommandOptions {
	return []*autocliv1.RpcCommandOptions{
		{
			RpcMethod: "Class", Use: "class [class]", Short: "Show a class: its issuer, rules and supply",
			PositionalArgs: positional("class"),
		},
		{RpcMethod: "Classes", Use: "classes", Short: "List classes, with --issuer only those of one account"},
		{
			RpcMethod: "Managers", Use: "managers [class]", Short: "List who has which rights in a class",
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "Allowed", Use: "allowed [class]", Short: "List the accounts on a class's allow list",
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "FrozenHolders", Use: "frozen-holders [class]", Short: "List the frozen holders of a class",
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "Unit", Use: "unit [class] [unit]", Short: "Show a unique unit, who has it, and whether it is in a hold",
			PositionalArgs: positional("class", "unit"),
		},
		{
			RpcMethod: "Units", Use: "units [class]", Short: "List the unique units of a class, with --holder only those of one account",
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "Trace", Use: "trace [class] [unit]", Short: "Show a unit's history, from its issue to where it is",
			PositionalArgs: positional("class", "unit"),
		},
		{
			RpcMethod: "Holdings", Use: "holdings [holder]", Short: "List what an account has of all classes, outside of holds",
			PositionalArgs: positional("holder"),
		},
		{
			RpcMethod: "Eligibility", Use: "eligibility [from] [to] [amount]",
			Short:          "Say whether an amount could be moved between two accounts, with --until also still at a time",
			PositionalArgs: positional("from", "to", "amount"),
		},
		{
			RpcMethod: "Operation", Use: "operation [signer] [reference]", Short: "Show what an account did under a reference",
			PositionalArgs: positional("signer", "reference"),
		},
		{
			RpcMethod: "Operations", Use: "operations [signer]", Short: "List what an account did under references",
			PositionalArgs: positional("signer"),
		},
	}
}

func txCommands() []*autocliv1.RpcCommandOptions {
	return []*autocliv1.RpcCommandOptions{
		{
			RpcMethod: "CreateClass", Use: "create-class [class] [kind]", Short: "Make a class of fungible or unique units, as its issuer",
			Long: "Make a class of fungible or unique units, as its issuer (an account of kind business or bank own). --metadata and --rules " +
				"take JSON or a file that ends in .json, --changeable the rules that may be changed in any way later.",
			PositionalArgs: positional("class", "kind"),
		},
		{
			RpcMethod: "UpdateMetadata", Use: "update-metadata [class]", Short: "Change what people read of a class (issuer)",
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "UpdateRules", Use: "update-rules [class]",
			Short:          "Loosen the rules of a class, or change those that it declared changeable (issuer)",
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "SetManager", Use: "set-manager [class] [account]",
			Short:          "Give an account the --rights in a class, in place of those it had; without any, end them (issuer)",
			PositionalArgs: positional("class", "account"),
		},
		{
			RpcMethod: "OfferClass", Use: "offer-class [class]",
			Short:          "Offer a class to --new-issuer, or take the offer back (issuer)",
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "AcceptClass", Use: "accept-class [class]", Short: "Become the issuer of a class that you were offered",
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "AllowHolders", Use: "allow-holders [class]",
			Short:          "Put accounts on a class's allow list with --add, take them off with --remove",
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "IssueAmounts", Use: "issue-amounts [class]",
			Short: "Give new fungible units to up to 1,000 accounts",
			Long: "Give new fungible units to up to 1,000 accounts: to all of them or to none. Repeat --lines for each, as JSON: " +
				`'{"account":"azu1…","amount":"500"}'.`,
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "IssueUnits", Use: "issue-units [class]",
			Short: "Give up to 1,000 new unique units to accounts",
			Long: "Give up to 1,000 new unique units to accounts: all of them or none. Repeat --lines for each, as JSON: " +
				`'{"account":"azu1…","unit":"A-12","attributes":[{"key":"seat","value":"12"}]}'.`,
			PositionalArgs: positional("class"),
		},
		{
			RpcMethod: "Transfer", Use: "transfer [recipient] [amounts...]", Short: "Give units to another account",
			PositionalArgs: withAmounts("recipient"),
			// The SDK has a flag note for the memo of a transaction.
			FlagOptions: map[string]*autocliv1.FlagOptions{"note": {Name: "custody-note"}},
		},
		{
			RpcMethod: "RedeemUnits", Use: "redeem-units [amounts...]", Short: "Hand units in, as when a coupon is used: they are destroyed",
			PositionalArgs: withAmounts(),
			// The SDK has a flag note for the memo of a transaction.
			FlagOptions: map[string]*autocliv1.FlagOptions{"note": {Name: "custody-note"}},
		},
		{
			RpcMethod: "RecallUnits", Use: "recall-units [holder] [reason] [amounts...]", Short: "Take units back from a holder: they are destroyed",
			PositionalArgs: withAmounts("holder", "reason"),
		},
		{
			RpcMethod: "FreezeUnits", Use: "freeze-units [class] [reason]",
			Short:          "Freeze a class, with --holder one account's units of it, with --unit one unit",
			PositionalArgs: positional("class", "reason"),
		},
		{
			RpcMethod: "UnfreezeUnits", Use: "unfreeze-units [class] [reason]", Short: "End the freeze of a class, a --holder or a --unit",
			PositionalArgs: positional("class", "reason"),
		},
		{
			RpcMethod: "AnnotateUnit", Use: "annotate-unit [class] [unit] [note]", Short: "Add a note to a unit's history",
			PositionalArgs: positional("class", "unit", "note"),
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

// withAmounts ends the arguments with one or several coins.
func withAmounts(fields ...string) []*autocliv1.PositionalArgDescriptor {
	return append(positional(fields...), &autocliv1.PositionalArgDescriptor{ProtoField: "amount", Varargs: true})
}
