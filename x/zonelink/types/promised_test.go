package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/zonelink/types"
)

// A report says the same in a packet and in the memo of a discharge, also what the zone has promised.
func TestPromisesInPacketAndMemo(t *testing.T) {
	report := types.FlowReport{
		Version: 7, Height: 9, CapRevision: 3,
		Flows:    []types.Flow{{PayerBank: "bank-a", PayeeBank: "bank-b", Total: math.NewInt(5)}},
		Promised: []types.BankCap{{Bank: "bank-a", Limit: math.NewInt(600)}, {Bank: "bank-b", Limit: math.NewInt(-4)}},
	}
	data, err := types.EncodeFlowReport(report)
	require.NoError(t, err)
	packet, err := types.DecodePacket(data)
	require.NoError(t, err)
	require.Equal(t, report, *packet.GetFlowReport())

	memo, err := types.DischargeMemo{Report: &report}.Encode()
	require.NoError(t, err)
	require.Contains(t, memo, `"promised":[["bank-a","600"],["bank-b","-4"]]`)
	parsed, err := types.ParseDischargeMemo(memo)
	require.NoError(t, err)
	require.Equal(t, report, *parsed.Report)

	for name, change := range map[string][2]string{
		"no number":        {`"600"`, `"many"`},
		"order":            {`"bank-a","600"`, `"bank-c","600"`},
		"too much":         {`"600"`, `"1000000000000000000000001"`},
		"another spelling": {`"600"`, `"0600"`},
	} {
		_, err := types.ParseDischargeMemo(strings.Replace(memo, change[0], change[1], 1))
		require.ErrorIs(t, err, types.ErrInvalidTransfer, name)
	}
}
