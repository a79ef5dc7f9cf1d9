package statement

import (
	"slices"
	"strconv"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Attributes that the SDK adds to every event.
const (
	attributeMessage = "msg_index"
	attributeMode    = "mode"
)

// explanation is what an event of a module says about a movement of the account.
type explanation struct {
	kind      string
	amount    math.Int // signed as the movement
	reference string
	// message that it is about, as the movement's.
	message int
	// counterparty replaces the module that the coins passed through.
	counterparty string
}

// extractor collects the movements of one account out of the events of one transaction or block phase.
type extractor struct {
	account   string
	movements []Movement
	// open are the indexes of movements that nothing has explained yet, and told what nothing has needed yet. Modules emit
	// their event before the coins move, or after.
	open []int
	told []explanation
}

// Extract returns the movements of an account's yen among events, in their order. It sets kind, amount, message,
// counterparty and reference.
func Extract(account string, events []abci.Event) ([]Movement, error) {
	e := &extractor{account: account}
	for _, event := range events {
		if event.Type == banktypes.EventTypeTransfer {
			if err := e.transfer(event); err != nil {
				return nil, err
			}
			continue
		}
		typed, known, err := parse(event)
		if err != nil {
			return nil, err
		}
		if !known {
			continue
		}
		if one, concerns := e.explain(typed); concerns {
			if one.message, err = messageOf(event); err != nil {
				return nil, err
			}
			e.tell(one)
		}
	}
	return e.movements, nil
}

// messageOf returns the message of a transaction that an event comes from, -1 for one of a block itself.
func messageOf(event abci.Event) (int, error) {
	for _, attribute := range event.Attributes {
		if attribute.Key == attributeMessage {
			return strconv.Atoi(attribute.Value)
		}
	}
	return -1, nil
}

// transfer notes a movement of coins if it is one of the account's yen.
func (e *extractor) transfer(event abci.Event) error {
	attributes := map[string]string{}
	for _, attribute := range event.Attributes {
		attributes[attribute.Key] = attribute.Value
	}
	from, to := attributes[banktypes.AttributeKeySender], attributes[banktypes.AttributeKeyRecipient]
	if from != e.account && to != e.account {
		return nil
	}
	coins, err := sdk.ParseCoinsNormalized(attributes[sdk.AttributeKeyAmount])
	if err != nil {
		return err
	}
	amount := coins.AmountOf(registrytypes.YenDenom)
	if amount.IsZero() {
		return nil
	}
	movement := Movement{Amount: amount, Counterparty: from, Kind: Payment}
	if movement.Message, err = messageOf(event); err != nil {
		return err
	}
	if from == e.account {
		movement.Amount, movement.Counterparty = amount.Neg(), to
	}
	if from == to {
		// A payment to oneself is one, but moves nothing.
		movement.Amount = math.ZeroInt()
	}
	if isModule(movement.Counterparty) {
		movement.Kind = Transfer
	}
	e.movements = append(e.movements, movement)
	e.note(len(e.movements) - 1)
	return nil
}

// note gives a movement the first explanation that fits, or leaves it to those to come.
func (e *extractor) note(index int) {
	for i, one := range e.told {
		if e.fits(index, one) {
			e.apply(index, one)
			e.told = slices.Delete(e.told, i, i+1)
			return
		}
	}
	e.open = append(e.open, index)
}

// tell gives an explanation to the first movement that it fits, or keeps it for those to come.
func (e *extractor) tell(one explanation) {
	for i, index := range e.open {
		if e.fits(index, one) {
			e.apply(index, one)
			e.open = slices.Delete(e.open, i, i+1)
			return
		}
	}
	e.told = append(e.told, one)
}

// fits says whether an explanation is about a movement: one of the same message and amount with a module or an escrow.
func (e *extractor) fits(index int, one explanation) bool {
	movement := e.movements[index]
	if movement.Message != one.message || !movement.Amount.Equal(one.amount) {
		return false
	}
	charge := one.kind == Charge || one.kind == ChargeRefund || one.kind == Discharge
	// An escrow has an address that looks like an account's.
	return charge || movement.Kind == Transfer
}

func (e *extractor) apply(index int, one explanation) {
	movement := &e.movements[index]
	movement.Kind, movement.Reference = one.kind, one.reference
	if one.counterparty != "" {
		movement.Counterparty = one.counterparty
	}
}

// explain returns what a module's event says about the account, if it says anything.
func (e *extractor) explain(event proto.Message) (explanation, bool) {
	switch event := event.(type) {
	case *deposittypes.EventOrderApproved:
		if event.Kind == deposittypes.OrderKindIssue {
			return explanation{kind: Issue, amount: event.Amount.Amount, reference: event.Reference}, event.Account == e.account
		}
	case *holdtypes.EventHoldPlaced:
		return explanation{kind: holdKind(event.Purpose), amount: event.Amount.Amount.Neg(), reference: event.Purpose}, event.Owner == e.account
	case *holdtypes.EventHoldReleased:
		return explanation{kind: Release, amount: event.Amount.Amount, reference: event.Purpose}, event.Owner == e.account
	case *holdtypes.EventHoldCaptured:
		one := explanation{kind: Capture, amount: event.Amount.Amount, reference: event.Purpose, counterparty: event.Owner}
		if strings.HasPrefix(event.Purpose, paymenttypes.RecallPurposePrefix) {
			one.kind = RecallReturn
		}
		return one, event.Payee == e.account
	case *financialtypes.EventChargeSent:
		return explanation{kind: Charge, amount: event.Amount.Amount.Neg(), reference: event.Zone}, event.Address == e.account
	case *financialtypes.EventChargeRefunded:
		return explanation{kind: ChargeRefund, amount: event.Amount.Amount, reference: event.Zone}, event.Address == e.account
	case *financialtypes.EventDischargeReceived:
		return explanation{kind: Discharge, amount: event.Amount.Amount, reference: event.Zone}, event.Address == e.account
	}
	return explanation{}, false
}

// holdKind names a hold by whom it serves.
func holdKind(purpose string) string {
	switch {
	case strings.HasPrefix(purpose, deposittypes.RedeemPurposePrefix):
		return RedeemHold
	case strings.HasPrefix(purpose, paymenttypes.RecallPurposePrefix):
		return RecallHold
	default:
		return Hold
	}
}

// explaining are the events that explain movements.
var explaining = func() map[string]bool {
	names := map[string]bool{}
	for _, event := range []proto.Message{
		&deposittypes.EventOrderApproved{},
		&holdtypes.EventHoldPlaced{}, &holdtypes.EventHoldReleased{}, &holdtypes.EventHoldCaptured{},
		&financialtypes.EventChargeSent{}, &financialtypes.EventChargeRefunded{}, &financialtypes.EventDischargeReceived{},
	} {
		names[proto.MessageName(event)] = true
	}
	return names
}()

// parse decodes an event that explains movements, and says of others that it does not know them.
func parse(event abci.Event) (proto.Message, bool, error) {
	if !explaining[event.Type] {
		return nil, false, nil
	}
	// What the SDK adds is not JSON as a module's attributes are.
	event.Attributes = slices.DeleteFunc(slices.Clone(event.Attributes), func(attribute abci.EventAttribute) bool {
		return attribute.Key == attributeMode || attribute.Key == attributeMessage
	})
	typed, err := sdk.ParseTypedEvent(event)
	return typed, err == nil, err
}

// modules are the addresses of the modules that accounts deal with.
var modules = func() map[string]bool {
	addresses := map[string]bool{}
	for _, name := range []string{holdtypes.ModuleName, deposittypes.ModuleName} {
		addresses[string(authtypes.NewModuleAddress(name))] = true
	}
	return addresses
}()

func isModule(bech32 string) bool {
	address, err := sdk.AccAddressFromBech32(bech32)
	return err == nil && modules[string(address)]
}
