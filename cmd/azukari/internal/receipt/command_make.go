package receipt

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/app/base/address"
	notarytypes "github.com/azukari-network/azukari/x/notary/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	receiptEnding = ".receipt.json"
	// maxNotaries is how many notaries of one document are told, when one of them has to be named.
	maxNotaries = 10
)

// source says where receipts come from and where they go.
type source struct {
	node, trust, out string
	height           int64
}

// connect connects to the node, and reads whom the receipts are for.
func (s source) connect(ctx context.Context) (node Node, trust *Trust, err error) {
	if s.trust != "" {
		if trust, err = ReadTrust(s.trust); err != nil {
			return nil, nil, usage("--trust: %w", err)
		}
	}
	node, err = Dial(ctx, s.node)
	return node, trust, err
}

// fetch returns the receipt of a row, in the newest state that can be proven unless the user has chosen another.
func (s source) fetch(ctx context.Context, node Node, trust *Trust, store string, key []byte) (*Receipt, error) {
	if s.height == 0 {
		return MakeNewest(ctx, node, trust, store, key)
	}
	maker, err := NewMaker(ctx, node, trust, s.height)
	if err != nil {
		return nil, err
	}
	return maker.Make(ctx, store, key)
}

// write writes a receipt, under a name unless the user has chosen another.
func (s source) write(cmd *cobra.Command, receipt *Receipt, name string) error {
	path := cmp.Or(s.out, name+receiptEnding)
	if path != "-" {
		if err := requireFree(path); err != nil {
			return err
		}
	}
	if err := write(cmd.OutOrStdout(), path, receipt); err != nil || path == "-" {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: after block %d of %s\n", path, receipt.Row.Height, receipt.ChainID)
	return nil
}

// NewReceiptCommand returns the command `azukari receipt`.
func NewReceiptCommand() *cobra.Command {
	address.Configure()
	var s source
	var notary string
	cmd := &cobra.Command{
		Use:   "receipt HASH|FILE",
		Short: "Fetch the receipt of a notarized document, or of any row of a zone's state",
		Long: "Fetch the receipt of a document that was notarized, by its SHA-256 in hex or by the document itself. It holds the proof\n" +
			"of the zone's newest state, so a receipt can be fetched again and again; each is verified before it is written.",
		Example: "  azukari receipt contract.pdf --trust trust.json\n  azukari receipt 9f86d081… --notary azu1…\n  azukari receipt row bank 02…",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return s.fetchNotarization(cmd, args[0], notary) },
	}
	flags := cmd.PersistentFlags()
	flags.StringVarP(&s.node, "node", "n", "http://127.0.0.1:26657", "RPC URL of a node of the zone")
	flags.StringVarP(&s.trust, "trust", "t", "", "pinned header of the reader, which the receipt shall lead from (default: the oldest block of the node)")
	flags.StringVar(&s.out, "out", "", "file to write, - for the output (default: the document's name or hash, and "+receiptEnding+")")
	flags.Int64Var(&s.height, "height", 0, "height of the state (default: the newest)")
	cmd.Flags().StringVar(&notary, "notary", "", "address of the notary (default: the only one)")
	cmd.AddCommand(&cobra.Command{
		Use:     "row STORE KEY",
		Short:   "Fetch the receipt of any row of a zone's state, by its store and its key in hex",
		Long:    "Fetch the receipt of a row by the name of its store and its key in hex. The README of a module describes its keys.",
		Example: "  azukari receipt row hold 000000000000000007 --out hold-7.receipt.json",
		Args:    cobra.ExactArgs(2),
		RunE:    func(cmd *cobra.Command, args []string) error { return s.fetchRow(cmd, args[0], args[1]) },
	})
	return cmd
}

func (s source) fetchRow(cmd *cobra.Command, store, keyHex string) error {
	key, err := hex.DecodeString(keyHex)
	if err != nil || len(key) == 0 {
		return usage("KEY: expected bytes in hex, got %q", keyHex)
	}
	node, trust, err := s.connect(cmd.Context())
	if err != nil {
		return err
	}
	receipt, err := s.fetch(cmd.Context(), node, trust, store, key)
	if err != nil {
		return err
	}
	return s.write(cmd, receipt, store+"-"+keyHex)
}

func (s source) fetchNotarization(cmd *cobra.Command, what, notary string) error {
	name, hash := what, what
	raw, err := notarytypes.ParseHash(what)
	if err != nil {
		name = filepath.Clean(what)
		if hash, err = hashFile(what); err != nil {
			return usage("expected SHA-256 in 64 characters of 0-9 a-f, or a file, got %q: %w", what, err)
		}
		if raw, err = hex.DecodeString(hash); err != nil {
			return err
		}
	}
	node, trust, err := s.connect(cmd.Context())
	if err != nil {
		return err
	}
	if notary == "" {
		if notary, err = onlyNotary(cmd.Context(), node, hash); err != nil {
			return err
		}
	}
	signer, err := registrytypes.ParseAddress(notary)
	if err != nil {
		return usage("--notary: %w", err)
	}
	key, err := NotarizationKey(signer, raw)
	if err != nil {
		return err
	}
	receipt, err := s.fetch(cmd.Context(), node, trust, notarytypes.StoreKey, key)
	if err != nil {
		return err
	}
	return s.write(cmd, receipt, name)
}

// onlyNotary returns the notary of a document, if there is one alone.
func onlyNotary(ctx context.Context, node Node, hash string) (string, error) {
	var answer notarytypes.QueryNotarizationsOfDocumentResponse
	err := node.Ask(ctx, "/azukari.notary.v1.Query/NotarizationsOfDocument", &notarytypes.QueryNotarizationsOfDocumentRequest{
		Hash: hash, Pagination: &query.PageRequest{Limit: maxNotaries},
	}, &answer)
	if err != nil {
		return "", err
	}
	switch len(answer.Notarizations) {
	case 0:
		return "", fmt.Errorf("expected a document that somebody has notarized, got SHA-256 %s, which is not; notarize it with 'azukari notarize'", hash)
	case 1:
		return answer.Notarizations[0].Notary, nil
	}
	text := ""
	for _, one := range answer.Notarizations {
		text += fmt.Sprintf("\n  %s at %s %s", one.Notary, one.Time.Format(timeFormat), one.Label)
	}
	return "", usage("expected one notary, got several; name one with --notary:%s", text)
}
