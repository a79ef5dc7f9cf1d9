package types

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// MaxBatchLines is the most lines that a batch may have.
	MaxBatchLines = 1000
	// maxLineText bounds each text of a line in bytes: what fails is stored too.
	maxLineText = 128
	// maxResultText bounds the text of a line's result in bytes.
	maxResultText = 200
)

// ValidateBatch checks what must hold of a batch before its lines are judged one by one: its id, 1 to 1,000 lines, and in
// each text of UTF-8 and at most 128 bytes.
func (m MsgSubmitBatch) ValidateBatch() error {
	if err := ValidateReference(m.Batch); err != nil {
		return err
	}
	if len(m.Lines) == 0 || len(m.Lines) > MaxBatchLines {
		return ErrInvalidBatch.Wrapf("expected 1 to %d lines, got %d; split the batch", MaxBatchLines, len(m.Lines))
	}
	for i, line := range m.Lines {
		if err := line.ValidateText(); err != nil {
			return errorsmod.Wrapf(err, "line %d", i+1)
		}
	}
	return nil
}

// ValidateText checks that each text of the line is UTF-8 of at most 128 bytes, so that it can be stored and exported
// whatever becomes of the line.
func (m BatchOrder) ValidateText() error {
	for _, text := range []string{m.Account, m.Reference, m.Amount.Denom} {
		if len(text) > maxLineText || !utf8.ValidString(text) {
			return ErrInvalidBatch.Wrapf("expected account, reference and denom of at most %d bytes of UTF-8, got %d bytes", maxLineText, len(text))
		}
	}
	return nil
}

// ContentHash returns the SHA-256 of the batch's lines. Protobuf without maps has one encoding for one content.
func (m MsgSubmitBatch) ContentHash() ([]byte, error) {
	encoded, err := (&MsgSubmitBatch{Lines: m.Lines}).Marshal()
	if err != nil {
		return nil, ErrInvalidBatch.Wrapf("expected lines that encode, got: %s", err)
	}
	hash := sha256.Sum256(encoded)
	return hash[:], nil
}

// NewLineResult returns the result of a line: success for nil. The text of an error that is not registered is left out,
// because what it says may differ between nodes, and all must store the same.
func NewLineResult(err error) LineResult {
	codespace, code, log := errorsmod.ABCIInfo(err, false)
	if code == errorsmod.SuccessABCICode {
		return LineResult{}
	}
	if codespace == errorsmod.UndefinedCodespace {
		log = "internal error"
	}
	return LineResult{
		Code: code, Codespace: codespace, Text: strings.ToValidUTF8(log[:min(len(log), maxResultText)], ""),
	}
}

// Succeeded tells whether the line did what it was to do.
func (m LineResult) Succeeded() bool {
	return m.Code == errorsmod.SuccessABCICode
}

// Validate checks that the result is one that the module can have written.
func (m LineResult) Validate() error {
	if m.Succeeded() != (m.Codespace == "") || len(m.Text) > maxResultText || !utf8.ValidString(m.Text) || m.Succeeded() && m.Text != "" {
		return ErrInvalidBatch.Wrapf("expected a codespace and at most %d bytes of text exactly for a failure, got %d, %q and %q",
			maxResultText, m.Code, m.Codespace, m.Text)
	}
	return nil
}

// Name returns how errors name the batch: bank and id.
func (m Batch) Name() string {
	return fmt.Sprintf("batch %s of %s", m.Id, m.Bank)
}

// Validate checks that the batch is one that the module can have written.
func (m Batch) Validate() error {
	if m.Bank == "" {
		return ErrInvalidBatch.Wrapf("expected a bank for batch %q, got none", m.Id)
	}
	if err := ValidateReference(m.Id); err != nil {
		return errorsmod.Wrapf(err, "%s", m.Name())
	}
	if len(m.ContentHash) != sha256.Size {
		return ErrInvalidBatch.Wrapf("%s: expected a SHA-256 of %d bytes, got %d", m.Name(), sha256.Size, len(m.ContentHash))
	}
	if m.Lines == 0 || m.Lines > MaxBatchLines || m.Accepted > m.Lines {
		return ErrInvalidBatch.Wrapf("%s: expected 1 to %d lines and no more accepted, got %d and %d", m.Name(), MaxBatchLines, m.Lines, m.Accepted)
	}
	if m.IssueAmount.Denom != registrytypes.YenDenom || m.RedeemAmount.Denom != registrytypes.YenDenom ||
		!inRange(m.IssueAmount.Amount) || !inRange(m.RedeemAmount.Amount) {
		return ErrInvalidBatch.Wrapf("%s: expected sums of 0 or more %s, got %v and %v",
			m.Name(), registrytypes.YenDenom, m.IssueAmount, m.RedeemAmount)
	}
	if err := ValidateDate(m.BusinessDate); err != nil {
		return errorsmod.Wrapf(err, "%s", m.Name())
	}
	if err := validateSigner("submitter", m.SubmittedBy, &m.SubmittedAt, m.Name()); err != nil {
		return err
	}
	if m.DecidedAt == nil {
		if m.DecidedBy != "" {
			return ErrInvalidBatch.Wrapf("%s: expected a time of the decision by %s, got none", m.Name(), m.DecidedBy)
		}
		return nil
	}
	if m.DecidedBy == m.SubmittedBy {
		return ErrInvalidBatch.Wrapf("%s: expected another decider than the submitter, got %s", m.Name(), m.DecidedBy)
	}
	return validateSigner("decider", m.DecidedBy, m.DecidedAt, m.Name())
}

// Validate checks a batch and its lines: numbered from 1 without gaps, each with a result.
func (m GenesisBatch) Validate() error {
	if err := m.Batch.Validate(); err != nil {
		return err
	}
	if len(m.Lines) != int(m.Batch.Lines) {
		return ErrInvalidBatch.Wrapf("%s: expected %d lines, got %d", m.Batch.Name(), m.Batch.Lines, len(m.Lines))
	}
	accepted := uint32(0)
	for i, line := range m.Lines {
		if int(line.Number) != i+1 {
			return ErrInvalidBatch.Wrapf("%s: expected line %d, got %d", m.Batch.Name(), i+1, line.Number)
		}
		err := line.Order.ValidateText()
		if err == nil {
			err = line.Submission.Validate()
		}
		if err != nil {
			return errorsmod.Wrapf(err, "%s: line %d", m.Batch.Name(), line.Number)
		}
		if line.Submission.Succeeded() {
			accepted++
		}
		if line.Decision == nil {
			continue
		}
		if err := line.Decision.Validate(); err != nil {
			return errorsmod.Wrapf(err, "%s: line %d", m.Batch.Name(), line.Number)
		}
		if !line.Submission.Succeeded() || m.Batch.DecidedAt == nil {
			return ErrInvalidBatch.Wrapf("%s: line %d: expected a decision only on an order of a decided batch", m.Batch.Name(), line.Number)
		}
	}
	if accepted != m.Batch.Accepted {
		return ErrInvalidBatch.Wrapf("%s: expected %d accepted lines, got %d", m.Batch.Name(), m.Batch.Accepted, accepted)
	}
	return nil
}
