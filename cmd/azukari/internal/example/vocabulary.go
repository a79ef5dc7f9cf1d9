package example

// vocabulary lists the words of transcripts, in the order in which examples/README.md explains them.
func vocabulary() []word {
	return []word{
		{"accounts", "", "opens accounts, a line each: NAME BANK individual|business YEN; links them with the zone and brings the yen there", accounts},
		{"balances", "NAME...", "shows what accounts have", balances},

		{"pay", "PAYER PAYEE AMOUNT [reference=R] [invoice=I]", "pays", pay},
		{"split", "PAYER AMOUNT [reference=R]", "pays one amount to several payees, a line each: NAME WEIGHT", split},
		{"request", "PAYEE PAYER AMOUNT reference=R [invoice=I] [parts]", "asks somebody to pay; with parts, bit by bit", request},
		{"pay-request", "PAYER PAYEE REQUEST AMOUNT reference=R", "pays what was asked for", payRequest},
		{"reject", "PAYER PAYEE REQUEST reason=(…)", "says no to what is left of a request", rejectRequest},
		{"mandate", "PAYER PAYEE reference=R each=AMOUNT month=AMOUNT total=AMOUNT", "lets a payee pull payments, within caps", mandate},
		{"pull", "PAYEE PAYER MANDATE AMOUNT reference=R", "pulls a payment under a mandate", pull},
		{"revoke", "PAYER MANDATE", "ends a mandate at once", revoke},
		{"refund", "PAYEE PAYER PAYMENT AMOUNT reference=R", "gives a payment back, or a part of it", refund},

		{"discharge", "HOLDER AMOUNT", "takes yen out of the zone, to the holder's account at the bank's own zone", discharge},

		{"class", "ISSUER CLASS fungible|unique [name=(…)] [transfers=free|issuer|none] [holders=(…)] [allow-list] [recallable] [cap=N] [expires=10s] [history]", "makes a class of assets", class},
		{"manager", "ISSUER CLASS NAME rights=(…)", "lets somebody issue, allow, recall, freeze or accept", manager},
		{"allow", "ISSUER CLASS NAME...", "puts accounts on the allow list of a class", allow},
		{"issue", "ISSUER HOLDER AMOUNT [document=D] [KEY=VALUE...]", "issues units; a unique one with its document and attributes", issue},
		{"transfer", "FROM TO AMOUNT... [note=(…)] [document=D]", "gives units to somebody", transfer},
		{"redeem", "HOLDER AMOUNT... [note=(…)]", "hands units in, as when a coupon is used", redeem},
		{"recall", "ISSUER HOLDER AMOUNT... reason=(…)", "takes units back", recall},
		{"note", "NAME UNIT note=(…) [document=D]", "writes into a unit's history", note},
		{"history", "UNIT", "shows who had a unit", history},
		{"book", "CLASS", "shows how many units of a class were issued, redeemed, recalled and expired", book},

		{"trade", "CREATOR REFERENCE [deadline=10s] [agent=NAME] [released]", "proposes a trade, a line for each leg: FROM TO AMOUNT, and for each condition: document D NAME", trade},
		{"confirm", "PARTY CREATOR REFERENCE", "agrees to a trade and sets aside what it takes", confirm},
		{"present", "NAME CREATOR REFERENCE D [as=D]", "presents a document that a trade waits for", present},
		{"release", "AGENT CREATOR REFERENCE", "gives the agent's word", release},
		{"cancel", "NAME CREATOR REFERENCE reason=(…)", "takes a trade back", cancel},
		{"abort", "AGENT CREATOR REFERENCE reason=(…)", "ends a trade as its agent", abort},

		{"document", "D", "writes a document, which nobody else sees; its text stands below", writeDocument},
		{"notarize", "NAME D [label=(…)]", "records the document's hash in the zone", notarize},
		{"prove", "NAME D [changed]", "fetches the receipt of a notarization and proves it offline, from the block at which the example began; changed: of a changed copy", prove},

		{"wait", "expiry CLASS | trade CREATOR REFERENCE", "waits until units have expired, or a trade has ended", wait},
	}
}
