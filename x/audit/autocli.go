package audit

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/audit/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Laws", Use: "laws", Short: "Recompute the laws of money from all balances, holds, orders and packets"},
				{RpcMethod: "Coverage", Use: "coverage", Short: "Compare what each bank owes with its newest attestation (Financial Zone)"},
			},
		},
	}
}
