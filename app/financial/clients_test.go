package financial_test

import (
	"strings"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// The last committed state says whose certificate may ask a node, and the node's clock until when.
func TestClientsByState(t *testing.T) {
	fingerprint := strings.Repeat("0a", 32)
	fresh := financial.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, simtestutil.NewAppOptionsWithFlagHome(t.TempDir())).App
	_, err := fresh.AdmitClient(fingerprint, time.Unix(0, 0))
	require.ErrorIs(t, err, base.ErrNoState)

	n := zones.New(t, zones.Manifest(2))
	operator := n.Keys.Operator("bank-b", membershiptypes.RoleNode)
	expires := n.Clock.Now.Add(time.Hour)
	refused := func(now time.Time, organization, why string) {
		t.Helper()
		got, err := n.Financial.App.AdmitClient(fingerprint, now)
		require.ErrorIs(t, err, membershiptypes.ErrCertificateNotAdmitted)
		require.ErrorContains(t, err, why)
		require.Equal(t, organization, got)
	}
	refused(n.Clock.Now, "", "expected a certificate that a member registered")
	n.Financial.MustSend(operator.PrivKey(), &membershiptypes.MsgRegisterCertificate{
		Operator: operator.String(), Fingerprint: fingerprint, Name: "treasury", ExpiresAt: expires,
	})
	organization, err := n.Financial.App.AdmitClient(fingerprint, expires.Add(-time.Nanosecond))
	require.NoError(t, err)
	require.Equal(t, "bank-b", organization)
	refused(expires, "bank-b", "expired at")
	n.Financial.MustSend(operator.PrivKey(), &membershiptypes.MsgRevokeCertificate{Operator: operator.String(), Fingerprint: fingerprint})
	refused(n.Clock.Now, "bank-b", "revoked at")
}

// Every request of a client asks this.
func BenchmarkAdmitClient(b *testing.B) {
	n := zones.New(b, zones.Manifest(2))
	operator := n.Keys.Operator("bank-b", membershiptypes.RoleNode)
	fingerprint := strings.Repeat("0a", 32)
	n.Financial.MustSend(operator.PrivKey(), &membershiptypes.MsgRegisterCertificate{
		Operator: operator.String(), Fingerprint: fingerprint, Name: "treasury", ExpiresAt: n.Clock.Now.Add(time.Hour),
	})
	for b.Loop() {
		if _, err := n.Financial.App.AdmitClient(fingerprint, n.Clock.Now); err != nil {
			b.Fatal(err)
		}
	}
}
