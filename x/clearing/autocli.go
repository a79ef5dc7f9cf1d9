package clearing

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/azukari-network/azukari/x/clearing/types"
)

// AutoCLIOptions describes the module's commands. Decisions of the members have none: no single person sends them.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters and the loss-sharing key"},
				command("Position", "position [bank]", "Show what one bank has in the open cycle and what it may still do", "bank"),
				{RpcMethod: "Positions", Use: "positions", Short: "Show that for every bank"},
				command("Cycle", "cycle [number]", "Show one cycle", "number"),
				{RpcMethod: "Cycles", Use: "cycles", Short: "List cycles, the open one last"},
				command("CycleReport", "cycle-report [number]", "Show all that happened between banks in one cycle", "number"),
				command("Queue", "queue [bank]", "List the payments that wait for one bank, the next first", "bank"),
				command("QueuedPayment", "queued-payment [id]", "Show one payment that waits", "id"),
				command("Obligation", "obligation [id]", "Show one obligation", "id"),
				{RpcMethod: "Obligations", Use: "obligations", Short: "List obligations, with --debtor and --status only some"},
				{RpcMethod: "Claims", Use: "claims", Short: "List what failed banks owe those that have paid for them"},
				{RpcMethod: "Calendar", Use: "calendar", Short: "Show the next cut-offs and holidays"},
				command("ReserveOrder", "reserve-order [organization] [reference]", "Show one reserve order", "organization", "reference"),
				command("ReserveOrders", "reserve-orders [organization]",
					"List one organization's reserve orders, with --status only those in one status", "organization"),
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				command("RequestReserve", "request-reserve [kind] [bank] [amount] [reference]",
					"Ask that reserve be issued or redeemed (maker of the settlement agent), or redeemed, pledged or released (maker of the bank)",
					"kind", "bank", "amount", "reference"),
				command("ConfirmObligation", "confirm-obligation [obligation-id] [reference]",
					"Say that an obligation's debtor has paid the settlement agent (its maker)", "obligation_id", "reference"),
				command("ApproveReserve", "approve-reserve [organization] [reference]",
					"Carry out a reserve order (checker of the settlement agent, for a pledge of the bank)", "organization", "reference"),
				command("RejectReserve", "reject-reserve [organization] [reference] [reason]",
					"Refuse a reserve order (checker of the settlement agent, for a pledge of the bank)", "organization", "reference", "reason"),
				command("SettleObligation", "settle-obligation [obligation-id]",
					"Pay an obligation of your bank from its reserve (maker)", "obligation_id"),
				command("RepayClaim", "repay-claim [creditor] [amount]",
					"Pay back a bank that has paid for yours (maker)", "creditor", "amount"),
				{
					RpcMethod: "SetOwnCap", Use: "set-own-cap", Short: "Bound your bank's net debit with --cap, or remove the bound without (compliance)",
				},
				command("QueuePayment", "queue-payment [payee] [amount] [reference]",
					"Pay at once if your bank can settle it, else when it can, before --expires-at (holder)", "payee", "amount", "reference"),
				command("CancelQueuedPayment", "cancel-queued-payment [id]", "Take a queued payment back (its payer)", "id"),
				skipped("UpdateParams"), skipped("SetHolidays"), skipped("SetNetDebitCap"), skipped("SetLossSharingKey"), skipped("ReinstateBank"),
			},
		},
	}
}

// command describes a method whose fields are given by place.
func command(method, use, short string, fields ...string) *autocliv1.RpcCommandOptions {
	options := &autocliv1.RpcCommandOptions{RpcMethod: method, Use: use, Short: short}
	for _, field := range fields {
		options.PositionalArgs = append(options.PositionalArgs, &autocliv1.PositionalArgDescriptor{ProtoField: field})
	}
	return options
}

// skipped leaves a method out.
func skipped(method string) *autocliv1.RpcCommandOptions {
	return &autocliv1.RpcCommandOptions{RpcMethod: method, Skip: true}
}
