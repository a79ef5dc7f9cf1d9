package e2e

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// Traffic is what a relayer did to a chain with transfers of yen. The zones' own packets, of accounts, caps and flows, come
// when they are due and would disturb the counts.
type Traffic struct {
	// Packets counts events of one kind, duplicates included; Txs and Blocks those that held any.
	Packets, Txs, Blocks int
	// Repeated counts packets that had more than one such event.
	Repeated int
}

// Recvs counts packet receipts on a Business Zone above a height.
func (s *Scene) Recvs(zone string, above int64) Traffic {
	return s.traffic(s.Zone(zone).Client(), channeltypes.EventTypeRecvPacket, above)
}

// Acks counts acknowledgements on the Financial Zone above a height.
func (s *Scene) Acks(above int64) Traffic {
	return s.traffic(s.Financial().Client(), channeltypes.EventTypeAcknowledgePacket, above)
}

// Heights returns the heights of the Financial Zone and a Business Zone.
func (s *Scene) Heights(zone string) (financial, business int64) {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	financial, err := s.Financial().Client().Height(ctx)
	require.NoError(s.t, err)
	business, err = s.Zone(zone).Client().Height(ctx)
	require.NoError(s.t, err)
	return financial, business
}

func (s *Scene) traffic(client *devnet.Client, kind string, above int64) Traffic {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	head, err := client.Height(ctx)
	require.NoError(s.t, err)
	var out Traffic
	seen := map[string]int{}
	for height := above + 1; height <= head; height++ {
		results, err := client.RPC().BlockResults(ctx, &height)
		require.NoError(s.t, err)
		txs := 0
		for _, tx := range results.TxsResults {
			if n := countPackets(tx.Events, kind, seen); n > 0 && tx.Code == abci.CodeTypeOK {
				out.Packets += n
				txs++
			}
		}
		out.Txs += txs
		if txs > 0 {
			out.Blocks++
		}
	}
	for _, n := range seen {
		if n > 1 {
			out.Repeated++
		}
	}
	return out
}

func countPackets(events []abci.Event, kind string, seen map[string]int) int {
	n := 0
	for _, e := range events {
		if e.Type != kind {
			continue
		}
		var port string
		var key strings.Builder
		for _, a := range e.Attributes {
			switch a.Key {
			case channeltypes.AttributeKeySrcPort:
				port = a.Value
			case channeltypes.AttributeKeySrcChannel, channeltypes.AttributeKeySequence:
				key.WriteString(a.Value + "/")
			}
		}
		if port == transfertypes.PortID {
			n++
			seen[key.String()]++
		}
	}
	return n
}

// RelayerMetric reads one metric of the relayer, summed over its labels.
func (s *Scene) RelayerMetric(name string) float64 {
	s.t.Helper()
	return s.metric(s.Relayer().Endpoints().Metrics, name)
}

// CPU returns the seconds of processor time that a zone's nodes have used.
func (s *Scene) CPU(zone *devnet.Zone) float64 {
	s.t.Helper()
	total := 0.0
	for _, node := range zone.Nodes() {
		total += s.metric(node.Endpoints().Operations+"/metrics", "process_cpu_seconds_total")
	}
	return total
}

func (s *Scene) metric(address, name string) float64 {
	s.t.Helper()
	ctx, cancel := s.Context()
	defer cancel()
	total := 0.0
	for _, line := range s.metricLines(ctx, address) {
		sample, value, ok := strings.Cut(line, " ")
		if bare, _, _ := strings.Cut(sample, "{"); !ok || bare != name {
			continue
		}
		number, err := strconv.ParseFloat(value, 64)
		require.NoError(s.t, err)
		total += number
	}
	return total
}

func (s *Scene) metricLines(ctx context.Context, address string) []string {
	s.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	require.NoError(s.t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer res.Body.Close()
	var lines []string
	for scanner := bufio.NewScanner(res.Body); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	return lines
}
