package example

import (
	"fmt"
	"slices"
	"strings"
	"time"

	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
)

// now is the zone's time.
func (c *call) now() (time.Time, error) {
	status, err := c.zone.Client().Status(c.ctx)
	if err != nil {
		return time.Time{}, err
	}
	return status.SyncInfo.LatestBlockTime, nil
}

// deal is what names a trade.
type deal struct {
	creator   person
	reference string
}

// deal takes CREATOR REFERENCE.
func (c *call) deal() (deal, error) {
	creator, err := c.person()
	if err != nil {
		return deal{}, err
	}
	reference, err := c.next("the creator's reference of the trade")
	return deal{creator, reference}, err
}

func trade(c *call) (string, error) {
	one, err := c.deal()
	if err != nil {
		return "", err
	}
	terms := settlementtypes.Terms{AgentReleases: c.flag("released")}
	now, err := c.now()
	if err != nil {
		return "", err
	}
	terms.Deadline = now.Add(requestTime)
	if deadline, err := c.after("deadline"); err != nil {
		return "", err
	} else if deadline != nil {
		terms.Deadline = *deadline
	}
	if name := c.text("agent"); name != "" {
		agent, err := c.personNamed(name)
		if err != nil {
			return "", err
		}
		terms.Agent = agent.String()
	}
	for _, words := range c.lines() {
		if err := c.addTerm(&terms, words); err != nil {
			return "", err
		}
	}
	_, err = c.send(one.creator, &settlementtypes.MsgCreateTrade{Creator: one.creator.String(), Reference: one.reference, Terms: terms})
	if err != nil {
		return "", err
	}
	return c.tell(one)
}

// addTerm reads a line of a trade: a leg or a condition.
func (c *call) addTerm(terms *settlementtypes.Terms, words []string) error {
	if len(words) != 3 {
		return c.mistake("expected FROM TO AMOUNT, or document D NAME, got %q", strings.Join(words, " "))
	}
	if words[0] == "document" {
		hash, err := c.document(words[1])
		if err != nil {
			return err
		}
		presenter, err := c.personNamed(words[2])
		terms.Documents = append(terms.Documents, settlementtypes.Document{Name: words[1], Hash: hash, Presenter: presenter.String()})
		return err
	}
	from, err := c.personNamed(words[0])
	if err != nil {
		return err
	}
	to, err := c.personNamed(words[1])
	if err != nil {
		return err
	}
	amount, err := c.coin(words[2])
	terms.Legs = append(terms.Legs, settlementtypes.Leg{From: from.String(), To: to.String(), Amount: amount})
	return err
}

// tell says how far a trade has come, and for whom it waits.
func (c *call) tell(one deal) (string, error) {
	answer, err := settlementtypes.NewQueryClient(c.zone.Client().GRPC()).Trade(c.ctx, &settlementtypes.QueryTradeRequest{
		Creator: one.creator.String(), Reference: one.reference,
	})
	if err != nil {
		return "", err
	}
	status := strings.ToLower(strings.TrimPrefix(answer.Trade.Status.String(), "TRADE_STATUS_"))
	var waits []string
	switch answer.Trade.Status {
	case settlementtypes.TradeStatusProposed:
		for _, party := range answer.Parties {
			if party.ConfirmedAt == nil {
				waits = append(waits, c.nameOf(party.Address))
			}
		}
		slices.Sort(waits)
	case settlementtypes.TradeStatusConfirmed:
		for _, required := range answer.Trade.Documents {
			if required.PresentedAt == nil {
				waits = append(waits, required.Document.Name)
			}
		}
		if answer.Trade.AgentReleases && answer.Trade.ReleasedAt == nil {
			waits = append(waits, c.nameOf(answer.Trade.Agent))
		}
	case settlementtypes.TradeStatusUnspecified, settlementtypes.TradeStatusSettled, settlementtypes.TradeStatusCancelled,
		settlementtypes.TradeStatusRefused, settlementtypes.TradeStatusAborted, settlementtypes.TradeStatusExpired:
	}
	if len(waits) > 0 {
		return fmt.Sprintf("%s; waits for %s", status, strings.Join(waits, ", ")), nil
	}
	return status, nil
}

func confirm(c *call) (string, error) {
	party, err := c.person()
	if err != nil {
		return "", err
	}
	one, err := c.deal()
	if err != nil {
		return "", err
	}
	// A party confirms the terms that it read: their hash, as the zone tells it.
	read, err := settlementtypes.NewQueryClient(c.zone.Client().GRPC()).Trade(c.ctx, &settlementtypes.QueryTradeRequest{
		Creator: one.creator.String(), Reference: one.reference,
	})
	if err != nil {
		return "", err
	}
	if _, err := c.send(party, &settlementtypes.MsgConfirmTrade{
		Party: party.String(), Creator: one.creator.String(), Reference: one.reference, TermsHash: read.Trade.TermsHash,
	}); err != nil {
		return "", err
	}
	return c.tell(one)
}

func present(c *call) (string, error) {
	presenter, err := c.person()
	if err != nil {
		return "", err
	}
	one, err := c.deal()
	if err != nil {
		return "", err
	}
	name, err := c.next("a document")
	if err != nil {
		return "", err
	}
	shown := name
	if as := c.text("as"); as != "" {
		name = as
	}
	hash, err := c.document(shown)
	if err != nil {
		return "", err
	}
	if _, err := c.send(presenter, &settlementtypes.MsgPresentDocument{
		Presenter: presenter.String(), Creator: one.creator.String(), Reference: one.reference, Name: name, Hash: hash,
	}); err != nil {
		return "", err
	}
	return c.tell(one)
}

func release(c *call) (string, error) {
	agent, err := c.person()
	if err != nil {
		return "", err
	}
	one, err := c.deal()
	if err != nil {
		return "", err
	}
	if _, err := c.send(agent, &settlementtypes.MsgReleaseTrade{
		Agent: agent.String(), Creator: one.creator.String(), Reference: one.reference,
	}); err != nil {
		return "", err
	}
	return c.tell(one)
}

func cancel(c *call) (string, error) {
	signer, err := c.person()
	if err != nil {
		return "", err
	}
	one, err := c.deal()
	if err != nil {
		return "", err
	}
	if _, err := c.send(signer, &settlementtypes.MsgCancelTrade{
		Signer: signer.String(), Creator: one.creator.String(), Reference: one.reference, Reason: c.text("reason"),
	}); err != nil {
		return "", err
	}
	return c.tell(one)
}

func abort(c *call) (string, error) {
	agent, err := c.person()
	if err != nil {
		return "", err
	}
	one, err := c.deal()
	if err != nil {
		return "", err
	}
	if _, err := c.send(agent, &settlementtypes.MsgAbortTrade{
		Agent: agent.String(), Creator: one.creator.String(), Reference: one.reference, Reason: c.text("reason"),
	}); err != nil {
		return "", err
	}
	return c.tell(one)
}
