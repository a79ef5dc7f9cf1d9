package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
)

// GetRecall returns the recall that a bank requested under a reference, as it is stored, or ErrRecallNotFound.
func (k *Keeper) GetRecall(ctx context.Context, payerBank, reference string) (types.Recall, error) {
	recall, err := k.recalls.Get(ctx, collections.Join(payerBank, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Recall{}, types.ErrRecallNotFound.Wrapf(
			"expected a recall of %s, got reference %q; list the bank's recalls for those in use", payerBank, reference)
	}
	return recall, err
}

// requireUnused refuses a reference that the bank has used before, whatever became of that recall.
func (k *Keeper) requireUnused(ctx context.Context, payerBank, reference string) error {
	recall, err := k.recalls.Get(ctx, collections.Join(payerBank, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used, got that of a recall that is %s; choose a new one",
		payerBank, recall.Status.Word())
}

// recallOf returns the recall that keeps a payment from being recalled again, and false if there is none.
func (k *Keeper) recallOf(ctx context.Context, recall types.Recall) (types.Recall, bool, error) {
	payment, err := paymentKey(recall)
	if err != nil {
		return types.Recall{}, false, err
	}
	id, err := k.recalledPayments.Get(ctx, payment)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Recall{}, false, nil
	}
	if err != nil {
		return types.Recall{}, false, err
	}
	found, err := k.recalls.Get(ctx, id)
	return found, err == nil, err
}

// add writes a recall and its index entries.
func (k *Keeper) add(ctx context.Context, recall types.Recall) error {
	if recall.BlocksAnother() {
		payment, err := paymentKey(recall)
		if err != nil {
			return err
		}
		if err := k.recalledPayments.Set(ctx, payment, id(recall)); err != nil {
			return err
		}
	}
	payee, err := payeeKey(recall)
	if err != nil {
		return err
	}
	if err := k.byPayee.Set(ctx, payee); err != nil {
		return err
	}
	if err := k.byPayerBank.Set(ctx, payerBankKey(recall)); err != nil {
		return err
	}
	if err := k.byPayeeBank.Set(ctx, payeeBankKey(recall)); err != nil {
		return err
	}
	return k.recalls.Set(ctx, id(recall), recall)
}

// replace writes a recall after one more step, which moves it in the indexes.
func (k *Keeper) replace(ctx context.Context, before, after types.Recall) error {
	if before.BlocksAnother() && !after.BlocksAnother() {
		payment, err := paymentKey(before)
		if err != nil {
			return err
		}
		if err := k.recalledPayments.Remove(ctx, payment); err != nil {
			return err
		}
	}
	if err := k.byPayerBank.Remove(ctx, payerBankKey(before)); err != nil {
		return err
	}
	if err := k.byPayeeBank.Remove(ctx, payeeBankKey(before)); err != nil {
		return err
	}
	return k.add(ctx, after)
}

func id(recall types.Recall) recallID {
	return collections.Join(recall.PayerBank, recall.Reference)
}

func payerBankKey(recall types.Recall) collections.Triple[string, int32, string] {
	return collections.Join3(recall.PayerBank, int32(recall.Status), recall.Reference)
}

func payeeBankKey(recall types.Recall) collections.Quad[string, int32, string, string] {
	return collections.Join4(recall.PayeeBank, int32(recall.Status), recall.PayerBank, recall.Reference)
}

func payeeKey(recall types.Recall) (collections.Triple[sdk.AccAddress, string, string], error) {
	payee, err := recall.PayeeAddress()
	if err != nil {
		return collections.Triple[sdk.AccAddress, string, string]{}, errorsmod.Wrap(err, recall.Name())
	}
	return collections.Join3(payee, recall.PayerBank, recall.Reference), nil
}

func paymentKey(recall types.Recall) (collections.Triple[sdk.AccAddress, []byte, uint32], error) {
	payer, err := recall.PayerAddress()
	if err != nil {
		return collections.Triple[sdk.AccAddress, []byte, uint32]{}, errorsmod.Wrap(err, recall.Name())
	}
	return collections.Join3(payer, recall.TxHash, recall.MessageIndex), nil
}
