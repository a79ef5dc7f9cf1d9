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
				{
					RpcMethod:      "ZonePositions",
					Use:            "zone-positions ZONE",
					Short:          "Show what passed between banks in one Business Zone and how far each bank may go there",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone},
				},
				{
					RpcMethod:      "ZoneFlows",
					Use:            "zone-flows ZONE",
					Short:          "List what passed between banks in one Business Zone, as reported",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone},
				},
				{RpcMethod: "Transfers", Use: "transfers", Short: "List the charges in flight"},
				{
					RpcMethod:      "WindUp",
					Use:            "wind-up ZONE",
					Short:          "Show by which state of a Business Zone its owners are paid, and what is unclaimed",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone},
				},
				{
					RpcMethod:      "WindUpAccounts",
					Use:            "wind-up-accounts ZONE",
					Short:          "List what was proven and paid in a Business Zone that is wound up",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone},
				},
				{
					RpcMethod:      "WindUpHolds",
					Use:            "wind-up-holds ZONE",
					Short:          "List the holds that were counted in a Business Zone that is wound up",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone},
				},
				{
					RpcMethod:      "Brought",
					Use:            "brought ZONE",
					Short:          "List what accounts have brought into one Business Zone",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone},
				},
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
				{
					RpcMethod: "SetZoneTerms",
					Use:       "set-zone-terms ZONE",
					Short:     "Say how much of your bank's cap and of its customers' yen may be in a Business Zone",
					Example:   `fzd tx zonelink set-zone-terms retail --slice 50000000 --ceiling 900000000 --from compliance`,

					PositionalArgs: []*autocliv1.PositionalArgDescriptor{zone},
				},
				// Their proofs come from nodes of the zone: `azukari wind-up` gathers and sends them.
				{RpcMethod: "ProveFlows", Skip: true},
				{RpcMethod: "Claim", Skip: true},
				// The members decide on these by proposal.
				{RpcMethod: "WindUpZone", Skip: true},
				{RpcMethod: "RegisterZone", Skip: true},
				{RpcMethod: "SetZoneLimits", Skip: true},
				{RpcMethod: "PauseZone", Skip: true},
				{RpcMethod: "SuspendZone", Skip: true},
				{RpcMethod: "ResumeZone", Skip: true},
				{RpcMethod: "CloseZone", Skip: true},
				{RpcMethod: "UpdateParams", Skip: true},
			},
		},
	}
}
