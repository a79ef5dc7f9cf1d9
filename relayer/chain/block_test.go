package chain

import (
	"strings"
	"testing"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"
)

// recorded has the shape of a node's answer to block_results: a charge, a relayer's transaction that failed, one
// that received a packet, and a packet sent at the block's end.
const recorded = `{
  "height": "812",
  "txs_results": [
    {"code": 0, "data": "EiYK", "log": "", "info": "", "gas_wanted": "1000000", "gas_used": "151077", "codespace": "", "events": [
      {"type": "tx", "attributes": [{"key": "acc_seq", "value": "azu1holder/4", "index": true}]},
      {"type": "send_packet", "attributes": [
        {"key": "packet_data", "value": "{\"denom\":\"jpy\"}", "index": true},
        {"key": "packet_data_hex", "value": "7b2264656e6f6d223a226a7079227d", "index": true},
        {"key": "packet_timeout_height", "value": "1-900", "index": true},
        {"key": "packet_timeout_timestamp", "value": "1790000000000000000", "index": true},
        {"key": "packet_sequence", "value": "17", "index": true},
        {"key": "packet_src_port", "value": "transfer", "index": true},
        {"key": "packet_src_channel", "value": "channel-1", "index": true},
        {"key": "packet_dst_port", "value": "transfer", "index": true},
        {"key": "packet_dst_channel", "value": "channel-3", "index": true},
        {"key": "packet_channel_ordering", "value": "ORDER_UNORDERED", "index": true},
        {"key": "packet_connection", "value": "connection-0", "index": true},
        {"key": "msg_index", "value": "0", "index": true}]}]},
    {"code": 5, "data": null, "log": "failed to execute message; message index: 3: bad", "gas_used": "9", "codespace": "zonelink", "events": [
      {"type": "tx", "attributes": [{"key": "fee", "value": ""}]},
      {"type": "tx", "attributes": [{"key": "acc_seq", "value": "azu1relayer/9", "index": true}]}]},
    {"code": 0, "gas_used": "77", "codespace": "", "events": [
      {"type": "tx", "attributes": [{"key": "acc_seq", "value": "azu1relayer/10"}]},
      {"type": "recv_packet", "attributes": [
        {"key": "packet_data_hex", "value": "01"}, {"key": "packet_timeout_height", "value": "0-0"}, {"key": "packet_timeout_timestamp", "value": "5"},
        {"key": "packet_sequence", "value": "2"}, {"key": "packet_src_port", "value": "transfer"}, {"key": "packet_src_channel", "value": "channel-3"},
        {"key": "packet_dst_port", "value": "transfer"}, {"key": "packet_dst_channel", "value": "channel-1"}]},
      {"type": "write_acknowledgement", "attributes": [
        {"key": "packet_data_hex", "value": "01"}, {"key": "packet_timeout_height", "value": "0-0"}, {"key": "packet_timeout_timestamp", "value": "5"},
        {"key": "packet_sequence", "value": "2"}, {"key": "packet_src_port", "value": "transfer"}, {"key": "packet_src_channel", "value": "channel-3"},
        {"key": "packet_dst_port", "value": "transfer"}, {"key": "packet_dst_channel", "value": "channel-1"},
        {"key": "packet_ack", "value": "{\"result\":\"AQ==\"}"}, {"key": "packet_ack_hex", "value": "7b22726573756c74223a2241513d3d227d"}]}]}
  ],
  "finalize_block_events": [
    {"type": "send_packet", "attributes": [
      {"key": "packet_data_hex", "value": "0a02", "index": true}, {"key": "packet_timeout_height", "value": "0-0"}, {"key": "packet_timeout_timestamp", "value": "8"},
      {"key": "packet_sequence", "value": "40"}, {"key": "packet_src_port", "value": "zonelink"}, {"key": "packet_src_channel", "value": "channel-0"},
      {"key": "packet_dst_port", "value": "zonelink"}, {"key": "packet_dst_channel", "value": "channel-0"}, {"key": "mode", "value": "EndBlock"}]}
  ],
  "validator_updates": null
}`

func TestParseBlock(t *testing.T) {
	block, err := parseBlock([]byte(`{"jsonrpc":"2.0","id":0,"result":`+recorded+`}`), "azu1relayer")
	require.NoError(t, err)
	require.Equal(t, []TxOutcome{
		{Signer: "azu1relayer", Sequence: 9, Code: 5, Space: "zonelink", Log: "failed to execute message; message index: 3: bad", GasUsed: 9},
		{Signer: "azu1relayer", Sequence: 10, GasUsed: 77},
	}, block.Txs)
	kinds := make([]EventKind, len(block.Events))
	for i, e := range block.Events {
		kinds[i] = e.Kind
	}
	require.Equal(t, []EventKind{Sent, Received, AckWritten, Sent}, kinds)
	require.Equal(t, channeltypes.Packet{
		Sequence: 17, SourcePort: "transfer", SourceChannel: "channel-1", DestinationPort: "transfer", DestinationChannel: "channel-3",
		Data: []byte(`{"denom":"jpy"}`), TimeoutHeight: clienttypes.NewHeight(1, 900), TimeoutTimestamp: 1790000000000000000,
	}, block.Events[0].Packet)
	require.Equal(t, []byte(`{"result":"AQ=="}`), block.Events[2].Ack)
	require.Equal(t, "zonelink", block.Events[3].Packet.SourcePort)
}

func TestParseBlockWithoutPackets(t *testing.T) {
	payments := strings.Repeat(`{"type":"transfer"}, `, 1_000)
	block, err := parseBlock([]byte(`{"result":{"txs_results":[{"code":0,"events":[`+payments+` not even JSON`), "azu1relayer")
	require.NoError(t, err, "not decoded")
	require.Empty(t, block.Events)
	require.Empty(t, block.Txs)
}

func TestParseBlockRefusesNonsense(t *testing.T) {
	_, err := parseBlock([]byte(`{"error":{"code":-32603,"message":"Internal error","data":"could not find results for height #9"}}`), "azu1relayer")
	require.ErrorContains(t, err, "could not find results for height #9")
	for _, attributes := range []string{
		`{"key": "packet_sequence", "value": "many"}`,
		`{"key": "packet_sequence", "value": "1"}`,
		`{"key": "packet_sequence", "value": "1"}, {"key": "packet_timeout_height", "value": "high"}`,
		`{"key": "packet_sequence", "value": "1"}, {"key": "packet_data_hex", "value": "xyz"}`,
	} {
		_, err := parseBlock([]byte(`{"result":{"finalize_block_events":[{"type":"send_packet","attributes":[`+attributes+`]}]}}`), "azu1relayer")
		require.ErrorContains(t, err, "event send_packet: ")
	}
}
