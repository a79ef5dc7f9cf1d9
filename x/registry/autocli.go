package registry

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/registry/types"
)

// AutoCLIOptions describes the module's commands.
func (m AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	options := &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod:      "Account",
					Use:            "account ADDRESS",
					Short:          "Show one account and what it has paid today",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "address"}},
				},
				{
					RpcMethod: "Accounts",
					Use:       "accounts",
					Short:     "List accounts, of one bank or of all",
				},
			},
		},
	}
	if !m.replica {
		options.Tx = txCommands()
	}
	return options
}

func txCommands() *autocliv1.ServiceCommandDescriptor {
	address := &autocliv1.PositionalArgDescriptor{ProtoField: "address"}
	reason := &autocliv1.PositionalArgDescriptor{ProtoField: "reason"}
	return &autocliv1.ServiceCommandDescriptor{
		Service: types.Msg_serviceDesc.ServiceName,
		RpcCommandOptions: []*autocliv1.RpcCommandOptions{
			{
				RpcMethod: "OpenAccount",
				Use:       "open ADDRESS KIND IDENTITY-HASH LIMITS",
				Short:     "Register an address as an account of your bank",
				Example: `fzd tx registry open azu1... account-kind-business 9f86... ` +
					`'{"per_payment":"1000000","per_day":"5000000","balance":"50000000"}' --from maker`,
				PositionalArgs: []*autocliv1.PositionalArgDescriptor{
					address, {ProtoField: "kind"}, {ProtoField: "identity_hash"}, {ProtoField: "limits"},
				},
			},
			{
				RpcMethod:      "FreezeAccount",
				Use:            "freeze ADDRESS REASON",
				Short:          "Stop all payments from and to an account of your bank",
				PositionalArgs: []*autocliv1.PositionalArgDescriptor{address, reason},
			},
			{
				RpcMethod:      "UnfreezeAccount",
				Use:            "unfreeze ADDRESS REASON",
				Short:          "Make a frozen account of your bank active",
				PositionalArgs: []*autocliv1.PositionalArgDescriptor{address, reason},
			},
			{
				RpcMethod:      "CloseAccount",
				Use:            "close ADDRESS REASON",
				Short:          "End an account of your bank of which nothing is left",
				PositionalArgs: []*autocliv1.PositionalArgDescriptor{address, reason},
			},
			{
				RpcMethod:      "SetLimits",
				Use:            "set-limits ADDRESS LIMITS",
				Short:          "Replace the limits of an account of your bank",
				PositionalArgs: []*autocliv1.PositionalArgDescriptor{address, {ProtoField: "limits"}},
			},
		},
	}
}
