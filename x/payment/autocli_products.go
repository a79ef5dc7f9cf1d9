package payment

import (
	"strings"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// productQueries describes the queries about payment products.
func productQueries() []*autocliv1.RpcCommandOptions {
	return []*autocliv1.RpcCommandOptions{
		command("PaymentRequest", "request", "Show one payment request", "payee", "reference"),
		command("PaymentRequestsByPayee", "requests-by-payee",
			"List what an account asked others to pay, with --status only requests in one status", "payee"),
		command("PaymentRequestsByPayer", "requests-by-payer",
			"List what an account was asked to pay, with --status only requests in one status", "payer"),
		command("Mandate", "mandate", "Show one mandate, with what its caps leave now", "payer", "reference"),
		command("MandatesByPayer", "mandates-by-payer", "List the mandates that an account granted", "payer"),
		command("MandatesByPayee", "mandates-by-payee", "List the mandates that an account was granted", "payee"),
		command("Schedule", "schedule", "Show one schedule, with what became of its payments", "payer", "reference"),
		command("Schedules", "schedules", "List the schedules of one account, with --status only those in one status", "payer"),
		command("Consent", "consent", "Show whether payments to an account wait for its consent", "account"),
		command("WaitingPayment", "waiting-payment", "Show one payment that waits for its payee's consent", "id"),
		command("WaitingPaymentsToAccount", "waiting-to", "List the payments that wait for an account's consent", "payee"),
		command("WaitingPaymentsFromAccount", "waiting-from", "List the payments of an account that wait for consent", "payer"),
	}
}

// productMessages describes the messages of payment products.
func productMessages() []*autocliv1.RpcCommandOptions {
	return []*autocliv1.RpcCommandOptions{
		example(command("PayBatch", "pay-batch",
			"Pay up to 1,000 accounts, each with a --lines as JSON or the name of a .json file; with --all-or-none all or nobody"),
			`bzd tx payment pay-batch --lines '{"payee":"azu1...","amount":{"denom":"jpy","amount":"1000"},"reference":"P-1"}' --from payer`),
		example(command("PaySplit", "pay-split",
			"Split an amount among accounts by weights, each with a --shares as JSON", "amount"),
			`bzd tx payment pay-split 1000jpy --shares '{"payee":"azu1...","weight":"2"}' --shares '{"payee":"azu1...","weight":"1"}' --from payer`),
		example(command("RequestPayment", "request-payment", "Ask an account to pay", "reference", "payer", "amount"),
			"bzd tx payment request-payment R-1 azu1payer... 30000jpy --invoice INV-4711 --partial --expires-at 2026-06-30T00:00:00Z --from payee"),
		example(command("PayRequest", "pay-request", "Pay what an account asked for, whole or in part", "payee", "request", "reference", "amount"),
			"bzd tx payment pay-request azu1payee... R-1 P-17 30000jpy --max-fee 40 --from payer"),
		command("RejectRequest", "reject-request", "Say that what is left of a request will not be paid", "payee", "request", "reason"),
		command("CancelRequest", "cancel-request", "Take back what is left of a request of yours", "request", "reason"),
		example(command("GrantMandate", "grant-mandate", "Let an account pull payments from yours within caps",
			"reference", "payee", "denom", "per_pull", "per_period", "period", "total"),
			"bzd tx payment grant-mandate GYM azu1gym... jpy 8000 8000 month 96000 --max-fee 40 --ends-at 2027-04-01T00:00:00+09:00 --from payer"),
		example(command("PullPayment", "pull-payment", "Pull a payment under a mandate", "payer", "mandate", "reference", "amount"),
			"bzd tx payment pull-payment azu1payer... GYM 2026-04 8000jpy --from gym"),
		command("RevokeMandate", "revoke-mandate", "End a mandate that you granted, at once", "mandate"),
		command("CancelMandate", "cancel-mandate", "End a mandate that you were granted, at once", "payer", "mandate"),
		example(command("SchedulePayment", "schedule-payment",
			"Pay at a time; with --every and --count or --ends-at again and again", "reference", "payee", "amount", "first_at"),
			"bzd tx payment schedule-payment RENT azu1landlord... 80000jpy 2026-04-30T09:00:00+09:00 --every month --count 12 --max-fee 40 --from payer"),
		command("CancelSchedule", "cancel-schedule", "End a schedule of yours before its next payment", "schedule"),
		example(command("SetConsent", "set-consent", "Let payments to your account wait until you accept them; with --needed=false no more"),
			"bzd tx payment set-consent --needed --decision-time 72h --allowed-payers azu1... --from payee"),
		command("AcceptPayment", "accept-payment", "Take a payment that waits for your consent", "id"),
		command("RefusePayment", "refuse-payment", "Send a payment that waits for your consent back", "id", "reason"),
		command("CancelPayment", "cancel-payment", "Take back a payment of yours that waits for consent", "id"),
		example(command("RefundPayment", "refund-payment", "Give a payment that you got back, whole or in part", "payer", "payment", "amount", "reference"),
			"bzd tx payment refund-payment azu1payer... P-17 30000jpy REFUND-1 --from payee"),
	}
}

// command describes a command whose arguments are fields, in their order.
func command(method, name, short string, fields ...string) *autocliv1.RpcCommandOptions {
	use := name
	for _, field := range fields {
		use += " [" + strings.ReplaceAll(field, "_", "-") + "]"
	}
	return &autocliv1.RpcCommandOptions{RpcMethod: method, Use: use, Short: short, PositionalArgs: positional(fields...)}
}

func example(command *autocliv1.RpcCommandOptions, line string) *autocliv1.RpcCommandOptions {
	command.Example = line
	return command
}
