package relayer

import (
	"sync"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/config"
)

const (
	// gasPerByte is what the SDK's ante handler charges per byte of a transaction.
	gasPerByte = 10
	// envelopeBytes is room for signature, fee and keys around the messages.
	envelopeBytes = 512
	// anyBytes is the encoding around one packed message: tags and lengths.
	anyBytes = 12

	gasRaisePercent = 150
	maxGasPercent   = 1_000
	minTxBytes      = 10_000
)

// sizer cuts work into transactions that a node takes, and learns from refusals.
type sizer struct {
	mu         *sync.Mutex
	gas        config.Gas
	maxMsgs    int
	maxBytes   int
	gasPercent uint64
}

func newSizer(gas config.Gas, tuning config.Tuning) sizer {
	return sizer{mu: new(sync.Mutex), gas: gas, maxMsgs: tuning.MaxTxMsgs, maxBytes: tuning.MaxTxBytes, gasPercent: 100}
}

func packedSize(packed []*codectypes.Any) int {
	total := 0
	for _, a := range packed {
		total += len(a.TypeUrl) + len(a.Value) + anyBytes
	}
	return total
}

func (m message) size() int { return packedSize([]*codectypes.Any{m.packed}) }

func (s *sizer) gasOf(kind workKind) uint64 {
	switch kind {
	case workAck:
		return s.gas.Ack
	case workTimeout:
		return s.gas.Timeout
	case workRecv:
	}
	return s.gas.Recv
}

// split cuts messages into chunks, each of which fits into one transaction together with the updates.
func (s *sizer) split(msgs []message, updates []*codectypes.Any, limits chain.Limits) [][]message {
	s.mu.Lock()
	maxBytes, percent := s.maxBytes, s.gasPercent
	s.mu.Unlock()
	if limits.MaxBytes > 0 {
		maxBytes = min(maxBytes, int(limits.MaxBytes/10*9))
	}
	var maxGas uint64
	if limits.MaxGas > 0 {
		maxGas = uint64(limits.MaxGas) / 5 * 4
	}
	fixedBytes := envelopeBytes + packedSize(updates)
	fixedGas := s.gas.Base + uint64(len(updates))*s.gas.Update + uint64(fixedBytes)*gasPerByte //nolint:gosec // sizes are small and positive
	var out [][]message
	bytes, gas, from := fixedBytes, fixedGas, 0
	for i, m := range msgs {
		mBytes := m.size()
		mGas := s.gasOf(m.kind) + uint64(mBytes)*gasPerByte //nolint:gosec // sizes are small and positive
		full := i-from == s.maxMsgs || bytes+mBytes > maxBytes || (maxGas > 0 && (gas+mGas)*percent/100 > maxGas)
		if full && i > from {
			out = append(out, msgs[from:i])
			bytes, gas, from = fixedBytes, fixedGas, i
		}
		bytes += mBytes
		gas += mGas
	}
	if from < len(msgs) {
		out = append(out, msgs[from:])
	}
	return out
}

// gasFor estimates the gas of a transaction with updates and messages.
func (s *sizer) gasFor(msgs []message, updates []*codectypes.Any) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	bytes := envelopeBytes + packedSize(updates)
	gas := s.gas.Base + uint64(len(updates))*s.gas.Update
	for _, m := range msgs {
		bytes += m.size()
		gas += s.gasOf(m.kind)
	}
	gas += uint64(bytes) * gasPerByte //nolint:gosec // sizes are positive
	return gas * s.gasPercent / 100
}

// raiseGas raises all estimates after one was too low. It returns false at the top: then it is not the estimate.
func (s *sizer) raiseGas() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gasPercent >= maxGasPercent {
		return false
	}
	s.gasPercent = s.gasPercent * gasRaisePercent / 100
	return true
}

// shrink lowers the byte bound after a node refused a transaction of some size.
func (s *sizer) shrink(refused int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.maxBytes = max(min(s.maxBytes, refused)/2, minTxBytes)
}
