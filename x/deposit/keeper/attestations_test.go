package keeper_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// attestation is what alpha's maker declares, a day before the block.
func (s setup) attestation(reference string, age time.Duration) *types.MsgSubmitAttestation {
	return &types.MsgSubmitAttestation{
		Operator: moneytest.Operator("alpha", "maker"), Reference: reference,
		AsOf: s.Ctx.BlockTime().Add(-age).Truncate(time.Second), Deposits: math.NewInt(1000), ReserveAssets: math.NewInt(1200),
		DocumentHash: bytes.Repeat([]byte{1}, 32),
	}
}

func (s setup) submitAttestation(t *testing.T, msg *types.MsgSubmitAttestation) {
	t.Helper()
	_, err := s.DepositMsgs.SubmitAttestation(s.Ctx, msg)
	require.NoError(t, err)
}

func (s setup) confirmAttestation(operator, reference string) error {
	_, err := s.DepositMsgs.ConfirmAttestation(s.Ctx, &types.MsgConfirmAttestation{Operator: operator, Reference: reference})
	return err
}

func (s setup) countersign(operator, reference string) error {
	_, err := s.DepositMsgs.CountersignAttestation(s.Ctx, &types.MsgCountersignAttestation{
		Operator: operator, Bank: "alpha", Reference: reference,
	})
	return err
}

// A maker submits, a checker confirms, an auditor countersigns.
func TestAttestation(t *testing.T) {
	s := newSetup(t)
	maker, checker := moneytest.Operator("alpha", "maker"), moneytest.Operator("alpha", "checker")
	auditor := moneytest.Operator(moneytest.Auditor, "auditor")
	msg := s.attestation("2026-03", 24*time.Hour)
	s.submitAttestation(t, msg)
	submittedAt := s.Ctx.BlockTime()
	keepertest.RequireEvent(t, s.Ctx, &types.EventAttestationSubmitted{
		Bank: "alpha", Reference: "2026-03", AsOf: msg.AsOf, Deposits: msg.Deposits, ReserveAssets: msg.ReserveAssets,
		DocumentHash: msg.DocumentHash, SubmittedBy: maker,
	})
	_, err := s.Deposit.NewestAttestation(s.Ctx, "alpha")
	require.ErrorIs(t, err, types.ErrAttestationNotFound, "it counts once it is confirmed")
	require.ErrorIs(t, s.countersign(auditor, "2026-03"), types.ErrAttestationSigned, "the bank first")

	s.NextBlock(time.Hour)
	confirmedAt := s.Ctx.BlockTime()
	require.NoError(t, s.confirmAttestation(checker, "2026-03"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventAttestationConfirmed{Bank: "alpha", Reference: "2026-03", ConfirmedBy: checker})
	require.ErrorIs(t, s.confirmAttestation(checker, "2026-03"), types.ErrAttestationSigned)

	s.NextBlock(time.Hour)
	signedAt := s.Ctx.BlockTime()
	require.NoError(t, s.countersign(auditor, "2026-03"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventAttestationCountersigned{
		Bank: "alpha", Reference: "2026-03", Auditor: moneytest.Auditor, CountersignedBy: auditor,
	})
	require.ErrorIs(t, s.countersign(auditor, "2026-03"), types.ErrAttestationSigned)

	newest, err := s.Deposit.NewestAttestation(s.Ctx, "alpha")
	require.NoError(t, err)
	require.NoError(t, newest.Validate())
	require.Equal(t, types.Attestation{
		Bank: "alpha", Reference: "2026-03", AsOf: msg.AsOf, Deposits: msg.Deposits, ReserveAssets: msg.ReserveAssets,
		DocumentHash: msg.DocumentHash, SubmittedBy: maker, SubmittedAt: submittedAt, ConfirmedBy: checker,
		ConfirmedAt: &confirmedAt, Auditor: moneytest.Auditor, CountersignedBy: auditor, CountersignedAt: &signedAt,
	}, newest)
}

// The newest attestation is that of the latest moment, whenever it was confirmed.
func TestNewestAttestation(t *testing.T) {
	s := newSetup(t)
	checker := moneytest.Operator("alpha", "checker")
	for reference, age := range map[string]time.Duration{"old": 48 * time.Hour, "new": time.Hour, "newest": time.Minute} {
		s.submitAttestation(t, s.attestation(reference, age))
	}
	newest := func() string {
		attestation, err := s.Deposit.NewestAttestation(s.Ctx, "alpha")
		require.NoError(t, err)
		return attestation.Reference
	}
	require.NoError(t, s.confirmAttestation(checker, "new"))
	require.Equal(t, "new", newest())
	require.NoError(t, s.confirmAttestation(checker, "old"))
	require.Equal(t, "new", newest())
	require.NoError(t, s.confirmAttestation(checker, "newest"))
	require.Equal(t, "newest", newest())
	_, err := s.Deposit.NewestAttestation(s.Ctx, "beta")
	require.ErrorIs(t, err, types.ErrAttestationNotFound)
	_, err = s.Deposit.NewestAttestation(s.Ctx, "alph")
	require.ErrorIs(t, err, types.ErrAttestationNotFound)
}

func TestAttestationRefusals(t *testing.T) {
	tests := map[string]struct {
		change func(m *types.MsgSubmitAttestation)
		want   error
	}{
		"stranger":      {func(m *types.MsgSubmitAttestation) { m.Operator = keepertest.Address("x").String() }, membershiptypes.ErrNotOperator},
		"checker":       {func(m *types.MsgSubmitAttestation) { m.Operator = moneytest.Operator("alpha", "checker") }, membershiptypes.ErrRoleMissing},
		"used":          {func(m *types.MsgSubmitAttestation) { m.Reference = "used" }, types.ErrReferenceUsed},
		"no reference":  {func(m *types.MsgSubmitAttestation) { m.Reference = "" }, types.ErrInvalidOrder},
		"future":        {func(m *types.MsgSubmitAttestation) { m.AsOf = m.AsOf.Add(100 * time.Hour) }, types.ErrInvalidAttestation},
		"nanoseconds":   {func(m *types.MsgSubmitAttestation) { m.AsOf = m.AsOf.Add(-1) }, types.ErrInvalidAttestation},
		"no moment":     {func(m *types.MsgSubmitAttestation) { m.AsOf = time.Time{} }, types.ErrInvalidAttestation},
		"no deposits":   {func(m *types.MsgSubmitAttestation) { m.Deposits = math.Int{} }, types.ErrInvalidAttestation},
		"debts":         {func(m *types.MsgSubmitAttestation) { m.ReserveAssets = math.NewInt(-1) }, types.ErrInvalidAttestation},
		"short hash":    {func(m *types.MsgSubmitAttestation) { m.DocumentHash = m.DocumentHash[:31] }, types.ErrInvalidAttestation},
		"too much hash": {func(m *types.MsgSubmitAttestation) { m.DocumentHash = append(m.DocumentHash, 1) }, types.ErrInvalidAttestation},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			s.submitAttestation(t, s.attestation("used", time.Hour))
			msg := s.attestation("a1", 24*time.Hour)
			test.change(msg)
			s.refused(t, test.want, func(ctx context.Context) error {
				_, err := s.DepositMsgs.SubmitAttestation(ctx, msg)
				return err
			})
		})
	}
}

func TestAttestationSignatureRefusals(t *testing.T) {
	s := newSetup(t)
	both, checker := moneytest.Operator("alpha", "both"), moneytest.Operator("alpha", "checker")
	auditor := moneytest.Operator(moneytest.Auditor, "auditor")
	msg := s.attestation("a1", time.Hour)
	msg.Operator = both
	s.submitAttestation(t, msg)
	require.ErrorIs(t, s.confirmAttestation(both, "a1"), types.ErrSameOperator)
	require.ErrorIs(t, s.confirmAttestation(moneytest.Operator("alpha", "maker"), "a1"), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, s.confirmAttestation(moneytest.Operator("beta", "checker"), "a1"), types.ErrAttestationNotFound)
	require.ErrorIs(t, s.confirmAttestation(auditor, "a1"), membershiptypes.ErrRoleMissing)
	require.NoError(t, s.confirmAttestation(checker, "a1"))
	require.ErrorIs(t, s.countersign(checker, "a1"), membershiptypes.ErrRoleMissing)
	require.ErrorIs(t, s.countersign(auditor, "a2"), types.ErrAttestationNotFound)
	require.ErrorIs(t, s.countersign(s.alice, "a1"), membershiptypes.ErrNotOperator)
}
