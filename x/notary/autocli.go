package notary

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/notary/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "Notarization", Use: "notarization [notary] [hash]", Short: "Show what a notary said of a document",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "notary"}, {ProtoField: "hash"}},
				},
				{
					RpcMethod: "NotarizationsOfDocument", Use: "notarizations-of-document [hash]", Short: "List all who notarized a document",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "hash"}},
				},
				{
					RpcMethod: "NotarizationsByNotary", Use: "notarizations-by-notary [notary]", Short: "List what one notary notarized",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "notary"}},
				},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{{
				RpcMethod: "Notarize", Use: "notarize [documents]...",
				Short: `Notarize documents, each as {"hash":"…","label":"…"}`,
				Long: `Notarize documents, each as {"hash":"SHA-256 in hex","label":"what you call it"}. 'azukari notarize' hashes files, sends ` +
					`this message and fetches receipts.`,
				PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "documents", Varargs: true}},
			}},
		},
	}
}
