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
				{RpcMethod: "Nodes", Use: "nodes", Short: "List the nodes that may connect, of one organization or of all"},
				{
					RpcMethod: "Certificate", Use: "certificate FINGERPRINT",
					Short:          "Show a client certificate",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "fingerprint"}},
				},
				{RpcMethod: "Certificates", Use: "certificates", Short: "List the client certificates of one organization or of all"},
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
				// Only proposals send these.
				{RpcMethod: "UpdateParams", Skip: true},
				{RpcMethod: "InviteOrganization", Skip: true},
				{RpcMethod: "SuspendOrganization", Skip: true},
				{RpcMethod: "ReinstateOrganization", Skip: true},
				{RpcMethod: "RemoveOrganization", Skip: true},
				{RpcMethod: "AppointRepresentative", Skip: true},
				{RpcMethod: "SetValidator", Skip: true},
				{RpcMethod: "RemoveValidator", Skip: true},
				// Signs a proof with the new key: see client/cli.
				{RpcMethod: "RotateValidatorKey", Skip: true},
				{RpcMethod: "AcceptInvitation", Use: "accept-invitation", Short: "Make your organization a member"},
				{
					RpcMethod: "DeclineInvitation", Use: "decline-invitation REASON", Short: "Say no to an invitation",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "reason"}},
				},
				{
					RpcMethod: "Leave", Use: "leave REASON", Short: "End the membership of your organization",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "reason"}},
				},
				{
					RpcMethod: "SetOperator", Use: "set-operator ADDRESS ROLE...",
					Short:          "Say in which roles an address acts for your organization; none ends it",
					Example:        "fzd tx membership set-operator azu1... role-maker role-node --from representative",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "address"}, {ProtoField: "roles", Varargs: true}},
				},
				{
					RpcMethod: "RegisterNode", Use: "register-node NODE-ID MONIKER",
					Short:          "Admit a node of your organization to the zone's network, or change its name or address",
					Example:        "fzd tx membership register-node 0123... tokyo-1 --address node.bank.example:26656 --from node",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "node_id"}, {ProtoField: "moniker"}},
				},
				{
					RpcMethod: "UnregisterNode", Use: "unregister-node NODE-ID", Short: "Take the admission of a node back",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "node_id"}},
				},
				{
					RpcMethod: "RegisterCertificate", Use: "register-certificate FINGERPRINT NAME EXPIRES-AT",
					Short:   "Admit a client certificate of your organization to the zone's nodes, or change its name or expiry",
					Example: "fzd tx membership register-certificate 0123... treasury 2027-03-31T00:00:00Z --from node",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{
						{ProtoField: "fingerprint"}, {ProtoField: "name"}, {ProtoField: "expires_at"},
					},
				},
				{
					RpcMethod: "RevokeCertificate", Use: "revoke-certificate FINGERPRINT",
					Short:          "Refuse a client certificate of your organization for good",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "fingerprint"}},
				},
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
