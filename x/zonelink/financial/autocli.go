package financial

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	zone := &autocliv1.PositionalArgDescriptor{ProtoField: "zone"}
	address := &autocliv1.PositionalArgDescriptor{ProtoField: "address"}
	limits := &autocliv1.PositionalArgDescriptor{ProtoField: "limits"}
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the module's parameters"},
				{
					RpcMethod:      "Zone",
					Use:            "zone ID",
					Short:          "Show one Business Zone with its shares and its escrow",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "id"}},
				},
				{RpcMethod: "Zones", Use: "zones", Short: "List Business Zones"},
				{
					RpcMethod:      "AccountSync",
					Use:            "account-sync ZONE ADDRESS",
					Short:          "Show how far one account's state has reached one Business Zone",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone, address},
				},
				{RpcMethod: "Transfers", Use: "transfers", Short: "List the charges in flight"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod:      "RequestLink",
					Use:            "request-link ZONE",
					Short:          "Ask your bank for permission to act in a Business Zone",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone},
				},
				{
					RpcMethod: "ApproveLink",
					Use:       "approve-link ADDRESS ZONE LIMITS",
					Short:     "Grant a link that a customer of your bank requested",
					Example: `fzd tx zonelink approve-link azu1... retail ` +
						`'{"per_payment":"100000","per_day":"500000","balance":"1000000"}' --from checker`,
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{address, zone, limits},
				},
				{
					RpcMethod:      "RejectLink",
					Use:            "reject-link ADDRESS ZONE REASON",
					Short:          "Refuse a link that a customer of your bank requested",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{address, zone, {ProtoField: "reason"}},
				},
				{
					RpcMethod:      "SetLinkLimits",
					Use:            "set-link-limits ADDRESS ZONE LIMITS",
					Short:          "Replace the limits of a link of a customer of your bank",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{address, zone, limits},
				},
				{
					RpcMethod:      "Unlink",
					Use:            "unlink ADDRESS ZONE",
					Short:          "End a link, once nothing of the account is left in the Business Zone",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{address, zone},
				},
				{
					RpcMethod:      "Charge",
					Use:            "charge ZONE AMOUNT",
					Short:          "Move your own yen to a Business Zone",
					Example:        `fzd tx zonelink charge retail 10000jpy --from holder`,
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone, {ProtoField: "amount"}},
				},
			},
		},
	}
}
