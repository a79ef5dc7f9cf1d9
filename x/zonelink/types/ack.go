package types

import (
	"errors"
	"fmt"
	"strings"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

	errorsmod "cosmossdk.io/errors"
)

// ReasonTimedOut is the reason of what a timeout brings about.
const ReasonTimedOut = "timed out"

// maxReasonLength cuts what a counterparty gives as the reason of its refusal, in bytes.
const maxReasonLength = 256

// NewAcknowledgement returns the acknowledgement of a packet after which this end knows the given revision.
func NewAcknowledgement(revision uint64) (channeltypes.Acknowledgement, error) {
	result, err := (&PacketAcknowledgement{Revision: revision}).Marshal()
	if err != nil {
		return channeltypes.Acknowledgement{}, errorsmod.Wrapf(ErrInvalidPacket, "encode acknowledgement: %s", err)
	}
	return channeltypes.NewResultAcknowledgement(result), nil
}

// NewRefusal returns an error acknowledgement with the codespace, the code and the fixed text of the error. What the
// error was wrapped with stays out: acknowledgements are consensus state.
func NewRefusal(err error) channeltypes.Acknowledgement {
	text := "sdk/1: internal error"
	var registered *errorsmod.Error
	if errors.As(err, &registered) {
		text = fmt.Sprintf("%s/%d: %s", registered.Codespace(), registered.ABCICode(), registered.Error())
	}
	return channeltypes.Acknowledgement{Response: &channeltypes.Acknowledgement_Error{Error: text}}
}

// KeptRefusal is an error acknowledgement after which what was written stays: IBC's core drops it after any other.
type KeptRefusal struct {
	refusal channeltypes.Acknowledgement
}

var _ exported.Acknowledgement = KeptRefusal{}

// Acknowledgement returns the bytes that the other side gets.
func (r KeptRefusal) Acknowledgement() []byte { return r.refusal.Acknowledgement() }

// Success says that what was written stays. The acknowledgement still is an error to the other side.
func (KeptRefusal) Success() bool { return true }

// Refuse returns an error acknowledgement. After ErrReportRefused the suspension of the zone stays.
func Refuse(err error) exported.Acknowledgement {
	refusal := NewRefusal(err)
	if errors.Is(err, ErrReportRefused) {
		return KeptRefusal{refusal: refusal}
	}
	return refusal
}

// Outcome is what became of a packet on the other side. It applied the packet, refused it, or never got it.
type Outcome struct {
	// Revision that the other side knows, if it applied the packet; what it says, not checked.
	Revision uint64
	// Refusal says why the other side refused the packet; empty if it did not.
	Refusal string
	// TimedOut says that the other side never got the packet.
	TimedOut bool
}

// Failure says why the packet was not applied, or is empty if it was.
func (o Outcome) Failure() string {
	if o.TimedOut {
		return ReasonTimedOut
	}
	return o.Refusal
}

// DecodeAcknowledgement returns the outcome that an acknowledgement of the zonelink channel tells. It never fails: what
// cannot be read is a refusal, because a packet whose acknowledgement were never processed would stay in flight.
func DecodeAcknowledgement(acknowledgement []byte) Outcome {
	var envelope channeltypes.Acknowledgement
	if err := channeltypes.SubModuleCdc.UnmarshalJSON(acknowledgement, &envelope); err != nil {
		return Outcome{Refusal: "unreadable acknowledgement"}
	}
	switch response := envelope.Response.(type) {
	case *channeltypes.Acknowledgement_Error:
		return Outcome{Refusal: RefusalReason(response.Error)}
	case *channeltypes.Acknowledgement_Result:
		var result PacketAcknowledgement
		if err := result.Unmarshal(response.Result); err == nil {
			return Outcome{Revision: result.Revision}
		}
	}
	return Outcome{Refusal: "unreadable acknowledgement"}
}

// RefusalReason returns the text of an error acknowledgement as events carry it: valid UTF-8, bounded, never empty.
func RefusalReason(text string) string {
	if len(text) > maxReasonLength {
		text = text[:maxReasonLength]
	}
	text = strings.ToValidUTF8(text, "")
	if strings.TrimSpace(text) == "" {
		return "refused without a reason"
	}
	return text
}
