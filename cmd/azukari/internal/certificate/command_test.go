package certificate

import (
	"bytes"
	"crypto/ecdsa"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/cmd/internal/mtls"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := New()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	return out.String(), cmd.ExecuteContext(t.Context())
}

func TestNewCertificate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "keys")
	now := time.Now()
	files, err := request{organization: "bank-a", name: "treasury", folder: folder, lifetime: 30 * day}.write(now)
	require.NoError(t, err)
	for _, name := range []string{files.keyFile, files.certificateFile} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	pair, err := mtls.Load(files.certificateFile, files.keyFile)
	require.NoError(t, err)
	require.IsType(t, &ecdsa.PrivateKey{}, pair.PrivateKey)
	require.Equal(t, []string{"bank-a"}, pair.Leaf.Subject.Organization)
	require.Equal(t, "treasury", pair.Leaf.Subject.CommonName)
	require.NoError(t, mtls.CheckValidity(pair.Leaf, now))
	require.NoError(t, mtls.CheckValidity(pair.Leaf, now.Add(29*day)))
	require.ErrorContains(t, mtls.CheckValidity(pair.Leaf, now.Add(31*day)), "expected a certificate that is valid at ")
	require.ErrorContains(t, mtls.CheckValidity(pair.Leaf, now.Add(-day)), "make a new one")

	// What is printed, the chain takes.
	certificate := membershiptypes.Certificate{
		Organization: "bank-a", Name: pair.Leaf.Subject.CommonName, Fingerprint: mtls.Fingerprint(pair.Leaf), ExpiresAt: pair.Leaf.NotAfter,
	}
	require.NoError(t, certificate.Validate())
	var out bytes.Buffer
	require.NoError(t, describe(&out, pair.Leaf))
	require.Contains(t, out.String(), "\n  fzd tx membership register-certificate "+certificate.Fingerprint+` "treasury" `+
		certificate.ExpiresAt.UTC().Format(time.RFC3339)+" --from node\n")

	// A key is never written over, and a certificate that cannot be written leaves no key behind.
	before, err := os.ReadFile(files.keyFile)
	require.NoError(t, err)
	_, err = request{organization: "bank-a", name: "treasury", folder: folder, lifetime: day}.write(now)
	require.ErrorContains(t, err, "expected no file "+files.keyFile+" yet, got one")
	after, err := os.ReadFile(files.keyFile)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.NoError(t, os.Remove(files.keyFile))
	_, err = request{organization: "bank-a", name: "treasury", folder: folder, lifetime: day}.write(now)
	require.ErrorContains(t, err, files.certificateFile)
	require.NoFileExists(t, files.keyFile)
}

func TestWrongInputIsOneLine(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text")
	require.NoError(t, os.WriteFile(text, []byte("no PEM"), 0o600))
	broken := filepath.Join(folder, "broken")
	require.NoError(t, os.WriteFile(broken, []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), 0o600))
	for want, args := range map[string]string{
		`required flag(s) "organization" not set`:                                "new",
		`--organization: id: expected a lower-case letter`:                       "new --organization Bank",
		`--name: expected 1 to 64 letters, digits or hyphens, got "../x"`:        "new --organization bank-a --name ../x",
		`--days: expected 1 to 398, got 399`:                                     "new --organization bank-a --days 399",
		`--days: expected 1 to 398, got 0`:                                       "new --organization bank-a --days 0",
		"open " + folder + "/none: no such file or directory":                    "show " + folder + "/none",
		"expected a certificate in " + text + ", PEM, got none":                  "show " + text,
		"expected a certificate in " + broken + ", PEM: x509: malformed certifi": "show " + broken,
	} {
		_, err := run(t, strings.Fields(args)...)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")
	}
}
