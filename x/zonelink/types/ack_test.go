package types_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

func TestAcknowledgementCarriesTheRevision(t *testing.T) {
	acknowledgement, err := types.NewAcknowledgement(42)
	require.NoError(t, err)
	require.True(t, acknowledgement.Success())
	require.NoError(t, acknowledgement.ValidateBasic())
	outcome := types.DecodeAcknowledgement(acknowledgement.Acknowledgement())
	require.Equal(t, types.Outcome{Revision: 42}, outcome)
	require.Empty(t, outcome.Failure())
}

func TestRefusalCarriesOnlyTheRegisteredError(t *testing.T) {
	for err, want := range map[error]string{
		types.ErrNotEmpty.Wrap("azu1..., 5 jpy"):              "zonelink/14: account still has coins, holds, discharges, confirmed trades or issued assets in the zone",
		registrytypes.ErrAccountFrozen.Wrapf("account %d", 1): "registry/9: account is frozen",
		fmt.Errorf("read: %w", types.ErrInvalidPacket):        "zonelink/5: invalid zonelink packet",
		fmt.Errorf("at %p", t):                                "sdk/1: internal error",
	} {
		acknowledgement := types.NewRefusal(err)
		require.False(t, acknowledgement.Success())
		outcome := types.DecodeAcknowledgement(acknowledgement.Acknowledgement())
		require.Equal(t, types.Outcome{Refusal: want}, outcome)
		require.Equal(t, want, outcome.Failure())
	}
}

func TestDecodeAcknowledgementNeverFails(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing":      "",
		"no JSON":      "yes",
		"no response":  "{}",
		"no protobuf":  `{"result":"/w=="}`,
		"empty reason": `{"error":" "}`,
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEmpty(t, types.DecodeAcknowledgement([]byte(raw)).Refusal)
		})
	}
}

func TestRefusalReasonIsBounded(t *testing.T) {
	long := types.RefusalReason(strings.Repeat("円", 1000))
	require.LessOrEqual(t, len(long), 256)
	require.True(t, utf8.ValidString(long))

	envelope := channeltypes.Acknowledgement{Response: &channeltypes.Acknowledgement_Error{Error: "because"}}
	require.Equal(t, "because", types.DecodeAcknowledgement(envelope.Acknowledgement()).Refusal)
}

func TestTimedOutIsAFailure(t *testing.T) {
	require.Equal(t, types.ReasonTimedOut, types.Outcome{TimedOut: true}.Failure())
}
