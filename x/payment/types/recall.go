package types

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"time"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// MaxRecallDuration is the longest time that a recall may wait for its end.
const MaxRecallDuration = 90 * 24 * time.Hour

// The hold of a recall keeps its expiry in nanoseconds, which must fit an int64: up to the year 2262.
var maxExpiry = time.Unix(0, math.MaxInt64)

// following lists the statuses that may come after each; none may after the others.
var following = map[RecallStatus][]RecallStatus{
	RecallStatusUnspecified: {RecallStatusRequested},
	RecallStatusRequested:   {RecallStatusConsented, RecallStatusRefused, RecallStatusCancelled, RecallStatusExpired},
	RecallStatusConsented:   {RecallStatusReturned, RecallStatusRefused, RecallStatusExpired},
	RecallStatusReturned:    nil,
	RecallStatusRefused:     nil,
	RecallStatusCancelled:   nil,
	RecallStatusExpired:     nil,
}

// Word returns the status as people write it, such as "requested".
func (s RecallStatus) Word() string {
	switch s {
	case RecallStatusRequested:
		return "requested"
	case RecallStatusConsented:
		return "consented"
	case RecallStatusReturned:
		return "returned"
	case RecallStatusRefused:
		return "refused"
	case RecallStatusCancelled:
		return "cancelled"
	case RecallStatusExpired:
		return "expired"
	case RecallStatusUnspecified:
	}
	return "unspecified"
}

// Name returns how errors and findings name the recall.
func (m Recall) Name() string {
	return fmt.Sprintf("recall %s of %s", m.Reference, m.PayerBank)
}

// IsLive says whether somebody may still act on the recall, as far as its status goes.
func (m Recall) IsLive() bool {
	return m.Status == RecallStatusRequested || m.Status == RecallStatusConsented
}

// BlocksAnother says whether the payment may not be recalled again: it is being recalled, or came back.
func (m Recall) BlocksAnother() bool {
	return m.IsLive() || m.Status == RecallStatusReturned
}

// IsOverdue says whether the time of a live recall is over at a block time.
func (m Recall) IsOverdue(now time.Time) bool {
	return m.IsLive() && !now.Before(m.ExpiresAt)
}

// RequestedBy returns the address of the maker who requested the recall.
func (m Recall) RequestedBy() string {
	if len(m.Steps) == 0 {
		return ""
	}
	return m.Steps[0].By
}

// With returns the recall after one more step, which becomes its status. The recall itself stays as it is.
func (m Recall) With(step RecallStep) Recall {
	m.Steps = append(slices.Clone(m.Steps), step)
	m.Status = step.Status
	return m
}

// ValidateExpiry checks that a recall made at a block time ends after it, and within MaxRecallDuration.
func ValidateExpiry(now, expiresAt time.Time) error {
	if !expiresAt.After(now) || expiresAt.After(now.Add(MaxRecallDuration)) {
		return ErrInvalidRecall.Wrapf("expected an expiry after %s and at most 90 days later, got %s",
			now.UTC().Format(time.RFC3339), expiresAt.UTC().Format(time.RFC3339))
	}
	return nil
}

// Validate checks that the recall is one that the module can have written. It returns ErrInvalidRecall, or the registry's
// and the deposit module's errors for addresses, reasons, amounts and references.
func (m Recall) Validate() error {
	if err := membershiptypes.ValidateOrganizationID(m.PayerBank); err != nil {
		return errorsmod.Wrap(err, "payer_bank")
	}
	if err := deposittypes.ValidateReference(m.Reference); err != nil {
		return err
	}
	if err := m.validateParties(); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	if err := m.validateTimes(); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	if held := m.Status == RecallStatusConsented; held != (m.HoldId != 0) {
		return ErrInvalidRecall.Wrapf("%s: expected a hold exactly while it is consented, got hold %d at %s",
			m.Name(), m.HoldId, m.Status.Word())
	}
	return nil
}

// validateParties checks who the recall is between and what payment it is about.
func (m Recall) validateParties() error {
	if err := membershiptypes.ValidateOrganizationID(m.PayeeBank); err != nil {
		return errorsmod.Wrap(err, "payee_bank")
	}
	for _, party := range []struct{ name, address string }{{"payer", m.Payer}, {"payee", m.Payee}} {
		if _, err := registrytypes.ParseAddress(party.address); err != nil {
			return errorsmod.Wrap(err, party.name)
		}
	}
	if m.Payer == m.Payee {
		return ErrInvalidRecall.Wrapf("expected another payee than the payer, got %s", m.Payee)
	}
	if err := deposittypes.ValidateAmount(m.Amount); err != nil {
		return err
	}
	if len(m.TxHash) != sha256.Size {
		return ErrInvalidRecall.Wrapf("expected a tx_hash of %d bytes, got %d", sha256.Size, len(m.TxHash))
	}
	return nil
}

// validateTimes checks that the recall's steps follow one another up to its status, and its expiry.
func (m Recall) validateTimes() error {
	status, at := RecallStatusUnspecified, time.Time{}
	for i, step := range m.Steps {
		if !slices.Contains(following[status], step.Status) {
			return ErrInvalidRecall.Wrapf("steps[%d]: expected a status that follows %s, got %s", i, status.Word(), step.Status.Word())
		}
		if step.At.IsZero() || step.At.Before(at) {
			return ErrInvalidRecall.Wrapf("steps[%d]: expected a time at or after the step before, got %s", i, step.At)
		}
		if err := step.validate(); err != nil {
			return errorsmod.Wrapf(err, "steps[%d]", i)
		}
		status, at = step.Status, step.At
	}
	if status == RecallStatusUnspecified || status != m.Status {
		return ErrInvalidRecall.Wrapf("expected the status of its last step, %s, got %s", status.Word(), m.Status.Word())
	}
	if m.ExpiresAt.After(maxExpiry) {
		return ErrInvalidRecall.Wrapf("expected an expiry before the year 2262, got %s", m.ExpiresAt)
	}
	return ValidateExpiry(m.Steps[0].At, m.ExpiresAt)
}

// validate checks who did a step and why.
func (m RecallStep) validate() error {
	if m.Status == RecallStatusExpired {
		if m.By != "" {
			return ErrInvalidRecall.Wrapf("expected an expiry by nobody, got %s", m.By)
		}
	} else if _, err := registrytypes.ParseAddress(m.By); err != nil {
		return err
	}
	switch m.Status {
	case RecallStatusRequested, RecallStatusRefused, RecallStatusCancelled:
		return registrytypes.ValidateReason(m.Reason)
	case RecallStatusConsented, RecallStatusReturned, RecallStatusExpired, RecallStatusUnspecified:
	}
	if m.Reason != "" {
		return ErrInvalidRecall.Wrapf("expected no reason with %s, got %q", m.Status.Word(), m.Reason)
	}
	return nil
}

// PaymentName names a payment by its transaction and message, as errors and findings do.
func PaymentName(txHash []byte, messageIndex uint32) string {
	return fmt.Sprintf("%X/%d", txHash, messageIndex)
}

// PayerAddress returns the address of the payer, which Validate has checked.
func (m Recall) PayerAddress() (sdk.AccAddress, error) { return registrytypes.ParseAddress(m.Payer) }

// PayeeAddress returns the address of the payee, which Validate has checked.
func (m Recall) PayeeAddress() (sdk.AccAddress, error) { return registrytypes.ParseAddress(m.Payee) }
