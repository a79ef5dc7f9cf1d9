package types_test

import (
	"os"
	"testing"

	"github.com/azukari-network/azukari/app/base/address"
)

func TestMain(m *testing.M) {
	address.Configure()
	os.Exit(m.Run())
}
