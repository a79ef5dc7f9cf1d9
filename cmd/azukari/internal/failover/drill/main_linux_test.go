package drill

import (
	"os"
	"testing"

	"github.com/azukari-network/azukari/testutil/regions"
)

func TestMain(m *testing.M) { os.Exit(regions.Main(m)) }
