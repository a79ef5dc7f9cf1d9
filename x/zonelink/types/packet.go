package types

import (
	"bytes"
	"crypto/sha256"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// NewAccountUpdate returns what the zone of a link may know of the account: its state, with the limits of that link.
func NewAccountUpdate(account registrytypes.Account, link registrytypes.Link) AccountUpdate {
	return AccountUpdate{
		Address:   account.Address,
		Bank:      account.Bank,
		Status:    account.Status,
		Kind:      account.Kind,
		Limits:    link.Limits,
		OrderKeys: account.OrderKeys,
		Revision:  account.Revision,
		Linked:    link.Status == registrytypes.LinkStatusPending || link.Status == registrytypes.LinkStatusActive,
	}
}

// Replica returns the account as the Business Zone keeps it. An update that ends the link makes it unlinked, whatever
// its status on the Financial Zone.
func (u AccountUpdate) Replica() registrytypes.Account {
	status := u.Status
	if !u.Linked {
		status = registrytypes.AccountStatusUnlinked
	}
	return registrytypes.Account{
		Address:   u.Address,
		Bank:      u.Bank,
		Status:    status,
		Kind:      u.Kind,
		Limits:    u.Limits,
		OrderKeys: u.OrderKeys,
		Revision:  u.Revision,
	}
}

// Digest returns the SHA-256 of the update without its revision: equal digests mean that the zone would see no
// difference.
func (u AccountUpdate) Digest() ([]byte, error) {
	content := u
	content.Revision = 0
	encoded, err := content.Marshal()
	if err != nil {
		return nil, errorsmod.Wrapf(ErrInvalidPacket, "encode account update: %s", err)
	}
	digest := sha256.Sum256(encoded)
	return digest[:], nil
}

// validate checks every field. It returns ErrInvalidPacket.
func (u *AccountUpdate) validate() error {
	// Only a Business Zone itself calls an account unlinked.
	if u.Status == registrytypes.AccountStatusUnlinked {
		return errorsmod.Wrapf(ErrInvalidPacket, "expected status active, frozen or closed, got %s", u.Status)
	}
	account := u.Replica()
	account.Status = u.Status
	if err := account.ValidateReplica(); err != nil {
		return errorsmod.Wrapf(ErrInvalidPacket, "account update: %s", err)
	}
	return nil
}

// EncodeAccountUpdate returns the bytes of a packet that carries the update.
func EncodeAccountUpdate(update AccountUpdate) ([]byte, error) {
	return encode(PacketData{Packet: &PacketData_AccountUpdate{AccountUpdate: &update}})
}

// EncodeFlowReport returns the bytes of a packet that carries the report.
func EncodeFlowReport(report FlowReport) ([]byte, error) {
	return encode(PacketData{Packet: &PacketData_FlowReport{FlowReport: &report}})
}

// EncodeCapUpdate returns the bytes of a packet that carries the update.
func EncodeCapUpdate(update CapUpdate) ([]byte, error) {
	return encode(PacketData{Packet: &PacketData_CapUpdate{CapUpdate: &update}})
}

func encode(packet PacketData) ([]byte, error) {
	encoded, err := packet.Marshal()
	if err != nil {
		return nil, errorsmod.Wrapf(ErrInvalidPacket, "encode packet: %s", err)
	}
	return encoded, nil
}

// DecodePacket is the reverse of the Encode functions. It returns ErrInvalidPacket for every field out of its range. A
// packet has exactly one encoding: unknown kinds, unknown fields and odd spellings are refused, so that no two versions of
// a node understand the same bytes in two ways.
func DecodePacket(data []byte) (PacketData, error) {
	var packet PacketData
	if err := packet.Unmarshal(data); err != nil {
		return PacketData{}, errorsmod.Wrapf(ErrInvalidPacket, "expected protobuf PacketData, got %d other bytes: %s", len(data), err)
	}
	canonical, err := encode(packet)
	if err != nil {
		return PacketData{}, err
	}
	if !bytes.Equal(canonical, data) {
		return PacketData{}, errorsmod.Wrapf(ErrInvalidPacket,
			"expected the canonical %d bytes without unknown fields, got %d bytes", len(canonical), len(data))
	}
	switch kind := packet.Packet.(type) {
	case *PacketData_AccountUpdate:
		return packet, kind.AccountUpdate.validate()
	case *PacketData_FlowReport:
		return packet, kind.FlowReport.Validate()
	case *PacketData_CapUpdate:
		return packet, kind.CapUpdate.Validate()
	}
	return PacketData{}, errorsmod.Wrap(ErrInvalidPacket, "expected an account update, a flow report or a cap update, got nothing")
}

// UnexpectedKind returns ErrInvalidPacket for a packet that goes the other way.
func UnexpectedKind(packet PacketData) error {
	return errorsmod.Wrapf(ErrInvalidPacket, "expected a packet of the other zone's, got %T", packet.Packet)
}
