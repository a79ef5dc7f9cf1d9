package types

import (
	"bytes"
	"encoding/json"
	"strconv"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// MaxMemoLength bounds the memo of a transfer, in bytes.
const MaxMemoLength = 1 << 18

// DischargeMemo is what a Business Zone's middleware adds to each discharge.
type DischargeMemo struct {
	// Report brings the Financial Zone up to the state of the zone in which the discharge was made.
	Report *FlowReport
	// Hop says that the yen goes on from there; nil if it does not.
	Hop *Hop
}

// Hop is where the yen of a discharge goes on to.
type Hop struct {
	// Zone is the id of another Business Zone.
	Zone string `json:"zone"`
	// Payee is the address of the account that gets it there.
	Payee string `json:"payee"`
}

// memoJSON is the one spelling of a DischargeMemo. Numbers are strings, because JSON readers lose digits of large ones.
type memoJSON struct {
	Report *reportJSON `json:"report,omitempty"`
	Hop    *Hop        `json:"hop,omitempty"`
}

type reportJSON struct {
	Version     string      `json:"version"`
	Height      string      `json:"height"`
	CapRevision string      `json:"cap_revision"`
	Flows       [][3]string `json:"flows"`
	Promised    [][2]string `json:"promised,omitempty"`
}

// Encode returns the memo's one spelling.
func (m DischargeMemo) Encode() (string, error) {
	spelled := memoJSON{Hop: m.Hop}
	if report := m.Report; report != nil {
		spelled.Report = &reportJSON{
			Version:     strconv.FormatUint(report.Version, 10),
			Height:      strconv.FormatInt(report.Height, 10),
			CapRevision: strconv.FormatUint(report.CapRevision, 10),
			Flows:       make([][3]string, len(report.Flows)),
		}
		for i, flow := range report.Flows {
			spelled.Report.Flows[i] = [3]string{flow.PayerBank, flow.PayeeBank, flow.Total.String()}
		}
		for _, promised := range report.Promised {
			spelled.Report.Promised = append(spelled.Report.Promised, [2]string{promised.Bank, promised.Limit.String()})
		}
	}
	encoded, err := json.Marshal(spelled)
	if err != nil {
		return "", errorsmod.Wrapf(ErrInvalidTransfer, "encode memo: %s", err)
	}
	return string(encoded), nil
}

// ParseDischargeMemo is the reverse of Encode. It refuses every other spelling, unknown fields and values out of range
// with ErrInvalidTransfer. An empty memo says nothing.
func ParseDischargeMemo(memo string) (DischargeMemo, error) {
	if memo == "" {
		return DischargeMemo{}, nil
	}
	if len(memo) > MaxMemoLength {
		return DischargeMemo{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected a memo of at most %d bytes, got %d", MaxMemoLength, len(memo))
	}
	var spelled memoJSON
	decoder := json.NewDecoder(bytes.NewReader([]byte(memo)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&spelled); err != nil {
		return DischargeMemo{}, errorsmod.Wrap(ErrInvalidTransfer, "expected a memo of report and hop, got other text")
	}
	if hop := spelled.Hop; hop != nil {
		if err := hop.validate(); err != nil {
			return DischargeMemo{}, err
		}
	}
	parsed := DischargeMemo{Hop: spelled.Hop}
	if spelled.Report != nil {
		report, err := spelled.Report.parse()
		if err != nil {
			return DischargeMemo{}, err
		}
		parsed.Report = &report
	}
	canonical, err := parsed.Encode()
	if err != nil {
		return DischargeMemo{}, err
	}
	if canonical != memo || parsed == (DischargeMemo{}) {
		return DischargeMemo{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected the one spelling of a memo, of %d bytes, got %d bytes", len(canonical), len(memo))
	}
	return parsed, nil
}

func (h Hop) validate() error {
	if err := ValidateZoneID(h.Zone); err != nil {
		return errorsmod.Wrapf(ErrInvalidTransfer, "hop: %s", err)
	}
	if _, err := registrytypes.ParseAddress(h.Payee); err != nil {
		return errorsmod.Wrapf(ErrInvalidTransfer, "hop: %s", err)
	}
	return nil
}

func (r reportJSON) parse() (FlowReport, error) {
	version, versionErr := strconv.ParseUint(r.Version, 10, 64)
	height, heightErr := strconv.ParseInt(r.Height, 10, 64)
	revision, revisionErr := strconv.ParseUint(r.CapRevision, 10, 64)
	if versionErr != nil || heightErr != nil || revisionErr != nil {
		return FlowReport{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected numbers in the report of a memo, got %q, %q and %q", r.Version, r.Height, r.CapRevision)
	}
	report := FlowReport{Version: version, Height: height, CapRevision: revision, Flows: make([]Flow, len(r.Flows))}
	for i, flow := range r.Flows {
		total, ok := math.NewIntFromString(flow[2])
		if !ok {
			return FlowReport{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected a number of yen in the report of a memo, got %q", flow[2])
		}
		report.Flows[i] = Flow{PayerBank: flow[0], PayeeBank: flow[1], Total: total}
	}
	for _, promised := range r.Promised {
		limit, ok := math.NewIntFromString(promised[1])
		if !ok {
			return FlowReport{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected a number of yen in the report of a memo, got %q", promised[1])
		}
		report.Promised = append(report.Promised, BankCap{Bank: promised[0], Limit: limit})
	}
	if err := report.Validate(); err != nil {
		return FlowReport{}, errorsmod.Wrap(ErrInvalidTransfer, err.Error())
	}
	return report, nil
}

// HopMemo is what the Financial Zone adds to the second leg of a hop, and to no other packet.
type HopMemo struct {
	// From is the id of the Business Zone that the yen came from.
	From string `json:"hop_from"`
}

// Encode returns the memo's one spelling.
func (m HopMemo) Encode() (string, error) {
	encoded, err := json.Marshal(m)
	if err != nil {
		return "", errorsmod.Wrapf(ErrInvalidTransfer, "encode memo: %s", err)
	}
	return string(encoded), nil
}

// CheckSecondLeg returns ErrInvalidTransfer unless a packet from the Financial Zone is an account's own yen without a memo,
// or another's with the memo of a hop.
func (p YenPacket) CheckSecondLeg() error {
	if p.Payee == nil {
		return p.CheckPlain()
	}
	var memo HopMemo
	decoder := json.NewDecoder(bytes.NewReader([]byte(p.Memo)))
	decoder.DisallowUnknownFields()
	if len(p.Memo) > MaxMemoLength || decoder.Decode(&memo) != nil || memo.From == "" {
		return errorsmod.Wrapf(ErrInvalidTransfer, "expected the memo of a hop for receiver %s, got %d bytes", p.Payee, len(p.Memo))
	}
	canonical, err := memo.Encode()
	if err != nil {
		return err
	}
	if canonical != p.Memo {
		return errorsmod.Wrapf(ErrInvalidTransfer, "expected the one spelling of a memo, of %d bytes, got %d bytes", len(canonical), len(p.Memo))
	}
	return nil
}
