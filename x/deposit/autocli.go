package deposit

import (
	"strings"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/deposit/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				command("Order", "order", "Show one order with its history", "bank", "reference"),
				command("Orders", "orders", "List the orders of one bank, with --status only those in one status", "bank"),
				command("AccountOrders", "account-orders", "List the orders of one account, with --date only those of one business date", "account"),
				command("Batch", "batch", "Show one batch", "bank", "batch"),
				command("Batches", "batches", "List the batches of one bank", "bank"),
				command("BatchLines", "batch-lines", "List the lines of one batch with their results", "bank", "batch"),
				command("Book", "book", "Show what one bank has issued, redeemed and owes", "bank"),
				command("Books", "books", "List every bank's book"),
				command("Flows", "flows", "List the yen that passed between customers of each two banks"),
				command("Ceiling", "ceiling", "Show the most that one bank may owe by issuing", "bank"),
				command("Ceilings", "ceilings", "List every bank's ceiling"),
				command("Attestation", "attestation", "Show one attestation", "bank", "reference"),
				command("Attestations", "attestations", "List the attestations of one bank", "bank"),
				command("NewestAttestation", "newest-attestation", "Show the newest confirmed attestation of one bank", "bank"),
				command("BusinessDate", "business-date", "Show the date to which the next order of one bank belongs", "bank"),
				command("BusinessDays", "business-days", "List the ends of the business dates of one bank", "bank"),
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				command("RequestIssue", "request-issue", "Ask that an account be given yen against a deposit (holder, or maker of the account bank)",
					"account", "amount", "reference"),
				command("RequestRedeem", "request-redeem", "Ask that yen of an account become a deposit (holder, or maker of the account bank)",
					"account", "amount", "reference"),
				command("ConfirmDebit", "confirm-debit", "Say that the deposit of a holder's issue order was debited (maker)",
					"reference", "core_reference"),
				command("Approve", "approve", "Carry out an order of your bank, with --amount only a part of it (checker)", "reference"),
				command("Reject", "reject", "Refuse an order of your bank (checker)", "reference", "reject_code", "reason"),
				command("CancelOrder", "cancel-order", "Take back an order that you requested (holder or maker)", "reference"),
				command("SubmitBatch", "submit-batch", "Request the orders of a batch, each with a --lines as JSON (maker)", "batch"),
				command("ApproveBatch", "approve-batch", "Carry out what is open of a batch (checker)", "batch"),
				command("RejectBatch", "reject-batch", "Refuse what is open of a batch (checker)", "batch", "reject_code", "reason"),
				command("SubmitAttestation", "submit-attestation", "Declare what stands behind your bank's yen (maker)",
					"reference", "as_of", "deposits", "reserve_assets", "document_hash"),
				command("ConfirmAttestation", "confirm-attestation", "Make an attestation of your bank count (checker)", "reference"),
				command("CountersignAttestation", "countersign-attestation", "Add your word to an attestation (auditor)", "bank", "reference"),
				command("CloseBusinessDay", "close-business-day", "End a business date of your bank (checker)", "date"),
				{RpcMethod: "SetCeiling", Skip: true},
				{RpcMethod: "RemoveCeiling", Skip: true},
			},
		},
	}
}

// command describes a command whose arguments are fields of its request, in their order.
func command(method, name, short string, arguments ...string) *autocliv1.RpcCommandOptions {
	options := &autocliv1.RpcCommandOptions{RpcMethod: method, Use: name, Short: short}
	for _, field := range arguments {
		options.Use += " [" + strings.ReplaceAll(field, "_", "-") + "]"
		options.PositionalArgs = append(options.PositionalArgs, &autocliv1.PositionalArgDescriptor{ProtoField: field})
	}
	return options
}
