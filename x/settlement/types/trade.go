package types

import (
	"fmt"
	"time"
)

// Word returns the status as people write it, such as "proposed".
func (s TradeStatus) Word() string {
	switch s {
	case TradeStatusProposed:
		return "proposed"
	case TradeStatusConfirmed:
		return "confirmed"
	case TradeStatusSettled:
		return "settled"
	case TradeStatusCancelled:
		return "cancelled"
	case TradeStatusRefused:
		return "refused"
	case TradeStatusAborted:
		return "aborted"
	case TradeStatusExpired:
		return "expired"
	case TradeStatusUnspecified:
	}
	return "unspecified"
}

// Name returns how errors and findings name the trade.
func (t Trade) Name() string { return fmt.Sprintf("trade %d", t.Id) }

// IsOpen says whether the trade has not ended.
func (t Trade) IsOpen() bool {
	return t.Status == TradeStatusProposed || t.Status == TradeStatusConfirmed
}

// IsReady says whether all parties have confirmed and all conditions are met: but for its time it settles, and no deadline
// ends it any more.
func (t Trade) IsReady() bool {
	if t.Status != TradeStatusConfirmed || t.AgentReleases && t.ReleasedAt == nil {
		return false
	}
	for _, document := range t.Documents {
		if document.PresentedAt == nil {
			return false
		}
	}
	return true
}

// IsDue says whether the trade may settle at a block time, as far as its value date goes.
func (t Trade) IsDue(now time.Time) bool { return t.SettleAt == nil || !now.Before(*t.SettleAt) }

// IsOverdue says whether the deadline of an open trade is over at a block time.
func (t Trade) IsOverdue(now time.Time) bool {
	return t.IsOpen() && !t.IsReady() && !now.Before(t.Deadline)
}

// Missing returns how many parties have not confirmed.
func (t Trade) Missing() uint32 { return t.PartiesCount - t.ConfirmedCount }

// Terms returns the terms of which the trade was made.
func (t Trade) Terms(legs []Leg) Terms {
	terms := Terms{
		Legs: legs, Deadline: t.Deadline, SettleAt: t.SettleAt, Agent: t.Agent, AgentReleases: t.AgentReleases, MemoHash: t.MemoHash,
	}
	for _, document := range t.Documents {
		terms.Documents = append(terms.Documents, document.Document)
	}
	return terms
}

// Accounts returns the accounts that the trade names, each once: its parties in their order, then creator, agent and presenters.
func (t Trade) Accounts(parties []Party) []string {
	all := make([]string, 0, len(parties)+len(t.Documents)+2)
	for _, party := range parties {
		all = append(all, party.Address)
	}
	all = append(all, t.Creator)
	if t.Agent != "" {
		all = append(all, t.Agent)
	}
	for _, document := range t.Documents {
		all = append(all, document.Document.Presenter)
	}
	seen := make(map[string]bool, len(all))
	once := all[:0]
	for _, address := range all {
		if !seen[address] {
			seen[address] = true
			once = append(once, address)
		}
	}
	return once
}
