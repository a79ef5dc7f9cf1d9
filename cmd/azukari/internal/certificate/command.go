// Package certificate is `azukari certificate`: it makes the certificates with which a member's clients ask listeners.
package certificate

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/internal/mtls"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const day = 24 * time.Hour

// New returns the command.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "certificate",
		Short: "Make the certificates with which your clients ask listeners",
	}
	cmd.AddCommand(newCommand(), showCommand())
	return cmd
}

func newCommand() *cobra.Command {
	var wanted request
	var days uint16
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Make a key and a certificate",
		Long: "Make a P-256 key and a certificate that it signs for itself. No authority is needed: listeners know a client by the\n" +
			"fingerprint of its key, which your organization's node operator registers on the chain. A certificate of your own\n" +
			"authority does as well: `azukari certificate show` prints its fingerprint.",
		Example: "  azukari certificate new --organization bank-a --name treasury --out ~/azukari",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			wanted.lifetime = time.Duration(days) * day
			made, err := wanted.write(time.Now())
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if _, err := fmt.Fprintf(out, "%s: key, for you alone\n%s: certificate\n", made.keyFile, made.certificateFile); err != nil {
				return err
			}
			return describe(out, made.certificate)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&wanted.organization, "organization", "", "id of your organization")
	flags.StringVar(&wanted.name, "name", "client", "what you call it, also in the names of the files: letters, digits and hyphens")
	flags.StringVar(&wanted.folder, "out", ".", "folder for both files")
	flags.Uint16Var(&days, "days", 365, fmt.Sprintf("days until it expires, at most %d", membershiptypes.MaxCertificateLifetime/day))
	_ = cmd.MarkFlagRequired("organization") // it is one of the flags
	return cmd
}

func showCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show FILE",
		Short:   "Print the fingerprint of a certificate, and how to register it",
		Example: "  azukari certificate show treasury.crt",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			certificate, err := read(args[0])
			if err != nil {
				return err
			}
			return describe(cmd.OutOrStdout(), certificate)
		},
	}
}

// read reads the first certificate of a PEM file.
func read(file string) (*x509.Certificate, error) {
	raw, err := os.ReadFile(file) // #nosec G304 -- the user names the file
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil || block.Type != certificateBlock {
		return nil, fmt.Errorf("expected a certificate in %s, PEM, got none", file)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("expected a certificate in %s, PEM: %w", file, err)
	}
	return certificate, nil
}

// describe prints what the node operator types.
func describe(out io.Writer, certificate *x509.Certificate) error {
	fingerprint := mtls.Fingerprint(certificate)
	_, err := fmt.Fprintf(out, `fingerprint: %[1]s
expires: %[3]s
Your node operator registers it in each zone that it is for; for the Financial Zone:
  fzd tx membership register-certificate %[1]s %[2]q %[3]s --from node
`, fingerprint, certificate.Subject.CommonName, certificate.NotAfter.UTC().Format(time.RFC3339))
	return err
}
