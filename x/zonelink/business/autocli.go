package business

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/zonelink/business/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the module's parameters"},
				{RpcMethod: "FinancialZone", Use: "financial-zone", Short: "Show the link with the Financial Zone and the denom of yen"},
				{RpcMethod: "Caps", Use: "caps", Short: "Show how far each bank's customers may pay other banks' here, and what was reported"},
				{RpcMethod: "Flows", Use: "flows", Short: "List what passed between banks here"},
				{RpcMethod: "Transfers", Use: "transfers", Short: "List the discharges in flight"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod:      "Discharge",
					Use:            "discharge AMOUNT",
					Short:          "Move your own yen back to the Financial Zone",
					Example:        `bzd tx zonelink discharge 10000jpy --from holder`,
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "amount"}},
				},
				{
					RpcMethod:      "Hop",
					Use:            "hop ZONE PAYEE AMOUNT",
					Short:          "Pay an account in another Business Zone",
					Example:        `bzd tx zonelink hop energy azu1... 10000jpy --from holder`,
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "zone"}, {ProtoField: "payee"}, {ProtoField: "amount"}},
				},
			},
		},
	}
}
