// Package ante keeps strangers out: it is how a zone without fees keeps out spam.
package ante

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"google.golang.org/protobuf/proto"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/x/membership/types"
)

// Signers is what the decorator calls of the codec.
type Signers interface {
	GetMsgV2Signers(msg proto.Message) ([][]byte, error)
}

// Membership is what the decorator calls of x/membership.
type Membership interface {
	Authorize(ctx context.Context, signer string, msg sdk.Msg) (types.Organization, error)
}

// Accounts is what the decorator calls of x/registry.
type Accounts interface {
	// IsAdmitted says whether an address is a registered account whose holder may send transactions.
	IsAdmitted(ctx context.Context, address sdk.AccAddress) (bool, error)
}

// AdmissionDecorator passes a transaction only if every signer of every message may send that message by the
// permission table, and if nobody pays for it.
type AdmissionDecorator struct {
	signers    Signers
	membership Membership
	accounts   Accounts
}

// NewAdmissionDecorator returns the decorator. Place it before signature verification: it is cheaper.
func NewAdmissionDecorator(signers Signers, membership Membership, accounts Accounts) AdmissionDecorator {
	return AdmissionDecorator{signers: signers, membership: membership, accounts: accounts}
}

// AnteHandle refuses, at CheckTx as in a block, a fee (ErrFee), a signer who is neither an operator nor the holder
// of a registered account (ErrStranger), a message that nobody may send (ErrMessageNotAdmitted), and a message that
// others may send (ErrRoleMissing).
func (d AdmissionDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	// The same messages twice, as Go types and as descriptors know them: decoded once by the transaction.
	decoded, err := tx.GetMsgsV2()
	if err != nil {
		return ctx, sdkerrors.ErrTxDecode.Wrap(err.Error())
	}
	var signers [][]byte
	for i, msg := range tx.GetMsgs() {
		msgSigners, err := d.signers.GetMsgV2Signers(decoded[i])
		if err != nil {
			return ctx, sdkerrors.ErrInvalidRequest.Wrapf("signers of %s: %s", sdk.MsgTypeURL(msg), err)
		}
		for _, signer := range msgSigners {
			if err := d.admit(ctx, signer, msg); err != nil {
				return ctx, err
			}
		}
		signers = append(signers, msgSigners...)
	}
	if err := refuseFee(tx, signers); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}

// admit checks one signer of one message, as an operator and as a holder.
func (d AdmissionDecorator) admit(ctx context.Context, signer sdk.AccAddress, msg sdk.Msg) error {
	_, notByRole := d.membership.Authorize(ctx, signer.String(), msg)
	if notByRole == nil {
		return nil
	}
	stranger := errors.Is(notByRole, types.ErrNotOperator)
	if !stranger && !errors.Is(notByRole, types.ErrRoleMissing) {
		return notByRole
	}
	url := sdk.MsgTypeURL(msg)
	permission, found := types.FindPermission(url)
	admitted, err := d.accounts.IsAdmitted(ctx, signer)
	switch {
	case err != nil:
		return err
	case admitted && found && permission.Holder:
		return nil
	case !stranger:
		return notByRole
	case !admitted:
		return types.ErrStranger.Wrapf(
			"expected the holder of a registered account, an operator or a relayer, got %s: ask a bank to open an account for it", signer)
	case !found:
		return types.ErrMessageNotAdmitted.Wrapf(
			"expected a message of the permission table, got %s: query membership permissions for the table", url)
	default:
		return types.ErrRoleMissing.Wrapf("%s: expected %s, got %s (holder of a registered account)", url, permission.Senders(), signer)
	}
}

// refuseFee keeps fees at zero and strangers from entering as payers of one.
func refuseFee(tx sdk.Tx, signers [][]byte) error {
	feeTx, ok := tx.(sdk.FeeTx)
	if !ok {
		return sdkerrors.ErrTxDecode.Wrapf("expected a transaction with a fee field, got %T", tx)
	}
	if fee := feeTx.GetFee(); !fee.IsZero() {
		return types.ErrFee.Wrapf("expected no fee, got %s: leave fees out", fee)
	}
	if granter := feeTx.FeeGranter(); len(granter) > 0 {
		return types.ErrFee.Wrapf("expected no fee granter, got %s: leave it out", sdk.AccAddress(granter))
	}
	payer := feeTx.FeePayer()
	if !slices.ContainsFunc(signers, func(signer []byte) bool { return bytes.Equal(signer, payer) }) {
		return types.ErrFee.Wrapf("expected no fee payer beside the signers, got %s: leave it out", sdk.AccAddress(payer))
	}
	return nil
}
