// Package order is `azukari order`: keys for payment orders, orders signed with them, and their way to a gateway.
package order

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/app/base/address"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// New returns the command.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "order",
		Short: "Make keys for payment orders, sign orders, and send them to a gateway",
		Long: "Make keys for payment orders, sign orders that any gateway may bring, and bring them to one. Nothing here asks a node. What is\n" +
			"signed, and test vectors for other programs, are in x/payment/README.md.",
	}
	cmd.AddCommand(newKeyCommand(), signCommand(), sendCommand())
	return cmd
}

func newKeyCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "new-key FILE",
		Short: "Make a key, and print what registers it",
		Long: "Make a key in a new file, and print the public key as the registry takes it. The file's name without its ending becomes the key's\n" +
			"id. The file is not encrypted: it is for tests and for machines that keep it as they keep other keys.",
		Example: "  fzd tx registry replace-order-keys \"$(azukari order new-key phone.json)\" --from holder",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			made, err := newKey(args[0], name)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "{\"id\":%q,\"type\":%q,\"public_key\":%q}\n",
				made.Id, made.Type, base64.StdEncoding.EncodeToString(made.PublicKey))
			return err
		},
	}
	cmd.Flags().StringVar(&name, "type", "ed25519", "ed25519, secp256r1 or secp256k1")
	return cmd
}

type signOptions struct {
	key, chainID, yen, payer, payee string
	denom, reference, invoice, memo string
	amount, maxFee, nonce           uint64
	expiresIn                       time.Duration
}

func signCommand() *cobra.Command {
	var o signOptions
	cmd := &cobra.Command{
		Use:   "sign",
		Short: "Sign one payment order and print it for a gateway",
		Example: "  azukari order sign --key phone.json --chain-id retail-1 --yen ibc/27394F… --payer azu1… --payee azu1… --amount 30000 --reference P-18 > order.json\n" +
			"  bzd tx payment execute-orders \"$(cat order.json)\" --from gateway",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.OutOrStdout(), time.Now()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.key, "key", "", "file of the key, as new-key makes it")
	flags.StringVar(&o.chainID, "chain-id", "", "chain id of the zone that pays")
	flags.StringVar(&o.yen, "yen", registrytypes.YenDenom, "denom of yen in that zone; of a Business Zone `bzd query zonelink financial-zone` says it")
	flags.StringVar(&o.payer, "payer", "", "who pays: the account of the key")
	flags.StringVar(&o.payee, "payee", "", "who is paid")
	flags.Uint64Var(&o.amount, "amount", 0, "how much, in smallest units: whole yen")
	flags.StringVar(&o.denom, "denom", "", "what is paid, if not yen")
	flags.StringVar(&o.reference, "reference", "", "your own id of the payment, accepted once")
	flags.StringVar(&o.invoice, "invoice", "", "the payee's invoice reference")
	flags.StringVar(&o.memo, "memo-hash", "", "32 bytes in base64")
	flags.Uint64Var(&o.maxFee, "max-fee", 0, "most yen that you bear as a fee on top")
	flags.Uint64Var(&o.nonce, "nonce", 0, "a number that no other order of yours has (default: the time in milliseconds)")
	flags.DurationVar(&o.expiresIn, "expires-in", 10*time.Minute, "from then on the order is refused")
	for _, needed := range []string{"key", "chain-id", "payer", "payee", "amount"} {
		_ = cmd.MarkFlagRequired(needed) // it is one of the flags
	}
	return cmd
}

func (o signOptions) run(out io.Writer, now time.Time) error {
	address.Configure()
	key, err := readKey(o.key)
	if err != nil {
		return err
	}
	order, err := o.order(key, now)
	if err != nil {
		return err
	}
	signature, err := key.sign(order.SignBytes(o.chainID, o.yen))
	if err != nil {
		return fmt.Errorf("sign the order: %w", err)
	}
	printed, err := (&jsonpb.Marshaler{OrigName: true}).MarshalToString(&paymenttypes.SignedPaymentOrder{Order: order, Signature: signature})
	if err != nil {
		return fmt.Errorf("print the order: %w", err)
	}
	_, err = fmt.Fprintln(out, printed)
	return err
}

// order checks the options and returns the order that they ask for.
func (o signOptions) order(key key, now time.Time) (paymenttypes.PaymentOrder, error) {
	if o.expiresIn <= 0 {
		return paymenttypes.PaymentOrder{}, fmt.Errorf("--expires-in: expected a time such as 10m, got %s", o.expiresIn)
	}
	payer, err := registrytypes.ParseAddress(o.payer)
	if err != nil {
		return paymenttypes.PaymentOrder{}, fmt.Errorf("--payer: %w", err)
	}
	payee, err := registrytypes.ParseAddress(o.payee)
	if err != nil {
		return paymenttypes.PaymentOrder{}, fmt.Errorf("--payee: %w", err)
	}
	memo, err := base64.StdEncoding.DecodeString(o.memo)
	if err != nil {
		return paymenttypes.PaymentOrder{}, fmt.Errorf("--memo-hash: %w", err)
	}
	if len(memo) == 0 {
		memo = nil // printed as nothing
	}
	nonce := o.nonce
	if nonce == 0 {
		nonce = uint64(now.UnixMilli())
	}
	order := paymenttypes.PaymentOrder{
		Payer: payer, Payee: payee, Denom: o.denom, Amount: o.amount, Reference: o.reference, Invoice: o.invoice, MemoHash: memo,
		MaxFee: o.maxFee, ExpiresAt: uint64(now.Add(o.expiresIn).Unix()), Nonce: nonce, KeyId: key.Id, //nolint:gosec // after 1970
	}
	if o.chainID == "" {
		return order, errors.New("--chain-id: expected the chain id of a zone such as retail-1, got none")
	}
	return order, order.Validate(o.yen)
}
