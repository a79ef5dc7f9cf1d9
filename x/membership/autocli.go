package membership

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/membership/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{
					RpcMethod: "Organization", Use: "organization ID",
					Short:          "Show an organization with its operators and validators",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "id"}},
				},
				{RpcMethod: "Organizations", Use: "organizations", Short: "List the organizations"},
				{
					RpcMethod: "Operator", Use: "operator ADDRESS",
					Short:          "Show the operator at an address",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "address"}},
				},
				{RpcMethod: "Validators", Use: "validators", Short: "List the validators"},
				{RpcMethod: "Permissions", Use: "permissions", Short: "List who may send which message"},
			},
		},
	}
}
