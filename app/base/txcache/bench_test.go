package txcache

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// benchmarked are the kinds of transactions that come by the thousand.
var benchmarked = []struct {
	name    string
	message func(s *suite) sdk.Msg
}{
	{"bundle", func(s *suite) sdk.Msg { return s.bundle(1_000) }},
	{"send", (*suite).send},
}

// BenchmarkDecode is what a node spends each time that it asks for a transaction and its signers: by the SDK, and by a cache that knows it.
func BenchmarkDecode(b *testing.B) {
	s := newSuite(b)
	for _, kind := range benchmarked {
		raw := s.sign(b, kind.message(s))
		for name, decode := range map[string]sdk.TxDecoder{"sdk": s.decode, "cache": New(s.decode).Decode} {
			b.Run(kind.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					tx, err := decode(raw)
					require.NoError(b, err)
					_, err = tx.(transaction).GetSigners()
					require.NoError(b, err)
				}
			})
		}
	}
}
