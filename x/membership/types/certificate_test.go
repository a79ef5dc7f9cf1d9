package types_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/x/membership/types"
)

func certificate(fingerprint string) types.Certificate {
	return types.Certificate{
		Fingerprint: strings.Repeat(fingerprint, 32), Organization: "bank-a", Name: "treasury", ExpiresAt: time.Unix(100, 0).UTC(),
	}
}

func TestCertificateValidate(t *testing.T) {
	require.NoError(t, certificate("0a").Validate())
	at := func(seconds int64) *time.Time {
		moment := time.Unix(seconds, 0).UTC()
		return &moment
	}
	revoked := certificate("0a")
	revoked.RevokedAt = at(99)
	require.NoError(t, revoked.Validate())
	for name, tc := range map[string]struct {
		change func(c *types.Certificate)
		want   error
		text   string
	}{
		"short":         {func(c *types.Certificate) { c.Fingerprint = c.Fingerprint[1:] }, types.ErrInvalidCertificate, "fingerprint: expected 64"},
		"long":          {func(c *types.Certificate) { c.Fingerprint += "0" }, types.ErrInvalidCertificate, "fingerprint: expected 64"},
		"upper case":    {func(c *types.Certificate) { c.Fingerprint = strings.ToUpper(c.Fingerprint) }, types.ErrInvalidCertificate, "fingerprint: expected 64"},
		"with colons":   {func(c *types.Certificate) { c.Fingerprint = strings.Repeat("0a:", 21) + "0" }, types.ErrInvalidCertificate, "fingerprint: expected 64"},
		"no name":       {func(c *types.Certificate) { c.Name = "" }, types.ErrInvalidCertificate, "name of 0a0a"},
		"long name":     {func(c *types.Certificate) { c.Name = strings.Repeat("n", 65) }, types.ErrInvalidCertificate, "name of 0a0a"},
		"name in bytes": {func(c *types.Certificate) { c.Name = "\xff" }, types.ErrInvalidCertificate, "name of 0a0a"},
		"no expiry":     {func(c *types.Certificate) { c.ExpiresAt = time.Time{} }, types.ErrInvalidCertificate, "expires_at of 0a0a"},
		"revoked late":  {func(c *types.Certificate) { c.RevokedAt = at(100) }, types.ErrInvalidCertificate, "revoked_at of 0a0a"},
		"organization":  {func(c *types.Certificate) { c.Organization = "" }, types.ErrInvalidOrganization, "id:"},
	} {
		t.Run(name, func(t *testing.T) {
			c := certificate("0a")
			tc.change(&c)
			require.ErrorIs(t, c.Validate(), tc.want)
			require.ErrorContains(t, c.Validate(), tc.text)
			require.NotContains(t, c.Validate().Error(), "\n")
		})
	}
	require.False(t, certificate("0a").HasExpired(time.Unix(99, 999)))
	require.True(t, certificate("0a").HasExpired(time.Unix(100, 0)))
}

func TestGenesisCertificates(t *testing.T) {
	gs := validGenesis()
	gs.Certificates = []types.Certificate{certificate("0a"), certificate("0b")}
	require.NoError(t, gs.Validate())
	slices.Reverse(gs.Certificates)
	require.ErrorIs(t, gs.Validate(), types.ErrInvalidGenesis)
	require.ErrorContains(t, gs.Validate(), "certificates: expected ascending fingerprints")
	gs.Certificates = []types.Certificate{certificate("0a"), certificate("0a")}
	require.ErrorContains(t, gs.Validate(), "certificates: expected ascending fingerprints")
	gs.Certificates = gs.Certificates[:1]
	gs.Certificates[0].Organization = "bank-c"
	require.ErrorIs(t, gs.Validate(), types.ErrInvalidGenesis)
	require.ErrorContains(t, gs.Validate(), "expected one of the organizations, got bank-c")
	gs.Certificates[0].Name = ""
	require.ErrorIs(t, gs.Validate(), types.ErrInvalidCertificate)
}
