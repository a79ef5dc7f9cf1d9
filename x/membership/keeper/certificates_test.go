package keeper_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
)

func fingerprint(i int) string { return fmt.Sprintf("%064x", i) }

func (a *assembly) registerFor(lifetime time.Duration, operator, fingerprint string) error {
	_, err := a.msgs.RegisterCertificate(a.Ctx, &types.MsgRegisterCertificate{
		Operator: operator, Fingerprint: fingerprint, Name: "treasury", ExpiresAt: a.Ctx.BlockTime().Add(lifetime),
	})
	return err
}

func (a *assembly) revoke(operator, fingerprint string) error {
	_, err := a.msgs.RevokeCertificate(a.Ctx, &types.MsgRevokeCertificate{Operator: operator, Fingerprint: fingerprint})
	return err
}

func (a *assembly) requireAdmitted(t *testing.T, organization, fingerprint string) {
	t.Helper()
	got, err := a.keeper.AdmitCertificate(a.Ctx, fingerprint, a.Ctx.BlockTime())
	require.NoError(t, err)
	require.Equal(t, organization, got)
}

func (a *assembly) requireRefused(t *testing.T, organization, fingerprint, why string) {
	t.Helper()
	got, err := a.keeper.AdmitCertificate(a.Ctx, fingerprint, a.Ctx.BlockTime())
	require.ErrorIs(t, err, types.ErrCertificateNotAdmitted)
	require.ErrorContains(t, err, why)
	require.Equal(t, organization, got, "whose it is is told where it is known")
}

func TestCertificates(t *testing.T) {
	const day = 24 * time.Hour
	a := newAssembly(t)
	operator, other := nodeOperator(t, a, "bank-a"), nodeOperator(t, a, "bank-b")
	now := a.Ctx.BlockTime()
	a.requireRefused(t, "", fingerprint(1), "expected a certificate that a member registered, got one with fingerprint "+fingerprint(1))

	require.NoError(t, a.registerFor(day, operator, fingerprint(1)))
	keepertest.RequireEvent(t, a.Ctx, &types.EventCertificateRegistered{
		Organization: "bank-a", Fingerprint: fingerprint(1), Name: "treasury", ExpiresAt: now.Add(day),
	})
	a.requireAdmitted(t, "bank-a", fingerprint(1))
	require.NoError(t, a.registerFor(types.MaxCertificateLifetime, operator, fingerprint(1)), "again, with another expiry")
	for lifetime, operator := range map[time.Duration]string{0: operator, -day: operator, types.MaxCertificateLifetime + 1: operator, day: other} {
		require.ErrorIs(t, a.registerFor(lifetime, operator, fingerprint(1)), types.ErrInvalidCertificate)
	}
	require.ErrorIs(t, a.registerFor(day, operator, "AB"), types.ErrInvalidCertificate)
	require.ErrorIs(t, a.registerFor(day, representative("bank-a"), fingerprint(2)), types.ErrRoleMissing)

	// Only who registered it revokes it, once and for all.
	require.ErrorIs(t, a.revoke(other, fingerprint(1)), types.ErrCertificateNotFound)
	require.ErrorIs(t, a.revoke(operator, fingerprint(2)), types.ErrCertificateNotFound)
	require.ErrorIs(t, a.revoke(representative("bank-a"), fingerprint(1)), types.ErrRoleMissing)
	a.requireAdmitted(t, "bank-a", fingerprint(1))
	require.NoError(t, a.revoke(operator, fingerprint(1)))
	keepertest.RequireEvent(t, a.Ctx, &types.EventCertificateRevoked{Organization: "bank-a", Fingerprint: fingerprint(1)})
	a.requireRefused(t, "bank-a", fingerprint(1), `got "treasury" of bank-a, revoked at `+now.Format(time.RFC3339))
	require.ErrorIs(t, a.revoke(operator, fingerprint(1)), types.ErrCertificateNotFound)
	for _, operator := range []string{operator, other} {
		err := a.registerFor(day, operator, fingerprint(1))
		require.ErrorIs(t, err, types.ErrInvalidCertificate)
		require.ErrorContains(t, err, "revoked by bank-a")
	}

	// Expired ones are refused, are not revoked, and then free for whoever has the key.
	require.NoError(t, a.registerFor(day, operator, fingerprint(3)))
	a.NextBlock(day - 1)
	a.requireAdmitted(t, "bank-a", fingerprint(3))
	a.NextBlock(1)
	a.requireRefused(t, "bank-a", fingerprint(3), `got "treasury" of bank-a, expired at `+now.Add(day).Format(time.RFC3339))
	require.ErrorIs(t, a.revoke(operator, fingerprint(3)), types.ErrCertificateNotFound)
	require.NoError(t, a.registerFor(day, other, fingerprint(3)))
	a.requireAdmitted(t, "bank-b", fingerprint(3))
	require.NoError(t, a.registerFor(day, operator, fingerprint(4)))
	a.NextBlock(types.MaxCertificateLifetime)
	require.NoError(t, a.registerFor(day, operator, fingerprint(1)), "as long as it would have lived")
	answer, err := keeper.NewQueryServer(a.keeper).Certificates(a.Ctx, &types.QueryCertificatesRequest{Organization: "bank-a"})
	require.NoError(t, err)
	require.Equal(t, []types.Certificate{{
		Fingerprint: fingerprint(1), Organization: "bank-a", Name: "treasury", ExpiresAt: a.Ctx.BlockTime().Add(day),
	}}, answer.Certificates, "what has expired is forgotten as soon as one is registered")
}

// A suspended organization's certificates are refused for as long, a removed one's are gone.
func TestCertificatesGoWithTheirOrganization(t *testing.T) {
	a := newAssembly(t)
	operator, other := nodeOperator(t, a, "bank-a"), nodeOperator(t, a, "bank-b")
	require.NoError(t, a.registerFor(time.Hour, operator, fingerprint(1)))
	for i := range 3 {
		require.NoError(t, a.registerFor(time.Hour, other, fingerprint(2+i)))
	}
	require.NoError(t, a.registerFor(time.Minute, other, fingerprint(9)))
	require.NoError(t, a.revoke(other, fingerprint(4)))

	_, err := a.msgs.SuspendOrganization(a.Ctx, &types.MsgSuspendOrganization{Authority: a.keeper.Authority(), Id: "bank-b", Reason: "x"})
	require.NoError(t, err)
	a.requireRefused(t, "bank-b", fingerprint(2), `expected a certificate of an active organization, got "treasury" of bank-b, which is suspended: ask the members`)
	a.requireAdmitted(t, "bank-a", fingerprint(1))
	_, err = a.msgs.ReinstateOrganization(a.Ctx, &types.MsgReinstateOrganization{Authority: a.keeper.Authority(), Id: "bank-b", Reason: "x"})
	require.NoError(t, err)
	a.requireAdmitted(t, "bank-b", fingerprint(2))

	exported, err := a.keeper.ExportGenesis(a.Ctx)
	require.NoError(t, err)
	require.Len(t, exported.Certificates, 5)
	again := newSuiteAt(t, *exported)
	second, err := again.keeper.ExportGenesis(again.Ctx)
	require.NoError(t, err)
	require.Equal(t, exported.Certificates, second.Certificates)

	a.NextBlock(time.Minute)
	_, err = a.msgs.Leave(a.Ctx, &types.MsgLeave{Representative: representative("bank-b"), Reason: "we go"})
	require.NoError(t, err)
	for _, i := range []int{2, 3, 4, 9} {
		a.requireRefused(t, "", fingerprint(i), "expected a certificate that a member registered")
	}
	keepertest.RequireEvent(t, a.Ctx, &types.EventCertificateRevoked{Organization: "bank-b", Fingerprint: fingerprint(2)})
	keepertest.RequireEvent(t, a.Ctx, &types.EventCertificateRevoked{Organization: "bank-b", Fingerprint: fingerprint(3)})
	revoked := 0
	for _, event := range a.Ctx.EventManager().Events() {
		if event.Type == proto.MessageName(&types.EventCertificateRevoked{}) {
			revoked++
		}
	}
	require.Equal(t, 2, revoked, "the others were revoked or expired before")
	a.requireAdmitted(t, "bank-a", fingerprint(1))
}

func TestCertificatesAreFew(t *testing.T) {
	a := newAssembly(t)
	operator := nodeOperator(t, a, "bank-a")
	for i := range types.MaxCertificatesPerOrganization {
		require.NoError(t, a.registerFor(time.Hour, operator, fingerprint(i)))
	}
	require.NoError(t, a.revoke(operator, fingerprint(0)))
	require.ErrorIs(t, a.registerFor(time.Hour, operator, fingerprint(1000)), types.ErrTooMany)
	require.NoError(t, a.registerFor(2*time.Hour, operator, fingerprint(1)), "a known one may change")
	require.NoError(t, a.registerFor(time.Hour, nodeOperator(t, a, "bank-b"), fingerprint(1000)), "each organization has its own count")
	a.NextBlock(time.Hour)
	require.NoError(t, a.registerFor(time.Hour, operator, fingerprint(1001)))
	answer, err := keeper.NewQueryServer(a.keeper).Certificates(a.Ctx, &types.QueryCertificatesRequest{Organization: "bank-a"})
	require.NoError(t, err)
	require.Len(t, answer.Certificates, 2)
}

func TestCertificateQueries(t *testing.T) {
	a := newAssembly(t)
	server := keeper.NewQueryServer(a.keeper)
	for i, organization := range []string{"bank-a", "bank-b", "bank-a"} {
		require.NoError(t, a.registerFor(time.Hour, nodeOperator(t, a, organization), fingerprint(i)))
	}
	one, err := server.Certificate(a.Ctx, &types.QueryCertificateRequest{Fingerprint: fingerprint(1)})
	require.NoError(t, err)
	require.Equal(t, "bank-b", one.Certificate.Organization)
	_, err = server.Certificate(a.Ctx, &types.QueryCertificateRequest{Fingerprint: fingerprint(3)})
	require.ErrorIs(t, err, types.ErrCertificateNotFound)
	require.Equal(t, codes.NotFound, status.Code(err))

	all, err := server.Certificates(a.Ctx, &types.QueryCertificatesRequest{})
	require.NoError(t, err)
	require.Len(t, all.Certificates, 3)
	first, err := server.Certificates(a.Ctx, &types.QueryCertificatesRequest{Organization: "bank-a", Pagination: &query.PageRequest{Limit: 1}})
	require.NoError(t, err)
	require.Equal(t, all.Certificates[:1], first.Certificates)
	rest, err := server.Certificates(a.Ctx, &types.QueryCertificatesRequest{Organization: "bank-a", Pagination: &query.PageRequest{Key: first.Pagination.NextKey}})
	require.NoError(t, err)
	require.Equal(t, all.Certificates[2:], rest.Certificates)
	_, err = server.Certificates(a.Ctx, &types.QueryCertificatesRequest{Pagination: &query.PageRequest{Key: []byte{1}, Offset: 1}})
	require.ErrorContains(t, err, "either offset or key")
}
