package receipt

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
)

// TrustFile is the usual name of a pinned header.
const TrustFile = "trust.json"

type verifySettings struct {
	trust, document, output string
	period                  time.Duration
}

// NewVerifyCommand returns the command `azukari verify receipt`.
func NewVerifyCommand() *cobra.Command {
	address.Configure()
	var s verifySettings
	cmd := &cobra.Command{
		Use:   "receipt FILE",
		Short: "Prove a receipt without a node, from a header that you have pinned",
		Long: "Prove, offline, what a receipt says: that a document was notarized, or that a row was in a zone's state. Trust comes\n" +
			"from the header in --trust alone, which 'azukari trust pin' wrote and you have compared: signatures of its validators lead\n" +
			"to the receipt's last block, and the proof leads from there to the row.\n\n" +
			"Exit codes: 0 proven; 1 a file could not be read; 2 usage, or the pinned header is wrong; 3 not proven.",
		Example: "  azukari verify receipt contract.pdf.receipt.json --document contract.pdf --trust trust.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			period := (*time.Duration)(nil)
			if cmd.Flags().Changed("trusting-period") {
				period = &s.period
			}
			return s.run(cmd.OutOrStdout(), args[0], period)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&s.trust, "trust", "t", TrustFile, "pinned header, from 'azukari trust pin'")
	flags.StringVarP(&s.document, "document", "d", "", "file that was notarized: compared with the receipt")
	flags.DurationVar(&s.period, "trusting-period", 0, "longest time between two blocks of the path, 0 for no bound (default: the pinned header's)")
	flags.StringVarP(&s.output, "output", "o", "text", "text or json")
	return cmd
}

func (s verifySettings) run(out io.Writer, path string, period *time.Duration) error {
	if s.output != "text" && s.output != "json" {
		return usage("--output: expected text or json, got %q", s.output)
	}
	if period != nil && *period < 0 {
		return usage("--trusting-period: expected 0 or more, got %s", *period)
	}
	trust, err := ReadTrust(s.trust)
	if err != nil {
		return usage("--trust: %w; pin a header with 'azukari trust pin'", err)
	}
	bound := time.Duration(trust.TrustingPeriod)
	if period != nil {
		bound = *period
	}
	now := time.Now()
	proof, err := s.prove(path, trust, bound, now)
	var absent notThereError
	switch {
	case errors.As(err, &absent):
		return err
	case err != nil && s.output == "json":
		return errors.Join(writeJSON(out, verdict{Error: err.Error()}), &exitError{err, exitNotProven})
	case err != nil:
		return &exitError{fmt.Errorf("not proven: %w", err), exitNotProven}
	case s.output == "json":
		return writeJSON(out, newVerdict(proof, trust, s.document))
	default:
		s.writeText(out, proof, trust, now)
		return nil
	}
}

func (s verifySettings) prove(path string, trust *Trust, period time.Duration, now time.Time) (Proof, error) {
	receipt, err := ReadReceipt(path)
	if err != nil {
		return Proof{}, err
	}
	proof, err := Verify(receipt, trust, period, now)
	if err != nil || s.document == "" {
		return proof, err
	}
	if proof.Notarization == nil {
		return Proof{}, fmt.Errorf("document: expected a receipt of a notarization, got one of a row of store %q; leave out --document", proof.Row.Store)
	}
	return proof, proof.Notarization.CompareDocument(s.document)
}

func (s verifySettings) writeText(out io.Writer, proof Proof, trust *Trust, now time.Time) {
	line := func(mark, name, format string, args ...any) {
		fmt.Fprintf(out, "%s %-8s  %s\n", mark, name, fmt.Sprintf(format, args...))
	}
	tick := terminal.Tick
	root := proof.Root
	line(tick, "path", "%s of %s, %s", steps(proof), proof.ChainID, pathWords(proof))
	line(tick, "root", "block %d of %s has the root of the state after block %d", root.Height, root.Time.UTC().Format(time.RFC3339), proof.Row.Height)
	if said := proof.Notarization; said != nil {
		line(tick, "proof", "the notarization is in that state")
		if s.document == "" {
			line("!", "document", "SHA-256 %s; compare yours with --document FILE", said.Hash)
		} else {
			line(tick, "document", "SHA-256 %s: %s", said.Hash, s.document)
		}
	} else {
		line(tick, "proof", "the row is in that state")
	}
	if age := now.Sub(trust.LightBlock.Time); trust.TrustingPeriod > 0 && !proof.Backward && age > time.Duration(trust.TrustingPeriod) {
		line("!", "pin", "%d days old: you trust that its validators' old keys were not stolen since", int(age.Hours()/24))
	}
	fmt.Fprintln(out)
	if said := proof.Notarization; said != nil {
		who := said.Notary
		if said.Organization != "" {
			who = said.Organization + " (" + said.Notary + ")"
		}
		label := ""
		if said.Label != "" {
			label = fmt.Sprintf(" as %q", said.Label)
		}
		fmt.Fprintf(out, "Proven: notarized by %s%s at %s, in block %d of %s.\n", who, label, said.Time.Format(time.RFC3339), said.Height, proof.ChainID)
		return
	}
	fmt.Fprintf(out, "Proven: after block %d of %s store %s had\n  key   %s\n  value %s\n",
		proof.Row.Height, proof.ChainID, proof.Row.Store, proof.Row.Key, proof.Row.Value)
}

// steps names the blocks of the path, the pinned one first; a long chain by its ends.
func steps(proof Proof) string {
	const shown = 6
	path := proof.Path
	names := make([]string, 0, len(path))
	for i, height := range path {
		if len(path) > shown && i >= shown/2 && i < len(path)-shown/2 {
			if i == shown/2 {
				names = append(names, fmt.Sprintf("… %d more …", len(path)-shown))
			}
			continue
		}
		names = append(names, strconv.FormatInt(height, 10))
	}
	return "block " + strings.Join(names, " → ")
}

func pathWords(proof Proof) string {
	switch {
	case len(proof.Path) == 1:
		return "pinned by you"
	case proof.Backward:
		return "each named by the one after it, from the one pinned by you"
	default:
		return "signed by who is trusted because of the one before, from the one pinned by you"
	}
}

// verdict is the outcome in JSON.
type verdict struct {
	Proven       bool          `json:"proven"`
	Error        string        `json:"error,omitempty"`
	ChainID      string        `json:"chain_id,omitempty"`
	Notarization *Notarization `json:"notarization,omitempty"`
	Store        string        `json:"store,omitempty"`
	Key          string        `json:"key,omitempty"`
	Value        string        `json:"value,omitempty"`
	// StateHeight is the block after which the row was there; RootHeight and RootHash are the block that proves it.
	StateHeight int64  `json:"state_height,omitempty"`
	RootHeight  int64  `json:"root_height,omitempty"`
	RootHash    string `json:"root_hash,omitempty"`
	// Document is the file that was compared; none if none was.
	Document     string  `json:"document,omitempty"`
	PinnedHeight int64   `json:"pinned_height,omitempty"`
	PinnedHash   string  `json:"pinned_hash,omitempty"`
	Path         []int64 `json:"path,omitempty"`
}

func newVerdict(proof Proof, trust *Trust, document string) verdict {
	return verdict{
		Proven: true, ChainID: proof.ChainID, Notarization: proof.Notarization,
		Store: proof.Row.Store, Key: proof.Row.Key.String(), Value: proof.Row.Value.String(),
		StateHeight: proof.Row.Height, RootHeight: proof.Root.Height, RootHash: proof.Root.Hash().String(),
		Document: document, PinnedHeight: trust.Height, PinnedHash: trust.HeaderHash.String(), Path: proof.Path,
	}
}

func writeJSON(out io.Writer, document any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
