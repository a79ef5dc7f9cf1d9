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
				{
					RpcMethod: "Proposal", Use: "proposal ID",
					Short:          "Show a proposal",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "id"}},
				},
				{
					RpcMethod: "Proposals", Use: "proposals", Short: "List the proposals",
					Example: "fzd query membership proposals --status proposal-status-voting",
				},
				{
					RpcMethod: "Votes", Use: "votes PROPOSAL",
					Short:          "List the votes on a proposal",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "proposal"}},
				},
				{RpcMethod: "Permissions", Use: "permissions", Short: "List who may send which message"},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service:              types.Msg_serviceDesc.ServiceName,
			EnhanceCustomCommand: true,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				// Read from a file: see client/cli.
				{RpcMethod: "SubmitProposal", Skip: true},
				// Only proposals send it.
				{RpcMethod: "UpdateParams", Skip: true},
				{
					RpcMethod: "CastVote", Use: "vote PROPOSAL OPTION",
					Short:   "Say yes or no to a proposal for your organization",
					Example: "fzd tx membership vote 7 vote-option-yes --from representative",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{
						{ProtoField: "proposal"}, {ProtoField: "option"},
					},
				},
				{
					RpcMethod: "WithdrawProposal", Use: "withdraw PROPOSAL",
					Short:          "Take back a proposal of your organization",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "proposal"}},
				},
			},
		},
	}
}
